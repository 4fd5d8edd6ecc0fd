import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import * as nn from '../src/index.js';

const linear = (): nn.Linear => new nn.Linear(3, 2);

test('a state shares the memory of its module, and loads into another', async () => {
  const a = linear(), b = linear(), state = a.stateDict();
  expect(state.weight).not.toBeInstanceOf(nn.Parameter);
  expect(state.weight.requiresGrad).toBe(false);
  state.weight.fill_(3);
  expect(await a.weight.sum().item()).toBe(18);
  const parameter = b.weight;
  const result = b.loadStateDict(state);
  expect(String(result)).toBe('<All keys matched successfully>');
  expect(b.weight).toBe(parameter);
  expect(await b.weight.tolist()).toEqual([[3, 3, 3], [3, 3, 3]]);
  expect(a.stateDict({ keepVars: true }).weight).toBe(a.weight);
  expect(Object.keys(a.stateDict({ prefix: 'fc.' }))).toEqual(['fc.weight', 'fc.bias']);
  expect(String(b.loadStateDict(new Map(Object.entries(state))))).toBe('<All keys matched successfully>');
});

test('a state of another dtype is converted', async () => {
  const m = linear();
  m.loadStateDict({ weight: torch.ones(2, 3, { dtype: torch.float64 }), bias: torch.zeros(2) });
  expect(m.weight.dtype).toBe(torch.float32);
  expect(await m.weight.sum().item()).toBe(6);
});

test('every difference is named at once', () => {
  const state = { weight: torch.ones(3, 2), extra: torch.ones(1) };
  expect(() => linear().loadStateDict(state)).toThrow(`Error(s) in loading state_dict for Linear:
\tMissing key(s) in state_dict: "bias". 
\tUnexpected key(s) in state_dict: "extra". 
\tsize mismatch for weight: copying a param with shape torch.Size([3, 2]) from checkpoint, the shape in current model is torch.Size([2, 3]).`);
  expect(() => linear().loadStateDict({ bias: 3 as unknown as torch.Tensor }, { strict: false }))
    .toThrow(/While copying the parameter named "bias", expected torch.Tensor or Tensor-like object from checkpoint but received/);
  expect(() => linear().loadStateDict(3 as unknown as nn.StateDict)).toThrow('Expected state_dict to be dict-like');
});

test('without strict, what fits is loaded', async () => {
  const m = new nn.Sequential({ a: linear(), b: new nn.ReLU() });
  const result = m.loadStateDict({ 'a.bias': torch.tensor([1, 2]), 'b.x': torch.ones(1), c: torch.ones(1) }, { strict: false });
  const [missing, unexpected] = result;
  expect(missing).toEqual(['a.weight']);
  expect(unexpected).toEqual(['c', 'b.x']);
  expect(String(result)).toBe("_IncompatibleKeys(missing_keys=['a.weight'], unexpected_keys=['c', 'b.x'])");
  expect(await (m.getSubmodule('a') as nn.Linear).bias!.tolist()).toEqual([1, 2]);
});

test('batch norm takes a state from before it counted batches, but not one that lost the count', () => {
  const m = new nn.BatchNorm1d(2), state = m.stateDict();
  expect(Object.keys(state)).toEqual(['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']);
  delete state.num_batches_tracked;
  expect(() => m.loadStateDict(state)).toThrow('Missing key(s) in state_dict: "num_batches_tracked". ');
  expect(String(m.loadStateDict({ ...state }))).toBe('<All keys matched successfully>');
});

test('the weights of a criterion are part of its state', () => {
  expect(Object.keys(new nn.CrossEntropyLoss({ weight: torch.ones(3) }).stateDict())).toEqual(['weight']);
  expect(Object.keys(new nn.CrossEntropyLoss().stateDict())).toEqual([]);
});
