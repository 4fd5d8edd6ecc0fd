import { expr, type Expr, type ReduceOp, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { asStored } from '../expressions.js';
import { reduceInto } from '../reduce.js';

/** How elements become one. */
export type Folding = Pick<ReduceOp, 'name' | 'init' | 'combine' | 'finish'>;

export const total: Folding = { name: 'sum', init: (d) => expr.constant(0, d), combine: expr.add };
export const mean: Folding = { ...total, name: 'mean', finish: expr.div };

/** Folds an expression of operands broadcast to a shape, computed on the way, over some of its dimensions. */
export function fold(
  engine: Engine, folding: Folding, inputs: readonly View[], shape: readonly number[], dims: readonly number[], out: View,
  build: (xs: readonly Expr[]) => Expr,
): void {
  const { roots, leaves } = engine.fuse(inputs, inputs.map((x) => x.dtype), shape, (xs) => [build(xs)]);
  reduceInto(engine, { kind: 'reduce', id: -1, ...folding }, { root: roots[0], leaves, shape }, dims, out);
}

/** Makes an expression of operands broadcast to the output's shape its value, to be computed when it is needed. */
export function elementwise(engine: Engine, inputs: readonly View[], out: View, build: (xs: readonly Expr[]) => Expr): void {
  const { roots, leaves, size } = engine.fuse(inputs, inputs.map(() => out.dtype), out.layout.shape, (xs) => [asStored(build(xs), out.dtype)]);
  engine.store(out, roots[0], leaves, size);
}
