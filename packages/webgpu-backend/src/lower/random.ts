import { float32, int32, type Generator } from '@sconce/tensor';
import { randomOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch, type Job } from '../kernels/job.js';
import { rowsAlong } from '../kernels/rows.js';
import { orderOf } from '../kernels/sort.js';
import type { Bytes } from '../values.js';
import { entry, type Entry, type Lowering } from './entry.js';
import { cumulate } from './scan.js';

/**
 * Philox 4×32-10: four random words from a counter and a key, the same on every device.
 * @see J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011)
 */
const PHILOX = `
fn wide(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let m1 = ah * bl + (low >> 16u);
  let m2 = al * bh + (m1 & 0xffffu);
  return vec2<u32>(ah * bh + (m1 >> 16u) + (m2 >> 16u), (m2 << 16u) | (low & 0xffffu));
}
fn philox(index: u32, block: u32) -> vec4<u32> {
  var c = vec4<u32>(index, block, p.stream_low, p.stream_high);
  var key = vec2<u32>(p.seed_low, p.seed_high);
  for (var r = 0; r < 10; r++) {
    let a = wide(0xd2511f53u, c.x);
    let b = wide(0xcd9e8d57u, c.z);
    c = vec4<u32>(b.x ^ c.y ^ key.x, b.y, a.x ^ c.w ^ key.y, a.y);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
// of [0, 1), and of (0, 1]
fn unit(x: u32) -> f32 { return f32(x >> 8u) * 5.9604644775390625e-8; }
fn positive(x: u32) -> f32 { return (f32(x >> 8u) + 1.0) * 5.9604644775390625e-8; }
fn gauss(x: vec4<u32>) -> f32 { return sqrt(-2.0 * log_(positive(x.x))) * cos_(6.283185307179586 * unit(x.y)); }`;

/** The seed of each generator, and how many draws it has given here. */
class Streams {
  private readonly known = new WeakMap<Generator, { beginnings: number; draws: bigint }>();

  next(generator: Generator): Record<string, number> {
    const seed = BigInt.asUintN(64, BigInt(generator.initialSeed())), { beginnings } = generator;
    let stream = this.known.get(generator);
    if (stream?.beginnings !== beginnings) this.known.set(generator, (stream = { beginnings, draws: 0n }));
    const draw = stream.draws++;
    return { seed_low: low(seed), seed_high: low(seed >> 32n), stream_low: low(draw), stream_high: low(draw >> 32n) };
  }
}

const low = (x: bigint): number => Number(x & 0xffffffffn);

const BERNOULLI = 'out[i] = T(select(0.0, 1.0, unit(philox(i, 0u).x) < chance(i)));';

// the first category up to which the sum is above a share of the whole
const CATEGORY = `let base = i / p.samples * p.length;
let all = sums(base + p.length - 1u);
let u = unit(philox(i, 0u).x) * all;
var low = 0u;
var high = p.length - 1u;
while (low < high) {
  let middle = (low + high) / 2u;
  let s = sums(base + middle);
  if (s > u || s >= all) { high = middle; } else { low = middle + 1u; }
}
out[i] = T(low);`;

/**
 * Small rates by multiplying uniform numbers (D. Knuth), larger ones by rejection.
 * @see W. Hörmann, The transformed rejection method for generating Poisson random variables (1993)
 */
const POISSON = `let l = rate(i);
var k = 0.0;
var block = 0u;
if (l < 10.0) {
  let limit = exp_(-l);
  var product = 1.0;
  loop {
    product *= positive(philox(i, block).x);
    if (product <= limit) { break; }
    k += 1.0;
    block++;
  }
} else {
  let b = 0.931 + 2.53 * sqrt(l);
  let a = -0.059 + 0.02483 * b;
  loop {
    let r = philox(i, block);
    block++;
    let u = unit(r.x) - 0.5;
    let v = positive(r.y);
    let us = 0.5 - abs(u);
    k = floor((2.0 * a / us + b) * u + l + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2.0)) { break; }
    if (k < 0.0 || (us < 0.013 && v > us)) { continue; }
    let s = log_(v) + log_(1.1239 + 1.1328 / (b - 3.4)) - log_(a / (us * us) + b);
    if (s <= k * log_(l) - l - lgamma_(k + 1.0)) { break; }
  }
}
out[i] = T(k);`;

/** What dtypes hold, for draws from all of it. */
const largestOf = ({ dtype: { name, kind } }: View): number =>
  (kind === 'float' ? (name === 'float32' ? 2 ** 24 : name === 'float16' ? 2 ** 11 : 2 ** 8)
    : kind === 'bool' ? 1 : name === 'uint8' ? 255 : name === 'int8' ? 127 : name === 'int16' ? 32767 : 2147483647);

/** Random numbers: every element of a draw has a counter of its own, so their order does not matter. */
export const lowerRandom: Lowering = (engine: Engine): readonly Entry[] => {
  const streams = new Streams();
  const draw = (name: string, out: View | Bytes, generator: Generator, job: Omit<Job, 'name' | 'outputs'>): void => launch(engine, {
    ...job, name: `random ${name}`, outputs: { out }, params: { ...streams.next(generator), ...job.params },
    declarations: `${PHILOX}\n${job.declarations ?? ''}`,
  });
  return [
    entry(randomOps.uniform, (_, [out], { from, to, generator }) => draw('uniform', out, generator, {
      floats: { start: from, width: to - from }, body: 'out[i] = T(unit(philox(i, 0u).x) * p.width + p.start);',
    })),
    entry(randomOps.normal, (_, [out], { mean, std, generator }) => draw('normal', out, generator, {
      floats: { mean, spread: std }, body: 'out[i] = T(gauss(philox(i, 0u)) * p.spread + p.mean);',
    })),
    entry(randomOps.logNormal, (_, [out], { mean, std, generator }) => draw('log-normal', out, generator, {
      floats: { mean, spread: std }, body: 'out[i] = T(exp_(gauss(philox(i, 0u)) * p.spread + p.mean));',
    })),
    entry(randomOps.exponential, (_, [out], { lambd, generator }) => draw('exponential', out, generator, {
      floats: { lambd }, body: 'out[i] = T(-log_(positive(philox(i, 0u).x)) / p.lambd);',
    })),
    entry(randomOps.cauchy, (_, [out], { median, sigma, generator }) => draw('cauchy', out, generator, {
      floats: { median, sigma }, body: 'out[i] = T(p.median + p.sigma * tan_(3.141592653589793 * (unit(philox(i, 0u).x) - 0.5)));',
    })),
    entry(randomOps.geometric, (_, [out], { p, generator }) => draw('geometric', out, generator, {
      floats: { rate: Math.log1p(-p) }, body: 'out[i] = T(ceil(log_(positive(philox(i, 0u).x)) / p.rate));',
    })),
    entry(randomOps.bernoulli, (_, [out], { p, generator }) => draw('bernoulli', out, generator, {
      floats: { chance: p }, declarations: 'fn chance(k: u32) -> f32 { return p.chance; }', body: BERNOULLI,
    })),
    entry(randomOps.bernoulliTensor, ([, chance], [out], { generator }) => draw('bernoulli of each', out, generator, { inputs: { chance }, body: BERNOULLI })),
    entry(randomOps.bernoulliOf, ([chance], [out], { generator }) => draw('bernoulli of each', out, generator, { inputs: { chance }, body: BERNOULLI })),
    entry(randomOps.rreluNoise, ([x], [out], { lower, upper, generator }) => draw('rrelu', out, generator, {
      inputs: { x }, floats: { lower, width: upper - lower }, body: 'out[i] = select(1.0, p.lower + p.width * unit(philox(i, 0u).x), x(i) <= 0.0);',
    })),
    entry(randomOps.random, (_, [out], { generator }) => draw('integers', out, generator, {
      params: { range: largestOf(out) + 1 >>> 0, start: 0 }, body: INTEGER,
    })),
    entry(randomOps.randomRange, (_, [out], { from, to, generator }) => {
      const start = Number(from), end = to === undefined ? largestOf(out) + 1 : Number(to);
      draw('integers', out, generator, { params: { range: (end - start) >>> 0, start: start >>> 0 }, body: INTEGER });
    }),
    entry(randomOps.poisson, ([rate], [out], { generator }) => draw('poisson', out, generator, { inputs: { rate }, body: POISSON })),
    entry(randomOps.randperm, (_, [out], { generator }) => {
      const { numel } = out.layout, words = engine.temporary(numel, int32);
      draw('words', words, generator, { body: 'out[i] = bitcast<i32>(philox(i, 0u).x);' });
      const { order } = orderOf(engine, words, { count: 1, length: numel, inner: 1 }, 'i32', false);
      launch(engine, { name: 'as ordered', inputs: { order }, outputs: { out }, body: 'out[i] = T(order(i));' });
    }),
    entry(randomOps.multinomial, ([p], [out], { numSamples, replacement, generator }) => {
      const rows = rowsAlong(p.layout, p.layout.shape.length - 1);
      if (replacement) {
        const sums = engine.temporary(p.layout.numel, float32);
        cumulate(engine, p, sums);
        return draw('categories', out, generator, { inputs: { sums }, params: { length: rows.length, samples: numSamples }, body: CATEGORY });
      }
      // who waits longest, at waiting times that the probabilities shorten
      const times = engine.temporary(p.layout.numel, float32);
      draw('times', times, generator, { inputs: { weight: p }, body: 'out[i] = weight(i) / -log_(positive(philox(i, 0u).x) * 0.99999994);' });
      const { order, stride } = orderOf(engine, times, rows, 'f32', true);
      launch(engine, {
        name: 'first ordered', inputs: { order }, outputs: { out }, params: { samples: numSamples, stride },
        body: 'out[i] = T(order(i / p.samples * p.stride + i % p.samples));',
      });
    }),
  ];
};

/** An integer of a range that may be all 32 bits (0): the high word of a product, so that no value is much likelier. */
const INTEGER = `let word = philox(i, 0u).x;
let offset = select(wide(word, p.range).x, word, p.range == 0u);
out[i] = T(bitcast<i32>(p.start + offset));`;
