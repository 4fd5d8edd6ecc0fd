import { jsBackend } from '../cpu/backend.js';
import { HostStorage } from '../cpu/storage.js';
import { alloc, kernelOf } from '../dispatch.js';
import { backendOf, device as deviceOf, registerBackend, type Device, type DeviceLike } from '../device.js';
import {
  bool, DType, float32, float64, getDefaultDtype, int16, int32, int64, int8, promoteTypes, uint8, type TypedArray,
} from '../dtype.js';
import { RuntimeError, ValueError } from '../errors.js';
import { Layout } from '../layout.js';
import type { Op } from '../op.js';
import { Scalar, describe, type NumberLike } from '../scalar.js';
import { Tensor, type Nested } from '../tensor.js';
import { pointwise } from './define.js';
import { sizesOf } from './views.js';

/** What creation functions take besides sizes and values. */
export interface TensorOptions {
  readonly dtype?: DType | undefined;
  readonly device?: DeviceLike | undefined;
  readonly requiresGrad?: boolean | undefined;
}

const fill = pointwise('fill', ['value', 'param'], (_, value) => value);

/** Records of the ops that fill memory. */
export const creationOps = { fill };

let cpu: Device | undefined;

/** The CPU, with the JavaScript kernels where no other backend was registered for it. */
function defaultDevice(): Device {
  if (!cpu) {
    cpu = deviceOf('cpu');
    if (!cpu.backend) registerBackend(jsBackend);
  }
  return cpu;
}

/** The device asked for, the CPU by default. @internal */
export const deviceFrom = (name: DeviceLike | undefined): Device => {
  const fallback = defaultDevice();
  return name === undefined ? fallback : deviceOf(name);
};

/** Sets `requiresGrad` where asked. @internal */
export const withGrad = (x: Tensor, requiresGrad: boolean | undefined): Tensor => (requiresGrad ? x.requiresGrad_() : x);

/** Sizes from arguments whose last may be the options. @internal */
export function splitSizes<O extends object>(args: readonly (number | readonly number[] | O | undefined)[]): [readonly number[], O] {
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null && !Array.isArray(last);
  const sizes = sizesOf((hasOptions ? args.slice(0, -1) : args) as number[]);
  for (const n of sizes) {
    if (!Number.isInteger(n)) throw new TypeError(`sizes must be integers, but got ${String(n)}`);
    if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${sizes.join(', ')}]`);
  }
  return [sizes, (hasOptions ? last : {}) as O];
}

/** Sizes as separate arguments or as one list, then options. */
export type SizesAndOptions<O = TensorOptions> =
  | [...sizes: number[]] | [...sizes: number[], options: O] | [sizes: readonly number[], options?: O];

/**
 * A tensor with uninitialised memory (zeros here).
 * @see https://pytorch.org/docs/stable/generated/torch.empty.html
 */
export function empty(...args: SizesAndOptions): Tensor {
  const [sizes, { dtype = getDefaultDtype(), device, requiresGrad }] = splitSizes<TensorOptions>(args);
  return withGrad(alloc(sizes.slice(), dtype, deviceFrom(device)), requiresGrad);
}

/** Writes one value over a whole tensor, without autograd. @internal */
export function fillWith(x: Tensor, value: NumberLike): Tensor {
  kernelOf(fill as Op<never>, x.device)([x, new Scalar(value)], [x], x.dtype);
  return x;
}

/**
 * A tensor filled with one value. An integral number gives float32, a bigint int64, a boolean bool.
 * @see https://pytorch.org/docs/stable/generated/torch.full.html
 * @example torch.full([2, 2], 7) // tensor([[7., 7.], [7., 7.]])
 */
export function full(size: readonly number[], value: NumberLike, options: TensorOptions = {}): Tensor {
  const dtype = options.dtype ?? dataDtype(value);
  return withGrad(fillWith(empty(size, { ...options, dtype, requiresGrad: false }), value), options.requiresGrad);
}

/** Zeros. @see https://pytorch.org/docs/stable/generated/torch.zeros.html */
export function zeros(...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<TensorOptions>(args);
  return full(size, 0, { dtype: getDefaultDtype(), ...options });
}

/** Ones. @see https://pytorch.org/docs/stable/generated/torch.ones.html */
export function ones(...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<TensorOptions>(args);
  return full(size, 1, { dtype: getDefaultDtype(), ...options });
}

/** The dtype that a value has as tensor data. */
function dataDtype(value: NumberLike): DType {
  if (typeof value === 'bigint') return int64;
  return typeof value === 'boolean' ? bool : getDefaultDtype();
}

const ARRAY_DTYPES = new Map<unknown, DType>([
  [Float32Array, float32], [Float64Array, float64], [Int8Array, int8], [Uint8Array, uint8], [Uint8ClampedArray, uint8],
  [Int16Array, int16], [Int32Array, int32], [BigInt64Array, int64],
]);

/** The dtype of a typed array's elements. @throws TypeError for kinds that no dtype matches */
export function dtypeOfArray(array: ArrayBufferView): DType {
  const dtype = ARRAY_DTYPES.get(array.constructor) ?? (array instanceof Uint8Array ? uint8 : undefined);
  if (!dtype) {
    throw new TypeError(
      `can't convert ${describe(array)} to a tensor. The supported types are: Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Int32Array, BigInt64Array`);
  }
  return dtype;
}

/**
 * A tensor that shares a typed array's memory: writing to one writes to the other. CPU only.
 * @param shape default: one dimension
 * @see https://pytorch.org/docs/stable/generated/torch.from_numpy.html
 * @example torch.fromNumpy(new Float32Array([1, 2, 3, 4]), [2, 2])
 */
export function fromNumpy(array: TypedArray | Uint8ClampedArray, shape: readonly number[] = [array.length]): Tensor {
  const dtype = dtypeOfArray(array);
  const layout = Layout.contiguous(shape);
  if (layout.numel !== array.length) {
    throw new RuntimeError(`shape '[${shape.join(', ')}]' is invalid for input of size ${array.length}`);
  }
  return new Tensor(new HostStorage(defaultDevice(), array.buffer, array.byteOffset, array.byteLength), dtype, layout);
}
export { fromNumpy as fromTypedArray };

/**
 * A tensor with a copy of the data: nested arrays of numbers, bigints or booleans, a typed array, or a plain value.
 * Numbers give the default dtype, bigints int64, booleans bool; a typed array its own.
 * @throws ValueError for ragged nesting, TypeError for anything that is not a number
 * @see https://pytorch.org/docs/stable/generated/torch.tensor.html
 * @example torch.tensor([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function tensor(data: Nested<NumberLike> | ArrayBufferView | Tensor, options: TensorOptions = {}): Tensor {
  const device = deviceFrom(options.device);
  if (data instanceof Tensor) return withGrad(data.detach().to({ dtype: options.dtype, device, copy: true }), options.requiresGrad);
  const host = ArrayBuffer.isView(data) ? fromNumpy((data as TypedArray).slice()) : fromNested(data, options.dtype);
  return withGrad(host.to({ dtype: options.dtype, device }), options.requiresGrad);
}

function fromNested(data: Nested<NumberLike>, dtype: DType | undefined): Tensor {
  const shape: number[] = [];
  for (let d: unknown = data; isList(d); d = d[0]) {
    shape.push(d.length);
    if (d.length === 0) break;
  }
  const flat: NumberLike[] = [];
  collect(data, 0, shape, flat);
  const result = alloc(shape, dtype ?? inferDtype(flat), defaultDevice());
  const target = backendOf(result.device).map!(result.storage, result.dtype);
  if (flat.length === 0) return result;
  if (result.dtype.itemsize === 2 && result.dtype.isFloatingPoint) {
    return fromNumpy(Float32Array.from(flat, Number), shape).to(result.dtype);
  }
  if (target instanceof BigInt64Array) flat.forEach((v, i) => { target[i] = BigInt(typeof v === 'number' ? Math.trunc(v) : v); });
  else if (result.dtype === bool) flat.forEach((v, i) => { target[i] = v ? 1 : 0; });
  else flat.forEach((v, i) => { target[i] = Number(v); });
  return result;
}

const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x);

function collect(data: unknown, d: number, shape: readonly number[], flat: NumberLike[]): void {
  if (d === shape.length) {
    if (typeof data !== 'number' && typeof data !== 'bigint' && typeof data !== 'boolean') {
      throw isList(data)
        ? new TypeError(`expected a number at dim ${d}, but got an array`)
        : new TypeError(`new(): invalid data type '${describe(data)}'`);
    }
    flat.push(data);
    return;
  }
  if (!isList(data)) throw new TypeError(`expected an array of length ${shape[d]} at dim ${d}, but got ${describe(data)}`);
  if (data.length !== shape[d]) {
    throw new ValueError(`expected sequence of length ${shape[d]} at dim ${d} (got ${data.length})`);
  }
  for (const x of data) collect(x, d + 1, shape, flat);
}

function inferDtype(values: readonly NumberLike[]): DType {
  let dtype: DType | undefined;
  for (const v of values) {
    const own = dataDtype(v);
    dtype = dtype === undefined || dtype === own ? own : promoteTypes(dtype, own);
  }
  return dtype ?? getDefaultDtype();
}

