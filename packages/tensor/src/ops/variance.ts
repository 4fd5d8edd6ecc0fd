import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { wrapDims } from '../layout.js';
import { structuredOp, type Meta, type ReduceAttrs } from '../op.js';
import type { View } from '../backend.js';
import type { Tensor } from '../tensor.js';
import { intoOut } from './out.js';
import { dimAndOptions, type Dims } from './reduction-arguments.js';
import type { KeepdimOptions } from './reduction.js';
import { reducedShape } from './shapes.js';

export interface VarianceAttrs extends ReduceAttrs {
  /** subtracted from the number of elements in the divisor */
  readonly correction: number;
}

export interface VarianceOptions extends KeepdimOptions {
  /** what is subtracted from the number of elements in the divisor; default 1 (Bessel's correction) */
  readonly correction?: number | undefined;
  /** false: as `correction: 0` */
  readonly unbiased?: boolean | undefined;
}

const variance = (name: string, outputs: number) => structuredOp<VarianceAttrs>({
  name,
  meta([{ layout, dtype }]: readonly View[], { dims, keepdim }): Meta[] {
    return new Array<Meta>(outputs).fill({ shape: reducedShape(layout.shape, dims, keepdim), dtype });
  },
});
const varOp = variance('var', 1);
const stdOp = variance('std', 1);
const varMeanOp = variance('varMean', 2);
const stdMeanOp = variance('stdMean', 2);

/** Records of the measures of spread. */
export const statisticsOps = { var: varOp, std: stdOp, varMean: varMeanOp, stdMean: stdMeanOp };

/** The variance of complex numbers is that of their real parts and that of their imaginary ones. */
function complexSpread(op: typeof varOp, x: Tensor, attrs: VarianceAttrs): Tensor[] {
  const sum = x.real.var([...attrs.dims], attrs).add(x.imag.var([...attrs.dims], attrs));
  const spread = op === stdOp || op === stdMeanOp ? sum.sqrt() : sum;
  return op === varOp || op === stdOp ? [spread] : [spread, x.mean([...attrs.dims], { keepdim: attrs.keepdim })];
}

/** Runs a measure of spread. */
export function spread(op: typeof varOp, x: Tensor, dim: Dims | VarianceOptions, options?: VarianceOptions): Tensor[] {
  const [dims, { keepdim = false, unbiased, correction, out }] = dimAndOptions<Dims, VarianceOptions>(op.name, dim, options, 'unbiased');
  if (unbiased !== undefined && correction !== undefined) {
    throw new TypeError(`${op.name}(): give either unbiased or correction, not both`);
  }
  if (!x.dtype.isDifferentiable) {
    const subject = op === varMeanOp ? 'var_mean' : op === stdMeanOp ? 'std_mean' : 'std and var';
    throw new RuntimeError(`${subject} only support floating point and complex dtypes`);
  }
  const attrs = { dims: wrapDims(dims, x.dim()), keepdim, correction: correction ?? (unbiased === false ? 0 : 1) };
  const results = x.dtype.isComplex ? complexSpread(op, x, attrs) : runStructured(op, [x], attrs);
  return out ? [intoOut(results[0], out)] : results;
}
