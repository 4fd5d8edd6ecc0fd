import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { Function, inferenceMode, noGrad, type FunctionContext } from '../src/index.js';

// the messages and values here are PyTorch 1.13's
const leaf = (): Tensor => torch.tensor([1, 2, 3, 4], { requiresGrad: true });
const values = (x: Tensor) => Array.from(x.detach().contiguous().numpy(), Number);

const AMBIGUOUS = (mode: string): string =>
  ' Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and ' +
  `the inplace either both inside the ${mode} block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).`;
const NO_GRAD = `A view was created in no_grad mode and is being modified inplace with grad mode enabled.${AMBIGUOUS('no_grad')}`;
const NO_GRAD_BASE =
  `A view was created in no_grad mode and its base or another view of its base has been modified inplace with grad mode enabled.${AMBIGUOUS('no_grad')}`;
const SEVERAL = ' This view is the output of a function that returns multiple views. Such functions do not allow the output views to be ' +
  'modified inplace. You should replace the inplace operation by an out-of-place one.';
const CUSTOM = ' This view was created inside a custom Function (or because an input was returned as-is) and the autograd logic to handle ' +
  'view+inplace would override the custom backward associated with the custom Function, leading to incorrect gradients. This behavior is ' +
  'forbidden. You can fix this by cloning the output of the custom Function.';
const VIEW_OF_LEAF = 'a view of a leaf Variable that requires grad is being used in an in-place operation.';

class Reshape extends Function {
  static override forward(_ctx: FunctionContext, x: Tensor) { return x.view(2, 2); }
  static override backward(_ctx: FunctionContext, g: Tensor) { return g.reshape(4).mul(2); }
}
class Identity extends Function {
  static override forward(_ctx: FunctionContext, x: Tensor) { return x; }
  static override backward(_ctx: FunctionContext, g: Tensor) { return g; }
}

describe('views that must not be written to, or whose base must not', () => {
  test.each<[string, () => unknown, string]>([
    ['made in noGrad', () => { const y = leaf().mul(2); noGrad(() => y.view(2, 2)).add_(1); }, NO_GRAD],
    ['of a leaf, made in noGrad', () => { const y = leaf(); noGrad(() => y.view(2, 2)).add_(1); }, NO_GRAD],
    ['of what needs no gradient', () => { const y = torch.zeros(4); noGrad(() => y.index(':2')).mul_(torch.ones(2, { requiresGrad: true })); }, NO_GRAD],
    ['whose base was written to', () => { const y = leaf().mul(2), v = noGrad(() => y.view(2, 2)); y.add_(1); v.sum(); }, NO_GRAD_BASE],
    ['asked whether it is a leaf', () => { const y = leaf().mul(2), v = noGrad(() => y.view(2, 2)); y.add_(1); void v.isLeaf; }, NO_GRAD_BASE],
    ['several in noGrad', () => { const y = leaf().mul(2); noGrad(() => y.split(2))[0].add_(1); }, NO_GRAD],
    ['several of what needs no gradient', () => { torch.zeros(4).split(2)[0].mul_(torch.ones(2, { requiresGrad: true })); },
      `A view was created in no_grad mode and is being modified inplace with grad mode enabled.${SEVERAL}`],
    ['several, whose base got a history', () => { const e = torch.zeros(4), [a] = e.split(2); e.mul_(leaf()); a.sum(); },
      `A view was created in no_grad mode and its base or another view of its base has been modified inplace with grad mode enabled.${SEVERAL}`],
    ['one of several', () => { leaf().mul(2).unbind(0)[3].zero_(); }, `Output 3 of UnbindBackward0 is a view and is being modified inplace.${SEVERAL}`],
    ['made in inference mode', () => { const y = leaf().mul(2); inferenceMode(() => y.view(2, 2)).add_(1); },
      `A view was created in inference mode and is being modified inplace in normal mode.${AMBIGUOUS('inference_mode')}`],
    ['made in inference mode, then its base', () => { const y = leaf().mul(2), v = inferenceMode(() => y.view(2, 2)); y.mul_(2); v.sum(); },
      `A view was created in inference mode and its base or another view of its base has been modified inplace in normal mode.${AMBIGUOUS('inference_mode')}`],
    ['out of a custom function', () => { Reshape.apply(leaf().mul(1)).add_(1); }, `Output 0 of ReshapeBackward is a view and is being modified inplace.${CUSTOM}`],
    ['of a view out of a custom function', () => { Reshape.apply(leaf().mul(1)).view(4).add_(1); }, `Output 0 of ViewBackward0 is a view and is being modified inplace.${CUSTOM}`],
    ['out of a custom function, then its base', () => { const y = leaf().mul(1), v = Reshape.apply(y); y.add_(1); v.sum(); },
      `Output 0 of ReshapeBackward is a view and its base or another view of its base has been modified inplace.${CUSTOM}`],
    ['out of a custom function that was not recorded', () => { Identity.apply(torch.zeros(4)).mul_(leaf()); },
      `A view was created in no_grad mode and is being modified inplace with grad mode enabled.${CUSTOM}`],
    ['of a leaf', () => { leaf().view(2, 2).mul_(2); }, VIEW_OF_LEAF],
    ['of a leaf, a leaf itself', () => { const b = torch.zeros(4); b.index(':2').requiresGrad_().add_(1); }, VIEW_OF_LEAF],
    ['of what became a leaf later', () => { const b = torch.zeros(4), v = b.index(':2'); b.requiresGrad_(); v.add_(1); }, VIEW_OF_LEAF],
  ])('%s', (_what, run, message) => { expect(run).toThrow(new torch.RuntimeError(message)); });
});

test('a view that was not recorded requires a gradient if its base does, and gives it none', () => {
  const x = leaf(), y = x.mul(1), v = noGrad(() => y.view(2, 2));
  expect([v.requiresGrad, v.isLeaf]).toEqual([true, true]);
  v.sum().backward();
  expect([x.grad, y.view(4).requiresGrad]).toEqual([null, true]);
  noGrad(() => { expect(Array.from(y.view(4).numpy(), Number)).toEqual([1, 2, 3, 4]); });
  const b = torch.zeros(4), w = b.index(':2');
  b.requiresGrad_();
  expect([w.requiresGrad, w.isLeaf]).toEqual([true, true]);
  expect(() => w.backward(torch.ones(2))).toThrow('element 0 of tensors does not require grad and does not have a grad_fn');
});

test('writes in noGrad are free; the history stays', () => {
  const x = leaf(), y = x.mul(1), [a] = y.split(2);
  noGrad(() => { a.mul_(3); });
  expect(values(y)).toEqual([3, 6, 3, 4]);
  expect(() => a.sum()).toThrow(SEVERAL);
  y.sum().backward();
  expect(values(x.grad!)).toEqual([1, 1, 1, 1]);
});

test('a leaf is refused before shapes are looked at; what needs no gradient is not', () => {
  expect(() => leaf().add_(torch.ones(3))).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
  const plain = torch.zeros(2, 3), v = noGrad(() => plain.view(3, 2));
  expect(v.t_().shape).toEqual([2, 3]);
});

test('messages name what was kept as it was kept', () => {
  const std = leaf().std();
  std.unsqueeze_(0);
  expect(() => std.sum().backward()).toThrow('[torch.FloatTensor []], which is output 0 of StdBackward0, is at version 1; expected version 0 instead.');
  const y = leaf().mul(1);
  y.index(0).fill_(2);
  const z = y.mul(y);
  y.add_(1);
  expect(() => z.sum().backward()).toThrow('is at version 2; expected version 1 instead.');
  const base = leaf().clone();
  base.index(':2').exp_();
  const square = base.pow(2);
  noGrad(() => { base.add_(1); });
  expect(() => square.sum().backward()).toThrow('which is output 0 of torch::autograd::CopySlices, is at version 2; expected version 1 instead.');
  expect(base.gradFn!.name).toBe('CopySlices');
  const copy = leaf().mul(1).copy_(leaf()), sine = copy.sin();
  noGrad(() => { copy.add_(1); });
  expect(() => sine.sum().backward()).toThrow('which is output 0 of torch::autograd::CopyBackwards, is at version 2; expected version 1 instead.');
});

test('what is given as out is not differentiated, and what was kept of it is known to be stale', () => {
  const message = 'functions with out=... arguments don\'t support automatic differentiation, but one of the arguments requires grad.';
  expect(() => torch.add(leaf(), 1, { out: torch.zeros(4) })).toThrow(`add(): ${message}`);
  expect(() => torch.exp(torch.ones(4), { out: leaf() })).toThrow(`exp(): ${message}`);
  const kept = torch.ones(4), z = leaf().mul(kept);
  noGrad(() => torch.mul(leaf(), 2, { out: kept }));
  expect(() => z.sum().backward()).toThrow('[torch.FloatTensor [4]] is at version 1; expected version 0 instead.');
});

const four = (): Tensor => torch.tensor([1, -2, 0, 3], { requiresGrad: true });

test('truth values written over a number have gradients, which are zero', () => {
  const x = four(), z = four(), y = x.mul(2);
  y.eq_(z);
  expect(y.gradFn!.name).toBe('EqBackward0');
  y.sum().backward();
  expect([values(x.grad!), values(z.grad!)]).toEqual([[0, 0, 0, 0], [0, 0, 0, 0]]);
  expect(() => four().lt_(1)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
  const constant = torch.ones(4);
  expect([constant.lt_(four()).requiresGrad, torch.ones(4).logicalAnd_(four()).requiresGrad]).toEqual([true, false]);
});

test('logical functions in place leave the history as it is, of leaves and their views too', () => {
  const x = four(), y = x.mul(2);
  y.logicalAnd_(x);
  expect(y.gradFn!.name).toBe('MulBackward0');
  y.mul(y).sum().backward();
  expect([values(y), values(x.grad!)]).toEqual([[1, 1, 0, 1], [4, 4, 0, 4]]);
  const whole = four();
  whole.slice(0, 0, 2).logicalNot_();
  whole.mul(2).sum().backward();
  expect([values(whole), values(whole.grad!)]).toEqual([[0, 0, 0, 3], [2, 2, 2, 2]]);
  const kept = four().exp();
  kept.logicalNot_();
  expect(() => kept.sum().backward()).toThrow('which is output 0 of ExpBackward0, is at version 1; expected version 0 instead.');
});

test('what is kept is what PyTorch keeps: of erfinv the operand, of stdMean the deviation', () => {
  const x = torch.tensor([0.1, 0.2], { requiresGrad: true });
  x.erfinv().mul_(2).sum().backward();
  expect(values(x.grad!)[0]).toBeCloseTo(1.7865, 4);
  const operand = x.mul(1), inverse = operand.erfinv();
  operand.mul_(2);
  expect(() => inverse.sum().backward()).toThrow('which is output 0 of MulBackward0, is at version 1; expected version 0 instead.');
  const z = four(), [std, mean] = torch.stdMean(z);
  mean.mul_(2);
  std.add(mean).backward();
  values(z.grad!).forEach((g, i) => expect(g).toBeCloseTo([0.5801, 0.0997, 0.4199, 0.9003][i], 4));
  const [deviation, middle] = torch.stdMean(four());
  deviation.mul_(2);
  expect(() => deviation.add(middle).backward()).toThrow('which is output 0 of StdMeanBackward0, is at version 1; expected version 0 instead.');
});

test('steps without a declared derivative are an error in backward', () => {
  expect(() => four().floorDivide(2).sum().backward()).toThrow('derivative for aten::floor_divide is not implemented');
  expect(() => four().heaviside(torch.ones(4)).sum().backward()).toThrow('derivative for aten::heaviside is not implemented');
});

test('where no gradient arrives, x log y has none, whatever its logarithm is', () => {
  const x = four();
  torch.xlogy(x, -2).backward({ gradient: torch.tensor([1, 0, 1, 0]) });
  expect(values(x.grad!)).toEqual([NaN, 0, 0, 0]);
});
