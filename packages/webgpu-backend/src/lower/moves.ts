import {
  expr, joiningOps, Layout, padOps, placements, rearrangements, rolledParts, Scalar, scalarAs, shapeOps, viewOps, type View,
} from '@sconce/tensor/internal';
import type { NumberLike } from '@sconce/tensor';
import type { Engine } from '../engine.js';
import { asStored } from '../expressions.js';
import { relaid } from '../shapes.js';
import { elementwise } from '../kernels/fold.js';
import { launch } from '../kernels/job.js';
import { entry, type Lowering } from './entry.js';

/** Makes a view the value of an output whose elements have the same order, whatever its shape. */
function move(engine: Engine, x: View, out: View): void {
  const { shape } = x.layout;
  const target = out.layout.isContiguous ? relaid(out, new Layout(shape, Layout.contiguous(shape).strides, out.layout.offset)) : out;
  elementwise(engine, [x], target, ([v]) => v);
}

/** Sets an output to one value. */
export const fill = (engine: Engine, out: View, value: NumberLike): void =>
  engine.store(out, expr.constant(Number(scalarAs(new Scalar(value), out.dtype)), out.dtype), [], 1);

/** Writes a view to a part of an output. */
function place(engine: Engine, x: View, part: View): void {
  if (part.layout.numel === 0) return;
  const { roots, leaves } = engine.fuse([x], [x.dtype], part.layout.shape, (xs) => [asStored(xs[0], part.dtype)]);
  engine.writeInto([part], roots, leaves);
}

/** A part of a layout along a dimension. */
const part = (l: Layout, dim: number, start: number, size: number): Layout =>
  new Layout(l.shape.with(dim, size), l.strides, l.offset + start * l.strides[dim]);

const isSkipped = (x: View, parts: readonly View[]): boolean => x.layout.shape.length === 1 && x.layout.numel === 0 && parts.some((p) => p.layout.shape.length !== 1);

export const lowerMoves: Lowering = (engine) => [
  ...rearrangements.map(({ op, layout }) => entry(op, ([x], [out], attrs) => move(engine, relaid(x, layout(x.layout, attrs)), out))),
  ...placements.map(({ op, layout }) => entry(op, ([x], [out], attrs) => {
    fill(engine, out, 0);
    place(engine, x, relaid(out, layout(out.layout, attrs)));
  })),
  entry(shapeOps.roll, ([x], [out], attrs) => {
    for (const [from, to] of rolledParts(x.layout, out.layout, attrs)) place(engine, relaid(x, from), relaid(out, to));
  }),
  ...[shapeOps.tril, shapeOps.triu].map((op, i) => entry(op, ([x], [out], { diagonal }) => {
    const [rows, columns] = x.layout.shape.slice(-2);
    launch(engine, {
      name: op.name, inputs: { x }, outputs: { out }, params: { rows, columns }, ints: { diagonal },
      body: `let d = i32(i % p.columns) - i32(i / p.columns % p.rows);
out[i] = select(T(), x(i), d ${i === 0 ? '<=' : '>='} p.diagonal);`,
    });
  })),

  entry(joiningOps.cat, (parts, [out], { dim }) => {
    const kept = parts.filter((x) => !isSkipped(x, parts));
    let start = 0;
    engine.bytesOf(out.storage, out.dtype);
    for (const x of kept) {
      const size = x.layout.shape[dim];
      place(engine, x, relaid(out, part(out.layout, dim, start, size)));
      start += size;
    }
  }),
  entry(joiningOps.stack, (parts, [out], { dim }) => {
    engine.bytesOf(out.storage, out.dtype);
    parts.forEach((x, i) => place(engine, x, relaid(out, viewOps.select.view(out.layout, { dim, index: i }))));
  }),

  entry(padOps.constantPadNd, ([x], [out], { pads, value }) => {
    fill(engine, out, value);
    // padding counts from the last dimension; negative padding cuts off
    let from = x.layout, to = out.layout;
    for (let k = 0; k < pads.length / 2; k++) {
      const d = x.layout.shape.length - 1 - k, [before, after] = [pads[2 * k], pads[2 * k + 1]];
      const size = from.shape[d] + Math.min(before, 0) + Math.min(after, 0);
      from = part(from, d, Math.max(-before, 0), Math.max(size, 0));
      to = part(to, d, Math.max(before, 0), Math.max(size, 0));
    }
    place(engine, relaid(x, from), relaid(out, to));
  }),
];
