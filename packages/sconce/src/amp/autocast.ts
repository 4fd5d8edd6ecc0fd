import { bfloat16, device as deviceOf, float16, float32, RuntimeError, Tensor, type DType } from '@sconce/tensor';
import { setAutocastHook, thenLeave, type AutocastHook } from '@sconce/tensor/internal';
import { currentBackend } from '@sconce/webgpu-backend';
import { LISTS, type Cast } from './lists.js';

type DeviceType = keyof typeof LISTS;

export interface AutocastOptions {
  /** the dtype to compute in where that is safe; default: float16 on `webgpu`, bfloat16 on `cpu` */
  readonly dtype?: DType | undefined;
  /** default true; false turns autocast off inside another one */
  readonly enabled?: boolean | undefined;
  /** whether a parameter is converted once for all of its uses; default true */
  readonly cacheEnabled?: boolean | undefined;
}

interface Mode { readonly dtype: DType; readonly cached: boolean }

/** open scopes, innermost last */
const scopes: object[] = [];
let modes: Readonly<Partial<Record<DeviceType, Mode>>> = {};
/** parameters converted to the lower dtype, until the outermost scope ends */
let converted = new Map<Tensor, Tensor>();

/**
 * Calls `fn` with ops in a lower precision where PyTorch says that this is safe, as `with torch.autocast(device_type):`: products
 * of matrices and convolutions compute in the lower dtype, sums, exponentials and losses in float32, and other ops in what their
 * operands have. `backward()` belongs outside: it computes in the dtypes of the forward pass.
 * @param deviceType whose tensors are converted: 'webgpu' or 'cpu'
 * @param fn a promise that it gives keeps the mode until it is done; scopes that overlap are refused
 * @throws RuntimeError for other devices, for a dtype that the device lacks, and where the adapter lacks the feature shader-f16
 * @see https://pytorch.org/docs/stable/amp.html#torch.autocast
 * @example
 * const loss = torch.autocast('cpu', () => lossFn(net(x), y)); // products in bfloat16
 * loss.backward();
 */
export function autocast<T>(deviceType: string, fn: () => T, options: AutocastOptions = {}): T {
  const { enabled = true, cacheEnabled = true } = options;
  if (deviceType !== 'webgpu' && deviceType !== 'cpu') throw new RuntimeError("User specified autocast device_type must be 'webgpu' or 'cpu'");
  const dtype = options.dtype ?? (deviceType === 'cpu' ? bfloat16 : float16);
  const on = enabled && supports(deviceType, dtype);
  const token = {}, before = modes;
  scopes.push(token);
  enter({ ...modes, [deviceType]: on ? { dtype, cached: cacheEnabled } : undefined });
  return thenLeave(fn, () => {
    if (scopes.at(-1) !== token) {
      const at = scopes.indexOf(token);
      if (at >= 0) scopes.splice(at, 1);
      throw new RuntimeError(
        'autocast scopes overlap: an asynchronous autocast() ended while another one that began inside it was still open. ' +
        'Await one before the next begins');
    }
    scopes.pop();
    enter(scopes.length > 0 ? before : {});
    if (scopes.length === 0) converted = new Map();
  });
}

function enter(next: typeof modes): void {
  modes = next;
  setAutocastHook(modes.cpu || modes.webgpu ? hook : null, keep);
}

/** Gives what calls a function with the modes of now, whatever they are then. */
function keep(): <T>(fn: () => T) => T {
  const now = modes;
  return (fn) => {
    const before = modes;
    enter(now);
    try {
      return fn();
    } finally {
      enter(before);
    }
  };
}

/** Whether autocast is on for a device's tensors. @see https://pytorch.org/docs/stable/generated/torch.is_autocast_enabled.html */
export const isAutocastEnabled = (deviceType = 'webgpu'): boolean => modes[deviceType as DeviceType] !== undefined;

/** @throws RuntimeError with PyTorch's text where the device is the reason; false, with a warning, on the CPU */
function supports(deviceType: DeviceType, dtype: DType): boolean {
  if (deviceType === 'cpu') {
    if (dtype === bfloat16) return true;
    console.warn('In CPU autocast, but the target dtype is not supported. Disabling autocast.\nCPU Autocast only supports dtype of torch.bfloat16 currently.');
    return false;
  }
  if (dtype === bfloat16) throw new RuntimeError('Current WebGPU Device does not support bfloat16. Please switch dtype to float16.');
  if (dtype !== float16) throw new RuntimeError(`WebGPU autocast only supports dtype of torch.float16, not ${dtype}.`);
  if (!deviceOf('webgpu').backend || currentBackend().device.features.has('shader-f16')) return true;
  throw new RuntimeError(
    "Current WebGPU Device does not support float16: its adapter lacks the feature 'shader-f16'. Run without autocast, or choose another adapter.");
}

const hook: AutocastHook = (name, operands) => {
  const first = operands.find((x): x is Tensor & typeof x => x instanceof Tensor && modeOf(x) !== undefined);
  const mode = first && modeOf(first), cast = first && LISTS[first.device.type as DeviceType].get(name);
  if (!mode || !cast) return operands;
  if (cast === 'refuse') {
    throw new RuntimeError(
      'torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.\n' +
      'Many models use a sigmoid layer right before the binary cross entropy layer.\n' +
      'In this case, combine the two layers using torch.nn.functional.binary_cross_entropy_with_logits\n' +
      'or torch.nn.BCEWithLogitsLoss.  binary_cross_entropy_with_logits and BCEWithLogits are\nsafe to autocast.');
  }
  const target = targetOf(cast, operands, mode);
  return operands.map((x) => (x instanceof Tensor && x.dtype !== target && isEligible(x) ? convert(x, target, mode) as typeof x : x));
};

const modeOf = (x: Tensor): Mode | undefined => modes[x.device.type as DeviceType];

/** float64 is left alone: whoever uses it wants it. */
const isEligible = (x: Tensor): boolean => x.dtype.isFloatingPoint && x.dtype.name !== 'float64' && modeOf(x) !== undefined;

function targetOf(cast: Cast, operands: readonly unknown[], mode: Mode): DType {
  if (cast === 'lower') return mode.dtype;
  const widens = cast === 'float32' || operands.some((x) => x instanceof Tensor && isEligible(x) && x.dtype === float32);
  return widens ? float32 : mode.dtype;
}

function convert(x: Tensor, dtype: DType, mode: Mode): Tensor {
  // a parameter that is used several times, as in a recurrent layer, collects its gradient through one conversion
  const keeps = mode.cached && dtype === mode.dtype && x.dtype === float32 && x.requiresGrad && x.isLeaf && x.base === null;
  if (!keeps) return x.to(dtype);
  let result = converted.get(x);
  if (!result) converted.set(x, (result = x.to(dtype)));
  return result;
}
