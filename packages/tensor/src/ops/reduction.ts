import { runReduce } from '../dispatch.js';
import { int64, type DType } from '../dtype.js';
import * as e from '../expr.js';
import { wrapDims } from '../layout.js';
import { reduceOp } from '../op.js';
import type { Tensor } from '../tensor.js';

/** One dimension, several, or all of them. */
export type Dims = number | readonly number[] | null | undefined;

export interface ReduceOptions {
  /** keep the reduced dimensions with size 1 */
  readonly keepdim?: boolean | undefined;
  /** convert to this dtype before the reduction */
  readonly dtype?: DType | undefined;
}

const sumOp = reduceOp({ name: 'sum', init: (d) => e.constant(0, d), combine: e.add });
const meanOp = reduceOp({ name: 'mean', init: (d) => e.constant(0, d), combine: e.add, finish: e.div });

/** Records of the reductions. */
export const reductionOps = { sum: sumOp, mean: meanOp };

/** Integers are summed in int64. */
const sumDtype = (x: Tensor, dtype: DType | undefined): DType => dtype ?? (x.dtype.isFloatingPoint ? x.dtype : int64);

/**
 * The sum over some dimensions, or over all.
 * @see https://pytorch.org/docs/stable/generated/torch.sum.html
 * @example torch.ones(2, 3).sum(1, { keepdim: true }) // tensor([[3.], [3.]])
 */
export function sum(x: Tensor, dim?: Dims, { keepdim = false, dtype }: ReduceOptions = {}): Tensor {
  return runReduce(sumOp, x, wrapDims(dim, x.dim()), keepdim, sumDtype(x, dtype));
}
