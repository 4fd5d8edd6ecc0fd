import { Function as AutogradFunction, type FunctionContext } from '@sconce/autograd';
import { RuntimeError, Tensor } from '@sconce/tensor';
import { warnOnce } from '@sconce/tensor/internal';
import type { BackwardHook } from './hooks.js';
import type { Module } from './module.js';

type Gradients = readonly (Tensor | null)[];

/** What is done with the gradients that come to a boundary; what it gives takes their place. */
type Watch = (grads: Gradients) => Gradients;

/** Passes tensors on as they are, and watches their gradients on the way back: all of them at once. */
class BackwardHookFunction extends AutogradFunction {
  static override forward(ctx: FunctionContext & { watch?: Watch }, watch: Watch, asZeros: boolean, ...tensors: Tensor[]): Tensor[] {
    ctx.watch = watch;
    ctx.setMaterializeGrads(asZeros);
    ctx.markNonDifferentiable(...tensors.filter((x) => !x.requiresGrad));
    return tensors;
  }
  static override backward(ctx: FunctionContext & { watch?: Watch }, ...grads: (Tensor | null)[]): Gradients {
    return [null, null, ...ctx.watch!(grads)];
  }
}

/** The backward hooks of one call of a module: boundaries before and after it. */
export class BackwardHooks {
  #gradOutputs: Gradients | null = null;
  #hasInputs = false;
  #inputs = 0;

  constructor(private readonly module: Module, private readonly hooks: readonly BackwardHook[]) {}

  /** The arguments, behind a boundary where one of them requires a gradient. */
  before(args: readonly unknown[]): readonly unknown[] {
    this.#inputs = args.length;
    // inputs without a gradient have zeros, outputs without one have null
    return bounded(args, true, (places) => {
      this.#hasInputs = true;
      return (grads) => {
        if (!this.#gradOutputs) {
          throw new RuntimeError(
            'Module backward hook for grad_input is called before the grad_output one. This happens because the gradient in your nn.Module flows to the Module\'s input without passing through the Module\'s output. Make sure that the output depends on the input and that the loss is computed based on the output.');
        }
        const all = spread(grads, places, args.length);
        const result = this.#call(all, this.#gradOutputs);
        this.#gradOutputs = null;
        return result ? places.map((i) => result[i]) : grads;
      };
    });
  }

  /** The output, behind a boundary. */
  after(output: unknown): unknown {
    const many = Array.isArray(output), list = many ? output as unknown[] : [output];
    const watched = bounded(list, false, (places) => (grads) => {
      this.#gradOutputs = spread(grads, places, list.length);
      if (!this.#hasInputs) this.#withoutInputs(this.#gradOutputs);
      return grads;
    });
    return many ? watched : watched[0];
  }

  #withoutInputs(gradOutputs: Gradients): void {
    const result = this.#call(new Array<null>(this.#inputs).fill(null), gradOutputs);
    if (result?.some((g) => g !== null)) {
      throw new RuntimeError(
        'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.');
    }
  }

  #call(gradInputs: Gradients, gradOutputs: Gradients): Gradients | null {
    let result: Gradients | null = null;
    for (const hook of this.hooks) {
      const replaced = hook(this.module, result ?? gradInputs, gradOutputs);
      if (replaced === undefined || replaced === null) continue;
      if (!(replaced instanceof Tensor) && !Array.isArray(replaced)) {
        throw new TypeError(`Backward hook should return the gradients of the module's inputs, or nothing, but returned ${typeof replaced}`);
      }
      result = replaced instanceof Tensor ? [replaced] : replaced as Gradients;
      if (result.length !== gradInputs.length) {
        throw new RuntimeError(`Backward hook returned an invalid number of grad_input, got ${result.length}, but expected ${gradInputs.length}`);
      }
    }
    return result;
  }
}

/** Puts the tensors of a list behind a boundary; as they are where none of them requires a gradient. */
function bounded(list: readonly unknown[], asZeros: boolean, watch: (places: readonly number[]) => Watch): readonly unknown[] {
  const places = list.flatMap((x, i) => (x instanceof Tensor ? [i] : []));
  const tensors = places.map((i) => list[i] as Tensor);
  if (!tensors.some((x) => x.requiresGrad)) return list;
  const passed = BackwardHookFunction.apply(watch(places), asZeros, ...tensors);
  return list.map((x, i) => (places.includes(i) ? passed[places.indexOf(i)] : x));
}

/** Gradients of some places of a list, null in the others. */
const spread = (grads: Gradients, places: readonly number[], count: number): Gradients =>
  Array.from({ length: count }, (_, i) => (places.includes(i) ? grads[places.indexOf(i)] : null));

/** Has hooks see the gradients of the node that made the first tensor of an output: those of its inputs, not of the module's. */
export function watchLast(module: Module, input: readonly unknown[], output: unknown, hooks: readonly BackwardHook[]): void {
  const [first] = Array.isArray(output) ? output as unknown[] : output instanceof Tensor ? [output] : Object.values(output as object) as unknown[];
  const node = first instanceof Tensor ? first.gradFn : null;
  if (!node) return;
  const behind = new Set(node.nextFunctions.map(([next]) => next)), made = input.flatMap((x) => (x instanceof Tensor && x.gradFn ? [x.gradFn] : []));
  if (made.some((fn) => !behind.has(fn)) || node.nextFunctions.some(([next]) => next && next.name !== 'AccumulateGrad' && !made.includes(next))) {
    warnOnce('Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will be removed in future ' +
      'versions. This hook will be missing some grad_input. Please use register_full_backward_hook to get the documented behavior.');
  }
  for (const hook of hooks) {
    node.registerHook((gradInput, gradOutput) => {
      const replaced = hook(module, gradInput, gradOutput);
      return replaced instanceof Tensor ? [replaced] : replaced;
    });
  }
}
