// What PyTorch's transforms compute: tooling/oracle/distributions.py records it.
import { tensor, zeros, type Nested } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as D from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };
import { asked, camelCase, expectGradients, expectTensor, type Recorded } from './support.js';

interface Row {
  cls: string; args: unknown[]; options: object; repr: string; bijective: boolean; x: Recorded; y: [Recorded, Recorded[]]; inverse: Recorded;
  shapes: number[][]; sign: number | Recorded | null; domain: string; codomain: string; jacobian: [Recorded, Recorded[]] | null;
}

const builders: Record<string, () => D.Transform> = {
  inverse: () => new D.ExpTransform().inv,
  identity: () => D.identityTransform,
  compose: () => new D.ComposeTransform([new D.AffineTransform(0.5, 2), new D.StickBreakingTransform(), new D.ExpTransform()]),
  independent: () => new D.IndependentTransform(new D.TanhTransform(), 1),
  cat: () => new D.CatTransform([new D.ExpTransform(), new D.AffineTransform(1, 2)], { dim: -1, lengths: [1, 2] }),
  stack: () => new D.StackTransform([new D.ExpTransform(), new D.AffineTransform(1, 2)], { dim: -1 }),
  cdf: () => new D.CumulativeDistributionTransform(new D.Normal(0.5, 2)),
};

function make({ cls, args, options }: Row): D.Transform {
  if (cls in builders) return builders[cls]();
  const Class = D[cls as 'ExpTransform'] as unknown as new (...args: unknown[]) => D.Transform;
  const isShape = cls === 'ReshapeTransform';
  const given = args.map((x) => (Array.isArray(x) && !isShape ? tensor(x as Nested<number>[]) : x));
  return new Class(...given, Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value])));
}

const rows = recorded.transforms as unknown as Row[];

describe.each(rows.map((r) => [`${r.cls} ${JSON.stringify(r.args)}`, r] as const))('%s', (_, r) => {
  test('computes what PyTorch computes', () => {
    const t = make(r), x = tensor(r.x.data.map(Number)).view(r.x.shape).requiresGrad_(), y = t(x);
    expect(String(t)).toBe(r.repr);
    expect(t.bijective).toBe(r.bijective);
    expect([String(t.domain), String(t.codomain)]).toEqual([r.domain, r.codomain]);
    expectTensor(y, r.y[0], 'y');
    expectGradients(y, [x], r.y[1], 'y');
    expectTensor(t.inv(y), r.inverse, 'inverse', 1e-5);
    expect([t.forwardShape(x.shape), t.inverseShape(y.shape)]).toEqual(r.shapes);
    const jacobian = asked(() => t.logAbsDetJacobian(x, y));
    expectTensor(jacobian, r.jacobian && r.jacobian[0], 'jacobian');
    if (r.jacobian) expectGradients(jacobian!, [x], r.jacobian[1], 'jacobian');
    const sign = asked(() => t.sign as never);
    if (typeof r.sign === 'object') expectTensor(sign, r.sign, 'sign');
    else expect(sign).toBe(r.sign);
  });

  test('equals another one that was made the same way, and not another kind', () => {
    const named = /^(Exp|Sigmoid|Tanh|Softplus|Abs|Affine|Power|Softmax|StickBreaking|LowerCholesky)Transform$|compose|inverse|identity/.test(r.cls);
    expect(make(r).equals(make(r))).toBe(named);
    expect(make(r).equals(new D.PowerTransform(7))).toBe(false);
  });
});

test('the inverse of an inverse is the transform', () => {
  for (const t of [new D.ExpTransform(), new D.ComposeTransform([new D.ExpTransform(), new D.AffineTransform(1, 2)])]) {
    expect(t.inv.inv).toBe(t);
    expect(t).toBeInstanceOf(D.Transform);
    expect(typeof t).toBe('function');
  }
});

test('a cache gives back the very input', () => {
  const t = new D.TanhTransform({ cacheSize: 1 }), x = tensor([100]), y = t(x);
  expect(t.inv(y)).toBe(x);
  expect(t(x)).toBe(y);
  expect(new D.TanhTransform().inv(y)).not.toBe(x);
  expect(new D.AffineTransform(1, 2).withCache().inv).toBeInstanceOf(D.Transform);
  const parts = new D.ComposeTransform([new D.TanhTransform()], { cacheSize: 1 });
  expect(parts.inv(parts(x))).toBe(x);
});

test('transforms of one\'s own', async () => {
  class Cube extends D.Transform {
    get domain() { return D.constraints.real; }
    get codomain() { return D.constraints.real; }
    override get bijective() { return true; }
    override get sign() { return 1; }
    protected override _call(x: Parameters<D.Transform>[0]) { return x.pow(3); }
    protected override _inverse(y: Parameters<D.Transform>[0]) { return y.abs().pow(1 / 3).mul(y.sign()); }
    override logAbsDetJacobian(x: Parameters<D.Transform>[0]) { return x.pow(2).mul(3).log(); }
  }
  const m = new D.TransformedDistribution(new D.Uniform(zeros(2), 2), new Cube());
  // the density of x³ is 1 / (2 · 3 x²)
  expect(await m.logProb(tensor([1, 0.125])).exp().tolist()).toEqual([expect.closeTo(1 / 6), expect.closeTo(1 / 6 * 4)]);
  expect(String(new Cube())).toBe('Cube()');
  expect(await m.cdf(tensor([1, 8])).tolist()).toEqual([0.5, 1]);
});

test('what a transform cannot be made of', () => {
  expect(() => new D.ExpTransform({ cache_size: 1 } as object)).toThrow('write cacheSize');
  expect(() => new D.ExpTransform({ cachesize: 1 } as object)).toThrow("unknown option 'cachesize': there are cacheSize");
  expect(() => new D.CatTransform([new D.ExpTransform()], { lengths: [1, 2] })).toThrow('expected 1 lengths, but got 2');
  expect(() => new D.StackTransform([new D.ExpTransform()])(zeros(2))).toThrow('expected a size of 1 in dimension 0, but got 2');
});
