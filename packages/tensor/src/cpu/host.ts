import type { View } from '../backend.js';
import { realDtype, type DType, type TypedArray } from '../dtype.js';
import { pairsOf } from '../complex/parts.js';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16 } from '../half.js';
import type { NumberLike, ScalarLike } from '../scalar.js';
import { numbersOf } from '../words.js';

/** The whole storage of a CPU view, as its dtype's typed array; index it by the layout. Of complex numbers their parts. */
export function hostArray(view: View): TypedArray {
  return view.storage.device.backend!.map!(view.storage, realDtype(view.dtype));
}

/** What a typed array's element means: bits become numbers for the half types. */
export function decode(dtype: DType, raw: number | bigint): number | bigint {
  if (dtype.name === 'float16') return float16ToNumber(raw as number);
  if (dtype.name === 'bfloat16') return bfloat16ToNumber(raw as number);
  return raw;
}

/** The element at an index into the storage, as a user sees it: int64 within 2^53 is a number. */
export function numberAt(view: View, index: number): ScalarLike {
  if (view.dtype.isComplex) {
    const parts = hostArray(view) as Float32Array;
    return { re: parts[2 * index], im: parts[2 * index + 1] };
  }
  return present(view.dtype, hostArray(view)[index]);
}

function present(dtype: DType, raw: number | bigint): NumberLike {
  if (dtype.kind === 'bool') return raw !== 0;
  if (typeof raw === 'bigint') return BigInt.asIntN(54, raw) === raw ? Number(raw) : raw;
  return decode(dtype, raw) as number;
}

/** All values in logical order, as a user sees them. */
export function numericValues(view: View): ScalarLike[] {
  if (view.dtype.isComplex) {
    const parts = contiguousValues(view) as Float32Array;
    return Array.from({ length: view.layout.numel }, (_, i) => ({ re: parts[2 * i], im: parts[2 * i + 1] }));
  }
  const raw = contiguousValues(view), numbers = contiguousNumbers(view);
  if (view.dtype.kind === 'bool') return Array.from(numbers, (x) => x !== 0);
  return raw instanceof BigInt64Array ? Array.from(numbers, (x, i) => (Number.isSafeInteger(x) ? x : present(view.dtype, raw[i]))) : Array.from(numbers);
}

/** The raw elements in logical order (of complex numbers their parts): a window on the storage where that is contiguous, else a copy. */
export function contiguousValues(view: View): TypedArray {
  if (view.dtype.isComplex) return contiguousValues(pairsOf(view));
  const { layout, dtype } = view;
  const data = hostArray(view);
  if (layout.isContiguous) return data.subarray(layout.offset, layout.offset + layout.numel);
  const out = new dtype.Array(layout.numel);
  let at = 0;
  forEachOffset(layout, (offset) => { out[at++] = data[offset]; });
  return out;
}

/** Typed arrays of numbers; int64 is apart. */
export type NumberArray = Exclude<TypedArray, BigInt64Array>;

/** The values in logical order as numbers: as `contiguousValues`, but float16 and bfloat16 become a Float32Array. */
export function contiguousNumbers(view: View): NumberArray {
  const values = contiguousValues(view);
  if (values instanceof BigInt64Array) return numbersOf(values);
  const { name } = view.dtype;
  if (name === 'float16') return Float32Array.from(values, float16ToNumber);
  if (name === 'bfloat16') return Float32Array.from(values, bfloat16ToNumber);
  return values;
}

/** A contiguous array to compute an output in, and `commit` to move it there (nothing to do where it is the output). */
export function outputNumbers(view: View): { data: NumberArray; commit(): void } {
  if (view.dtype.isComplex) return outputNumbers(pairsOf(view));
  const { layout, dtype } = view;
  const direct = layout.isContiguous && dtype.name !== 'int64' && dtype.itemsize !== 2;
  if (direct || (layout.isContiguous && dtype.name === 'int16')) {
    return { data: contiguousValues(view) as NumberArray, commit() {} };
  }
  const data = dtype.isFloatingPoint && dtype.name !== 'float64' ? new Float32Array(layout.numel) : new Float64Array(layout.numel);
  return { data, commit: () => storeNumbers(view, data) };
}

/** Writes numbers in logical order to a view, converted to its dtype. */
export function storeNumbers(view: View, values: ArrayLike<number>): void {
  const data = hostArray(view);
  const { dtype, layout } = view;
  let at = 0;
  if (data instanceof BigInt64Array) forEachOffset(layout, (o) => { data[o] = BigInt(Math.trunc(values[at++])); });
  else if (dtype.name === 'float16') forEachOffset(layout, (o) => { data[o] = numberToFloat16(values[at++]); });
  else if (dtype.name === 'bfloat16') forEachOffset(layout, (o) => { data[o] = numberToBfloat16(values[at++]); });
  else forEachOffset(layout, (o) => { data[o] = values[at++]; });
}

/** Writes raw elements (of the view's own typed-array kind) in logical order to a view. */
export function storeRaw(view: View, values: TypedArray): void {
  if (view.dtype.isComplex) return storeRaw(pairsOf(view), values);
  const data = hostArray(view);
  if (view.layout.isContiguous) {
    (data as Float32Array).set(values as Float32Array, view.layout.offset);
    return;
  }
  let at = 0;
  forEachOffset(view.layout, (o) => { data[o] = values[at++]; });
}

/** Calls `fn` with the storage index of each element, in logical order. */
export function forEachOffset(
  layout: { readonly shape: readonly number[]; readonly strides: readonly number[]; readonly offset: number; readonly numel: number },
  fn: (offset: number) => void,
): void {
  const { shape, strides, numel } = layout;
  if (numel === 0) return;
  const last = shape.length - 1;
  if (last < 0) return fn(layout.offset);
  const inner = shape[last], step = strides[last];
  const index = new Array<number>(last).fill(0);
  let base = layout.offset;
  for (let done = 0; done < numel; done += inner) {
    for (let i = 0, o = base; i < inner; i++, o += step) fn(o);
    for (let d = last - 1; d >= 0; d--) {
      base += strides[d];
      if (++index[d] < shape[d]) break;
      base -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}
