import { defineConfig } from 'vitest/config';
import { nodeProjects } from './tooling/vitest/node.js';
import SuitesFirst from './tooling/vitest/suites-first.js';

export default defineConfig({
  test: {
    projects: ['packages/*/vitest.browser{,-shared}.config.ts', ...nodeProjects],
    reporters: ['default', './tooling/vitest/counting-reporter.ts'],
    // Threads are lighter, but native addons have been seen to abort them at teardown.
    pool: 'forks',
    // Vitest's own default leaves one core idle, which on two cores is half the machine.
    maxWorkers: '100%',
    sequence: { sequencer: SuitesFirst },
    // each package has a server of Vite's, which would make the same of the same sources
    experimental: { fsModuleCache: true },
  },
});
