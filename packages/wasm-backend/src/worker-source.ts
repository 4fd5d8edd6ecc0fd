/** Words of the control block at the start of the heap, as indices of 32-bit integers. */
export const CONTROL = {
  /** a number that changes with every job, and in the last 8 bits how many parts of it nobody has taken yet */
  open: 0,
  /** parts that workers have done */
  done: 1,
  /** workers that wait to be woken */
  sleeping: 2,
  /** workers that may take part in jobs: those with the first numbers */
  admitted: 3,
  /** length of the message of a worker whose job threw, 0 where none has */
  failed: 4,
  /** where in the order of a job's parts the workers have come, who go through it from its end */
  end: 5,
  // What a job is lies in a line of the caches of its own: who spins for the next job does not slow down the writing of it.
  /** number of the module, the address of its bytes, and how many they are */
  module: 32,
  address: 33,
  length: 34,
  /** number of the exported function */
  function: 35,
  total: 36,
  parts: 37,
  /** how many arguments follow */
  count: 38,
  /** the order of the parts: number i is part (first + step · i) mod parts */
  first: 39,
  step: 40,
} as const;

/** A job has fewer parts than this. */
export const PARTS = 256;

/** Where a job's arguments lie, as doubles, in bytes. */
export const JOB_ARGUMENTS = 256;

/** The most arguments that a job may have. */
export const MAX_ARGUMENTS = 128;

/** Where a worker whose job threw says why, in UTF-8; in bytes. */
export const MESSAGE = JOB_ARGUMENTS + 8 * MAX_ARGUMENTS;
/** The longest such text, in bytes. */
export const MESSAGE_BYTES = 200;

/** Bytes at the start of the heap that are not for tensors. */
export const RESERVED = MESSAGE + 256;

/** Rounds that a worker spins before it sleeps: about a third of a millisecond. */
const SPIN = 60_000;

/**
 * The program of a worker thread, as text, so that it needs no file of its own in any bundler. `memory` and `number` are
 * what it is given. It takes parts of the job that is open, one at a time. What it has read of a job holds if the job is
 * still open when it takes a part: the next one is described only when no part of this one is left.
 */
export const WORKER_SOURCE = `
const C = ${JSON.stringify(CONTROL)};
function work(memory, number) {
  const control = new Int32Array(memory.buffer, 0, ${JOB_ARGUMENTS / 4});
  const args = new Float64Array(memory.buffer, ${JOB_ARGUMENTS}, ${MAX_ARGUMENTS});
  const modules = [], call = [];
  for (;;) {
    let open = Atomics.load(control, C.open);
    for (let i = 0; i < ${SPIN} && open % ${PARTS} === 0; i++) open = Atomics.load(control, C.open);
    if (open % ${PARTS} === 0 || number > Atomics.load(control, C.admitted)) {
      Atomics.add(control, C.sleeping, 1);
      Atomics.wait(control, C.open, open);
      Atomics.sub(control, C.sleeping, 1);
      continue;
    }
    const module = Atomics.load(control, C.module), address = Atomics.load(control, C.address), length = Atomics.load(control, C.length);
    if (Atomics.load(control, C.open) !== open) continue;
    if (!modules[module]) {
      const bytes = new Uint8Array(memory.buffer, address >>> 0, length).slice();
      modules[module] = Object.values(new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, part: number } }).exports);
      continue;
    }
    if (Atomics.compareExchange(control, C.open, open, open - 1) !== open) continue;
    try {
      const total = control[C.total], parts = control[C.parts], i = Atomics.sub(control, C.end, 1) - 1;
      const part = (control[C.first] + control[C.step] * i) % parts;
      // an array is handed over in a tenth of the time that a typed array takes
      call.length = 2 + control[C.count];
      call[0] = Math.floor(total * part / parts);
      call[1] = Math.floor(total * (part + 1) / parts);
      for (let a = 2; a < call.length; a++) call[a] = args[a - 2];
      modules[module][control[C.function]].apply(null, call);
    } catch (error) {
      const text = new TextEncoder().encode(String(error)).slice(0, ${MESSAGE_BYTES});
      new Uint8Array(memory.buffer, ${MESSAGE}).set(text);
      Atomics.store(control, C.failed, text.length);
    }
    Atomics.add(control, C.done, 1);
  }
}`;
