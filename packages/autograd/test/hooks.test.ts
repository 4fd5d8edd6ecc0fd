import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { expect, test, vi } from 'vitest';
import { grad } from '../src/index.js';

// the values here are PyTorch 1.13's
const leaf = (): Tensor => torch.tensor([1, 2], { requiresGrad: true });
const values = (x: Tensor | null) => x && Array.from(x.detach().contiguous().numpy(), Number);

test('what is kept is the gradient as it was when its turn came', () => {
  const x = leaf(), y = x.mul(3), seen: unknown[] = [];
  y.registerHook((g) => { seen.push(values(g)); return g.mul(2); });
  y.retainGrad();
  y.registerHook((g) => { seen.push(values(g)); return g.mul(5); });
  y.sum().backward();
  expect([seen, values(y.grad), values(x.grad)]).toEqual([[[1, 1], [2, 2]], [10, 10], [30, 30]]);

  const z = x.mul(3);
  z.retainGrad();
  z.registerHook((g) => g.mul(2));
  z.sum().backward();
  expect(values(z.grad)).toEqual([1, 1]);
  expect(z.grad!.isContiguous()).toBe(true);
  expect([z.retainsGrad, x.retainsGrad]).toEqual([true, false]);
});

test('grad hands back what comes to a tensor before its hooks; hooks of what does not run are not called', () => {
  const x = leaf(), y = x.mul(3), seen: string[] = [];
  y.registerHook((g) => { seen.push('y'); return g.mul(2); });
  x.registerHook((g) => { seen.push('x'); return g.mul(7); });
  const z = y.mul(y).sum(), retainGraph = true;
  const [gy] = grad(z, y, { retainGraph });
  expect([values(gy), seen]).toEqual([[6, 12], []]);
  const [gx, again] = grad(z, [x, y], { retainGraph });
  expect([values(gx), values(again), seen]).toEqual([[36, 72], [6, 12], ['y']]);
  z.backward({ inputs: [x], retainGraph });
  expect([values(x.grad), seen]).toEqual([[252, 504], ['y', 'y', 'x']]);
  // what is no leaf keeps its gradient from then on
  z.backward({ inputs: [y], retainGraph });
  expect([values(x.grad), values(y.grad), y.retainsGrad, seen.length]).toEqual([[252, 504], [12, 24], true, 4]);
  z.backward({ retainGraph });
  expect([values(x.grad), values(y.grad)]).toEqual([[504, 1008], [24, 48]]);
});

test('after an in-place op the gradient of the result is kept, and hooks stay where they were', () => {
  const x = leaf(), y = x.mul(3), seen: unknown[] = [];
  y.registerHook((g) => { seen.push(values(g.mul(100))); });
  y.retainGrad();
  y.mul_(2);
  y.registerHook((g) => { seen.push(values(g.mul(1000))); });
  y.sum().backward();
  expect([seen, values(y.grad), values(x.grad)]).toEqual([[[200, 200], [2000, 2000]], [1, 1], [6, 6]]);
  const base = x.mul(1), view = base.index(':1');
  view.retainGrad();
  view.mul_(2);
  view.sum().mul(3).add(base.sum()).backward();
  expect(values(view.grad)).toEqual([3]);
});

test('a gradient that is no tensor of a leaf, and is not kept, is warned of once', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    const x = leaf(), y = x.mul(2);
    expect([x.grad, y.grad, y.grad]).toEqual([null, null, null]);
    expect(warn.mock.calls.map(([text]) => String(text).slice(0, 76)))
      .toEqual(['The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.']);
  } finally {
    warn.mockRestore();
  }
});

test('the gradient of a leaf lies in memory as the leaf does', () => {
  const x = torch.rand(2, 3).t().requiresGrad_();
  x.mul(2).sum().backward();
  expect(x.grad!.stride()).toEqual([1, 3]);
  const y = torch.rand(2, 3, { requiresGrad: true });
  y.t().mul(torch.rand(3, 2)).sum().backward();
  expect(y.grad!.stride()).toEqual([3, 1]);
  const holes = torch.rand(6).asStrided([2, 2], [3, 1]).requiresGrad_();
  holes.mul(2).sum().backward();
  expect(holes.grad!.stride()).toEqual([2, 1]);
});

test('gradients for a batch of output gradients', () => {
  const x = leaf(), y = x.pow(3);
  const [rows] = grad(y, x, torch.eye(2), { isGradsBatched: true, retainGraph: true });
  expect([rows!.shape, values(rows)]).toEqual([[2, 2], [3, 0, 0, 12]]);
  expect(() => grad(y, x, torch.ones(3), { isGradsBatched: true, retainGraph: true })).toThrow(
    'a mismatch was detected: grad_output[0] has a shape of torch.Size([]) and output[0] has a shape of torch.Size([2]).');
  grad(y, x, torch.ones(3, 2), { isGradsBatched: true });
  expect(() => grad(y, x, torch.ones(1, 2), { isGradsBatched: true })).toThrow('Trying to backward through the graph a second time');
  expect(() => grad(y, [])).toThrow(new torch.ValueError('grad requires non-empty inputs.'));
});

test('hooks of nodes see what a node took and gave, and may replace what it gave', () => {
  const x = leaf(), y = x.mul(3), seen: unknown[] = [];
  const handle = y.gradFn!.registerHook((inputs, outputs) => { seen.push([inputs.map(values), outputs.map(values)]); });
  y.sum().backward({ retainGraph: true });
  handle.remove();
  y.sum().backward();
  expect([seen, values(x.grad)]).toEqual([[[[[3, 3], null], [[1, 1]]]], [6, 6]]);
  const z = x.mul(3);
  z.gradFn!.registerHook(([g]) => [g!.mul(2), null]);
  z.sum().backward();
  expect(values(x.grad)).toEqual([12, 12]);
  const w = x.mul(3);
  w.gradFn!.registerHook(() => [null]);
  expect(() => w.sum().backward()).toThrow('hook of MulBackward0 has returned an incorrect number of values (got 1, but expected 2)');
  expect(() => w.gradFn!.registerHook(3 as never)).toThrow(TypeError);
});
