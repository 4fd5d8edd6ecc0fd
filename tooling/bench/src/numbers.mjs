// Numbers that every contender makes alike, in JavaScript here and in Python in contenders/pytorch.py, so that all of
// them train the same network on the same data.

/**
 * `count` floats between `low` and `high`, always the same for a seed.
 * The mixing is MurmurHash3's finalizer on the index.
 */
export function uniform(seed, count, low = -1, high = 1) {
  const salt = Math.imul(seed, 0x9e3779b9);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let h = Math.imul(i ^ salt, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    out[i] = low + (high - low) * ((h >>> 8) / 2 ** 24);
  }
  return out;
}

/** Labels of ten classes. */
export const labels = (seed, count) => uniform(seed, count, 0, 10).map(Math.floor);

export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** What each kind of number is drawn with. */
export const SEED = { input: 1, labels: 2, second: 3, parameters: 100 };

/**
 * The parameters of a network in PyTorch's order and layout, drawn as PyTorch's default init draws them:
 * uniformly between ±1/√fanIn.
 * @param {readonly import('./rows.mjs').Layer[]} layers
 */
export function parametersOf(layers) {
  const shapes = layers.flatMap((layer) => {
    if (typeof layer === 'string') return [];
    const [from, to, size] = layer.conv ?? layer.linear;
    return [size === undefined ? [to, from] : [to, from, size, size], [to]];
  });
  return shapes.map((shape, i) => {
    const bound = 1 / Math.sqrt(sizeOf(shapes[i - i % 2].slice(1)));
    return { shape, data: uniform(SEED.parameters + i, sizeOf(shape), -bound, bound) };
  });
}

/** Data of one shape rearranged as `transpose(axes)` of it, for contenders whose layout is not PyTorch's. */
export function transposed(data, shape, axes) {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const outShape = axes.map((axis) => shape[axis]), outStrides = axes.map((axis) => strides[axis]);
  const out = new Float32Array(data.length), index = axes.map(() => 0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      from += outStrides[axis];
      if (++index[axis] < outShape[axis]) break;
      from -= outStrides[axis] * outShape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

/** One number for many: it changes when they do, and where they stand in another order. */
export function digest(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]) * (i % 7 + 1);
  return sum / values.length;
}
