import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import * as nn from '../src/index.js';

// the messages and values here are PyTorch 1.13's
const F = nn.functional;
const nested = (x: Tensor, digits = 4): unknown[] => x.detach().unbind(0).map((y) =>
  (y.dim() === 0 ? Number(Number(y.hostValue()).toFixed(digits)) : nested(y, digits)));

/** What is printed as a warning while a function runs. */
function warnings(run: () => void): string[] {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    run();
    return warn.mock.calls.map(([text]) => String(text));
  } finally {
    warn.mockRestore();
  }
}

test('dropout draws in the order of the elements, however they lie in memory', () => {
  torch.manualSeed(3);
  expect(nested(F.dropout(torch.ones(3, 4).t(), { p: 0.5 }))).toEqual([[2, 2, 0], [2, 0, 0], [2, 2, 2], [0, 2, 0]]);
  torch.manualSeed(0);
  const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8, normFirst: true, batchFirst: true });
  expect(nested(layer(torch.randn(2, 3, 4)).sum(-1), 3)).toEqual([[2.513, 0.36, 2.616], [-4.413, 0.651, -1.943]]);
});

describe('dimensions and numbers by their names', () => {
  test.each<[nn.Module, string]>([
    [new nn.Softmax({ dim: 1 }), 'Softmax(dim=1)'],
    [new nn.LogSoftmax({ dim: -1 }), 'LogSoftmax(dim=-1)'],
    [new nn.Softmin({ dim: 0 }), 'Softmin(dim=0)'],
    [new nn.Softmax(), 'Softmax(dim=None)'],
    [new nn.GLU({ dim: 0 }), 'GLU(dim=0)'],
    [new nn.Flatten({ startDim: 2 }), 'Flatten(start_dim=2, end_dim=-1)'],
    [new nn.PReLU({ numParameters: 3 }), 'PReLU(num_parameters=3)'],
    [new nn.PReLU(2, { init: 0.5 }), 'PReLU(num_parameters=2)'],
    [new nn.ConstantPad2d(1, { value: 2.5 }), 'ConstantPad2d(padding=(1, 1, 1, 1), value=2.5)'],
    [new nn.TripletMarginWithDistanceLoss(), 'TripletMarginWithDistanceLoss(\n  (distance_function): PairwiseDistance()\n)'],
  ])('%s', (module, text) => { expect(String(module)).toBe(text); });
  test('what is neither', () => {
    expect(() => new nn.Softmax('1' as never)).toThrow("Softmax(): expected an options object as in { dim: '1' }, but got 1");
    expect(() => new nn.Flatten({ from_dim: 1 } as never)).toThrow("Flatten(): unknown option 'from_dim'");
    expect(() => new nn.ConstantPad1d(1, undefined as never)).toThrow('ConstantPad1d(): expected a number to pad with after the padding');
    expect(() => new nn.Hardtanh({ minVal: 1, maxVal: -1 })).toThrow(torch.ValueError);
    expect(() => new nn.MultiMarginLoss({ p: 3 })).toThrow(new torch.ValueError('only p == 1 and p == 2 supported'));
    expect(() => new nn.Softmax2d()(torch.ones(3, 4))).toThrow(new torch.ValueError('Softmax2d requires a 3D or 4D tensor as input'));
  });
});

describe('what is warned of, once for each text', () => {
  const x = torch.tensor([1, 2]), y = torch.tensor([3, 5]);
  test.each<[string, () => void]>([
    ['Using a target size (torch.Size([1, 2])) that is different to the input size (torch.Size([2])). This will likely lead to incorrect results due to ' +
      'broadcasting. Please ensure they have the same size.', () => { F.mseLoss(x, y.unsqueeze(0)); }],
    ['Implicit dimension choice for softmax has been deprecated. Change the call to include dim=X as an argument.', () => { new nn.Softmax()(x); }],
    ['dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got dropout=0.5 and ' +
      'num_layers=1', () => { new nn.GRU(1, 1, { dropout: 0.5 }); }],
    ["size_average and reduce args will be deprecated, please use reduction='sum' instead.", () => { new nn.L1Loss({ sizeAverage: false }); }],
    ['Byte tensor for attn_mask in nn.MultiheadAttention is deprecated. Use bool tensor instead.', () => {
      const q = torch.ones(2, 1, 2);
      new nn.MultiheadAttention(2, 1)(q, q, q, { attnMask: torch.zeros(2, 2, { dtype: torch.uint8 }) });
    }],
  ])('%s', (text, run) => { expect(warnings(() => { run(); run(); })).toEqual([text]); });

  test('older names of reductions', () => {
    warnings(() => {
      expect(Number(new nn.L1Loss({ sizeAverage: false })(x, y).hostValue())).toBe(5);
      expect(nested(new nn.MSELoss({ reduce: false })(x, y))).toEqual([4, 9]);
      expect(Number(F.l1Loss(x, y, { sizeAverage: true, reduce: true }).hostValue())).toBe(2.5);
    });
  });
});

describe('recurrent layers and attention', () => {
  test('sequences without elements, batches without sequences', () => {
    expect(new nn.LSTM(3, 4)(torch.ones(5, 0, 3))[0]).toHaveProperty('shape', [5, 0, 4]);
    expect(() => new nn.LSTM(3, 4)(torch.ones(0, 2, 3))).toThrow('Expected sequence length to be larger than 0 in RNN');
  });
  test.each<[() => unknown, string]>([
    [() => new nn.RNN(3, 4, { dropout: true as never }), 'dropout should be a number in range [0, 1] representing the probability of an element being zeroed'],
    [() => new nn.RNN(3, 4, { numLayers: 0 }), 'num_layers must be a positive integer, but got 0'],
    [() => { const q = torch.ones(2, 1, 2); new nn.MultiheadAttention(2, 1)(q, q, q, { attnMask: torch.ones(2, 2, { dtype: torch.int64 }) }); },
      'Only float, byte, and bool types are supported for attn_mask, not torch.int64'],
  ])('%s', (run, message) => { expect(run).toThrow(new torch.ValueError(message)); });
});

test('the functional forms of softmax take the dimension by its name, too', () => {
  const x = torch.tensor([[0, 0], [1, 1]]);
  for (const y of [F.softmax(x, 1), F.softmax(x, { dim: 1 }), F.softmin(x, { dim: -1, dtype: torch.float64 })]) expect(nested(y)).toEqual([[0.5, 0.5], [0.5, 0.5]]);
  expect(F.logSoftmax(x, { dim: 1, dtype: torch.float64 }).dtype).toBe(torch.float64);
  expect(nested(F.glu(x, { dim: 0 }))).toEqual([[0, 0]]);
});
