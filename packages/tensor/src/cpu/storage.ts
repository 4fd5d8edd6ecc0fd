import type { Storage } from '../backend.js';
import type { Device } from '../device.js';
import type { DType, TypedArray } from '../dtype.js';

/** Memory in an ArrayBuffer of the JavaScript heap, which the engine collects by itself. */
export class HostStorage implements Storage {
  version = 0;
  holders = 1;
  private readonly arrays: (TypedArray | undefined)[] = [];

  constructor(
    readonly device: Device,
    readonly buffer: ArrayBufferLike,
    readonly byteOffset: number,
    readonly nbytes: number,
  ) {}

  /** The memory as a dtype's typed array; made once per dtype. */
  typed(dtype: DType): TypedArray {
    return (this.arrays[dtype.code] ??=
      new dtype.Array(this.buffer, this.byteOffset, Math.floor(this.nbytes / dtype.itemsize)));
  }
}
