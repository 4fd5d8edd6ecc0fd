import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as torch from '../src/index.js';
import { contiguousNumbers, contiguousValues } from '../src/cpu/host.js';

// Against JavaScript's own sort with a comparison, on random rows with ties, NaN, infinities and zeros of both signs.

type Elements = ArrayLike<number | bigint>;

const { bfloat16, bool, float16, float32, float64, int16, int32, int64, int8, uint8 } = torch;
const dtype = fc.constantFrom(bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64);
const special = fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-45, -1e-45, 3e38, -3e38, 5e-324, 1e300, 255);
const value = fc.oneof(special, fc.integer({ min: -4, max: 4 }), fc.double({ min: -1e5, max: 1e5 }));

/** Rows on both sides of where the kernels change their way. */
const rows = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 2, 15, 17, 40, 256, 257, 300, 1500, 5000)).chain(([count, length]) =>
  fc.record({ count: fc.constant(count), length: fc.constant(length), dtype, pool: fc.array(value, { minLength: 1, maxLength: 300 }), seed: fc.integer({ min: 1, max: 1e6 }), along: fc.constantFrom(0, 1) }));
type Case = typeof rows extends fc.Arbitrary<infer T> ? T : never;

/** A tensor with rows along a dimension, of elements drawn from a pool. */
function made({ count, length, dtype: d, pool, seed, along }: Case): torch.Tensor {
  let state = seed;
  const values = Array.from({ length: count * length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const x = pool[(state >>> 8) % pool.length];
    // every other value is one of its own
    return (state >>> 4) % 2 ? x : x + (state % 997) / 7;
  });
  const x = torch.tensor(d.isFloatingPoint || d === bool ? values : values.map((v) => (Number.isFinite(v) ? Math.trunc(v) % 2 ** 31 : 0)), { dtype: float64 });
  const large = d === int64 ? x.to(int64).mul(2 ** 31).add(x.to(int64)) : x.to(d);
  return along === 1 ? large.view(count, length) : large.view(count, length).t().contiguous();
}

const elements = (x: torch.Tensor): Elements => (x.dtype === int64 ? contiguousValues(x) : contiguousNumbers(x)) as Elements;

/** Ascending, NaN last. */
const compare = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(a !== a) - Number(b !== b));

/** The places of a row's elements in order; equal ones keep theirs. */
const order = (row: Elements, sign: number): number[] =>
  Array.from({ length: row.length }, (_, i) => i).sort((i, j) => sign * compare(row[i], row[j]) || i - j);

const rowOf = (x: torch.Tensor, { along }: Case, row: number): Elements => elements((along === 1 ? x : x.t()).select(0, row).contiguous());

/** That a result has, for each row, the elements at these places, and the places. */
function expectPlaces(c: Case, x: torch.Tensor, [values, indices]: Iterable<torch.Tensor>, placesOf: (row: Elements) => number[]): void {
  for (let i = 0; i < c.count; i++) {
    const row = rowOf(x, c, i), places = placesOf(row);
    expect(Array.from(rowOf(indices, c, i), Number)).toEqual(places);
    expect(Array.from(rowOf(values, c, i))).toEqual(places.map((p) => row[p]));
  }
}

test('sort', () => {
  fc.assert(fc.property(rows, fc.boolean(), (c, descending) => {
    const x = made(c);
    expectPlaces(c, x, x.sort(c.along, { descending }), (row) => order(row, descending ? -1 : 1));
  }), { numRuns: 60 });
});

test('topk', () => {
  fc.assert(fc.property(rows, fc.boolean(), fc.constantFrom(0, 0.001, 0.01, 0.1, 0.3, 1), (c, largest, share) => {
    if (c.dtype === bool) return;
    const x = made(c), k = Math.floor(share * c.length);
    expectPlaces(c, x, x.topk(k, c.along, { largest }), (row) => order(row, largest ? -1 : 1).slice(0, k));
  }), { numRuns: 100 });
});

test('kthvalue and the medians', () => {
  fc.assert(fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (c, share) => {
    if (c.dtype === bool) return;
    const x = made(c), options = { keepdim: true }, k = Math.max(1, Math.ceil(share * c.length));
    const numbers = (row: Elements): number => Array.from(row).filter((v) => v === v).length;
    expectPlaces(c, x, x.kthvalue(k, c.along, options), (row) => [order(row, 1)[k - 1]]);
    expectPlaces(c, x, x.nanmedian(c.along, options), (row) => [order(row, 1)[Math.max(numbers(row) - 1, 0) >> 1]]);
    expectPlaces(c, x, x.median(c.along, options), (row) => [order(row, 1)[numbers(row) < row.length ? numbers(row) : (row.length - 1) >> 1]]);
  }), { numRuns: 60 });
});

test('nonzero', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }), dtype, fc.integer(), (shape, d, seed) => {
    torch.manualSeed(seed);
    const x = torch.randint(-1, 2, shape).to(d), places: number[][] = [];
    const visit = (t: torch.Tensor, at: number[]): void => {
      if (t.dim() === 0) { if (Number(elements(t)[0]) !== 0) places.push(at); } else for (let i = 0; i < t.shape[0]; i++) visit(t.select(0, i), [...at, i]);
    };
    visit(x, []);
    const found = x.nonzero();
    expect(found.shape).toEqual([places.length, shape.length]);
    expect(Array.from(elements(found), Number)).toEqual(places.flat());
  }), { numRuns: 100 });
});

test('triangles', () => {
  const size = fc.integer({ min: 0, max: 6 });
  fc.assert(fc.property(size, size, size, dtype, fc.integer({ min: -8, max: 8 }), fc.boolean(), (batch, height, width, d, diagonal, turned) => {
    const x = torch.arange(1, batch * height * width + 1).to(d), y = turned ? x.view(batch, width, height).transpose(1, 2) : x.view(batch, height, width);
    const keep = (isKept: (row: number, column: number) => boolean): number[] =>
      Array.from(elements(y), Number).map((v, i) => (isKept(Math.floor(i / width) % height, i % width) ? v : 0));
    const below = keep((i, j) => j - i <= diagonal), above = keep((i, j) => j - i >= diagonal);
    expect(Array.from(elements(y.tril(diagonal)), Number)).toEqual(below);
    expect(Array.from(elements(y.triu(diagonal)), Number)).toEqual(above);
    expect(Array.from(elements(y.clone().tril_(diagonal)), Number)).toEqual(below);
  }), { numRuns: 100 });
});
