import { readdirSync, readFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { specifiersOf } from '../../checks/src/read-packages.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

test('what runs before the install needs nothing but Node', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const outside = files.flatMap((name) =>
    specifiersOf(name, readFileSync(folder + name, 'utf8')).filter((found) => !/^(node:|\.\/[\w-]+\.mjs$)/.test(found)),
  );
  expect(files).toContain('run.mjs');
  expect(outside).toEqual([]);
});

test('an unknown task is one line and exit code 1', async () => {
  const run = promisify(execFile)(process.execPath, [`${folder}run.mjs`, 'tset']);
  await expect(run).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^unknown task tset; one of: .*\n$/) });
});
