import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, node, root, withPnpm } from './process.mjs';

/** Runs a step with one line before it and, where it fails, all that it printed. */
async function quiet(name, run) {
  const start = performance.now();
  const { code, output } = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (code !== 0) console.error(output.trimEnd());
  console.log(`${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  return code;
}

const bin = (name) => `${root}node_modules/.bin/${name}`;
const turbo = (tasks, ...filters) =>
  withPnpm(['turbo', 'run', tasks, '--continue', '--output-logs=errors-only', ...filters.map((f) => `--filter=${f}...`)].join(' '), {
    capture: true,
  });

/** Builds all packages and apps, or the ones named and what they depend on. */
export const build = (...filters) => quiet('build', () => turbo('build', ...filters));

export const typecheck = () =>
  quiet('typecheck', async () => {
    const packages = await turbo('typecheck');
    return packages.code === 0 ? execute(bin('tsc'), ['-p', 'tooling/tsconfig.json'], { capture: true }) : packages;
  });

export const lint = () =>
  quiet('lint', async () => {
    const style = await execute(bin('oxlint'), ['--deny-warnings'], { capture: true });
    return style.code === 0 ? node(['tooling/checks/src/graph-cli.mjs'], { capture: true }) : style;
  });

/** Packs every public package and checks the tarball: publint, attw, installed alone, the README's example. */
export const check = () => quiet('packages', () => turbo('check'));

/** Gives broken files to all readers of files. */
export const fuzzed = () => quiet('fuzz', () => node(['tooling/fuzz/run.mjs'], { capture: true }));

/** Where the user stands: npm runs scripts in the repository's root. */
const callersFolder = () =>
  (process.env.INIT_CWD && process.env.npm_lifecycle_event ? process.env.INIT_CWD : process.cwd());

/** Runs a program of the repository in the caller's folder, with what it needs built. */
export async function program(file, filter, args) {
  const code = await build(filter);
  return code === 0 ? (await node([root + file, ...args], { cwd: callersFolder() })).code : code;
}

/** Trains a small network on digits drawn by code; with the flags given here it must learn to read them. */
export async function demo(args = []) {
  const report = 'out/mnist.json';
  const code = await mnist([
    '--dataset', 'synthetic', '--model', 'lenet', '--epochs', '4', '--batch-size', '32', '--lr', '0.02', '--momentum', '0.9',
    '--json', report, ...args,
  ]);
  if (code !== 0 || args.length > 0) return code;
  const { testAcc } = JSON.parse(readFileSync(join(callersFolder(), report), 'utf8')).epochs.at(-1);
  if (testAcc >= 0.97) return 0;
  console.error(`the demo reads only ${(100 * testAcc).toFixed(1)} % of the test digits, where 97 % are expected`);
  return 1;
}

export const mnist = (args) => program('apps/mnist/dist/main.js', '@sconce/app-mnist', args);
export const cifar10 = (args) => program('apps/cifar10/dist/main.js', '@sconce/app-cifar10', args);
export const tutorials = (args) => program('apps/tutorials/dist/main.js', '@sconce/app-tutorials', args);
export const playground = (args) =>
  program('apps/playground/node_modules/vite/bin/vite.js', '@sconce/app-playground', ['preview', `${root}apps/playground`, ...args]);
export const bench = (args) => program('tooling/bench/run.mjs', '@sconce/bench', args);
export const fuzz = (args) => program('tooling/fuzz/run.mjs', '@sconce/fuzz', args);
export const conformance = (args) => program('tooling/conformance/run.mjs', '@sconce/conformance', args);
