import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '@sconce/testing/bundle';
import { expect, test } from 'vitest';

test('the package is at most 44 kB, minified and compressed, without linear algebra', async () => {
  const code = await bundle(fileURLToPath(new URL('../src/index.ts', import.meta.url)), ['@sconce/tensor', '@sconce/tensor/internal', 'webgpu']);
  expect(code).toMatch(/from\s*["']@sconce\/tensor["']/);
  expect(gzipSync(code).length).toBeLessThanOrEqual(44_000);
}, 60_000);
