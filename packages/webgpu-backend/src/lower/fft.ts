import { float32 } from '@sconce/tensor';
import { fftOps, pairsOf, rootsOfUnity, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from '../kernels/job.js';
import { around } from '../shapes.js';
import type { Bytes } from '../values.js';
import { entry, type Lowering } from './entry.js';

/** A pass sums so many numbers for each of its results, or as many as a prime factor is. */
const LARGEST_PASS = 16;

/** Factors for as few passes as can be. */
function passesOf(n: number): number[] {
  const passes: number[] = [];
  for (let p = LARGEST_PASS; p > 1; p--) for (; n % p === 0; n /= p) passes.push(p);
  for (let p = LARGEST_PASS + 1; n > 1; p++) for (; n % p === 0; n /= p) passes.push(p);
  return passes.length > 0 ? passes : [1];
}

/** Complex numbers in logical order, in pairs. */
interface Points { readonly shape: readonly number[]; readonly pairs: View | Bytes }

/** Transforms along a dimension: Stockham's passes, each sum by itself. */
function transform(engine: Engine, { shape, pairs }: Points, dim: number, forward: boolean, scale = 1): Points {
  const { outer, size, inner } = around(shape, dim), numel = outer * size * inner;
  const w = engine.table(`roots of unity ${size}`, float32, () => {
    const { cos, sin } = rootsOfUnity(size);
    return Float32Array.from({ length: 2 * size }, (_, k) => (k % 2 === 0 ? cos : sin)[k >> 1]);
  });
  let done = 1, x = pairs;
  for (const factor of passesOf(size)) {
    const y = engine.temporary(2 * numel, float32);
    launch(engine, {
      name: 'fft', inputs: { x }, memory: { w }, outputs: { y }, count: numel,
      params: { size, inner, done, factor, step: size / (factor * done), apart: size / factor },
      floats: { sign: forward ? 1 : -1, scale: done * factor === size ? scale : 1 },
      body: `let place = i / p.inner % p.size;
let j = place % p.done;
let r = place / p.done % p.factor;
let k = place / (p.done * p.factor);
let base = i / (p.inner * p.size) * p.size * p.inner + i % p.inner;
let turn = (j * p.step + r * p.apart) % p.size;
var at = 0u;
var re = 0.0;
var im = 0.0;
for (var q = 0u; q < p.factor; q++) {
  let e = 2u * (base + (j + k * p.done + q * p.apart) * p.inner);
  let c = w(2u * at);
  let s = w(2u * at + 1u) * p.sign;
  re += x(e) * c - x(e + 1u) * s;
  im += x(e) * s + x(e + 1u) * c;
  at += turn;
  if (at >= p.size) { at -= p.size; }
}
y[2u * i] = re * p.scale;
y[2u * i + 1u] = im * p.scale;`,
    });
    x = y;
    done *= factor;
  }
  return { shape, pairs: x };
}

/** A real view as complex numbers. */
function complexOf(engine: Engine, x: View): Points {
  const y = engine.temporary(2 * x.layout.numel, float32);
  launch(engine, { name: 'to complex', inputs: { x }, outputs: { y }, body: 'y[i] = select(x(i / 2u), 0.0, i % 2u == 1u);' });
  return { shape: x.layout.shape, pairs: y };
}

/** The first `size` points of each line, or with `conjugates` as many as are missing after those that are there. */
function resized(engine: Engine, { shape, pairs: x }: Points, dim: number, size: number, conjugates: boolean): Points {
  const { outer, size: length, inner } = around(shape, dim), numel = outer * size * inner;
  const y = engine.temporary(2 * numel, float32);
  launch(engine, {
    name: `fft resized ${conjugates}`, inputs: { x }, outputs: { y }, count: numel, params: { size, length, inner },
    body: `let k = i / p.inner % p.size;
let j = ${conjugates ? 'min(k, p.size - k)' : 'k'};
let e = 2u * ((i / (p.inner * p.size) * p.length + j) * p.inner + i % p.inner);
y[2u * i] = x(e);
y[2u * i + 1u] = ${conjugates ? 'select(select(-x(e + 1u), x(e + 1u), j == k), 0.0, j == 0u || 2u * j == p.size)' : 'x(e + 1u)'};`,
  });
  return { shape: shape.with(dim, size), pairs: y };
}

/** Writes pairs to a complex view, or their real parts to a real one. */
function store(engine: Engine, { pairs: x }: Points, out: View): void {
  if (out.dtype.isComplex) launch(engine, { name: 'copy', inputs: { x }, outputs: { out: pairsOf(out) }, body: 'out[i] = x(i);' });
  else launch(engine, { name: 'real part', inputs: { x }, outputs: { out }, body: 'out[i] = x(2u * i);' });
}

/** Fourier transforms, whose sums are in float32. */
export const lowerFft: Lowering = (engine) => [
  entry(fftOps.c2c, ([x], [out], { dims, scale, forward }) => {
    let points: Points = { shape: x.layout.shape, pairs: pairsOf(x) };
    dims.forEach((dim, i) => { points = transform(engine, points, dim, forward, i === 0 ? scale : 1); });
    store(engine, points, out);
  }),
  entry(fftOps.r2c, ([x], [out], { dims, scale }) => {
    const last = dims.at(-1)!;
    let points = transform(engine, complexOf(engine, x), last, true, scale);
    if (out.layout.shape[last] !== points.shape[last]) points = resized(engine, points, last, out.layout.shape[last], false);
    for (const dim of dims.slice(0, -1)) points = transform(engine, points, dim, true);
    store(engine, points, out);
  }),
  entry(fftOps.c2r, ([x], [out], { dims, scale, lastSize }) => {
    const last = dims.at(-1)!;
    let points: Points = { shape: x.layout.shape, pairs: pairsOf(x) };
    for (const dim of dims.slice(0, -1)) points = transform(engine, points, dim, false);
    store(engine, transform(engine, resized(engine, points, last, lastSize, true), last, false, scale), out);
  }),
];
