import { grad } from '@sconce/autograd';
import { float64, manualSeed, ones, tensor, Tensor, zeros } from '@sconce/tensor';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as D from '../src/index.js';

const { constraints, Distribution, klDivergence, Normal, registerKl } = D;

afterEach(() => {
  Distribution.setDefaultValidateArgs(true);
  vi.restoreAllMocks();
});

/** Numbers that are always the same. */
class Constant extends Distribution {
  static override readonly argConstraints = { value: constraints.real };
  declare readonly value: Tensor;
  constructor(value: Tensor, options?: D.DistributionOptions) { super(value.shape, [], options, { value }); }
  override get support() { return constraints.real; }
  override get mean() { return this.value; }
  override rsample(shape: readonly number[] = []) { return this.value.expand(this.extendedShape(shape)); }
  protected override logDensity(x: Tensor) { return x.eq(this.value).log(); }
}

describe('arguments', () => {
  test('may be positional, named, or both', async () => {
    for (const m of [new Normal(1, 2), new Normal(1, { scale: 2 }), new Normal({ scale: 2, loc: 1 }), new Normal(1, 2, { validateArgs: false })]) {
      expect(String(m)).toBe('Normal(loc: 1.0, scale: 2.0)');
    }
    // only those that are not of the common shape become views
    const [loc, scale] = [tensor([1]).requiresGrad_(), tensor(2).requiresGrad_()];
    expect(String(new Normal(loc, scale))).toBe('Normal(loc: tensor([1.], requires_grad=True), scale: tensor([2.], grad_fn=<ExpandBackward0>))');
    const probs = tensor([0.25, 0.75]);
    for (const m of [new D.Multinomial(4, probs), new D.Multinomial(4, { probs }), new D.Multinomial({ totalCount: 4, probs })]) {
      expect(await m.mean.tolist()).toEqual([1, 3]);
    }
    expect(String(new D.StudentT(3, { scale: 2 }))).toBe('StudentT(df: 3.0, loc: 0.0, scale: 2.0)');
    expect(await new D.Categorical(null, probs.log()).probs.tolist()).toEqual([expect.closeTo(0.25), expect.closeTo(0.75)]);
    expect(await new D.RelaxedBernoulli(0.5, 0.25).temperature.item()).toBe(0.5);
  });

  test('that do not fit are named', () => {
    expect(() => new Normal(1, 2, { validate_args: false } as object)).toThrow("unknown option 'validate_args': names are in camelCase here, so write validateArgs");
    expect(() => new Normal({ loc: 0, std: 1 } as never)).toThrow("Normal(): unknown option 'std': there are loc, scale, validateArgs");
    expect(() => new Normal(0, { loc: 0 } as never)).toThrow("Normal(): got multiple values for argument 'loc'");
    expect(() => new (Normal as never as new () => unknown)()).toThrow("Normal(): missing 2 required arguments: 'loc' and 'scale'");
    expect(() => new Normal(0, 1, true as never)).toThrow('Normal(): expected an options object as in { validateArgs: … }, but got boolean');
    expect(() => new Normal([0, 1] as never, 1)).toThrow('Input arguments must all be instances of numbers.Number, torch.Tensor');
    expect(() => new D.Categorical([0.5, 0.5] as never)).toThrow("Categorical(): argument 'probs' must be Tensor, not Array");
    expect(() => new D.Dirichlet(1 as never)).toThrow("Dirichlet(): argument 'concentration' must be Tensor, not number");
    expect(() => new Normal(0, 1).sample(3 as never)).toThrow('expected a list of sizes as in [3], but got 3');
  });
});

describe('validation', () => {
  test('may be turned off for one, or for all', async () => {
    expect(await new Normal(0, -1, { validateArgs: false }).scale.item()).toBe(-1);
    Distribution.setDefaultValidateArgs(false);
    const m = new D.Categorical(ones(2));
    expect(() => new D.Uniform(1, 0)).not.toThrow();
    expect(() => new Normal(0, -1, { validateArgs: true })).toThrow('to satisfy the constraint GreaterThan(lower_bound=0.0)');
    Distribution.setDefaultValidateArgs(true);
    expect(await m.logProb(tensor([0, 1])).tolist()).toEqual([expect.closeTo(-Math.LN2), expect.closeTo(-Math.LN2)]);
    expect(() => Distribution.setDefaultValidateArgs(1 as never)).toThrow('expected true or false, but got 1');
  });

  test('an expanded distribution checks values as the one it came from', () => {
    expect(() => new D.Bernoulli(0.5).expand([2]).logProb(tensor(0.5))).toThrow('to be within the support (Boolean())');
    expect(() => new D.Bernoulli(0.5, { validateArgs: false }).expand([2]).logProb(tensor(0.5))).not.toThrow();
  });
});

describe('distributions of one\'s own', () => {
  test('have what all distributions have', async () => {
    const m = new Constant(tensor([1, 2]));
    expect(String(m)).toBe('Constant(value: torch.Size([2]))');
    expect(m.sample([3]).shape).toEqual([3, 2]);
    expect(m.sampleN(4).shape).toEqual([4, 2]);
    expect(await m.logProb(tensor([1, 1])).tolist()).toEqual([0, -Infinity]);
    expect(m.expand([5, 2])).toBeInstanceOf(Constant);
    expect(m.expand([5, 2]).mean.shape).toEqual([5, 2]);
    expect(() => new Constant(tensor([NaN]))).toThrow('Expected parameter value (Tensor of shape (1,)) of distribution Constant(value: tensor([nan]))');
  });

  test('lack what they do not say', () => {
    const m = new Constant(zeros(2));
    for (const ask of [() => m.variance, () => m.mode, () => m.entropy(), () => m.cdf(zeros(2)), () => m.icdf(zeros(2)), () => m.enumerateSupport()]) {
      expect(ask).toThrow(/^Constant does not implement /);
    }
    expect(() => new D.Bernoulli(0.5).rsample()).toThrow('Bernoulli does not implement rsample');
  });

  test('are events of Independent, and are transformed', async () => {
    const m = new D.Independent(new Constant(zeros(2, 3)), 1);
    expect([m.batchShape, m.eventShape, m.expand([4, 2]).batchShape]).toEqual([[2], [3], [4, 2]]);
    expect(await new D.TransformedDistribution(new Constant(zeros(2)), new D.ExpTransform()).sample().tolist()).toEqual([1, 1]);
  });
});

describe('divergences', () => {
  const divergence = () => ones([]);

  test('are registered for classes and what extends them, the most specific first', async () => {
    class Special extends Constant {}
    const p = new Constant(zeros([])), special = new Special(zeros([]));
    expect(() => klDivergence(p, p)).toThrow('No KL(p || q) is implemented for p type Constant and q type Constant');
    expect(registerKl(Constant, Constant, divergence)).toBe(divergence);
    expect(await klDivergence(special, p).item()).toBe(1);
    registerKl(Special, Constant)((a, b) => a.value.add(b.value).add(2));
    expect(await klDivergence(special, p).item()).toBe(2);
    expect(await klDivergence(p, special).item()).toBe(1);
    expect(() => registerKl(Tensor as never, Constant, divergence)).toThrow('Expected type_p to be a Distribution subclass');
  });

  test('say where none is the most specific', async () => {
    class A extends Constant {}
    registerKl(A, Constant, () => tensor(1));
    registerKl(Constant, A, () => tensor(2));
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(await klDivergence(new A(zeros([])), new A(zeros([]))).item()).toBe(1);
    expect(warn).toHaveBeenCalledWith('Ambiguous kl_divergence(A, A). Please register_kl(A, A)');
  });

  test('of one exponential family are Bregman divergences of its normalizer', async () => {
    class Waits extends D.ExponentialFamily {
      static override readonly argConstraints = { rate: constraints.positive };
      declare readonly rate: Tensor;
      constructor(rate: Tensor) { super(rate.shape, [], {}, { rate }); }
      override get naturalParams() { return [this.rate.neg()]; }
      override logNormalizer(x: Tensor) { return x.neg().log().neg(); }
      protected override get meanCarrierMeasure() { return 0; }
    }
    const rates = tensor([0.5, 2], { requiresGrad: true }), known = new D.Exponential(rates), waits = new Waits(rates);
    expect(await waits.entropy().tolist()).toEqual([expect.closeTo(1 + Math.LN2), expect.closeTo(1 - Math.LN2)]);
    const ours = klDivergence(waits, new Waits(tensor([1, 1]))), theirs = klDivergence(known, new D.Exponential(1));
    expect(await ours.sub(theirs).abs().max().item()).toBeLessThan(1e-6);
    expect(known).toBeInstanceOf(D.ExponentialFamily);
    expect(new D.Geometric(0.5)).not.toBeInstanceOf(D.ExponentialFamily);
    expect(known).not.toBeInstanceOf(Waits);
  });

  test('of what is transformed differently there are none', () => {
    const base = new Normal(0, 1);
    const p = new D.TransformedDistribution(base, new D.AffineTransform(0, 2)), q = new D.TransformedDistribution(base, new D.AffineTransform(0, 3));
    expect(() => klDivergence(p, q)).toThrow('whose transforms or event shapes differ');
  });
});

test('samples have no gradients, rsample and logProb have', () => {
  const loc = tensor([0, 1], { requiresGrad: true });
  for (const m of [new Normal(loc, 1), new D.LogNormal(loc, 1), new D.Categorical({ logits: loc }), new D.Gamma(loc.exp(), 1)]) {
    expect(m.sample([2]).requiresGrad).toBe(false);
    expect(m.logProb(m.sample()).requiresGrad).toBe(true);
  }
  const [g] = grad(new Normal(loc, 1).rsample([3]).sum(), loc);
  expect(Array.from(g!.hostValues(), Number)).toEqual([3, 3]);
});

test('samples of gamma and beta numbers cannot be differentiated twice', () => {
  const a = tensor([2, 3], { requiresGrad: true });
  const [g] = grad(new D.Gamma(a, 1).rsample().mul(a).sum(), a, null, { createGraph: true });
  expect(() => grad(g!.sum(), a)).toThrow('trying to differentiate twice a function that was marked with @once_differentiable');
});

test('float16 has no gamma numbers, in PyTorch\'s words', () => {
  manualSeed(0);
  expect(() => new D.Gamma(tensor([1, 2]).half(), 1).sample()).toThrow('"gamma_cpu" not implemented for \'Half\'');
});

// PyTorch's own loop goes on for ever from 1e8 on; there the angles are normal, with this standard deviation
test.each([1e5, 1e8, 1e12])('angles of a concentration of %d', async (concentration) => {
  manualSeed(0);
  const angles = new D.VonMises(1, concentration).sample([20_000]).sub(1);
  expect(await angles.std().item() as number * Math.sqrt(concentration)).toBeCloseTo(1, 1);
});

test.each([1e-30, 1e-40])('angles of a concentration of %d are spread evenly', async (concentration) => {
  manualSeed(0);
  const angles = new D.VonMises(0, tensor(concentration, { dtype: float64 })).sample([20_000]);
  expect(await angles.std().item()).toBeCloseTo(Math.PI / Math.sqrt(3), 1);
});
