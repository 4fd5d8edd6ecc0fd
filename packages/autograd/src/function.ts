import { NotImplementedError, RuntimeError, Tensor, zeros, type Device, type DType } from '@sconce/tensor';
import { sameShape } from '@sconce/tensor/internal';
import { edgeOf } from './edges.js';
import { FunctionContext } from './function-context.js';
import { isGradEnabled, isInferenceModeEnabled, noGrad } from './grad-mode.js';
import { takeRetained } from './hook.js';
import { Node, type Edge } from './node.js';
import { canSumToSize, sumToSize } from './sum-to-size.js';
import { CopySlices, markCustomView } from './views.js';

/** The static side of a subclass of `Function`. */
interface FunctionClass {
  readonly name: string;
  forward(ctx: never, ...args: never[]): unknown;
  backward(ctx: never, ...gradOutputs: never[]): unknown;
}

type ForwardArgs<F extends FunctionClass> = F['forward'] extends (ctx: never, ...args: infer A) => unknown ? A : never;

/**
 * An operation with a derivative of its own. A subclass has two static methods: `forward` computes without being recorded
 * and keeps what `backward` needs; `backward` gives a gradient for each argument of `forward`, null for those that have
 * none. It is recorded in turn where a second derivative is wanted.
 * @see https://pytorch.org/docs/stable/autograd.html#function
 * @example
 * class Exp extends torch.autograd.Function {
 *   static forward(ctx: torch.autograd.FunctionContext, x: torch.Tensor) {
 *     const result = x.exp();
 *     ctx.saveForBackward(result);
 *     return result;
 *   }
 *   static backward(ctx: torch.autograd.FunctionContext, gradOutput: torch.Tensor) {
 *     const [result] = ctx.savedTensors;
 *     return gradOutput.mul(result);
 *   }
 * }
 * Exp.apply(x) // grad_fn=<ExpBackward>
 */
abstract class CustomFunction {
  static forward(_ctx: never, ..._args: never[]): unknown {
    throw new NotImplementedError('You must implement the forward function for custom autograd.Function.');
  }

  static backward(_ctx: never, ..._gradOutputs: never[]): unknown {
    throw new NotImplementedError(
      'You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.');
  }

  /**
   * Calls `forward` and records it.
   * @throws RuntimeError where `forward` breaks the rules of in-place changes
   */
  static apply<F extends FunctionClass>(this: F, ...args: ForwardArgs<F>): ReturnType<F['forward']> {
    return run(this, args) as ReturnType<F['forward']>;
  }
}
export { CustomFunction as Function };

function run(fn: FunctionClass, args: readonly unknown[]): unknown {
  const inputs = args.filter((x) => x instanceof Tensor);
  const recorded = isGradEnabled() && !isInferenceModeEnabled() && inputs.some((x) => x.requiresGrad);
  const ctx = new FunctionContext(args.map((x) => x instanceof Tensor && x.requiresGrad));
  const result = noGrad(() => fn.forward(ctx as never, ...args as never[]));
  if (result instanceof Promise) throw new TypeError(`${fn.name}.forward must not be asynchronous`);
  const outputs = Array.isArray(result) ? result as unknown[] : [result];
  for (const x of ctx.dirty) {
    if (!outputs.includes(x)) {
      throw new RuntimeError(
        'Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified ' +
        'inplace must all be outputs of the Function.');
    }
  }
  for (const x of ctx.dirty) if (!x.isInference()) x.storage.version++;
  const node = recorded ? new FunctionNode(fn, ctx, args, outputs) : null;
  const attached = outputs.map((y, i) => (y instanceof Tensor ? attach(y, i, node, ctx, inputs) : y));
  if (node) ctx.keep(node, attached);
  return Array.isArray(result) ? attached : attached[0];
}

/** An output, with the node as its history where there is one. */
function attach(y: Tensor, nr: number, node: FunctionNode | null, ctx: FunctionContext, inputs: readonly Tensor[]): Tensor {
  const isInput = inputs.includes(y), written = ctx.dirty.has(y);
  let output = y;
  if (!node || !y.dtype.isFloatingPoint || ctx.nonDifferentiable.has(y)) {
    if (y.requiresGrad && (isInput || !y.base)) output = isInput ? y.detach() : y.detach_();
    else if (isInput && !written) output = noGrad(() => y.view(y.shape));
  } else if (written) attachWritten(y, nr, node, inputs);
  else {
    // an input that is returned keeps its own history: another view of it is the output
    if (isInput) output = noGrad(() => y.view(y.shape));
    output.setGradFn(node, nr);
  }
  if (output.base && !(isInput && written)) markCustomView(output, node && node.outputs.length > 1 ? 'several' : 'custom');
  return output;
}

/** Gives an input that was written to a new history. */
function attachWritten(y: Tensor, nr: number, node: FunctionNode, inputs: readonly Tensor[]): void {
  const { base } = y;
  if (y.isLeaf && y.requiresGrad) {
    throw new RuntimeError('a leaf Variable that requires grad has been used in an in-place operation.');
  }
  const retained = takeRetained(y);
  if (!base) {
    y.setGradFn(node, nr);
    retained?.();
    return;
  }
  if (base.isLeaf && base.requiresGrad) {
    throw new RuntimeError('a view of a leaf Variable that requires grad is being used in an in-place operation.');
  }
  if (node.outputs.length > 1) {
    throw new RuntimeError('If your Function modifies inplace an input that is a view of another Tensor, your Function cannot return more than ' +
      'one Tensor. This is not supported by the current autograd engine. You should either make sure the input is not a view (using .clone() ' +
      'for example) or make your Function only return one Tensor (potentially splitting it into two Functions: one doing the inplace that ' +
      'returns a single Tensor and a second one that does the other operations). You can ask on the forum https://discuss.pytorch.org/ if you ' +
      'need help to do this change.');
  }
  if (inputs[0] !== y) throw new RuntimeError(`${node.name}: a Function that changes a view in place must take it as its first tensor`);
  base.setGradFn(new CopySlices(base, y, node));
  retained?.();
}

/** What is known of a tensor that `forward` took or gave, null for anything else. */
interface Described { readonly shape: readonly number[]; readonly dtype: DType; readonly device: Device }

const describe = (x: unknown): Described | null =>
  (x instanceof Tensor ? { shape: x.shape, dtype: x.dtype, device: x.device } : null);

class FunctionNode extends Node {
  readonly name: string;
  /** an edge per argument that is a tensor */
  readonly edges: readonly (Edge | null)[];
  readonly outputs: readonly (Described | null)[];
  private readonly args: readonly (Described | null)[];

  constructor(
    private readonly fn: FunctionClass, private readonly ctx: FunctionContext, args: readonly unknown[], outputs: readonly unknown[],
  ) {
    super();
    this.name = `${fn.name}Backward`;
    this.args = args.map(describe);
    this.outputs = outputs.map(describe);
    this.edges = args.filter((x) => x instanceof Tensor).map(edgeOf);
  }

  override get savedTensors(): readonly Tensor[] { return this.ctx.savedTensors; }

  apply(grads: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    const { fn, ctx, args, name } = this;
    const given = this.outputs.map((y, i) => grads[i] ?? (y && ctx.materializesGrads ? zeros(y.shape, { dtype: y.dtype, device: y.device }) : null));
    const result = fn.backward(ctx as never, ...given as never[]);
    const found = (Array.isArray(result) ? result : [result]) as unknown[];
    while (found.length > args.length && isNone(found.at(-1))) found.pop();
    if (found.length !== args.length) {
      throw new RuntimeError(`function ${name} returned an incorrect number of gradients (expected ${args.length}, got ${found.length})`);
    }
    const gradients: (Tensor | null)[] = [];
    found.forEach((g, i) => {
      const arg = args[i];
      if (!isNone(g) && !(g instanceof Tensor)) throw new RuntimeError(`expected Variable or None (got ${typeof g})`);
      if (arg) gradients.push(isNone(g) || !this.edges[gradients.length] ? null : this.fit(g as Tensor, arg, gradients.length));
      else if (!isNone(g)) {
        throw new RuntimeError(
          `function ${name} returned a gradient different than None at position ${i + 1}, but the corresponding forward ` +
          'input was not a Variable');
      }
    });
    return gradients;
  }

  private fit(gradient: Tensor, { shape, dtype }: Described, index: number): Tensor {
    if (!canSumToSize(gradient.shape, shape)) {
      throw new RuntimeError(
        `Function ${this.name} returned an invalid gradient at index ${index} - got [${gradient.shape.join(', ')}] but expected shape compatible with [${shape.join(', ')}]`);
    }
    const summed = sameShape(gradient.shape, shape) ? gradient : sumToSize(gradient, shape);
    return summed.dtype === dtype ? summed : summed.to(dtype);
  }

  // a subclass may keep tensors in ways that are not known here
  override holds(): boolean { return true; }
  override release(): void { this.ctx.release(); }
}

const isNone = (x: unknown): x is null | undefined => x === null || x === undefined;

/** A node of a gradient that cannot be differentiated once more. */
class DelayedError extends Node {
  readonly name = 'DelayedErrorBackward';
  readonly edges: readonly (Edge | null)[];
  constructor(gradOutputs: readonly Tensor[]) {
    super();
    this.edges = gradOutputs.map(edgeOf);
  }
  apply(): never {
    throw new RuntimeError('trying to differentiate twice a function that was marked with @once_differentiable');
  }
}

/**
 * A `backward` whose result must not be differentiated: trying to throws, instead of giving wrong second derivatives.
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.function.once_differentiable.html
 * @example static backward = torch.autograd.onceDifferentiable((ctx, gradOutput) => …);
 */
export function onceDifferentiable<C, A extends unknown[], R>(
  backward: (ctx: C, ...gradOutputs: A) => R,
): (ctx: C, ...gradOutputs: A) => R {
  return (ctx, ...gradOutputs) => {
    const result = noGrad(() => backward(ctx, ...gradOutputs));
    const watched = gradOutputs.filter((g) => g instanceof Tensor && g.requiresGrad) as Tensor[];
    if (!isGradEnabled() || watched.length === 0) return result;
    const node = new DelayedError(watched);
    const refuse = (g: unknown): unknown => {
      if (!(g instanceof Tensor)) return g;
      const refused = g.detach();
      refused.setGradFn(node);
      return refused;
    };
    return (Array.isArray(result) ? result.map(refuse) : refuse(result)) as R;
  };
}
