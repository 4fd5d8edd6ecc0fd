import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** An input that is not done after so long never will be; one that takes more than a second is told when it is. */
const HANGS_MS = 15_000;
/** Heap of the readers' thread: far more than files of a few kilobytes need. */
const HEAP_MB = 256;

/**
 * Fuzzes in a thread, and says what became of it even where that hangs or runs out of memory.
 * @param {object} options
 * @param {number} options.inputs
 * @param {number} options.seed
 * @param {readonly string[] | undefined} options.kinds the names of the kinds wanted, all by default
 * @param {number | undefined} options.only
 * @param {string} options.folder where the readers may write
 * @param {(line: string) => void} options.say
 * @param {string} [options.worker] the thread's program
 * @param {number} [options.patience] milliseconds after which an input hangs
 * @returns {Promise<{ kind: string, input: number, why: string, bytes?: Uint8Array }[]>} the defects
 */
export function supervise({ say, worker = fileURLToPath(new URL('worker.mjs', import.meta.url)), patience = HANGS_MS, ...asked }) {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const thread = new Worker(worker, { workerData: { ...asked, progress }, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
  const started = performance.now();
  const tallies = /** @type {(import('./fuzz.mjs').Tally & { seesPages: boolean })[]} */ ([]);
  let kind = '', last = -1, since = performance.now();
  const defects = /** @type {{ kind: string, input: number, why: string, bytes?: Uint8Array }[]} */ ([]);
  const tell = (defect) => {
    defects.push(defect);
    say(`DEFECT in ${defect.kind}, input ${defect.input}: ${defect.why}\n  again: npm run fuzz -- --seed ${asked.seed} --kinds ${defect.kind} --only ${defect.input}`);
  };
  const here = () => Atomics.load(progress, 0);

  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const now = performance.now();
      if (kind === '' || here() !== last) [last, since] = [here(), now];
      else if (now - since > patience) {
        clearInterval(timer);
        tell({ kind, input: last, why: `hangs for more than ${patience / 1000} s` });
        void thread.terminate();
      }
    }, Math.min(500, patience / 10));
    thread.on('message', (message) => {
      if (message.begins !== undefined) {
        kind = message.begins;
        since = performance.now();
      } else {
        tallies.push(message);
        say(tallyLine(message));
        message.defects.forEach(tell);
      }
    });
    thread.on('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'ERR_WORKER_OUT_OF_MEMORY') tell({ kind, input: here(), why: `takes more than ${HEAP_MB} MB of heap` });
      else reject(error);
    });
    thread.on('exit', (code) => {
      clearInterval(timer);
      if (code !== 0 && defects.length === 0) return reject(new Error(`the thread ended with ${code}, at input ${here()} of ${kind}`));
      const all = (key) => tallies.reduce((sum, tally) => sum + tally[key], 0);
      const pages = tallies.every(({ seesPages }) => seesPages) ? '' : '; only what arrays ask for was counted as memory';
      say(`${all('inputs')} inputs, ${all('valid')} read, ${all('inputs') - all('valid')} refused, ${defects.length} defects; ` +
        `${((performance.now() - started) / 1000).toFixed(1)} s${pages}`);
      resolve(defects);
    });
  });
}

/** @param {import('./fuzz.mjs').Tally} tally */
const tallyLine = ({ kind, inputs, valid, milliseconds, slowest, largest }) =>
  `${kind}: ${inputs} inputs, ${valid} read, ${(milliseconds / 1000).toFixed(1)} s, slowest ${slowest.toFixed(0)} ms, ` +
  `most memory ${(largest / 2 ** 20).toFixed(1)} MiB`;
