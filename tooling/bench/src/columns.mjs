import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peersFolder } from './peers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The columns of the tables; `us` of a row has these keys. */
export const COLUMNS = ['sconce1', 'sconce2', 'torch1', 'torch2', 'tfjs', 'jaxjs'];
export const WEBGPU_COLUMNS = ['sconce', 'tfjs', 'jaxjs', 'torchCuda'];

/**
 * Who takes part on the CPU: a name, the column its time stands in (the fastest where several share one), and how its process
 * is started.
 * @param {{ python: string, data: string | null, torch: boolean, peers: boolean }} available
 */
export function contenders({ python, data, torch, peers }) {
  const node = (file, options) => [process.execPath, here('serve.mjs'), file, JSON.stringify({ ...options, data })];
  const sconce = (threads) => ({
    name: `Sconce ${threads}`, threads, column: `sconce${threads}`, command: node(here('contenders/sconce.mjs'), { threads }),
  });
  const pytorch = (threads) => ({
    name: `PyTorch ${threads}`, threads, column: `torch${threads}`, command: [python, here('contenders/pytorch.py'), String(threads), String(data)],
    environment: { OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
  });
  const tfjs = (backend) => ({ name: `tfjs ${backend}`, threads: 1, column: 'tfjs', command: node(join(peersFolder, 'tfjs.mjs'), { backend }) });
  return [
    sconce(1), sconce(2),
    ...(torch ? [pytorch(1), pytorch(2)] : []),
    ...(peers ? [tfjs('cpu'), tfjs('wasm'), { name: 'jax-js wasm', threads: 1, column: 'jaxjs', command: node(join(peersFolder, 'jaxjs.mjs'), { backend: 'wasm' }) }] : []),
  ];
}

/**
 * Who takes part on WebGPU. All but PyTorch sit in one process, on one adapter: they take turns there.
 * @param {{ python: string, cuda: boolean, peers: boolean }} available
 */
export function webgpuContenders({ python, cuda, peers }) {
  const seats = [
    { name: 'Sconce', column: 'sconce', file: here('contenders/sconce.mjs'), options: { device: 'webgpu' } },
    ...(peers ? [
      { name: 'tfjs webgpu', column: 'tfjs', file: join(peersFolder, 'tfjs.mjs'), options: { backend: 'webgpu' } },
      { name: 'jax-js webgpu', column: 'jaxjs', file: join(peersFolder, 'jaxjs.mjs'), options: { backend: 'webgpu' } },
    ] : []),
  ];
  const command = [process.execPath, here('serve.mjs'), ...seats.flatMap(({ file, options }) => [file, JSON.stringify(options)])];
  return [
    ...seats.map(({ name, column }, seat) => ({ name, column, command, seat })),
    ...(cuda ? [{ name: 'PyTorch CUDA', column: 'torchCuda', command: [python, here('contenders/pytorch.py'), '1', 'null', 'cuda'] }] : []),
  ];
}
