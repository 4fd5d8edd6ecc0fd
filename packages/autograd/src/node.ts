import { emptyLike, type GradFn, type NodeHook, type RemovableHandle, type Tensor } from '@sconce/tensor';
import { backendOf, describe, isWhole, letGo, sameShape } from '@sconce/tensor/internal';
import { isAnomalyEnabled, remember } from './anomaly.js';
import { isGradEnabled } from './grad-mode.js';

/** Where a gradient goes: a node, and which of that node's outputs it is the gradient of. */
export interface Edge { readonly node: Node; readonly outputNr: number }

/** A function of gradients on their way to an output of a node; what it returns takes their place. */
export type GradHook = (grad: Tensor) => Tensor | void;

/** Sees the gradient of an output of a node before the node runs; what it gives takes its place. */
export type GradientHook = (grad: Tensor) => Tensor;

let sequence = 0;

/** A node of the backward graph: takes the gradients of its outputs, gives those of its inputs. */
export abstract class Node implements GradFn {
  abstract readonly name: string;
  /** an edge per input, null where no gradient is wanted */
  abstract readonly edges: readonly (Edge | null)[];
  /** later nodes first: the order of creation is a topological order */
  readonly sequence: number = sequence++;
  /** what sees the gradients of outputs, by output number, in the order in which it came */
  gradientHooks: Map<number, Set<GradientHook>> | null = null;

  constructor() {
    if (isAnomalyEnabled()) remember(this);
  }

  /** The gradients of the inputs. @param needed the nodes that some are wanted for; the others may be left out. Without it: all */
  abstract apply(grads: readonly (Tensor | null)[], needed?: ReadonlyMap<Node, boolean> | null): readonly (Tensor | null)[];

  /** Has a hook see the gradients of an output. */
  addGradientHook(outputNr: number, hook: GradientHook): void {
    const all = (this.gradientHooks ??= new Map<number, Set<GradientHook>>());
    const hooks = all.get(outputNr);
    if (hooks) hooks.add(hook);
    else all.set(outputNr, new Set([hook]));
  }

  /** what sees the gradients once the node has run */
  hooks: Set<NodeHook> | null = null;

  registerHook(hook: NodeHook): RemovableHandle {
    if (typeof hook !== 'function') throw new TypeError(`registerHook(): expected a function, but got ${describe(hook)}`);
    const own: NodeHook = (inputs, outputs) => hook(inputs, outputs); // so that one function can be registered twice
    const hooks = (this.hooks ??= new Set());
    hooks.add(own);
    return { remove: () => { hooks.delete(own); } };
  }

  /** Gives up what was saved for backward. */
  release(): void { /* most nodes keep nothing */ }

  /** Whether a gradient shares memory with what the node keeps, so that it must be copied before it is written to. */
  holds(_gradient: Tensor): boolean { return false; }

  /** What is kept for backward. @throws RuntimeError once it was given up */
  get savedTensors(): readonly Tensor[] { return []; }

  get nextFunctions(): readonly (readonly [GradFn | null, number])[] {
    return this.edges.map((e) => (e ? [e.node, e.outputNr] as const : [null, 0] as const));
  }

  toString(): string { return `<${this.name}>`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** Adds a gradient that nobody else holds to zeros, which is to take its place; false where it has to be added. */
function takeOver(zeros: Tensor, gradient: Tensor): boolean {
  if (zeros.dtype !== gradient.dtype || zeros.device !== gradient.device || !sameShape(zeros.shape, gradient.shape)) return false;
  if (!isWhole(zeros) || !isWhole(gradient) || !backendOf(zeros.device).takeOver?.(zeros.storage, gradient.storage)) return false;
  zeros.storage.version++;
  return true;
}

/** The end of the graph: adds gradients to a leaf's `grad`. */
export class AccumulateGrad extends Node {
  readonly name = 'AccumulateGrad';
  readonly edges: readonly Edge[] = [];
  override readonly sequence = Infinity;

  constructor(readonly variable: Tensor) { super(); }

  /** @param exclusive whether nothing else holds the gradient's memory, so that it need not be copied */
  accumulate(gradient: Tensor, exclusive: boolean): void {
    const leaf = this.variable;
    if (!leaf.requiresGrad) return; // it was detached since, or frozen
    if (isGradEnabled()) {
      // a copy, so that writing to it (zeroGrad) leaves what the graph holds as it is
      leaf.grad = leaf.grad === null ? emptyLike(gradient).copy_(gradient) : leaf.grad.add(gradient);
      return;
    }
    const { layout } = leaf;
    // the gradient of a leaf lies in memory as the leaf does
    if (leaf.grad === null && !(layout.isDense ? sameShape(gradient.layout.strides, layout.strides) : gradient.isContiguous())) {
      leaf.grad = emptyLike(leaf.detach()).copy_(gradient.detach());
    } else if (leaf.grad === null && exclusive) {
      leaf.grad = gradient.detach();
      return;
    } else if (leaf.grad === null) leaf.grad = gradient.detach().clone();
    else if (!exclusive || !takeOver(leaf.grad, gradient)) leaf.grad.add_(gradient);
    if (exclusive) letGo(gradient);
  }

  apply(): readonly (Tensor | null)[] { return []; }
}
