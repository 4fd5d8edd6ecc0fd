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
  return [...markdown.matchAll(/`(packages\/[^`]+\.ts)`:\n\n```ts\n(.*?)```/gs)].map(([, file, code]) => ({ file, lines: code.trimEnd().split('\n') }));
}

/** Imports go to the top, rows to the end of the list of rows, all else to the end of the file. */
function applied(source: string, lines: readonly string[]): string {
  const isImport = (line: string): boolean => line.startsWith('import ');
  const imports = lines.filter(isImport).join('\n'), rest = lines.filter((line) => !isImport(line)).join('\n');
  const end = source.lastIndexOf('\n];\n') + 1;
  const body = rest.trimStart().startsWith('row(') ? `${source.slice(0, end)}${rest}\n${source.slice(end)}` : `${source}\n${rest}\n`;
  return imports ? `${imports}\n${body}` : body;
}

let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'sconce-recipe-'));
  const skipped = new Set(['dist', '.turbo', '.vite-temp', 'add-an-op.test.ts']);
  for (const folder of ['packages/tensor', 'packages/autograd', 'packages/testing', 'tooling/vitest', 'tooling/tsconfig']) {
    await cp(join(root, folder), join(copy, folder), {
      recursive: true, verbatimSymlinks: true, filter: (path) => !skipped.has(basename(path)),
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

test('followed literally, it gives a function, two methods, gradients and their tests', { timeout: 60_000 }, async () => {
  for (const { file, lines } of await readRecipe()) {
    const path = join(copy, file);
    await writeFile(path, applied(await readFile(path, 'utf8'), lines));
  }
  await writeFile(join(copy, 'packages/testing/test/by-itself.test.ts'), `
    import * as torch from '@sconce/tensor';
    import { expect, test } from 'vitest';
    test('squareplus: function, method, in place, node', async () => {
      const x = torch.tensor([0, 1.5]);
      expect(await torch.squareplus(x).tolist()).toEqual([1, 2]);
      expect(await x.squareplus().tolist()).toEqual([1, 2]);
      expect(x.squareplus_()).toBe(x);
      expect(await x.tolist()).toEqual([1, 2]);
      expect(torch.ones(1, { requiresGrad: true }).squareplus().gradFn!.name).toBe('SquareplusBackward0');
    });`);
  const cwd = join(copy, 'packages/testing');
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd }).catch((error) => {
    throw new Error(`it does not typecheck: ${error.stdout}`);
  });
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST') && !name.startsWith('SCONCE')));
  const results = join(copy, 'results.json');
  await run(process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'), 'run', '-t', 'squareplus|every', '--reporter=json', `--outputFile=${results}`,
  ], { cwd, env }).catch(() => {}); // what failed stands in the results
  interface Result { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }
  const { testResults } = JSON.parse(await readFile(results, 'utf8')) as { testResults: { message: string; assertionResults: Result[] }[] };
  expect(testResults.map(({ message }) => message).filter(Boolean)).toEqual([]);
  const met = testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'passed' || status === 'failed');
  expect(met.filter(({ status }) => status === 'failed').map(({ failureMessages }) => failureMessages[0])).toEqual([]);
  expect(met.map(({ ancestorTitles: [suite], title }) => [suite, title].filter(Boolean).join(' > ')).toSorted()).toEqual([
    'every differentiable op is met in the graph of some row, forward or backward',
    'every op is differentiable or said not to be',
    'every row with a Python text is recorded as it stands, and nothing else is',
    ...['gradcheck', 'gradgradcheck', 'mirror against the CPU', 'ops on cpu as in PyTorch'].flatMap((suite) => [
      `${suite} > squareplus: squareplus(x) | x: normal(3,4)`, `${suite} > squareplus_: squareplus_(x) | x: normal(2,3)`,
    ]),
    'squareplus: function, method, in place, node',
  ].toSorted());
});
