import { readFileSync } from 'node:fs';
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  bfloat16, dtypes, float16, float32, float64, int64, type DType, type DTypeName, type TypedArray,
} from '../src/dtype.js';
import { bfloat16ToNumber, numberToBfloat16, numberToFloat16 } from '../src/half.js';
import * as random from '../src/random/index.js';

/** Draws recorded from PyTorch by tooling/oracle/random_draws.py. */
interface Recorded {
  readonly programs: readonly Program[];
  readonly states: readonly State[];
}
interface Program {
  readonly seed: number;
  readonly calls: readonly Call[];
  /** an int64 drawn afterwards */
  readonly after: string;
}
interface Call {
  readonly fn: string;
  readonly dtype: DTypeName;
  readonly n: number;
  readonly args: readonly (number | string | boolean | null)[];
  /** base64 of the result */
  readonly data?: string;
  /** CRC-32 of a long result */
  readonly crc?: number;
}
interface State {
  readonly seed: string;
  readonly draws: number;
  readonly normals: number;
  readonly initial_seed: string;
  /** base64 of the deflated bytes of get_state() */
  readonly state: string;
  readonly next: readonly number[];
}
const recorded = JSON.parse(readFileSync(new URL('./fixtures/random.json', import.meta.url), 'utf8')) as Recorded;

const byName = (name: DTypeName): DType => dtypes.find((dtype) => dtype.name === name)!;
const isHalf = (dtype: DType): boolean => dtype === float16 || dtype === bfloat16;
const bytesOf = (x: ArrayBufferView): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

/** Runs a call as an op would: floats of two bytes are filled as float32, then rounded and packed. */
function run({ fn, dtype: name, n, args }: Call, generator: random.Generator): TypedArray {
  const dtype = byName(name);
  const out = isHalf(dtype) ? new Float32Array(n) : new dtype.Array(n);
  const floats = out as random.FloatArray;
  const [a, b] = args as readonly [number, number];
  switch (fn) {
    case 'uniform_': random.fillUniform(floats, dtype, a, b, generator); break;
    case 'normal_': random.fillNormal(floats, dtype, a, b, generator); break;
    case 'normal_strided': random.fillNormalOneByOne(floats, dtype, a, b, generator); break;
    case 'log_normal_': random.fillLogNormal(floats, dtype, a, b, generator); break;
    case 'exponential_': random.fillExponential(floats, dtype, a, generator); break;
    case 'cauchy_': random.fillCauchy(floats, dtype, a, b, generator); break;
    case 'geometric_': random.fillGeometric(out, dtype, a, generator); break;
    case 'random_': random.fillRandom(out, dtype, generator); break;
    case 'random_from': random.fillRandomRange(out, dtype, int(args[0])!, int(args[1]), generator); break;
    case 'randperm': random.fillRandperm(out, dtype, generator); break;
    case 'bernoulli_': random.fillBernoulli(out, dtype, a, generator); break;
    case 'bernoulli': {
      const pDtype = byName(args[0] as DTypeName);
      random.fillBernoulliFrom(out, dtype, linspace(n, pDtype), pDtype, generator);
      break;
    }
    case 'poisson': random.fillPoisson(floats, dtype, floats.slice().fill(a), generator); break;
    case 'multinomial': {
      const [rows, categories, samples, replacement] = args as readonly [number, number, number, boolean];
      const p = new (dtype === float64 ? Float64Array : Float32Array)(rows * categories);
      p.forEach((_, i) => { p[i] = ((i * 7) % 11) + 0.5; });
      return random.multinomial(p, dtype, rows, categories, samples, replacement, generator);
    }
    default: throw new Error(`the recording has a call that this test does not know: ${fn}`);
  }
  return isHalf(dtype) ? Uint16Array.from(floats, dtype === float16 ? numberToFloat16 : numberToBfloat16) : out;
}

/** A bound of a range; large ones are recorded as strings, a missing one as null. */
function int(x: Call['args'][number] | undefined): number | bigint | undefined {
  return x == null ? undefined : typeof x === 'string' ? BigInt(x) : Number(x);
}

/** torch.linspace(0, 1, n) */
function linspace(n: number, dtype: DType): random.FloatArray {
  const out = new (dtype === float64 ? Float64Array : Float32Array)(n);
  const step = dtype === float64 ? 1 / (n - 1) : Math.fround(1 / (n - 1));
  out.forEach((_, i) => { out[i] = i < n / 2 ? step * i : 1 - step * (n - 1 - i); });
  return dtype === bfloat16 ? out.map((x) => bfloat16ToNumber(numberToBfloat16(x))) : out;
}

describe('draws follow PyTorch bit for bit', () => {
  for (const { seed, calls, after } of recorded.programs) {
    const what = [...new Set(calls.map(({ fn, dtype }) => `${fn} ${dtype}`))].join(', ');
    test(`seed ${seed}: ${what} ${JSON.stringify(calls[0]!.args)}`, () => {
      const generator = new random.Generator().manualSeed(seed);
      for (const call of calls) {
        const actual = run(call, generator);
        const label = JSON.stringify([call.fn, call.dtype, call.n, ...call.args]);
        if (call.crc !== undefined) {
          expect(crc32(bytesOf(actual)), label).toBe(call.crc);
        } else {
          const bytes = Uint8Array.from(Buffer.from(call.data!, 'base64'));
          const expected = new (actual.constructor as new (buffer: ArrayBuffer) => TypedArray)(bytes.buffer);
          // logarithms and cosines of doubles may differ in the last bit between mathematical libraries
          if (actual instanceof Float64Array) expectClose(actual, expected as Float64Array, label);
          else expect(actual, label).toEqual(expected);
        }
      }
      const next = new BigInt64Array(1);
      random.fillRandom(next, int64, generator);
      expect(String(next[0]), 'the generator has come as far as PyTorch\'s').toBe(after);
    });
  }
});

function expectClose(actual: Float64Array, expected: Float64Array, label: string): void {
  expect(actual.length, label).toBe(expected.length);
  actual.forEach((x, i) => {
    if (Math.abs(x - expected[i]!) > 1e-14 * Math.abs(expected[i]!)) expect(x, `${label} at ${i}`).toBe(expected[i]);
  });
}

describe('states are interchangeable with torch.get_rng_state', () => {
  for (const { seed, draws, normals, initial_seed, state, next } of recorded.states) {
    const bytes = new Uint8Array(inflateSync(Buffer.from(state, 'base64')));
    const after = (generator: random.Generator): number[] => {
      const out = new Float32Array(next.length);
      random.fillUniform(out, float32, 0, 1, generator);
      return [...out];
    };

    test(`written: seed ${seed}, ${draws} draws, ${normals} normal numbers`, () => {
      const generator = new random.Generator().manualSeed(BigInt(seed));
      for (let i = 0; i < draws; i++) generator.random();
      random.fillNormal(new Float32Array(normals), float32, 0, 1, generator);
      expect(String(generator.initialSeed())).toBe(initial_seed);
      // the cached normal number, eight bytes at 5024, comes from a cosine: the last bit may differ
      const actual = generator.getStateBytes();
      expect(new DataView(actual.buffer).getFloat64(5024, true))
        .toBeCloseTo(new DataView(bytes.buffer).getFloat64(5024, true), 13);
      actual.set(bytes.subarray(5024, 5032), 5024);
      expect(actual).toEqual(bytes);
      expect(after(generator)).toEqual([...next]);
    });

    test(`read: seed ${seed}, ${draws} draws, ${normals} normal numbers`, () => {
      const generator = new random.Generator().setStateBytes(bytes);
      expect(String(generator.initialSeed())).toBe(initial_seed);
      expect(generator.getStateBytes()).toEqual(bytes);
      expect(after(generator.clone())).toEqual([...next]);
      expect(after(generator)).toEqual([...next]);
    });
  }
});
