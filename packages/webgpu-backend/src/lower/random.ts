import { float32, int32 } from '@sconce/tensor';
import { randomOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { drawing } from '../kernels/draw.js';
import { launch } from '../kernels/job.js';
import { rowsAlong } from '../kernels/rows.js';
import { cumulate } from '../kernels/scan.js';
import { orderOf } from '../kernels/sort.js';
import { entry, type Entry, type Lowering } from './entry.js';

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

/** What dtypes hold, for draws from all of it. */
const largestOf = ({ dtype: { name, kind } }: View): number =>
  (kind === 'float' ? (name === 'float32' ? 2 ** 24 : name === 'float16' ? 2 ** 11 : 2 ** 8)
    : kind === 'bool' ? 1 : name === 'uint8' ? 255 : name === 'int8' ? 127 : name === 'int16' ? 32767 : 2147483647);

export const lowerRandom: Lowering = (engine: Engine): readonly Entry[] => {
  const draw = drawing(engine);
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
