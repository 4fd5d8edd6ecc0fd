import {
  isSkipped, joiningOps, Layout, padOps, shapeOps, viewBackwardOps, viewOps, type Op, type StructuredOp, type View,
} from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { copyTo, fill } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** What copies its operands into the output or parts of it: joins, padding, repetition, gradients of views. */
export const lowerJoining: Lowering = (engine) => [
  entry(joiningOps.cat, (inputs, out, { dim }) => {
    let start = 0;
    for (const x of inputs) {
      if (isSkipped(x.layout.shape)) continue;
      const end = start + x.layout.shape[dim];
      copyTo(engine, x, relaid(out, viewOps.slice.view(out.layout, { dim, start, end, step: 1 })));
      start = end;
    }
  }),
  entry(joiningOps.stack, (inputs, out, { dim }) => inputs.forEach((x, index) =>
    copyTo(engine, x, relaid(out, viewOps.select.view(out.layout, { dim, index }))))),
  placed(engine, viewBackwardOps.select, viewOps.select.view),
  placed(engine, viewBackwardOps.slice, viewOps.slice.view),
  placed(engine, viewBackwardOps.diagonal, viewOps.diagonal.view),
  entry(padOps.constantPadNd, ([x], out, { pads, value }) => {
    fill(engine, out, value);
    const sides = x.layout.shape.map((_, d) => [0, 1].map((side) => pads[2 * (x.layout.shape.length - 1 - d) + side] ?? 0));
    copyTo(engine, cropped(x, sides.map((s) => s.map((n) => -n))), cropped(out, sides));
  }),
  entry(shapeOps.repeat, ([x], out, { repeats }) => {
    const { shape, strides, offset } = x.layout, lead = repeats.length - shape.length;
    const sizes = repeats.flatMap((n, i) => [n, i < lead ? 1 : shape[i - lead]]);
    const tiled = new Layout(sizes, repeats.flatMap((_, i) => [0, i < lead ? 0 : strides[i - lead]]), offset);
    copyTo(engine, relaid(x, tiled), relaid(out, new Layout(sizes, Layout.contiguous(sizes).strides, out.layout.offset)));
  }),
  entry(shapeOps.flip, ([x], out, { dims }) => {
    const { shape, strides, offset } = x.layout;
    copyTo(engine, relaid(x, new Layout(shape, strides.map((s, d) => (dims.includes(d) ? -s : s)),
      dims.reduce((at, d) => at + Math.max(shape[d] - 1, 0) * strides[d], offset))), out);
  }),
];

const relaid = ({ storage, dtype }: View, layout: Layout): View => ({ storage, dtype, layout });

const entry = <A>(op: StructuredOp<A>, run: (inputs: readonly View[], out: View, attrs: A) => void): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, (inputs, [out], attrs) => {
    run(inputs, out, attrs);
    return true;
  })];

/** The kernel of an op that writes its input to a view of zeros. */
const placed = <A>(engine: Engine, op: StructuredOp<A>, view: (l: Layout, attrs: A) => Layout): ReturnType<Lowering>[number] =>
  entry(op, ([x], out, attrs) => {
    fill(engine, out, 0);
    copyTo(engine, x, relaid(out, view(out.layout, attrs)));
  });

/** A view less so many entries at both ends of each dimension; a negative number takes none. */
const cropped = (view: View, sides: readonly (readonly number[])[]): View => relaid(view, sides.reduce((layout, [before, after], dim) =>
  viewOps.slice.view(layout, { dim, start: Math.max(before, 0), end: layout.shape[dim] - Math.max(after, 0), step: 1 }), view.layout));
