import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Above this the machine does something else: an idle one stays below 0.1. */
const BUSY_LOAD = 0.5;
/** Above this share of the machine's time, taken by others while every contender rested, the numbers are not to be used. */
const BUSY_SHARE = 0.05;
const SETTLE_MS = 40;
const LISTEN_MS = 20;

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

/** How much of the machine others use: asked while all contenders rest. */
export class Others {
  #busy = 0;
  #total = 0;

  /** Rests until threads of the last turn have stopped spinning, which OpenBLAS's do after about 25 ms, and counts. */
  async rest() {
    await setTimeout(SETTLE_MS);
    const before = ticks();
    await setTimeout(LISTEN_MS);
    const after = ticks();
    this.#busy += after.busy - before.busy;
    this.#total += after.total - before.total;
  }

  /** A line to print where that was too much; otherwise null. */
  warning() {
    const share = this.#total > 0 ? this.#busy / this.#total : 0;
    if (share <= BUSY_SHARE) return null;
    return `WARNING: while the contenders rested, others took ${(share * 100).toFixed(0)}% of the machine; the times mean little`;
  }
}

function ticks() {
  let busy = 0, total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
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
