import { runStructured } from '../dispatch.js';
import { structuredOp, type StructuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import type { DiagonalAttrs, SelectAttrs, SliceAttrs, UnfoldAttrs } from './views-records.js';

/** What a view's gradient needs besides its attributes: the shape of what was viewed. */
export type ViewBackwardAttrs<A> = A & { readonly shape: readonly number[] };

const backward = <A>(name: string): StructuredOp<ViewBackwardAttrs<A>> =>
  structuredOp<ViewBackwardAttrs<A>>({
    name: `${name}Backward`, gradName: `${name[0].toUpperCase()}${name.slice(1)}BackwardBackward0`,
    meta: ([g], { shape }) => [{ shape, dtype: g.dtype }],
  });

/** Records of the gradients of views: zeros of the viewed shape, and the gradient in the place of the view. */
export const viewBackwardOps = {
  select: backward<SelectAttrs>('select'),
  slice: backward<SliceAttrs>('slice'),
  diagonal: backward<DiagonalAttrs>('diagonal'),
  /** windows overlap, so their gradients are added */
  unfold: backward<UnfoldAttrs>('unfold'),
};

/** Runs one of `viewBackwardOps`. @internal for the derivatives of views */
export const viewBackward = <A>(
  op: StructuredOp<ViewBackwardAttrs<A>>, g: Tensor, attrs: A, shape: readonly number[],
): Tensor => runStructured(op, [g], { ...attrs, shape })[0];
