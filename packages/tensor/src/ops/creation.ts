import { jsBackend } from '../cpu/backend.js';
import { alloc, launch } from '../dispatch.js';
import { device as deviceOf, registerBackend, type Device, type DeviceLike } from '../device.js';
import { bool, complexDtype, DType, getDefaultDtype, int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { constant } from '../expr.js';
import { contiguousFormat, preserveFormat, type MemoryFormatOption, type StorageLayout } from '../memory-format.js';
import { orderIn } from '../memory-order.js';
import type { Op } from '../op.js';
import { checked } from '../options.js';
import { describe, isComplexNumber, Scalar, type ScalarLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { UNNAMED } from './arguments.js';
import { pointwise, type OutOption } from './define.js';
import { checkFits } from './dtype-checks.js';
import { intoOut } from './out.js';
import { isOptions } from './reduction-arguments.js';
import { asStrided } from './views-windows.js';
import { sizesOf } from './views.js';

/** What creation functions take besides sizes and values. */
export interface TensorOptions extends MemoryFormatOption {
  readonly dtype?: DType | undefined;
  readonly device?: DeviceLike | undefined;
  readonly requiresGrad?: boolean | undefined;
  /** without effect */
  readonly layout?: StorageLayout | undefined;
  /** without effect: all memory of the CPU is alike */
  readonly pinMemory?: boolean | undefined;
}

/** What functions take that make tensors out of nothing: `out` takes the result, and says dtype and device. */
export interface CreationOptions extends TensorOptions, OutOption {}

/** Options with the dtype and device of `out`. @throws RuntimeError where they ask for others @internal */
export function asOut<O extends CreationOptions>(options: O): O {
  const { out, dtype, device } = options;
  if (!out) return options;
  if (dtype && dtype !== out.dtype) {
    throw new RuntimeError(`dtype ${dtype.scalarType} does not match dtype of out parameter (${out.dtype.scalarType})`);
  }
  if (device !== undefined && deviceFrom(device) !== out.device) {
    throw new RuntimeError(`device type ${deviceFrom(device).type} does not match device type of out parameter (${out.device.type})`);
  }
  return { ...options, dtype: out.dtype, device: out.device };
}

const fill = pointwise('fill', ['value', 'param'], (_, value) => value, { gradName: 'FillBackward2', idempotent: true });
const fillTensor = pointwise('fill', ['value', 'param'], (_, value) => value, { gradName: 'FillBackward3', idempotent: true });
const zeroOp = pointwise('zero', ['value'], (x) => constant(0, x.dtype), { idempotent: true });

/** Records of the ops that fill memory. */
export const creationOps = { fill, fillTensor, zero: zeroOp };

let cpu: Device | undefined;

/** The CPU, with the JavaScript kernels where no other backend was registered for it. @internal */
export function defaultDevice(): Device {
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

/** Sets `requiresGrad` where asked. @throws RuntimeError for a dtype that has no gradients @internal */
export function withGrad(x: Tensor, requiresGrad: boolean | undefined): Tensor {
  if (!requiresGrad) return x;
  if (!x.dtype.isDifferentiable) {
    throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients');
  }
  return x.requiresGrad_();
}

/** Sizes from arguments whose last may be the options. @internal */
export function splitSizes<O extends object>(
  args: readonly (number | readonly number[] | O | undefined)[],
): [readonly number[], O] {
  const last = args.at(-1);
  const hasOptions = typeof last === 'object' && last !== null && !Array.isArray(last);
  if (hasOptions) checked<object>('new', last);
  const sizes = sizesOf((hasOptions ? args.slice(0, -1) : args) as number[]);
  for (const n of sizes) {
    if (!Number.isInteger(n)) {
      throw new TypeError(`sizes must be integers, but got ${sizes.some(isOptions) ? UNNAMED : typeof n === 'number' ? n : describe(n)}`);
    }
    if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${sizes.join(', ')}]`);
  }
  return [sizes, (hasOptions ? last : {}) as O];
}

/** Sizes as separate arguments or as one list, then options. */
export type SizesAndOptions<O = CreationOptions> =
  | [...sizes: number[]] | [...sizes: number[], options: O] | [sizes: readonly number[], options?: O];

/**
 * A tensor with uninitialised memory (zeros here).
 * @see https://pytorch.org/docs/stable/generated/torch.empty.html
 */
export function empty(...args: SizesAndOptions): Tensor {
  const [sizes, options] = splitSizes<CreationOptions>(args), { dtype = getDefaultDtype(), device, requiresGrad, out, memoryFormat = contiguousFormat } = asOut(options);
  if (memoryFormat === preserveFormat) throw new RuntimeError('unsupported memory format Preserve');
  return withGrad(intoOut(alloc(sizes.slice(), dtype, deviceFrom(device), orderIn(memoryFormat, sizes)), out), requiresGrad);
}

/**
 * A tensor with uninitialised memory (zeros here) whose elements lie where `stride` says.
 * @throws RuntimeError for lists of different lengths and for negative strides
 * @see https://pytorch.org/docs/stable/generated/torch.empty_strided.html
 * @example torch.emptyStrided([2, 3], [1, 2]).isContiguous() // false
 */
export function emptyStrided(size: readonly number[], stride: readonly number[], given: TensorOptions = {}): Tensor {
  const { requiresGrad, ...options } = checked('emptyStrided', given, 'dtype');
  const extent = size.includes(0) ? 0 : size.reduce((sum, n, i) => sum + (n - 1) * (stride[i] ?? 0), 1);
  return withGrad(asStrided(empty([extent], options), size, stride).detach(), requiresGrad);
}

/** Writes one value over a whole tensor, without autograd. @internal */
export function fillWith(x: Tensor, value: ScalarLike): Tensor {
  checkFits(x, value);
  launch(fill as Op<never>, x.device, [x, new Scalar(value)], [x], x.dtype);
  return x;
}

/**
 * A tensor filled with one value. An integral number gives float32, a bigint int64, a boolean bool.
 * @see https://pytorch.org/docs/stable/generated/torch.full.html
 * @example torch.full([2, 2], 7) // tensor([[7., 7.], [7., 7.]])
 */
export function full(size: readonly number[], value: ScalarLike, options: CreationOptions = {}): Tensor {
  const { out, requiresGrad, device, dtype = dataDtype(value) } = asOut(checked<CreationOptions>('full', options, 'dtype'));
  return withGrad(intoOut(fillWith(empty(size, { dtype, device }), value), out), requiresGrad);
}

/** Zeros. @see https://pytorch.org/docs/stable/generated/torch.zeros.html */
export function zeros(...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<CreationOptions>(args);
  return full(size, 0, { ...options, dtype: options.dtype ?? options.out?.dtype ?? getDefaultDtype() });
}

/** Ones. @see https://pytorch.org/docs/stable/generated/torch.ones.html */
export function ones(...args: SizesAndOptions): Tensor {
  const [size, options] = splitSizes<CreationOptions>(args);
  return full(size, 1, { ...options, dtype: options.dtype ?? options.out?.dtype ?? getDefaultDtype() });
}

/**
 * A tensor of one number, without dimensions, in float32 or `options.dtype`.
 * @throws TypeError for what is no number, RuntimeError for a complex one in a real dtype
 * @see https://github.com/pytorch/pytorch/blob/v1.13.1/aten/src/ATen/native/native_functions.yaml
 * @example torch.scalarTensor(3) // tensor(3.)
 */
export function scalarTensor(value: ScalarLike, options: TensorOptions = {}): Tensor {
  if (!['number', 'bigint', 'boolean'].includes(typeof value) && !isComplexNumber(value)) {
    throw new TypeError(`scalar_tensor(): argument 's' (position 1) must be Number, not ${describe(value)}`);
  }
  return full([], value, { dtype: getDefaultDtype(), ...checked('scalarTensor', options, 'dtype') });
}

/** The dtype that a value has as tensor data. @internal */
export function dataDtype(value: ScalarLike): DType {
  if (typeof value === 'bigint') return int64;
  if (typeof value === 'object') return complexDtype(getDefaultDtype());
  return typeof value === 'boolean' ? bool : getDefaultDtype();
}
