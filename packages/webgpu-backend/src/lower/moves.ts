import {
  expr, joiningOps, Layout, padOps, patchOps, shapeOps, viewBackwardOps, viewOps, type StructuredOp, type View, product,
} from '@sconce/tensor/internal';
import type { NumberLike } from '@sconce/tensor';
import { Scalar, scalarAs } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { asStored } from '../expressions.js';
import { relaid } from '../shapes.js';
import { entry, type Entry, type Lowering } from './entry.js';
import { launch } from '../kernels/job.js';

/** Makes a view the value of an output whose elements have the same order, whatever its shape. */
function move(engine: Engine, x: View, out: View): void {
  const { roots, leaves, size } = engine.fuse([x], [x.dtype], x.layout.shape, (xs) => [asStored(xs[0], out.dtype)]);
  const target = out.layout.isContiguous ? relaid(out, new Layout(x.layout.shape, Layout.contiguous(x.layout.shape).strides, out.layout.offset)) : out;
  engine.store(target, roots[0], leaves, size);
}

/** Sets an output to one value. */
export const fill = (engine: Engine, out: View, value: NumberLike): void =>
  engine.store(out, expr.constant(Number(scalarAs(new Scalar(value), out.dtype)), out.dtype), [], 1);

/** The kernel of an op that copies its input by another layout. */
const copied = <A>(engine: Engine, op: StructuredOp<A>, layout: (l: Layout, attrs: A) => Layout): Entry =>
  entry<A>(op, ([x], [out], attrs) => move(engine, relaid(x, layout(x.layout, attrs)), out));

/** The kernel of an op that writes its input to a view of zeros. */
const placed = <A>(engine: Engine, op: StructuredOp<A>, view: (l: Layout, attrs: A) => Layout): Entry =>
  entry<A>(op, ([x], [out], attrs) => {
    fill(engine, out, 0);
    place(engine, x, relaid(out, view(out.layout, attrs)));
  });

/** Writes a view to a part of an output. */
function place(engine: Engine, x: View, part: View): void {
  if (part.layout.numel === 0) return;
  const { roots, leaves } = engine.fuse([x], [x.dtype], part.layout.shape, (xs) => [asStored(expr.cast(xs[0], part.dtype), part.dtype)]);
  engine.writeInto([part], roots, leaves);
}

function flipped(l: Layout, { dims }: { readonly dims: readonly number[] }): Layout {
  let { offset } = l;
  const strides = l.strides.slice();
  for (const d of dims) {
    offset += (l.shape[d] - 1) * strides[d];
    strides[d] = -strides[d];
  }
  return new Layout(l.shape, strides, offset);
}

function exchanged(l: Layout, a: number, b: number): Layout {
  const order = l.shape.map((_, d) => (d === a ? b : d === b ? a : d));
  return new Layout(order.map((d) => l.shape[d]), order.map((d) => l.strides[d]), l.offset);
}

function repeated(l: Layout, { repeats }: { readonly repeats: readonly number[] }): Layout {
  const lead = repeats.length - l.shape.length;
  const shape: number[] = [], strides: number[] = [];
  repeats.forEach((n, i) => {
    shape.push(n, i < lead ? 1 : l.shape[i - lead]);
    strides.push(0, i < lead ? 0 : l.strides[i - lead]);
  });
  return new Layout(shape, strides, l.offset);
}

/** A part of a layout along a dimension. */
const part = (l: Layout, dim: number, start: number, size: number): Layout =>
  new Layout(l.shape.with(dim, size), l.strides, l.offset + start * l.strides[dim]);

const isSkipped = (x: View, parts: readonly View[]): boolean => x.layout.shape.length === 1 && x.layout.numel === 0 && parts.some((p) => p.layout.shape.length !== 1);

export const lowerMoves: Lowering = (engine) => [
  copied(engine, shapeOps.repeat, repeated),
  copied(engine, shapeOps.flip, flipped),
  copied(engine, shapeOps.rot90, (l, { k, dims: [a, b] }) => {
    if (k === 0) return l;
    if (k === 2) return flipped(l, { dims: [a, b] });
    return exchanged(flipped(l, { dims: [k === 1 ? b : a] }), a, b);
  }),
  copied(engine, shapeOps.diag, (l, { offset }) => viewOps.diagonal.view(l, { offset, dim1: 0, dim2: 1 })),
  placed(engine, shapeOps.diagMatrix, viewOps.diagonal.view),
  placed(engine, shapeOps.diagEmbed, viewOps.diagonal.view),
  placed(engine, viewBackwardOps.select, viewOps.select.view),
  placed(engine, viewBackwardOps.slice, viewOps.slice.view),
  placed(engine, viewBackwardOps.diagonal, viewOps.diagonal.view),

  entry(shapeOps.roll, ([x], [out], { shifts, dims }) => {
    // each rolled dimension is two parts that change places
    const total = new Map<number, number>();
    dims.forEach((d, i) => {
      const n = x.layout.shape[d];
      total.set(d, ((((total.get(d) ?? 0) + shifts[i]) % n) + n) % n);
    });
    fill(engine, out, 0);
    const spread = (from: Layout, to: Layout, rest: readonly (readonly [number, number])[]): void => {
      if (rest.length === 0) return place(engine, relaid(x, from), relaid(out, to));
      const [[d, shift], ...others] = rest, n = from.shape[d];
      spread(part(from, d, 0, n - shift), part(to, d, shift, n - shift), others);
      if (shift > 0) spread(part(from, d, n - shift, shift), part(to, d, 0, shift), others);
    };
    spread(x.layout, out.layout, [...total]);
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

  entry(patchOps.pixelShuffle, ([x], [out], { factor: r }) => {
    const { bytes, offset } = engine.contiguous(x), shape = x.layout.shape, [c, h, w] = shape.slice(-3), channels = c / (r * r);
    const batch = product(shape.slice(0, -3)), area = h * w;
    move(engine, engine.asView(bytes, new Layout(
      [batch, channels, h, r, w, r], [c * area, r * r * area, w, r * area, 1, area], offset), x.storage.device), out);
  }),
  entry(patchOps.pixelUnshuffle, ([x], [out], { factor: r }) => {
    const { bytes, offset } = engine.contiguous(x), shape = x.layout.shape, [c, h, w] = shape.slice(-3);
    const batch = product(shape.slice(0, -3));
    move(engine, engine.asView(bytes, new Layout(
      [batch, c, r, r, h / r, w / r], [c * h * w, h * w, w, 1, r * w, r], offset), x.storage.device), out);
  }),
  entry(patchOps.channelShuffle, ([x], [out], { groups }) => {
    const { bytes, offset } = engine.contiguous(x), [n, c, ...rest] = x.layout.shape, area = product(rest);
    move(engine, engine.asView(bytes, new Layout([n, c / groups, groups, area], [c * area, area, (c / groups) * area, 1], offset), x.storage.device), out);
  }),
];
