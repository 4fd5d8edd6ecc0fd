import { RuntimeError, type NodeHook, type Tensor } from '@sconce/tensor';
import { sameShape } from '@sconce/tensor/internal';
import { isAnomalyEnabled, watched } from './anomaly.js';
import { setGradEnabledNow } from './grad-mode.js';
import { AccumulateGrad, freeMemory, type Edge, type Node } from './node.js';
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

/** A gradient on its way, and whether nothing else holds its memory. */
interface Delivery { grad: Tensor; exclusive: boolean }

/**
 * Runs the graph backward from its roots: each node once, when the gradients of all its outputs are complete; later
 * nodes first. Gives the gradients of `wanted`.
 */
export function runBackward(roots: readonly { edge: Edge; grad: Tensor }[], options: EngineOptions): (Tensor | null)[] {
  const { retainGraph, createGraph, wanted, accumulate } = options;
  const captured = new Array<Tensor | null>(wanted?.length ?? 0).fill(null);
  const needed = wanted ? nodesLeadingTo(roots.map((r) => r.edge.node), wanted.map((e) => e.node)) : null;
  const waiting = countDependencies(roots.map((r) => r.edge.node), needed);
  const buffers = new Map<Node, (Delivery | undefined)[]>();
  const ready = new ReadyQueue();
  const before = setGradEnabledNow(createGraph), wasPartial = partial;
  partial = wanted !== undefined;
  try {
    for (const { edge, grad } of roots) deliver(buffers, edge, { grad, exclusive: false }, createGraph);
    for (const node of new Set(roots.map((r) => r.edge.node))) if (waiting.get(node) === 0) ready.push(node);

    for (let node = ready.pop(); node; node = ready.pop()) {
      const incoming = buffers.get(node) ?? [];
      buffers.delete(node);
      // what is handed back is what comes to a node, before its hooks
      if (!accumulate) wanted?.forEach((e, i) => {
        if (e.node !== node) return;
        const delivery = incoming[e.outputNr];
        if (delivery) delivery.exclusive = false;
        captured[i] = delivery?.grad ?? null;
      });
      if (needed && !(accumulate ? needed.has(node) : needed.get(node))) continue;
      runHooks(node, incoming);
      if (node instanceof AccumulateGrad) {
        if (incoming[0]) node.accumulate(incoming[0].grad, incoming[0].exclusive && !node.hooks);
        if (node.hooks) runNodeHooks(node, node.hooks, [], [incoming[0]?.grad ?? null]);
        continue;
      }
      const grads = incoming.map((d) => d?.grad ?? null);
      let outgoing = isAnomalyEnabled() ? watched(node, grads, needed) : node.apply(grads, needed);
      const { hooks } = node;
      if (hooks) outgoing = runNodeHooks(node, hooks, outgoing, grads);
      const exclusive = outgoing.map((g) => g !== null && !hooks && isExclusive(g, node, outgoing, incoming));
      if (!retainGraph) node.release();
      if (!createGraph && !hooks && node instanceof OpNode) freeDead(incoming, outgoing);
      node.edges.forEach((edge, i) => {
        if (!edge || !waiting.has(edge.node)) return;
        const grad = outgoing[i];
        if (grad) deliver(buffers, edge, { grad, exclusive: exclusive[i] }, createGraph);
        const left = waiting.get(edge.node)! - 1;
        waiting.set(edge.node, left);
        if (left === 0) ready.push(edge.node);
      });
    }
  } finally {
    partial = wasPartial;
    setGradEnabledNow(before);
  }
  return captured;
}

/** Adds a gradient to those that a node waits for. */
function deliver(buffers: Map<Node, (Delivery | undefined)[]>, { node, outputNr }: Edge, next: Delivery, createGraph: boolean): void {
  let buffer = buffers.get(node);
  if (!buffer) buffers.set(node, (buffer = []));
  const sum = buffer[outputNr];
  if (!sum) buffer[outputNr] = next;
  else if (sum.exclusive && !createGraph && sum.grad.isContiguous()) {
    sum.grad.add_(next.grad);
    if (next.exclusive) freeMemory(next.grad);
  }
  else buffer[outputNr] = { grad: sum.grad.add(next.grad), exclusive: true };
}

/** Whether a gradient's memory is its own: given to one edge, and not that of a gradient which others hold. */
function isExclusive(
  grad: Tensor, node: Node, outgoing: readonly (Tensor | null)[], incoming: readonly (Delivery | undefined)[],
): boolean {
  if (grad.requiresGrad || node.holds(grad)) return false;
  let uses = 0;
  for (const g of outgoing) if (g && g.storage === grad.storage) uses++;
  if (uses !== 1) return false;
  for (const d of incoming) if (d && d.grad.storage === grad.storage) return d.exclusive;
  return true;
}

/** Gives back the memory of gradients that a node has used up and that nobody else can hold. */
function freeDead(incoming: readonly (Delivery | undefined)[], outgoing: readonly (Tensor | null)[]): void {
  for (const d of incoming) {
    if (d?.exclusive && !outgoing.some((g) => g?.storage === d.grad.storage)) freeMemory(d.grad);
  }
}

function runHooks({ gradientHooks }: Node, incoming: (Delivery | undefined)[]): void {
  if (gradientHooks) for (const [nr, hooks] of gradientHooks) {
    for (const hook of hooks) {
      const delivery = incoming[nr];
      if (!delivery) continue;
      // a hook may keep what it was shown
      incoming[nr] = { grad: hook(delivery.grad), exclusive: false };
    }
  }
}

/** The gradients of a node's inputs as its hooks leave them. @throws RuntimeError for another number of them */
function runNodeHooks(
  node: Node, hooks: ReadonlySet<NodeHook>, outgoing: readonly (Tensor | null)[], grads: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
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

/** How many edges of the graph end in each node that is reached from the roots. */
function countDependencies(roots: readonly Node[], needed: ReadonlyMap<Node, boolean> | null): Map<Node, number> {
  const counts = new Map<Node, number>();
  const stack = [...new Set(roots)];
  for (const root of stack) counts.set(root, 0);
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const edge of node.edges) {
      if (!edge || (needed && !needed.has(edge.node))) continue;
      const count = counts.get(edge.node);
      counts.set(edge.node, (count ?? 0) + 1);
      if (count === undefined) stack.push(edge.node);
    }
  }
  return counts;
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
