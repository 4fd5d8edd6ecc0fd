import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import { load, save } from '../src/index.js';
import { temporaryFolder } from './support.js';

/** `SCONCE_KILLS=200` for a thorough run. */
const kills = Number(process.env.SCONCE_KILLS ?? 24);

const source = (name: string): string => fileURLToPath(new URL(`../src/${name}`, import.meta.url));

/** The package as one file: what Node can run as it is, and what a browser would get. */
async function bundled(outfile: string, contents: string, platform: 'node' | 'browser'): Promise<void> {
  // esbuild comes with tsup, the tool that builds the packages
  const fromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'));
  const { build } = fromTsup('esbuild') as { build(options: object): Promise<unknown> };
  await build({
    stdin: { contents, resolveDir: source('') }, outfile, platform, bundle: true, format: 'esm', target: 'es2022',
    conditions: ['@sconce/source'], logLevel: 'silent',
  });
}

test('the package bundles for a browser', async () => {
  await bundled(join(temporaryFolder(), 'browser.mjs'), "export * from './index.js';", 'browser');
});

test(`a process that is killed while it saves leaves a whole file, ${kills} times`, async () => {
  const folder = temporaryFolder(), program = join(folder, 'program.mjs'), path = join(folder, 'checkpoint.pth');
  await bundled(program, `
    import { save } from './index.js';
    import { full } from '@sconce/tensor';
    for (let i = 0; ; i++) {
      await save({ i, x: full([100_000], i) }, ${JSON.stringify(path)});
      if (i === 0) process.stdout.write('saving');
    }
  `, 'node');
  await save({ i: -1, x: tensor([-1]) }, path);
  const left = (): number => readdirSync(folder).filter((name) => name.endsWith('.tmp')).length;
  let before = 0, interrupted = 0;
  for (let n = 0; n < kills; n++) {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => { child.on('exit', resolve); });
    await new Promise((resolve) => { child.stdout.once('data', resolve); });
    await new Promise((resolve) => { setTimeout(resolve, 20 * Math.random()); });
    child.kill('SIGKILL');
    await ended;
    const { i, x } = await load<{ i: number; x: import('@sconce/tensor').Tensor }>(path);
    expect([await x.min().item(), await x.max().item(), x.numel()]).toEqual([i, i, 100_000]);
    // what a killed process had begun lies beside it
    if (left() > before) interrupted++;
    before = left();
  }
  expect(readdirSync(folder).filter((name) => name === 'checkpoint.pth')).toHaveLength(1);
  // the kills fell into the writing, not between two saves
  expect(interrupted).toBeGreaterThan(kills / 4);
  if (process.env.SCONCE_KILLS) console.log(`${interrupted} of ${kills} were killed in the middle of a file`);
}, 20_000 + 500 * kills);

test('what a crash left behind is in nobody\'s way', async () => {
  const folder = temporaryFolder(), path = join(folder, 'x.pth');
  writeFileSync(join(folder, '.x.pth.0123456789ab.tmp'), 'half of a file');
  await save([1], path);
  expect(await load(path)).toEqual([1]);
});
