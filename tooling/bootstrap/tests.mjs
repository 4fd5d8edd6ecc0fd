import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node, root } from './process.mjs';

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/**
 * Runs vitest and counts. The reporter leaves its counts in a file, so that they can be laid beside the exit code:
 * a run that ends badly after the last test, or that never came to report, counts at least one failure.
 * @param {string[]} [args] vitest's arguments
 * @param {{ capture?: boolean }} [options] `capture` keeps its output from the terminal
 */
export async function runTests(args = [], { capture = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-tests-'));
  const file = join(folder, 'counts.json');
  try {
    const { code } = await node([`${root}node_modules/vitest/vitest.mjs`, 'run', ...args], {
      capture,
      extraEnv: { SCONCE_TEST_COUNTS: file },
    });
    const counts = readCounts(file);
    return { ...counts, failed: code === 0 ? counts.failed : Math.max(counts.failed, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
