import { hostArray } from '../cpu/host.js';
import { toBigInt } from '../cpu/loops.js';
import { HostStorage } from '../cpu/storage.js';
import { alloc } from '../dispatch.js';
import {
  bool, DType, float32, float64, getDefaultDtype, int16, int32, int64, int8, promoteTypes, uint8, type TypedArray,
} from '../dtype.js';
import { RuntimeError, ValueError } from '../errors.js';
import { Layout } from '../layout.js';
import { checked } from '../options.js';
import { complexHint, describe, isComplexNumber, type NumberLike, type ScalarLike } from '../scalar.js';
import { Tensor, type Nested } from '../tensor.js';
import { setInt64, wordsOf } from '../words.js';
import { dataDtype, defaultDevice, deviceFrom, withGrad, type TensorOptions } from './creation.js';
import { fits } from './dtype-checks.js';

const ARRAY_DTYPES = new Map<unknown, DType>([
  [Float32Array, float32], [Float64Array, float64], [Int8Array, int8], [Uint8Array, uint8], [Uint8ClampedArray, uint8],
  [Int16Array, int16], [Int32Array, int32], [BigInt64Array, int64],
]);

/** The dtype of a typed array's elements. @throws TypeError for kinds that no dtype matches */
export function dtypeOfArray(array: ArrayBufferView): DType {
  const dtype = ARRAY_DTYPES.get(array.constructor) ?? (array instanceof Uint8Array ? uint8 : undefined);
  if (!dtype) {
    throw new TypeError(
      `can't convert ${describe(array)} to a tensor. The supported types are: ` +
      'Float32Array, Float64Array, Int8Array, Uint8Array, Int16Array, Int32Array, BigInt64Array');
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

/** A CPU tensor with a copy of values of its own. @internal */
export function hostTensor(values: TypedArray, shape: readonly number[] = [values.length]): Tensor {
  const result = alloc(shape, dtypeOfArray(values), defaultDevice());
  (hostArray(result) as Float32Array).set(values as Float32Array);
  return result;
}

/** What `tensor` takes: nested lists of numbers, bigints, booleans, 0-d tensors or typed arrays. */
export type TensorData = Nested<ScalarLike | Tensor | ArrayBufferView> | ArrayBufferView | Tensor;

/**
 * A tensor with a copy of the data: nested arrays of numbers, bigints or booleans, a typed array, or a plain value.
 * Numbers give the default dtype, bigints int64, booleans bool, `{ re, im }` complex numbers; a typed array its own dtype.
 * @throws ValueError for ragged nesting, TypeError for anything that is not a number, RuntimeError for numbers that an integral dtype does not hold
 * @see https://pytorch.org/docs/stable/generated/torch.tensor.html
 * @example torch.tensor([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const device = deviceFrom(checked('tensor', options).device);
  if (data instanceof Tensor) {
    return withGrad(data.detach().to({ dtype: options.dtype, device, copy: true }), options.requiresGrad);
  }
  const host = ArrayBuffer.isView(data) ? hostTensor(data as TypedArray) : fromNested(data, options.dtype);
  return withGrad(host.to({ dtype: options.dtype, device }), options.requiresGrad);
}

/**
 * The data as a tensor, without a copy where that is possible: a tensor as it is, a typed array's memory shared.
 * @see https://pytorch.org/docs/stable/generated/torch.as_tensor.html
 * @example torch.asTensor(new Float32Array([1, 2])) // tensor([1., 2.])
 */
export function asTensor(data: TensorData, options: Omit<TensorOptions, 'requiresGrad'> = {}): Tensor {
  if (data instanceof Tensor) return data.to(options);
  return ArrayBuffer.isView(data) ? fromNumpy(data as TypedArray).to(options) : tensor(data, options);
}

function fromNested(data: TensorData, dtype: DType | undefined): Tensor {
  const shape: number[] = [];
  for (let d: unknown = data; isList(d); d = d[0]) {
    shape.push(d.length);
    if (d.length === 0) break;
  }
  const flat: ScalarLike[] = [];
  collect(data, 0, shape, flat);
  const asked = dtype ?? inferDtype(flat);
  // half types hold bits, not numbers: those are made by a conversion
  const own = asked.itemsize === 2 && asked.isFloatingPoint ? float32 : asked;
  const values = new own.Array(flat.length * (own.isComplex ? 2 : 1));
  if (values instanceof BigInt64Array) {
    const words = wordsOf(values);
    flat.forEach((v, i) => {
      if (Number.isSafeInteger(v)) setInt64(words, i, v as number);
      else values[i] = toInteger(held(int64, real(v)));
    });
  } else if (own.isComplex) flat.forEach((v, i) => values.set(isComplexNumber(v) ? [v.re, v.im] : [Number(v), 0], 2 * i));
  else if (own === bool) flat.forEach((v, i) => { values[i] = v ? 1 : 0; });
  else if (own.isFloatingPoint) flat.forEach((v, i) => { values[i] = Number(real(v)); });
  else flat.forEach((v, i) => { values[i] = Number(held(own, real(v))); });
  const result = alloc(shape, own, defaultDevice());
  (hostArray(result) as Float32Array).set(values as Float32Array);
  return asked === own ? result : result.to(asked);
}

/** @throws TypeError for a complex number, which would lose its imaginary part */
function real(x: ScalarLike): NumberLike {
  if (isComplexNumber(x)) throw new TypeError("can't convert complex to float");
  return x;
}

/** @throws RuntimeError for a number that an integral dtype does not hold */
function held(dtype: DType, x: NumberLike): NumberLike {
  if (typeof x === 'boolean' || fits(dtype)(x)) return x;
  throw new RuntimeError(typeof x === 'bigint' && !fits(int64)(x) ? 'Overflow when unpacking long' : `value cannot be converted to type ${dtype.name} without overflow`);
}

const toInteger = (x: NumberLike): bigint => (typeof x === 'number' ? toBigInt(x) : BigInt(x));

const isList = (x: unknown): x is ArrayLike<unknown> => Array.isArray(x) || ArrayBuffer.isView(x);

function collect(data: unknown, d: number, shape: readonly number[], flat: ScalarLike[]): void {
  if (d === shape.length) {
    flat.push(plainNumber(data, d));
    return;
  }
  if (!isList(data)) {
    throw new TypeError(`expected an array of length ${shape[d]} at dim ${d}, but got ${describe(data)}`);
  }
  if (data.length !== shape[d]) {
    throw new ValueError(`expected sequence of length ${shape[d]} at dim ${d} (got ${data.length})`);
  }
  for (let i = 0; i < data.length; i++) collect(data[i], d + 1, shape, flat);
}

function plainNumber(x: unknown, d: number): ScalarLike {
  if (typeof x === 'number' || typeof x === 'bigint' || typeof x === 'boolean') return x;
  if (isComplexNumber(x)) return x;
  if (x instanceof Tensor) {
    if (x.numel() === 1) return x.hostValue();
    throw new ValueError('only one element tensors can be converted to numbers: use torch.stack for a list of tensors');
  }
  throw isList(x)
    ? new TypeError(`expected a number at dim ${d}, but got an array`)
    : new TypeError(`new(): invalid data type '${describe(x)}'${complexHint(x)}`);
}

function inferDtype(values: readonly ScalarLike[]): DType {
  let dtype: DType | undefined;
  for (const v of values) {
    const own = dataDtype(v);
    dtype = dtype === undefined || dtype === own ? own : promoteTypes(dtype, own);
  }
  return dtype ?? getDefaultDtype();
}
