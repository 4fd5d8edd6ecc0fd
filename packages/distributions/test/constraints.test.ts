// What PyTorch's constraints say of values, and its errors: tooling/oracle/distributions.py records them.
import { eye, ones, tensor, zeros, type Tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import * as D from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };
import { asked, camelCase, type Recorded } from './support.js';

/** `interval(-1., 2.)` */
function constraintOf(text: string): D.constraints.Constraint {
  const [, name, args] = /^(\w+)(?:\((.*)\))?$/.exec(text)!;
  const named = D.constraints[camelCase(name) as 'interval' | 'real'];
  return typeof named === 'function' ? (named as (...bounds: number[]) => D.constraints.Constraint)(...args.split(',').map(Number)) : named;
}

test.each(recorded.constraints.map((r) => [r.text, r] as const))('constraint %s', async (_, r) => {
  const constraint = constraintOf(r.text);
  expect([String(constraint), constraint.isDiscrete, constraint.eventDim]).toEqual([r.repr, r.isDiscrete, r.eventDim]);
  const { shape, data } = r.values as Recorded;
  expect(await constraint.check(tensor(data.map(Number)).view(shape)).tolist()).toEqual(r.valid);
});

test.each(recorded.registered.map((r) => [r.text, r] as const))('transforms to %s', (_, r) => {
  const text = (registry: D.ConstraintRegistry): string | null => asked(() => registry(constraintOf(r.text)) as never)?.toString() ?? null;
  expect([text(D.bijectTo), text(D.transformTo)]).toEqual([r.biject_to, r.transform_to]);
});

const errors: Record<keyof typeof recorded.errors, () => unknown> = {
  scale: () => new D.Normal(0, -1),
  scales: () => new D.Normal(zeros(2), tensor([1, 0])),
  nan: () => new D.Normal(NaN, 1),
  neither: () => new D.Bernoulli({}),
  both: () => new D.Categorical(ones(2), ones(2)),
  scalar: () => new D.Categorical(tensor(1)),
  text: () => new D.Normal('a' as unknown as number, 1),
  uniform: () => new D.Uniform(1, 1),
  outside: () => new D.Uniform(0, 1).logProb(tensor(2)),
  category: () => new D.Categorical(ones(3)).logProb(tensor([1, 3])),
  shape: () => new D.Normal(zeros(3), 1).logProb(zeros(2)),
  number: () => new D.Normal(0, 1).logProb(1 as unknown as Tensor),
  event: () => new D.OneHotCategorical(ones(3)).logProb(zeros(2)),
  oneHot: () => new D.OneHotCategorical(ones(3)).logProb(tensor([1, 1, 0])),
  independent: () => new D.Independent(new D.Normal(zeros(3), 1), 2),
  probability: () => new D.Bernoulli(tensor([0.5, 1.5])),
  kl: () => D.klDivergence(new D.Normal(0, 1), new D.Bernoulli(0.5)),
  support: () => new D.Bernoulli(0.5).logProb(tensor(0.5)),
  count: () => new D.Binomial(-1, 0.5),
  neverSuccess: () => new D.Geometric(tensor([0.5, 0])),
  covariance: () => new D.MultivariateNormal(zeros(2), eye(2).neg()),
  matrices: () => new D.MultivariateNormal(zeros(2), {}),
  counts: () => new D.Multinomial(tensor([1, 2]) as unknown as number, ones(2)),
  inhomogeneous: () => new D.Binomial(tensor([1, 2]), tensor(0.5)).enumerateSupport(),
  simplex: () => new D.Dirichlet(ones(2)).logProb(tensor([0.5, 0.4])),
  half: () => new D.HalfNormal(-1),
  base: () => new D.TransformedDistribution(new D.Normal(0, 1), new D.StickBreakingTransform()),
  list: () => new D.TransformedDistribution(new D.Normal(0, 1), [1 as unknown as D.Transform]),
  cache: () => new D.ExpTransform({ cacheSize: 2 }),
  reshape: () => new D.ReshapeTransform([2, 3], [4]),
  square: () => new D.CorrCholeskyTransform().forwardShape([4]),
  binomials: () => D.klDivergence(new D.Binomial(1, 0.5), new D.Binomial(2, 0.5)),
  unregistered: () => D.bijectTo(D.constraints.boolean),
  component: () => new D.MixtureSameFamily(new D.Categorical(ones(3)), new D.Normal(zeros(2), 1)),
  mixture: () => new D.MixtureSameFamily(new D.Categorical(ones(3, 2)), new D.Normal(zeros(2, 2), 1)),
  dim: () => new D.LKJCholesky(1),
  rank: () => new D.LowRankMultivariateNormal(zeros(2), ones(3, 1), ones(2)),
  batches: () => new D.LowRankMultivariateNormal(zeros(2, 2), ones(3, 2, 1), ones(2)),
  degrees: () => new D.Wishart(tensor([3, 1]), eye(2)),
  degree: () => new D.Wishart(0.5, eye(2)),
  definite: () => new D.Wishart(3, eye(2)).logProb(eye(2).neg()),
  scaleTril: () => new D.Wishart(3, { scaleTril: ones(2) }),
  cartesian: () => new D.Independent(new D.Bernoulli(ones(2)), 1).enumerateSupport(),
};

test.each(Object.keys(recorded.errors) as (keyof typeof errors)[])('error: %s', (name) => {
  // a line that PyTorch continues has the spaces of its source
  expect(errors[name]).toThrow(recorded.errors[name].replace(/ {20,}/g, ' '));
});
