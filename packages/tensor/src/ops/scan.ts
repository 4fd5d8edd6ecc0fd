import { runStructured, runStructuredInplace } from '../dispatch.js';
import { int64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { wrapDim } from '../layout.js';
import { valuesAndIndices, type ValuesAndIndices } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { numbersThenOptions } from './arguments.js';
import { complexCumprod } from './complex-products.js';
import { clone } from './conversion.js';
import { cat } from './joining.js';
import { logicalXor } from './logical.js';
import { intoOut, type OutsOption } from './out.js';
import { dimAndOptions, type DimOption, type DimOptions } from './reduction-arguments.js';
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

export interface ScanOptions extends DimOptions {
  /** convert to this dtype first; integers become int64 by default */
  readonly dtype?: DType | undefined;
}

type Scan = (x: Tensor, dim: number) => Tensor;
const sums: Scan = (x, dim) => runStructured(cumsumOp, [x], { dim })[0];
const products: Scan = (x, dim) => (x.dtype.isComplex ? complexCumprod(x, dim) : runStructured(cumprodOp, [x], { dim })[0]);

function scan(name: string, run: Scan, x: Tensor, dim: number | ScanOptions, options: ScanOptions | undefined): Tensor {
  const [given, { dtype, out }] = dimAndOptions<number, ScanOptions>(name, dim, options, 'dtype');
  const d = wrapDim(given, x.dim());
  const target = dtype ?? (x.dtype.isDifferentiable ? x.dtype : int64);
  return intoOut(run(x.to(target), d), out);
}

/**
 * The sums of the elements up to each one, along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.cumsum.html
 * @example torch.tensor([1, 2, 3]).cumsum(0) // tensor([1., 3., 6.])
 */
export const cumsum = (x: Tensor, dim: number | ScanOptions, options?: ScanOptions): Tensor => scan('cumsum', sums, x, dim, options);

/**
 * The products of the elements up to each one, along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.cumprod.html
 * @example torch.tensor([1, 2, 3]).cumprod(0) // tensor([1., 2., 6.])
 */
export const cumprod = (x: Tensor, dim: number | ScanOptions, options?: ScanOptions): Tensor => scan('cumprod', products, x, dim, options);

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
export function logcumsumexp(x: Tensor, dim: number | DimOptions, options?: DimOptions): Tensor {
  const [given, { out }] = dimAndOptions<number, DimOptions>('logcumsumexp', dim, options, 'out');
  const d = wrapDim(given, x.dim());
  if (!x.dtype.isFloatingPoint) {
    throw new RuntimeError(`"logcumsumexp_out_cpu" not implemented for '${x.dtype.scalarType}'`);
  }
  return intoOut(runStructured(logcumsumexpOp, [x], { dim: d })[0], out);
}

export interface DimAndOutsOptions extends DimOption, OutsOption {}

function runningExtremeOf(op: typeof cummaxOp, x: Tensor, dim: number | DimAndOutsOptions, options: DimAndOutsOptions | undefined): ValuesAndIndices {
  const [given, { out }] = dimAndOptions<number, DimAndOutsOptions>(op.name, dim, options, 'out');
  return valuesAndIndices(op.name, runStructured(op, [x], { dim: wrapDim(given, x.dim()) }), out);
}

/**
 * The largest of the elements up to each one along a dimension, and its index (of equal ones the last).
 * @see https://pytorch.org/docs/stable/generated/torch.cummax.html
 * @example torch.tensor([1, 3, 2]).cummax(0).values // tensor([1., 3., 3.])
 */
export const cummax = (x: Tensor, dim: number | DimAndOutsOptions, options?: DimAndOutsOptions): ValuesAndIndices =>
  runningExtremeOf(cummaxOp, x, dim, options);

/**
 * The smallest of the elements up to each one along a dimension, and its index (of equal ones the last).
 * @see https://pytorch.org/docs/stable/generated/torch.cummin.html
 * @example torch.tensor([3, 1, 2]).cummin(0).indices // tensor([0, 1, 1])
 */
export const cummin = (x: Tensor, dim: number | DimAndOutsOptions, options?: DimAndOutsOptions): ValuesAndIndices =>
  runningExtremeOf(cumminOp, x, dim, options);

export interface DiffOptions extends DimOptions {
  /** how often to take differences, default 1 */
  readonly n?: number | undefined;
  /** values to put before or after along the dimension first */
  readonly prepend?: Tensor | null | undefined;
  readonly append?: Tensor | null | undefined;
}

export type DiffArguments = [n?: number, dim?: number, options?: DiffOptions] | [n: number, options: DiffOptions] | [options?: DiffOptions];

/**
 * The differences of neighbours along a dimension, the last by default; of booleans whether they differ.
 * @param args how often to take differences, the dimension and options, which may name both
 * @see https://pytorch.org/docs/stable/generated/torch.diff.html
 * @example torch.tensor([1, 3, 2]).diff() // tensor([ 2., -1.])
 */
export function diff(x: Tensor, ...args: DiffArguments): Tensor {
  const [{ n, dim }, { prepend, append, out }] = numbersThenOptions<DiffOptions, 'n' | 'dim'>('diff', args, { n: 1, dim: -1 });
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
