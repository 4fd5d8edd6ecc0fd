import { RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load, loadNpy, loadNpz, safetensors, SafetensorError, save, UnpicklingError } from '../src/index.js';
import { mutated, random } from './mutate.js';
import { fixtureBytes } from './support.js';

/** `SCONCE_FUZZ=100000` inputs of each kind, from `SCONCE_FUZZ_SEED=7`, for a longer run. */
const count = Number(process.env.SCONCE_FUZZ ?? 1500), seed = Number(process.env.SCONCE_FUZZ_SEED ?? 1);
const allowance = 64 * 2 ** 20, slowMilliseconds = 1000;

/** What readers allocate at a time, in bytes: the largest since it was asked for. */
let largest = 0;
const originals = { ArrayBuffer: globalThis.ArrayBuffer, Uint8Array: globalThis.Uint8Array };

beforeAll(() => {
  for (const name of ['ArrayBuffer', 'Uint8Array'] as const) {
    globalThis[name] = new Proxy(originals[name], {
      construct(target, args: readonly unknown[], newTarget) {
        if (typeof args[0] === 'number') largest = Math.max(largest, args[0]);
        return Reflect.construct(target, args, newTarget === globalThis[name] ? target : newTarget) as object;
      },
    }) as never;
  }
});
afterAll(() => { Object.assign(globalThis, originals); });

type Read = (bytes: Uint8Array) => Promise<unknown>;
interface Kind {
  readonly read: Read;
  readonly seeds: () => Uint8Array[];
  /** what is mutated lies within a file whose checksum is right again */
  readonly wrap?: (inner: Uint8Array, draw: (below: number) => number) => Uint8Array;
}

const pickles = ['checkpoint', 'dtypes', 'views', 'parameters', 'values', 'values_protocol4', 'values_protocol5'];
const pickleOf = (name: string): Uint8Array => Object.entries(unzipSync(fixtureBytes(`${name}.pth`))).find(([entry]) => entry.endsWith('/data.pkl'))![1];
/** Storages that are large enough for any of the pickles. */
const storages = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`archive/data/${i}`, new Uint8Array(256).fill(i)]));
const arrays = ['f4', 'i8', 'fortran', 'big_f2', 'version2', 'version3', 'empty'];

const kinds: Record<string, Kind> = {
  '.pth': { read: load, seeds: () => pickles.map((name) => fixtureBytes(`${name}.pth`)) },
  'the pickle of a .pth': {
    read: load,
    seeds: () => pickles.map(pickleOf),
    wrap: (inner, draw) => zipSync({ 'archive/data.pkl': inner, ...storages }, { level: draw(8) === 0 ? 6 : 0 }),
  },
  'the older .pth': { read: load, seeds: () => ['checkpoint', 'dtypes', 'views', 'parameters', 'values'].map((name) => fixtureBytes(`${name}_legacy.pth`)) },
  safetensors: { read: safetensors.loadFile, seeds: () => [fixtureBytes('dtypes.safetensors')] },
  '.npy': { read: loadNpy, seeds: () => arrays.map((name) => fixtureBytes(`${name}.npy`)) },
  '.npz': { read: loadNpz, seeds: () => ['plain', 'compressed'].map((name) => fixtureBytes(`${name}.npz`)) },
  'an array of a .npz': {
    read: loadNpz, seeds: () => arrays.map((name) => fixtureBytes(`${name}.npy`)),
    wrap: (inner, draw) => zipSync({ 'x.npy': inner }, { level: draw(2) ? 6 : 0 }),
  },
};

const isTyped = (error: unknown): boolean =>
  [UnpicklingError, RuntimeError, ValueError, SafetensorError].some((type) => error instanceof type) ||
  // dtypes that numpy has and we have not
  (error instanceof TypeError && /^(can't convert np\.ndarray of type|arrays of structured dtypes)/.test(error.message));

/** Goes over a value that was read: every tensor lies within its memory. */
function checkValue(root: unknown): void {
  const seen = new Set<unknown>(), work = [root];
  for (let value = work.pop(); value !== undefined || work.length > 0; value = work.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Tensor) {
      const { shape, strides, offset, numel } = value.layout;
      const last = shape.reduce((at, n, d) => at + (n - 1) * strides[d], offset);
      if (numel > 0 && !(last < value.storage.nbytes / value.dtype.itemsize)) throw new Error('a tensor beyond its storage');
    } else if (value instanceof Map) work.push(...value.keys(), ...value.values());
    else if (value instanceof Set || Array.isArray(value)) work.push(...value);
    else work.push(...Object.values(value));
  }
}

const prototypes = [Object, Array, Map, Set, Tensor, Uint8Array].map(({ prototype }) => prototype as object);
const shapes = (): string => JSON.stringify(prototypes.map((prototype) => [Reflect.ownKeys(prototype).map(String), Object.getPrototypeOf(prototype) === null]));

describe(`${count} broken files each, seed ${seed}`, () => {
  test.each(Object.entries(kinds))('%s', async (name, { read, seeds, wrap }) => {
    const draw = random(seed * 1_000_003 + name.length * 7919), originalsOfKind = seeds(), before = shapes();
    let valid = 0;
    for (let n = 0; n < count; n++) {
      const inner = mutated(originalsOfKind[draw(originalsOfKind.length)], draw, originalsOfKind);
      const bytes = wrap ? wrap(inner, draw) : inner;
      largest = 0;
      const start = performance.now();
      const input = () => `input ${n}: ${Buffer.from(bytes).toString('base64')}`;
      try {
        const value = await read(bytes);
        checkValue(value);
        valid++;
      } catch (error) {
        if (!isTyped(error)) throw new Error(`${input()}\n${(error as Error).stack}`, { cause: error });
      }
      if (performance.now() - start > slowMilliseconds) throw new Error(`slow, ${input()}`);
      if (largest > allowance + bytes.length) throw new Error(`allocates ${largest} bytes, ${input()}`);
    }
    expect(shapes()).toBe(before);
    // neither all refused nor all read: the changes reach what they should
    expect(valid).toBeGreaterThan(0);
    expect(valid).toBeLessThan(count);
  }, 30_000 + count * 20);

  test('what is read of a broken .pth can be written and read again', async () => {
    const draw = random(seed);
    for (let n = 0; n < count / 8; n++) {
      const bytes = mutated(fixtureBytes('values_legacy.pth'), draw, [fixtureBytes('views_legacy.pth')]);
      const value: unknown = await load(bytes).catch(() => null);
      expect(typeof await load(await save(value))).toBe(typeof value);
    }
  });
});
