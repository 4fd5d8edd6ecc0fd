import type { Device, DType } from '@sconce/tensor';
import type { Expr, Layout, Mark, Storage, Token } from '@sconce/tensor/internal';
import type { Buffer, Pool } from './pool.js';

/** Computed elements, one 32-bit word each. Counted: the buffer goes back to the pool with its last holder. */
export class Bytes {
  /** storages, pending expressions and running kernels that hold this */
  holders = 0;
  /** cells whose pending expressions read this; they are computed before it is written to */
  readonly readers = new Set<Cell>();
  /** kept for all who need these elements, so never written to */
  shared = false;

  constructor(readonly buffer: Buffer, readonly dtype: DType, readonly numel: number) {}
}

/** An operand of a pending expression: elements in memory, or a number. */
export interface Leaf {
  /** what stands for it in the expression */
  readonly node: Expr;
  readonly source: Bytes | number;
  readonly dtype: DType;
  readonly layout: Layout;
}

/** An expression still to be computed, over leaves that have (or are broadcast to) its shape. */
export interface Pending {
  readonly root: Expr;
  readonly leaves: readonly Leaf[];
  readonly shape: readonly number[];
  readonly numel: number;
  readonly dtype: DType;
  /** how many operations it is */
  readonly size: number;
}

/** Data from the host whose array does not tell its dtype (bool or uint8, float16 or bfloat16): it is known at the first use. */
export interface HostData { readonly data: Uint8Array }

export type Value = Bytes | Pending | HostData;

/** What a storage holds at a time; null while it is uninitialised. Outlives the storage until its finalizer has run. */
export class Cell implements Mark {
  value: Value | null = null;
  seen = false;
  looks = 0;
  at = -1;
  constructor(readonly nbytes: number) {}
}

/** Memory of a tensor on a WebGPU device. */
export class GpuStorage implements Storage {
  version = 0;
  holders = 1;
  readonly cell: Cell;
  /** is collected with the storage, where that is watched: so one sees that nobody holds it */
  token: Token | null = null;
  /** what the finalizer waits for in the storage's place: V8's young collections take that for held, and all that it holds */
  readonly life = {};
  constructor(readonly device: Device, readonly nbytes: number) {
    this.cell = new Cell(nbytes);
  }
}

export const isPending = (v: Value | null): v is Pending => v !== null && 'root' in v;

/** Takes buffers back, whosever they are. */
type Taker = Pick<Pool, 'give'>;
export const OWNERS: Taker = { give: (buffer) => buffer.pool.give(buffer) };

/** Puts a value into a cell in the place of another, and keeps count of what is held. */
export function assign(cell: Cell, value: Value | null, pool: Taker): void {
  const old = cell.value;
  if (value instanceof Bytes) value.holders++;
  else if (isPending(value)) for (const { source } of value.leaves) if (source instanceof Bytes) source.holders++;
  cell.value = value;
  if (old instanceof Bytes) release(old, pool);
  else if (isPending(old)) {
    for (const { source } of old.leaves) {
      if (!(source instanceof Bytes)) continue;
      source.readers.delete(cell);
      release(source, pool);
    }
  }
  if (isPending(value)) for (const { source } of value.leaves) if (source instanceof Bytes) source.readers.add(cell);
}

/** One holder less. */
export function release(bytes: Bytes, pool: Taker): void {
  if (--bytes.holders === 0) pool.give(bytes.buffer);
}
