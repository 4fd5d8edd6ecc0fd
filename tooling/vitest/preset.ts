import { defineProject } from 'vitest/config';

/** Vite's own server conditions, with the workspace's sources in front of what is built. */
const conditions = ['@sconce/source', 'module', 'node', 'development|production'];

/** The configuration of one package's tests: they run on the sources of every package, so nothing need be built. */
export const project = (name: string) =>
  defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name, include: ['test/**/*.test.ts'], environment: 'node', testTimeout: 20_000,
      // Mesa's driver without a GPU compiles each kernel for the CPU, which takes longer than running it once or twice.
      env: { GALLIVM_PERF: 'nopt' },
    },
  });
