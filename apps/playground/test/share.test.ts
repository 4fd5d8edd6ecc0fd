import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pack, unpack } from '../src/share.js';

test.each(['', 'const x = 1;', 'ü'.repeat(5000)])('what was packed comes back', async (source) => {
  expect(await unpack(await pack(source))).toBe(source);
});

test('a link unpacks to a megabyte at most', async () => {
  const small = deflateRawSync(Buffer.alloc(1 << 28)).toString('base64url');
  expect(small.length).toBeLessThan(400_000);
  await expect(unpack(small)).rejects.toThrow('a program has at most 1048576 bytes');
});

test.each(['!', 'broken', 'AAAA'])('%s is no program', async (text) => {
  await expect(unpack(text)).rejects.toThrow();
});
