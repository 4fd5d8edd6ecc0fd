import * as torch from '@sconce/tensor';
import { activations as F } from '@sconce/tensor/internal';
import { describe, expect, test } from 'vitest';
import { grad, noGrad } from '../src/index.js';

const { float64, special } = torch;
const inf = Infinity, nan = NaN;
type T = torch.Tensor;

const leaf = (data: torch.TensorData): T => torch.tensor(data, { dtype: float64, requiresGrad: true });

/** What is wanted of the gradients, to twelve digits. */
const near = (x: unknown): unknown =>
  (Array.isArray(x) ? x.map(near) : Number.isFinite(x) ? expect.closeTo(x as number, 12) : x);

// expected gradients and names are PyTorch's
describe('gradients where it matters which of several they are', () => {
  test.each<[string, (...xs: T[]) => T, torch.TensorData[], unknown[], string]>([
    ['ties', (x, y) => torch.maximum(x, y), [[1, 2, 3], [1, 3, 2]], [[0.5, 0, 1], [0.5, 1, 0]], 'MaximumBackward0'],
    ['fmax with NaN', (x, y) => torch.fmax(x, y), [[1, nan, 2], [1, 1, nan]], [[1, 0, 1], [0, 1, 0]], 'FmaxBackward0'],
    ['fmin with NaN', (x, y) => torch.fmin(x, y), [[1, nan, 2], [1, 1, nan]], [[1, 0, 1], [0, 1, 0]], 'FminBackward0'],
    ['clamp at its bounds', (x) => x.clamp(0, 1), [[-1, 0, 0.5, 1, 2]], [[0, 1, 1, 1, 0]], 'ClampBackward1'],
    ['clamp by tensors', (x, a, b) => x.clamp(a, b), [[-1, 0.5, 3, 0.5], [0, 0, 0, 2], [1, 1, 1, 1]],
      [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1]], 'ClampBackward0'],
    ['clampMin by a tensor', (x, a) => x.clampMin(a), [[0, 1, 2], [1, 1, 1]], [[0, 1, 1], [1, 0, 0]], 'ClampMinBackward1'],
    ['abs at 0', (x) => torch.abs(x), [[0, -1, 2]], [[0, -1, 1]], 'AbsBackward0'],
    ['pow at 0', (x, y) => torch.pow(x, y), [[0, 0, 2, -2], [0, 2, 0, 2]],
      [[0, 0, 0, -4], [0, 0, Math.LN2, nan]], 'PowBackward1'],
    ['x to the 0', (x) => x.pow(0), [[0, 1]], [[0, 0]], 'PowBackward0'],
    ['x to the 1', (x) => x.pow(1), [[0, 1]], [[1, 1]], 'PowBackward0'],
    ['0 to the x', (x) => torch.pow(0, x), [[0, 1, 2]], [[0, 0, 0]], 'PowBackward2'],
    ['square', (x) => torch.square(x), [[0, 3]], [[0, 6]], 'PowBackward0'],
    ['xlogy at 0', (x, y) => torch.xlogy(x, y), [[0, 0, 1], [0, 2, 2]],
      [[0, Math.LN2, Math.LN2], [nan, 0, 0.5]], 'XlogyBackward0'],
    ['sqrt at 0', (x) => torch.sqrt(x), [[0, 4]], [[inf, 0.25]], 'SqrtBackward0'],
    ['remainder', (x, y) => torch.remainder(x, y), [[-7, 7], [2, -2]], [[1, 1], [4, 4]], 'RemainderBackward1'],
    ['fmod', (x, y) => torch.fmod(x, y), [[-7, 7], [2, -2]], [[1, 1], [3, 3]], 'FmodBackward1'],
    ['rounded quotients', (x, y) => x.div(y, { roundingMode: 'trunc' }), [[7], [2]], [[0], [0]], 'DivBackward2'],
    ['copysign', (x, y) => torch.copysign(x, y), [[0, -2, 3], [1, 1, -1]], [[0, -1, -1], [0, 0, 0]], 'CopysignBackward0'],
    ['sinc at 0', (x) => torch.sinc(x), [[0, 0.5]], [[0, -1.2732395447351625]], 'SincBackward0'],
    ['logaddexp of infinity', (x, y) => torch.logaddexp(x, y), [[inf, 1], [1, 1]],
      [[1, 0.5], [0, 0.5]], 'LogaddexpBackward0'],
    ['logit outside', (x) => x.logit(), [[-0.5, 0.5, 1.5]], [[nan, 4, nan]], 'LogitBackward0'],
    ['logit with eps', (x) => x.logit(0.2), [[0.1, 0.5, 0.9]], [[0, 4, 0]], 'LogitBackward0'],
    ['nanToNum', (x) => x.nanToNum(), [[nan, inf, 1]], [[0, 0, 1]], 'NanToNumBackward0'],
    ['where', (x, y) => x.where(torch.tensor([true, false]), y), [[1, 2], [3, 4]], [[1, 0], [0, 1]], 'WhereBackward0'],
    ['maskedFill', (x, v) => x.maskedFill(torch.tensor([true, false]), v), [[1, 2], 3], [[0, 1], 1], 'MaskedFillBackward1'],
    ['lerp', (x, y, w) => x.lerp(y, w), [[1], [3], [0.25]], [[0.75], [0.25], [2]], 'LerpBackward1'],
    ['addcdiv', (x, a, b) => x.addcdiv(a, b, { value: 2 }), [[1], [2], [4]], [[1], [0.5], [-0.25]], 'AddcdivBackward0'],
    ['rsub', (x, y) => x.rsub(y, { alpha: 3 }), [[1], [2]], [[-3], [1]], 'RsubBackward0'],
    ['steps', (x) => x.round(), [[1.5]], [[0]], 'RoundBackward0'],
    ['sign', (x) => torch.sign(x), [[1, 0]], [[0, 0]], 'SignBackward0'],
    ['frac', (x) => torch.frac(x), [[1.5]], [[1]], 'FracBackward0'],
    ['a cast there and back', (x) => x.float(), [[1.5]], [[1]], 'ToCopyBackward0'],
  ])('%s', async (_, f, inputs, expected, name) => {
    const xs = inputs.map(leaf), y = f(...xs);
    expect(y.gradFn!.name).toBe(name);
    const grads = grad(y.sum(), xs);
    expect(await Promise.all(grads.map((g) => g!.tolist()))).toEqual(expected.map(near));
  });

  test.each<[string, (x: T) => T, number[], number[], string]>([
    ['relu', (x) => x.relu(), [0, -1, 1], [0, 0, 1], 'ReluBackward0'],
    ['leakyRelu', F.leakyRelu, [0, -1], [0.01, 0.01], 'LeakyReluBackward0'],
    ['hardtanh', F.hardtanh, [-1, 0, 1], [0, 1, 0], 'HardtanhBackward0'],
    ['relu6', F.relu6, [0, 6, 3], [0, 0, 1], 'HardtanhBackward0'],
    ['hardswish', F.hardswish, [-3, 3, 0], [-0.5, 1.5, 0.5], 'HardswishBackward0'],
    ['hardsigmoid', F.hardsigmoid, [-3, 3], [0, 0], 'HardsigmoidBackward0'],
    ['softshrink', F.softshrink, [0.5, -0.5, 1], [0, 0, 1], 'SoftshrinkBackward0'],
    ['hardshrink', F.hardshrink, [0.5, -0.5, 1], [0, 0, 1], 'HardshrinkBackward0'],
    ['threshold', (x) => F.threshold(x, 1, 9), [1, 2], [0, 1], 'ThresholdBackward0'],
    ['softplus', (x) => F.softplus(x, { threshold: 1 }), [1, 1.1, 0], [0.731058578630005, 1, 0.5], 'SoftplusBackward0'],
    ['elu', F.elu, [0, -1], [1, Math.exp(-1)], 'EluBackward0'],
    ['selu', F.selu, [-1], [0.646768603034814], 'EluBackward0'],
    ['celu', (x) => F.celu(x, { alpha: 2 }), [-1], [Math.exp(-0.5)], 'CeluBackward0'],
    ['gelu', F.gelu, [-1, 0, 1], [-0.08331547058768635, 0.5, 1.0833154705876864], 'GeluBackward0'],
    ['gelu by tanh', (x) => F.gelu(x, { approximate: 'tanh' }), [-1, 1], [-0.08296408384578252, 1.0829640838457826],
      'GeluBackward0'],
    ['silu', F.silu, [-1, 1], [0.07232948812851325, 0.9276705118714869], 'SiluBackward0'],
    ['mish', F.mish, [-1, 0, 1], [0.059216755877395014, 0.6, 1.0490362200997922], 'MishBackward0'],
    ['logsigmoid', F.logsigmoid, [-1, 100], [0.7310585786300049, 3.720075976020836e-44], 'LogSigmoidBackward0'],
    ['i0', torch.i0, [0, 1], [0, 0.5651591039924851], 'I0Backward0'],
    ['i1', special.i1, [0, 1], [0.5, 0.700906773759523], 'SpecialI1Backward0'],
    ['i0e', special.i0e, [0, 1], [0, -0.25784919224393194], 'SpecialI0EBackward0'],
    ['i1e', special.i1e, [0, 1], [0.5, 0.049938776894223436], 'SpecialI1EBackward0'],
    ['entr', special.entr, [0.5], [-0.3068528194400547], 'SpecialEntrBackward0'],
    ['logNdtr', special.logNdtr, [-3, 1], [3.2830986549304386, 0.2875999709391784], 'SpecialLogNdtrBackward0'],
    ['ndtri', special.ndtri, [0.25], [3.146865080561092], 'SpecialNdtriBackward0'],
    ['zeta', (x) => special.zeta(2, x), [1.5], [-0.8287966442343201], 'SpecialZetaBackward1'],
    ['polygamma', (x) => x.polygamma(1), [2], [-0.4041138063191886], 'PolygammaBackward0'],
  ])('%s', async (_, f, data, expected, name) => {
    const x = leaf(data), y = f(x);
    expect(y.gradFn!.name).toBe(name);
    expect(await grad(y.sum(), [x])[0]!.tolist()).toEqual(near(expected));
  });
});

test('zeta has no derivative by its first argument', () => {
  const s = leaf([2]);
  expect(() => special.zeta(s, 1).sum().backward()).toThrow("the derivative for 'zeta' is not implemented.");
});

test('nextafter has a node without a derivative, Bessel functions and polynomials have none', async () => {
  const x = leaf([2]), y = torch.nextafter(x, leaf([3]));
  expect(y.gradFn!.name).toBe('NextafterBackward0');
  expect(() => y.sum().backward()).toThrow(new torch.NotImplementedError("the derivative for 'nextafter' is not implemented."));
  for (const z of [special.besselJ0(x), special.airyAi(x), special.modifiedBesselI0(x), special.legendrePolynomialP(x, leaf([2]))]) {
    expect(z.requiresGrad).toBe(false);
  }
  const { mantissa, exponent } = torch.frexp(x);
  expect([mantissa.gradFn!.name, exponent.requiresGrad]).toEqual(['FrexpBackward0', false]);
});

describe('what is written in place', () => {
  test.each<[string, (x: T) => T, string]>([
    ['fill_', (x) => x.fill_(2), 'FillBackward2'],
    ['fill_ with a tensor', (x) => x.fill_(torch.tensor(2)), 'FillBackward3'],
    ['zero_', (x) => x.zero_(), 'ZeroBackward0'], ['uniform_', (x) => x.uniform_(), 'UniformBackward0'],
    ['normal_', (x) => x.normal_(), 'NormalBackward0'], ['bernoulli_', (x) => x.bernoulli_(), 'BernoulliBackward2'],
    ['random_', (x) => x.random_(0, 4), 'RandomBackward0'],
    ['bernoulli', (x) => x.sigmoid().bernoulli(), 'BernoulliBackward0'],
  ])('%s passes no gradient on', async (_, write, name) => {
    const x = leaf([1, 2]), y = write(x.mul(1));
    expect(y.gradFn!.name).toBe(name);
    expect(await grad(y.sum(), [x])[0]!.tolist()).toEqual([0, 0]);
  });

  test('a leaf is not drawn over, but without gradients', () => {
    const x = leaf([1, 2]);
    expect(() => x.normal_()).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
    noGrad(() => { x.normal_(); });
    expect(x._version).toBe(1);
  });

  test('dropout by hand: a mask from bernoulli_', async () => {
    torch.manualSeed(0);
    const x = leaf([1, 2, 3, 4]);
    const y = x.mul(torch.emptyLike(x).bernoulli_(0.5).div_(0.5));
    expect(await grad(y.sum(), [x])[0]!.mul(x).sub(y).abs().sum().item()).toBe(0);
  });

  test('the value that an in-place op needs is kept', async () => {
    const x = leaf([0.5, 1]), y = x.mul(1).sin_();
    expect(await grad(y.sum(), [x])[0]!.tolist()).toEqual(near([Math.cos(0.5), Math.cos(1)]));
  });
});

test('the gradient of a power stays plain where the exponent is a number', async () => {
  const of = (exponent: number) => {
    const x = torch.tensor([0, 2], { requiresGrad: true });
    const [g] = grad(x.pow(exponent).sum(), x, { createGraph: true });
    return { g: g!, x };
  };
  const cubed = of(3);
  expect(cubed.g.gradFn!.name).toBe('MulBackward0');
  expect(await cubed.g.tolist()).toEqual([0, 12]);
  expect(await grad(cubed.g.sum(), cubed.x)[0]!.tolist()).toEqual([0, 12]);
  expect(await of(0).g.tolist()).toEqual([0, 0]);
  expect(await of(1).g.tolist()).toEqual([1, 1]);
  expect(await of(0.5).g.tolist()).toEqual([Infinity, Math.fround(Math.SQRT1_2 / 2)]);
});
