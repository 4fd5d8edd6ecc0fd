import { RuntimeError, type GradFn, type Tensor } from '@sconce/tensor';
import { Layout, viewOps, type ViewOp } from '@sconce/tensor/internal';
import { edgeOf, metaOf, type AutogradMeta } from './edges.js';
import { Node, type Edge } from './node.js';
import { OpNode } from './op-node.js';

/**
 * The node of a view. A write to the base, or to another view of it, gives the base a new history; a view made before
 * then stands for a window on that, so its node is made anew.
 */
export function viewNode(view: Tensor): Node | null {
  const base = view.base!, { version } = view.storage;
  const own = view.ownGradFn() as Node | null;
  if (Object.is(view.viewVersion, version) || (own === null && !base.requiresGrad)) return own;
  if (isOfSeveral(view)) throw ofSeveralError(view, own!, 'its base or another view of its base has been');
  view.viewVersion = version;
  const node = base.requiresGrad ? new OpNode(viewOps.asStrided, [base], [view], {
    size: view.shape, stride: view.layout.strides, offset: view.layout.offset - base.layout.offset,
  }) : null;
  view.setGradFn(node);
  return node;
}

/** Notes that a view came out of a custom function, whose gradient a write to the view would go around. */
export function markCustomView(view: Tensor, name: string): void {
  view.viewVersion = view.storage.version;
  metaOf(view).customView = name;
}

/** @throws RuntimeError for a view that came out of a custom function */
export function checkCustomView(view: Tensor): void {
  const { customView } = metaOf(view);
  if (customView === undefined) return;
  throw new RuntimeError(
    `Output ${view.outputNr} of ${customView} is a view and is being modified inplace. This view was created inside a custom ` +
    'Function (or because an input was returned as-is) and the autograd logic to handle view+inplace would override the ' +
    'custom backward associated with the custom Function, leading to incorrect gradients. This behavior is forbidden. You ' +
    'can fix this by cloning the output of the custom Function.');
}

/** Notes of views that they are several by one op, or views of such. */
export function markSeveral(op: ViewOp<never>, of: Tensor, views: readonly Tensor[]): void {
  if (op.multiple || isOfSeveral(of)) for (const view of views) metaOf(view).ofSeveral = true;
}

const isOfSeveral = (x: Tensor): boolean => (x.autograd as AutogradMeta | null)?.ofSeveral === true;

/** @throws RuntimeError for one of several views that an op gave: their gradients come back together */
export function checkSingleView(view: Tensor): void {
  const node = view.ownGradFn();
  if (node && isOfSeveral(view)) throw ofSeveralError(view, node, 'is being');
}

const ofSeveralError = (view: Tensor, node: GradFn, happened: string): RuntimeError => new RuntimeError(
  `Output ${view.outputNr} of ${node.name} is a view and ${happened} modified inplace. This view is the output of a function that ` +
  'returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the ' +
  'inplace operation by an out-of-place one.');

/**
 * The node of a base after an in-place op on one of its views: outside the view the gradient passes through, inside it
 * goes through the op.
 */
export class CopySlices extends Node {
  readonly name = 'CopySlices';
  readonly edges: readonly (Edge | null)[];
  private readonly window: Layout;

  constructor(base: Tensor, view: Tensor, private readonly inner: Node) {
    super();
    this.edges = [base.requiresGrad ? edgeOf(base) : null, ...inner.edges.slice(1)];
    this.window = new Layout(view.shape, view.layout.strides, view.layout.offset - base.layout.offset);
    this.base = base.layout;
  }
  private readonly base: Layout;

  apply([incoming]: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    if (!incoming) return this.edges.map(() => null);
    const { shape, strides, offset } = this.window;
    // laid out as the base, so that the view is the same window on it
    const grad = incoming.newEmptyStrided(this.base.shape, this.base.strides).copy_(incoming);
    const slice = grad.asStrided(shape, strides, offset);
    const [first, ...rest] = this.inner.apply([slice.clone()]);
    if (first) slice.copy_(first);
    else slice.copy_(0);
    return [this.edges[0] ? grad : null, ...rest];
  }

  override holds(gradient: Tensor): boolean { return this.inner.holds(gradient); }
  override release(): void { this.inner.release(); }
}
