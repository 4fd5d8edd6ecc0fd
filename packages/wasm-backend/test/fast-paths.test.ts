import * as torch from '@sconce/tensor';
import {
  activations, adaptiveAvgPool2d, atIndices, avgPool2d, col2im, conv1d, conv2d, conv3d, elementLoss, embedding, embeddingDenseBackward, groupNorm, im2col, jsBackend, layerNorm, lossOps,
  maxPool2d, nllLossOf, pad, putAtIndices, upsample, upsampleBackward, type UpsampleMode,
} from '@sconce/tensor/internal';
import { afterEach, expect, test, vi } from 'vitest';
import { wasm } from '../src/index.js';

const { float32, float64, int64, uint8 } = torch;

afterEach(() => vi.restoreAllMocks());

const range = (n: number, dtype = float32): torch.Tensor => torch.arange(n).to(dtype);
const x2 = (dtype = float32): torch.Tensor => range(42, dtype).view(6, 7);
const image = (): torch.Tensor => range(2 * 3 * 8 * 8).view(2, 3, 8, 8);
const sizes = (mode: UpsampleMode) => ({ mode, alignCorners: false, antialias: false, scales: [null, null], inputSize: [8, 8], outputSize: [5, 11] });
const labels = (n: number): torch.Tensor => range(n, int64);

// What programs do again and again is not to fall back to the JavaScript kernels unseen.
test.each<[string, () => unknown]>([
  ['arithmetic of floats', () => x2().add(1).mul(x2()).sub(x2().t().contiguous().t()).div(3).neg().pow(1.5).sqrt()],
  ['arithmetic of doubles', () => x2(float64).add(1).mul(x2(float64)).div(3).abs().sqrt().maximum(x2(float64))],
  ['arithmetic of indices', () => labels(9).mul(2).add(labels(9)).eq(4).sum()],
  ['images', () => range(48, uint8).view(4, 4, 3).permute(2, 0, 1).to(float32).div(255)],
  ['labels and accuracy', () => x2().argmax(1).eq(labels(6)).sum().to(float32).div(6)],
  ['largest elements', () => [...x2().max(1), ...x2().max(0), x2().amax(1)]],
  ['the largest few, and places', () => [...x2().topk(3, 1), ...x2(int64).topk(1, 0, { largest: false }), x2().gt(3).nonzero(), x2().nonzero()]],
  ['conversions', () => [x2().to(int64), x2(int64).to(float32), x2().gt(3).to(float32), x2(float64).to(float32), x2(torch.float16).to(float32), x2().to(torch.bfloat16).add(1)]],
  ['where and masks', () => [torch.where(x2().gt(3), x2(), 0), x2().maskedFill(x2().lt(2), 0), x2().isnan().any()]],
  ['reductions', () => [x2().sum(), x2().sum(0), x2().mean(1), image().sum([0, 2, 3]), image().permute(0, 2, 3, 1).mean([1, 2]), x2().t().sum(1), x2(int64).sum(), x2(float64).mean()]],
  ['reductions of broadcast operands', () => torch.ones(1).expand(6, 7).sum(1)],
  ['activations', () => [activations.gelu(x2()), activations.silu(x2()), x2().sigmoid(), x2().tanh(), activations.elu(x2()), activations.leakyRelu(x2()), activations.softplus(x2())]],
  ['trigonometry', () => [x2().sin(), x2().cos(), x2().exp(), x2().log1p()]],
  ['products', () => [x2().mm(x2().t()), x2().mv(range(7)), torch.addmm(range(6), x2(), x2().t()), range(7).dot(range(7)), image().flatten(0, 1).bmm(image().flatten(0, 1))]],
  ['convolution', () => conv2d(image(), range(36).view(4, 3, 3, 1), range(4), { padding: 1, stride: 2 })],
  ['convolution of what is not contiguous', () => conv2d(image().permute(0, 1, 3, 2), torch.ones(1).expand(4, 3, 3, 3), null)],
  ['convolution of volumes', () => conv3d(image().unsqueeze(0), range(24).view(2, 2, 2, 3, 1), null, { padding: 1 })],
  ['convolution of rows', () => conv1d(image().select(2, 0), range(12).view(2, 3, 2))],
  ['pooling', () => [maxPool2d(image(), 2), avgPool2d(image(), 2), adaptiveAvgPool2d(image(), 3), maxPool2d(image().transpose(2, 3), 3)]],
  ['resampling', () => (['nearest', 'nearest-exact', 'linear', 'cubic'] as const).map((mode) => upsampleBackward(upsample(image(), sizes(mode)), sizes(mode)))],
  ['windows', () => col2im(im2col(image(), 3), [8, 8], 3)],
  ['softmax', () => [x2().softmax(1), x2().logSoftmax(0), image().softmax(1), x2().logsumexp(1), image().logsumexp([0, 2])]],
  ['normal numbers', () => [torch.randn(100), torch.empty(4, 4).normal_(1, 2)]],
  ['normalisation', () => [layerNorm(x2(), [7], torch.ones(7), torch.zeros(7)), groupNorm(image(), 1, torch.ones(3), torch.zeros(3))]],
  ['cross-entropy', () => nllLossOf(lossOps.nllLoss, x2().logSoftmax(1), labels(6), torch.ones(7), { reduction: 'mean', ignoreIndex: -100 })],
  ['mean squared error', () => elementLoss('mseLoss', [x2(), x2().mul(2)], 'mean')],
  ['embedding', () => embeddingDenseBackward(embedding(labels(4), x2()), labels(4), 6, -1, false)],
  ['indexing', () => [x2().gather(1, labels(6).view(6, 1)), x2().indexSelect(0, labels(3)), atIndices(x2(), labels(3).unsqueeze(0), [0]), putAtIndices(x2(), labels(3).unsqueeze(0), range(7), [0])]],
  ['scattering', () => [x2().scatterAdd(0, labels(7).clamp(0, 5).view(1, 7), x2().narrow(0, 0, 1)), torch.zeros(6, 7, { dtype: int64 }).scatter_(1, labels(6).view(6, 1), 1)]],
  ['joining', () => [torch.cat([x2(), x2()], 1), torch.stack([x2(), x2()]), pad(image(), [1, 1, 1, 1]), pad(image(), [1, 1, 1, 1], { mode: 'reflect' }), x2().repeat(2, 2), x2().flip([0]), x2().roll(2, 0), x2().rot90(), torch.pixelShuffle(image().view(2, 12, 4, 4), 2)]],
  ['copies', () => [image().permute(3, 1, 0, 2).contiguous(), x2().t().clone(), x2().copy_(x2().t().contiguous().t()), x2().fill_(2), x2().cumsum(1)]],
])('%s', (_, compute) => {
  const lower = vi.spyOn(jsBackend, 'lower');
  torch.registerBackend(wasm());
  compute();
  expect(lower.mock.calls.map(([op]) => op.name)).toEqual([]);
});

// numbers wrap to the dtype first, as in PyTorch
test.each([[int64, []], [torch.int32, [2 ** 32]], [torch.int8, [256]], [torch.uint8, [256]]] as const)('%s divided by zero is an error, whatever was divided before', async (dtype, wrapped) => {
  torch.registerBackend(wasm());
  const x = torch.tensor([7, 8, 9]).to(dtype), rows = x.unsqueeze(0).expand(2, 3);
  for (const operand of [x, rows]) {
    expect(await operand.remainder(4).sum().item()).toBe(4 * operand.numel() / 3);
    for (const divisor of [0, ...wrapped, torch.zeros(3, { dtype }), torch.zeros([], { dtype })]) {
      for (const fn of [torch.remainder, torch.fmod, torch.floorDivide]) expect(() => fn(operand, divisor as number)).toThrow('ZeroDivisionError');
    }
    expect(await operand.floorDivide(4).sum().item()).toBe(5 * operand.numel() / 3);
  }
});

test('integers divided by -1, and by what wraps to it, as in PyTorch', async () => {
  torch.registerBackend(wasm());
  const x = torch.tensor([1 - 2 ** 31, 7], { dtype: torch.int32 });
  expect(await x.floorDivide(2 ** 32 - 1).tolist()).toEqual([2 ** 31 - 1, -7]);
  expect(await x.remainder(-1).tolist()).toEqual([0, 0]);
  expect(await torch.tensor([5, 100], { dtype: torch.int8 }).floorDivide(255).tolist()).toEqual([-5, -100]);
});

// columns of 512 and of 256 elements lie in the same places of the cache, so rows are taken in strips of eight
test.each([[512, 300], [256, 37], [256, 20]] as const)('rows that are columns of %i elements elsewhere, and %i columns', (height, width) => {
  torch.registerBackend(wasm());
  for (const [batch, dtype] of [[1, float32], [3, float64]] as const) {
    const tall = range(batch * height * width, dtype).view(batch, width, height), wide = range(batch * height * width, dtype).view(batch, height, width);
    const values = [...tall.transpose(1, 2).mul(2).add(wide).contiguous().numpy()].map(Number);
    const expected = values.map((_, i) => {
      const b = Math.floor(i / (height * width)), r = Math.floor(i / width) % height, c = i % width;
      return 2 * ((b * width + c) * height + r) + i;
    });
    expect(values).toEqual(expected);
    const into = torch.zeros(batch, width, height, { dtype });
    into.transpose(1, 2).copy_(wide);
    expect(into.transpose(1, 2).eq(wide).all().hostValues()[0]).toBeTruthy();
    // in place, where an operand is the output
    tall.transpose(1, 2).sub_(wide);
    expect([...tall.transpose(1, 2).contiguous().numpy()].map(Number)).toEqual(expected.map((v, i) => (v - i) / 2 - i));
  }
});
