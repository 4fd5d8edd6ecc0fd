import { fileURLToPath } from 'node:url';
import { defineProject } from 'vitest/config';

/** Vite's own server conditions, with the workspace's sources in front of what is built. */
const conditions = ['@sconce/source', 'module', 'node', 'development|production'];

const AS_AT_THE_START = fileURLToPath(new URL('as-at-the-start.ts', import.meta.url));

/**
 * The configuration of one package's tests: they run on the sources of every package, so nothing need be built.
 * @param share whether files share processes, with what is global about tensors set back before each; tests that measure their process's
 *   or a device's memory, or that change what is global besides, have a process for each file
 */
export const project = (name: string, { share = true } = {}) =>
  defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name, include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 20_000,
      // loading the sources takes longer than most files' tests
      isolate: !share, setupFiles: share ? [AS_AT_THE_START] : [],
      // Mesa's driver without a GPU compiles each kernel for the CPU, which takes longer than running it once or twice.
      env: { GALLIVM_PERF: 'nopt' },
    },
  });
