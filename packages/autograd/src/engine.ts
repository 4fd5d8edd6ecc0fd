import { RuntimeError, type NodeHook, type Tensor } from '@sconce/tensor';
import { hold, letGo, sameShape } from '@sconce/tensor/internal';
import { isAnomalyEnabled, watched } from './anomaly.js';
import { setGradEnabledNow } from './grad-mode.js';
import { AccumulateGrad, type Edge, type GradientHook, type Node } from './node.js';
import { OpNode } from './op-node.js';

export interface EngineOptions {
  /** keep what was saved for another backward */
  readonly retainGraph: boolean;
  /** record the backward itself */
  readonly createGraph: boolean;
  /** gradients to hand back instead of filling all leaves */
  readonly wanted?: readonly Edge[] | undefined;
  /** instead of handing back what is `wanted`, run the nodes that it comes to: leaves add to their `grad` */
  readonly accumulate?: boolean | undefined;
}

let partial = false;

/** Whether the backward that runs now, if one does, fills all leaves. */
export const fillsAllLeaves = (): boolean => !partial;

const NONE: never[] = [];

/** What came to a node. Made for every node of every backward: arrays begin with what they hold, for V8 has room for 17 in an empty one. */
class Arrivals {
  /** by output of the node; what did not come is null or not there */
  grads: (Tensor | null)[] = NONE;
  /** whether nothing else holds the memory of a gradient */
  exclusive: boolean[] = NONE;

  /** @param left edges by which something may still come */
  constructor(public left: number) {}

  /** Adds a gradient to what came. */
  add(outputNr: number, grad: Tensor, exclusive: boolean, createGraph: boolean): void {
    const sum = this.grads[outputNr];
    if (!sum) this.set(outputNr, grad, exclusive);
    else if (this.exclusive[outputNr] && !createGraph && sum.isContiguous()) {
      sum.add_(grad);
      if (exclusive) letGo(grad);
    } else this.set(outputNr, sum.add(grad), true);
  }

  set(outputNr: number, grad: Tensor, exclusive: boolean): void {
    if (this.grads === NONE) {
      this.grads = outputNr === 0 ? [grad] : [];
      this.exclusive = outputNr === 0 ? [exclusive] : [];
    }
    this.grads[outputNr] = grad;
    this.exclusive[outputNr] = exclusive;
  }
}

/**
 * Runs the graph backward from its roots: each node once, when the gradients of all its outputs are complete; later
 * nodes first. Gives the gradients of `wanted`.
 */
export function runBackward(roots: readonly { edge: Edge; grad: Tensor }[], options: EngineOptions): (Tensor | null)[] {
  const { retainGraph, createGraph, wanted, accumulate } = options;
  const captured = new Array<Tensor | null>(wanted?.length ?? 0).fill(null);
  const starts = new Set(roots.map((r) => r.edge.node));
  const needed = wanted ? nodesLeadingTo([...starts], wanted.map((e) => e.node)) : null;
  const waiting = arrivalsOf(starts, needed);
  const ready = new ReadyQueue();
  const before = setGradEnabledNow(createGraph), wasPartial = partial;
  partial = wanted !== undefined;
  try {
    for (const { edge, grad } of roots) waiting.get(edge.node)!.add(edge.outputNr, grad, false, createGraph);
    for (const node of starts) if (waiting.get(node)!.left === 0) ready.push(node);

    for (let node = ready.pop(); node; node = ready.pop()) {
      const incoming = waiting.get(node)!;
      waiting.delete(node); // its gradients may be collected once it has run
      // what is handed back is what comes to a node, before its hooks
      if (wanted && !accumulate) hand(wanted, node, incoming, captured);
      if (needed && !(accumulate ? needed.has(node) : needed.get(node))) continue;
      if (node.gradientHooks) runHooks(node.gradientHooks, incoming);
      const { grads } = incoming, { edges, hooks } = node;
      if (node instanceof AccumulateGrad) {
        if (grads[0]) node.accumulate(grads[0], incoming.exclusive[0] && !hooks);
        if (hooks) runNodeHooks(node, hooks, [], [grads[0] ?? null]);
        continue;
      }
      let outgoing = isAnomalyEnabled() ? watched(node, grads, needed) : node.apply(grads, needed);
      if (hooks) outgoing = runNodeHooks(node, hooks, outgoing, grads);
      for (let i = 0; i < edges.length; i++) {
        const edge = edges[i], next = edge && waiting.get(edge.node);
        if (!next) continue;
        const grad = outgoing[i];
        if (grad) next.add(edge.outputNr, grad, !hooks && isExclusive(grad, node, outgoing, incoming), createGraph);
        if (--next.left === 0) ready.push(edge.node);
      }
      if (!retainGraph) node.release();
      if (!createGraph && !hooks && node instanceof OpNode) freeDead(incoming, outgoing);
    }
  } finally {
    partial = wasPartial;
    setGradEnabledNow(before);
  }
  return captured;
}

/** Hands back what came to a node. */
function hand(wanted: readonly Edge[], node: Node, { grads, exclusive }: Arrivals, captured: (Tensor | null)[]): void {
  wanted.forEach((edge, i) => {
    if (edge.node !== node) return;
    captured[i] = grads[edge.outputNr] ?? null;
    if (captured[i]) exclusive[edge.outputNr] = false;
  });
}

/** Whether a gradient's memory is its own: given to one edge, and not that of a gradient which others hold. */
function isExclusive(grad: Tensor, node: Node, outgoing: readonly (Tensor | null)[], { grads, exclusive }: Arrivals): boolean {
  if (isHeld(grad, node) || grad.requiresGrad) return false;
  let uses = 0;
  for (const g of outgoing) if (g && g.storage === grad.storage) uses++;
  if (uses !== 1) return false;
  for (let i = 0; i < grads.length; i++) if (grads[i]?.storage === grad.storage) return exclusive[i];
  return true;
}

/** Whether a gradient's memory is what a node keeps: that must not go back when the node gives it up. */
function isHeld(grad: Tensor, node: Node): boolean {
  const held = node.holds(grad);
  if (held) hold(grad);
  return held;
}

/** Gives back the memory of gradients that a node has used up and that nobody else can hold. */
function freeDead({ grads, exclusive }: Arrivals, outgoing: readonly (Tensor | null)[]): void {
  for (let i = 0; i < grads.length; i++) {
    const grad = grads[i];
    if (grad && exclusive[i] && !outgoing.some((g) => g?.storage === grad.storage)) letGo(grad);
  }
}

function runHooks(gradientHooks: ReadonlyMap<number, ReadonlySet<GradientHook>>, incoming: Arrivals): void {
  for (const [nr, hooks] of gradientHooks) {
    for (const hook of hooks) {
      const grad = incoming.grads[nr];
      // a hook may keep what it was shown
      if (grad) incoming.set(nr, hook(grad), false);
    }
  }
}

/** The gradients of a node's inputs as its hooks leave them. @throws RuntimeError for another number of them */
function runNodeHooks(
  node: Node, hooks: ReadonlySet<NodeHook>, outgoing: readonly (Tensor | null)[], grads: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  for (const grad of outgoing) if (grad) isHeld(grad, node);
  let result = outgoing;
  for (const hook of hooks) {
    const replaced = hook(result, grads);
    if (replaced === undefined || replaced === null) continue;
    const list = Array.isArray(replaced) ? replaced as readonly (Tensor | null)[] : [replaced as unknown as Tensor];
    if (list.length !== outgoing.length) {
      throw new RuntimeError(`hook of ${node.name} has returned an incorrect number of values (got ${list.length}, but expected ${outgoing.length})`);
    }
    result = list;
  }
  return result;
}

/** Room for what comes to each node that is reached from the roots, with the number of edges that end there. */
function arrivalsOf(roots: ReadonlySet<Node>, needed: ReadonlyMap<Node, boolean> | null): Map<Node, Arrivals> {
  const arrivals = new Map<Node, Arrivals>();
  const stack = [...roots];
  for (const root of stack) arrivals.set(root, new Arrivals(0));
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const edge of node.edges) {
      if (!edge || (needed && !needed.has(edge.node))) continue;
      const there = arrivals.get(edge.node);
      if (there) there.left++;
      else {
        arrivals.set(edge.node, new Arrivals(1));
        stack.push(edge.node);
      }
    }
  }
  return arrivals;
}

/** The nodes on a way from the roots to a target; true for those that must run to get there. */
function nodesLeadingTo(roots: readonly Node[], targets: readonly Node[]): Map<Node, boolean> {
  const isTarget = new Set(targets);
  const runs = new Map<Node, boolean>(); // whether some target lies behind the node
  const leads = new Map<Node, boolean>();
  // depth first without recursion: a node is decided when all behind it are
  const stack: { node: Node; next: number }[] = [];
  const visit = (node: Node): void => {
    if (runs.has(node)) return;
    runs.set(node, false);
    stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    visit(root);
    while (stack.length) {
      const top = stack[stack.length - 1];
      const edge = top.next < top.node.edges.length ? top.node.edges[top.next++] : undefined;
      if (edge) visit(edge.node);
      else if (edge === undefined) {
        stack.pop();
        const behind = top.node.edges.some((e) => e && (isTarget.has(e.node) || runs.get(e.node)));
        runs.set(top.node, behind);
        if (behind || isTarget.has(top.node)) leads.set(top.node, behind);
      }
    }
  }
  return leads;
}

/** Nodes whose gradients are complete, the latest made first. */
class ReadyQueue {
  private readonly heap: Node[] = [];

  push(node: Node): void {
    const { heap } = this;
    let i = heap.push(node) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].sequence >= node.sequence) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = node;
  }

  pop(): Node | undefined {
    const { heap } = this;
    const top = heap[0], last = heap.pop();
    if (last === undefined || last === top) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].sequence > heap[child].sequence) child++;
      if (heap[child].sequence <= last.sequence) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}

/**
 * The gradient to start from: ones for a root of one element, null for one that has no history.
 * @throws RuntimeError with PyTorch's texts
 */
export function rootGradient(
  root: Tensor, index: number, given: Tensor | null | undefined, ones: (like: Tensor) => Tensor,
): Tensor | null {
  if (!given) {
    if (!root.requiresGrad) return null;
    if (root.numel() !== 1) throw new RuntimeError('grad can be implicitly created only for scalar outputs');
    return ones(root);
  }
  if (!sameShape(given.shape, root.shape)) {
    throw new RuntimeError(
      `Mismatch in shape: grad_output[${index}] has a shape of torch.Size([${given.shape.join(', ')}]) and output[${index}] has a shape of torch.Size([${root.shape.join(', ')}]).`);
  }
  return given.dtype === root.dtype ? given : given.to(root.dtype);
}
