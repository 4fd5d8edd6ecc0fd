import { readFileSync } from 'node:fs';
import { argmax, arange, bernoulli, dot, float32, float64, isTensor, ones, setDefaultDtype, stack, tensor, type Tensor } from '@sconce/tensor';
import { functional as F } from '@sconce/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grad, gradAndValue, hessian, jacfwd, jacrev, jvp, vjp, vmap } from '../src/index.js';

/** What functorch of PyTorch 1.13 gave; tooling/oracle/func.py records it. */
const recorded = JSON.parse(readFileSync(new URL('./fixtures/func.json', import.meta.url), 'utf8')) as {
  readonly values: Readonly<Record<string, unknown>>; readonly errors: Readonly<Record<string, string>>;
};

const dtype = float64;
beforeAll(() => { setDefaultDtype(float64); });
afterAll(() => { setDefaultDtype(float32); });

const grid = (low: number, high: number, ...shape: number[]): Tensor => {
  const count = shape.reduce((a, b) => a * b);
  return arange(count, { dtype }).mul(7).remainder(count).div(count).mul(high - low).add(low).view(shape);
};
const x = grid(-1, 1, 3, 4), y = grid(-0.5, 2, 3, 4), w = grid(-1, 2, 5, 4);
const matrices = grid(-1, 1, 3, 2, 4), pictures = grid(-1, 1, 3, 2, 5, 5), labels = tensor([1n, 0n, 4n]);
const kernel = grid(-0.4, 0.4, 3, 2, 3, 3), last = grid(-0.2, 0.3, 5, 27), params = { kernel, last };
type Params = typeof params;

function loss({ kernel, last }: Params, picture: Tensor, label: Tensor): Tensor {
  const hidden = F.relu(F.conv2d(picture.unsqueeze(0), kernel)).flatten(1);
  return F.crossEntropy(hidden.matmul(last.t()), label.unsqueeze(0));
}
const byBatch = (p: Params): Tensor => vmap(loss, { inDims: [null, 0, 0] })(p, pictures, labels).mul(tensor([1, 2, 3], { dtype })).sum();

const values: Readonly<Record<string, () => unknown>> = {
  'products of rows': () => vmap((a: Tensor, b: Tensor) => dot(a, b))(x, y),
  'dimensions in and out': () => vmap((a: Tensor, b: Tensor) => [a.matmul(b), a.sum()], { inDims: [2, null], outDims: [1, 0] })(
    matrices, grid(0, 1, 2, 3).t().contiguous().view(2, 3)),
  'trees': () => vmap((p: { a: Tensor; b: Tensor[] }) => ({ sum: p.a.add(p.b[0]), rest: [p.b[1].mul(2)] }), { inDims: [{ a: 0, b: [0, null] }] })(
    { a: x, b: [y, w.select(0, 0)] }),
  'of each in each': () => vmap((a: Tensor) => vmap((b: Tensor) => a.mul(b).sum())(w))(x),
  'a loss of each': () => vmap(grad(loss), { inDims: [null, 0, 0] })(params, pictures, labels),
  'a loss of all': () => grad(byBatch)(params),
  'an ensemble': () => vmap((k: Tensor, p: Tensor) => F.maxPool2d(F.conv2d(p, k), 3).flatten(1), { inDims: [0, null] })(stack([kernel, kernel.mul(2)]), pictures),
  'writes': () => vmap((a: Tensor) => a.clone().mul_(2).select(0, 1).exp_().add(a))(x),
  'normalized': () => vmap((a: Tensor) => F.layerNorm(a, [4]).softmax(-1).cumsum(0))(x),
  'grad': () => grad((a: Tensor) => a.sin().mul(a).sum())(x.select(0, 0)),
  'grad by two': () => grad((a: Tensor, b: Tensor) => a.mul(b.exp()).sum(), { argnums: [1, 0] })(x.select(0, 0), y.select(0, 0)),
  'grad with aux': () => grad((a: Tensor) => [a.pow(3).sum(), { twice: a.mul(2) }], { hasAux: true })(x.select(0, 0)),
  'grad and value': () => gradAndValue((a: Tensor) => a.pow(3).sum())(x.select(0, 0)),
  'grad of grad': () => grad((a: Tensor) => grad((b: Tensor) => b.pow(4).sum())(a).sum())(x.select(0, 0)),
  'vjp': () => {
    const [out, fn] = vjp((a: Tensor, b: Tensor) => [a.mul(b), a.sum()], x.select(0, 0), y.select(0, 0));
    return [out, fn([x.select(0, 1), x.select(0, 2).sum()])];
  },
  'vjp with aux': () => {
    const [out, fn, aux] = vjp((a: Tensor) => [a.mul(a), { twice: a.mul(2) }], x.select(0, 0), { hasAux: true });
    return [out, fn(x.select(0, 1)), aux];
  },
  'jvp': () => jvp((a: Tensor, b: Tensor) => [a.mul(b), a.sin()], [x.select(0, 0), y.select(0, 0)], [x.select(0, 1), y.select(0, 1)]),
  'jacrev': () => jacrev((a: Tensor, b: Tensor) => [w.matmul(a), a.mul(b)], { argnums: [0, 1] })(x.select(0, 0), y.select(0, 0)),
  'jacfwd': () => jacfwd((a: Tensor, b: Tensor) => ({ p: w.matmul(a.sin()), q: a.mul(b) }), { argnums: 1 })(x.select(0, 0), y.select(0, 0)),
  'jacrev of each': () => vmap(jacrev((a: Tensor) => w.matmul(a.tanh())))(x),
  'hessian': () => hessian((a: Tensor) => a.outer(a).exp().sum())(x.select(0, 0)),
  'hessian of each': () => vmap(hessian((a: Tensor, b: Tensor) => a.mul(a).mul(b).sum()), { inDims: [0, null] })(x, y.select(0, 0)),
  'jvp of each': () => vmap((a: Tensor, t: Tensor) => jvp((b: Tensor) => b.sin(), [a], [t])[1])(x, y),
};

/** A result as it is recorded, with numbers that may differ in their last digits. */
function show(result: unknown): unknown {
  if (isTensor(result)) return { shape: [...result.shape], values: Array.from(result.hostValues() as Float64Array, (v) => expect.closeTo(v, 10) as unknown) };
  if (Array.isArray(result)) return result.map(show);
  return Object.fromEntries(Object.entries(result as object).map(([name, part]) => [name, show(part)]));
}

test.each(Object.keys(recorded.values))('%s as in PyTorch', (name) => {
  const result = values[name]!();
  expect(recorded.values[name]).toEqual(show(result));
});

test('results have no history, unless what is outside has', () => {
  const row = x.select(0, 0), weight = y.select(0, 0).clone().requiresGrad_();
  const of = (fn: (a: Tensor) => Tensor): Tensor => grad(fn)(row);
  expect(of((a) => a.exp().sum()).requiresGrad).toBe(false);
  expect(of((a) => a.exp().mul(weight).sum()).requiresGrad).toBe(true);
  expect(jacrev((a: Tensor) => a.exp())(row).requiresGrad).toBe(false);
  expect(jacfwd((a: Tensor) => a.mul(weight))(row).requiresGrad).toBe(true);
  vmap((a: Tensor) => a.mul(weight).sin())(x).sum().backward();
  const wanted = x.mul(x.mul(weight.detach()).cos()).sum(0);
  expect(weight.grad!.sub(wanted).abs().max().hostValue()).toBeLessThan(1e-12);
});

test('chunks give what all at once give', () => {
  const fn = (a: Tensor): Tensor[] => [a.mul(2), a.sum()], options = { outDims: [1, 0] };
  const plain = (results: Tensor[]): unknown => results.map((r) => [r.shape, Array.from(r.hostValues(), Number)]);
  expect(plain(vmap(fn, { ...options, chunkSize: 2 })(w))).toEqual(plain(vmap(fn, options)(w)));
});

test('random numbers are of each example, or of all', () => {
  const drop = (a: Tensor): Tensor => F.dropout(a), many = x.mul(0).add(1).repeat(1, 50);
  const rows = (y: Tensor): number[][] => [0, 1].map((i) => Array.from(y.select(0, i).hostValues(), Number));
  const [first, second] = rows(vmap(drop, { randomness: 'different' })(many)), [third, fourth] = rows(vmap(drop, { randomness: 'same' })(many));
  expect(first).not.toEqual(second);
  expect(third).toEqual(fourth);
  for (const row of [first, second, third]) expect(new Set(row)).toEqual(new Set([0, 2]));
});

const fn = (a: Tensor): Tensor => a;
const errors: Readonly<Record<string, () => unknown>> = {
  'no inputs': () => (vmap(fn) as () => unknown)(),
  'no tensor': () => vmap(fn, { inDims: [null] })(x),
  'sizes': () => vmap((...all: [Tensor, Tensor]) => all[0])(x, w),
  'no such dimension': () => vmap(fn, { inDims: 2 })(x),
  'random': () => vmap((a: Tensor) => F.dropout(a))(x),
  'random of operands': () => vmap((a: Tensor) => bernoulli(a), { randomness: 'same' })(x.abs()),
  'randomness': () => vmap(fn, { randomness: 'none' as 'same' })(x),
  'grad of a vector': () => grad(fn)(x.select(0, 0)),
  'argnums': () => grad(fn, { argnums: 1 })(x.select(0, 0)),
  'argnums twice': () => grad((...all: [Tensor, Tensor]) => all[0].sum(), { argnums: [0, 0] })(x, y),
  'no argnums': () => grad((...all: [Tensor, Tensor]) => all[0].sum(), { argnums: [] })(x, y),
  'aux': () => grad((a: Tensor) => a.sum(), { hasAux: true })(x),
  'a write to what is outside': () => vmap((a: Tensor) => ones(4).mul_(a))(x),
  'strict': () => jvp((a: Tensor) => a.detach(), [x.select(0, 0)], [x.select(0, 1)], { strict: true }),
  'vjp aux': () => vjp((a: Tensor) => a.sum() as never, x.select(0, 0), { hasAux: true }),
  'vjp of integers': () => vjp((a: Tensor) => argmax(a), x.select(0, 0)),
};

test.each(Object.entries(errors))("%s: PyTorch's words", (name, act) => {
  let said = '';
  try { act(); } catch (error) { said = String(error); }
  expect(said).toBe(recorded.errors[name]);
});

test('a value cannot be asked for', async () => {
  let value: Promise<unknown> | undefined;
  vmap((a: Tensor) => { value = a.sum().item(); return a; })(x);
  await expect(value).rejects.toThrow(recorded.errors.item.replace('RuntimeError: ', ''));
});
