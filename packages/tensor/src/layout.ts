import { IndexError, RuntimeError } from './errors.js';

/**
 * Where the elements of a view lie in its storage: element `[i, j, …]` is at
 * `offset + i * strides[0] + j * strides[1] + …`, counted in elements. Immutable.
 */
export class Layout {
  /** how many elements */
  readonly numel: number;
  private contiguous: boolean | undefined;

  constructor(
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    readonly offset: number = 0,
  ) {
    let n = 1;
    for (let i = 0; i < shape.length; i++) n *= shape[i];
    this.numel = n;
  }

  /** A row-major layout from offset 0. */
  static contiguous(shape: readonly number[]): Layout {
    const layout = new Layout(shape, contiguousStrides(shape));
    layout.contiguous = true;
    return layout;
  }

  /** Row-major without gaps; strides of dimensions of size 1 do not matter. */
  get isContiguous(): boolean {
    if (this.contiguous === undefined) {
      let expected = 1;
      let ok = true;
      for (let i = this.shape.length - 1; i >= 0 && ok; i--) {
        const size = this.shape[i];
        if (size !== 1) ok = this.strides[i] === expected;
        expected *= size;
      }
      this.contiguous = ok || this.numel === 0;
    }
    return this.contiguous;
  }

  /** Whether the elements fill one stretch of memory, each in a place of its own, in whatever order of dimensions. */
  get isDense(): boolean {
    if (this.isContiguous) return true;
    const byStride = this.shape.map((_, d) => d).filter((d) => this.shape[d] !== 1)
      .sort((a, b) => this.strides[a] - this.strides[b]);
    let expected = 1;
    return byStride.every((d) => {
      const fits = this.strides[d] === expected;
      expected *= this.shape[d];
      return fits;
    });
  }

  /** Whether both address the same elements in the same order. */
  equals(other: Layout): boolean {
    return this.offset === other.offset && sameShape(this.shape, other.shape) && sameShape(this.strides, other.strides);
  }

  /** This layout with its dimensions, or some of them, in another order. */
  permute(dims: readonly number[]): Layout {
    return new Layout(dims.map((d) => this.shape[d]), dims.map((d) => this.strides[d]), this.offset);
  }

  /** This layout repeated along broadcast dimensions (stride 0) to `shape`, which must be compatible. */
  broadcastTo(shape: readonly number[]): Layout {
    if (sameShape(this.shape, shape)) return this;
    const lead = shape.length - this.shape.length;
    const strides = new Array<number>(shape.length);
    for (let i = shape.length - 1; i >= 0; i--) {
      if ((i < lead ? 1 : this.shape[i - lead]) !== shape[i] || lead === shape.length) strides[i] = 0;
      // a new dimension of size 1 has the stride that it would have in a contiguous tensor
      else if (i < lead) strides[i] = i + 1 < shape.length ? shape[i + 1] * strides[i + 1] : 1;
      else strides[i] = this.strides[i - lead];
    }
    return new Layout(shape, strides, this.offset);
  }
}

/** The layout of a 0-d tensor. */
export const SCALAR_LAYOUT: Layout = /* @__PURE__ */ Layout.contiguous([]);

/** Row-major strides, in elements. A dimension of size 0 counts as 1, as in PyTorch. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i], 1);
  }
  return strides;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The common shape of two operands. @throws RuntimeError with PyTorch's text where sizes differ and neither is 1 */
export function broadcastShapes(a: readonly number[], b: readonly number[]): readonly number[] {
  if (sameShape(a, b) || b.length === 0) return a;
  if (a.length === 0) return b;
  const n = Math.max(a.length, b.length);
  const out = new Array<number>(n);
  for (let i = n - 1; i >= 0; i--) {
    const x = a[i - n + a.length] ?? 1;
    const y = b[i - n + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new RuntimeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`);
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** What is thrown where operands are broadcast to a shape that is not the output's. */
export const mismatch = (output: readonly number[], shape: readonly number[]): RuntimeError =>
  new RuntimeError(`output with shape ${shapeText(output)} doesn't match the broadcast shape ${shapeText(shape)}`);

/**
 * A dimension counted from the front; negative ones count from the back. A 0-d tensor takes 0 and -1.
 * @throws IndexError with PyTorch's text
 */
export function wrapDim(dim: number | undefined, ndim: number): number {
  const n = Math.max(ndim, 1);
  if (dim === undefined || !Number.isInteger(dim)) {
    throw new TypeError(typeof dim === 'object' && dim !== null
      ? 'dim must be an integer, but got an object: here it is an argument of its own, as in x.gather(1, index)'
      : `dim must be an integer, but got ${String(dim)}`);
  }
  if (dim < -n || dim >= n) {
    throw new IndexError(`Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + n : dim;
}

/** Sorted dimensions counted from the front; all of them for undefined, null or an empty list. */
export function wrapDims(dims: number | readonly number[] | null | undefined, ndim: number): number[] {
  if (dims === undefined || dims === null) return Array.from({ length: ndim }, (_, i) => i);
  const list = typeof dims === 'number' ? [dims] : dims;
  if (list.length === 0) return wrapDims(undefined, ndim);
  const wrapped = list.map((d) => wrapDim(d, ndim));
  if (wrapped.length > 1) wrapped.sort((a, b) => a - b);
  for (let i = 1; i < wrapped.length; i++) {
    if (wrapped[i] === wrapped[i - 1]) throw new RuntimeError(`dim ${wrapped[i]} appears multiple times in the list of dims`);
  }
  return ndim === 0 ? [] : wrapped;
}

/** `[2, 3]`, as PyTorch writes sizes in messages. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** How many elements the sizes make: their product, 1 for none. */
export const product = (sizes: readonly number[]): number => sizes.reduce((p, n) => p * n, 1);
