import {
  arange, broadcastShapes, choleskyInverse, choleskySolve, finfo, linalg, mvlgamma, randn, tensor, Tensor, trilIndices, ValueError,
} from '@sconce/tensor';
import { checked, product, warnOnce } from '@sconce/tensor/internal';
import { namedArguments, required, tensorOf, type DistributionOptions, type Value } from './arguments.js';
import { greaterThan, lowerCholesky, positiveDefinite } from './constraints.js';
import { Distribution, type Constraints } from './distribution.js';
import type { ExponentialForm } from './exponential-family.js';
import { Chi2 } from './gamma.js';
import { factorOf, halfLogDeterminant, MATRICES, type Matrices } from './multivariate-normal.js';
import { tensorText } from './python-text.js';
import { lazy, type Shape } from './utils.js';

type WishartArguments =
  | [df: Value, covarianceMatrix: Tensor, options?: DistributionOptions]
  | [df: Value, options: DistributionOptions & Matrices]
  | [options: DistributionOptions & Matrices & { readonly df: Value }];

export interface WishartSampleOptions {
  /** how often samples are drawn again, default 10 */
  readonly maxTryCorrection?: number | undefined;
}

const count = (mask: Tensor): number => (mask.hostValues() as Uint8Array).filter((x) => x === 1).length;
/** Whether a mask holds anywhere, as far as it can be read at once. */
const some = (mask: Tensor): boolean => mask.device.type === 'cpu' && count(mask) > 0;

/** Numbers of the batch beside matrices. */
const besideMatrices = (x: Tensor): Tensor => x.unsqueeze(-1).unsqueeze(-1);

/** The sum of digamma(x - j / 2) over j below p, the derivative of `mvlgamma`. */
const mvdigamma = (x: Tensor, p: number): Tensor => x.unsqueeze(-1).sub(arange(p, { dtype: x.dtype, device: x.device }).div(2)).digamma().sum(-1);

/**
 * Positive definite p×p matrices: the sums of x xᵀ over `df` > p - 1 normal vectors x of mean 0, whose covariance is given as
 * `covarianceMatrix`, by its inverse `precisionMatrix`, or by its Cholesky factor `scaleTril`, with which there is least to compute.
 * Samples are drawn on the CPU only.
 *
 * The numbers are PyTorch 1.13's, also where they are odd: samples are drawn twice, with a warning, and a divergence adds up what comes of
 * `df` over the batch, so that those of a batch are to be asked for one by one. For `df` < p samples are singular but for rounding, on which
 * it hangs which of them are drawn again.
 * @throws ValueError for a `df` that is too small
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.wishart.Wishart
 * @example new torch.distributions.Wishart(3, torch.eye(2)).mean // tensor([[3., 0.], [0., 3.]])
 */
export class Wishart extends Distribution implements ExponentialForm {
  static override readonly argConstraints = {
    covarianceMatrix: positiveDefinite, precisionMatrix: positiveDefinite, scaleTril: lowerCholesky, df: greaterThan(0),
  };
  declare readonly df: Tensor;
  /** the factor as it was given, without the shape of the batch @internal */
  declare readonly factor: Tensor;
  /** the squares of the diagonals of Bartlett's factors */
  declare private readonly chi2: Chi2;

  constructor(...args: WishartArguments) {
    const given = namedArguments('Wishart', ['df', ...MATRICES], args);
    required('Wishart', ['df'], given);
    const names = MATRICES.filter((name) => given[name] !== undefined), [which] = names;
    if (names.length !== 1) throw new ValueError('Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.');
    const matrix = tensorOf('Wishart', which, given[which]), { dtype, device } = matrix, ofMatrix = matrix.shape.slice(0, -2);
    if (matrix.dim() < 2) throw new ValueError('scale_tril must be at least two-dimensional, with optional leading batch dimensions');
    const p = matrix.size(-1), isNumber = typeof given.df === 'number';
    const degrees = isNumber ? tensor(given.df as number, { dtype, device }) : tensorOf('Wishart', 'df', given.df);
    // one number stays without the shape of the batch, as in PyTorch
    const batchShape = isNumber ? ofMatrix : broadcastShapes(ofMatrix, degrees.shape), df = isNumber ? degrees : degrees.expand(batchShape);
    if (some(df.le(p - 1))) {
      throw new ValueError(`Value of df=${isNumber ? String(given.df) : tensorText(degrees)} expected to be greater than ndim - 1 = ${p - 1}.`);
    }
    if (some(df.lt(p))) warnOnce('Low df values detected. Singular samples are highly likely to occur for ndim - 1 < df < ndim.');
    super(batchShape, matrix.shape.slice(-2), given, { [which]: matrix.expand([...batchShape, -1, -1]), df });
    const factor = factorOf(which, matrix), less = arange(p, { dtype, device }).expand([...batchShape, p]);
    Object.assign(this, { factor, chi2: new Chi2(df.unsqueeze(-1).sub(less)) });
  }

  override get argConstraints(): Constraints { return { ...super.argConstraints, df: greaterThan(this.size - 1) }; }
  /** of the matrices: p */
  private get size(): number { return this.eventShape[0]; }

  private matrix(make: () => Tensor): Tensor { return make().expand([...this.batchShape, ...this.eventShape]); }
  get scaleTril(): Tensor { return lazy(this, 'scaleTril', () => this.matrix(() => this.factor)); }
  get covarianceMatrix(): Tensor { return lazy(this, 'covarianceMatrix', () => this.matrix(() => this.factor.matmul(this.factor.mT))); }
  get precisionMatrix(): Tensor { return lazy(this, 'precisionMatrix', () => this.matrix(() => choleskyInverse(this.factor))); }
  protected override isLazy(name: string): boolean { return name !== 'df'; }

  override expand(batchShape: Shape): this {
    return this.copied({ batchShape, chi2: this.chi2.expand([...batchShape, this.size]) }, this.expandedFields(batchShape));
  }

  override get support() { return positiveDefinite; }
  override get hasRsample() { return true; }
  override get mean() { return this.covarianceMatrix.mul(besideMatrices(this.df)); }
  /** NaN for a `df` of at most p + 1. */
  override get mode() {
    const factor = this.df.sub(this.size + 1);
    return this.covarianceMatrix.mul(besideMatrices(factor.maskedFill(factor.le(0), NaN)));
  }
  override get variance() {
    const V = this.covarianceMatrix, diagonal = V.diagonal({ dim1: -2, dim2: -1 });
    return V.pow(2).add(diagonal.unsqueeze(-1).mul(diagonal.unsqueeze(-2))).mul(besideMatrices(this.df));
  }

  /**
   * So many samples of the batch, from the Cholesky factors of those of the identity.
   * @see Bartlett, "On the theory of statistical regression" (1933)
   */
  private bartlett(n: number): Tensor {
    const { size } = this, roots = this.chi2.rsample([n]).sqrt(), { dtype, device } = roots;
    const below = randn([n, ...this.batchShape, size * (size - 1) / 2], { dtype, device });
    const [rows, columns] = trilIndices(size, size, { offset: -1 }).unbind(0);
    const normal = roots.clamp({ min: finfo(dtype).eps }).diagEmbed().indexPut(['...', rows, columns], below), factor = this.factor.matmul(normal);
    return factor.matmul(factor.mT);
  }

  /** Which of the samples are in the support, or are not, somewhere in the batch. */
  private valid(samples: Tensor, is: boolean): Tensor {
    const mask = this.support.check(samples.detach()).eq(is);
    return this.batchShape.length > 0 ? mask.flatten(1).any(-1) : mask;
  }

  /** Samples with gradients, also where they are drawn again, for which PyTorch has none. */
  override rsample(sampleShape: Shape = [], options: WishartSampleOptions = {}): Tensor {
    const { maxTryCorrection = 10 } = checked('rsample', options, 'maxTryCorrection'), shape = this.extendedShape(sampleShape);
    const samples = this.bartlett(product(sampleShape));
    // PyTorch takes those that are valid for singular ones, the first time
    let again = this.valid(samples, true);
    if (some(again)) warnOnce('Singular sample detected.');
    for (let i = 0; i < maxTryCorrection && some(again); i++) {
      const other = this.bartlett(count(again));
      samples.indexPut_([again], other);
      again = again.indexPut([again], this.valid(other, false));
    }
    return samples.view(shape);
  }

  protected override logDensity(value: Tensor): Tensor {
    const { df, size: p, factor } = this;
    const trace = choleskySolve(value, factor).diagonal({ dim1: -2, dim2: -1 }).sum(-1);
    return df.neg().mul(halfLogDeterminant(factor).add(p * Math.LN2 / 2)).sub(mvlgamma(df.div(2), p))
      .add(df.sub(p + 1).div(2).mul(linalg.slogdet(value).logabsdet)).sub(trace.div(2));
  }

  override entropy(): Tensor {
    const { df, size: p } = this, half = df.div(2);
    return halfLogDeterminant(this.factor).add(p * Math.LN2 / 2).mul(p + 1).add(mvlgamma(half, p))
      .sub(df.sub(p + 1).div(2).mul(mvdigamma(half, p))).add(half.mul(p));
  }

  get naturalParams() { return [this.precisionMatrix.div(-2), this.df.sub(this.size + 1).div(2)]; }
  logNormalizer(x: Tensor, y: Tensor): Tensor {
    const { size: p } = this, half = y.add((p + 1) / 2);
    return half.mul(linalg.slogdet(x.mul(-2)).logabsdet.rsub(p * Math.LN2)).add(mvlgamma(half, p));
  }
}
