import { ValueError } from '../errors.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { mT } from './linalg-checks.js';
import { qr } from './linalg-factor.js';
import { svd } from './linalg-spectral.js';
import { matmul } from './matmul.js';
import { randn } from './random.js';

export interface LowrankOptions {
  /** how often the subspace is refined; default 2 */
  readonly niter?: number | undefined;
}
export interface SvdLowrankOptions extends LowrankOptions {
  /** how many singular values are wanted, a little more than the rank; default 6 */
  readonly q?: number | undefined;
  /** what is subtracted from A, such as the mean of its rows */
  readonly M?: Tensor | null | undefined;
}
export interface PcaLowrankOptions extends LowrankOptions {
  /** default 6, or as many as there are */
  readonly q?: number | null | undefined;
  /** subtract the mean of each column; default true */
  readonly center?: boolean | undefined;
}

/** q orthonormal columns whose span is nearly that of A's: random ones are put through A and back, `niter` times. */
function basisOf(A: Tensor, q: number, niter: number): Tensor {
  const through = (matrix: Tensor, columns: Tensor): Tensor => qr(matmul(matrix, columns)).Q;
  let Q = through(A, randn(A.size(-1), q, { dtype: A.dtype, device: A.device }));
  for (let i = 0; i < niter; i++) Q = through(A, through(mT(A), Q));
  return Q;
}

/**
 * The largest singular values of A - M and their vectors: U, S and V (not its transpose), nearly those of `linalg.svd` where the
 * rank is at most `q`. Random numbers are drawn.
 * @see N. Halko, P.-G. Martinsson, J. Tropp: Finding structure with randomness (arXiv:0909.4061), algorithms 4.4 and 5.1
 * @see https://pytorch.org/docs/stable/generated/torch.svd_lowrank.html
 * @example const [U, S, V] = torch.svdLowrank(torch.randn(100, 20), { q: 4 }); // [100, 4], [4], [20, 4]
 */
export function svdLowrank(A: Tensor, options: SvdLowrankOptions = {}): [U: Tensor, S: Tensor, V: Tensor] {
  const { q = 6, niter = 2, M } = checked('svdLowrank', options, 'niter');
  const centered = M ? A.sub(M) : A, [m, n] = A.shape.slice(-2);
  const turned = m < n || n > q;
  const Q = basisOf(turned ? mT(centered) : centered, q, niter);
  const { U, S, Vh } = svd(turned ? matmul(centered, Q) : matmul(mT(Q), centered), { fullMatrices: false });
  return turned ? [U, S, matmul(Q, mT(Vh))] : [matmul(Q, U), S, mT(Vh)];
}

/**
 * Principal components: the `svdLowrank` of samples (rows) without their mean. The columns of V are the directions, and
 * S² / (m - 1) the variances along them.
 * @throws ValueError for `q` beyond the size of the matrix
 * @see https://pytorch.org/docs/stable/generated/torch.pca_lowrank.html
 * @example const [, , V] = torch.pcaLowrank(samples, { q: 2 }), plane = samples.matmul(V);
 */
export function pcaLowrank(A: Tensor, options: PcaLowrankOptions = {}): [U: Tensor, S: Tensor, V: Tensor] {
  const { niter = 2, center = true, ...rest } = checked('pcaLowrank', options, 'niter');
  const [m, n] = A.shape.slice(-2), most = Math.min(m, n), q = rest.q ?? Math.min(6, most);
  if (!(q >= 0 && q <= most)) throw new ValueError(`q(=${q}) must be non-negative integer and not greater than min(m, n)=${most}`);
  if (!(niter >= 0)) throw new ValueError(`niter(=${niter}) must be non-negative integer`);
  return svdLowrank(center ? A.sub(A.mean(-2, { keepdim: true })) : A, { q, niter });
}
