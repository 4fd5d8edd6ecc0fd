import type { Kernel } from '../backend.js';
import { alloc, launch, launchInOrder, runPointwise, writeInplace, type Operand } from '../dispatch.js';
import { autogradHook } from '../autograd-hook.js';
import { backendOf, device as deviceOf, Device, type DeviceLike } from '../device.js';
import { complex128, complex64, DType, float32, float64, int32, int64, bool as boolDtype, float16, bfloat16, int16, int8, uint8 } from '../dtype.js';
import { RuntimeError, ValueError } from '../errors.js';
import { markInference } from '../inference.js';
import { broadcastShapes, Layout, mismatch, sameShape } from '../layout.js';
import { meetingInPlace } from '../meeting-hook.js';
import { contiguousFormat, preserveFormat, type MemoryFormat, type MemoryFormatOption } from '../memory-format.js';
import { orderIn, orderOf, suggestedFormat } from '../memory-order.js';
import type { Op } from '../op.js';
import { checked } from '../options.js';
import { Scalar, type NumberLike, type ScalarLike } from '../scalar.js';
import { numericValues } from '../cpu/host.js';
import { noteSent } from '../sent.js';
import { Tensor, type Nested } from '../tensor.js';
import { pointwise } from './define.js';
import { sizesOf, type Sizes } from './views.js';

const copy = pointwise('copy', ['value', 'value'], (_, source) => source, { gradName: 'CopyBackwards' });
const cloneOp = pointwise('clone', ['value'], (x) => x);
const toCopy = pointwise('toCopy', ['value'], (x) => x);

/** Records of ops that copy or convert. */
export const conversionOps = { copy, clone: cloneOp, toCopy };

/**
 * A copy, which lies in memory as the tensor does unless a format is given.
 * @throws RuntimeError where the tensor has another number of dimensions than the format
 * @see https://pytorch.org/docs/stable/generated/torch.clone.html
 * @example torch.ones(2, 3).t().clone().stride() // [1, 3]
 */
export const clone = (x: Tensor, options: MemoryFormatOption = {}): Tensor =>
  runPointwise(cloneOp, [x], undefined, checked('clone', options).memoryFormat);

/**
 * The tensor itself where it is contiguous, else a contiguous copy.
 * @throws RuntimeError for a copy in `preserveFormat`, and where the tensor has another number of dimensions than the format
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.contiguous.html
 * @example torch.ones(2, 3).t().contiguous().stride() // [2, 1]
 */
export function contiguous(x: Tensor, options: MemoryFormatOption = {}): Tensor {
  const { memoryFormat = contiguousFormat } = checked('contiguous', options);
  if (x.isContiguous({ memoryFormat })) return x;
  if (memoryFormat === preserveFormat) throw new RuntimeError('preserve memory format is unsupported by the contiguous operator');
  return clone(x, { memoryFormat });
}

/**
 * Writes `source`, broadcast and converted to this tensor's dtype, over this tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.copy_.html
 */
export function copy_(x: Tensor, source: Operand): Tensor {
  const from = source instanceof Tensor ? fitted(source, x) : new Scalar(source);
  return writeInplace(copy as Op<never>, [x, from], x, from.dtype);
}

/** A source that is broadcast to the shape of the tensor that it is to be copied to, on its device. */
function fitted(given: Tensor, x: Tensor): Tensor {
  const [, source] = meetingInPlace([x, given]);
  const shape = broadcastShapes(x.shape, source.shape);
  if (!sameShape(shape, x.shape)) throw mismatch(x.shape, shape);
  return source.device === x.device ? source : to(source, x.device);
}

/**
 * Changes the shape in place; elements beyond the old ones are uninitialised.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.resize_.html
 */
export function resize_(x: Tensor, ...sizes: Sizes): Tensor {
  const layout = Layout.contiguous(sizesOf(sizes).slice());
  if (x.requiresGrad) throw new RuntimeError('cannot resize variables that require grad');
  const need = (x.layout.offset + layout.numel) * x.dtype.itemsize;
  if (need > x.storage.nbytes) {
    const larger = backendOf(x.device).alloc(x.device, need);
    const grown = new Tensor(larger, x.dtype, Layout.contiguous([x.storage.nbytes / x.dtype.itemsize]));
    grown.copy_(new Tensor(x.storage, x.dtype, grown.layout));
    if (x.isInference()) markInference(larger);
    x.storage = larger;
  }
  x.layout = new Layout(layout.shape, layout.strides, x.layout.offset);
  return x;
}

export interface ToOptions extends MemoryFormatOption {
  readonly dtype?: DType | undefined;
  readonly device?: DeviceLike | undefined;
  /** copy even where nothing changes */
  readonly copy?: boolean | undefined;
  /** without effect: `to` never waits */
  readonly nonBlocking?: boolean | undefined;
}

/**
 * This tensor in another dtype or on another device; itself where both are as asked.
 * @param target a dtype, a device or its name, or a tensor to be like
 * @param options after a device also a dtype alone
 * @throws RuntimeError when asked to bring data from another device, which takes time: `await x.cpu()`
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.to.html
 * @example torch.ones(2).to(torch.int64) // tensor([1, 1])
 */
export function to(x: Tensor, target: DType | DeviceLike | Tensor | ToOptions, options: DType | ToOptions = {}): Tensor {
  const more = options instanceof DType ? { dtype: options } : checked('to', options, 'dtype');
  const asked: ToOptions = target instanceof DType ? { dtype: target, ...more }
    : target instanceof Device || typeof target === 'string' ? { device: target, ...more }
    : target instanceof Tensor ? { dtype: target.dtype, device: target.device, ...more } : checked('to', target);
  const dtype = asked.dtype ?? x.dtype;
  const device = asked.device === undefined ? x.device : deviceOf(asked.device);
  if (!(dtype instanceof DType)) throw new TypeError(`to(): dtype must be a torch.dtype such as torch.float32, not ${String(dtype)}`);
  const { memoryFormat = preserveFormat } = asked;
  const isAsAsked = dtype === x.dtype && (memoryFormat === preserveFormat || suggestedFormat(x.layout) === memoryFormat);
  if (isAsAsked && device === x.device) return asked.copy ? clone(x) : x;
  if (device === x.device) return convert(x, dtype, memoryFormat);
  return transfer(isAsAsked ? x : convert(x, dtype, memoryFormat), device);
}

function convert(x: Tensor, dtype: DType, format: MemoryFormat): Tensor {
  const kernel: Kernel = (...args) => { launch(toCopy as Op<never>, x.device, ...args); };
  return recorded(x, launchInOrder(orderIn(format, x.shape, [x]), kernel, [x], x.shape, dtype, x.device, x.dtype));
}

function transfer(x: Tensor, device: Device): Tensor {
  if (x.device.type !== 'cpu') {
    throw new RuntimeError(`a tensor on ${x.device} cannot be moved synchronously: use await x.cpu() first`);
  }
  const order = orderOf(x.shape, [x]), result = alloc(x.shape, x.dtype, device, order);
  backendOf(device).write(result.storage, inOrder(x, order).hostValues());
  if (x.numel() === 1) noteSent(result, x.hostValue());
  return recorded(x, result);
}

/** The elements as they are to lie in memory. */
const inOrder = (x: Tensor, order: readonly number[] | null): Tensor => (order ? new Tensor(x.storage, x.dtype, x.layout.permute(order)) : x);

function recorded(x: Tensor, result: Tensor): Tensor {
  const hook = autogradHook();
  if (hook?.enabled && x.requiresGrad) hook.record(toCopy as Op<never>, [x], [result], x.dtype);
  return result;
}

/** This tensor on the CPU: itself if it is there. */
export async function cpu(x: Tensor): Promise<Tensor> {
  if (x.device.type === 'cpu') {
    await backendOf(x.device).synchronize();
    return x;
  }
  const order = orderOf(x.shape, [x]), source = contiguous(inOrder(x, order));
  const offset = source.layout.offset * x.dtype.itemsize;
  const bytes = await backendOf(x.device).read(source.storage, offset, x.numel() * x.dtype.itemsize);
  const result = alloc(x.shape, x.dtype, deviceOf('cpu'), order);
  backendOf(result.device).write(result.storage, new Uint8Array(bytes));
  return recorded(x, result);
}

/** What is made of the values that a tensor has now, whatever is written to it until they are there. */
async function readNow<R>(x: Tensor, make: (values: readonly ScalarLike[]) => R): Promise<R> {
  if (x.device.type !== 'cpu') return make(numericValues(await cpu(x.detach())));
  const result = make(numericValues(x));
  await cpu(x);
  return result;
}

/**
 * The value of a tensor of one element; a bigint for an int64 beyond 2^53, `{ re, im }` for a complex number
 * (in TypeScript `item<Complex>()`).
 * @throws ValueError where there are more or none
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.item.html
 * @example await torch.ones(3).sum().item() // 3
 */
export async function item<T extends ScalarLike = NumberLike>(x: Tensor): Promise<T> {
  if (x.numel() !== 1) throw new ValueError('only one element tensors can be converted to Python scalars');
  return readNow(x, (values) => values[0] as T);
}

/**
 * The values as nested arrays; a plain value for a 0-d tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.tolist.html
 * @example await torch.eye(2).tolist() // [[1, 0], [0, 1]]
 */
export async function tolist<T extends ScalarLike = NumberLike>(x: Tensor): Promise<Nested<T>> {
  const { shape } = x;
  return readNow(x, (values) => {
    let at = 0;
    const nest = (d: number): Nested<T> =>
      d === shape.length ? values[at++] as T : Array.from({ length: shape[d] }, () => nest(d + 1));
    return nest(0);
  });
}

/** This tensor in the dtype of another. @see https://pytorch.org/docs/stable/generated/torch.Tensor.type_as.html */
export const typeAs = (x: Tensor, other: Tensor): Tensor => to(x, other.dtype);

/**
 * This tensor in float32.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.float.html
 * @example torch.arange(2).float() // tensor([0., 1.])
 */
export const float = (x: Tensor): Tensor => to(x, float32);
/** This tensor in float64. */
export const double = (x: Tensor): Tensor => to(x, float64);
/** This tensor in float16. */
export const half = (x: Tensor): Tensor => to(x, float16);
/** This tensor in int32. */
export const int = (x: Tensor): Tensor => to(x, int32);
/**
 * This tensor in int64; what follows the point is cut off.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.long.html
 * @example torch.tensor([1.7, -1.7]).long() // tensor([ 1, -1])
 */
export const long = (x: Tensor): Tensor => to(x, int64);
/** This tensor in int16. */
export const short = (x: Tensor): Tensor => to(x, int16);
/** This tensor in int8. */
export const char = (x: Tensor): Tensor => to(x, int8);
/** This tensor in uint8. */
export const byte = (x: Tensor): Tensor => to(x, uint8);

/** This tensor in complex64. */
export const cfloat = (x: Tensor): Tensor => to(x, complex64);
/** This tensor in complex128. */
export const cdouble = (x: Tensor): Tensor => to(x, complex128);

const toBfloat16 = (x: Tensor): Tensor => to(x, bfloat16);
const toBool = (x: Tensor): Tensor => to(x, boolDtype);
export { toBfloat16 as bfloat16, toBool as bool };
