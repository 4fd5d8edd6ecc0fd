import type { Device, DType, TypedArray } from '@sconce/tensor';
import type { Storage } from '@sconce/tensor/internal';
import type { Block, Heap } from './heap.js';

/** What keeps a block of the heap in use: when it is collected, the block goes back. */
export interface Owner { readonly address: number }

/** A block of the heap, until it has been given back. */
export interface Ticket { readonly block: Block; live: boolean }

/** Memory of a tensor inside the WebAssembly heap. */
export class WasmStorage implements Storage {
  version = 0;
  private arrays: (TypedArray | undefined)[] | null = null;

  /**
   * @param address where it begins, in bytes
   * @param ticket its block of the heap, null where it has none of its own
   * @param owner what holds the block, where it is shared with other storages
   */
  constructor(
    readonly device: Device, readonly nbytes: number, readonly address: number, readonly heap: Heap,
    readonly ticket: Ticket | null, readonly owner: Owner | null,
  ) {}

  /** The memory as a dtype's typed array; made once per dtype (a shared memory keeps its views when it grows). */
  typed(dtype: DType): TypedArray {
    return ((this.arrays ??= [])[dtype.code] ??=
      new dtype.Array(this.heap.memory.buffer, this.address, Math.floor(this.nbytes / dtype.itemsize)));
  }
}
