import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '@sconce/testing/bundle';
import { expect, test } from 'vitest';

test('the package is at most 40 kB, minified and compressed, without its entries of rarer kernels', async () => {
  const code = await bundle(fileURLToPath(new URL('../src/index.ts', import.meta.url)), ['@sconce/tensor', '@sconce/tensor/internal', 'webgpu']);
  expect(code).toMatch(/from\s*["']@sconce\/tensor["']/);
  expect(gzipSync(code).length).toBeLessThanOrEqual(40_000);
}, 60_000);
