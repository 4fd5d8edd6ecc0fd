/** `torch.debug`: tools that look at what devices compute. */
import { device as deviceOf, empty, registerBackend, Tensor, type Device, type DeviceLike } from '@sconce/tensor';
import { backendOf, kernelOf, pythonFloat, randomOps, Scalar, shapeText, type Backend, type Kernel, type Op, type View } from '@sconce/tensor/internal';
import { differencesOf, differenceText, toleranceOf, upTo } from './differences.js';

export interface CompareDevicesOptions {
  /** whose ops are watched, default `webgpu` */
  readonly device?: DeviceLike | undefined;
  /** what they are compared with, default `cpu` */
  readonly reference?: DeviceLike | undefined;
  /** relative tolerance; default: that of `torch.testing.assert_close` for the dtype, 1.3e-6 for float32 */
  readonly rtol?: number | undefined;
  /** absolute tolerance; default as above, 1e-5 */
  readonly atol?: number | undefined;
}

/** Two devices give different results of one op on the same operands. The stack is that of the op's call. */
export class DeviceMismatchError extends Error {
  override readonly name = 'DeviceMismatchError';
  constructor(
    message: string,
    /** name of the op's record */
    readonly op: string,
    readonly inputShapes: readonly (readonly number[])[],
    readonly outputShape: readonly number[],
    /** largest |difference| of elements beyond the tolerance */
    readonly greatestAbsoluteDifference: number,
  ) {
    super(message);
  }
}

/** An op that ran: copies of what it read and of what it wrote. */
interface Run {
  readonly op: Op;
  readonly attrs: unknown;
  readonly inputs: readonly View[];
  readonly outputs: readonly Tensor[];
  /** for each output the input that it was written over, or -1 */
  readonly over: readonly number[];
  readonly call: Error;
}

const RANDOM = new Set<unknown>(Object.values(randomOps));

/**
 * Runs `fn`, and every op that it runs on a device also on another one, with the same operands; what `fn` gives, once all
 * agree. Ops are compared one by one, each from what the device has computed until there, so the first that disagrees is the
 * one that is wrong. Ops that draw random numbers are not compared. Slow, and it keeps all operands until it is done.
 * @throws DeviceMismatchError for the first op that disagrees, with shapes and the largest differences
 * @see https://pytorch.org/docs/stable/testing.html#torch.testing.assert_close
 * @example
 * await torch.debug.compareDevices(() => lossFn(net(x), y).backward(), { rtol: 1e-4 });
 */
export async function compareDevices<T>(
  fn: () => T | Promise<T>, { device = 'webgpu', reference = 'cpu', rtol, atol }: CompareDevicesOptions = {},
): Promise<T> {
  const watched = deviceOf(device), other = deviceOf(reference), backend = backendOf(watched), runs: Run[] = [];
  let copying = false;
  const copy = (view: View): Tensor => {
    copying = true;
    try {
      return new Tensor(view.storage, view.dtype, view.layout).clone();
    } finally {
      copying = false;
    }
  };
  const watch = (op: Op, kernel: Kernel): Kernel => (inputs, outputs, attrs) => {
    if (copying) return kernel(inputs, outputs, attrs);
    const before = inputs.map((x) => (x instanceof Scalar ? x : copy(x)));
    kernel(inputs, outputs, attrs);
    runs.push({ op, attrs, inputs: before, outputs: outputs.map(copy), over: outputs.map((y) => inputs.indexOf(y)), call: new Error() });
  };
  const spy = Object.create(backend, {
    lower: {
      value: (op: Op): Kernel | undefined => {
        const kernel = backend.lower(op);
        return kernel && !RANDOM.has(op) ? watch(op, kernel) : kernel;
      },
    },
  }) as Backend;
  registerBackend(spy);
  let result: T;
  try {
    result = await fn();
  } finally {
    registerBackend(backend);
  }
  for (let i = 0; i < runs.length; i++) await check(runs[i], other, `op ${i + 1} of ${runs.length}, on ${watched} and ${other}`, rtol, atol);
  return result;
}

/** Runs an op anew. @throws DeviceMismatchError where its results are others */
async function check({ op, attrs, inputs, outputs, over, call }: Run, device: Device, where: string, rtol?: number, atol?: number): Promise<void> {
  const operands: View[] = [];
  for (const x of inputs) operands.push(x instanceof Tensor ? (await x.cpu()).to(device) : x);
  const results = outputs.map((y, i) => (over[i] >= 0 ? operands[over[i]] as Tensor : empty(y.shape, { dtype: y.dtype, device })));
  kernelOf(op as Op<never>, device)(operands, results, attrs);
  for (const [i, y] of outputs.entries()) {
    const [defaultRtol, defaultAtol] = toleranceOf(y.dtype), tolerance = [rtol ?? defaultRtol, atol ?? defaultAtol] as const;
    const found = differencesOf(await values(y), await values(results[i]), tolerance, true);
    if (!found) continue;
    const texts = [pythonFloat(found.absolute.value), pythonFloat(found.relative.value)] as const;
    const operandText = inputs.map((x) => (x instanceof Scalar ? `${x.value}` : `${x.dtype.name}${shapeText(x.layout.shape)}`)).join(', ');
    const error = new DeviceMismatchError(
      `${op.name}(${operandText}): ${where}\nTensor-likes are not close!\n\n${differenceText(found, y.shape, texts, [upTo(tolerance[1]), upTo(tolerance[0])])}`,
      op.name, inputs.map((x) => x.layout.shape), y.shape, found.absolute.value);
    error.stack = `${error.name}: ${error.message}\n${call.stack?.split('\n').slice(1).join('\n')}`;
    throw error;
  }
}

const values = async (x: Tensor): Promise<number[]> => (await x.reshape(-1).tolist() as (number | bigint | boolean)[]).map(Number);
