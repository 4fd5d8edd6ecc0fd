import { Contender } from './contender.mjs';

/** A contender whose step takes longer than this has few turns, unless the row says how many. */
const SLOW_US = 1e6;
const SLOW_ROUNDS = 3;
/** V8 compiles a function for good after some thousand calls: so many steps are warm-up, as long as they take no more than four times `warmMs`. */
const WARM_STEPS = 2500;
/** Turns are taken up to so many times as often as asked for, until enough of them had whole cores. */
const PATIENCE = 4;
/** Of fewer than this share of the turns that were asked for, no median is taken. */
const ENOUGH = 1 / 3;

/**
 * Lets contenders take turns at one row; each is a process of its own, but for those of one command, which share one.
 * @param {import('./rows.mjs').Row} row
 * @param {readonly { name: string, command: string[], threads?: number, seat?: number, environment?: Record<string, string> }[]} entrants
 * @param {object} options
 * @param {number} options.rounds turns of each
 * @param {Pick<import('./watch.mjs').Watch, 'rest' | 'rate' | 'whole' | 'count'>} options.watch asked to rest before each turn, and what cores give before and after it
 * @param {(line: string) => void} options.say takes a line about one that cannot take part
 * @param {(name: string, facts: any) => void} [options.onReady] sees what each that takes part says about its step
 * @param {number} [options.warmMs] how long each warms up at least, for V8 compiles and pools fill; where the steps that are compared took longer, they will do
 * @param {number} [options.batchMs] how long a turn takes
 * @returns {Promise<Map<string, number>>} median microseconds per step by contender, of the turns that had whole cores; without
 * those that cannot do it
 */
export async function race(row, entrants, { rounds, watch, say, onReady = () => {}, warmMs = 3000, batchMs = 100 }) {
  const processes = new Map();
  const runners = entrants.map((entrant) => {
    const { command, environment, seat, threads = 2 } = entrant, key = command.join('\n');
    if (!processes.has(key)) processes.set(key, new Contender(command, environment));
    const process = processes.get(key);
    return { ...entrant, threads, ask: (request) => process.ask({ ...request, seat }), turns: [] };
  });
  try {
    const running = await started(row, runners, say, onReady);
    for (const runner of running) {
      const warm = Math.min(4 * warmMs, Math.max(warmMs, WARM_STEPS * runner.us / 1000));
      if (runner.us < warmMs * 1000) runner.us = (await runner.ask({ warm })).us;
      runner.steps = Math.max(1, Math.round(batchMs * 1000 / runner.us));
      runner.rounds = Math.min(rounds, row.rounds ?? (runner.us > SLOW_US ? SLOW_ROUNDS : rounds));
    }
    const wholeOf = (runner) => runner.turns.filter(({ rate }) => watch.whole(rate));
    const goesOn = (runner) => runner.turns.length < PATIENCE * runner.rounds && wholeOf(runner).length < runner.rounds;
    for (let round = 0; running.some(goesOn); round++) {
      // Everyone follows everyone in turn.
      for (let i = 0; i < running.length; i++) {
        const runner = running[(round + i) % running.length];
        if (!goesOn(runner)) continue;
        await watch.rest();
        const before = await watch.rate(runner.threads);
        const { us } = await runner.ask({ time: runner.steps });
        runner.turns.push({ us, rate: Math.min(before, await watch.rate(runner.threads)) });
      }
    }
    return new Map(running.map((runner) => {
      const { name, turns } = runner, whole = wholeOf(runner), enough = whole.length >= ENOUGH * runner.rounds;
      watch.count(turns.length - whole.length, turns.length);
      if (!enough) say(`${row.name}: ${name} had whole cores in ${whole.length} of ${turns.length} turns; its time is that of all`);
      return [name, median((enough ? whole : turns).map(({ us }) => us))];
    }));
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
