import * as torch from '@sconce/tensor';
import { jsBackend, type Backend } from '@sconce/tensor/internal';
import { describe, expect, test } from 'vitest';
import { backward, grad, noGrad } from '../src/index.js';

const leaf = (data: number[]) => torch.tensor(data, { requiresGrad: true });

test('the product rule, accumulated over two backward passes', async () => {
  const x = leaf([2, 3]);
  x.mul(x).sum().backward();
  expect(await x.grad!.tolist()).toEqual([4, 6]);
  x.mul(x).sum().backward();
  expect(await x.grad!.tolist()).toEqual([8, 12]);
});

test('a number and a broadcast operand', async () => {
  const a = leaf([1, 2, 3]), b = leaf([10]);
  const y = a.mul(b).add(a, { alpha: 3 });
  expect(y.gradFn!.name).toBe('AddBackward0');
  y.mul(2).sum().backward();
  expect(await a.grad!.tolist()).toEqual([26, 26, 26]);
  expect(await b.grad!.tolist()).toEqual([12]);
});

test('gradients of two leaves do not share memory', async () => {
  const a = leaf([1]), b = leaf([2]);
  a.add(b).sum().backward();
  a.grad!.mul_(5);
  expect(await b.grad!.tolist()).toEqual([1]);
});

test('third order through createGraph', async () => {
  const x = leaf([2]);
  const y = x.mul(x).mul(x).mul(x);
  const [d1] = grad(y, x, null, { createGraph: true });
  const [d2] = grad(d1!, x, null, { createGraph: true });
  const [d3] = grad(d2!, x);
  expect([await d1!.item(), await d2!.item(), await d3!.item()]).toEqual([32, 48, 48]);
});

test('in-place ops keep history: on results, on views, on what was saved', async () => {
  const x = leaf([1, 2, 3, 4]);
  const y = x.mul(2);
  y.add_(1).mul_(y.detach().clone());
  y.sum().backward();
  expect(await x.grad!.tolist()).toEqual([6, 10, 14, 18]);
  const stale = x.mul(2);
  stale.mul_(stale.detach());
  expect(() => stale.sum().backward()).toThrow(/modified by an inplace operation/);

  const w = leaf([1, 2]);
  const base = torch.zeros(4);
  const head = base.view(2, 2);
  head.mul_(0).add_(w);
  expect(base.gradFn!.name).toBe('CopySlices');
  base.mul(torch.tensor([1, 10, 100, 1000])).sum().backward();
  expect(await w.grad!.tolist()).toEqual([101, 1010]);

  const z = leaf([1]);
  const e = z.exp();
  e.add_(1);
  expect(() => e.sum().backward()).toThrow(/^one of the variables needed for gradient computation has been modified by an inplace operation: \[torch.FloatTensor \[1\]\], which is output 0 of ExpBackward0, is at version 1; expected version 0 instead/);
});

test('what PyTorch refuses', () => {
  const x = leaf([1, 2]);
  expect(() => x.mul(2).backward()).toThrow('grad can be implicitly created only for scalar outputs');
  expect(() => x.add_(1)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
  const y = x.mul(x).sum();
  y.backward();
  expect(() => y.backward()).toThrow(/^Trying to backward through the graph a second time/);
  expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
});

test('a gradient for each input, which may be null where unused ones are allowed', async () => {
  const x = leaf([1, 2]), y = leaf([3]);
  const [dx, dy]: [torch.Tensor, torch.Tensor] = grad(x.mul(y).sum(), [x, y]);
  expect([await dx.tolist(), await dy.tolist()]).toEqual([[3, 3], [3]]);
  const [unused]: (torch.Tensor | null)[] = grad(x.sum(), [y], null, { allowUnused: true });
  expect(unused).toBeNull();
});

test('hooks see and replace gradients; retainGrad keeps them', async () => {
  const x = leaf([1, 2]);
  const y = x.mul(3);
  y.retainGrad();
  const handle = y.registerHook((g) => g.mul(2));
  y.sum().backward();
  expect(await y.grad!.tolist()).toEqual([1, 1]);
  expect(await x.grad!.tolist()).toEqual([6, 6]);
  handle.remove();
});

test('writes to data are not counted, those to a detached tensor are', async () => {
  const x = leaf([1, 2]);
  const y = x.mul(x).sum();
  x.data.mul_(10);
  x.data.index(0).zero_();
  y.backward();
  expect(await x.grad!.tolist()).toEqual([0, 40]);
  const z = x.mul(x).sum();
  x.detach().mul_(2);
  expect(() => z.backward()).toThrow('is at version 1; expected version 0 instead');
});

test('in place on a view of a base that is not contiguous', async () => {
  const base = torch.ones(2, 3).t().detach(), w = leaf([2, 3]);
  base.index(0).mul_(w);
  expect(await base.tolist()).toEqual([[2, 3], [1, 1], [1, 1]]);
  base.mul(base).sum().backward();
  expect(await w.grad!.tolist()).toEqual([4, 6]);
});

test('a tensor that was transposed in place is stale where it was saved', () => {
  const x = leaf([1, 2, 3, 4]), y = x.view(2, 2).mul(1), z = y.mul(y).sum();
  y.t_();
  expect(() => z.backward()).toThrow('is at version 1; expected version 0 instead');
});

test('a leaf that was frozen or detached after the forward pass gets no gradient', () => {
  const w = leaf([1, 2]), v = leaf([3, 4]);
  const loss = w.mul(v).mul(v).sum();
  w.requiresGrad_(false);
  v.detach_();
  loss.backward();
  expect([w.grad, v.grad]).toEqual([null, null]);
});

test('an infinite gradient of the largest of all stays where it belongs', async () => {
  const x = leaf([1, 3, 3]);
  x.max().mul(Infinity).backward();
  expect(await x.grad!.tolist()).toEqual([0, Infinity, Infinity]);
});

test('views that an op gave together, and views of those, are not written to', () => {
  const x = leaf([1, 2, 3, 4]).mul(2), [first] = x.chunk(2), part = first.view(-1);
  const several = 'This view is the output of a function that returns multiple views.';
  expect(() => first.add_(1)).toThrow(`Output 0 of SplitBackward0 is a view and is being modified inplace. ${several}`);
  expect(() => part.add_(1)).toThrow(`Output 0 of ViewBackward0 is a view and is being modified inplace. ${several}`);
  expect(() => first.unsqueeze_(0)).toThrow('is being modified inplace');
  x.add_(1);
  expect(() => part.sum()).toThrow(
    `Output 0 of ViewBackward0 is a view and its base or another view of its base has been modified inplace. ${several}`);
});

test('what nobody asks for is not computed', async () => {
  const computed: string[] = [];
  const lower: Backend['lower'] = (op) => {
    const kernel = jsBackend.lower(op)!;
    return (inputs, outputs, attrs) => {
      computed.push(op.name);
      kernel(inputs, outputs, attrs);
    };
  };
  torch.registerBackend({ ...jsBackend, lower });
  try {
    const x = torch.tensor([[1, 2], [3, 4]], { requiresGrad: true }), w = torch.tensor([[5, 6], [7, 8]], { requiresGrad: true });
    const y = x.mm(w);
    computed.length = 0;
    const [gx] = grad(y, x, torch.ones(2, 2), { retainGraph: true });
    expect(computed.filter((name) => name === 'mm')).toHaveLength(1);
    expect(await gx!.tolist()).toEqual([[11, 15], [11, 15]]);
    y.sum().backward({ inputs: [w] });
    expect(await w.grad!.tolist()).toEqual([[4, 4], [6, 6]]);
    expect(x.grad).toBeNull();
    expect(computed.filter((name) => name === 'mm')).toHaveLength(2);
  } finally {
    torch.registerBackend(jsBackend);
  }
});

describe('what a hook may give', () => {
  const run = (hook: (g: torch.Tensor) => unknown): void => {
    const y = torch.tensor([1, 2], { requiresGrad: true }).exp();
    y.registerHook(hook as never);
    y.sum().backward();
  };
  test.each<[(g: torch.Tensor) => unknown, string]>([
    [(g) => g.double(), 'has changed the type of value (was torch.FloatTensor got torch.DoubleTensor)'],
    [(g) => g.sum(), 'has changed the size of value'],
    [() => 5, "expected Variable, but hook returned 'number'"],
  ])('%s', (hook, message) => { expect(() => run(hook)).toThrow(message); });
  test('or nothing', () => {
    run(() => null);
    expect(() => torch.ones(1, { requiresGrad: true }).registerHook(3 as never)).toThrow('registerHook(): expected a function, but got number');
  });
});

describe('options of backward and grad', () => {
  const ones = (): torch.Tensor => torch.ones(2, { requiresGrad: true });
  test.each<[() => unknown, string]>([
    [() => ones().sum().backward({ retain_graph: true } as never), "backward(): unknown option 'retain_graph': names are in camelCase here, so write retainGraph"],
    [() => ones().sum().backward({ retain: true } as never), "backward(): unknown option 'retain'"],
    [() => ones().sum().backward(null, true as never), 'backward(): expected an options object as in { retainGraph: true }, but got true'],
    [() => { const x = ones(); grad(x.sum(), x, { create_graph: true } as never); }, "grad(): unknown option 'create_graph': names are in camelCase here, so write createGraph"],
    [() => { const x = ones(); grad(x.mul(2), x, [3] as never); }, 'gradients can be either Tensors or null, but got number'],
  ])('%s', (run, message) => { expect(run).toThrow(new TypeError(message)); });
  test('the gradients may be among them, by their names in PyTorch', async () => {
    const x = ones(), w = ones(), y = x.mul(w), g = torch.tensor([3, 5]);
    expect(await grad(y, x, { gradOutputs: g, retainGraph: true })[0]!.tolist()).toEqual([3, 5]);
    expect(await grad([y, y.sum()], [w], { gradOutputs: [g, null], retainGraph: true })[0]!.tolist()).toEqual([4, 6]);
    backward([y], { gradTensors: [g], retainGraph: true });
    backward(y, null, { gradTensors: g });
    expect(await x.grad!.tolist()).toEqual([6, 10]);
    expect(() => grad(ones().mul(2), [ones()], { gradOutputs: [3] as never })).toThrow('gradients can be either Tensors or null, but got number');
    // no gradients at all, for several tensors
    const z = ones();
    backward([z.sum(), z.sum()], null);
    expect(await z.grad!.tolist()).toEqual([2, 2]);
  });
  test('one input needs no list', async () => {
    const x = ones(), w = ones();
    backward(x.mul(w).sum(), { inputs: w });
    expect([x.grad, await w.grad!.tolist()]).toEqual([null, [1, 1]]);
  });
});

