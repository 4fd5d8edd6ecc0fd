import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { violations } from '../src/graph.mjs';
import { allowed, allowedInTests } from '../src/graph-rules.mjs';
import { readPackages, specifiersOf } from '../src/read-packages.mjs';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** Writes a workspace of `packages/*` and checks it against the rules. */
function check(files: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, readonly string[]>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'sconce-graph-'));
  folders.push(root);
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'packages', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return violations(readPackages(root, ['packages']), rules);
}

const manifest = (name: string, dependencies: readonly string[] = [], more = {}) => ({
  name,
  dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, 'workspace:^'])),
  ...more,
});

test('this repository keeps its own rules', () => {
  expect(violations(readPackages(join(import.meta.dirname, '../../..')), allowed, allowedInTests)).toEqual([]);
});

test('a chain of declared and allowed packages is fine', () => {
  const files = {
    'a/package.json': manifest('a'),
    'a/src/index.ts': 'export const a = 1;',
    'b/package.json': { name: 'b', peerDependencies: { a: 'workspace:^' }, devDependencies: { a: 'workspace:*' } },
    'b/src/index.ts': "import { a } from 'a';\nexport { x } from './x.js';\nexport const b = a;",
    'b/src/x.ts': 'export const x = 1;',
    'b/test/b.test.ts': "import { test } from 'vitest';\nimport { b } from '../src/index.js';\nimport { a } from 'a';\ntest('', () => a + b);",
  };
  expect(check(files, { a: [], b: ['a'] })).toEqual([]);
});

test('a circle is found, whichever package it is read from, and through development dependencies too', () => {
  const files = {
    'a/package.json': manifest('a', ['b']),
    'b/package.json': manifest('b', ['c']),
    'c/package.json': manifest('c', [], { devDependencies: { a: 'workspace:*' } }),
  };
  expect(check(files, { a: ['b'], b: ['c'], c: ['a'] })).toEqual(['circle: a -> b -> c -> a']);
});

test('a circle of mere imports is found', () => {
  const files = {
    'a/package.json': manifest('a', ['b']),
    'b/package.json': manifest('b'),
    'b/src/index.ts': "import type { A } from 'a';\nexport type B = A;",
  };
  expect(check(files, { a: ['b'], b: ['a'] })).toContain('circle: a -> b -> a');
});

test('a forbidden edge is found in package.json and in a source', () => {
  const files = {
    'a/package.json': manifest('a'),
    'b/package.json': manifest('b', ['a', 'left-pad']),
    'b/src/deep/index.ts': "export type A = import('a/sub').A;\nawait import('node:fs');",
  };
  expect(check(files, { a: [], b: [] })).toEqual([
    'b may not depend on a',
    'b may not depend on left-pad',
    'packages/b/src/deep/index.ts: b may not import a/sub',
    'packages/b/src/deep/index.ts: b may not import node:fs',
  ]);
});

test('an undeclared import is found, in sources and in tests', () => {
  const files = {
    'a/package.json': manifest('a'),
    'b/package.json': manifest('b', [], { devDependencies: { c: 'workspace:*' } }),
    'b/src/index.ts': "export * from 'a';\nimport 'c';",
    'b/test/b.test.ts': "import 'a';\nimport 'c';",
    'c/package.json': manifest('c'),
  };
  expect(check(files, { a: [], b: ['a', 'c'], c: [] })).toEqual([
    'packages/b/src/index.ts: imports a, which package.json does not declare',
    'packages/b/src/index.ts: imports c, which package.json does not declare',
    'packages/b/test/b.test.ts: imports a, which package.json does not declare',
  ]);
});

test('a path that leads into another package is found', () => {
  const files = {
    'a/package.json': manifest('a'),
    'a/src/index.ts': "export * from '../../b/src/index.js';\nexport * from './x/../y.js';",
    'b/package.json': manifest('b'),
  };
  expect(check(files, { a: [], b: [] })).toEqual(['packages/a/src/index.ts: ../../b/src/index.js leads into another package']);
});

test('a package that is not listed is found', () => {
  expect(check({ 'a/package.json': manifest('a') }, {})).toEqual([
    'a is not in the list of packages (tooling/checks/src/graph-rules.mjs)',
  ]);
});

test('imports in comments and strings are not imports', () => {
  const text = "/** import 'a'; */\nconst s = `import 'b'`; // import('c')\nexport const t = s;";
  expect(specifiersOf('x.ts', text)).toEqual([]);
});
