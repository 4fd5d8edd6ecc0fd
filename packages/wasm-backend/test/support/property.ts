import { registerBackend, type DType, type Tensor, type TypedArray } from '@sconce/tensor';
import { contiguousValues, jsBackend, type Backend } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { wasm } from '../../src/index.js';
import { Draws } from './draws.js';

/** What is computed on both backends, and how far apart the results may be: |a - b| <= atol + rtol |b|. */
export interface Case {
  run(): Tensor | readonly Tensor[];
  readonly rtol?: number | undefined;
  readonly atol?: number | undefined;
  /** said where the results differ */
  readonly note?: unknown;
}

interface Snapshot { readonly shape: readonly number[]; readonly dtype: DType; readonly values: TypedArray }
type Outcome = readonly Snapshot[] | { readonly error: string };

const fast = wasm();

function outcome(backend: Backend, { run }: Case): Outcome {
  registerBackend(backend);
  try {
    const result = run();
    return (Array.isArray(result) ? result as readonly Tensor[] : [result as Tensor])
      .map((x) => ({ shape: x.shape, dtype: x.dtype, values: contiguousValues(x).slice() }));
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Where two results are not the same, in a line; null where they are. */
function difference(actual: Outcome, expected: Outcome, { rtol = 0, atol = 0 }: Case): string | null {
  if ('error' in expected || 'error' in actual) {
    const [a, e] = [actual, expected].map((o) => ('error' in o ? o.error : 'a result'));
    return a === e ? null : `${a} instead of ${e}`;
  }
  for (const [k, e] of expected.entries()) {
    const a = actual[k];
    if (a.dtype !== e.dtype || String(a.shape) !== String(e.shape)) return `output ${k}: ${a.dtype} [${a.shape}] instead of ${e.dtype} [${e.shape}]`;
    for (let i = 0; i < e.values.length; i++) {
      if (!same(a.values[i], e.values[i], rtol, atol)) {
        return `output ${k} [${e.shape}], element ${i}: ${show(a.values[i])} instead of ${show(e.values[i])}`;
      }
    }
  }
  return null;
}

const show = (x: number | bigint): string => (Object.is(x, -0) ? '-0' : String(x));

/** Equal, also in the sign of zero and in being NaN; finite numbers also where they are close. */
function same(a: number | bigint, e: number | bigint, rtol: number, atol: number): boolean {
  if (Object.is(a, e)) return true;
  if (typeof a === 'bigint' || typeof e === 'bigint' || !Number.isFinite(e) || (a === 0 && e === 0)) return false;
  return Math.abs(a - e) <= atol + rtol * Math.abs(e);
}

/** A test that the kernels give what the JavaScript kernels give, or throw what these throw, which not every case may do, on `count` random cases. */
export function property(name: string, count: number, draw: (r: Draws) => Case): void {
  test(name, () => {
    let seed = 0, thrown: string | null = null, results = 0;
    for (let i = 0; i < name.length; i++) seed = (Math.imul(seed, 31) + name.charCodeAt(i)) | 0;
    for (let i = 0; i < count; i++) {
      const one = draw(new Draws(seed + 7919 * i));
      const expected = outcome(jsBackend, one);
      if ('error' in expected) thrown = expected.error;
      else results++;
      const found = difference(outcome(fast, one), expected, one);
      if (found) expect.fail(`case ${i}: ${found}${one.note === undefined ? '' : ` (${JSON.stringify(one.note)})`}`);
    }
    if (results === 0) expect.fail(`every case threw, such as: ${thrown}`);
  });
}
