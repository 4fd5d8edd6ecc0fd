// What PyTorch's distributions drew, said and computed: tooling/oracle/distributions.py records it.
import * as torch from '@sconce/tensor';
import { manualSeed, tensor, type Nested } from '@sconce/tensor';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as D from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };
import { asked, expectGradients, expectTensor, make, type Made, type Recorded } from './support.js';

type WithGradients = [value: Recorded, gradients: (Recorded | null)[]];
interface Case extends Made {
  ask: { values?: Nested<number>[]; levels?: Nested<number>[]; dtype?: 'float64'; entropy?: false; tries?: number };
  repr: string; reprAfter: string; batchShape: number[]; eventShape: number[]; hasRsample: boolean; hasEnumerateSupport: boolean;
  support: string | null; properties: Record<string, Recorded | null>; entropy: WithGradients | null; samples: Recorded[];
  rsample?: WithGradients; expanded: [repr: string, sample: Recorded]; enumerated?: (Recorded | null)[];
  logProb?: WithGradients; cdf?: Recorded | null; icdf?: Recorded | null;
}
interface Divergence { p: [string, unknown[], object]; q: [string, unknown[], object]; kl: Recorded; grads: (Recorded | null)[] }

const cases = recorded.cases as unknown as Case[];
const title = ({ cls, args, kwargs }: Made): string => `${cls} ${JSON.stringify(args)} ${JSON.stringify(kwargs)}`.slice(0, 100);

describe('distributions', () => {
  // of what Wishart draws again
  beforeAll(() => { vi.spyOn(console, 'warn').mockImplementation(() => undefined); });
  afterAll(() => { vi.restoreAllMocks(); });
  test.each(cases.map((c) => [title(c), c] as const))('%s', (_, c) => {
    const dtype = torch[c.ask.dtype ?? 'float32'], [m, parameters] = make(c, dtype);
    expect(String(m)).toBe(c.repr);
    expect([m.batchShape, m.eventShape]).toEqual([c.batchShape, c.eventShape]);
    expect([m.hasRsample, m.hasEnumerateSupport]).toEqual([c.hasRsample, c.hasEnumerateSupport]);
    if (c.support !== null) expect(String(m.support)).toBe(c.support);
    for (const [name, value] of Object.entries(c.properties)) expectTensor(asked(() => m[name as 'mean']), value, name);
    const entropy = asked(() => m.entropy());
    if (c.ask.entropy !== false) expectTensor(entropy, c.entropy && c.entropy[0], 'entropy');
    if (c.entropy) expectGradients(entropy!, parameters, c.entropy[1], 'entropy');
    c.samples.forEach((sample, i) => {
      manualSeed(i);
      expectTensor(m.sample([[], [3], [2, 3]][i]), sample, `sample ${i}`);
    });
    if (c.rsample) {
      manualSeed(5);
      const x = c.ask.tries === undefined ? m.rsample([4]) : (m as D.Wishart).rsample([4], { maxTryCorrection: c.ask.tries });
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
      const values = tensor(c.ask.values!, { dtype }), p = m.logProb(values);
      expectTensor(p, c.logProb[0], 'logProb');
      expectGradients(p, parameters, c.logProb[1], 'logProb');
      expectTensor(asked(() => m.cdf(values)), c.cdf!, 'cdf');
    }
    if (c.icdf !== undefined) expectTensor(asked(() => m.icdf(tensor(c.ask.levels!, { dtype }))), c.icdf, 'icdf');
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
