import type { GradFn, Tensor } from '@sconce/tensor';
import type { Op } from '@sconce/tensor/internal';

/** The ops recorded in the graphs that end in some tensors. */
export function opsInGraph(roots: readonly Tensor[]): Set<Op<never>> {
  const found = new Set<Op<never>>();
  const seen = new Set<GradFn>();
  const stack = roots.map((x) => x.gradFn);
  while (stack.length > 0) {
    const node = stack.pop();
    if (!node || seen.has(node)) continue;
    seen.add(node);
    const { op } = node as GradFn & { readonly op?: Op<never> };
    if (op) found.add(op);
    for (const [next] of node.nextFunctions) stack.push(next);
  }
  return found;
}
