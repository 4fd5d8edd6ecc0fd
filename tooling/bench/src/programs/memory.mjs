// npm run bench -- memory: programs that free nothing, and how much memory they take.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adapterName } from '../gpu.mjs';
import { describeMachine, machineLine } from '../machine.mjs';
import { unpackedMnist } from '../mnist.mjs';
import { countOf, namesOf, program } from '../program.mjs';
import { soaks } from '../soaks.mjs';

const names = soaks.map(({ name }) => name);

const HELP = `npm run bench -- memory [options]
  --only A,B       only these: ${names.join(' ')}
  --device NAME    cpu (default) or webgpu: those that run there
  --threads A,B    on the CPU: numbers of threads, one after the other; default 1,2
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
 * @property {Course} [pool] on WebGPU: bytes taken from the device
 * @property {Course} [heap] on WebGPU: the JavaScript heap, its lowest of each window
 *
 * @typedef {{ firstMB: number, highestMB: number, lastMB: number }} Course
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
  const courses = Object.entries('growth' in limit ? { growth: figures } : { pool: figures.pool, heap: figures.heap }).map(([what, course]) => {
    const { firstMB, highestMB, lastMB } = /** @type {Course} */ (course), grown = highestMB / firstMB;
    const told = `first ${megabytes(firstMB)}, highest after it ${megabytes(highestMB)}, last ${megabytes(lastMB)}: × ${grown.toFixed(3)}, limit ${limit[what]}`;
    return { ok: grown <= limit[what], told: what === 'growth' ? told : `${what} ${told}` };
  });
  return { ok: courses.every(({ ok }) => ok), line: [took, ...courses.map(({ told }) => told)].join('; ') };
}

await program(HELP, ['only', 'device', 'threads', 'json'], async ({ only, device = 'cpu', threads = device === 'cpu' ? '1,2' : '1', json }) => {
  const here = soaks.filter((one) => (one.device ?? 'cpu') === device), ours = here.map(({ name }) => name);
  if (here.length === 0) throw new Error(`--device ${device}: it must be cpu or webgpu`);
  if (device === 'webgpu' && await adapterName() === null) throw new Error('there is no WebGPU adapter: a Vulkan, Metal or D3D12 driver makes one');
  const chosen = namesOf('only', only, ours), counts = threads.split(',').map((count) => countOf('threads', count));
  const data = unpackedMnist(), machine = describeMachine(), results = [];
  console.log(machineLine(machine));
  for (const one of here.filter(({ name }) => chosen.includes(name))) {
    console.log(`${one.name}: ${one.says}`);
    if (one.needsMnist && data === null) {
      console.log('  not run: no MNIST (SCONCE_DATA names its folder)');
      continue;
    }
    for (const count of counts) {
      const figures = await soak(one.name, { threads: count, data }), { ok, line } = judge(one, figures);
      console.log(`  ${ok ? 'ok' : 'FAILED'}, ${device === 'cpu' ? `${count} ${count === 1 ? 'thread' : 'threads'}` : device}: ${line}`);
      results.push({ name: one.name, threads: count, ok, ...figures });
    }
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, soaks: results }, null, 2)}\n`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
});
