import { broadcastShapes, choleskyInverse, eye, linalg, randn, type Tensor, ValueError } from '@sconce/tensor';
import { namedArguments, required, tensorOf, type DistributionOptions } from './arguments.js';
import { lowerCholesky, positiveDefinite, realVector } from './constraints.js';
import { Distribution } from './distribution.js';
import { lazy, own, type Shape } from './utils.js';

/** A covariance, in one of three ways. */
export interface Matrices {
  readonly covarianceMatrix?: Tensor | null | undefined;
  readonly precisionMatrix?: Tensor | null | undefined;
  /** the Cholesky factor of the covariance */
  readonly scaleTril?: Tensor | null | undefined;
}
type MultivariateNormalArguments =
  | [loc: Tensor, covarianceMatrix: Tensor, options?: DistributionOptions]
  | [loc: Tensor, options: DistributionOptions & Matrices]
  | [options: DistributionOptions & Matrices & { readonly loc: Tensor }];

export const MATRICES = ['covarianceMatrix', 'precisionMatrix', 'scaleTril'] as const;
const TEXTS = { covarianceMatrix: 'covariance_matrix', precisionMatrix: 'precision_matrix', scaleTril: 'scale_tril matrix' };

/** The lower triangular factor of the inverse of a matrix. */
function factorOfInverse(precision: Tensor): Tensor {
  const { dtype, device } = precision, factor = linalg.cholesky(precision.flip([-2, -1])).flip([-2, -1]).mT;
  return linalg.solveTriangular(factor, eye(precision.size(-1), { dtype, device }), { upper: false });
}

/** The Cholesky factor of the covariance that a matrix says. */
export const factorOf = (which: keyof Matrices, matrix: Tensor): Tensor =>
  (which === 'scaleTril' ? matrix : which === 'covarianceMatrix' ? linalg.cholesky(matrix) : factorOfInverse(matrix));

/** x, of shape […, n], times matrices of shape […, n, n]. */
export const matrixVector = (matrix: Tensor, x: Tensor): Tensor => matrix.matmul(x.unsqueeze(-1)).squeeze(-1);

/** The sums of the squares of L⁻¹ x, for L of shape […, n, n] and x of […, n]. */
export const mahalanobis = (factor: Tensor, x: Tensor): Tensor =>
  linalg.solveTriangular(factor, x.unsqueeze(-1), { upper: false }).squeeze(-1).pow(2).sum(-1);

/** ½ ln |L Lᵀ| */
export const halfLogDeterminant = (factor: Tensor): Tensor => factor.diagonal({ dim1: -2, dim2: -1 }).log().sum(-1);

/**
 * Normal vectors of mean `loc` and a covariance, which is given as `covarianceMatrix`, by its inverse `precisionMatrix`, or by
 * its Cholesky factor `scaleTril`, with which there is least to compute.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.multivariate_normal.MultivariateNormal
 * @example new torch.distributions.MultivariateNormal(torch.zeros(2), { covarianceMatrix: torch.eye(2) }).entropy() // tensor(2.8379)
 */
export class MultivariateNormal extends Distribution {
  static override readonly argConstraints = {
    loc: realVector, covarianceMatrix: positiveDefinite, precisionMatrix: positiveDefinite, scaleTril: lowerCholesky,
  };
  declare readonly loc: Tensor;
  /** the factor as it was given, without the shape of the batch @internal */
  declare readonly factor: Tensor;

  constructor(...args: MultivariateNormalArguments) {
    const given = namedArguments('MultivariateNormal', ['loc', ...MATRICES], args);
    required('MultivariateNormal', ['loc'], given);
    const loc = tensorOf('MultivariateNormal', 'loc', given.loc), names = MATRICES.filter((name) => given[name] !== undefined), [which] = names;
    if (loc.dim() < 1) throw new ValueError('loc must be at least one-dimensional.');
    if (names.length !== 1) throw new ValueError('Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.');
    const matrix = tensorOf('MultivariateNormal', which, given[which]);
    if (matrix.dim() < 2) throw new ValueError(`${TEXTS[which]} must be at least two-dimensional, with optional leading batch dimensions`);
    const batchShape = broadcastShapes(matrix.shape.slice(0, -2), loc.shape.slice(0, -1));
    super(batchShape, loc.shape.slice(-1), given, {
      loc: loc.expand([...batchShape, -1]), [which]: matrix.expand([...batchShape, -1, -1]),
    });
    own(this, 'factor', factorOf(which, matrix));
  }

  private matrix(make: () => Tensor): Tensor { return make().expand([...this.batchShape, ...this.eventShape, ...this.eventShape]); }
  get scaleTril(): Tensor { return lazy(this, 'scaleTril', () => this.matrix(() => this.factor)); }
  get covarianceMatrix(): Tensor { return lazy(this, 'covarianceMatrix', () => this.matrix(() => this.factor.matmul(this.factor.mT))); }
  get precisionMatrix(): Tensor { return lazy(this, 'precisionMatrix', () => this.matrix(() => choleskyInverse(this.factor))); }
  protected override isLazy(name: string): boolean { return name !== 'loc'; }

  override get support() { return realVector; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc; }
  override get mode() { return this.loc; }
  override get variance() { return this.factor.pow(2).sum(-1).expand([...this.batchShape, ...this.eventShape]); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.loc;
    return this.loc.add(matrixVector(this.factor, randn(this.extendedShape(sampleShape), { dtype, device })));
  }

  protected override logDensity(value: Tensor): Tensor {
    const squares = mahalanobis(this.factor, value.sub(this.loc));
    return squares.add(this.eventShape[0] * Math.log(2 * Math.PI)).mul(-0.5).sub(halfLogDeterminant(this.factor));
  }

  override entropy(): Tensor {
    return halfLogDeterminant(this.factor).add(0.5 * this.eventShape[0] * (1 + Math.log(2 * Math.PI))).expand(this.batchShape);
  }
}
