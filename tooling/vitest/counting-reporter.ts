import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Leaves `{ passed, failed, skipped }` in the file that `SCONCE_TEST_COUNTS` names.
 * An error outside a test (a file that does not load, a hook, a late rejection) counts as one failure, and so does
 * a test that was left without a result; nothing is counted as passed that did not say so.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['SCONCE_TEST_COUNTS'];
    if (!file) return;
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'failed' : state]++;
      }
    }
    writeFileSync(file, JSON.stringify(counts));
  }
}
