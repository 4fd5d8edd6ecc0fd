import { Layout } from '../layout.js';
import type { StructuredOp } from '../op.js';
import { shapeOps, type RollAttrs } from './shape.js';
import { patchOps } from './shape-patches.js';
import { viewBackwardOps } from './views-backward.js';
import { viewOps, viewStrides } from './views-records.js';

// What ops that only move elements do, said once for all backends: a layout under which the elements lie as they should.

/** An op and a layout by its attributes. */
export interface Rearrangement<A = unknown> {
  readonly op: StructuredOp<A>;
  readonly layout: (l: Layout, attrs: A) => Layout;
}

const by = <A>(op: StructuredOp<A>, layout: (l: Layout, attrs: A) => Layout): Rearrangement => ({ op, layout } as unknown as Rearrangement);

/** Ops that copy their input: under the layout its elements have the output's order, though maybe more dimensions. */
export const rearrangements: readonly Rearrangement[] = [
  by(shapeOps.repeat, (l, { repeats }) => {
    const lead = repeats.length - l.shape.length;
    return new Layout(
      repeats.flatMap((n, i) => [n, i < lead ? 1 : l.shape[i - lead]]), repeats.flatMap((_, i) => [0, i < lead ? 0 : l.strides[i - lead]]), l.offset);
  }),
  by(shapeOps.flip, (l, { dims }) => flipped(l, dims)),
  by(shapeOps.rot90, (l, { k, dims: [a, b] }) => {
    if (k === 0) return l;
    return k === 2 ? flipped(l, [a, b]) : viewOps.transpose.view(flipped(l, [k === 1 ? b : a]), { dim0: a, dim1: b });
  }),
  by(shapeOps.diag, (l, { offset }) => viewOps.diagonal.view(l, { offset, dim1: 0, dim2: 1 })),
  by(patchOps.pixelShuffle, (l, { factor: r }) => {
    const n = l.shape.length - 3, [c, h, w] = l.shape.slice(-3);
    return regrouped(l, [...l.shape.slice(0, n), c / (r * r), r, r, h, w], [n, n + 3, n + 1, n + 4, n + 2]);
  }),
  by(patchOps.pixelUnshuffle, (l, { factor: r }) => {
    const n = l.shape.length - 3, [c, h, w] = l.shape.slice(-3);
    return regrouped(l, [...l.shape.slice(0, n), c, h / r, r, w / r, r], [n, n + 2, n + 4, n + 1, n + 3]);
  }),
  by(patchOps.channelShuffle, (l, { groups }) => {
    const [n, c, ...rest] = l.shape;
    return regrouped(l, [n, groups, c / groups, ...rest], [0, 2, 1, ...rest.map((_, i) => i + 3)]);
  }),
];

/** Ops whose output is zero but for what the layout shows of it, which is their input. */
export const placements: readonly Rearrangement[] = [
  by(shapeOps.diagMatrix, viewOps.diagonal.view),
  by(shapeOps.diagEmbed, viewOps.diagonal.view),
  by(viewBackwardOps.select, viewOps.select.view),
  by(viewBackwardOps.slice, viewOps.slice.view),
  by(viewBackwardOps.diagonal, viewOps.diagonal.view),
];

/** The parts that change places when a tensor is rolled: two for each dimension. */
export function rolledParts(from: Layout, to: Layout, { shifts, dims }: RollAttrs): readonly (readonly [from: Layout, to: Layout])[] {
  let parts = [[from, to] as const];
  from.shape.forEach((n, dim) => {
    const shift = n === 0 ? 0 : dims.reduce((sum, d, i) => (d === dim ? ((sum + shifts[i]) % n + n) % n : sum), 0);
    if (shift === 0) return;
    const part = (l: Layout, start: number, end: number): Layout => viewOps.slice.view(l, { dim, start, end, step: 1 });
    parts = parts.flatMap(([a, b]) => [
      [part(a, 0, n - shift), part(b, shift, n)] as const, [part(a, n - shift, n), part(b, 0, shift)] as const,
    ]);
  });
  return parts;
}

function flipped(l: Layout, dims: readonly number[]): Layout {
  const offset = dims.reduce((at, d) => at + Math.max(l.shape[d] - 1, 0) * l.strides[d], l.offset);
  return new Layout(l.shape, l.strides.map((s, d) => (dims.includes(d) ? -s : s)), offset);
}

/** Dimensions cut into factors (which never needs a copy), the last ones then put into another order. */
function regrouped(l: Layout, shape: readonly number[], order: readonly number[]): Layout {
  const cut = new Layout(shape, viewStrides(l, shape)!, l.offset);
  const first = shape.length - order.length;
  return viewOps.permute.view(cut, { dims: [...Array(first).keys(), ...order] });
}
