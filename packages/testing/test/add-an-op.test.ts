import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const run = promisify(execFile);

/** The recipe's blocks of TypeScript, each with the file that was last named before it. */
async function readRecipe(): Promise<{ file: string; lines: string[] }[]> {
  const markdown = await readFile(join(root, 'docs/contributing/add-an-op.md'), 'utf8');
  const blocks = markdown.matchAll(/`(packages\/[^`]+\.ts)`:\n\n```ts\n(.*?)```/gs);
  return [...blocks].map(([, file, code]) => ({ file, lines: code.trimEnd().split('\n') }));
}

/** Imports go to the top, rows to the end of the list of rows, all else to the end of the file. */
function applied(source: string, lines: readonly string[]): string {
  const isImport = (line: string): boolean => line.startsWith('import ');
  const imports = lines.filter(isImport).join('\n'), rest = lines.filter((line) => !isImport(line)).join('\n');
  const end = source.lastIndexOf('\n];\n') + 1;
  const isRow = rest.trimStart().startsWith('row(');
  const body = isRow ? `${source.slice(0, end)}${rest}\n${source.slice(end)}` : `${source}\n${rest}\n`;
  return imports ? `${imports}\n${body}` : body;
}

let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'sconce-recipe-'));
  const skipped = new Set(['dist', '.turbo', '.vite-temp', 'add-an-op.test.ts']);
  for (const path of ['package.json', 'vitest.config.ts', 'packages/tensor', 'packages/autograd', 'packages/testing', 'tooling/vitest', 'tooling/tsconfig']) {
    await cp(join(root, path), join(copy, path), {
      recursive: true, verbatimSymlinks: true, filter: (inside) => !skipped.has(basename(inside)),
    });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

test('the recipe is three files and about ten lines', async () => {
  const recipe = await readRecipe();
  expect(recipe.map(({ file }) => file)).toHaveLength(3);
  const code = recipe.flatMap(({ lines }) => lines).filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/?\*)/.test(line));
  expect(code.length).toBeLessThanOrEqual(10);
});

/** Every suite for the rows of the new op, with the tests that hold for all ops. One file, which loads but once. */
const newOpTests = `
import * as torch from '@sconce/tensor';
import { jsBackend } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { backendSuite, gradSuite, opSuite, samples } from '../src/index.js';
import './coverage.test.js';
import './recordings.test.js';

const rows = { new: Object.values(samples).flat().filter((r) => r.name.startsWith('squareplus')) };
torch.registerBackend({ ...jsBackend, type: 'mirror' });
opSuite('cpu', { samples: rows });
backendSuite('mirror', { samples: rows });
gradSuite({ samples: rows });

test('function, method, in place, node', async () => {
  const x = torch.tensor([0, 1.5]);
  expect(await torch.squareplus(x).tolist()).toEqual([1, 2]);
  expect(await x.squareplus().tolist()).toEqual([1, 2]);
  expect(x.squareplus_()).toBe(x);
  expect(await x.tolist()).toEqual([1, 2]);
  expect(torch.ones(1, { requiresGrad: true }).squareplus().gradFn!.name).toBe('SquareplusBackward0');
});
`;

interface Result {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

test('followed literally, it gives a function, two methods, gradients and their tests', { timeout: 60_000 }, async () => {
  for (const { file, lines } of await readRecipe()) {
    const path = join(copy, file);
    await writeFile(path, applied(await readFile(path, 'utf8'), lines));
  }
  const cwd = join(copy, 'packages/testing'), results = join(copy, 'results.json');
  await writeFile(join(cwd, 'test/new-op.test.ts'), newOpTests);
  const typeErrors = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd })
    .then(() => '', ({ stdout }: { stdout: string }) => stdout);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|SCONCE)/.test(name)));
  // what Vite makes of the sources lies in node_modules, which is the repository's
  const vitest = ['run', 'new-op', '--project=testing', '--reporter=json', `--outputFile=${results}`, '--experimental.fsModuleCache=false'];
  // what fails there stands in the results
  await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...vitest], { cwd: copy, env }).catch(() => {});
  expect(await typeErrors).toBe('');

  const { testResults: [file] } = JSON.parse(await readFile(results, 'utf8')) as {
    testResults: { message: string; assertionResults: Result[] }[];
  };
  expect(file.message).toBe('');
  const failed = file.assertionResults.filter(({ status }) => status !== 'passed');
  expect(failed.flatMap(({ failureMessages }) => failureMessages)).toEqual([]);
  const suites = new Map<string, number>();
  for (const { ancestorTitles: [suite = 'whole'] } of file.assertionResults) suites.set(suite, (suites.get(suite) ?? 0) + 1);
  const { whole, ...ofRows } = Object.fromEntries(suites);
  expect(ofRows).toEqual({ 'ops on cpu as in PyTorch': 2, 'mirror against the CPU': 2, 'gradcheck': 2, 'gradgradcheck': 2 });
  expect(whole).toBeGreaterThan(3);
});
