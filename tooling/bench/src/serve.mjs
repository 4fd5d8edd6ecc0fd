// A process of contenders: node serve.mjs FILE OPTIONS [FILE OPTIONS …]. It reads requests from standard input, a line of
// JSON each, does them one at a time, and answers each with a line of JSON on standard output:
//   { setup: row }   makes the row's step, does row.checks   -> { value } for comparison, { us } per step, facts about it
//   { warm: ms }     runs the step for so long               -> { us } per step, at the end
//   { time: steps }  runs so many steps                      -> { us } per step
// `seat` says which of the contenders is meant, the first one where it is left out. A request that fails is answered with
// { error }.
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What a contender's file exports is `setup(row, options)`, which gives this.
 * @typedef {object} Contest
 * @property {() => unknown} step one step; where it gives a promise, the step ends when that does
 * @property {() => Promise<number>} value does a step and gives its result as one number
 * @property {() => Promise<object>} [facts] what else there is to say about a step
 */

/** A program that computes without a pause lets the event loop turn this often; the turn is part of the time. */
const TURN_US = 5000;

const args = process.argv.slice(2);
// Whatever a library says goes where it does not disturb the answers.
console.log = console.info = console.error;

const turn = () => new Promise((done) => { setImmediate(done); });

/**
 * Microseconds per step.
 * @param {Contest} contest
 * @param {number} steps
 * @param {number} us what a step takes, about
 */
async function time({ step }, steps, us) {
  const perTurn = Math.max(1, Math.round(TURN_US / us));
  const start = performance.now();
  const first = step();
  if (first instanceof Promise) {
    await first;
    for (let i = 1; i < steps; i++) await step();
  } else {
    for (let i = 1, left = perTurn - 1; i < steps; i++, left--) {
      if (left <= 0) {
        await turn();
        left = perTurn;
      }
      step();
    }
  }
  // What was put off to the end of the task, as the release of memory is, belongs to the steps.
  await turn();
  return (performance.now() - start) * 1000 / steps;
}

/** Runs the step until `ms` milliseconds are over, so that the compilers are done with it; gives the last pace. */
async function warm(contest, ms) {
  const end = performance.now() + ms;
  let us = TURN_US;
  for (let steps = 1; performance.now() < end; steps = Math.min(2 * steps, Math.ceil(ms * 250 / us))) {
    us = await time(contest, steps, us);
  }
  return us;
}

/** Who sits in this process, with what they were asked to do. */
const seats = Array.from({ length: Math.ceil(args.length / 2) }, (_, i) => ({
  file: args[2 * i], options: JSON.parse(args[2 * i + 1] ?? '{}'), contest: /** @type {any} */ (undefined), pace: TURN_US,
}));

async function answer({ seat: number = 0, ...request }) {
  const seat = seats[number];
  if (request.setup) {
    const { setup: row } = request, { setup } = await import(pathToFileURL(resolve(seat.file)).href);
    seat.contest = await setup(row, seat.options);
    const start = performance.now();
    let value = 0;
    for (let i = 0; i < row.checks; i++) value = await seat.contest.value();
    seat.pace = (performance.now() - start) * 1000 / row.checks;
    return { value, us: seat.pace, ...await seat.contest.facts?.() };
  }
  if (request.warm !== undefined) return { us: seat.pace = await warm(seat.contest, request.warm) };
  return { us: await time(seat.contest, request.time, seat.pace) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error) => ({ error: String(error?.message ?? error) }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
