import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { enableGrad, inferenceMode, isGradEnabled, isInferenceModeEnabled, noGrad } from '../src/index.js';

const values = (x: torch.Tensor) => Array.from(x.detach().numpy(), Number);

test('tensors made in inference mode have no history and no version', () => {
  const x = torch.tensor([1, 2], { requiresGrad: true });
  const [made, view] = inferenceMode(() => {
    expect([isInferenceModeEnabled(), isGradEnabled()]).toEqual([true, false]);
    return [x.mul(2), x.view(2, 1)];
  });
  expect([isInferenceModeEnabled(), isGradEnabled()]).toEqual([false, true]);
  expect([made.isInference(), made.requiresGrad, view.isInference()]).toEqual([true, false, false]);
  expect(made.view(2, 1).isInference()).toBe(true);
  expect([made.add(1).isInference(), made.clone().requiresGrad_().requiresGrad]).toEqual([false, true]);
  expect(() => made._version).toThrow('Inference tensors do not track version counter.');
});

test('what they refuse outside', () => {
  const x = torch.tensor([1, 2], { requiresGrad: true });
  const made = inferenceMode(() => torch.ones(2));
  expect(() => made.add_(1)).toThrow(
    'Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.');
  for (const write of [() => made.unsqueeze_(0), () => torch.add(made, made, { out: inferenceMode(() => torch.ones(1)) })]) {
    expect(write).toThrow('Inplace update to inference tensor outside InferenceMode is not allowed.');
  }
  expect(made.clone().resize_(3).isInference()).toBe(false);
  expect(inferenceMode(() => torch.ones(1)).resize_(3).isInference()).toBe(true);
  expect(() => made.mul(x)).toThrow(
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.');
  expect(() => made.requiresGrad_()).toThrow('Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.');
  // an op that keeps nothing takes them
  made.add(x).sum().backward();
  expect(values(x.grad!)).toEqual([1, 1]);
});

test('writes inside are free, also to leaves', () => {
  const x = torch.tensor([1, 2], { requiresGrad: true });
  const made = inferenceMode(() => {
    x.add_(1);
    return torch.ones(2).mul_(3);
  });
  expect([values(x), values(made)]).toEqual([[2, 3], [3, 3]]);
  const leaf = inferenceMode(() => torch.ones(2, { requiresGrad: true }));
  expect(leaf.mul(2).gradFn!.name).toBe('MulBackward0');
});

test('async scopes keep the mode until they end', async () => {
  const done = inferenceMode(async () => {
    await Promise.resolve();
    return torch.ones(1).isInference();
  });
  expect(isInferenceModeEnabled()).toBe(true);
  expect(await done).toBe(true);
  expect(isInferenceModeEnabled()).toBe(false);
  expect(inferenceMode(() => torch.ones(1).isInference(), { mode: false })).toBe(false);
});

test('enableGrad inside of it turns grad mode on, but nothing is recorded', () => {
  const [x, y] = inferenceMode(() => enableGrad(() => {
    expect([isGradEnabled(), isInferenceModeEnabled()]).toEqual([true, true]);
    const leaf = torch.ones(2, { requiresGrad: true }), result = leaf.mul(2);
    expect([leaf.requiresGrad, result.requiresGrad, result.gradFn]).toEqual([true, false, null]);
    expect(() => result.sum().backward()).toThrow('element 0 of tensors does not require grad and does not have a grad_fn');
    leaf.add_(1);
    return [leaf, result];
  }));
  expect(values(x)).toEqual([2, 2]);
  // of tensors of inference mode alone nothing is recorded outside of it either; numbers are others
  expect([x.mul(x).requiresGrad, x.mul(2).requiresGrad, y.sum().requiresGrad]).toEqual([false, true, false]);
  expect(inferenceMode(() => [isGradEnabled(), isInferenceModeEnabled()], { mode: false })).toEqual([true, false]);
});

test('a mode without a function to call in it is an error, and is left', () => {
  expect(() => noGrad(undefined as never)).toThrow(new TypeError('expected a function, as in torch.noGrad(() => net(x)), but got undefined'));
  expect([isGradEnabled(), isInferenceModeEnabled()]).toEqual([true, false]);
});
