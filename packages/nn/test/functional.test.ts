import { inspect } from 'node:util';
import * as torch from '@sconce/tensor';
import { gradcheck } from '@sconce/autograd';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

const F = nn.functional;
const flat = async (x: torch.Tensor): Promise<number[]> => await x.reshape(-1).tolist() as number[];

/** A node and those that it leads to, as text. */
function graph(y: torch.Tensor): string {
  const text = (node: torch.GradFn): string => {
    // inputs that never have a gradient are left out in PyTorch, and None here
    const next = node.nextFunctions.flatMap(([n]) => (n ? [text(n)] : []));
    return next.length === 0 || node.name === 'AccumulateGrad' ? node.name : `${node.name}(${next.join(', ')})`;
  };
  return text(y.gradFn!).replaceAll('Backward0', '').replaceAll('AccumulateGrad', '*');
}

describe('the graph is the one of PyTorch', () => {
  const x = torch.randn(4, 3, { requiresGrad: true }), w = torch.randn(5, 3, { requiresGrad: true });
  const b = torch.randn(5, { requiresGrad: true }), target = torch.tensor([0n, 1n, 2n, 1n]);
  test.each([
    [() => F.linear(x, w, b), 'Addmm(*, *, T(*))'],
    [() => F.linear(x, w), 'Mm(*, T(*))'],
    [() => F.linear(x.view(2, 2, 3), w, b), 'View(Addmm(*, View(View(*)), T(*)))'],
    [() => F.crossEntropy(x, target), 'NllLoss(LogSoftmax(*))'],
    [() => F.nllLoss(torch.randn(2, 3, 2, 2, { requiresGrad: true }), torch.zeros(2, 2, 2).long()), 'NllLoss2D(*)'],
    [() => F.mseLoss(x, torch.zeros(4, 3)), 'MseLoss(*)'],
    [() => F.l1Loss(x, torch.zeros(4, 3)), 'Mean(Abs(Sub(*)))'],
    [() => F.binaryCrossEntropyWithLogits(x, torch.zeros(4, 3)), 'BinaryCrossEntropyWithLogits(*)'],
    [() => F.dropout(x), 'Mul(*)'],
    [() => F.interpolate(x.view(1, 1, 4, 3), { scaleFactor: 2 }), 'UpsampleNearest2DBackward1(View(*))'],
  ] as const)('%s', (fn, expected) => { expect(graph(fn())).toBe(expected); });
});

describe('losses', () => {
  test('the reduction is checked, classes and weights too', () => {
    const x = torch.zeros(3, 3), t = torch.tensor([0n, 1n, 2n]);
    expect(() => F.crossEntropy(x, t, { reduction: 'avg' as 'mean' })).toThrow('avg is not a valid value for reduction');
    expect(() => F.crossEntropy(x, t.add(1))).toThrow('Target 3 is out of bounds.');
    expect(() => F.crossEntropy(x, t, { labelSmoothing: 2 })).toThrow('label_smoothing must be between 0.0 and 1.0. Got: 2');
    expect(() => F.crossEntropy(x, x, { ignoreIndex: 1 })).toThrow('ignore_index is not supported for floating point target');
    expect(() => F.nllLoss(x, t.int())).toThrow('expected scalar type Long but found Int');
    expect(() => F.gaussianNllLoss(x, x, x.sub(1))).toThrow('var has negative entry/entries');
  });

  test('where no class counts, the mean is not a number', async () => {
    const x = torch.zeros(2, 3, { requiresGrad: true }), t = torch.tensor([1n, 1n]);
    expect(await F.crossEntropy(x, t, { ignoreIndex: 1 }).item()).toBeNaN();
    const sum = F.crossEntropy(x, t, { ignoreIndex: 1, reduction: 'sum' });
    sum.backward();
    expect(await flat(x.grad!)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('CTC sums over all alignments', async () => {
    torch.manualSeed(1);
    const steps = 4, classes = 3, logits = torch.randn(steps, 1, classes, { dtype: torch.float64 });
    const logProbs = logits.logSoftmax(2), p = await flat(logProbs.exp());
    const label = [1, 1];
    let total = 0;
    for (let code = 0; code < classes ** steps; code++) {
      const path = Array.from({ length: steps }, (_, t) => Math.floor(code / classes ** t) % classes);
      const collapsed = path.filter((c, t) => c !== 0 && c !== path[t - 1]);
      if (collapsed.join() === label.join()) total += path.reduce((product, c, t) => product * p[t * classes + c], 1);
    }
    const targets = torch.tensor([[1n, 1n]]);
    const loss = F.ctcLoss(logProbs, targets, [steps], [2], { reduction: 'none' });
    expect(await loss.item()).toBeCloseTo(-Math.log(total), 10);
    expect(gradcheck((x: torch.Tensor) => F.ctcLoss(x.logSoftmax(2), targets, [steps], [2]), [logits.requiresGrad_()])).toBe(true);
    const short = logits.detach().narrow(0, 0, 2).logSoftmax(2);
    expect(await F.ctcLoss(short, targets, [2], [2], { reduction: 'none' }).item()).toBe(Infinity);
    expect(await F.ctcLoss(short, targets, [2], [2], { zeroInfinity: true }).item()).toBe(0);
  });
});

describe('arguments', () => {
  test('optional tensors may be left out before the options', async () => {
    const x = torch.tensor([[1, 3]]), plain = await flat(F.layerNorm(x, 2, { eps: 3 }));
    expect(plain).toEqual([-0.5, 0.5]);
    expect(await flat(F.layerNorm(x, [2], null, null, { eps: 3 }))).toEqual(plain);
    expect(await flat(F.layerNorm(x, [2], torch.tensor([2, 2]), { eps: 3 }))).toEqual([-1, 1]);
    expect(F.conv1d(x, torch.ones(1, 1, 1), { padding: 1 }).shape).toEqual([1, 4]);
  });

  test('a stride is an argument or an option', () => {
    const x = torch.ones(1, 1, 8, 8);
    expect(F.maxPool2d(x, 2, 1).shape).toEqual([1, 1, 7, 7]);
    expect(F.maxPool2d(x, 2, { stride: 1 }).shape).toEqual([1, 1, 7, 7]);
    expect(F.maxPool2d(x, 2).shape).toEqual([1, 1, 4, 4]);
    const [values, places] = F.maxPool2d(x, 2, null, { returnIndices: true });
    expect(F.maxUnpool2d(values, places, 2).shape).toEqual([1, 1, 8, 8]);
  });

  test('what is positional in PyTorch and an option here is not overlooked', () => {
    const x = torch.ones(2, 2), t = torch.tensor([0n, 1n]), wrong = <T>(value: unknown): T => value as T;
    expect(() => F.crossEntropy(x, t, wrong(torch.ones(2)))).toThrow('crossEntropy(): expected an options object as in { weight: value }, but got a Tensor');
    expect(() => F.dropout(x, wrong(0.2))).toThrow('dropout(): expected an options object as in { p: 0.2 }, but got 0.2');
    expect(() => new nn.Conv2d(3, 6, 5, wrong(1))).toThrow('Conv2d(): expected an options object as in { stride: 1 }, but got 1');
    expect(() => new nn.ConvTranspose1d(3, 6, 5, wrong(1))).toThrow('ConvTranspose1d(): expected an options object');
    expect(() => new nn.Linear(3, 6, wrong(false))).toThrow('Linear(): expected an options object as in { bias: false }, but got false');
    expect(() => new nn.LeakyReLU(0.1, wrong(true))).toThrow('LeakyReLU(): expected an options object');
    expect(() => new nn.LSTM(3, 6, wrong(2))).toThrow('LSTM(): expected an options object as in { numLayers: 2 }, but got 2');
    expect(() => new nn.Linear(1, 1).to(wrong(3))).toThrow('to(): expected a dtype, a device, a Tensor or { dtype, device }, but got 3');
  });

  test('interpolate says what is wrong', () => {
    const x = torch.ones(1, 1, 3, 3);
    expect(() => F.interpolate(x, { size: 2, alignCorners: true })).toThrow('align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear');
    expect(() => F.interpolate(x, { size: [1, 2, 3] })).toThrow(/^Input and output must have the same number of spatial dimensions/);
    expect(() => F.interpolate(x, { size: 2, mode: 'linear' })).toThrow('Got 4D input, but linear mode needs 3D input');
  });
});

test('an embedding table is shortened in place where it is too long', async () => {
  const weight = torch.tensor([[3, 4], [1, 0]]);
  expect((await flat(F.embedding(torch.tensor([0n]), weight, { maxNorm: 1 }))).map((v) => Math.round(v * 1e4) / 1e4)).toEqual([0.6, 0.8]);
  expect((await flat(weight)).map((v) => Math.round(v * 1e4) / 1e4)).toEqual([0.6, 0.8, 1, 0]);
});

test('bags of embeddings: by offsets, empty ones, weighted, without padding', async () => {
  const weight = torch.tensor([[1, 10], [2, 20], [3, 30]]), input = torch.tensor([0n, 2n, 1n]);
  const bags = (offsets: bigint[], options: nn.functional.EmbeddingBagOptions = {}) => flat(F.embeddingBag(input, weight, { offsets: torch.tensor(offsets), ...options }));
  expect(await bags([0n, 2n])).toEqual([2, 20, 2, 20]);
  expect(await bags([0n, 0n, 3n], { mode: 'sum' })).toEqual([0, 0, 6, 60, 0, 0]);
  expect(await bags([0n, 2n, 3n], { mode: 'max', includeLastOffset: true })).toEqual([3, 30, 2, 20]);
  expect(await bags([0n], { mode: 'sum', perSampleWeights: torch.tensor([1, 0, 2]) })).toEqual([5, 50]);
  expect(await bags([0n], { paddingIdx: -1 })).toEqual([1.5, 15]);
});

test('packed sequences go through a recurrent layer as each would alone', async () => {
  torch.manualSeed(2);
  const lstm = new nn.LSTM(2, 3, { bidirectional: true, numLayers: 2 });
  const lengths = [2, 4, 1], sequences = lengths.map((n) => torch.randn(n, 2));
  const packed = nn.utils.rnn.packSequence(sequences, { enforceSorted: false });
  const [output, [hidden]] = lstm(packed);
  const [padded, sizes] = nn.utils.rnn.padPackedSequence(output);
  expect(await flat(sizes)).toEqual(lengths);
  for (const [i, x] of sequences.entries()) {
    const [alone, [h]] = lstm(x);
    const close = (a: torch.Tensor, b: torch.Tensor): Promise<boolean> => torch.allclose(a, b, { atol: 1e-6 });
    expect(await close(padded.select(1, i).narrow(0, 0, lengths[i]), alone)).toBe(true);
    expect(await close(hidden.select(1, i), h)).toBe(true);
  }
  expect(nn.utils.rnn.unpackSequence(output).map((x) => x.shape[0])).toEqual(lengths);
  expect(() => nn.utils.rnn.packSequence(sequences)).toThrow(/^`lengths` array must be sorted in decreasing order/);
  expect(inspect(nn.utils.rnn.packSequence([torch.tensor([4n, 5n]), torch.tensor([1n])]))).toBe(
    'PackedSequence(data=tensor([4, 1, 5]), batch_sizes=tensor([2, 1]), sorted_indices=None, unsorted_indices=None)');
});

test('a triplet loss with a distance ends in what PyTorch records', () => {
  const [a, b, c] = torch.rand(3, 2, 4, { requiresGrad: true }).unbind();
  expect(String(F.tripletMarginWithDistanceLoss(a, b, c, { reduction: 'none' }).gradFn)).toBe('<ClampBackward1>');
  expect(String(F.tripletMarginLoss(a, b, c, { reduction: 'none' }).gradFn)).toBe('<ClampMinBackward0>');
});

test('what the documentation of a layer passes by name may be an option of its call', async () => {
  const [pooled, places] = new nn.MaxPool2d(2, { returnIndices: true })(torch.rand(1, 1, 5, 5)), unpool = new nn.MaxUnpool2d(2);
  expect(unpool(pooled, places, { outputSize: [1, 1, 5, 5] }).shape).toEqual([1, 1, 5, 5]);
  expect(unpool(pooled, places, [5, 5]).shape).toEqual([1, 1, 5, 5]);
  // PyTorch's words, with its parentheses
  const at = (...places: number[]): torch.Tensor => torch.tensor(places, { dtype: torch.int64 });
  expect(() => unpool(torch.rand(1, 1, 2, 2), at(5, 7, 10, 18).view(1, 1, 2, 2)))
    .toThrow(new torch.RuntimeError('Found an invalid max index: 18 (output volumes are of size 4x4'));
  expect(() => new nn.MaxUnpool1d(2)(torch.rand(1, 1, 2), at(1, 9).view(1, 1, 2))).toThrow('Found an invalid max index: 9 (output volumes are of size 4x1');
  expect(() => new nn.MaxUnpool3d(2)(torch.rand(1, 1, 1, 1, 1), at(-1).view(1, 1, 1, 1, 1))).toThrow('Found an invalid max index: -1 (output volumes are of size 2x2x2');
  const up = new nn.ConvTranspose2d(1, 1, 3, { stride: 2, padding: 1 }), small = torch.rand(1, 1, 3, 3);
  expect([up(small, { outputSize: [1, 1, 6, 6] }), up(small, [6, 6]), up(small)].map((x) => x.shape)).toEqual([[1, 1, 6, 6], [1, 1, 6, 6], [1, 1, 5, 5]]);
  expect(() => up(small, 6 as never)).toThrow('ConvTranspose2d(): expected an options object as in { outputSize: 6 }, but got 6');
  const bag = new nn.EmbeddingBag(4, 2, { mode: 'sum' }), flatIndices = torch.tensor([1n, 2n, 3n]);
  const offsets = torch.tensor([0n, 2n]), perSampleWeights = torch.tensor([1, 0.5, 2]);
  const [first, ...others] = await Promise.all([
    bag(flatIndices, offsets, perSampleWeights), bag(flatIndices, offsets, { perSampleWeights }), bag(flatIndices, { offsets, perSampleWeights }),
  ].map((x) => x.tolist()));
  expect(others).toEqual([first, first]);
  expect(() => bag(flatIndices, [0, 2] as never)).toThrow(TypeError);
});

test('what is an option here and positional in PyTorch does not go unnoticed', () => {
  const x = torch.ones(2, 3), got = (what: string): string => `expected an options object as in { name: value }, but got ${what}`;
  const cases: [() => unknown, string][] = [
    [() => new nn.CrossEntropyLoss(torch.ones(3) as never), `CrossEntropyLoss(): ${got('a Tensor')}`],
    [() => new nn.MSELoss('sum' as never), `MSELoss(): ${got('sum')}`],
    [() => new nn.Transformer(512 as never), `Transformer(): ${got('512')}`],
    [() => new nn.RNN(3, 4, 2 as never), 'RNN(): expected an options object as in { numLayers: 2 }, but got 2'],
    [() => new nn.GELU('tanh' as never), `GELU(): ${got('tanh')}`],
    [() => new nn.Upsample(2 as never), `Upsample(): ${got('2')}`],
    [() => F.leakyRelu(x, 0.2 as never), 'leakyRelu(): expected an options object as in { negativeSlope: 0.2 }, but got 0.2'],
    [() => F.relu(x, true as never), 'relu(): expected an options object as in { inplace: true }, but got true'],
    [() => F.pad(x, [1, 1], 'reflect' as never), "pad(): expected an options object as in { mode: 'reflect' }, but got reflect"],
    [() => nn.init.xavierUniform_(x, 2 as never), `xavierUniform_(): ${got('2')}`],
    [() => x.sum(1, true as never), 'sum(): expected an options object as in { keepdim: true }, but got true'],
    [() => torch.zeros(2, torch.int64 as never), `new(): ${got('torch.int64')}`],
    [() => torch.tensor([1], torch.int64 as never), `tensor(): ${got('torch.int64')}`],
    [() => x.narrow({ dim: 1 } as never, 0, 1), 'dim must be an integer, but got an object: here it is an argument of its own, as in x.gather(1, index)'],
  ];
  for (const [call, message] of cases) expect(call).toThrow(new TypeError(message));
});

test('distances of all pairs of rows, with the values of PyTorch', async () => {
  const x = torch.tensor([[0, 0], [3, 4], [1, 1]], { requiresGrad: true });
  expect(String(F.pdist(x.detach()))).toBe('tensor([5.0000, 1.4142, 3.6056])');
  expect(await F.pdist(x.detach(), { p: 1 }).tolist()).toEqual([7, 2, 5]);
  F.pdist(x).mul(torch.tensor([1, 2, -1])).sum().backward();
  expect(String(x.grad)).toBe(['tensor([[-2.0142, -2.2142],', '        [ 0.0453, -0.0321],', '        [ 1.9689,  2.2463]])'].join('\n'));
  expect(F.pdist(torch.ones(1, 2)).shape).toEqual([0]);
  expect(() => F.pdist(torch.ones(3))).toThrow('pdist only supports 2D tensors, got: 1D');
  expect(() => F.pdist(torch.ones(3, 2), { p: -1 })).toThrow('pdist only supports non-negative p values');
  expect(() => F.pdist(torch.ones(3, 2).long())).toThrow('pdist only supports floating-point dtypes');
});

test('a module for several devices runs on the one there is, under its own name', async () => {
  const layer = new nn.Linear(2, 1), net = new nn.DataParallel(layer), x = torch.ones(1, 2);
  expect(String(net)).toBe('DataParallel(\n  (module): Linear(in_features=2, out_features=1, bias=True)\n)');
  expect(Object.keys(net.stateDict())).toEqual(['module.weight', 'module.bias']);
  expect(await net(x).tolist()).toEqual(await layer(x).tolist());
});


// what PyTorch 1.13 gives
test.each<[mode: 'bilinear' | 'nearest' | 'bicubic', paddingMode: 'zeros' | 'border' | 'reflection', values: number[]]>([
  ['bilinear', 'zeros', [NaN, NaN, NaN, 0, 0, 0]], ['bilinear', 'border', [36, 29, 29, 36, 29, 36]], ['bilinear', 'reflection', [29, 29, 29, 29, 29, 29]],
  ['nearest', 'zeros', [0, 0, 0, 0, 0, 0]], ['nearest', 'border', [40, 33, 33, 40, 33, 40]], ['nearest', 'reflection', [33, 33, 33, 33, 33, 33]],
  ['bicubic', 'zeros', [NaN, NaN, NaN, 0, 0, 0]], ['bicubic', 'border', [NaN, NaN, NaN, 36, 29, 36]],
])('gridSample, %s with %s, far out and nowhere', async (mode, paddingMode, values) => {
  const images = torch.arange(1, 65).to(torch.float32).view(1, 1, 8, 8), x = torch.tensor([Infinity, -Infinity, NaN, 1e30, -1e30, 1e10]);
  const grid = torch.stack([x, torch.zeros(6)], 1).view(1, 1, 6, 2);
  expect(await F.gridSample(images, grid, { mode, paddingMode, alignCorners: false }).flatten().tolist()).toEqual(values);
});

test('gridSample gives zeros outside whatever the corner holds', async () => {
  const images = torch.ones(1, 1, 4, 4);
  images.select(2, 0).select(2, 0).fill_(Infinity);
  const grid = torch.tensor([5, 5, 0.5, 0.5]).view(1, 1, 2, 2);
  for (const mode of ['bilinear', 'nearest'] as const) expect(await F.gridSample(images, grid, { mode, alignCorners: false }).flatten().tolist()).toEqual([0, 1]);
});

describe('what is no tensor is refused in PyTorch\'s words', () => {
  const x = torch.ones(1, 2), wrong = (given: unknown) => given as torch.Tensor;
  test.each<[string, () => unknown]>([
    ["linear(): argument 'input' (position 1) must be Tensor, not Array", () => new nn.Linear(2, 2)(wrong([1, 2]))],
    ["linear(): argument 'weight' (position 2) must be Tensor, not number", () => F.linear(x, wrong(3))],
    ["cross_entropy_loss(): argument 'target' (position 2) must be Tensor, not Array", () => F.crossEntropy(x, wrong([0]))],
    ["cross_entropy_loss(): argument 'input' (position 1) must be Tensor, not Array", () => F.crossEntropy(wrong([1]), x)],
    ["nll_loss_nd(): argument 'target' (position 2) must be Tensor, not Array", () => F.nllLoss(x, wrong([0]))],
    ["kl_div(): argument 'target' (position 2) must be Tensor, not number", () => F.klDiv(x, wrong(3))],
    ["embedding(): argument 'indices' (position 2) must be Tensor, not Array", () => new nn.Embedding(2, 2)(wrong([1]))],
    ["relu(): argument 'input' (position 1) must be Tensor, not number", () => F.relu(wrong(3))],
    ["gelu(): argument 'input' (position 1) must be Tensor, not number", () => F.gelu(wrong(3))],
    ["dropout(): argument 'input' (position 1) must be Tensor, not Array", () => F.dropout(wrong([1]))],
    ["batch_norm(): argument 'input' (position 1) must be Tensor, not Array", () => F.batchNorm(wrong([1]), x, x)],
    // where PyTorch says that an int has no size
    ["mseLoss(): argument 'target' (position 2) must be Tensor, not number", () => F.mseLoss(x, wrong(3))],
    ["l1_loss(): argument 'input' (position 1) must be Tensor, not Array", () => F.l1Loss(wrong([1]), x)],
    ["binary_cross_entropy(): argument 'target' (position 2) must be Tensor, not Array", () => F.binaryCrossEntropy(x, wrong([1]))],
    ["binary_cross_entropy_with_logits(): argument 'target' (position 2) must be Tensor, not undefined", () => F.binaryCrossEntropyWithLogits(x, wrong(undefined))],
  ])('%s', (text, fn) => {
    expect(fn).toThrow(new TypeError(text));
  });
});
