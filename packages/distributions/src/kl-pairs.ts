import { linalg, NotImplementedError, ValueError, type Tensor } from '@sconce/tensor';
import { activations, sameShape } from '@sconce/tensor/internal';
import { Bernoulli } from './bernoulli.js';
import { Binomial } from './binomial.js';
import { Categorical } from './categorical.js';
import { Cauchy } from './cauchy.js';
import { ContinuousBernoulli } from './continuous-bernoulli.js';
import { Beta, Dirichlet } from './dirichlet.js';
import { Exponential } from './exponential.js';
import { Gamma } from './gamma.js';
import { Geometric } from './geometric.js';
import { Gumbel } from './gumbel.js';
import { HalfNormal } from './half.js';
import { Independent } from './independent.js';
import { crossDivergences } from './kl-cross.js';
import { entry, infiniteWhere, type Divergence, type DivergenceEntry } from './kl-entry.js';
import { Laplace } from './laplace.js';
import { LowRankMultivariateNormal } from './low-rank-multivariate-normal.js';
import { halfLogDeterminant, mahalanobis, MultivariateNormal } from './multivariate-normal.js';
import { Normal } from './normal.js';
import { OneHotCategorical } from './one-hot-categorical.js';
import { Pareto } from './pareto.js';
import { Poisson } from './poisson.js';
import { TransformedDistribution } from './transformed-distribution.js';
import { sameTransforms } from './transforms/compose.js';
import { Uniform } from './uniform.js';
import { EULER, sumRightmost } from './utils.js';

const { softplus } = activations;

function bernoulli(p: Bernoulli, q: Bernoulli): Tensor {
  const ones = p.probs.mul(softplus(q.logits.neg()).sub(softplus(p.logits.neg())));
  const zeros = p.probs.rsub(1).mul(softplus(q.logits).sub(softplus(p.logits)));
  return infiniteWhere(ones, q.probs.eq(0)).maskedFill(p.probs.eq(0), 0)
    .add(infiniteWhere(zeros, q.probs.eq(1)).maskedFill(p.probs.eq(1), 0));
}

function beta(p: Beta, q: Beta): Tensor {
  const p1 = p.concentration1, p0 = p.concentration0, q1 = q.concentration1, q0 = q.concentration0;
  const sumP = p1.add(p0), sumQ = q1.add(q0);
  return q1.lgamma().add(q0.lgamma()).add(sumP.lgamma()).sub(p1.lgamma().add(p0.lgamma()).add(sumQ.lgamma()))
    .add(p1.sub(q1).mul(p1.digamma())).add(p0.sub(q0).mul(p0.digamma())).add(sumQ.sub(sumP).mul(sumP.digamma()));
}

function binomial(p: Binomial, q: Binomial): Tensor {
  const n = p.totalCount;
  if ((n.lt(q.totalCount).hostValues() as Uint8Array).includes(1)) {
    throw new NotImplementedError('KL between Binomials where q.total_count > p.total_count is not implemented');
  }
  const kl = n.mul(p.probs.mul(p.logits.sub(q.logits)).add(p.probs.neg().log1p()).sub(q.probs.neg().log1p()));
  return infiniteWhere(kl, n.gt(q.totalCount));
}

function categorical(p: Categorical, q: Categorical): Tensor {
  const terms = p.probs.mul(p.logits.sub(q.logits));
  return infiniteWhere(terms, q.probs.eq(0)).maskedFill(p.probs.eq(0), 0).sum(-1);
}

const continuousBernoulli = (p: ContinuousBernoulli, q: ContinuousBernoulli): Tensor =>
  p.mean.mul(p.logits.sub(q.logits)).add(p.logNorm).add(p.probs.neg().log1p()).sub(q.logNorm).sub(q.probs.neg().log1p());

function dirichlet(p: Dirichlet, q: Dirichlet): Tensor {
  const a = p.concentration, b = q.concentration, total = a.sum(-1);
  return total.lgamma().sub(b.sum(-1).lgamma()).sub(a.lgamma().sub(b.lgamma()).sum(-1))
    .add(a.sub(b).mul(a.digamma().sub(total.digamma().unsqueeze(-1))).sum(-1));
}

function exponential(p: Exponential, q: Exponential): Tensor {
  const ratio = q.rate.div(p.rate);
  return ratio.log().neg().add(ratio).sub(1);
}

function gamma(p: Gamma, q: Gamma): Tensor {
  const a = p.concentration, b = q.concentration;
  return b.mul(p.rate.div(q.rate).log()).add(b.lgamma().sub(a.lgamma())).add(a.sub(b).mul(a.digamma())).add(q.rate.sub(p.rate).mul(a.div(p.rate)));
}

function gumbel(p: Gumbel, q: Gumbel): Tensor {
  const scales = p.scale.div(q.scale), to = q.loc.div(q.scale), from = p.loc.div(q.scale);
  return scales.log().neg().sub(to).add(from).add(scales.mul(EULER)).add(to.add(scales.add(1).lgamma()).sub(from).exp()).sub(1 + EULER);
}

const geometric = (p: Geometric, q: Geometric): Tensor => p.entropy().neg().sub(q.probs.neg().log1p().div(p.probs)).sub(q.logits);

function laplace(p: Laplace, q: Laplace): Tensor {
  const scales = p.scale.div(q.scale), distance = p.loc.sub(q.loc).abs();
  return scales.log().neg().add(distance.div(q.scale)).add(scales.mul(distance.neg().div(p.scale).exp())).sub(1);
}

type Multivariate = MultivariateNormal | LowRankMultivariateNormal;

/** Of normal vectors, whichever way their covariances are given: ½ (ln |Q| / |P| + tr Q⁻¹P + distance² - n). */
function multivariateNormal(p: Multivariate, q: Multivariate): Tensor {
  if (!sameShape(p.eventShape, q.eventShape)) {
    const rank = [p, q].some((x) => x instanceof LowRankMultivariateNormal) ? (p.constructor === q.constructor ? 'Low Rank ' : '(Low Rank) ') : '';
    throw new ValueError(`KL-divergence between two ${rank}Multivariate Normals with different event shapes cannot be computed`);
  }
  return logDeterminant(q).sub(logDeterminant(p)).add(trace(p, q)).add(squaredDistance(q, q.loc.sub(p.loc))).sub(p.eventShape[0]).mul(0.5);
}

const logDeterminant = (p: Multivariate): Tensor => (p instanceof MultivariateNormal ? halfLogDeterminant(p.factor).mul(2) : p.logDeterminant);
const squaredDistance = (q: Multivariate, x: Tensor): Tensor => (q instanceof MultivariateNormal ? mahalanobis(q.factor, x) : q.distance(x));
const squares = (x: Tensor): Tensor => sumRightmost(x.pow(2), 2);

/** tr Q⁻¹P */
function trace(p: Multivariate, q: Multivariate): Tensor {
  // P as a sum of products F Fᵀ
  const factors = p instanceof MultivariateNormal ? [p.factor] : [p.factor, p.diagonal.sqrt().diagEmbed()];
  const terms = factors.map((factor) => {
    if (q instanceof MultivariateNormal) return squares(linalg.solveTriangular(q.factor, factor, { upper: false }));
    const a = linalg.solveTriangular(q.capacitance, q.scaled, { upper: false });
    return squares(factor.mul(q.diagonal.rsqrt().unsqueeze(-1))).sub(squares(a.matmul(factor)));
  });
  return terms.reduce((sum, term) => sum.add(term));
}

function normal(p: Normal, q: Normal): Tensor {
  const ratio = p.scale.div(q.scale).pow(2);
  return ratio.add(p.loc.sub(q.loc).div(q.scale).pow(2)).sub(1).sub(ratio.log()).mul(0.5);
}

function pareto(p: Pareto, q: Pareto): Tensor {
  const ratio = q.alpha.div(p.alpha);
  return infiniteWhere(q.alpha.mul(p.scale.div(q.scale).log()).sub(ratio.log()).add(ratio).sub(1), p.scale.lt(q.scale));
}

const poisson = (p: Poisson, q: Poisson): Tensor => p.rate.mul(p.rate.log().sub(q.rate.log())).sub(p.rate.sub(q.rate));

const uniform = (p: Uniform, q: Uniform): Tensor =>
  infiniteWhere(q.high.sub(q.low).div(p.high.sub(p.low)).log(), q.low.gt(p.low).logicalOr(q.high.lt(p.high)));

function cauchy(p: Cauchy, q: Cauchy): Tensor {
  return p.scale.add(q.scale).pow(2).add(p.loc.sub(q.loc).pow(2)).log().sub(p.scale.mul(4).mul(q.scale).log());
}

/** The divergences that PyTorch knows, by the classes of p and q; `divergence` computes those of bases. */
export const knownDivergences = (divergence: Divergence): DivergenceEntry[] => [
  entry(Bernoulli, Bernoulli, bernoulli),
  entry(Beta, Beta, beta),
  entry(Binomial, Binomial, binomial),
  entry(Categorical, Categorical, categorical),
  entry(Cauchy, Cauchy, cauchy),
  entry(ContinuousBernoulli, ContinuousBernoulli, continuousBernoulli),
  entry(Dirichlet, Dirichlet, dirichlet),
  entry(Exponential, Exponential, exponential),
  entry(Gamma, Gamma, gamma),
  entry(Geometric, Geometric, geometric),
  entry(Gumbel, Gumbel, gumbel),
  entry(HalfNormal, HalfNormal, (p, q) => normal(p.baseDist, q.baseDist)),
  entry(Laplace, Laplace, laplace),
  entry(LowRankMultivariateNormal, LowRankMultivariateNormal, multivariateNormal),
  entry(LowRankMultivariateNormal, MultivariateNormal, multivariateNormal),
  entry(MultivariateNormal, LowRankMultivariateNormal, multivariateNormal),
  entry(MultivariateNormal, MultivariateNormal, multivariateNormal),
  entry(Normal, Normal, normal),
  entry(OneHotCategorical, OneHotCategorical, (p, q) => categorical(p.categorical, q.categorical)),
  entry(Pareto, Pareto, pareto),
  entry(Poisson, Poisson, poisson),
  entry(Uniform, Uniform, uniform),
  entry(Independent, Independent, (p, q) => {
    const n = p.reinterpretedBatchNdims, m = q.reinterpretedBatchNdims;
    if (n !== m) throw new NotImplementedError(`KL(p || q) of Independent distributions of different reinterpreted_batch_ndims, ${n} and ${m}`);
    return sumRightmost(divergence(p.baseDist, q.baseDist), n);
  }),
  entry(TransformedDistribution, TransformedDistribution, (p, q) => {
    if (!sameTransforms(p.transforms, q.transforms) || !sameShape(p.eventShape, q.eventShape)) {
      throw new NotImplementedError('KL(p || q) of TransformedDistributions whose transforms or event shapes differ');
    }
    return divergence(p.baseDist, q.baseDist);
  }),
  ...crossDivergences(),
];
