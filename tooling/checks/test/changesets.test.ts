import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../../.changeset');

test('every change until 1.0 is a patch: a minor one of a peer would make all packages 1.0.0', () => {
  const others = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^'(.+)': (?!patch$).*$/gm)].map(([line]) => `${name}: ${line}`));
  expect(others).toEqual([]);
});
