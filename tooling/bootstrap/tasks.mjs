import { install } from './install.mjs';
import * as steps from './steps.mjs';
import { closingLine, runTests } from './tests.mjs';

/** A program tells its own story; this adds the line that says how it ended. */
const ending = (name, run) => async () => {
  const code = await run();
  console.log(`${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
  return code;
};

const programs = [
  ending('demo', () => steps.demo()),
  ending('conformance', () => steps.conformance(['--check'])),
];
const checks = [steps.build, steps.typecheck, steps.lint, steps.check, steps.fuzzed];

/**
 * Runs all steps, then the tests, and closes with one line that counts a failed step as one failure.
 * A failed step does not hide what follows it.
 * @param {readonly (() => Promise<number>)[]} before the steps, each giving its exit code
 * @param {() => Promise<{ passed: number, failed: number, skipped: number }>} tests
 */
export async function stepsThenTests(before, tests) {
  let failedSteps = 0;
  for (const step of before) if ((await step()) !== 0) failedSteps++;
  const counts = await tests();
  const total = { ...counts, failed: counts.failed + failedSteps };
  console.log(closingLine(total));
  return total.failed === 0 ? 0 : 1;
}

const tasks = {
  demo: steps.demo,
  mnist: steps.mnist,
  cifar10: steps.cifar10,
  tutorials: steps.tutorials,
  playground: steps.playground,
  conformance: steps.conformance,
  bench: steps.bench,
  fuzz: steps.fuzz,
  build: () => steps.build(),
  typecheck: steps.typecheck,
  lint: steps.lint,
  check: steps.check,
  test: (args) => stepsThenTests(checks, () => runTests(args)),
  ci: () => stepsThenTests([...programs, ...checks], () => runTests()),
};

/** Runs one task; resolves to the exit code. */
export async function main([name = '(none)', ...args]) {
  if (!Object.hasOwn(tasks, name)) {
    console.error(`unknown task ${name}; one of: ${Object.keys(tasks).join(', ')}`);
    return 1;
  }
  const counted = name === 'test' || name === 'ci';
  if (await install()) return tasks[name](args);
  if (counted) console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
  return 1;
}
