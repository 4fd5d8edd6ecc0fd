import type { Tensor } from '@sconce/tensor';
import { Bernoulli } from './bernoulli.js';
import { Binomial } from './binomial.js';
import { ContinuousBernoulli } from './continuous-bernoulli.js';
import { Beta } from './dirichlet.js';
import { Exponential } from './exponential.js';
import { Gamma } from './gamma.js';
import { Gumbel } from './gumbel.js';
import { entry, infiniteLike, infiniteWhere, type DistributionClass, type DivergenceEntry } from './kl-entry.js';
import { Laplace } from './laplace.js';
import { Normal } from './normal.js';
import { Pareto } from './pareto.js';
import { Poisson } from './poisson.js';
import { Uniform } from './uniform.js';
import { EULER } from './utils.js';

const { log, PI, sqrt } = Math;
const xLogX = (x: Tensor): Tensor => x.mul(x.log());

/** ln Γ(α) - α ln β: what a gamma density is divided by */
const gammaNormalizer = (q: Gamma): Tensor => q.concentration.lgamma().sub(q.concentration.mul(q.rate.log()));

// from Beta

function betaGamma(p: Beta, q: Gamma): Tensor {
  const total = p.concentration1.add(p.concentration0);
  return p.entropy().neg().add(gammaNormalizer(q))
    .sub(q.concentration.sub(1).mul(p.concentration1.digamma().sub(total.digamma()))).add(q.rate.mul(p.concentration1).div(total));
}

function betaNormal(p: Beta, q: Normal): Tensor {
  const { mean } = p, total = p.concentration1.add(p.concentration0), variance = q.scale.pow(2);
  const second = mean.mul(mean.rsub(1)).div(total.add(1)).add(mean.pow(2)).mul(0.5);
  return p.entropy().neg().add(variance.mul(2).mul(PI).log().mul(0.5)).add(second.sub(q.loc.mul(mean)).add(q.loc.pow(2).mul(0.5)).div(variance));
}

const betaUniform = (p: Beta, q: Uniform): Tensor =>
  infiniteWhere(p.entropy().neg().add(q.high.sub(q.low).log()), q.low.gt(0).logicalOr(q.high.lt(1)));

// from ContinuousBernoulli

/** -∫ p ln q, for p of the unit interval */
const crossEntropy = (mean: Tensor, q: ContinuousBernoulli): Tensor => mean.mul(q.logits).add(q.probs.neg().log1p()).add(q.logNorm).neg();

function continuousNormal(p: ContinuousBernoulli, q: Normal): Tensor {
  const constant = q.loc.div(q.scale).square().add(log(2 * PI)).mul(0.5).add(q.scale.log());
  return p.entropy().neg().add(constant).add(p.variance.add(p.mean.square()).sub(q.loc.mul(2).mul(p.mean)).div(q.scale.square().mul(2)));
}

/** Infinite unless q goes beyond the unit interval on both sides. */
const continuousUniform = (p: ContinuousBernoulli, q: Uniform): Tensor =>
  infiniteWhere(p.entropy().neg().add(q.high.sub(q.low).log()), q.low.ge(0).logicalOr(q.high.le(1)));

// from Pareto

function paretoExponential(p: Pareto, q: Exponential): Tensor {
  const product = p.scale.mul(q.rate), { alpha } = p;
  return infiniteWhere(alpha.div(product).log().sub(alpha.reciprocal()).add(alpha.mul(product).div(alpha.sub(1))).sub(1), alpha.le(1));
}

function paretoGamma(p: Pareto, q: Gamma): Tensor {
  const { alpha } = p, common = p.scale.log().add(alpha.reciprocal());
  const logs = alpha.log().sub(common).add(gammaNormalizer(q)).add(q.concentration.rsub(1).mul(common));
  const kl = logs.add(q.rate.mul(alpha).mul(p.scale).div(alpha.sub(1))).sub(1);
  return infiniteWhere(kl, alpha.le(1));
}

function paretoNormal(p: Pareto, q: Normal): Tensor {
  const { alpha } = p, variance = q.scale.pow(2).mul(2), common = p.scale.div(alpha.sub(1));
  const second = alpha.mul(common.pow(2)).div(alpha.sub(2)).add(alpha.mul(common).sub(q.loc).pow(2));
  const kl = q.scale.mul(sqrt(2 * PI)).mul(alpha).div(p.scale).log().sub(alpha.reciprocal()).add(second.div(variance)).sub(1);
  return infiniteWhere(kl, alpha.le(2));
}

// from Exponential

function exponentialGamma(p: Exponential, q: Gamma): Tensor {
  const ratio = q.rate.div(p.rate), a = q.concentration;
  return a.neg().mul(ratio.log()).add(ratio).add(a.lgamma()).add(a.mul(EULER)).sub(1 + EULER);
}

function exponentialGumbel(p: Exponential, q: Gumbel): Tensor {
  const product = p.rate.mul(q.scale), offset = q.loc.div(q.scale);
  return product.log().sub(1).sub(offset).add(offset.exp().mul(product).div(product.add(1))).add(product.reciprocal());
}

function exponentialNormal(p: Exponential, q: Normal): Tensor {
  const variance = q.scale.pow(2), square = p.rate.pow(2);
  const second = square.reciprocal().sub(q.loc.div(p.rate)).add(q.loc.pow(2).mul(0.5));
  return square.mul(variance).mul(2).mul(PI).log().mul(0.5).sub(1).add(second.div(variance));
}

// from Gamma

function gammaGumbel(p: Gamma, q: Gumbel): Tensor {
  const a = p.concentration, product = p.rate.mul(q.scale), offset = q.loc.div(q.scale);
  return a.sub(1).mul(a.digamma()).sub(a.lgamma()).sub(a).add(product.log().add(a.div(product)))
    .add(offset.exp().mul(product.reciprocal().add(1).pow(a.neg())).sub(offset));
}

function gammaNormal(p: Gamma, q: Normal): Tensor {
  const a = p.concentration, variance = q.scale.pow(2), square = p.rate.pow(2);
  const second = a.pow(2).add(a).mul(0.5).div(square).sub(q.loc.mul(a).div(p.rate)).add(q.loc.pow(2).mul(0.5));
  return square.mul(variance).mul(2).mul(PI).log().mul(0.5).sub(a).sub(a.lgamma()).add(a.sub(1).mul(a.digamma())).add(second.div(variance));
}

// from numbers of the whole line

function gumbelNormal(p: Gumbel, q: Normal): Tensor {
  const ratio = p.scale.div(q.scale), offset = p.loc.add(p.scale.mul(EULER)).sub(q.loc).div(q.scale);
  return ratio.div(sqrt(2 * PI)).log().neg().add(ratio.mul(PI * 0.5).pow(2).div(3)).add(offset.pow(2).mul(0.5)).sub(EULER + 1);
}

function laplaceNormal(p: Laplace, q: Normal): Tensor {
  const variance = q.scale.pow(2), ratio = p.scale.pow(2).div(variance);
  const second = p.loc.pow(2).mul(0.5).sub(p.loc.mul(q.loc)).add(q.loc.pow(2).mul(0.5));
  return ratio.mul(2).div(PI).log().mul(-0.5).add(ratio).add(second.div(variance)).sub(1);
}

function normalGumbel(p: Normal, q: Gumbel): Tensor {
  const mean = p.loc.div(q.scale), variance = p.scale.div(q.scale).pow(2), offset = q.loc.div(q.scale);
  return variance.log().mul(-0.5).add(mean.sub(offset)).add(mean.neg().add(variance.mul(0.5)).add(offset).exp()).sub(0.5 * (1 + log(2 * PI)));
}

function normalLaplace(p: Normal, q: Laplace): Tensor {
  const distance = p.loc.sub(q.loc), relative = distance.div(p.scale);
  const spread = p.scale.mul(sqrt(2 / PI)).mul(relative.pow(2).mul(-0.5).exp());
  return p.scale.div(q.scale).log().neg().add(spread.add(distance.mul(relative.mul(sqrt(0.5)).erf())).div(q.scale)).sub(0.5 * (1 + log(0.5 * PI)));
}

// from Uniform

function uniformBeta(p: Uniform, q: Beta): Tensor {
  const range = p.high.sub(p.low), a = q.concentration1, b = q.concentration0;
  const first = a.sub(1).mul(xLogX(p.high).sub(xLogX(p.low)).sub(range)).div(range);
  const second = b.sub(1).mul(xLogX(p.high.rsub(1)).sub(xLogX(p.low.rsub(1))).add(range)).div(range);
  const kl = second.add(a.lgamma().add(b.lgamma()).sub(a.add(b).lgamma())).sub(range.log()).sub(first);
  return infiniteWhere(kl, p.high.gt(1).logicalOr(p.low.lt(0)));
}

const uniformExponential = (p: Uniform, q: Exponential): Tensor =>
  infiniteWhere(q.rate.mul(p.high.add(p.low)).div(2).sub(p.high.sub(p.low).mul(q.rate).log()), p.low.lt(0));

function uniformGamma(p: Uniform, q: Gamma): Tensor {
  const range = p.high.sub(p.low);
  const logs = q.concentration.rsub(1).mul(xLogX(p.high).sub(xLogX(p.low)).sub(range)).div(range);
  const kl = range.log().neg().add(gammaNormalizer(q)).add(logs).add(q.rate.mul(p.high.add(p.low)).div(2));
  return infiniteWhere(kl, p.low.lt(0));
}

function uniformGumbel(p: Uniform, q: Gumbel): Tensor {
  const ratio = q.scale.div(p.high.sub(p.low)), high = p.high.sub(q.loc).div(q.scale), low = p.low.sub(q.loc).div(q.scale);
  return ratio.log().add(high.add(low).mul(0.5)).sub(ratio.mul(high.neg().exp().sub(low.neg().exp())));
}

function uniformNormal(p: Uniform, q: Normal): Tensor {
  const range = p.high.sub(p.low);
  const second = range.pow(2).div(12).add(p.high.add(p.low).sub(q.loc.mul(2)).div(2).pow(2));
  return q.scale.mul(sqrt(PI * 2)).div(range).log().add(second.mul(0.5).div(q.scale.pow(2)));
}

function uniformContinuous(p: Uniform, q: ContinuousBernoulli): Tensor {
  return infiniteWhere(p.entropy().neg().add(crossEntropy(p.mean, q)), p.high.ge(1).logicalOr(p.low.le(0)));
}

function uniformPareto(p: Uniform, q: Pareto): Tensor {
  const range = p.high.sub(p.low), logs = xLogX(p.high).sub(xLogX(p.low)).sub(range).div(range);
  return infiniteWhere(logs.mul(q.alpha.add(1)).sub(q.alpha.mul(q.scale.pow(q.alpha)).mul(range).log()), p.low.lt(q.scale));
}

const classes = (...list: readonly DistributionClass[]): readonly DistributionClass[] => list;

/** The divergences between distributions of different classes. */
export const crossDivergences = (): DivergenceEntry[] => [
  entry(Bernoulli, Poisson, (p, q) => p.entropy().neg().sub(p.probs.mul(q.rate.log()).sub(q.rate))),
  entry(Beta, ContinuousBernoulli, (p, q) => p.entropy().neg().add(crossEntropy(p.mean, q))),
  entry(Beta, Exponential, (p, q) => p.entropy().neg().sub(q.rate.log()).add(q.rate.mul(p.mean))),
  entry(Beta, Gamma, betaGamma),
  entry(Beta, Normal, betaNormal),
  entry(Beta, Uniform, betaUniform),
  entry(Beta, Pareto, (p) => infiniteLike(p.concentration1)),
  entry(ContinuousBernoulli, Exponential, (p, q) => p.entropy().neg().sub(q.rate.log()).add(q.rate.mul(p.mean))),
  entry(ContinuousBernoulli, Normal, continuousNormal),
  entry(ContinuousBernoulli, Pareto, (p) => infiniteLike(p.probs)),
  entry(ContinuousBernoulli, Uniform, continuousUniform),
  entry(Exponential, Gamma, exponentialGamma),
  entry(Exponential, Gumbel, exponentialGumbel),
  entry(Exponential, Normal, exponentialNormal),
  entry(Gamma, Exponential, (p, q) => p.entropy().neg().sub(q.rate.log()).add(q.rate.mul(p.concentration).div(p.rate))),
  entry(Gamma, Gumbel, gammaGumbel),
  entry(Gamma, Normal, gammaNormal),
  entry(Gumbel, Normal, gumbelNormal),
  entry(Laplace, Normal, laplaceNormal),
  entry(Normal, Gumbel, normalGumbel),
  entry(Normal, Laplace, normalLaplace),
  entry(Pareto, Exponential, paretoExponential),
  entry(Pareto, Gamma, paretoGamma),
  entry(Pareto, Normal, paretoNormal),
  entry(Uniform, Beta, uniformBeta),
  entry(Uniform, ContinuousBernoulli, uniformContinuous),
  entry(Uniform, Exponential, uniformExponential),
  entry(Uniform, Gamma, uniformGamma),
  entry(Uniform, Gumbel, uniformGumbel),
  entry(Uniform, Normal, uniformNormal),
  entry(Uniform, Pareto, uniformPareto),
  ...classes(Beta, ContinuousBernoulli, Pareto, Uniform).flatMap((q) => [
    entry(Exponential, q, (p) => infiniteLike(p.rate)), entry(Gamma, q, (p) => infiniteLike(p.concentration)),
  ]),
  ...classes(Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform).flatMap((q) => [
    entry(Gumbel, q, (p) => infiniteLike(p.loc)), entry(Laplace, q, (p) => infiniteLike(p.loc)), entry(Normal, q, (p) => infiniteLike(p.loc)),
  ]),
  ...classes(Beta, ContinuousBernoulli, Uniform).map((q) => entry(Pareto, q, (p) => infiniteLike(p.scale))),
  ...classes(Bernoulli, Binomial).map((q) => entry(Poisson, q, (p) => infiniteLike(p.rate))),
];
