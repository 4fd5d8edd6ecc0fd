import { Contender } from './contender.mjs';

/** A contender whose step takes longer than this has few turns, unless the row says how many. */
const SLOW_US = 1e6;
const SLOW_ROUNDS = 3;

/**
 * Lets contenders take turns at one row; each is a process of its own, but for those of one command, which share one.
 * @param {import('./rows.mjs').Row} row
 * @param {readonly { name: string, command: string[], seat?: number, environment?: Record<string, string> }[]} entrants
 * @param {object} options
 * @param {number} options.rounds turns of each
 * @param {{ rest(): Promise<void> }} options.others asked to rest before each turn
 * @param {(line: string) => void} options.say takes a line about one that cannot take part
 * @param {(name: string, facts: any) => void} [options.onReady] sees what each that takes part says about its step
 * @param {number} [options.warmMs] how long each warms up, for V8 compiles and pools fill; where the steps that are compared took longer, they will do
 * @param {number} [options.batchMs] how long a turn takes
 * @returns {Promise<Map<string, number>>} median microseconds per step by contender; without those that cannot do it
 */
export async function race(row, entrants, { rounds, others, say, onReady = () => {}, warmMs = 3000, batchMs = 100 }) {
  const processes = new Map();
  const runners = entrants.map((entrant) => {
    const { command, environment, seat } = entrant, key = command.join('\n');
    if (!processes.has(key)) processes.set(key, new Contender(command, environment));
    const process = processes.get(key);
    return { ...entrant, ask: (request) => process.ask({ ...request, seat }), times: [] };
  });
  try {
    const running = await started(row, runners, say, onReady);
    for (const runner of running) {
      if (runner.us < warmMs * 1000) runner.us = (await runner.ask({ warm: warmMs })).us;
      runner.steps = Math.max(1, Math.round(batchMs * 1000 / runner.us));
      runner.rounds = Math.min(rounds, row.rounds ?? (runner.us > SLOW_US ? SLOW_ROUNDS : rounds));
    }
    for (let round = 0; round < rounds; round++) {
      // Everyone follows everyone in turn.
      for (let i = 0; i < running.length; i++) {
        const runner = running[(round + i) % running.length];
        if (round >= runner.rounds) continue;
        await others.rest();
        runner.times.push((await runner.ask({ time: runner.steps })).us);
      }
    }
    return new Map(running.map(({ name, times }) => [name, median(times)]));
  } finally {
    for (const process of processes.values()) process.end();
  }
}

/** Those that can do the row, and whose result is the first one's. */
async function started(row, runners, say, onReady) {
  const answers = await Promise.all(runners.map(({ ask }) => ask({ setup: row }).catch(({ message }) => ({ message }))));
  const reference = answers.find(({ message }) => message === undefined)?.value;
  return runners.filter((runner, i) => {
    const answer = answers[i];
    if (answer.message !== undefined) {
      say(`${row.name}: ${runner.name} cannot: ${answer.message}`);
      return false;
    }
    runner.us = answer.us;
    const difference = Math.abs(answer.value - reference) / Math.abs(reference);
    if (difference <= row.tolerance) {
      onReady(runner.name, answer);
      return true;
    }
    say(`${row.name}: ${runner.name} computes ${answer.value}, ${runners[0].name} ${reference}: left out`);
    return false;
  });
}

/** The middle one, or the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
