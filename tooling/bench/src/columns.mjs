import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peersFolder } from './peers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The columns of the table; `us` of a row has these keys. */
export const COLUMNS = ['sconce1', 'sconce2', 'torch1', 'torch2', 'tfjs', 'jaxjs'];

/**
 * Who takes part: a name, the column its time stands in (the fastest where several share one), and how its process
 * is started.
 * @param {{ python: string, data: string | null, torch: boolean, peers: boolean }} available
 */
export function contenders({ python, data, torch, peers }) {
  const node = (file, options) => [process.execPath, here('serve.mjs'), file, JSON.stringify({ ...options, data })];
  const sconce = (threads) => ({
    name: `Sconce ${threads}`, column: `sconce${threads}`, command: node(here('contenders/sconce.mjs'), { threads }),
  });
  const pytorch = (threads) => ({
    name: `PyTorch ${threads}`, column: `torch${threads}`, command: [python, here('contenders/pytorch.py'), String(threads), String(data)],
    environment: { OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
  });
  const tfjs = (backend) => ({ name: `tfjs ${backend}`, column: 'tfjs', command: node(join(peersFolder, 'tfjs.mjs'), { backend }) });
  return [
    sconce(1), sconce(2),
    ...(torch ? [pytorch(1), pytorch(2)] : []),
    ...(peers ? [tfjs('cpu'), tfjs('wasm'), { name: 'jax-js wasm', column: 'jaxjs', command: node(join(peersFolder, 'jaxjs.mjs'), {}) }] : []),
  ];
}
