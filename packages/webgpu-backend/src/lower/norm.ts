import { broadcastShapes } from '@sconce/tensor';
import { expr, normOps, type DistanceAttrs, type Expr, type NormAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { fold, type Folding } from '../kernels/fold.js';
import { entry, type Lowering } from './entry.js';

interface Norm extends Folding {
  /** what is folded of each element */
  readonly map: (x: Expr) => Expr;
}

function normOf(ord: number): Norm {
  const zero: Folding['init'] = (d) => expr.constant(0, d);
  const sum = { name: `norm ${ord}`, init: zero, combine: expr.add };
  switch (ord) {
    case 0: return { ...sum, map: (x) => expr.cast(expr.ne(x, 0), x.dtype) };
    case 1: return { ...sum, map: expr.abs };
    case 2: return { ...sum, map: (x) => expr.mul(x, x), finish: expr.sqrt };
    case Infinity: return { ...sum, combine: expr.max, map: expr.abs };
    case -Infinity: return { ...sum, init: (d) => expr.constant(Infinity, d), combine: expr.min, map: expr.abs };
    default: return { ...sum, map: (x) => expr.pow(expr.abs(x), ord), finish: (x) => expr.pow(x, 1 / ord) };
  }
}

function norm(engine: Engine, x: View, out: View, { ord, dims }: NormAttrs): void {
  const { map, ...folding } = normOf(ord);
  fold(engine, folding, [x], x.layout.shape, dims, out, ([v]) => map(v));
}

function dist(engine: Engine, x: View, y: View, out: View, { p }: DistanceAttrs): void {
  const shape = broadcastShapes(x.layout.shape, y.layout.shape), { map, ...folding } = normOf(p);
  fold(engine, folding, [x, y], shape, shape.map((_, d) => d), out, ([a, b]) => map(expr.sub(a, b)));
}

/** Norms over dimensions, and of differences. */
export const lowerNorm: Lowering = (engine) => [
  entry(normOps.norm, ([x], [out], attrs) => norm(engine, x, out, attrs)),
  entry(normOps.vectorNorm, ([x], [out], attrs) => norm(engine, x, out, attrs)),
  entry(normOps.dist, ([x, y], [out], attrs) => dist(engine, x, y, out, attrs)),
];
