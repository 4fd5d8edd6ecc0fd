import { fileURLToPath } from 'node:url';
import { bundle } from '@sconce/testing/bundle';
import { expect, test } from 'vitest';

test('no bundler finds the package of Node, which Vite\'s server would look for in vain', async () => {
  const code = await bundle(fileURLToPath(new URL('../src/adapter.ts', import.meta.url)));
  expect(code.match(/["'`]webgpu["'`]/)).not.toBeNull();
  expect(code.match(/import\(\s*["'`][^)]*/)).toBeNull();
}, 60_000);
