import {
  bfloat16, bool, float16, float32, float64, fromTypedArray, int16, int32, int64, int8, RuntimeError, Tensor, uint8,
  type TypedArray,
} from '@sconce/tensor';
import { Layout } from '@sconce/tensor/internal';
import { Image } from '../image/image.js';
import { typeName } from '../type-name.js';

/**
 * A value on its way between threads. What structured clone would lose or copy stands in an array behind its tag, so
 * that an array is always one of these, and anything else is itself:
 * `['tensor', dtype, shape, buffer, requiresGrad]`, `['values', type, buffer]` for a typed array, `['image', {…}, data]`,
 * `['list', …items]`, `['set', …items]`, `['map', key, value, …]`, `['record', key, value, …]`.
 */
export type Wire = unknown;

/** A value, and the buffers that move instead of being copied. */
export interface Parcel {
  readonly value: Wire;
  readonly transfer: readonly ArrayBuffer[];
}

/**
 * Packs tensors, images, typed arrays, and what arrays, plain objects, maps and sets hold of them.
 * @param options.exclusive nobody else holds the tensors, so that their memory itself may move
 * @throws TypeError for functions and instances of other classes, which would arrive as something else
 */
export function pack(value: unknown, { exclusive = false }: { readonly exclusive?: boolean } = {}): Parcel {
  const transfer: ArrayBuffer[] = [];

  const moved = (values: TypedArray | Uint8ClampedArray, own: boolean): ArrayBuffer => {
    const { buffer, byteOffset, byteLength } = values;
    const whole = own && buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && !transfer.includes(buffer);
    const bytes = whole ? buffer as ArrayBuffer : new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
    transfer.push(bytes);
    return bytes;
  };
  const all = (items: Iterable<unknown>): Wire[] => Array.from(items, one);
  const one = (item: unknown): Wire => {
    if (typeof item === 'function' || typeof item === 'symbol') throw refusal(item);
    if (typeof item !== 'object' || item === null) return item;
    if (item instanceof Tensor) {
      checkTensor(item);
      const { dtype, shape, requiresGrad, layout } = item;
      return ['tensor', dtype.name, shape, moved(item.hostValues(), exclusive || !layout.isContiguous), requiresGrad];
    }
    if (item instanceof Image) {
      const { width, height, mode, data } = item;
      return ['image', { width, height, mode }, one(data)];
    }
    if (isArrayOfNumbers(item)) return ['values', item[Symbol.toStringTag], moved(item, false)];
    if (Array.isArray(item)) return ['list', ...all(item)];
    if (item instanceof Set) return ['set', ...all(item)];
    if (item instanceof Map) return ['map', ...all([...item].flat())];
    const prototype: unknown = Object.getPrototypeOf(item);
    if (prototype === Object.prototype || prototype === null) return ['record', ...all(Object.entries(item).flat())];
    if (Object.prototype.toString.call(item) === '[object Object]') throw refusal(item);
    return item;
  };
  return { value: one(value), transfer };
}

/** The value that was packed; tensors lie in the memory that came. */
export function unpack(wire: Wire): unknown {
  if (!Array.isArray(wire)) return wire;
  const [tag, ...rest] = wire as [string, ...unknown[]];
  switch (tag) {
    case 'tensor': return tensorOf(...rest as [string, readonly number[], ArrayBuffer, boolean]);
    case 'values': return arrayOf(...rest as [string, ArrayBuffer]);
    case 'image': return new Image({ ...rest[0] as Image, data: unpack(rest[1]) as Uint8Array });
    case 'list': return rest.map(unpack);
    case 'set': return new Set(rest.map(unpack));
    case 'map': return new Map(pairs(rest.map(unpack)));
    default: return Object.fromEntries(pairs(rest.map(unpack)));
  }
}

const DTYPES = [bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64];

function tensorOf(name: string, shape: readonly number[], values: ArrayBuffer, requiresGrad: boolean): Tensor {
  const { storage } = fromTypedArray(new Uint8Array(values));
  const tensor = new Tensor(storage, DTYPES.find((dtype) => dtype.name === name)!, Layout.contiguous(shape));
  return requiresGrad ? tensor.requiresGrad_() : tensor;
}

type ArrayConstructor = new (buffer: ArrayBuffer) => TypedArray;

const arrayOf = (type: string, values: ArrayBuffer): TypedArray =>
  new (globalThis as unknown as Readonly<Record<string, ArrayConstructor>>)[type]!(values);

/** A typed array whose memory is its own; one in shared memory is shared by structured clone already. */
const isArrayOfNumbers = (value: object): value is TypedArray =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) && value.buffer instanceof ArrayBuffer;

const pairs = (flat: readonly unknown[]): [string, unknown][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as string, flat[2 * i + 1]]);

function checkTensor(tensor: Tensor): void {
  if (tensor.device.type !== 'cpu') {
    throw new TypeError(`a tensor on device '${tensor.device}' cannot go to another thread: make it on the CPU`);
  }
  if (tensor.requiresGrad && !tensor.isLeaf) {
    throw new RuntimeError('Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not ' +
      'support crossing process boundaries.  If you just want to transfer the data, call detach() on the tensor before ' +
      'serializing (e.g., putting it on the queue).');
  }
}

const refusal = (value: unknown): TypeError => new TypeError(
  `a ${typeof value === 'object' ? typeName(value) : typeof value} cannot go to another thread: use tensors, images, ` +
  'typed arrays, plain objects, arrays, numbers and strings');
