import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { stepsThenTests } from '../tasks.mjs';
import { closingLine, runTests } from '../tests.mjs';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** Runs vitest on one fixture and gives the closing line of that run. */
async function lineOf(fixture: string): Promise<string> {
  return closingLine(await runTests(['--root', fixtures, fixture], { capture: true }));
}

test.concurrent.for([
  ['passing', '2 passed, 0 failed, 2 skipped'],
  ['failing', '1 passed, 1 failed, 0 skipped'],
  ['import-error', '0 passed, 1 failed, 0 skipped'],
  ['hook-error', '1 passed, 1 failed, 1 skipped'],
  ['late-error', '2 passed, 1 failed, 0 skipped'],
  ['no-such-test', '0 passed, 1 failed, 0 skipped'],
] as const)('the closing line of a run with %s', async ([fixture, line], { expect }) => {
  expect(await lineOf(fixture)).toBe(line);
});

test('a crash is a failure', async () => {
  const { passed, failed } = await runTests(['--root', fixtures, 'crash'], { capture: true });
  expect(passed).toBe(0);
  expect(failed).toBeGreaterThan(0);
});

test('a failed step counts as a failure, does not hide the tests, and the line is the last one', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const tests = async () => ({ passed: 7, failed: 1, skipped: 2 });
  const code = await stepsThenTests([async () => 0, async () => 2], tests);
  const good = await stepsThenTests([async () => 0], async () => ({ passed: 7, failed: 0, skipped: 2 }));
  const lines = log.mock.calls.flat();
  log.mockRestore();
  expect([code, good]).toEqual([1, 0]);
  expect(lines).toEqual(['7 passed, 2 failed, 2 skipped', '7 passed, 0 failed, 2 skipped']);
});
