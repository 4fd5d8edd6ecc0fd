import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { grad } from '../src/index.js';

const ramp = (...shape: number[]): torch.Tensor => {
  const n = shape.reduce((p, s) => p * s, 1);
  return torch.tensor(Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 5)).view(...shape).detach();
};

test('the weight gradient of a linear layer is contiguous without a copy', async () => {
  const x = ramp(4, 3).requiresGrad_(), w = ramp(5, 3).requiresGrad_(), b = ramp(5).requiresGrad_();
  const y = b.addmm(x, w.t());
  expect(y.gradFn!.name).toBe('AddmmBackward0');
  const g = ramp(4, 5);
  y.backward(g);
  expect(w.grad!.isContiguous()).toBe(true);
  expect(await w.grad!.tolist()).toEqual(await g.t().mm(x.detach()).tolist());
  expect(await x.grad!.tolist()).toEqual(await g.mm(w.detach()).tolist());
  expect(await b.grad!.tolist()).toEqual(await g.sum(0).tolist());
});

// d/da and d/db of sum(c * (a·b)) are c·bᵀ and aᵀ·c, in either layout
test.each([false, true])('gradients of mm, column-major: %s', async (transposed) => {
  const make = (m: number, n: number): torch.Tensor =>
    (transposed ? ramp(n, m).t() : ramp(m, n)).detach().requiresGrad_();
  const a = make(4, 3), b = make(3, 5), c = ramp(4, 5);
  const [da, db] = grad(a.mm(b), [a, b], c);
  expect(await da!.tolist()).toEqual(await c.mm(b.detach().t()).tolist());
  expect(await db!.tolist()).toEqual(await a.detach().t().mm(c).tolist());
  expect(da!.stride()).toEqual(a.stride());
  expect(db!.stride()).toEqual(b.stride());
});

test('second order: the gradient of |∂(xᵀ·A·x)/∂x|² is 2 (A + Aᵀ)² x', async () => {
  const a = ramp(3, 3), x = ramp(3).requiresGrad_();
  const [d] = grad(torch.dot(x, a.mv(x)), x, null, { createGraph: true });
  const [dd] = grad(torch.dot(d!, d!), x);
  const s = a.add(a.t());
  expect(await d!.tolist()).toEqual(await s.mv(x.detach()).tolist());
  expect(await dd!.tolist()).toEqual(await s.mm(s).mv(x.detach()).mul(2).tolist());
});

test('factors scale their side', async () => {
  const c = ramp(2).requiresGrad_(), a = ramp(3, 2, 4).requiresGrad_(), b = ramp(3, 4, 2).requiresGrad_();
  const g = ramp(3, 2, 2);
  const [dc, da, db] = grad(torch.baddbmm(c, a, b, { beta: 2, alpha: 3 }), [c, a, b], g);
  expect(await dc!.tolist()).toEqual(await g.sum([0, 1]).mul(2).tolist());
  expect(await da!.tolist()).toEqual(await g.bmm(b.detach().transpose(1, 2)).mul(3).tolist());
  expect(await db!.tolist()).toEqual(await a.detach().transpose(1, 2).bmm(g).mul(3).tolist());
});
