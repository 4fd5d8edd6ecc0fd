// A thread of Watch's: how fast the core it is on multiplies numbers that lie in its first cache. Each message is answered with
// GFLOPS.
import { parentPort } from 'node:worker_threads';
import { matmul, ones, setNumThreads } from 'sconce';

/** Three matrices of 64 × 64 take the half of a first cache of 48 kB, and fill all multipliers. */
const SIZE = 64, PRODUCTS = 50;
/** The fastest part counts: others may be held up by the system, or by a collection. */
const PARTS = 4;

setNumThreads(1);
const x = ones(SIZE, SIZE);

function part() {
  const start = performance.now();
  for (let i = 0; i < PRODUCTS; i++) matmul(x, x);
  return PRODUCTS * 2 * SIZE ** 3 / (performance.now() - start) / 1e6;
}

const rate = () => Math.max(...Array.from({ length: PARTS }, part));

for (let i = 0; i < 100; i++) rate(); // V8's compilers are done with it then
parentPort?.on('message', () => parentPort?.postMessage(rate()));
parentPort?.postMessage('ready');
