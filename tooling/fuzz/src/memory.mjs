import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const ARRAYS = [
  'ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Uint8ClampedArray', 'Int8Array', 'Uint16Array', 'Int16Array', 'Uint32Array',
  'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];

/**
 * What the CPU's memory asks for and drops at once, now and then, to have the collector run: nobody touches it. Were it
 * touched, the kernel would tell.
 */
const KICK = 128 * 2 ** 20;

/** Bytes that were asked for since the last `start`. */
let requested = 0;
/** Fills memory that nobody promised to clear: a reader that gives it away gives another value each time. */
let pattern = 0;

/**
 * Counts what arrays ask for, touched or not, and fills what `Buffer.allocUnsafe` gives. To be called before the readers
 * are loaded: they may keep the constructors.
 * @returns {() => void} puts all back
 */
export function countAllocations() {
  const originals = ARRAYS.map((name) => [name, globalThis[name]]);
  for (const [name, original] of originals) {
    const size = original.BYTES_PER_ELEMENT ?? 1;
    globalThis[name] = new Proxy(original, {
      construct(target, args, newTarget) {
        const [length] = args;
        if (typeof length === 'number' && !(name === 'ArrayBuffer' && length === KICK)) requested += size * length;
        return Reflect.construct(target, args, newTarget === globalThis[name] ? target : newTarget);
      },
    });
    // readers tell arrays apart by their constructors
    original.prototype.constructor = globalThis[name];
  }
  const { alloc, allocUnsafe, allocUnsafeSlow } = Buffer;
  const dirty = (make) => (size) => {
    requested += size;
    return make.call(Buffer, size).fill(++pattern & 255);
  };
  Object.assign(Buffer, {
    alloc: (size, ...fill) => {
      requested += size;
      return alloc.call(Buffer, size, ...fill);
    },
    allocUnsafe: dirty(allocUnsafe), allocUnsafeSlow: dirty(allocUnsafeSlow),
  });
  return () => {
    Object.assign(globalThis, Object.fromEntries(originals));
    for (const [, original] of originals) original.prototype.constructor = original;
    Object.assign(Buffer, { alloc, allocUnsafe, allocUnsafeSlow });
  };
}

/** What the kernel knows of this process's memory, in bytes. Linux has it; elsewhere only what arrays ask for is counted. */
class Resident {
  #buffer = Buffer.alloc(4096);
  #status = -1;
  #reset = -1;

  constructor() {
    try {
      this.#status = openSync('/proc/self/status', 'r');
      this.#reset = openSync('/proc/self/clear_refs', 'w');
      this.highest();
    } catch {
      this.close();
    }
  }

  get known() { return this.#reset >= 0; }

  /** From now on the highest is counted anew. (5 is the peak alone: proc(5), clear_refs) */
  reset() { writeSync(this.#reset, '5'); }

  highest() { return this.#read('VmHWM:'); }

  close() {
    for (const file of [this.#status, this.#reset]) if (file >= 0) closeSync(file);
    this.#status = this.#reset = -1;
  }

  #read(name) {
    const text = this.#buffer.toString('latin1', 0, readSync(this.#status, this.#buffer, 0, 4096, 0));
    return parseInt(text.slice(text.indexOf(name) + name.length), 10) * 1024;
  }
}

/** How much memory a piece of work takes at most. */
export class Meter {
  #resident = new Resident();
  #before = 0;

  /** whether pages that are touched are counted too */
  get seesPages() { return this.#resident.known; }

  start() {
    requested = 0;
    if (!this.seesPages) return;
    this.#resident.reset();
    // not what there is now: other threads may have given memory back since, which would look like growth
    this.#before = this.#resident.highest();
  }

  /** Bytes since `start`: all that arrays asked for, or the most that the process grew by, whichever is more. */
  taken() { return Math.max(requested, this.seesPages ? this.#resident.highest() - this.#before : 0); }

  close() { this.#resident.close(); }
}
