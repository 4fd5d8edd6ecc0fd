import { describe, expect, test } from 'vitest';
import '@sconce/autograd';
import * as torch from '@sconce/tensor';
import { avgPool2d, conv2d, layerNorm, maxPool2d } from '@sconce/tensor/internal';
import { functional as F } from '@sconce/nn';
import { currentBackend, OutOfMemoryError } from '../../src/index.js';
import { available } from '../adapter.js';
import { cases, refusals, type On } from '../same.js';

/** Numbers without a pattern, the same every time. */
function drawn(...shape: number[]): torch.Tensor {
  torch.manualSeed(shape.length + 3);
  return torch.randn(...shape);
}
const int = (...values: number[]): torch.Tensor => torch.tensor(values, { dtype: torch.int64 });

describe.skipIf(!available)('NaN, the infinities and both zeros', () => {
  const odd = [NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 3e38, -1e-30, 0.5];
  const x = (): torch.Tensor => torch.tensor(odd), grid = (): torch.Tensor => torch.tensor([odd, [...odd].reverse(), odd.map((v) => (Number.isNaN(v) ? 7 : v))]);
  const pairs = (f: (a: torch.Tensor, b: torch.Tensor) => torch.Tensor) => (on: On) => f(on(x()).unsqueeze(1), on(x()));
  cases({
    'signs of zero': (on) => ['neg', 'abs', 'sign', 'sqrt', 'floor', 'ceil', 'trunc', 'round', 'relu', 'tanh', 'sin', 'tan', 'asin', 'atan', 'sinh', 'expm1', 'log1p', 'asinh', 'atanh', 'erf', 'reciprocal', 'hardtanh', 'frac', 'rsqrt', 'exp', 'log']
      .map((name) => ((name in F ? (F as never)[name] : (torch as never)[name]) as unknown as (t: torch.Tensor) => torch.Tensor)(on(torch.tensor([0, -0, -0.4, 0.4, NaN, Infinity, -Infinity])))),
    signbit: (on) => on(x()).signbit(),
    add: pairs((a, b) => a.add(b)), sub: pairs((a, b) => a.sub(b)), mul: pairs((a, b) => a.mul(b)), div: pairs((a, b) => a.div(b)),
    // which of the two zeros comes first differs between PyTorch's own kernels
    maximum: pairs((a, b) => a.maximum(b).add(0)), minimum: pairs((a, b) => a.minimum(b).add(0)), fmax: pairs((a, b) => a.fmax(b).add(0)), fmin: pairs((a, b) => a.fmin(b).add(0)),
    pow: pairs((a, b) => a.clamp({ min: -5, max: 5 }).pow(b.clamp({ min: -3, max: 3 }))), atan2: pairs((a, b) => a.atan2(b)), copysign: pairs((a, b) => a.copysign(b)),
    remainder: pairs((a, b) => a.clamp({ min: -9, max: 9 }).remainder(b.clamp({ min: -4, max: 4 }))), fmod: pairs((a, b) => a.clamp({ min: -9, max: 9 }).fmod(b.clamp({ min: -4, max: 4 }))),
    lt: pairs((a, b) => a.lt(b)), le: pairs((a, b) => a.le(b)), eq: pairs((a, b) => a.eq(b)), ne: pairs((a, b) => a.ne(b)),
    // what compilers would simplify, did they see all of it
    'what cancels': (on) => {
      const a = on(torch.tensor([...odd, 1e8, 16777217]).unsqueeze(1)), b = on(torch.tensor([...odd, 1e8, 16777217]));
      const c = on(torch.tensor([NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 0.5, 3])); // no quotients by these are too small for some adapters
      return [
        a.sub(a), a.add(a.neg()), a.add(b).sub(a), a.add(b).sub(b), a.sub(b).add(b), a.sub(a.sub(b)), b.sub(a).add(a), a.add(b).sub(a.add(b)), a.mul(b).sub(a.mul(b)),
        a.mul(b.sub(b)), a.sqrt().square(), a.sqrt().mul(a.sqrt()), a.add(12582912).sub(12582912), a.mul(b).div(b), a.div(c).mul(c), a.div(a), a.eq(a), a.ne(a),
      ];
    },
    'quotients rounded': pairs((a, b) => torch.div(a, b, { roundingMode: 'floor' })), 'and towards 0': pairs((a, b) => torch.div(a, b, { roundingMode: 'trunc' })),
    clamp: (on) => [on(x()).clamp({ min: -1, max: 1 }), on(x()).clamp({ min: NaN }), on(x()).nanToNum(), on(x()).nanToNum({ nan: 1, posinf: 2, neginf: 3 })],
    tests: (on) => [on(x()).isnan(), on(x()).isinf(), on(x()).isfinite(), on(x()).bool(), on(x()).logicalNot()],
    reductions: (on) => [on(grid()).amax(1), on(grid()).amin(1), on(grid()).argmax(1), on(grid()).argmin(0), on(grid()).sum(0), on(grid()).nansum(0), on(grid()).all(1), on(grid()).any(0)],
    'max with indices': (on) => [...on(grid()).max(1), ...on(grid()).min(0)],
    sort: (on) => [...on(grid()).sort(1), ...on(grid()).sort(1, { descending: true }), ...on(grid()).topk(4, 1)],
    median: (on) => [...on(grid()).median(1), ...on(grid()).nanmedian(1)],
    running: (on) => [...on(grid()).cummax(1), ...on(grid()).cummin(1), on(grid()).cumsum(1), on(torch.tensor([1, -0, NaN, 2])).cumprod(0)],
    softmax: (on) => [on(grid()).softmax(1), on(grid()).logSoftmax(1), on(torch.tensor([[-Infinity, -Infinity], [-Infinity, 1]])).softmax(1), on(grid()).logsumexp(1)],
    matmul: (on) => [on(torch.tensor([[NaN, 1], [2, 3]])).matmul(on(torch.tensor([[0, 1], [2, 0]]))), on(torch.tensor([[Infinity, 1]])).matmul(on(torch.tensor([[0], [1]])))],
    pooling: (on) => [maxPool2d(on(grid().unsqueeze(0)), [2, 2]), avgPool2d(on(grid().unsqueeze(0)), [2, 2])].flat(),
    scatter: (on) => [on(x()).scatterReduce(0, on(int(0, 0, 1, 2)), on(torch.tensor([1, NaN, -0, Infinity])), 'amax'), on(x()).scatterReduce(0, on(int(3, 4, 5)), on(torch.tensor([-0, -0, NaN])), 'amin').add(0)],
    copies: (on) => [torch.cat([on(x()), on(x())]), torch.where(on(x()).gt(0), on(x()), -0), on(x()).gather(0, on(int(4, 0, 2))), on(x()).flip(0), on(x()).to(torch.float16), on(x()).to(torch.bfloat16)],
    casts: (on) => [on(torch.tensor([1.9, -1.9, -0])).to(torch.int32), on(torch.tensor([NaN, 0.1, -0])).to(torch.bool), on(torch.tensor([300, -1])).to(torch.uint8), on(torch.tensor([200, -200])).to(torch.int8)],
    losses: (on) => [F.mseLoss(on(torch.tensor([NaN, 1])), on(torch.tensor([1, 1])), { reduction: 'none' }), F.nllLoss(on(torch.tensor([[-Infinity, 0], [1, 2]])), on(int(0, 1))), F.l1Loss(on(torch.tensor([Infinity])), on(torch.tensor([1])))],
  });
});

describe.skipIf(!available)('numbers far from 0', () => {
  const far = (): torch.Tensor => torch.tensor([2 ** 20, -2e7, 33554433, 3.5e9, -1e12, 1e20, 6.3e30, -3.4e38]);
  const divisors = (): torch.Tensor => torch.tensor([7, 1e-5, 0.3, -1e10, 1e-37, 3e38, 1]);
  cases({
    waves: (on) => [on(far()).sin(), on(far()).cos(), on(far()).tan()],
    remainders: (on) => [on(far()).unsqueeze(1).fmod(on(divisors())), on(far()).unsqueeze(1).remainder(on(divisors()))],
    'zeta below 0': (on) => torch.special.zeta(on(torch.tensor([2, 3, 4, 2.5, 2])), on(torch.tensor([-500.3, -12.75, -0.5, -3.5, -9]))),
  });

  test('long running sums keep their digits', async () => {
    const last = await torch.full([1_000_000], 0.1, { device: 'webgpu' }).cumsum(0).index(-1).item() as number;
    expect(Math.abs(last / (1e6 * Math.fround(0.1)) - 1)).toBeLessThan(5e-6);
  });

  test('exponentials have as many digits as near 0', async () => {
    const x = Float32Array.from([-87, -70.3, -20.1, -1.7, 0.3, 9.9, 41.3, 71.3584, 88.72]), values = await torch.tensor(x).to('webgpu').exp().tolist() as number[];
    x.forEach((v, i) => expect(Math.abs(values[i] / Math.exp(v) - 1), `exp(${v})`).toBeLessThan(6e-7));
    expect(await torch.tensor([88.73, 1e30, -104.1, -1e30]).to('webgpu').exp().tolist()).toEqual([Infinity, Infinity, 0, 0]);
  });
});

describe.skipIf(!available)('tensors without elements', () => {
  const none = (...shape: number[]): torch.Tensor => torch.zeros(...shape);
  cases({
    elementwise: (on) => [on(none(0)).add(1), on(none(2, 0)).mul(on(none(2, 1))), on(none(0, 3)).exp(), torch.where(on(none(0)).gt(0), on(none(0)), 1)],
    sums: (on) => [on(none(0)).sum(), on(none(0)).prod(), on(none(0)).mean(), on(none(2, 0)).sum(1), on(none(0, 2)).any(0), on(none(0, 2)).all(0), on(none(2, 0, 3)).amax(2), on(none(0, 3)).logsumexp(0)],
    products: (on) => [on(none(2, 0)).matmul(on(none(0, 3))), on(none(0, 2)).matmul(on(none(2, 3))), on(none(0, 2, 2)).matmul(on(none(0, 2, 2))), on(none(0)).dot(on(none(0)))],
    joined: (on) => [torch.cat([on(none(0, 2)), on(torch.ones(1, 2))]), torch.stack([on(none(0)), on(none(0))]), on(none(3, 0)).repeat(2, 2)],
    indexed: (on) => [on(none(0, 2)).indexSelect(1, on(int(0, 1))), on(torch.ones(3)).index(on(int())), on(torch.ones(2, 2)).gather(1, on(none(0, 2).long())), on(torch.ones(3)).scatter(0, on(int()), 1), on(none(0, 3)).flip(0)],
    ordered: (on) => [...on(none(0)).sort(0), ...on(none(2, 0)).sort(1), ...on(none(0, 3)).topk(2, 1), on(none(0)).cumsum(0)],
    normalized: (on) => [on(none(0, 3)).softmax(1), on(none(2, 0)).logSoftmax(1), layerNorm(on(none(0, 4)), [4])],
    images: (on) => [conv2d(on(none(0, 2, 5, 5)), on(torch.ones(3, 2, 3, 3)), null), ...[maxPool2d(on(none(0, 2, 4, 4)), [2, 2])].flat()],
    losses: (on) => [F.mseLoss(on(none(0)), on(none(0))), F.crossEntropy(on(none(0, 3)), on(int())), F.nllLoss(on(none(0, 3)), on(int()), { reduction: 'none' })],
    written: (on) => [on(none(0)).fill_(1), on(none(2, 0)).add_(1), on(none(0)).copy_(on(none(0)))],
  });
  refusals({
    'the largest of nothing': ['amax(): Expected reduction dim 1 to have non-zero size.', (on) => on(none(2, 0)).amax(1)],
    'the place of nothing': ['argmax(): Expected reduction dim to be specified for input.numel() == 0.', (on) => on(none(0)).argmax()],
    'an index into nothing': ['index is out of bounds for dimension with size 0', (on) => on(none(0, 3)).index(on(int(0)))],
  });
});

describe.skipIf(!available)('0-d tensors', () => {
  const one = (): torch.Tensor => torch.tensor(2.5);
  cases({
    elementwise: (on) => [on(one()).add(on(one())), on(one()).mul(on(torch.ones(2))), on(one()).neg(), on(one()).gt(1)],
    reduced: (on) => [on(one()).sum(), on(one()).amax(0), on(one()).argmax(), on(one()).mean(), on(one()).softmax(0), on(one()).cumsum(0), on(one()).prod(0), on(one()).logsumexp(0)],
    ordered: (on) => [...on(one()).sort(0), ...on(one()).max(0), ...on(one()).topk(1), on(one()).median()],
    indexed: (on) => [on(one()).indexSelect(0, on(int(0))), on(one()).gather(0, on(int(0)).squeeze()), on(one()).index(null), on(one()).take(on(int(0))), on(one()).scatter(0, on(int(0)), 9), on(one()).flip(), on(one()).repeat(3)],
    written: (on) => [on(one()).fill_(4), on(one()).mul_(2), on(torch.zeros(3)).copy_(on(one())), on(torch.zeros(2)).index(0).add_(on(one()))],
  });
});

describe.skipIf(!available)('tensors of five dimensions and more', () => {
  const x = (): torch.Tensor => drawn(2, 3, 2, 4, 3), wide = (): torch.Tensor => drawn(2, 1, 2, 3, 1, 2, 2, 2);
  cases({
    elementwise: (on) => [on(x()).permute(4, 2, 0, 3, 1).add(1), on(x()).add(on(drawn(3, 1, 4, 1))), on(wide()).mul(on(drawn(2, 3, 1, 1, 2, 1))), on(wide()).transpose(0, 7).sub(on(wide()))],
    sums: (on) => [on(x()).sum([0, 2, 4]), on(x()).permute(4, 2, 0, 3, 1).amax([1, 3]), on(wide()).sum([1, 3, 5, 7]), on(wide()).argmax(3), on(x()).var(2)],
    moved: (on) => [on(x()).flip([1, 4]), on(x()).roll([1, 2], [0, 3]), torch.cat([on(x()), on(x())], 3), on(wide()).permute(7, 6, 5, 4, 3, 2, 1, 0).contiguous(), on(x()).permute(4, 3, 2, 1, 0).reshape(12, 12)],
    indexed: (on) => [on(x()).indexSelect(3, on(int(3, 0))), on(x()).index(':', on(int(2, 0)), ':', on(int(1, 3))), on(x()).gather(4, on(int(2)).expand(2, 3, 2, 4, 1)), on(wide()).index('...', 1, ':')],
    written: (on) => [on(x()).indexPut([on(int(1)), ':', ':', on(int(2))], 7), on(x()).permute(3, 1, 0, 4, 2).add_(1), on(x()).scatterAdd(2, on(int(1)).expand(2, 3, 1, 4, 3), on(torch.ones(2, 3, 1, 4, 3)))],
    ordered: (on) => [...on(x()).sort(1), on(x()).cumsum(2), on(x()).softmax(2), on(wide()).logSoftmax(3)],
    products: (on) => [on(x()).matmul(on(drawn(3, 5))), on(wide()).matmul(on(drawn(2, 3))), F.linear(on(x()), on(drawn(4, 3)))],
  });
});

describe.skipIf(!available)('views that begin and step oddly', () => {
  const line = (on: On): torch.Tensor => on(drawn(61)).index('3:'), plane = (on: On): torch.Tensor => on(drawn(9, 11)).index('1:8', '3:10');
  const image = (on: On): torch.Tensor => on(drawn(1 + 2 * 3 * 8 * 9)).index('1:').view(2, 3, 8, 9).index(':', ':', '1:', '::2');
  cases({
    elementwise: (on) => [line(on).add(line(on).flip(0)), plane(on).mul(plane(on).t()), line(on).index('::3').exp(), plane(on).index('::2', '1::3').add(1)],
    sums: (on) => [line(on).sum(), plane(on).sum(0), plane(on).t().amax(0), line(on).index('1::2').mean(), plane(on).var(1)],
    products: (on) => [plane(on).matmul(plane(on).t()), plane(on).t().matmul(line(on).index(':7')), line(on).index('1:9').dot(line(on).index('3:11'))],
    images: (on) => [conv2d(image(on), on(drawn(37)).index('1:').view(3, 3, 2, 2), null), ...[maxPool2d(image(on), [2, 2])].flat(), avgPool2d(image(on), [3, 2])],
    indexed: (on) => [line(on).gather(0, on(int(9, 9, 9, 1, 0, 5)).index('3:')), plane(on).indexSelect(1, on(int(0, 6, 2)).index('1:')), plane(on).index(on(int(3, 2, 1)).index('1:'), on(int(3, 2, 1)).index(':2'))],
    ordered: (on) => [...line(on).sort(0), ...plane(on).t().sort(0), plane(on).cumsum(0), plane(on).softmax(0), plane(on).t().softmax(0), ...plane(on).topk(3, 0)],
    written: (on) => {
      const x = on(drawn(9, 11)), y = on(torch.zeros(61));
      x.index('1:8', '3:10').mul_(2);
      x.t().index('3:5').fill_(7);
      y.index('3::2').copy_(on(drawn(29)));
      y.index('5:9').add_(1);
      y.index('7:').index(':3').indexFill_(0, on(int(1)), 4);
      return [x, y];
    },
    'read back': (on) => [line(on), line(on).index('5'), plane(on).index('2'), plane(on).t()],
  });
});

describe.skipIf(!available)('many workgroups and much memory', () => {
  const many = 70_000, device = 'webgpu';
  const last = async (x: torch.Tensor): Promise<unknown> => x.index('-2:').tolist();

  test('70,000 workgroups of each kind of kernel', async () => {
    const rows = torch.arange(many * 3, { device }).to(torch.float32).view(many, 3);
    expect(await last(rows.sum(1))).toEqual([629_985, 629_994]);
    expect(await last(rows.softmax(1).argmax(1))).toEqual([2, 2]);
    expect(await last(rows.flip(0).sort(1).indices.index(':', 0))).toEqual([0, 0]);
    expect(await last(rows.cumsum(1).index(':', 2))).toEqual([629_985, 629_994]);
    const eye = torch.eye(2, { device }).expand(many, 2, 2), scale = torch.arange(1, many + 1, { device }).to(torch.float32).view(many, 1, 1);
    expect(await last(eye.mul(scale).matmul(eye))).toEqual([many - 1, many].map((v) => [[v, 0], [0, v]]));
    expect(await last(torch.linalg.inv(scale.reciprocal()))).toEqual([many - 1, many].map((v) => [[expect.closeTo(v, 1)]]));
    const long = torch.arange(many * 16 + 1, { device });
    expect(await last(long.gather(0, long.flip(0)))).toEqual([1, 0]);
    expect(await last(long.index(long.flip(0)))).toEqual([1, 0]);
    expect(await last(torch.zeros(many * 16 + 1, { device }).scatter(0, long, 5))).toEqual([5, 5]);
    expect(await last(torch.cat([long, long]))).toEqual([many * 16 - 1, many * 16]);
  }, 120_000);

  test('a tensor of more than 128 MiB, or a clear error', async () => {
    const { maxStorageBufferBindingSize, maxBufferSize } = currentBackend().device.limits, count = 34 * 2 ** 20;
    const sum = (): Promise<unknown> => {
      const x = torch.zeros(count, { device });
      x.index(`${count - 3}:`).fill_(2);
      return x.index(`${count - 5}:`).add(x.index(`${count - 6}:${count - 1}`)).tolist();
    };
    if (Math.min(maxStorageBufferBindingSize, maxBufferSize) >= count * 4) {
      expect(await sum()).toEqual([0, 0, 2, 4, 4]);
      expect((await torch.arange(count, { device }).cpu()).numpy().at(-1)).toBe(BigInt(count - 1));
    } else expect(sum).toThrow(OutOfMemoryError);
    expect(() => torch.zeros(2 ** 32, { device }).index('1:').fill_(1)).toThrow(OutOfMemoryError);
    expect(() => torch.zeros(2 ** 32, { device }).index('1:').fill_(1)).toThrow(/^WebGPU out of memory\. Tried to allocate 16\.00 GiB/);
  }, 120_000);
});

test.skipIf(!available)('no number keeps a loop from ending: subnormal divisors, rates that are NaN, which are an error', async () => {
  const divisors = [1e-42, 3e-45, 1].map(Math.fround);
  const rests = await torch.fmod(torch.tensor(2.5), torch.tensor(divisors).to('webgpu')).tolist() as number[];
  // an adapter may take subnormal numbers for 0
  rests.forEach((rest, i) => expect([2.5 % divisors[i], NaN]).toContainEqual(rest));
  expect(rests[2]).toBe(0.5);
  for (const rate of [NaN, -1]) {
    await expect(torch.poisson(torch.tensor([2, rate]).to('webgpu')).tolist()).rejects.toThrow('invalid Poisson rate, expected rate to be non-negative');
  }
});
