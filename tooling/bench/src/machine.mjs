import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Above this the machine does something else: an idle one stays below 0.1. */
const BUSY_LOAD = 0.5;

/** What the numbers were measured on. @param {string | null} [torch] PyTorch's version; null where there is none */
export const describeMachine = (torch) => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  v8: process.versions.v8,
  torch,
  loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
});

export const machineLine = ({ cpu, cores, memoryGiB, node, v8, torch, loadAverage }) => [
  `${cpu}, ${cores} cores, ${memoryGiB} GiB`, `Node ${node} (V8 ${v8})`,
  ...(torch === undefined ? [] : [`PyTorch ${torch ?? 'none'}`]), `load average ${loadAverage.join(' ')}`,
].join('; ');

/** A line to print where the load average says that something else runs; otherwise null. @param {{ loadAverage: number[] }} machine */
export function loadWarning({ loadAverage: [load = 0] }) {
  return load > BUSY_LOAD ? `WARNING: load average ${load}: something else runs on this machine; the times mean little` : null;
}

/** PyTorch's version under a Python; null where it cannot be imported. */
export function torchVersion(python) {
  try {
    return execFileSync(python, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** The GPU that PyTorch uses under a Python; null where it has none. */
export function cudaName(python) {
  try {
    return execFileSync(python, ['-c', 'import torch; print(torch.cuda.get_device_name())'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** The Python that Debian's python3-torch belongs to, which may not be the first on the path. */
export const defaultPython = () => (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');
