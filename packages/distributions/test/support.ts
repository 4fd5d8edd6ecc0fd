import { grad } from '@sconce/autograd';
import { arange, float32, float64, ones, tensor, Tensor, zeros, type DType, type Nested } from '@sconce/tensor';
import { expect } from 'vitest';
import * as distributions from '../src/index.js';

/** A tensor of the fixtures; what JSON lacks are strings. */
export interface Recorded { readonly shape: readonly number[]; readonly data: readonly (number | string | boolean)[] }
/** What makes a distribution: lists are tensors that require gradients. */
export interface Made { readonly cls: string; readonly args: readonly unknown[]; readonly kwargs: object }

export const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Builder = (...parameters: Tensor[]) => distributions.Distribution;
const {
  AffineTransform, Categorical, Exponential, HalfNormal, Independent, MixtureSameFamily, Normal, PowerTransform, ReshapeTransform, SigmoidTransform,
  StickBreakingTransform, TanhTransform, TransformedDistribution, Uniform,
} = distributions;

/** Distributions that are made of others, as in the recording. */
const builders: Record<string, Builder> = {
  logistic: (loc, scale) => new TransformedDistribution(
    new Uniform(zeros(2), ones(2)), [new SigmoidTransform().inv, new AffineTransform(loc, scale)]),
  squashed: (loc) => new TransformedDistribution(new Normal(loc, 1), [new TanhTransform({ cacheSize: 1 })]),
  sticks: (loc) => new TransformedDistribution(new Normal(loc, 1), new StickBreakingTransform()),
  power: (exponent) => new TransformedDistribution(new Exponential(1), [new PowerTransform(exponent), new AffineTransform(0, 2)]),
  matrix: (loc) => new TransformedDistribution(new Normal(loc, 1), [new ReshapeTransform([4], [2, 2])]),
  turned: (rate) => new TransformedDistribution(new Exponential(rate), new AffineTransform(0, -2)),
  mixture: (probs, loc) => new MixtureSameFamily(new Categorical(probs), new Normal(loc, 0.5)),
  mixtureOfVectors: (probs, loc) => new MixtureSameFamily(new Categorical(probs), new Independent(new Normal(loc, 0.5), 1)),
  events: (scale) => new Independent(new HalfNormal(scale), 1),
};

/** A distribution and its parameters. */
export function make({ cls, args, kwargs }: Made, dtype: DType = float32): [m: distributions.Distribution, parameters: Tensor[]] {
  const parameters: Tensor[] = [];
  const parameter = (x: unknown): unknown => {
    if (!Array.isArray(x)) return x;
    parameters.push(tensor(x as Nested<number>[], { requiresGrad: true, dtype }));
    return parameters.at(-1);
  };
  const Class = distributions[cls as keyof typeof distributions] as unknown as new (...args: unknown[]) => distributions.Distribution;
  const positional = args.map(parameter);
  if (cls in builders) return [builders[cls](...positional as Tensor[]), parameters];
  const named = Object.entries(kwargs).map(([name, value]) => [camelCase(name), parameter(value)] as const);
  return [new Class(...positional, ...(named.length > 0 ? [Object.fromEntries(named)] : [])), parameters];
}

/** Equal to what PyTorch gave but for rounding: `tolerance` is that of float32. */
export function expectTensor(actual: Tensor | null | undefined, expected: Recorded | null, what: string, tolerance = 2e-6): void {
  if (expected === null) return expect(actual ?? null, what).toBe(null);
  expect(actual!.shape, what).toEqual(expected.shape);
  // PyTorch's trigamma, which entropies differentiate to, has ten digits
  const allowed = actual!.dtype === float64 ? tolerance * 1e-4 : tolerance;
  const values = Array.from(actual!.detach().hostValues(), Number);
  const numbers = expected.data.map(Number).map((x, i) => (expected.data[i] === 'inf' ? Infinity : expected.data[i] === '-inf' ? -Infinity : x));
  const wrong = numbers.findIndex((x, i) => !(Object.is(x, values[i]) || Math.abs(x - values[i]) <= allowed * Math.max(1, Math.abs(x))));
  if (wrong >= 0) throw new Error(`${what}: ${values.join(' ')} at ${wrong}, expected ${numbers.join(' ')}`);
}

/** The gradients of a sum in which no two elements count the same. */
export function expectGradients(y: Tensor, parameters: readonly Tensor[], expected: readonly (Recorded | null)[], what: string, tolerance = 1e-5): void {
  expect(y.requiresGrad, what).toBe(expected.length > 0);
  if (expected.length === 0) return;
  const weights = arange(1, y.numel() + 1).view(y.shape).to(y.dtype);
  const gradients = grad(y.mul(weights).sum(), [...parameters], { allowUnused: true, retainGraph: true });
  gradients.forEach((g, i) => expectTensor(g, expected[i], `${what}, gradient ${i}`, tolerance));
}

/** What is not implemented gives null, as in the recording. */
export function asked(fn: () => Tensor): Tensor | null {
  try {
    return fn();
  } catch (error) {
    if ((error as Error).name === 'NotImplementedError') return null;
    throw error;
  }
}
