import { noGrad } from '@sconce/autograd';
import {
  cat, eye, IndexError, int32, linalg, matrixExp, NotImplementedError, randn, Tensor, ValueError, where, zeros, zerosLike,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { normalize } from '../functional/normalization.js';
import { Module } from '../module.js';
import { registerParametrization } from './parametrize.js';
import { membersOf } from './reparametrized.js';
import { asMatrix, checkIterations, outputDim, spectralNormOf, unitVector, type SpectralNormOptions } from './spectral-norm.js';

/** The tensor of that name. @throws ValueError where a module has none */
function tensorOf(module: Module, name: string): Tensor {
  const value = membersOf(module)[name];
  if (value instanceof Tensor) return value;
  throw new ValueError(`Module '${String(module)}' has no parameter or buffer with name '${name}'`);
}

class _SpectralNorm extends Module {
  readonly dim: number;
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, readonly nPowerIterations: number, dim: number, readonly eps: number) {
    super();
    const n = weight.dim();
    if (dim >= n || dim < -n) {
      throw new IndexError(`Dimension out of range (expected to be in range of [-${n}, ${n - 1}] but got ${dim})`);
    }
    checkIterations(nPowerIterations);
    this.dim = dim >= 0 ? dim : dim + n;
    if (n === 1) return;
    noGrad(() => {
      const matrix = asMatrix(weight, this.dim);
      this.registerBuffer('_u', unitVector(matrix, matrix.size(0), eps));
      this.registerBuffer('_v', unitVector(matrix, matrix.size(1), eps));
      this.iterate(matrix, 15);
    });
  }

  private iterate(matrix: Tensor, count: number): void {
    const { eps } = this;
    noGrad(() => {
      for (let i = 0; i < count; i++) {
        this._u.copy_(normalize(matrix.mv(this._v), { dim: 0, eps }));
        this._v.copy_(normalize(matrix.t().mv(this._u), { dim: 0, eps }));
      }
    });
  }

  override forward(weight: Tensor): Tensor {
    if (weight.dim() === 1) return normalize(weight, { dim: 0, eps: this.eps });
    const matrix = asMatrix(weight, this.dim);
    if (this.training) this.iterate(matrix, this.nPowerIterations);
    return weight.div(spectralNormOf(matrix, this._u, this._v));
  }

  rightInverse(value: Tensor): Tensor { return value; }
}

/**
 * Divides a weight by its largest singular value, which is estimated by power iterations: one whenever the weight is read
 * in training. A vector is divided by its norm.
 * @throws ValueError for no iterations, or a name that the module does not have; IndexError for a dimension that it lacks
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.spectral_norm.html
 * @see Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks"
 * @example const layer = nn.utils.parametrizations.spectralNorm(new nn.Linear(20, 40));
 */
export function spectralNorm<M extends Module>(module: M, name = 'weight', options: SpectralNormOptions = {}): M {
  const { nPowerIterations = 1, eps = 1e-12, dim = outputDim(module) } = checked('spectralNorm', options);
  const weight = tensorOf(module, name);
  return registerParametrization(module, name, new _SpectralNorm(weight, nPowerIterations, dim, eps));
}

const MAPS = ['matrix_exp', 'cayley', 'householder'] as const;
type OrthogonalMap = (typeof MAPS)[number];

export interface OrthogonalOptions {
  /**
   * 'matrix_exp' and 'cayley' make an orthogonal matrix of a skew-symmetric one, 'householder' of reflections; default
   * 'matrix_exp' for square matrices, 'householder' for others
   */
  readonly orthogonalMap?: OrthogonalMap | undefined;
  /** starts from a matrix that is kept as a buffer, `base`, which helps training; default true */
  readonly useTrivialization?: boolean | undefined;
}

const identity = (like: Tensor, n: number, k = n): Tensor => eye(n, k, { dtype: like.dtype, device: like.device });

/** The product of the reflections I − τ·v·vᵀ, whose v are the columns below the diagonal: its first columns. */
function householderProduct(below: Tensor, tau: Tensor): Tensor {
  const [n, k] = below.shape.slice(-2);
  const vectors = below.add(identity(below, n, k));
  let Q = identity(below, n, k);
  for (let i = k - 1; i >= 0; i--) {
    const v = vectors.narrow(-1, i, 1);
    Q = Q.sub(tau.narrow(-1, i, 1).unsqueeze(-1).mul(v).matmul(v.mT.matmul(Q)));
  }
  return Q;
}

/** R and, below its diagonal, the reflections that make it of a matrix, with their τ. @see LAPACK's geqrf */
function reflections(matrix: Tensor): { readonly A: Tensor; readonly tau: Tensor } {
  const A = matrix.clone(), [n, k] = A.shape.slice(-2);
  const taus: Tensor[] = [];
  for (let j = 0; j < k; j++) {
    const column = A.narrow(-1, j, 1).narrow(-2, j, n - j);
    const alpha = column.narrow(-2, 0, 1), rest = column.narrow(-2, 1, n - j - 1);
    const none = rest.abs().sum(-2, { keepdim: true }).eq(0);
    const beta = where(none, alpha, where(alpha.lt(0), 1, -1).mul(column.norm(2, -2, { keepdim: true })));
    const tau = where(none, 0, beta.sub(alpha).div(beta));
    const v = cat([alpha.mul(0).add(1), where(none, 0, rest.div(alpha.sub(beta)))], -2);
    const right = A.narrow(-1, j + 1, k - j - 1).narrow(-2, j, n - j);
    right.copy_(right.sub(tau.mul(v).matmul(v.mT.matmul(right))));
    column.copy_(cat([beta, v.narrow(-2, 1, n - j - 1)], -2));
    taus.push(tau.squeeze(-1));
  }
  return { A, tau: cat(taus, -1) };
}

/** The orthogonal factor of a tall matrix, where the triangular one has a positive diagonal. */
function orthogonalized(matrix: Tensor): Tensor {
  const [Q, R] = linalg.qr(matrix);
  return Q.mul(R.diagonal({ dim1: -2, dim2: -1 }).sign().unsqueeze(-2));
}

class _Orthogonal extends Module {
  readonly shape: readonly number[];
  declare base: Tensor | null;

  constructor(weight: Tensor, readonly orthogonalMap: OrthogonalMap, readonly useTrivialization: boolean) {
    super();
    this.shape = weight.shape;
    if (useTrivialization) this.registerBuffer('base', null);
  }

  override forward(weight: Tensor): Tensor {
    const transposed = weight.size(-2) < weight.size(-1);
    const X = transposed ? weight.mT : weight;
    const map = this.orthogonalMap === 'householder' ? this.byReflections(X) : this.bySkewSymmetric(X);
    const Q = this.useTrivialization ? this.base!.matmul(map) : map;
    return transposed ? Q.mT : Q;
  }

  private bySkewSymmetric(X: Tensor): Tensor {
    const [n, k] = X.shape.slice(-2), low = X.tril();
    const square = n === k ? low
      : cat([low, zeros([...X.shape.slice(0, -1), n - k], { dtype: X.dtype, device: X.device })], -1);
    const A = square.sub(square.mT);
    const Q = this.orthogonalMap === 'matrix_exp' ? matrixExp(A)
      : linalg.solve(identity(A, n).sub(A.mul(0.5)), identity(A, n).add(A.mul(0.5)));
    return Q.narrow(-1, 0, k);
  }

  private byReflections(X: Tensor): Tensor {
    const A = X.tril(-1);
    const tau = A.mul(A).sum(-2).add(1).reciprocal().mul(2);
    // the diagonal holds signs, which are not trained
    const signs = X.detach().diagonal({ dim1: -2, dim2: -1 }).to(int32).unsqueeze(-2);
    return householderProduct(A, tau).mul(signs);
  }

  rightInverse(value: Tensor): Tensor {
    const size = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`;
    if (value.shape.join() !== this.shape.join()) {
      throw new ValueError(`Expected a matrix or batch of matrices of shape ${size(this.shape)}. Got a tensor of shape ${size(value.shape)}.`);
    }
    return noGrad(() => {
      const transposed = value.size(-2) < value.size(-1);
      const Q = transposed ? value.mT : value, [n, k] = Q.shape.slice(-2);
      if (!this.useTrivialization) {
        const { A, tau } = this.reflections(Q);
        const diagonal = A.diagonal({ dim1: -2, dim2: -1 });
        // reflections that were not needed leave the sign as it is
        diagonal.copy_(diagonal.sign().mul(where(tau.eq(0), -1, 1)));
        return transposed ? A.mT : A;
      }
      const filled = n === k ? Q : cat([Q, randn([...Q.shape.slice(0, -1), n - k], { dtype: Q.dtype, device: Q.device })], -1);
      this.base = orthogonalized(filled);
      const start = zerosLike(value);
      start.diagonal({ dim1: -2, dim2: -1 }).fill_(-1);
      return start;
    });
  }

  private reflections(Q: Tensor): { readonly A: Tensor; readonly tau: Tensor } {
    if (this.orthogonalMap === 'householder') return reflections(Q);
    throw new NotImplementedError(
      'It is not possible to assign to the matrix exponential or the Cayley parametrizations when use_trivialization=False.');
  }
}

/**
 * Keeps a matrix, or each of a batch, orthogonal: its columns are orthonormal, or its rows where it is wide.
 * @throws ValueError for vectors, for a map that does not exist, or a name that the module does not have
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.orthogonal.html
 * @see Lezcano Casado 2019, "Trivializations for Gradient-Based Optimization on Manifolds"
 * @example
 * const layer = nn.utils.parametrizations.orthogonal(new nn.Linear(20, 40));
 * const Q = layer.weight; // Qᵀ·Q is the identity of size 20
 */
export function orthogonal<M extends Module>(module: M, name = 'weight', options: OrthogonalOptions = {}): M {
  const weight = tensorOf(module, name);
  if (weight.dim() < 2) {
    throw new ValueError(`Expected a matrix or batch of matrices. Got a tensor of ${weight.dim()} dimensions.`);
  }
  const usual = weight.size(-2) === weight.size(-1) ? 'matrix_exp' : 'householder';
  const { orthogonalMap = usual, useTrivialization = true } = checked('orthogonal', options);
  if (!MAPS.includes(orthogonalMap)) {
    throw new ValueError(`orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: ${String(orthogonalMap)}`);
  }
  const map = new _Orthogonal(weight, orthogonalMap, useTrivialization);
  return registerParametrization(module, name, map, { unsafe: true });
}
