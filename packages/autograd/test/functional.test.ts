import * as torch from '@sconce/tensor';
import { Tensor } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { functional, grad } from '../src/index.js';

const { hessian, hvp, jacobian, jvp, vhp, vjp } = functional;
const x = torch.tensor([[1, 2], [3, 4]]), w = torch.tensor([0.5, -1]);
const f = (a: Tensor, b: Tensor) => [a.matmul(b).tanh(), a.exp().sum()];
const g = (a: Tensor, b: Tensor) => a.mul(a).matmul(b).pow(2).sum();

/** Values to three digits; PyTorch printed four. */
const printed = (y: unknown): unknown => (y instanceof Tensor
  ? of([...y.shape], ...Array.from(y.detach().contiguous().hostValues() as Float32Array))
  : (y as unknown[]).map(printed));
const of = (shape: number[], ...values: number[]) => ({ shape, values: values.map((v) => Number(v.toFixed(3)) + 0) });

test('the Jacobian, by inputs and outputs', () => {
  expect(printed(jacobian(f, [x, w]))).toEqual([
    [of([2, 2, 2], 0.0904, -0.1807, 0, 0, 0, 0, 0.0133, -0.0266), of([2, 2], 0.1807, 0.3614, 0.0798, 0.1064)],
    [of([2, 2], Math.E, Math.E ** 2, Math.E ** 3, Math.E ** 4), of([2], 0, 0)],
  ]);
  expect(printed(jacobian((a: Tensor) => a.mul(a), w))).toEqual(of([2, 2], 1, 0, 0, -2));
  expect(printed(jacobian(() => torch.ones(2), w))).toEqual(of([2, 2], 0, 0, 0, 0));
  expect(jacobian((a: Tensor) => a, torch.zeros(0)).shape).toEqual([0, 0]);
});

test('the Hessian', () => {
  expect(printed(hessian(g, [x, w]))).toEqual([
    [of([2, 2, 2, 2], -5, -8, 0, 0, -8, 46, 0, 0, 0, 0, -5, -48, 0, 0, -48, 174), of([2, 2, 2], -12, 8, -8, -60, -84, 96, -144, -440)],
    [of([2, 2, 2], -12, -8, -84, -144, 8, -60, 96, -440), of([2, 2], 164, 296, 296, 544)],
  ]);
  expect(printed(hessian((a: Tensor) => a.pow(3).sum(), w))).toEqual(of([2, 2], 3, 0, 0, -6));
});

test('products with vectors', () => {
  const v = [torch.ones(2, 2), torch.tensor([1, 2])];
  expect(printed(vjp(f, [x, w], [torch.tensor([1, 2]), torch.tensor(3)]))).toEqual([
    [of([2], -0.9051, -0.9866), of([], 84.791)], [of([2, 2], 8.2452, 21.9865, 60.2832, 163.7413), of([2], 0.3403, 0.5742)],
  ]);
  expect(printed(jvp(f, [x, w], v))).toEqual([
    [of([2], -0.9051, -0.9866), of([], 84.791)], [of([2], 0.8132, 0.2792), of([], 84.791)],
  ]);
  for (const product of [vhp, hvp]) {
    expect(printed(product(g, [x, w], v))).toEqual([of([], 144.5), [of([2, 2], -9, -90, 55, -898), of([2], 508, 988)]]);
  }
});

test('results that can be differentiated', () => {
  const leaf = torch.tensor([1, 2], { requiresGrad: true });
  expect(jacobian((a: Tensor) => a.pow(3), leaf).requiresGrad).toBe(false);
  const j = jacobian((a: Tensor) => a.pow(3), leaf, { createGraph: true });
  expect(printed(grad(j.sum(), leaf)[0])).toEqual(of([2], 6, 12));
});

test('what is refused', () => {
  expect(() => vjp((a: Tensor) => a, w)).toThrow('The vector v can only be None if the user-provided function returns a single Tensor with a single element.');
  expect(() => jvp((a: Tensor) => a, w)).toThrow('The vector v can only be None if the input to the user-provided function is a single Tensor with a single element.');
  expect(() => hessian((a: Tensor) => a, w)).toThrow('The Tensor returned by the function given to hessian should contain a single element');
  expect(() => vjp((a: Tensor) => a, w, torch.ones(3))).toThrow('v has invalid size: should be torch.Size([2]) but got torch.Size([3]).');
  expect(() => vhp(((a: Tensor) => [a, a]) as never, w, w)).toThrow('The function given to vhp should return a single Tensor');
});

describe('strict', () => {
  const strict = true, createGraph = true, one = () => torch.ones(2);
  const double = (a: Tensor) => a.mul(2), sum = (a: Tensor) => a.sum();
  const independent = (what: string): string => `${what} This is not allowed in strict mode`;
  const OUTPUT = 'Output 0 of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner ' +
    'from the input when running in strict mode.';
  const LINEAR = (i: number): string => independent('While computing the hessian, found that the jacobian of the user-provided function with ' +
    `respect to input ${i} is independent of the input.`);
  test.each<[() => unknown, string]>([
    [() => jacobian((a: Tensor, _b: Tensor) => a.mul(2), [w, w], { strict }), independent('Output 0 of the user-provided function is independent of input 1.')],
    [() => jacobian(one, w, { strict }), OUTPUT],
    [() => jacobian(double, w, { strict, createGraph }), `${independent('The jacobian of the user-provided function is independent of input 0.')} when create_graph=True.`],
    [() => jacobian(double, w, { strict, vectorize: true }), 'torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together.'],
    [() => jacobian(double, w, { strategy: 'forward-mode' }), 'Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.'],
    [() => jacobian(double, w, { strategy: 'other' as never }), 'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: '],
    [() => hessian(sum, w, { strict }), LINEAR(0)],
    [() => hessian((a: Tensor, _b: Tensor) => a.pow(3).sum(), [w, w], { strict }), LINEAR(1)],
    [() => hessian((a: Tensor, b: Tensor) => a.mul(b).sum(), [w, w], { strict }), independent('Output 0 of the user-provided function is independent of input 0.')],
    [() => vjp(one, w, w, { strict }), OUTPUT],
    [() => jvp(one, w, w, { strict }), OUTPUT],
    [() => jvp(double, w, w, { strict, createGraph }), `${independent('The jacobian of the user-provided function is independent of input 0.')} when create_graph=True.`],
    [() => vhp(sum, w, w, { strict }), LINEAR(0)],
    [() => hvp(sum, w, w, { strict }), LINEAR(0)],
  ])('%s', (run, message) => { expect(run).toThrow(message); });
  test('what depends on its input passes', () => {
    expect(printed(jacobian((a: Tensor) => a.mul(a), w, { strict, createGraph }))).toEqual(of([2, 2], 1, 0, 0, -2));
    expect(printed(hessian((a: Tensor) => a.pow(3).sum(), w, { strict, vectorize: false }))).toEqual(of([2, 2], 3, 0, 0, -6));
    expect(printed(jacobian((a: Tensor) => a.mul(a), w, { vectorize: true, strategy: 'forward-mode' }))).toEqual(of([2, 2], 1, 0, 0, -2));
  });
  test('without it what does not depend on its input has zeros', () => {
    expect(printed(hessian((a: Tensor, _b: Tensor) => a.pow(3).sum(), [w, w]))).toEqual(
      [[of([2, 2], 3, 0, 0, -6), of([2, 2], 0, 0, 0, 0)], [of([2, 2], 0, 0, 0, 0), of([2, 2], 0, 0, 0, 0)]]);
  });
  test('what is no tensor', () => {
    expect(() => jacobian((() => 3) as never, w)).toThrow(
      'The outputs of the user-provided function given to jacobian must be either a Tensor or a tuple of Tensors but the given outputs of the user-provided function has type number.');
    expect(() => jacobian((a: Tensor) => a, [w, 3] as never)).toThrow(
      'The inputs given to jacobian must be either a Tensor or a tuple of Tensors but the value at index 1 has type number.');
  });
});
