import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Device, DType, Tensor } from '@sconce/tensor';
import { expect, onTestFinished } from 'vitest';

export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
export const fixtureBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(fixture(name)));

/** A value as tooling/oracle/files.py writes it. */
type Encoded = null | boolean | string | EncodedObject;
interface EncodedObject {
  readonly tensor?: string;
  readonly shape?: readonly number[];
  readonly stride?: readonly number[];
  readonly offset?: number;
  readonly requiresGrad?: boolean;
  readonly data?: string;
  readonly dict?: readonly (readonly [Encoded, Encoded])[];
  readonly metadata?: Encoded;
  readonly list?: readonly Encoded[];
  readonly tuple?: readonly Encoded[];
  readonly set?: readonly Encoded[];
  readonly bytes?: readonly number[];
  readonly int?: string;
  readonly float?: number | string;
  readonly dtype?: string;
  readonly device?: string;
}

export const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Readonly<Record<string, Encoded>>;

/** Compares what was loaded with what PyTorch says is in the file. */
export function expectValue(actual: unknown, want: Encoded, at = 'value', strides = true): void {
  if (typeof want !== 'object' || want === null) return expect(actual, at).toBe(want);
  if (want.tensor !== undefined) return expectTensor(actual, want, at, strides);
  if (want.dict) return expectDict(actual, want, at, strides);
  if (want.list || want.tuple) {
    const items = (want.list ?? want.tuple)!;
    expect(Array.isArray(actual) && [actual.length, Object.isFrozen(actual)], at).toEqual([items.length, want.tuple !== undefined]);
    items.forEach((item, i) => expectValue((actual as unknown[])[i], item, `${at}[${i}]`, strides));
  } else if (want.set) {
    expect(actual, at).toBeInstanceOf(Set);
    const sorted = [...actual as Set<unknown>].sort();
    want.set.forEach((item, i) => expectValue(sorted[i], item, `${at}{${i}}`));
  } else if (want.bytes) expect(actual, at).toEqual(Uint8Array.from(want.bytes));
  else if (want.int !== undefined) expectInt(actual, BigInt(want.int), at);
  else if (want.float !== undefined) expect(actual, at).toBe(typeof want.float === 'number' ? want.float : Number(want.float.replace('inf', 'Infinity')));
  else if (want.dtype) expect([actual instanceof DType, String(actual)], at).toEqual([true, want.dtype]);
  else expect([actual instanceof Device, String(actual)], at).toEqual([true, want.device]);
}

function expectInt(actual: unknown, want: bigint, at: string): void {
  expect(actual, at).toBe(BigInt.asIntN(54, want) === want ? Number(want) : want);
}

function expectTensor(actual: unknown, want: EncodedObject, at: string, strides: boolean): void {
  expect(actual, at).toBeInstanceOf(Tensor);
  const x = actual as Tensor;
  expect([x.dtype.name, x.shape, x.requiresGrad], at).toEqual([want.tensor, want.shape, want.requiresGrad]);
  if (strides) expect([x.stride(), x.storageOffset()], at).toEqual([want.stride, want.offset]);
  expect(bytesOf(x), at).toEqual(new Uint8Array(Buffer.from(want.data!, 'base64')));
}

function expectDict(actual: unknown, want: EncodedObject, at: string, strides: boolean): void {
  const entries = actual instanceof Map ? [...actual as Map<unknown, unknown>] : Object.entries(actual as object);
  const optimizer = want.dict!.some(([key]) => key === 'param_groups');
  expect(entries.length, at).toBe(want.dict!.length);
  want.dict!.forEach(([key, value], i) => {
    if (actual instanceof Map) expectValue(entries[i][0], key, `${at} key ${i}`);
    else expect(entries[i][0], at).toBe(typeof key === 'string' ? key : (key as EncodedObject).int);
    expectValue(entries[i][1], value, `${at}[${entries[i][0]}]`, strides);
  });
  if (optimizer) expect((actual as { state: unknown }).state, at).not.toBeInstanceOf(Map);
  if (want.metadata !== undefined) expectValue((actual as { _metadata?: unknown })._metadata, want.metadata, `${at}._metadata`);
}

/** The bytes of a CPU tensor in logical order. */
export function bytesOf(x: Tensor): Uint8Array {
  const values = x.detach().hostValues();
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** A new folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-serialization-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
