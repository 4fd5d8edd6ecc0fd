import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundle } from '@sconce/testing/bundle';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src/index.ts', import.meta.url));

test('with all variants the package is at most 60 kB, minified and compressed', async () => {
  const code = await bundle(source, ['@sconce/tensor', '@sconce/tensor/internal']);
  expect(code).toMatch(/from\s*["']@sconce\/tensor["']/);
  expect(gzipSync(code).length).toBeLessThanOrEqual(60_000);
});

test('a program with threads ends by itself, and gives the same each time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sconce-threads-'));
  try {
    await writeFile(join(folder, 'program.mjs'), await bundle(fileURLToPath(new URL('support/threaded-program.ts', import.meta.url))));
    const run = async (): Promise<string> => (await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')], { timeout: 15_000 })).stdout;
    const printed = await run(), lines = printed.trim().split('\n');
    expect(lines).toEqual(new Array(5).fill(lines[0]));
    expect(await run()).toBe(printed);
  } finally {
    await rm(folder, { recursive: true });
  }
});
