import type { View } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from '../half.js';
import type { Layout } from '../layout.js';
import { hostArray } from './host.js';
import type { Register } from './loops.js';

/** Reads and writes blocks of a view's elements, in logical order, from and to registers. */
export class BlockAccess {
  private readonly data: TypedArray;
  private readonly half: 'float16' | 'bfloat16' | null;
  /** whether all elements are the same one */
  readonly isConstant: boolean;
  private readonly index: Int32Array;

  /** @param layout how to go through the view: its own, or that broadcast to a larger shape */
  constructor(view: View, private readonly layout: Layout) {
    this.data = hostArray(view);
    const { name } = view.dtype;
    this.half = name === 'float16' || name === 'bfloat16' ? name : null;
    this.isConstant = layout.strides.every((s, i) => s === 0 || layout.shape[i] === 1);
    this.index = new Int32Array(this.data.length === 0 || layout.isContiguous ? 0 : 1024);
  }

  load(start: number, n: number, register: Register): void {
    const data = this.data as Float64Array, r = register as Float64Array;
    if (this.half) return this.loadHalf(start, n, r);
    if (this.layout.isContiguous) {
      const from = this.layout.offset + start;
      if (n >= 32) r.set(data.subarray(from, from + n));
      else for (let i = 0; i < n; i++) r[i] = data[from + i];
    } else {
      const at = this.offsets(start, n);
      if (this.data instanceof Float32Array) for (let i = 0; i < n; i++) r[i] = this.data[at[i]];
      else for (let i = 0; i < n; i++) r[i] = data[at[i]];
    }
  }

  store(start: number, n: number, register: Register): void {
    const data = this.data as Float64Array, r = register as Float64Array;
    if (this.half) return this.storeHalf(start, n, r);
    if (this.layout.isContiguous) {
      const to = this.layout.offset + start;
      if (n >= 32) data.set(n === r.length ? r : r.subarray(0, n), to);
      else for (let i = 0; i < n; i++) data[to + i] = r[i];
    } else {
      const at = this.offsets(start, n);
      for (let i = 0; i < n; i++) data[at[i]] = r[i];
    }
  }

  private loadHalf(start: number, n: number, r: Float64Array): void {
    const decode = this.half === 'float16' ? float16ToNumber : bfloat16ToNumber;
    const at = this.offsets(start, n);
    for (let i = 0; i < n; i++) r[i] = decode(this.data[at[i]] as number);
  }

  private storeHalf(start: number, n: number, r: Float64Array): void {
    const encode = this.half === 'float16' ? numberToFloat16 : numberToBfloat16;
    const at = this.offsets(start, n);
    for (let i = 0; i < n; i++) this.data[at[i]] = encode(r[i]);
  }

  /** The storage indices of elements start … start + n - 1. */
  private offsets(start: number, n: number): Int32Array {
    const { shape, strides } = this.layout;
    const at = this.index.length ? this.index : new Int32Array(n);
    const position = new Array<number>(shape.length);
    let offset = this.layout.offset, rest = start;
    for (let d = shape.length - 1; d >= 0; d--) {
      position[d] = rest % shape[d];
      rest = Math.floor(rest / shape[d]);
      offset += position[d] * strides[d];
    }
    const last = shape.length - 1;
    const inner = last < 0 ? 1 : shape[last], step = last < 0 ? 0 : strides[last];
    for (let i = 0; ; ) {
      const run = Math.min(n - i, inner - (last < 0 ? 0 : position[last]));
      for (let k = 0; k < run; k++, offset += step) at[i++] = offset;
      if (i >= n) return at;
      offset -= inner * step;
      position[last] = 0;
      for (let d = last - 1; d >= 0; d--) {
        offset += strides[d];
        if (++position[d] < shape[d]) break;
        offset -= strides[d] * shape[d];
        position[d] = 0;
      }
    }
  }
}
