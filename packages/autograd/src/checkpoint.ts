import { forkRng, getRngState, RuntimeError, setRngState, Tensor } from '@sconce/tensor';
import { checked, keepAutocast } from '@sconce/tensor/internal';
import { fillsAllLeaves } from './engine.js';
import { enableGrad, noGrad } from './grad-mode.js';
import { Function as AutogradFunction } from './function.js';
import type { FunctionContext } from './function-context.js';
import { backward } from './hook.js';
import { savedTensorsHooks } from './saved-tensor.js';

export interface CheckpointOptions {
  /**
   * run the function's own backward inside of the graph's (default), which does not go with `autograd.grad`; otherwise what the function
   * keeps is computed once more when it is asked for
   */
  readonly useReentrant?: boolean | undefined;
  /** draw the same random numbers the second time, default true */
  readonly preserveRngState?: boolean | undefined;
}

type Run = (...args: unknown[]) => unknown;

/** Calls a function as it was called when this was called: with the same random numbers and the same autocast. */
function again(fn: Run, preserveRngState: boolean): Run {
  const state = preserveRngState ? getRngState() : null, inAutocast = keepAutocast();
  return (...args) => {
    const run = (): unknown => enableGrad(() => inAutocast(() => fn(...args)));
    if (!state) return run();
    return forkRng(() => {
      setRngState(state);
      return run();
    });
  };
}

/** what stands in the place of a tensor, which is kept elsewhere */
const KEPT = Symbol('kept');

interface CheckpointContext extends FunctionContext { run?: Run; args?: readonly unknown[] }

class CheckpointFunction extends AutogradFunction {
  static override forward(ctx: CheckpointContext, fn: Run, preserveRngState: boolean, ...args: unknown[]): unknown {
    ctx.run = again(fn, preserveRngState);
    ctx.args = args.map((x) => (x instanceof Tensor ? KEPT : x));
    ctx.saveForBackward(...args.filter((x) => x instanceof Tensor));
    return noGrad(() => fn(...args));
  }

  static override backward(ctx: CheckpointContext, ...grads: Tensor[]): unknown {
    if (!fillsAllLeaves()) {
      throw new RuntimeError('Checkpointing is not compatible with .grad() or when an `inputs` parameter is passed to .backward(). Please use ' +
        '.backward() and do not pass its `inputs` argument.');
    }
    const tensors = [...ctx.savedTensors];
    const inputs = ctx.args!.map((x) => {
      if (x !== KEPT) return x;
      const given = tensors.shift()!;
      return given.detach().requiresGrad_(given.requiresGrad);
    });
    const result = ctx.run!(...inputs), outputs = (Array.isArray(result) ? result : [result]) as unknown[];
    const rooted = outputs.flatMap((y, i) => (y instanceof Tensor && y.requiresGrad ? [i] : []));
    if (rooted.length === 0) throw new RuntimeError('none of output has requires_grad=True, this checkpoint() is not necessary');
    backward(rooted.map((i) => outputs[i] as Tensor), rooted.map((i) => grads[i]));
    return [null, null, ...inputs.map((x) => (x instanceof Tensor ? x.grad : null))];
  }
}

/** Stands for what an op would have kept. */
class Holder {}

function withoutReentrant(fn: Run, args: readonly unknown[], preserveRngState: boolean): unknown {
  const computed = new WeakMap<Holder, Tensor>(), holders: WeakRef<Holder>[] = [];
  const run = again(fn, preserveRngState);
  let filled = false;
  const fill = (): void => {
    let next = 0;
    const keep = (x: Tensor): null => {
      const holder = holders[next++]?.deref();
      if (holder) computed.set(holder, x.detach());
      return null;
    };
    savedTensorsHooks(keep, () => {
      throw new RuntimeError('You are calling backwards on a tensor that is never exposed. Please open an issue.');
    }, () => run(...args));
    filled = true;
  };
  const pack = (): Holder => {
    const holder = new Holder();
    holders.push(new WeakRef(holder));
    return holder;
  };
  const unpack = (holder: Holder): Tensor => {
    if (!filled) fill();
    const found = computed.get(holder);
    if (!found) throw new RuntimeError('a checkpointed function kept other tensors when it ran again: it must do the same both times');
    return found;
  };
  return savedTensorsHooks(pack, unpack, () => fn(...args));
}

const isOptions = (x: unknown): x is CheckpointOptions => typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype
  && Object.keys(x).some((key) => key === 'useReentrant' || key === 'preserveRngState' || key === 'use_reentrant' || key === 'preserve_rng_state');

/**
 * Calls a function without keeping what its ops would keep for backward: backward calls it once more. That takes time for memory.
 * @param args what it is called with; an object with `useReentrant` or `preserveRngState` at the end is for options
 * @throws RuntimeError later: from `autograd.grad` and `backward({ inputs })`, unless `useReentrant` is false
 * @see https://pytorch.org/docs/1.13/checkpoint.html#torch.utils.checkpoint.checkpoint
 * @see Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"
 * @example const y = torch.utils.checkpoint.checkpoint(block, x, { useReentrant: false });
 */
export function checkpoint<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: [...A] | [...A, CheckpointOptions]): R {
  const last = args.at(-1), given = isOptions(last);
  const { useReentrant = true, preserveRngState = true } = given ? checked('checkpoint', last, 'useReentrant') : {};
  const inputs = given ? args.slice(0, -1) : [...args];
  if (!useReentrant) return withoutReentrant(fn as unknown as Run, inputs, preserveRngState) as R;
  if (!inputs.some((x) => x instanceof Tensor && x.requiresGrad)) {
    console.warn('None of the inputs have requires_grad=True. Gradients will be None');
  }
  return CheckpointFunction.apply(fn as never, preserveRngState as never, ...inputs as never[]) as R;
}

/** A function of one tensor. */
type Layer = (x: Tensor) => Tensor;

/**
 * Runs functions one after the other, all segments of them but the last with `checkpoint`.
 * @param functions a `Sequential` or a list
 * @param segments how many segments they are divided into
 * @see https://pytorch.org/docs/1.13/checkpoint.html#torch.utils.checkpoint.checkpoint_sequential
 */
export function checkpointSequential(
  functions: Iterable<Layer>, segments: number, input: Tensor, options: { readonly preserveRngState?: boolean | undefined } = {},
): Tensor {
  const { preserveRngState = true } = checked('checkpointSequential', options, 'preserveRngState');
  const list = [...functions], size = Math.floor(list.length / segments);
  const run = (from: number, to: number) => (x: Tensor): Tensor => list.slice(from, to).reduce((y, fn) => fn(y), x);
  let x = input, start = 0;
  for (; size > 0 && start < size * (segments - 1); start += size) x = checkpoint(run(start, start + size), x, { preserveRngState });
  return run(start, list.length)(x);
}
