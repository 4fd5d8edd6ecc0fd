// npm run bench -- memory: programs that free nothing, and how much memory they take.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeMachine, machineLine } from '../machine.mjs';
import { unpackedMnist } from '../mnist.mjs';
import { countOf, namesOf, program } from '../program.mjs';
import { soaks } from '../soaks.mjs';

const names = soaks.map(({ name }) => name);

const HELP = `npm run bench -- memory [options]
  --only A,B       only these: ${names.join(' ')}
  --threads A,B    numbers of threads, one after the other; default 1,2
  --json FILE      write the figures to FILE
SCONCE_DATA names the folder that holds MNIST/raw; default: ../shared/data beside the repository.
It fails where memory goes over a limit.`;

const soakFile = fileURLToPath(new URL('../soaks.mjs', import.meta.url));
const megabytes = (/** @type {number} */ value) => `${value.toFixed(0)} MB`;

/**
 * @typedef {object} Figures what one took; megabytes of resident memory at the first look, at most since, at the last
 * look, and at most ever
 * @property {number} seconds
 * @property {number} firstMB
 * @property {number} highestMB
 * @property {number} lastMB
 * @property {number} peakMB
 */

/** Runs one to its end. @returns {Promise<Figures | { error: string }>} */
async function soak(name, options) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [soakFile, name, JSON.stringify(options)]);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error);
    return { error: (stderr || message).trim().split('\n').at(-1) ?? 'it failed' };
  }
}

/**
 * Whether the figures are within the limit, and the line that says how it went.
 * @param {import('../soaks.mjs').Soak} soak
 * @param {Figures | { error: string }} figures
 */
function judge({ limit }, figures) {
  if ('error' in figures) return { ok: false, line: figures.error };
  const took = `${figures.seconds.toFixed(1)} s, peak ${megabytes(figures.peakMB)}`;
  if ('peakMB' in limit) return { ok: figures.peakMB < limit.peakMB, line: `${took}, limit ${megabytes(limit.peakMB)}` };
  const grown = figures.highestMB / figures.firstMB;
  return {
    ok: grown <= limit.growth,
    line: `${took}; first ${megabytes(figures.firstMB)}, highest after it ${megabytes(figures.highestMB)}, last ` +
      `${megabytes(figures.lastMB)}: × ${grown.toFixed(3)}, limit ${limit.growth}`,
  };
}

await program(HELP, ['only', 'threads', 'json'], async ({ only, threads = '1,2', json }) => {
  const chosen = namesOf('only', only, names), counts = threads.split(',').map((count) => countOf('threads', count));
  const data = unpackedMnist(), machine = describeMachine(), results = [];
  console.log(machineLine(machine));
  for (const one of soaks.filter(({ name }) => chosen.includes(name))) {
    console.log(`${one.name}: ${one.says}`);
    if (one.needsMnist && data === null) {
      console.log('  not run: no MNIST (SCONCE_DATA names its folder)');
      continue;
    }
    for (const count of counts) {
      const figures = await soak(one.name, { threads: count, data }), { ok, line } = judge(one, figures);
      console.log(`  ${ok ? 'ok' : 'FAILED'}, ${count} ${count === 1 ? 'thread' : 'threads'}: ${line}`);
      results.push({ name: one.name, threads: count, ok, ...figures });
    }
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, soaks: results }, null, 2)}\n`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
});
