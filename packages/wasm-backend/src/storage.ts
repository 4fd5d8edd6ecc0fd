import type { Device, DType, TypedArray } from '@sconce/tensor';
import type { Storage } from '@sconce/tensor/internal';
import { addressOf, type Block, type Heap } from './heap.js';

/** What keeps a block of the heap in use: when it is collected, the block goes back. */
export interface Owner { readonly address: number }

/** Memory of a tensor inside the WebAssembly heap. */
export class WasmStorage implements Storage {
  version = 0;
  private arrays: (TypedArray | undefined)[] | null = null;

  /** where it begins, in bytes */
  readonly address: number;

  /**
   * @param block its block of the heap, or, with an owner, its address inside the owner's
   * @param owner what holds the block, where it is shared with other storages
   */
  constructor(
    readonly device: Device, readonly nbytes: number, readonly block: Block, readonly heap: Heap, readonly owner: Owner | null,
  ) {
    this.address = owner ? block : addressOf(block);
  }

  /** The memory as a dtype's typed array; made once per dtype (a shared memory keeps its views when it grows). */
  typed(dtype: DType): TypedArray {
    return ((this.arrays ??= [])[dtype.code] ??=
      new dtype.Array(this.heap.memory.buffer, this.address, Math.floor(this.nbytes / dtype.itemsize)));
  }
}
