import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { empty } from './creation.js';
import { LinAlgError } from './linalg-checks.js';
import { matrixRank, pinv, svdvals } from './linalg-spectral.js';
import { matmul } from './matmul.js';
import { squeeze, unsqueeze } from './views.js';

const DRIVERS = ['gels', 'gelsy', 'gelsd', 'gelss'] as const;

export interface LstsqOptions {
  /** singular values up to this part of the largest count as zero; default the precision times the larger size */
  readonly rcond?: number | null | undefined;
  /** LAPACK's name of the method, which decides which of the further results are given; default 'gelsy' */
  readonly driver?: (typeof DRIVERS)[number] | null | undefined;
}

/**
 * The X that makes the norm of A X - B the smallest, and of several the smallest X.
 * @returns solution; residuals: the squared norms (for 'gels', 'gelsd' and 'gelss', where A has full rank and more rows
 *   than columns); rank (not for 'gels'); singular values (for 'gelsd' and 'gelss'); empty tensors for what is not given
 * @throws LinAlgError with 'gels' for matrices that do not have full rank
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
 * @example torch.linalg.lstsq(torch.tensor([[1, 0], [0, 2], [0, 0]]), torch.tensor([[1], [2], [5]])).solution // tensor([[1.], [1.]])
 */
export function lstsq(
  A: Tensor, B: Tensor, wanted: LstsqOptions = {},
): NamedTuple<readonly ['solution', 'residuals', 'rank', 'singularValues']> {
  const { rcond, driver } = checked('linalg.lstsq', wanted, 'rcond');
  const name = 'torch.linalg.lstsq';
  if (A.dim() < 2) throw new RuntimeError(`${name}: input must have at least 2 dimensions.`);
  if (B.dim() < 1) throw new RuntimeError(`${name}: other must have at least 1 dimension.`);
  if (!A.dtype.isFloatingPoint || A.dtype.itemsize === 2) {
    throw new RuntimeError("This function doesn't handle types other than float and double");
  }
  if (A.dtype !== B.dtype) {
    throw new RuntimeError(
      `${name}: Expected input and other to have the same dtype, but got input's dtype ${A.dtype.scalarType} and other's dtype ${B.dtype.scalarType}`);
  }
  const method = driver ?? 'gelsy';
  if (!DRIVERS.includes(method)) throw new RuntimeError(`${name}: parameter \`driver\` should be one of (gels, gelsy, gelsd, gelss)`);
  const vector = B.dim() === A.dim() - 1 && B.shape.every((n, i) => n === A.shape[i]);
  const right = vector ? unsqueeze(B, -1) : B;
  const [m, n] = A.shape.slice(-2);
  if (m !== right.shape.at(-2)) throw new RuntimeError(`${name}: input.size(-2) should match other.size(-2)`);

  const options = { dtype: A.dtype, device: A.device };
  const limits = { rtol: rcond ?? undefined };
  const rank = matrixRank(A, limits);
  // where ranks cannot be read at once, they are not checked: 'gels' takes them for full, as PyTorch's CUDA does
  const ranks = rank.device.type === 'cpu' ? Array.from(rank.hostValues() as BigInt64Array, Number) : [method === 'gels' ? Math.min(m, n) : 0];
  const full = ranks.every((r) => r === Math.min(m, n));
  if (method === 'gels' && !full) {
    throw new LinAlgError(
      `${name}: The least squares solution could not be computed because the input matrix does not have full rank (error code: ${Math.min(...ranks) + 1}).`);
  }
  const x = matmul(pinv(A, limits), right);
  const overdetermined = m > n && full && method !== 'gelsy';
  const residuals = overdetermined ? matmul(A, x).sub(right).square().sum(-2) : empty(0, options);
  const hasValues = method === 'gelsd' || method === 'gelss';
  return namedTuple('linalg_lstsq', ['solution', 'residuals', 'rank', 'singularValues'], [
    vector ? squeeze(x, -1) : x, residuals, method === 'gels' ? empty(0, { ...options, dtype: int64 }) : rank,
    hasValues ? svdvals(A.detach()) : empty(0, options),
  ]);
}
