import { broadcastShapes, eye, linalg, randn, type Tensor, ValueError } from '@sconce/tensor';
import { namedArguments, required, tensorOf, type DistributionOptions } from './arguments.js';
import { independent, positive, real, realVector } from './constraints.js';
import { Distribution } from './distribution.js';
import { halfLogDeterminant, mahalanobis, matrixVector } from './multivariate-normal.js';
import { sizeText } from './python-text.js';
import { lazy, own, type Shape } from './utils.js';

interface Parameters { readonly loc: Tensor; readonly covFactor: Tensor; readonly covDiag: Tensor }
type LowRankArguments =
  | [loc: Tensor, covFactor: Tensor, covDiag: Tensor, options?: DistributionOptions]
  | [loc: Tensor, options: DistributionOptions & Omit<Parameters, 'loc'>]
  | [options: DistributionOptions & Parameters];

const plusIdentity = (x: Tensor): Tensor => x.add(eye(x.size(-1), { dtype: x.dtype, device: x.device }));

function batchOf(loc: Tensor, factor: Tensor, diagonal: Tensor): Shape {
  try {
    return broadcastShapes(loc.shape.slice(0, -1), factor.shape.slice(0, -2), diagonal.shape.slice(0, -1));
  } catch {
    const [a, b, c] = [loc, factor, diagonal].map((x) => sizeText(x.shape));
    throw new ValueError(`Incompatible batch shapes: loc ${a}, cov_factor ${b}, cov_diag ${c}`);
  }
}

/**
 * Normal vectors whose covariance is W Wᵀ + D: `covFactor` W, of shape […, n, rank], and `covDiag`, the diagonal of D.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.lowrank_multivariate_normal.LowRankMultivariateNormal
 * @example
 * const { LowRankMultivariateNormal } = torch.distributions;
 * new LowRankMultivariateNormal(torch.zeros(2), torch.tensor([[1], [0]]), torch.ones(2)).variance // tensor([2., 1.])
 */
export class LowRankMultivariateNormal extends Distribution {
  static override readonly argConstraints = { loc: realVector, covFactor: independent(real, 2), covDiag: independent(positive, 1) };
  declare readonly loc: Tensor;
  declare readonly covFactor: Tensor;
  declare readonly covDiag: Tensor;
  /** W and D as they were given, without the shape of the batch @internal */
  declare readonly factor: Tensor;
  /** @internal */
  declare readonly diagonal: Tensor;
  /** the Cholesky factor of the capacitance matrix I + Wᵀ D⁻¹ W @internal */
  declare readonly capacitance: Tensor;

  constructor(...args: LowRankArguments) {
    const names = ['loc', 'covFactor', 'covDiag'] as const, given = namedArguments('LowRankMultivariateNormal', names, args);
    required('LowRankMultivariateNormal', names, given);
    const [loc, factor, diagonal] = names.map((name) => tensorOf('LowRankMultivariateNormal', name, given[name]));
    if (loc.dim() < 1) throw new ValueError('loc must be at least one-dimensional.');
    if (factor.dim() < 2) throw new ValueError('cov_factor must be at least two-dimensional, with optional leading batch dimensions');
    const n = loc.size(-1);
    if (factor.size(-2) !== n) throw new ValueError(`cov_factor must be a batch of matrices with shape ${n} x m`);
    if (diagonal.size(-1) !== n) throw new ValueError(`cov_diag must be a batch of vectors with shape ${sizeText([n])}`);
    const batch = batchOf(loc, factor, diagonal);
    super(batch, [n], given, {
      loc: loc.expand([...batch, n]), covFactor: factor.expand([...batch, n, factor.size(-1)]), covDiag: diagonal.expand([...batch, n]), factor, diagonal,
    });
    own(this, 'capacitance', linalg.cholesky(plusIdentity(this.scaled.matmul(factor))));
  }

  /** Wᵀ D⁻¹ @internal */
  get scaled(): Tensor { return this.factor.mT.div(this.diagonal.unsqueeze(-2)); }
  /** ln |W Wᵀ + D| @internal */
  get logDeterminant(): Tensor { return halfLogDeterminant(this.capacitance).mul(2).add(this.diagonal.log().sum(-1)); }
  /** xᵀ (W Wᵀ + D)⁻¹ x, by Woodbury's identity. @internal */
  distance(x: Tensor): Tensor {
    return x.pow(2).div(this.diagonal).sum(-1).sub(mahalanobis(this.capacitance, matrixVector(this.scaled, x)));
  }

  private matrix(x: Tensor): Tensor { return x.expand([...this.batchShape, ...this.eventShape, ...this.eventShape]); }
  get scaleTril(): Tensor {
    return lazy(this, 'scaleTril', () => {
      const root = this.diagonal.sqrt().unsqueeze(-1), w = this.factor.div(root);
      return this.matrix(root.mul(linalg.cholesky(plusIdentity(w.matmul(w.mT)))));
    });
  }
  get covarianceMatrix(): Tensor {
    return lazy(this, 'covarianceMatrix', () => this.matrix(this.factor.matmul(this.factor.mT).add(this.diagonal.diagEmbed())));
  }
  get precisionMatrix(): Tensor {
    return lazy(this, 'precisionMatrix', () => {
      const a = linalg.solveTriangular(this.capacitance, this.scaled, { upper: false });
      return this.matrix(this.diagonal.reciprocal().diagEmbed().sub(a.mT.matmul(a)));
    });
  }

  override get support() { return realVector; }
  override get hasRsample() { return true; }
  override get mean() { return this.loc; }
  override get mode() { return this.loc; }
  override get variance() { return this.factor.pow(2).sum(-1).add(this.diagonal).expand([...this.batchShape, ...this.eventShape]); }

  override rsample(sampleShape?: Shape): Tensor {
    const { dtype, device } = this.loc, shape = this.extendedShape(sampleShape);
    const ofFactor = randn([...shape.slice(0, -1), this.factor.size(-1)], { dtype, device }), ofDiagonal = randn(shape, { dtype, device });
    return this.loc.add(matrixVector(this.factor, ofFactor)).add(this.diagonal.sqrt().mul(ofDiagonal));
  }

  protected override logDensity(value: Tensor): Tensor {
    const constant = this.eventShape[0] * Math.log(2 * Math.PI);
    return this.logDeterminant.add(constant).add(this.distance(value.sub(this.loc))).mul(-0.5);
  }

  override entropy(): Tensor {
    return this.logDeterminant.add(this.eventShape[0] * (1 + Math.log(2 * Math.PI))).mul(0.5).expand(this.batchShape);
  }
}
