import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';

const conditions = ['@sconce/source', 'module', 'node'];

/** The modules of workers as one file each, which Node runs; they are there when the tests of a file begin. */
export function workerModules(): (name: 'program' | 'served' | 'with-functions') => URL {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-workers-'));
  beforeAll(() => build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
    build: {
      ssr: true, outDir: folder, emptyOutDir: true, minify: false,
      rolldownOptions: {
        input: ['program', 'served', 'with-functions'].map((name) => join(import.meta.dirname, `${name}.ts`)),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => pathToFileURL(join(folder, `${name}.mjs`));
}
