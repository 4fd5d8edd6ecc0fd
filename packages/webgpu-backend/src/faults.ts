import { linalg, IndexError, int32, RuntimeError } from '@sconce/tensor';
import type { Pool } from './pool.js';
import { Bytes } from './values.js';

const TYPES = { IndexError, RuntimeError, LinAlgError: linalg.LinAlgError };

/** Words of the buffer: which fault (0: none yet), and the value and the place that the kernel found. */
const WORDS = 4;

/** What a kernel may find wrong in values that it reads. */
export interface Fault {
  /** PyTorch's name of the op */
  readonly op: string;
  readonly type: keyof typeof TYPES;
  /** the message, with `{value}` and `{place}` for what the kernel tells */
  readonly words: string;
}

/** WGSL: the first fault since the last readback stays; a compare-exchange may fail for no reason, so it is tried again. */
export const FAULT = `fn fault(which: u32, value: i32, place: u32) {
  loop {
    let r = atomicCompareExchangeWeak(&faults[0], 0u, which);
    if (r.exchanged) { atomicStore(&faults[1], bitcast<u32>(value)); atomicStore(&faults[2], place); break; }
    if (r.old_value != 0u) { break; }
  }
}`;

/**
 * Values that kernels find wrong, such as an index out of range. A kernel cannot throw: it goes on with a value that does no
 * harm and leaves a note in a few words of memory, which the next readback brings along.
 */
export class Faults {
  /** which kernels were recorded since the notes were last read */
  pending = false;
  private readonly known: Fault[] = [];
  private readonly numbers = new Map<string, number>();
  private memory: Bytes | undefined;

  constructor(private readonly device: GPUDevice, private readonly pool: Pool) {}

  /** The memory for notes, for a kernel that is about to be recorded. */
  use(): Bytes {
    this.pending = true;
    return this.bytes;
  }

  private get bytes(): Bytes {
    // not of the pool: it lives as long as the device
    return (this.memory ??= new Bytes(
      { gpu: this.device.createBuffer({ size: WORDS * 4, usage: 0x80 | 0x04 | 0x08 }), id: -1, size: WORDS * 4, pool: this.pool, epoch: -1 }, int32, WORDS));
  }

  /** The number by which a kernel calls a fault. */
  numberOf(fault: Fault): number {
    const key = `${fault.op} ${fault.words}`;
    let number = this.numbers.get(key);
    if (number === undefined) this.numbers.set(key, (number = this.known.push(fault)));
    return number;
  }

  /** Bytes that `collect` needs; 0 where no kernel can have left a note. */
  get size(): number { return this.pending ? WORDS * 4 : 0; }

  /** Records the copy of the notes, and forgets them: what is found later belongs to the next readback. */
  collect(encoder: GPUCommandEncoder, to: GPUBuffer, at: number): void {
    const { gpu } = this.bytes.buffer;
    encoder.copyBufferToBuffer(gpu, 0, to, at, WORDS * 4);
    encoder.clearBuffer(gpu);
    this.pending = false;
  }

  /** @throws what notes tell */
  check(notes: ArrayBuffer): void {
    const [which, value, place] = new Int32Array(notes);
    if (which === 0) return;
    const { op, type, words } = this.known[which - 1];
    const message = words.replaceAll('{value}', String(value)).replace('{place}', String(place));
    throw new TYPES[type](`${message} (found by ${op} on device 'webgpu', which tells it when values are next read)`);
  }
}
