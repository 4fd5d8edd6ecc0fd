/** Words of the control block at the start of the heap, as indices of 32-bit integers. */
export const CONTROL = {
  /** rises with every job */
  sequence: 0,
  /** workers that are done with the job */
  done: 1,
  /** workers that wait to be woken */
  sleeping: 2,
  /** workers that take part in jobs: those with the first numbers */
  admitted: 3,
  /** length of the message of a worker whose job threw, 0 where none has */
  failed: 4,
  /** number of the module; -1 - n: load module n, `function` bytes from, `total` bytes long */
  module: 5,
  /** number of the exported function */
  function: 6,
  total: 7,
  parts: 8,
  /** how many arguments follow */
  count: 9,
} as const;

/** Where a job's arguments lie, as doubles, in bytes. */
export const JOB_ARGUMENTS = 256;

/** The most arguments that a job may have. */
export const MAX_ARGUMENTS = 128;

/** Where each worker says that it has started, a 32-bit integer each, in bytes. */
export const STARTED = JOB_ARGUMENTS + 8 * MAX_ARGUMENTS;

/** Where a worker whose job threw says why, in UTF-8, after the 64 workers' integers; in bytes. */
export const MESSAGE = STARTED + 256;
/** The longest such text, in bytes. */
export const MESSAGE_BYTES = 200;

/** Bytes at the start of the heap that are not for tensors. */
export const RESERVED = MESSAGE + 256;

/** Rounds that a worker spins before it sleeps: about half a millisecond. */
const SPIN = 20_000;

/**
 * The program of a worker thread, as text, so that it needs no file of its own in any bundler. `memory` and `part` are
 * what it is given.
 */
export const WORKER_SOURCE = `
const C = ${JSON.stringify(CONTROL)};
function work(memory, part) {
  const control = new Int32Array(memory.buffer, 0, ${JOB_ARGUMENTS / 4});
  const args = new Float64Array(memory.buffer, ${JOB_ARGUMENTS}, ${MAX_ARGUMENTS});
  const modules = [];
  let seen = Atomics.load(control, C.sequence);
  Atomics.store(new Int32Array(memory.buffer, ${STARTED}), part - 1, 1);
  for (;;) {
    for (let i = 0; i < ${SPIN} && Atomics.load(control, C.sequence) === seen; i++);
    if (Atomics.load(control, C.sequence) === seen) {
      Atomics.add(control, C.sleeping, 1);
      Atomics.wait(control, C.sequence, seen);
      Atomics.sub(control, C.sleeping, 1);
    }
    seen = Atomics.load(control, C.sequence);
    if (part > control[C.admitted]) continue;
    try {
      const module = control[C.module], total = control[C.total], parts = control[C.parts];
      if (module < 0) {
        const bytes = new Uint8Array(memory.buffer, control[C.function], total).slice();
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, part } });
        modules[-1 - module] = Object.values(exports);
      } else if (part < parts) {
        const from = Math.floor(total * part / parts), to = Math.floor(total * (part + 1) / parts);
        modules[module][control[C.function]](from, to, ...args.subarray(0, control[C.count]));
      }
    } catch (error) {
      const text = new TextEncoder().encode(String(error)).slice(0, ${MESSAGE_BYTES});
      new Uint8Array(memory.buffer, ${MESSAGE}).set(text);
      Atomics.store(control, C.failed, text.length);
    }
    Atomics.add(control, C.done, 1);
  }
}`;
