import {
  isSkipped, joiningOps, padOps, placements, rearrangements, rolledParts, sameShape, shapeOps, viewOps, type Op, type StructuredOp, type View,
} from '@sconce/tensor/internal';
import { copyTo, fill, intoContiguous, relaid, reshaped } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** What copies its operands into the output or parts of it: joins, padding, rearrangements, gradients of views. */
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
  entry(padOps.constantPadNd, ([x], out, { pads, value }) => {
    fill(engine, out, value);
    const sides = x.layout.shape.map((_, d) => [0, 1].map((side) => pads[2 * (x.layout.shape.length - 1 - d) + side] ?? 0));
    copyTo(engine, cropped(x, sides.map((s) => s.map((n) => -n))), cropped(out, sides));
  }),
  ...rearrangements.map(({ op, layout }) => entry(op, ([x], out, attrs) => {
    const seen = layout(x.layout, attrs), from = relaid(x, seen);
    if (sameShape(seen.shape, out.layout.shape)) copyTo(engine, from, out);
    else intoContiguous(engine, [], [out], ([to]) => copyTo(engine, from, reshaped(to, seen.shape)));
  })),
  ...placements.map(({ op, layout }) => entry(op, ([x], out, attrs) => {
    fill(engine, out, 0);
    copyTo(engine, x, relaid(out, layout(out.layout, attrs)));
  })),
  entry(shapeOps.roll, ([x], out, attrs) => {
    for (const [from, to] of rolledParts(x.layout, out.layout, attrs)) copyTo(engine, relaid(x, from), relaid(out, to));
  }),
];

const entry = <A>(op: StructuredOp<A>, run: (inputs: readonly View[], out: View, attrs: A) => void): ReturnType<Lowering>[number] =>
  [op as Op<never>, orElse(op, (inputs, [out], attrs) => {
    run(inputs, out, attrs);
    return true;
  })];

/** A view less so many entries at both ends of each dimension; a negative number takes none. */
const cropped = (view: View, sides: readonly (readonly number[])[]): View => relaid(view, sides.reduce((layout, [before, after], dim) =>
  viewOps.slice.view(layout, { dim, start: Math.max(before, 0), end: layout.shape[dim] - Math.max(after, 0), step: 1 }), view.layout));
