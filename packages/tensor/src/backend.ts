import type { Device } from './device.js';
import type { DType, TypedArray } from './dtype.js';
import type { Layout } from './layout.js';
import type { Op } from './op.js';

/** Memory on a device. Tensors that are views of one another share one storage. */
export interface Storage {
  readonly device: Device;
  readonly nbytes: number;
  /** counts in-place writes, so that backward() can refuse a stale saved tensor */
  version: number;
  /** nodes that keep it for backward, and one for all else: when nobody is left its memory goes back before the collector finds it */
  holders: number;
}

/** What a kernel sees: where the elements are and how to read them. A `Tensor` is one; a `Scalar` has no storage. */
export interface View {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly layout: Layout;
}

/** Whether a view is all of its storage, in order. */
export const isWhole = ({ layout, dtype, storage }: View): boolean =>
  layout.offset === 0 && layout.isContiguous && layout.numel * dtype.itemsize === storage.nbytes;

/**
 * Computes an op. Outputs are allocated by the caller and need not be contiguous; their dtype may differ from the
 * one computed in (a kernel converts as it stores). An output may be an input (in-place ops): then both have the same
 * layout; any other overlap has been copied away before.
 */
export type Kernel<A = unknown> = (inputs: readonly View[], outputs: readonly View[], attrs: A) => void;

/** Runs ops on a device. All else (shapes, dtypes, views, gradients) is decided before a backend is asked. */
export interface Backend {
  /** 'cpu', 'webgpu', … */
  readonly type: string;
  /** Uninitialised memory of `nbytes` bytes. */
  alloc(device: Device, nbytes: number): Storage;
  /** Gives memory back at once; without it, memory goes when the storage is collected. */
  free(storage: Storage): void;
  /**
   * Gives a storage that is all zeros the memory of another, whose owner gives it up: what adding the one to the other would
   * come to, but for the sign of zeros. False where that cannot be, and nothing was done.
   */
  takeOver?(zeros: Storage, from: Storage): boolean;
  write(dst: Storage, src: ArrayBufferView, byteOffset?: number): void;
  /** A copy of the bytes, once all work recorded before is done. */
  read(src: Storage, byteOffset?: number, nbytes?: number): Promise<ArrayBuffer>;
  /**
   * The whole storage as a typed array, where the host can address it (CPU only): what `numpy()` and the JS kernels
   * read and write. Called often; backends keep the arrays that they made.
   */
  map?(src: Storage, dtype: DType): TypedArray;
  /**
   * Called before a user is given a typed array of the storage, who may keep it for as long as he likes: it must stay the
   * storage's memory, also when that moves or the storage is collected.
   */
  expose?(src: Storage): void;
  /** kernels take complex numbers as they are; otherwise they are given the parts */
  readonly complex?: true;
  /** The kernel of an op, asked once per op; undefined where this backend has none (on 'cpu' the JS kernel serves). */
  lower<A>(op: Op<A>): Kernel<A> | undefined;
  synchronize(): Promise<void>;
  /**
   * Draws many words from a generator of the host faster than it does by itself, the same ones: `count` from word `next` of its
   * state (624 where it is to be renewed first) on. The state is renewed as often as the words take.
   */
  draw?(state: Uint32Array, next: number, into: Uint32Array, count: number): void;
  /** How much memory tensors take; absent where the host does not say (plain JavaScript). */
  memoryStats?(): MemoryStats;
}

/** Memory of a device's tensors, in bytes. @see https://pytorch.org/docs/stable/generated/torch.cuda.memory_stats.html */
export interface MemoryStats {
  /** in use by tensors that are alive, or not yet collected */
  readonly allocated: number;
  /** taken from the system */
  readonly reserved: number;
  /** the most that was allocated at a time */
  readonly peak: number;
}
