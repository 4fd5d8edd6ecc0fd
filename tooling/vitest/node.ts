import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { findChromium } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Vite's own server conditions, with the workspace's sources in front of what is built: nothing need be built for the tests. */
const conditions = ['@sconce/source', 'module', 'node', 'development|production'];

const chromium = findChromium() ?? '';

/** Their tests measure their process's or a device's memory, or change what is global: each file has a process of its own. */
const APART = ['packages/webgpu-backend', 'apps/tutorials', /^tooling\//];

/** The tests in a folder that run in Node; other packages' files share processes, with what is global about tensors set back before each. */
function nodeProject(folder: string): TestProjectInlineConfiguration {
  const [, name, , suites] = folder.split('/');
  const apart = APART.some((which) => folder.match(which));
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      // with a root in common, what Vite makes of a source is made once for all
      root, include: [`${folder}/**/*.test.ts`], exclude: suites ? [] : [`${folder}/suites/**`], name: suites ? `${name} ${suites}` : name,
      environment: 'node', testTimeout: 60_000, isolate: apart,
      setupFiles: apart ? [] : ['tooling/vitest/as-at-the-start.ts'],
      // Mesa's driver without a GPU compiles each kernel for the CPU, which takes longer than running it once or twice. Vectors
      // half as wide are half the code; only the tests of the backend's own parts have what is the default.
      env: { GALLIVM_PERF: 'nopt', SCONCE_CHROMIUM: chromium, ...(folder !== 'packages/webgpu-backend/test' && { LP_NATIVE_VECTOR_WIDTH: '128' }) },
    },
  };
}

/** A project for each package that has tests, and for its suites, which run on more than one adapter, where it has those. */
export const nodeProjects = ['packages', 'apps', 'tooling']
  .flatMap((parent) => (existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : []))
  .flatMap((folder) => [`${folder}/test`, `${folder}/test/suites`])
  .filter((folder) => existsSync(join(root, folder)))
  .map(nodeProject);
