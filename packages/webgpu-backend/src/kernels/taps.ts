import { float32, int32 } from '@sconce/tensor';
import { Layout, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { Bytes } from '../values.js';
import { wordOf } from '../wgsl/render.js';
import { launch } from './job.js';

/** The elements that make each one of a result, along a dimension, and their weights. */
export type Taps = readonly { readonly places: readonly number[]; readonly weights: readonly number[] }[];

/** The same matrix the other way: what each element goes into, of which there are `count`. */
export function transposedTaps(taps: Taps, count: number): Taps {
  const result = Array.from({ length: count }, () => ({ places: [] as number[], weights: [] as number[] }));
  taps.forEach(({ places, weights }, i) => places.forEach((place, k) => {
    result[place].places.push(i);
    result[place].weights.push(weights[k]);
  }));
  return result;
}

const isIdentity = (taps: Taps, size: number): boolean =>
  taps.length === size && taps.every(({ places, weights }, i) => places.length === 1 && places[0] === i && weights[0] === 1);

/** Memory with these numbers until the kernels at hand are done. */
function uploaded(engine: Engine, words: Int32Array | Float32Array): Bytes {
  return engine.keep(new Bytes(engine.gpu.upload(words), words instanceof Int32Array ? int32 : float32, words.length));
}

/** Makes the weighted sums of elements along each of the last dimensions, one after the other. */
export function resample(engine: Engine, x: View, out: View, tables: readonly Taps[]): void {
  const first = x.layout.shape.length - tables.length, wide = wordOf(out.dtype) === 'f32' ? float32 : int32;
  const passes = tables.map((taps, d) => ({ taps, dim: first + d })).filter(({ taps, dim }) => !isIdentity(taps, x.layout.shape[dim]));
  if (passes.length === 0) passes.push({ taps: tables[0], dim: first });
  let source = x;
  passes.forEach(({ taps, dim }, k) => {
    const shape = source.layout.shape.with(dim, taps.length), inner = product(shape.slice(dim + 1));
    const between = k < passes.length - 1 ? engine.temporary(product(shape), wide) : null;
    const starts = new Int32Array(taps.length + 1);
    taps.forEach(({ places }, i) => { starts[i + 1] = starts[i] + places.length; });
    launch(engine, {
      name: 'resample', outputs: { out: between ?? out },
      inputs: {
        x: source, starts: uploaded(engine, starts), places: uploaded(engine, Int32Array.from(taps.flatMap((t) => t.places))),
        weights: uploaded(engine, Float32Array.from(taps.flatMap((t) => t.weights))),
      },
      params: { size: source.layout.shape[dim], length: taps.length, inner },
      body: `let j = i / p.inner % p.length;
let base = i / (p.inner * p.length) * p.size * p.inner + i % p.inner;
var s = T();
for (var k = starts(j); k < starts(j + 1u); k++) {
  s += T(weights(u32(k))) * x(base + u32(places(u32(k))) * p.inner);
}
out[i] = s;`,
    });
    if (between) source = engine.asView(between, Layout.contiguous(shape), out.storage.device);
  });
}
