// The thread that fuzzes. What counts allocations comes before the readers are loaded.
import { parentPort, workerData } from 'node:worker_threads';
import { countAllocations, Meter } from './memory.mjs';
import { watch } from './surroundings.mjs';

const { seed, inputs, kinds: wanted, only, folder, progress } = workerData;
countAllocations();
const torch = await import('sconce');
const { makeKinds } = await import('./kinds.mjs');
const { fuzz, readWhole, sharesOf } = await import('./fuzz.mjs');

const kinds = makeKinds(torch, folder), meter = new Meter(), names = kinds.map(({ name }) => name);
const unknown = wanted?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`no kind ${unknown}; there are ${names.join(' ')}`);
const chosen = kinds.filter(({ name }) => wanted === undefined || wanted.includes(name)), shares = sharesOf(chosen, inputs);
// The engine asks Node for its collector when it looks for dropped tensors for the first time: no reader's doing, so it comes before.
for (let i = 0; i < 10; i++) torch.empty(2 ** 20);
watch(folder);
for (const [i, kind] of chosen.entries()) {
  await readWhole(kind);
  Atomics.store(progress, 0, -1);
  parentPort?.postMessage({ begins: kind.name });
  const range = only === undefined ? { to: shares[i] } : { from: only, to: only + 1 };
  const tally = await fuzz(torch, kind, { seed, ...range, meter, onInput: (n) => { Atomics.store(progress, 0, n); } });
  parentPort?.postMessage({ ...tally, seesPages: meter.seesPages });
}
meter.close();
// kernels may have left threads behind
process.exit(0);
