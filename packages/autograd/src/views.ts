import { RuntimeError, viewAsComplex, viewAsReal, type DType, type Tensor } from '@sconce/tensor';
import { Layout, viewOps } from '@sconce/tensor/internal';
import { edgeOf } from './edges.js';
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
  checkWritable(view, 'its base or another view of its base has been');
  view.viewVersion = version;
  const of = inDtype(base, view.dtype);
  const node = base.requiresGrad ? new OpNode(viewOps.asStrided, [of], [view], {
    size: view.shape, stride: view.layout.strides, offset: view.layout.offset - of.layout.offset,
  }) : null;
  view.setGradFn(node);
  return node;
}

/** A complex tensor as its parts, or parts as a complex one, where a view of it is of the other dtype. */
const inDtype = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : dtype.isComplex ? inPairs(x) : viewAsReal(x));

/** All the memory of real numbers, two by two: its own last dimension need not be one of pairs. */
function inPairs(x: Tensor): Tensor {
  const { shape, strides, offset } = x.layout;
  const length = shape.reduce((last, n, d) => last + (n - 1) * strides[d], 1);
  return viewAsComplex(x.asStrided([Math.floor(length / 2), 2], [2, 1], offset));
}

/** Notes that a view came out of a custom function, whose gradient a write to the view would go around. */
export function markCustomView(view: Tensor, origin: 'custom' | 'several'): void {
  view.viewVersion = view.storage.version;
  view.origin = origin;
}

const REASONS = {
  several: 'This view is the output of a function that returns multiple views. Such functions do not allow the output views to be ' +
    'modified inplace. You should replace the inplace operation by an out-of-place one.',
  custom: 'This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle ' +
    'view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This ' +
    'behavior is forbidden. You can fix this by cloning the output of the custom Function.',
};

const unrecorded = (mode: string): string =>
  'Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and ' +
  `the inplace either both inside the ${mode} block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).`;

/** @throws RuntimeError for a view whose history cannot be made anew after a write: one that was not recorded, or not alone */
export function checkWritable(view: Tensor, written: string): void {
  const { origin } = view, node = view.ownGradFn();
  if (origin === 'plain') return;
  const outside = origin === 'noGrad' || origin === 'inference', mode = origin === 'inference' ? 'inference' : 'no_grad';
  const begin = node ? `Output ${view.outputNr} of ${node.name} is a view` : 'A view was created';
  const where = outside || !node ? `${node ? ' of a view which was created' : ''} in ${mode} mode` : '';
  const when = !(outside || !node) ? '' : origin === 'inference' ? ' in normal mode' : ' with grad mode enabled';
  throw new RuntimeError(`${begin}${where} and ${written} modified inplace${when}. ${
    outside ? unrecorded(origin === 'inference' ? 'inference_mode' : 'no_grad') : REASONS[origin]}`);
}

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
    this.edges = [edgeOf(base), ...inner.edges.slice(1)];
    this.dtype = view.dtype;
    this.window = new Layout(view.shape, view.layout.strides, view.layout.offset - inDtype(base.detach(), view.dtype).layout.offset);
    this.base = base.layout;
  }
  private readonly base: Layout;
  private readonly dtype: DType;

  apply([incoming]: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
    if (!incoming) return this.edges.map(() => null);
    const { shape, strides, offset } = this.window;
    // laid out as the base, so that the view is the same window on it
    const grad = incoming.newEmptyStrided(this.base.shape, this.base.strides).copy_(incoming);
    const slice = inDtype(grad, this.dtype).asStrided(shape, strides, offset);
    const [first, ...rest] = this.inner.apply([slice.clone()]);
    if (first) slice.copy_(first);
    else slice.copy_(0);
    return [this.edges[0] ? grad : null, ...rest];
  }

  override holds(gradient: Tensor): boolean { return this.inner.holds(gradient); }
  override release(): void { this.inner.release(); }
}
