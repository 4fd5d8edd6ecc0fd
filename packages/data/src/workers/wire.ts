import {
  bfloat16, bool, empty, float16, float32, float64, int16, int32, int64, int8, RuntimeError, Tensor, uint8, type TypedArray,
} from '@sconce/tensor';
import { Image } from '../image/image.js';
import { canShare, newSharedBuffer, tensorOver } from '../tensor-over.js';
import { typeName } from '../type-name.js';

/**
 * A value on its way between threads. What structured clone would lose stands in an array behind its tag, so that an
 * array is always one of these, and anything else is itself: `['tensor', dtype, shape, buffer, requiresGrad]`,
 * `['image', {…}]`, `['list', …items]`, `['set', …items]`, `['map', key, value, …]`, `['record', key, value, …]`.
 */
export type Wire = unknown;

/** A value, and the buffers that move, where threads cannot share memory. */
export interface Parcel {
  readonly value: Wire;
  readonly transfer: readonly ArrayBuffer[];
}

/**
 * Packs tensors, images, typed arrays, and what arrays, plain objects, maps and sets hold of them.
 * @param options.exclusive nobody else holds the tensors, so that their memory itself may be handed over
 * @throws TypeError for functions and instances of other classes, which would arrive as something else
 */
export function pack(value: unknown, { exclusive = false }: { readonly exclusive?: boolean } = {}): Parcel {
  const transfer: ArrayBuffer[] = [];

  const memoryOf = (values: TypedArray): ArrayBufferLike => {
    const { buffer, byteLength } = values;
    const whole = byteLength === buffer.byteLength && isShared(buffer) === canShare;
    const bytes = exclusive && whole && !transfer.includes(buffer as ArrayBuffer) ? buffer : copyOf(values);
    if (!isShared(bytes)) transfer.push(bytes as ArrayBuffer);
    return bytes;
  };
  const all = (items: Iterable<unknown>): Wire[] => Array.from(items, one);
  const one = (item: unknown): Wire => {
    if (typeof item === 'function' || typeof item === 'symbol') throw refusal(item);
    if (typeof item !== 'object' || item === null) return item;
    if (item instanceof Tensor) {
      checkTensor(item);
      return ['tensor', item.dtype.name, item.shape, memoryOf(item.hostValues()), item.requiresGrad];
    }
    if (item instanceof Image) {
      const { width, height, mode, data } = item;
      return ['image', { width, height, mode, data: trimmed(data) }];
    }
    if (ArrayBuffer.isView(item)) return trimmed(item);
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

/**
 * The value that was packed.
 * @param spent where it is given, tensors are copied out of shared memory, which is added to it; else they lie there
 */
export function unpack(wire: Wire, spent?: Set<SharedArrayBuffer>): unknown {
  if (!Array.isArray(wire)) return wire;
  const [tag, ...rest] = wire as [string, ...unknown[]];
  const all = (): unknown[] => rest.map((item) => unpack(item, spent));
  switch (tag) {
    case 'tensor': return tensorOf(rest as TensorWire, spent);
    case 'image': return new Image(rest[0] as Image);
    case 'list': return all();
    case 'set': return new Set(all());
    case 'map': return new Map(pairs(all()));
    default: return Object.fromEntries(pairs(all()));
  }
}

const DTYPES = [bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64];

/** The same in the backend's own memory. */
function copied(tensor: Tensor): Tensor {
  const copy = empty(tensor.shape, { dtype: tensor.dtype, device: 'cpu' });
  (copy.hostValues() as Float32Array).set(tensor.hostValues() as Float32Array);
  return copy;
}

type TensorWire = [dtype: string, shape: readonly number[], buffer: ArrayBufferLike, requiresGrad: boolean];

function tensorOf([name, shape, buffer, requiresGrad]: TensorWire, spent: Set<SharedArrayBuffer> | undefined): Tensor {
  const dtype = DTYPES.find((known) => known.name === name)!;
  let tensor = tensorOver(buffer, dtype, shape);
  if (spent && isShared(buffer)) {
    spent.add(buffer);
    tensor = copied(tensor);
  }
  return requiresGrad ? tensor.requiresGrad_() : tensor;
}

const isShared = (buffer: ArrayBufferLike): buffer is SharedArrayBuffer => canShare && buffer instanceof SharedArrayBuffer;

function copyOf({ buffer, byteOffset, byteLength }: TypedArray): ArrayBufferLike {
  const copy = newSharedBuffer(byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength));
  return copy;
}

/** A view without the memory around it, all of which would be sent too; what is shared already goes as it is. */
function trimmed<T extends ArrayBufferView>(view: T): T {
  const { buffer, byteOffset, byteLength } = view;
  if (isShared(buffer) || byteLength === buffer.byteLength) return view;
  const Kind = view.constructor as new (buffer: ArrayBufferLike, byteOffset: number, length?: number) => T;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  return Kind.name === 'Buffer' ? new Uint8Array(bytes) as unknown as T : new Kind(bytes, 0);
}

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
