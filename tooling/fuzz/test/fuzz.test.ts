import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuzz, inputOf, readWhole, sharesOf } from '../src/fuzz.mjs';
import { makeKinds, type Kind } from '../src/kinds.mjs';
import { countAllocations, Meter } from '../src/memory.mjs';
import { supervise } from '../src/supervise.mjs';
import { watch } from '../src/surroundings.mjs';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'sconce-fuzz-test-'));
const uncount = countAllocations(), unwatch = watch(folder), meter = new Meter();
let torch: typeof import('sconce'), kinds: Kind[];
beforeAll(async () => {
  torch = await import('sconce');
  kinds = makeKinds(torch, folder);
}, 60_000);
afterAll(() => {
  uncount();
  unwatch();
  meter.close();
  rmSync(folder, { recursive: true });
});

test('some broken files of each kind', { timeout: 60_000 }, async () => {
  for (const kind of kinds) {
    await readWhole(kind);
    const { valid, defects } = await fuzz(torch, kind, { seed: 3, to: 200, meter });
    expect(defects.map(({ kind, input, why }) => `${kind} ${input}: ${why}`)).toEqual([]);
    // neither all refused nor all read: the changes reach what they should
    expect(valid, kind.name).toBeGreaterThan(0);
    expect(valid, kind.name).toBeLessThan(200);
  }
});

test('the same files for the same seed, others for another', () => {
  for (const kind of kinds) {
    const [a, b, c] = [5, 5, 6].map((seed) => Array.from({ length: 20 }, (_, n) => Buffer.from(inputOf(kind, seed, n).bytes).toString('base64')));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  }
});

test('shares add up', () => {
  const counts = sharesOf(kinds, 12_345);
  expect(counts.reduce((a, b) => a + b)).toBe(12_345);
  expect(Math.min(...counts)).toBeGreaterThan(100);
});

class Refused extends Error {}
/** A reader's defects, of a single input. */
const defectsOf = async (read: Kind['read']): Promise<string> => {
  const kind: Kind = { name: 'planted', share: 1, originals: [new Uint8Array(100)], read, isTyped: (error) => error instanceof Refused };
  const { defects } = await fuzz(torch, kind, { seed: 1, to: 1, meter });
  return defects.map(({ why }) => why).join('\n');
};

describe('a reader that breaks a promise is found out', () => {
  const bomb = gzipSync(new Uint8Array(100 << 20)), outside = join(folder, '..', `sconce-escaped-${process.pid}`);
  const tensorOf = (size: number[], stride: number[]) => () => {
    const x = torch.zeros(4);
    return new torch.Tensor(x.storage, x.dtype, { shape: size, strides: stride, offset: 0, numel: size.reduce((a, b) => a * b) } as never);
  };
  test.each<[string, Kind['read'], RegExp | '']>([
    ['one that keeps them', () => [1, 'x'], ''],
    ['one that refuses', () => { throw new Refused(); }, ''],
    ['an error of the language', () => (undefined as never as string).length, /^throws TypeError/],
    ['a rejection', async () => { throw new RangeError('x'); }, /^throws RangeError/],
    ['a text that is thrown', () => { throw 'x'; }, /^throws x/],
    ['an array that nobody touches', () => new Float64Array(9 << 20).length, /^takes (72|73) MiB/],
    ['a heap', () => new Array(10 << 20).fill(0).length, /^takes \d+ MiB/],
    ['a bomb', () => gunzipSync(bomb).length, /^takes \d+ MiB/],
    ['memory of others', () => Uint8Array.from(Buffer.allocUnsafe(8)), /^gives another value when it is read again/],
    ['a tensor beyond its memory', tensorOf([5], [1]), /^gives a tensor beyond its storage/],
    ['a tensor with a stride that leads out', tensorOf([2], [4]), /^gives a tensor beyond its storage/],
    ['an object of a strange class', () => new URL('file:///'), /^gives a value of URL/],
    ['a prototype of a value', () => Object.assign(Object.create({ admin: true }), { x: 1 }), /^gives a value of/],
    ['a file elsewhere', () => writeFileSync(outside, ''), /^writeFileSync of .*sconce-escaped/],
    // oxlint-disable-next-line no-implied-eval
    ['code', () => new Function('return 1')(), /^a call of Function/],
  ])('%s', { timeout: 30_000 }, async (_, read, why) => {
    const found = await defectsOf(read);
    if (why === '') expect(found).toBe('');
    else expect(found).toMatch(why);
    rmSync(outside, { force: true });
  });

  test('a prototype that it changes', async () => {
    const found = await defectsOf(() => { Object.assign(Object.prototype, { polluted: 1 }); });
    delete (Object.prototype as { polluted?: 1 }).polluted;
    expect(found).toBe('the prototype of Object was changed');
  });

  test('a function of a prototype that it replaces', async () => {
    const { at } = Array.prototype;
    const found = await defectsOf(() => { Array.prototype.at = () => 1 as never; });
    Array.prototype.at = at;
    expect(found).toBe('the prototype of Array was changed');
  });

  test('one that takes more than a second, each time', { timeout: 30_000 }, async () => {
    let calls = 0;
    const sleep = async (ms: number) => {
      await new Promise((done) => { setTimeout(done, ms); });
      throw new Refused();
    };
    expect(await defectsOf(() => sleep(calls++ === 0 ? 1100 : 1))).toBe('');
    expect(await defectsOf(() => sleep(1100))).toMatch(/^takes \d+ ms/);
  });

  test.each([['endless', 'hangs for more than 1 s'], ['heap', 'takes more than 256 MB of heap']])('%s', { timeout: 60_000 }, async (how, why) => {
    const lines: string[] = [];
    const defects = await supervise({
      inputs: 1, seed: 9, kinds: [how], only: undefined, folder, say: (line) => lines.push(line),
      patience: how === 'heap' ? 30_000 : 1000, worker: fileURLToPath(new URL('fixtures/endless.mjs', import.meta.url)),
    });
    expect(defects).toEqual([{ kind: 'endless', input: 42, why }]);
    expect(lines[0]).toContain('npm run fuzz -- --seed 9 --kinds endless --only 42');
  });
});
