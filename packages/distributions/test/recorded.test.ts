// What PyTorch's distributions drew, said and computed: tooling/oracle/distributions.py records it.
import { manualSeed, ones, tensor, zeros, type Nested, type Tensor } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as D from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };
import { asked, camelCase, expectGradients, expectTensor, make, type Made, type Recorded } from './support.js';

type WithGradients = [value: Recorded, gradients: (Recorded | null)[]];
interface Case extends Made {
  ask: { values?: Nested<number>[]; levels?: Nested<number>[] };
  repr: string; reprAfter: string; batchShape: number[]; eventShape: number[]; hasRsample: boolean; hasEnumerateSupport: boolean;
  support: string | null; properties: Record<string, Recorded | null>; entropy: WithGradients | null; samples: Recorded[];
  rsample?: WithGradients; expanded: [repr: string, sample: Recorded]; enumerated?: (Recorded | null)[];
  logProb?: WithGradients; cdf?: Recorded | null; icdf?: Recorded | null;
}
interface Divergence { p: [string, unknown[], object]; q: [string, unknown[], object]; kl: Recorded; grads: (Recorded | null)[] }

const cases = recorded.cases as unknown as Case[];
const title = ({ cls, args, kwargs }: Made): string => `${cls} ${JSON.stringify(args)} ${JSON.stringify(kwargs)}`.slice(0, 100);

describe('distributions', () => {
  test.each(cases.map((c) => [title(c), c] as const))('%s', (_, c) => {
    const [m, parameters] = make(c);
    expect(String(m)).toBe(c.repr);
    expect([m.batchShape, m.eventShape]).toEqual([c.batchShape, c.eventShape]);
    expect([m.hasRsample, m.hasEnumerateSupport]).toEqual([c.hasRsample, c.hasEnumerateSupport]);
    if (c.support !== null) expect(String(m.support)).toBe(c.support);
    for (const [name, value] of Object.entries(c.properties)) expectTensor(asked(() => m[name as 'mean']), value, name);
    const entropy = asked(() => m.entropy());
    expectTensor(entropy, c.entropy && c.entropy[0], 'entropy');
    if (c.entropy) expectGradients(entropy!, parameters, c.entropy[1], 'entropy');
    c.samples.forEach((sample, i) => {
      manualSeed(i);
      expectTensor(m.sample([[], [3], [2, 3]][i]), sample, `sample ${i}`);
    });
    if (c.rsample) {
      manualSeed(5);
      const x = m.rsample([4]);
      expectTensor(x, c.rsample[0], 'rsample');
      expectGradients(x, parameters, c.rsample[1], 'rsample');
    }
    manualSeed(6);
    const wide = m.expand([2, ...m.batchShape]);
    expect(String(wide)).toBe(c.expanded[0]);
    expect(wide.batchShape).toEqual([2, ...m.batchShape]);
    expectTensor(wide.sample(), c.expanded[1], 'expanded');
    if (c.enumerated) {
      expectTensor(asked(() => m.enumerateSupport()), c.enumerated[0], 'enumerateSupport');
      expectTensor(asked(() => m.enumerateSupport({ expand: false })), c.enumerated[1], 'enumerateSupport');
    }
    if (c.logProb) {
      const values = tensor(c.ask.values!), p = m.logProb(values);
      expectTensor(p, c.logProb[0], 'logProb');
      expectGradients(p, parameters, c.logProb[1], 'logProb');
      expectTensor(asked(() => m.cdf(values)), c.cdf!, 'cdf');
    }
    if (c.icdf !== undefined) expectTensor(asked(() => m.icdf(tensor(c.ask.levels!))), c.icdf, 'icdf');
    expect(String(m)).toBe(c.reprAfter);
  });
});

describe('divergences', () => {
  const made = ([cls, args, kwargs]: Divergence['p']): Made => ({ cls, args, kwargs });
  const rows = recorded.kl as unknown as Divergence[];
  test.each(rows.map((r) => [`${title(made(r.p))} and ${title(made(r.q))}`, r] as const))('of %s', (_, r) => {
    const [p, ofP] = make(made(r.p)), [q, ofQ] = make(made(r.q));
    const kl = D.klDivergence(p, q);
    expectTensor(kl, r.kl, 'kl', 5e-6);
    expectGradients(kl, [...ofP, ...ofQ], r.grads, 'kl');
  });
});

test.each(recorded.constraints.map((r) => [r.text, r] as const))('constraint %s', async (_, r) => {
  const [, name, args] = /^(\w+)(?:\((.*)\))?$/.exec(r.text)!;
  const named = D.constraints[camelCase(name) as 'interval' | 'real'];
  const constraint = typeof named === 'function' ? (named as (...bounds: number[]) => D.constraints.Constraint)(...args.split(',').map(Number)) : named;
  expect([String(constraint), constraint.isDiscrete, constraint.eventDim]).toEqual([r.repr, r.isDiscrete, r.eventDim]);
  const { shape, data } = r.values as Recorded;
  expect(await constraint.check(tensor(data.map(Number)).view(shape)).tolist()).toEqual(r.valid);
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
  cartesian: () => new D.Independent(new D.Bernoulli(ones(2)), 1).enumerateSupport(),
};

test.each(Object.keys(recorded.errors) as (keyof typeof errors)[])('error: %s', (name) => {
  // a line that PyTorch continues has the spaces of its source
  expect(errors[name]).toThrow(recorded.errors[name].replace(/ {2,}/g, ' '));
});
