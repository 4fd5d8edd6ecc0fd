import { checkTensor } from '../check-tensors.js';
import { runStructured } from '../dispatch.js';
import { getDefaultDtype, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim, wrapDims } from '../layout.js';
import { structuredOp, type ReduceAttrs } from '../op.js';
import type { Tensor } from '../tensor.js';
import { intoOut } from './out.js';
import { dimAndOptions, type DimOptions, type Dims } from './reduction-arguments.js';
import type { KeepdimOptions } from './reduction.js';
import { reducedShape } from './shapes.js';

/** The dimension along which an op works. */
export interface AlongDim { readonly dim: number }

export interface SoftmaxOptions extends DimOptions {
  /** convert to this dtype first */
  readonly dtype?: DType | undefined;
}

const sameAsInput = (name: string) => structuredOp<AlongDim>({
  name, meta: ([x]) => [{ shape: x.layout.shape, dtype: x.dtype }],
});

const softmaxOp = sameAsInput('softmax');
const logSoftmaxOp = sameAsInput('logSoftmax');
/** Gradients from (gradient, result): y · (g - Σ g y), and g - exp(y) · Σ g. */
const softmaxBackward = sameAsInput('softmaxBackwardData');
const logSoftmaxBackward = sameAsInput('logSoftmaxBackwardData');

const logsumexpOp = structuredOp<ReduceAttrs>({
  name: 'logsumexp',
  meta: ([x], { dims, keepdim }) => [{ shape: reducedShape(x.layout.shape, dims, keepdim), dtype: x.dtype }],
});

/** Records of the ops that normalise exponentials. */
export const softmaxOps = {
  softmax: softmaxOp, logSoftmax: logSoftmaxOp, softmaxBackward, logSoftmaxBackward, logsumexp: logsumexpOp,
};

function along(op: typeof softmaxOp, kernel: string, x: Tensor, dim: number | SoftmaxOptions, options: SoftmaxOptions | undefined): Tensor {
  const [given, { dtype, out }] = dimAndOptions<number, SoftmaxOptions>(op.name, dim, options, 'dtype');
  checkTensor(x, kernel);
  const d = wrapDim(given, x.dim());
  const from = dtype === undefined || dtype === x.dtype ? x : x.to(dtype);
  if (!from.dtype.isFloatingPoint) {
    const name = d === Math.max(x.dim() - 1, 0) ? `${kernel}_lastdim_kernel_impl` : 'softmax_kernel_impl';
    throw new RuntimeError(`"${name}" not implemented for '${from.dtype.scalarType}'`);
  }
  return intoOut(runStructured(op, [from], { dim: d })[0], out);
}

/**
 * exp(x) along a dimension, scaled to a sum of 1.
 * @throws RuntimeError for integers, unless `dtype` is floating point
 * @see https://pytorch.org/docs/stable/generated/torch.softmax.html
 * @example torch.tensor([0, Math.log(3)]).softmax(0) // tensor([0.2500, 0.7500])
 */
export const softmax = (x: Tensor, dim: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor => along(softmaxOp, 'softmax', x, dim, options);

/**
 * The logarithm of `softmax`, computed without taking the logarithm of a small number.
 * @throws RuntimeError for integers, unless `dtype` is floating point
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 * @example torch.tensor([0, 1000]).logSoftmax(0) // tensor([-1000.,     0.])
 */
export const logSoftmax = (x: Tensor, dim: number | SoftmaxOptions, options?: SoftmaxOptions): Tensor => along(logSoftmaxOp, 'log_softmax', x, dim, options);

/**
 * log Σ exp(x) over some dimensions, without overflow; -inf over none.
 * @see https://pytorch.org/docs/stable/generated/torch.logsumexp.html
 * @example torch.tensor([1000, 1000]).logsumexp(0) // tensor(1000.6932)
 */
export function logsumexp(x: Tensor, dim: Dims | KeepdimOptions, options?: KeepdimOptions): Tensor {
  const [dims, { keepdim = false, out }] = dimAndOptions('logsumexp', dim, options);
  if (x.dtype.isComplex) throw new RuntimeError(`logsumexp(): Expected floating point type for result tensor, but got: ${x.dtype.scalarType}`);
  const from = x.dtype.isFloatingPoint ? x : x.to(getDefaultDtype());
  return intoOut(runStructured(logsumexpOp, [from], { dims: wrapDims(dims, x.dim()), keepdim })[0], out);
}
