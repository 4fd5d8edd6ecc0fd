import { RuntimeError, Tensor, ValueError, ones, stack, type BackwardOptions, type GradFn, type RemovableHandle } from '@sconce/tensor';
import { checked, describe, letGo, sameShape, type AutogradHook, type Op, type View } from '@sconce/tensor/internal';
import { derivativeOf } from './derivatives/define.js';
import { accumulatorOf, edgeOf, metaOf, type AutogradMeta } from './edges.js';
import { rootGradient, runBackward } from './engine.js';
import { isGradEnabled, isInferenceModeEnabled } from './grad-mode.js';
import type { Edge, GradHook, Node } from './node.js';
import { OpNode } from './op-node.js';
import { checkWritable, CopySlices, viewNode } from './views.js';

/** What connects @sconce/tensor with the graph. */
export const hook: AutogradHook = {
  get enabled() { return isGradEnabled() && !isInferenceModeEnabled(); },

  record(op, inputs, outputs, attrs) {
    const derivative = derivativeOf(op);
    if (derivative === 'none' || derivative?.inPlaceOnly || inputs.every(isOfInference)) return;
    const node = new OpNode(op, inputs, outputs, attrs);
    node.saveResults(outputs);
    for (let i = 0; i < outputs.length; i++) if (outputs[i].dtype.isDifferentiable) outputs[i].setGradFn(node, i);
  },

  checkInplace(target, op) {
    if (op && derivativeOf(op) === 'none') return;
    const { base } = target;
    if (base && !target.isInference()) {
      checkWritable(target, 'is being');
      if (target.requiresGrad && base.isLeaf) {
        throw new RuntimeError('a view of a leaf Variable that requires grad is being used in an in-place operation.');
      }
    }
    if (target.isLeaf && target.requiresGrad) {
      throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.');
    }
  },

  beforeInplace(op, inputs, target, attrs) {
    const { base } = target;
    if (derivativeOf(op) === 'none') return null;
    const retained = takeRetained(target);
    const old = needsOldValue(op, inputs) ? snapshot(target) : target;
    const node = new OpNode(op, inputs.map((x) => (x === target ? old : x)), [target], attrs);
    if (old !== target) letGo(old); // the node holds it
    return () => {
      node.saveResults([target]);
      if (base) base.setGradFn(new CopySlices(base, target, node));
      else target.setGradFn(node);
      retained?.();
    };
  },

  gradFnOf: (view: Tensor): GradFn | null => viewNode(view),

  setRequiresGrad(x: Tensor, value: boolean): void {
    if (!x.isLeaf) {
      if (value) return;
      throw new RuntimeError(
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use var_no_grad = var.detach().");
    }
    if (value && x.isInference() && !isInferenceModeEnabled()) {
      throw new RuntimeError('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
    }
    if (value && !x.dtype.isDifferentiable) {
      throw new RuntimeError('only Tensors of floating point and complex dtype can require gradients');
    }
    x.markLeaf(value);
  },

  backward(root: Tensor, options: BackwardOptions): void {
    const { gradient, createGraph = false, retainGraph = createGraph, inputs } = checked('backward', options, 'retainGraph');
    backward([root], [gradient], { createGraph, retainGraph, inputs });
  },

  retainGrad(x: Tensor): void {
    if (!x.requiresGrad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False");
    const node = x.gradFn as Node | null, meta = metaOf(x);
    if (!node || meta.retains) return;
    meta.retains = (grad) => {
      x.grad = x.grad ? x.grad.add(grad) : grad.clone();
      return grad;
    };
    node.addGradientHook(x.outputNr, meta.retains);
  },

  retainsGrad: (x: Tensor): boolean => (x.autograd as AutogradMeta | null)?.retains !== undefined,

  registerHook(x: Tensor, fn: GradHook): RemovableHandle {
    if (!x.requiresGrad) throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient");
    if (typeof fn !== 'function') throw new TypeError(`registerHook(): expected a function, but got ${describe(fn)}`);
    const hooks = hooksOf(x);
    const own: GradHook = (grad) => checkedResult(fn, grad); // so that one function can be registered twice
    hooks.add(own);
    return { remove: () => { hooks.delete(own); } };
  },
};

/** What `registerHook` was given for a tensor: it all runs with the node that the tensor had at the first time. */
function hooksOf(x: Tensor): Set<GradHook> {
  const meta = metaOf(x);
  if (meta.hooks) return meta.hooks;
  const hooks = (meta.hooks = new Set<GradHook>()), edge = edgeOf(x);
  edge?.node.addGradientHook(edge.outputNr, (grad) => [...hooks].reduce((g, hook) => hook(g) ?? g, grad));
  return hooks;
}

/** Gives what has the gradient of what a tensor became be kept, instead of that of what it was; null where neither is. */
export function takeRetained(x: Tensor): (() => void) | null {
  const retains = (x.autograd as AutogradMeta | null)?.retains;
  if (!retains) return null;
  (x.gradFn as Node | null)?.gradientHooks?.get(x.outputNr)?.delete(retains);
  return () => { (x.gradFn as Node | null)?.addGradientHook(x.outputNr, retains); };
}

const isOfInference = (x: View): boolean => x instanceof Tensor && x.isInference();

/** What a hook makes of a gradient. @throws RuntimeError with PyTorch's text for what cannot take its place */
function checkedResult(fn: GradHook, grad: Tensor): Tensor | undefined {
  const result = fn(grad) as unknown, name = fn.name || '<lambda>';
  if (result === undefined || result === null) return undefined;
  if (!(result instanceof Tensor)) throw new TypeError(`expected Variable, but hook returned '${describe(result)}'`);
  const type = (x: Tensor): string => `torch.${x.dtype.scalarType}Tensor`;
  if (result.dtype !== grad.dtype) throw new RuntimeError(`hook '${name}' has changed the type of value (was ${type(grad)} got ${type(result)})`);
  if (!sameShape(result.shape, grad.shape)) throw new RuntimeError(`hook '${name}' has changed the size of value`);
  return result;
}

/** Whether a gradient of an in-place op reads the value that the op writes over. */
function needsOldValue(op: Op<never>, inputs: readonly View[]): boolean {
  const derivative = derivativeOf(op);
  if (!derivative || derivative === 'none') return false;
  return derivative.rules.some((rule, i) => {
    const x = inputs[i];
    return rule?.saves?.includes(0) && x instanceof Tensor && x.requiresGrad;
  });
}

/** The value of a tensor before it is written over, with its history. */
function snapshot(x: Tensor): Tensor {
  const copy = x.detach().clone();
  if (x.requiresGrad) copy.setGradFn(x.gradFn, x.outputNr);
  return copy;
}

export interface BackwardManyOptions {
  readonly retainGraph?: boolean | undefined;
  readonly createGraph?: boolean | undefined;
  /** `gradients` by their name in PyTorch */
  readonly gradTensors?: Gradients | undefined;
  /** the leaves whose `grad` is added to; default: all */
  readonly inputs?: Tensor | readonly Tensor[] | undefined;
}

/** Gradients of one tensor or of several; null or nothing for a tensor of one element. */
export type Gradients = Tensor | null | readonly (Tensor | null | undefined)[];

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x]) as readonly T[];

/** Gradients, which may be left out or be an option, and then options. @throws TypeError for what is neither */
function withTrailingOptions<K extends string, O extends { readonly [key in K]?: Gradients | undefined }>(
  name: string, key: K, gradients: Gradients | O | undefined, options: O | undefined,
): [readonly (Tensor | null | undefined)[], O] {
  const alone = gradients === undefined || gradients === null || gradients instanceof Tensor || Array.isArray(gradients);
  const given = checked<object>(name, (alone ? options ?? {} : gradients) as object, 'retainGraph' as never) as O;
  const these = (alone ? gradients : undefined) ?? given[key] as Tensor | null | undefined;
  const list = these === undefined || these === null ? [] : listOf(these as Tensor);
  const wrong = list.find((g) => g !== null && g !== undefined && !(g instanceof Tensor)) as unknown;
  if (wrong !== undefined) throw new TypeError(`gradients can be either Tensors or null, but got ${describe(wrong)}`);
  return [list, given];
}

const onesLike = (x: Tensor): Tensor => ones(x.shape, { dtype: x.dtype, device: x.device });

function rootsOf(tensors: readonly Tensor[], gradients: readonly (Tensor | null | undefined)[]) {
  if (gradients.length > 0 && gradients.length !== tensors.length) {
    throw new RuntimeError(`got ${tensors.length} tensors and ${gradients.length} gradients`);
  }
  const grads = tensors.map((x, i) => rootGradient(x, i, gradients[i], onesLike));
  return tensors.map((x, i) => {
    const grad = grads[i];
    const edge = grad && x.requiresGrad ? edgeOf(x) : null;
    if (!edge) throw new RuntimeError(`element ${i} of tensors does not require grad and does not have a grad_fn`);
    return { edge, grad: grad! };
  });
}

/**
 * Computes the gradients of the leaves of the graph and adds them to their `grad`.
 * @param gradients the gradients of the tensors; may be left out for tensors of one element
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.backward.html
 */
export function backward(
  tensors: Tensor | readonly Tensor[], gradients?: Gradients | BackwardManyOptions, options?: BackwardManyOptions,
): void {
  const [given, { createGraph = false, retainGraph = createGraph, inputs: only }] = withTrailingOptions('backward', 'gradTensors', gradients, options);
  const inputs = only && listOf(only);
  if (inputs?.length === 0) throw new RuntimeError("'inputs' argument to backward() cannot be empty.");
  const roots = rootsOf(listOf(tensors), given);
  if (!inputs) return void runBackward(roots, { retainGraph, createGraph });
  inputs.forEach((x) => { hook.retainGrad(x); });
  runBackward(roots, { retainGraph, createGraph, wanted: inputs.map(targetOf), accumulate: true });
}

/** Where the gradient of a tensor comes by, for one that was not recorded a place that nothing leads to. */
const targetOf = (x: Tensor): Edge => edgeOf(x) ?? { node: accumulatorOf(x), outputNr: 0 };

export interface GradOptions {
  /** the gradients of the outputs, as the argument of that name */
  readonly gradOutputs?: Gradients | undefined;
  readonly retainGraph?: boolean | undefined;
  readonly createGraph?: boolean | undefined;
  /** give null for inputs that the outputs do not depend on, instead of an error */
  readonly allowUnused?: boolean | undefined;
  /** the gradients of the outputs have one dimension more, the first: give the gradients for each of their slices, stacked; default false */
  readonly isGradsBatched?: boolean | undefined;
}

/** Of a call without `allowUnused`, which gives a gradient for each input. */
type AllUsed = GradOptions & { readonly allowUnused?: false | undefined };

/** A gradient for each input. */
export type GradsOf<I extends Tensor | readonly Tensor[]> = I extends readonly Tensor[] ? { -readonly [K in keyof I]: Tensor } : [Tensor];

/**
 * The gradients of the outputs with respect to the inputs; nobody's `grad` changes.
 * @param gradOutputs the gradients of the outputs; may be left out for outputs of one element
 * @throws RuntimeError for an input that does not require a gradient, or that was not used (but see `allowUnused`)
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.grad.html
 * @example
 * const x = torch.tensor([3]).requiresGrad_();
 * const [dx] = torch.autograd.grad(x.mul(x).sum(), x, { createGraph: true }); // tensor([6.], grad_fn=<AddBackward0>)
 */
export function grad<const I extends Tensor | readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[], inputs: I, gradOutputs?: Gradients | AllUsed, options?: AllUsed,
): GradsOf<I>;
export function grad(
  outputs: Tensor | readonly Tensor[], inputs: Tensor | readonly Tensor[], gradOutputs?: Gradients | GradOptions, options?: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[], inputs: Tensor | readonly Tensor[],
  gradOutputs?: Gradients | GradOptions, options?: GradOptions,
): unknown {
  const [given, all] = withTrailingOptions('grad', 'gradOutputs', gradOutputs, options);
  const { createGraph = false, retainGraph = createGraph, allowUnused = false, isGradsBatched = false } = all;
  if (isGradsBatched) return gradsOfBatch(listOf(outputs), inputs, given, { createGraph, retainGraph, allowUnused });
  if (listOf(inputs).length === 0) throw new ValueError('grad requires non-empty inputs.');
  const roots = rootsOf(listOf(outputs), given);
  const wanted = listOf(inputs).map((x) => {
    if (!x.requiresGrad) throw new RuntimeError('One of the differentiated Tensors does not require grad');
    return targetOf(x);
  });
  const grads = runBackward(roots, { retainGraph, createGraph, wanted });
  if (!allowUnused && grads.includes(null)) {
    throw new RuntimeError(
      'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.');
  }
  return grads;
}

function gradsOfBatch(
  outputs: readonly Tensor[], inputs: Tensor | readonly Tensor[], given: readonly (Tensor | null | undefined)[], options: GradOptions,
): (Tensor | null)[] {
  const count = given.find((g) => g)?.shape[0];
  outputs.forEach((y, i) => {
    const g = given[i];
    if (g && g.dim() > 0 && g.size(0) === count && sameShape(g.shape.slice(1), y.shape)) return;
    const size = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`;
    throw new RuntimeError('If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch dimension. The ' +
      'sizes of the remaining dimensions are expected to match the shape of corresponding output, but a mismatch was detected: ' +
      `grad_output[${i}] has a shape of ${size(g?.shape.slice(1) ?? [])} and output[${i}] has a shape of ${size(y.shape)}. If you only want some tensors in ` +
      '`grad_output` to be considered batched, consider using vmap.');
  });
  const rows = Array.from({ length: count! }, (_, k) =>
    grad(outputs, inputs, given.map((g) => g!.select(0, k)), { ...options, retainGraph: options.retainGraph === true || k < count! - 1 }));
  return listOf(inputs).map((_, i) => {
    const column = rows.map((row) => row[i]);
    return column.every((g) => g !== null) ? stack(column) : null;
  });
}

/** The node that adds to a leaf's `grad`. */
export { accumulatorOf };
