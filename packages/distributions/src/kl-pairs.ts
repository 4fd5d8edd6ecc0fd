import { fullLike, NotImplementedError, type Tensor } from '@sconce/tensor';
import { activations } from '@sconce/tensor/internal';
import { Bernoulli } from './bernoulli.js';
import { Categorical } from './categorical.js';
import type { Distribution } from './distribution.js';
import { Independent } from './independent.js';
import { klDivergence, type Divergence, type DivergenceEntry, type DistributionClass } from './kl.js';
import { Normal } from './normal.js';
import { OneHotCategorical } from './one-hot-categorical.js';
import { Uniform } from './uniform.js';
import { sumRightmost } from './utils.js';

const entry = <P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>, q: DistributionClass<Q>, fn: Divergence<P, Q>): DivergenceEntry => [p, q, fn as unknown as Divergence];
const { softplus } = activations;

const bernoulli = (p: Bernoulli, q: Bernoulli): Tensor => {
  const ones = p.probs.mul(softplus(q.logits.neg()).sub(softplus(p.logits.neg())));
  const zeros = p.probs.rsub(1).mul(softplus(q.logits).sub(softplus(p.logits)));
  return ones.maskedFill(q.probs.eq(0), Infinity).maskedFill(p.probs.eq(0), 0)
    .add(zeros.maskedFill(q.probs.eq(1), Infinity).maskedFill(p.probs.eq(1), 0));
};

const categorical = (p: Categorical, q: Categorical): Tensor => {
  const terms = p.probs.mul(p.logits.sub(q.logits));
  return terms.maskedFill(q.probs.eq(0), Infinity).maskedFill(p.probs.eq(0), 0).sum(-1);
};

const normal = (p: Normal, q: Normal): Tensor => {
  const ratio = p.scale.div(q.scale).pow(2);
  return ratio.add(p.loc.sub(q.loc).div(q.scale).pow(2)).sub(1).sub(ratio.log()).mul(0.5);
};

const uniform = (p: Uniform, q: Uniform): Tensor =>
  q.high.sub(q.low).div(p.high.sub(p.low)).log().maskedFill(q.low.gt(p.low).logicalOr(q.high.lt(p.high)), Infinity);

const independent = (p: Independent, q: Independent): Tensor => {
  const n = p.reinterpretedBatchNdims;
  if (n !== q.reinterpretedBatchNdims) throw new NotImplementedError(`KL(p || q) of Independent: reinterpreted_batch_ndims differ, ${n} and ${q.reinterpretedBatchNdims}`);
  return sumRightmost(klDivergence(p.baseDist, q.baseDist), n);
};

const uniformNormal = (p: Uniform, q: Normal): Tensor => {
  const range = p.high.sub(p.low);
  const second = range.pow(2).div(12).add(p.high.add(p.low).sub(q.loc.mul(2)).div(2).pow(2));
  return q.scale.mul(Math.sqrt(2 * Math.PI)).div(range).log().add(second.mul(0.5).div(q.scale.pow(2)));
};

/** The divergences that PyTorch knows, by the classes of p and q. */
export const knownDivergences = (): DivergenceEntry[] => [
  entry(Bernoulli, Bernoulli, bernoulli),
  entry(Categorical, Categorical, categorical),
  entry(Normal, Normal, normal),
  entry(OneHotCategorical, OneHotCategorical, (p, q) => categorical(p.categorical, q.categorical)),
  entry(Uniform, Uniform, uniform),
  entry(Uniform, Normal, uniformNormal),
  entry(Normal, Uniform, (p) => fullLike(p.loc, Infinity)),
  entry(Independent, Independent, independent),
];
