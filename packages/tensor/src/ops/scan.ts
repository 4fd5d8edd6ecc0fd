import { runStructured, runStructuredInplace } from '../dispatch.js';
import { int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { valuesAndIndices, type ValuesAndIndices } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { complexCumprod } from './complex-products.js';
import { clone } from './conversion.js';
import type { OutOption } from './define.js';
import { cat } from './joining.js';
import { logicalXor } from './logical.js';
import { intoOut, type OutsOption } from './out.js';
import type { AlongDim } from './softmax.js';
import { narrow } from './views-windows.js';

const running = (name: string) => structuredOp<AlongDim>({
  name, meta: ([x]) => [{ shape: x.layout.shape, dtype: x.dtype }],
});
const cumsumOp = running('cumsum');
const cumprodOp = running('cumprod');
const logcumsumexpOp = running('logcumsumexp');
/** From (g, x, y), element k: exp(x_k) · Σ_{i ≥ k} g_i exp(-y_i). */
const logcumsumexpBackward = running('logcumsumexpBackward');

const runningExtreme = (name: string) => structuredOp<AlongDim>({
  name, meta: ([{ layout: { shape }, dtype }]) => [{ shape, dtype }, { shape, dtype: int64 }],
});
const cummaxOp = runningExtreme('cummax');
const cumminOp = runningExtreme('cummin');

/** Records of the ops that fold along a dimension and keep each step. */
export const scanOps = {
  cumsum: cumsumOp, cumprod: cumprodOp, logcumsumexp: logcumsumexpOp, logcumsumexpBackward,
  cummax: cummaxOp, cummin: cumminOp,
};

export interface ScanOptions extends OutOption {
  /** convert to this dtype first; integers become int64 by default */
  readonly dtype?: DType | undefined;
}

function scan(op: typeof cumsumOp, x: Tensor, dim: number, options: ScanOptions): Tensor {
  const { dtype, out } = checked(op.name, options, 'dtype');
  const d = wrapDim(dim, x.dim());
  const target = dtype ?? (x.dtype.isDifferentiable ? x.dtype : int64);
  return intoOut(runStructured(op, [x.to(target)], { dim: d })[0], out);
}

/**
 * The sums of the elements up to each one, along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.cumsum.html
 * @example torch.tensor([1, 2, 3]).cumsum(0) // tensor([1., 3., 6.])
 */
export const cumsum = (x: Tensor, dim: number, options: ScanOptions = {}): Tensor => scan(cumsumOp, x, dim, options);

/**
 * The products of the elements up to each one, along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.cumprod.html
 * @example torch.tensor([1, 2, 3]).cumprod(0) // tensor([1., 2., 6.])
 */
export function cumprod(x: Tensor, dim: number, options: ScanOptions = {}): Tensor {
  const target = options.dtype ?? x.dtype;
  return target.isComplex ? intoOut(complexCumprod(x.to(target), wrapDim(dim, x.dim())), checked('cumprod', options, 'dtype').out)
    : scan(cumprodOp, x, dim, options);
}

function scanInplace(op: typeof cumsumOp, x: Tensor, dim: number): Tensor {
  return runStructuredInplace(op, [x], { dim: wrapDim(dim, x.dim()) });
}

/** As `cumsum`, written over `x`, in its dtype. */
export const cumsum_ = (x: Tensor, dim: number): Tensor => scanInplace(cumsumOp, x, dim);
/** As `cumprod`, written over `x`, in its dtype. */
export const cumprod_ = (x: Tensor, dim: number): Tensor => scanInplace(cumprodOp, x, dim);

/**
 * log Σ exp(x) of the elements up to each one, along a dimension.
 * @throws RuntimeError for integers
 * @see https://pytorch.org/docs/stable/generated/torch.logcumsumexp.html
 * @example torch.zeros(2).logcumsumexp(0) // tensor([0.0000, 0.6931])
 */
export function logcumsumexp(x: Tensor, dim: number, options: OutOption = {}): Tensor {
  const { out } = checked('logcumsumexp', options, 'out');
  const d = wrapDim(dim, x.dim());
  if (!x.dtype.isFloatingPoint) {
    throw new RuntimeError(`"logcumsumexp_out_cpu" not implemented for '${x.dtype.scalarType}'`);
  }
  return intoOut(runStructured(logcumsumexpOp, [x], { dim: d })[0], out);
}

/**
 * The largest of the elements up to each one along a dimension, and its index (of equal ones the last).
 * @see https://pytorch.org/docs/stable/generated/torch.cummax.html
 * @example torch.tensor([1, 3, 2]).cummax(0).values // tensor([1., 3., 3.])
 */
export const cummax = (x: Tensor, dim: number, options: OutsOption = {}): ValuesAndIndices =>
  valuesAndIndices('cummax', runStructured(cummaxOp, [x], { dim: wrapDim(dim, x.dim()) }), checked('cummax', options, 'out').out);

/**
 * The smallest of the elements up to each one along a dimension, and its index (of equal ones the last).
 * @see https://pytorch.org/docs/stable/generated/torch.cummin.html
 * @example torch.tensor([3, 1, 2]).cummin(0).indices // tensor([0, 1, 1])
 */
export const cummin = (x: Tensor, dim: number, options: OutsOption = {}): ValuesAndIndices =>
  valuesAndIndices('cummin', runStructured(cumminOp, [x], { dim: wrapDim(dim, x.dim()) }), checked('cummin', options, 'out').out);

export interface DiffOptions extends OutOption {
  /** how often to take differences, default 1 */
  readonly n?: number | undefined;
  /** along which dimension, default the last */
  readonly dim?: number | undefined;
  /** values to put before or after along the dimension first */
  readonly prepend?: Tensor | null | undefined;
  readonly append?: Tensor | null | undefined;
}

/**
 * The differences of neighbours along a dimension; of booleans whether they differ.
 * @see https://pytorch.org/docs/stable/generated/torch.diff.html
 * @example torch.tensor([1, 3, 2]).diff() // tensor([ 2., -1.])
 */
export function diff(x: Tensor, options: DiffOptions = {}): Tensor {
  const { n = 1, dim = -1, prepend, append, out } = checked('diff', options, 'n');
  if (x.dim() === 0) throw new RuntimeError('diff expects input to be at least one-dimensional');
  const d = wrapDim(dim, x.dim());
  const parts = [prepend, x, append].filter((part) => part !== undefined && part !== null);
  for (const part of parts) checkJoins(x, part, d);
  if (n === 0) return intoOut(clone(x), out);
  let result = parts.length > 1 ? cat(parts, d) : x;
  for (let i = 0; i < n; i++) {
    const length = Math.max(result.shape[d] - 1, 0);
    const high = narrow(result, d, result.shape[d] - length, length), low = narrow(result, d, 0, length);
    result = x.dtype.kind === 'bool' ? logicalXor(high, low) : high.sub(low);
  }
  return intoOut(result, out);
}

function checkJoins(x: Tensor, part: Tensor, dim: number): void {
  if (part.dim() !== x.dim()) throw new RuntimeError('diff expects prepend or append to be the same dimension as input');
  x.shape.forEach((n, i) => {
    if (i !== dim && part.shape[i] !== n) {
      throw new RuntimeError(
        `diff expects the shape of tensor to prepend or append to match that of input except along the differencing dimension; input.size(${i}) = ${n}, but got tensor.size(${i}) = ${part.shape[i]}`);
    }
  });
}
