import { expect, expectTypeOf, test } from 'vitest';
import * as torch from '../src/index.js';

const { nn, optim } = torch;
const F = nn.functional;
type Tensor = torch.Tensor;

const x = torch.randn(2, 3), images = torch.randn(1, 1, 9, 9), weight = torch.randn(6, 1, 5, 5);

/** The calls are made as well, so that a type never promises what is not there. */
const tensors = (...values: Tensor[]): void => { for (const value of values) expect(value).toBeInstanceOf(torch.Tensor); };

test('calls with several forms give what that form gives', () => {
  tensors(x.max(), x.max(x), torch.max(x), torch.max(x, x), x.max(1).values, torch.max(x, 1).indices);
  const { values, indices } = x.max(1), [first, second] = x.max(1, { keepdim: true });
  tensors(values, indices, first, second);
  tensors(x.sum(), x.sum(1), x.sum([0, 1]), x.sum({ keepdim: true }), x.std(0), x.norm(), x.median());
  tensors(x.sort().values, x.topk(2).indices, x.unique(), ...x.unique({ returnCounts: true }));
  expectTypeOf(x.unique({ returnCounts: true })).toEqualTypeOf<[Tensor, Tensor]>();
  expectTypeOf(x.nonzero()).toEqualTypeOf<Tensor>();
  expectTypeOf(x.nonzero({ asTuple: true })).toEqualTypeOf<Tensor[]>();
  expectTypeOf(x.type()).toEqualTypeOf<string>();
  expectTypeOf(x.type(torch.int64)).toEqualTypeOf<Tensor>();
});

test('sizes, dtypes, indices and options', () => {
  tensors(x.view(2, -1), x.view([2, 3]), x.view(torch.int32), x.permute(1, 0), x.expand(4, 2, 3), x.repeat(2, 1), x.flip(0));
  tensors(x.to(torch.float64), x.to('cpu'), x.to({ dtype: torch.int64 }), x.clamp(0), x.clamp(0, 1), x.clamp({ min: 0 }));
  tensors(x.index(0, ':'), x.index('...', null, [0, 1]), x.clone().indexPut_([x.gt(0)], 0), x.where(x.gt(0), 0));
  tensors(x.add(1), x.add(x, { alpha: 2 }), x.div(2, { roundingMode: 'floor' }), torch.where(x.gt(0), x, 0));
  tensors(torch.zeros(2, 3, { dtype: torch.int64 }), torch.zeros([2, 3]), torch.randint(0, 10, [2]), torch.cat([x, x], 1));
  tensors(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1n]), torch.tensor(2.5, { requiresGrad: true }), torch.stack([x, x]));
  expectTypeOf(x.split(1)).toEqualTypeOf<Tensor[]>();
  expectTypeOf(x.size()).toEqualTypeOf<readonly number[]>();
  expectTypeOf(x.size(0)).toEqualTypeOf<number>();
});

test('functions and layers', () => {
  tensors(
    F.conv2d(images, weight), F.conv2d(images, weight, torch.zeros(6), { padding: 2 }),
    F.conv2d(images, weight, { stride: [1, 2] }), F.conv2d(images, weight, null, { padding: 'same' }),
    F.maxPool2d(images, 2), F.maxPool2d(images, [2, 2], { stride: 1 }), ...F.maxPool2d(images, 2, { returnIndices: true }),
    F.crossEntropy(x, torch.tensor([0n, 1n]), { reduction: 'sum' }), F.dropout(x, { p: 0.2, training: true }));
  const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(3, 2, { bias: false }), new nn.ReLU());
  const [output, [h, c]] = new nn.LSTM(3, 4)(torch.randn(5, 2, 3)), [sequence, last] = new nn.GRU(3, 4)(torch.randn(5, 2, 3));
  tensors(new nn.Conv2d(1, 6, 5, { padding: 2 })(images), net(x), output, h, c, sequence, last);
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
  expectTypeOf(optimizer.step()).toEqualTypeOf<void>();
  expectTypeOf(optimizer.paramGroups[0].lr).toEqualTypeOf<number>();
  expectTypeOf(torch.noGrad(() => 3)).toEqualTypeOf<number>();
  expectTypeOf(torch.noGrad(async () => 3)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(x.sum().item()).toEqualTypeOf<Promise<number | boolean | bigint>>();
});

test('what is an option here and positional in PyTorch is refused by the compiler, and when it runs', () => {
  const net = new nn.Linear(3, 2), optimizer = new optim.SGD(net.parameters(), { lr: 0.1 });
  const calls = [
    // @ts-expect-error keepdim
    () => x.sum(1, true),
    // @ts-expect-error dim is no option where more follows
    () => x.gather({ dim: 1 }),
    // @ts-expect-error lr
    () => new optim.Adam(net.parameters(), 0.1),
    // @ts-expect-error weight
    () => new nn.CrossEntropyLoss(x),
    // @ts-expect-error stepSize
    () => new optim.lrScheduler.StepLR(optimizer, 3),
    // @ts-expect-error dtype
    () => torch.zeros(2, torch.int64),
    // @ts-expect-error no number
    () => x.add('1'),
  ];
  for (const call of calls) expect(call).toThrow(TypeError);
});
