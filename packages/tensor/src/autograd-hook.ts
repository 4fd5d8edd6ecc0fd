import type { View } from './backend.js';
import { RuntimeError } from './errors.js';
import type { Op } from './op.js';
import type { Tensor } from './tensor.js';

/** A node of the backward graph, as it shows on `tensor.gradFn`. */
export interface GradFn {
  /** PyTorch's: 'AddBackward0' */
  readonly name: string;
  /** where its gradients go, an entry per input: the node and which of its outputs */
  readonly nextFunctions: readonly (readonly [GradFn | null, number])[];
  /** what it keeps for backward; throws once that was given up */
  readonly savedTensors: readonly Tensor[];
  /** the leaf, for the node that adds to its grad */
  readonly variable?: Tensor;
  /** Calls `hook(gradInputs, gradOutputs)` when the node has run; a list that it returns takes the place of the gradients of the inputs. */
  registerHook(hook: NodeHook): RemovableHandle;
}

/** Sees the gradients that a node gave for its inputs, and those of its outputs. */
export type NodeHook = (
  gradInputs: readonly (Tensor | null)[], gradOutputs: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | void;

export interface BackwardOptions {
  /** the gradient of the root; may be left out for a root of one element */
  readonly gradient?: Tensor | null | undefined;
  /** keep what was saved for another backward; default: the value of `createGraph` */
  readonly retainGraph?: boolean | undefined;
  /** record the backward itself, for higher derivatives */
  readonly createGraph?: boolean | undefined;
  /** accumulate into these leaves only */
  readonly inputs?: readonly Tensor[] | undefined;
}

/** The one seam between tensors and gradients. Importing @sconce/autograd sets it; without it nothing is recorded. */
export interface AutogradHook {
  /** grad mode: whether ops on tensors that require gradients are recorded now */
  readonly enabled: boolean;
  /** An op has run on inputs of which one requires a gradient. */
  record(op: Op<never>, inputs: readonly View[], outputs: readonly Tensor[], attrs: unknown): void;
  /** Refuses a tensor that must not be changed in place by an op that is recorded: a leaf, a view of one, one of several views by one op. */
  checkInplace(target: Tensor, op?: Op<never>): void;
  /**
   * An in-place op is about to write to `target`, the first of the inputs, which was checked. Keeps what backward needs of the
   * values before; gives what to call once it has written, null where nothing is to be recorded.
   */
  beforeInplace(op: Op<never>, inputs: readonly View[], target: Tensor, attrs: unknown): (() => void) | null;
  /** The node of a view, made anew where its base was written to since. */
  gradFnOf(view: Tensor): GradFn | null;
  setRequiresGrad(tensor: Tensor, value: boolean): void;
  backward(root: Tensor, options: BackwardOptions): void;
  retainGrad(tensor: Tensor): void;
  retainsGrad(tensor: Tensor): boolean;
  /** Calls `fn` with the gradient of `tensor` when it is computed; what it returns takes its place. */
  registerHook(tensor: Tensor, fn: (grad: Tensor) => Tensor | void): RemovableHandle;
}

/** Takes back what it was given for, as `torch.utils.hooks.RemovableHandle`. */
export interface RemovableHandle { remove(): void }

let current: AutogradHook | null = null;

export const autogradHook = (): AutogradHook | null => current;

/** Connects an autograd implementation. @internal called by @sconce/autograd when it is imported */
export function setAutogradHook(hook: AutogradHook | null): void { current = hook; }

/** The autograd implementation. @throws RuntimeError that names the import to add where there is none */
export function requireAutograd(what: string): AutogradHook {
  if (current) return current;
  throw new RuntimeError(`${what} needs gradients, which are not loaded: add import '@sconce/autograd' (or import from 'sconce')`);
}
