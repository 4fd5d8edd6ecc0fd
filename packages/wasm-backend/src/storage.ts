import type { Device, DType, TypedArray } from '@sconce/tensor';
import type { Mark, Storage, Token } from '@sconce/tensor/internal';
import type { Block, Heap } from './heap.js';

/** A block of the heap, until it has been given back. */
export interface Ticket extends Mark { block: Block; live: boolean; nbytes: number }

/** What keeps a block of the heap in use: when it is collected, the block goes back. */
export interface Owner { readonly ticket: Ticket }

/** Memory of a tensor: inside the WebAssembly heap, or in a buffer of its own. */
export class WasmStorage implements Storage {
  version = 0;
  holders = 1;
  /** its own buffer, where it is not in the heap */
  host: ArrayBuffer | null = null;
  /** whether a user has views of its buffer, which must stay its memory then */
  exposed = false;
  /** whether nobody has looked at its buffer yet: what is in it does not count */
  isFresh = false;
  /** goes with the block, and is collected with the storage: so one sees that nobody holds it */
  token: Token | null = null;
  /** how often kernels had to copy it into the heap */
  copies = 0;
  /** whether it is all zeros, which nobody has written yet: that is done when somebody looks at them */
  private blank = false;
  private arrays: (TypedArray | undefined)[] | null = null;

  /**
   * @param start where it begins, in bytes
   * @param owner what holds its block of the heap, null where it has none
   * @param shared whether other storages lie in the block
   */
  constructor(
    readonly device: Device, readonly nbytes: number, private start: number, readonly heap: Heap,
    public owner: Owner | null, readonly shared = false,
  ) {}

  /** Where it begins, in bytes. */
  get address(): number {
    if (this.blank) this.writeZeros();
    return this.start;
  }

  private writeZeros(): void {
    this.blank = false;
    // V8 sets shared memory element by element: the widest are the fastest, and blocks are whole numbers of them
    new Float64Array(this.heap.memory.buffer, this.start, Math.ceil(this.nbytes / 8)).fill(0);
  }

  /** Sets a block of the heap of its own to zero; false where it has none. */
  clear(): boolean {
    return (this.blank = this.owner !== null && !this.shared);
  }

  /** Exchanges zeros that are not written yet for another's block; false where there are none. */
  exchange(other: WasmStorage): boolean {
    if (!this.blank || other.owner === null || other.shared || this.nbytes !== other.nbytes || other.blank) return false;
    [this.owner, other.owner] = [other.owner, this.owner];
    [this.token, other.token] = [other.token, this.token];
    [this.start, other.start] = [other.start, this.start];
    this.arrays = other.arrays = null;
    this.blank = false;
    return true;
  }

  /** Its memory has gone back: who looks for it all the same finds that there is none. */
  forget(): void {
    this.start = -1;
    this.owner = this.token = this.arrays = null;
    this.blank = false;
  }

  /** Makes a buffer its memory: the caller gives back the block, and has moved the bytes if there were any. */
  moveOut(host: ArrayBuffer, isFresh: boolean): void {
    this.host = host;
    this.isFresh = isFresh;
    this.owner = this.token = this.arrays = null;
  }

  /** Makes a block of the heap its memory. */
  moveIn(address: number, owner: Owner): void {
    this.host = this.arrays = null;
    this.start = address;
    this.owner = owner;
  }

  /** The memory as a dtype's typed array, made once per dtype. */
  typed(dtype: DType): TypedArray {
    if (this.blank) this.writeZeros();
    this.isFresh = false;
    const buffer = this.host ?? this.heap.memory.buffer, made = (this.arrays ??= [])[dtype.code];
    // a memory that is not shared has a new buffer after it has grown
    if (made !== undefined && made.buffer === buffer) return made;
    return (this.arrays[dtype.code] = new dtype.Array(buffer, this.host ? 0 : this.address, Math.floor(this.nbytes / dtype.itemsize)));
  }

  /** All bytes. */
  bytes(): Uint8Array {
    this.isFresh = false;
    return this.host ? new Uint8Array(this.host) : new Uint8Array(this.heap.memory.buffer, this.address, this.nbytes);
  }
}
