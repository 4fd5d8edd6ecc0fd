import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*/vitest{,.browser,.browser-shared}.config.ts', 'apps/*/vitest.config.ts', 'tooling/*/vitest.config.ts'],
    reporters: ['default', './tooling/vitest/counting-reporter.ts'],
    // Threads are lighter, but native addons have been seen to abort them at teardown.
    pool: 'forks',
    // Vitest's own default leaves one core idle, which on two cores is half the machine.
    maxWorkers: '100%',
  },
});
