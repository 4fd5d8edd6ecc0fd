import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { float16, fromTypedArray, type Tensor } from '@sconce/tensor';
import { expect } from 'vitest';
import type { ops, utils } from '../src/index.js';

/** A tensor, by its place among all. */
export interface Recorded { readonly tensor: number }
export type Argument = Recorded | number | string | boolean | null | readonly Argument[];
export interface Call {
  readonly op: keyof typeof ops; readonly args: readonly Argument[]; readonly options: Readonly<Record<string, unknown>>;
  readonly out?: Recorded; readonly error?: string; readonly gradOf?: number; readonly grad?: Recorded; readonly seed?: number;
}
export interface RecordedModule {
  readonly text: string; readonly state: Readonly<Record<string, Recorded>>; readonly inputs: readonly Recorded[]; readonly out?: Recorded;
}

/** What torchvision 0.14 gave; tooling/oracle/vision_ops.py records it. */
export const recorded = JSON.parse(gunzipSync(readFileSync(new URL('./fixtures/ops.json.gz', import.meta.url))).toString()) as {
  readonly tensors: readonly { readonly dtype: string; readonly shape: readonly number[]; readonly data: string }[];
  readonly calls: readonly Call[];
  readonly modules: Readonly<Record<string, RecordedModule>>;
  readonly pyramids: Readonly<Record<string, { readonly text: string; readonly state: Readonly<Record<string, Recorded>>; readonly out: Readonly<Record<string, Recorded>> }>>;
  readonly maps: Readonly<Record<string, Recorded>>;
  readonly multiScale: {
    readonly maps: Readonly<Record<string, Recorded>>; readonly boxes: readonly Recorded[];
    readonly pools: readonly {
      readonly names: readonly string[]; readonly ratio: number; readonly options: ops.MultiScaleRoIAlignOptions; readonly text: string;
      readonly scales: readonly number[]; readonly out: Recorded; readonly grad: Readonly<Record<string, Recorded>>;
    }[];
  };
  readonly utils: {
    readonly picture: Recorded; readonly points: Recorded; readonly drawn: readonly (readonly [options: utils.KeypointOptions, out: Recorded])[];
    readonly lines: readonly { readonly radius: number; readonly ends: Recorded; readonly out: Recorded }[];
    readonly flows: readonly (readonly [flow: Recorded, out: Recorded])[];
  };
};

const ARRAYS = {
  bool: Uint8Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array, float16: Uint16Array, float32: Float32Array, float64: Float64Array,
} as const;

export function tensorOf({ tensor: place }: Recorded): Tensor {
  const { dtype, shape, data } = recorded.tensors[place], bytes = Uint8Array.from(Buffer.from(data, 'base64'));
  const array = new ARRAYS[dtype as keyof typeof ARRAYS](bytes.buffer);
  if (dtype === 'float16') return fromTypedArray(Float32Array.from(array as Uint16Array, half), shape).to(float16);
  const x = fromTypedArray(array, shape);
  return dtype === 'bool' ? x.ne(0) : x;
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

const isRecorded = (x: unknown): x is Recorded => typeof x === 'object' && x !== null && 'tensor' in x;
export const argument = (x: Argument): unknown => (isRecorded(x) ? tensorOf(x) : Array.isArray(x) ? x.map((item) => argument(item as Argument)) : x);

/** Relative to the largest value, for sums in another order differ by that much. */
const TOLERANCE: Readonly<Record<string, number>> = { float16: 2e-3, float32: 2e-6, float64: 1e-12 };

export function expectSame(x: Tensor, wanted: Tensor): void {
  expect({ dtype: x.dtype.name, shape: [...x.shape] }).toEqual({ dtype: wanted.dtype.name, shape: [...wanted.shape] });
  const [found, numbers] = [x, wanted].map((t) => Array.from(t.detach().hostValues(), Number));
  const within = (TOLERANCE[wanted.dtype.name] ?? 0) * numbers.reduce((most, n) => Math.max(most, Number.isFinite(n) ? Math.abs(n) : 0), 0);
  expect(found.filter((n, i) => !Object.is(n, numbers[i]) && !(Math.abs(n - numbers[i]) <= within))).toEqual([]);
}
