import { grad } from '@sconce/autograd';
import { arange, tensor, Tensor, type Nested } from '@sconce/tensor';
import { expect } from 'vitest';
import * as distributions from '../src/index.js';

/** A tensor of the fixtures; what JSON lacks are strings. */
export interface Recorded { readonly shape: readonly number[]; readonly data: readonly (number | string | boolean)[] }
/** What makes a distribution: lists are tensors that require gradients. */
export interface Made { readonly cls: string; readonly args: readonly unknown[]; readonly kwargs: object }

export const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A distribution and its parameters. */
export function make({ cls, args, kwargs }: Made): [m: distributions.Distribution, parameters: Tensor[]] {
  const parameters: Tensor[] = [];
  const parameter = (x: unknown): unknown => {
    if (!Array.isArray(x)) return x;
    parameters.push(tensor(x as Nested<number>[], { requiresGrad: true }));
    return parameters.at(-1);
  };
  const Class = distributions[cls as keyof typeof distributions] as unknown as new (...args: unknown[]) => distributions.Distribution;
  const positional = args.map(parameter);
  const named = Object.entries(kwargs).map(([name, value]) => [camelCase(name), parameter(value)] as const);
  return [new Class(...positional, ...(named.length > 0 ? [Object.fromEntries(named)] : [])), parameters];
}

/** Equal to what PyTorch gave but for rounding in float32: `ulps` times the distance of neighbours. */
export function expectTensor(actual: Tensor | null | undefined, expected: Recorded | null, what: string, tolerance = 2e-6): void {
  if (expected === null) return expect(actual ?? null, what).toBe(null);
  expect(actual!.shape, what).toEqual(expected.shape);
  const values = Array.from(actual!.detach().hostValues(), Number);
  const numbers = expected.data.map(Number).map((x, i) => (expected.data[i] === 'inf' ? Infinity : expected.data[i] === '-inf' ? -Infinity : x));
  const wrong = numbers.findIndex((x, i) => !(Object.is(x, values[i]) || Math.abs(x - values[i]) <= tolerance * Math.max(1, Math.abs(x))));
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
