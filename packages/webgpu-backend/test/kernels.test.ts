import { describe, expect, test } from 'vitest';
import '@sconce/autograd';
import * as torch from '@sconce/tensor';
import {
  adaptiveAvgPool2d, adaptiveMaxPool2d, avgPool2d, batchNorm, conv2d, convolutionBackwardWeight, convTranspose2d, embedding, groupNorm, layerNorm,
  maxPool2d, padBorder,
} from '@sconce/tensor/internal';
import { available } from './adapter.js';

const arange = (...shape: number[]): torch.Tensor =>
  torch.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i)).view(shape);

const wave = (...shape: number[]): torch.Tensor => arange(...shape).mul(1.7).sin();

function expectClose(actual: unknown, expected: unknown, where = ''): void {
  if (Array.isArray(expected)) expected.forEach((x, i) => expectClose((actual as unknown[])[i], x, `${where}[${i}]`));
  else if (typeof expected === 'number' && Number.isFinite(expected)) {
    expect(Math.abs((actual as number) - expected), where).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(expected)));
  } else expect(actual, where).toEqual(expected);
}

/** What a computation gives on the device is what it gives on the CPU. */
const same = (compute: (on: (x: torch.Tensor) => torch.Tensor) => torch.Tensor | readonly torch.Tensor[]) => async (): Promise<void> => {
  const [there, here] = (['cpu', 'webgpu'] as const).map((device) => [compute((x) => x.to(device))].flat() as torch.Tensor[]);
  for (const [i, x] of here.entries()) {
    expect(x.device.type).toBe('webgpu');
    expectClose(await x.tolist(), await there[i].tolist(), `output ${i} `);
  }
};

describe.skipIf(!available)('elementwise, of many elements', () => {
  // a CPU takes eight at a time; these are whole numbers that float32 holds, however they are rounded on the way
  test.each([65536, 65537, 65544, 70003])('%i of them, and parts that begin and end anywhere', async (n) => {
    const results = (device: string): torch.Tensor[] => {
      const x = arange(n + 16).remainder(600).to(device), y = arange(n + 16).remainder(77).to(device);
      const part = x.clone(), odd = x.clone(), whole = x.clone();
      part.narrow(0, 4, n).mul_(2).add_(torch.tensor(5, { device }));
      odd.narrow(0, 3, n).mul_(2);
      whole.mul_(whole).sub_(y);
      return [part, odd, whole, x.mul(y).add(y).sub(torch.tensor([3], { device })), x.gt(y).to(torch.float32)];
    };
    const expected = results('cpu');
    for (const [k, x] of results('webgpu').entries()) {
      const found = (await x.cpu()).numpy(), right = expected[k].numpy();
      expect(found.findIndex((value, i) => value !== right[i]), `output ${k}`).toBe(-1);
    }
  });

  test('each keeps its NaN, infinities, signs of zero and type beside the other', async () => {
    const count = 80_008, values = [NaN, Infinity, -Infinity, -0, 0, 1e-3, -2.5], device = 'webgpu';
    const x = Float32Array.from({ length: count }, (_, i) => values[i % values.length]), floats = torch.fromNumpy(x).to(device), ints = torch.arange(count, { device });
    const firstWrong = async (result: torch.Tensor, right: (i: number) => unknown): Promise<number> =>
      Array.from<unknown>((await result.cpu()).numpy()).findIndex((v, i) => !Object.is(v, right(i)));
    expect(await firstWrong(floats.mul(2).neg(), (i) => Math.fround(-2 * x[i]))).toBe(-1);
    expect(await firstWrong(floats.gt(0).logicalNot(), (i) => (x[i] > 0 ? 0 : 1))).toBe(-1);
    expect(await firstWrong(ints.mul(3).bitwiseXor(5), (i) => BigInt((3 * i) ^ 5))).toBe(-1);
  });
});

describe.skipIf(!available)('softmax', () => {
  test('rows, columns, long rows', same((on) => [
    on(wave(7, 13)).softmax(1), on(wave(7, 13)).mul(20).logSoftmax(0), on(wave(3, 1000)).softmax(-1), on(wave(3, 200, 2)).logSoftmax(1),
  ]));
  test('logsumexp', same((on) => [
    on(wave(7, 13)).logsumexp(1), on(wave(5, 6, 7)).mul(300).logsumexp([0, 2]), on(wave(4, 300)).logsumexp(0), on(torch.tensor([-Infinity, -Infinity])).logsumexp(0),
  ]));
});

describe.skipIf(!available)('order', () => {
  const values = (): torch.Tensor => wave(3, 700).mul(50).round();
  test('long rows are sorted, and equal elements keep their order', same((on) => [
    ...on(values()).sort(1), ...on(values()).sort(1, { descending: true }), ...on(wave(2500, 2)).sort(0), ...on(wave(9000)).topk(7),
    ...on(arange(5000).mul(7919).remainder(5003).to(torch.int64)).sort(0, { descending: true }),
  ]));
  test('NaN is larger than all, the zeros are equal', same((on) => {
    const x = torch.tensor([2, NaN, -0, 0, -Infinity, NaN, Infinity, -1, 0, -0]);
    const long = torch.cat([x, torch.zeros(400)]);
    return [x, long].flatMap((v) => [...on(v).sort(0), ...on(v).sort(0, { descending: true })]);
  }));
  test('medians, modes and k-th values', same((on) => [
    ...on(values()).median(1), ...on(values()).mode(1), ...on(values()).kthvalue(17, 1), on(wave(1001)).median(),
    ...on(torch.tensor([[1, NaN, 2], [3, 1, 2]])).median(1), ...on(torch.tensor([[1, NaN, 2], [3, 1, 2]])).nanmedian(1),
    ...on(torch.tensor([[NaN, 1, NaN, 2], [3, 1, 3, 1]])).mode(1),
  ]));
  test('running sums, products and extremes of long rows', same((on) => [
    on(wave(3, 1000)).cumsum(1), on(wave(1000, 3).div(50).add(1)).cumprod(0), on(wave(2, 600)).mul(30).logcumsumexp(1),
    ...on(values()).cummax(1), ...on(values()).cummin(1), on(arange(1000).to(torch.int64)).cumsum(0),
    ...on(torch.tensor([1, NaN, 3, NaN, 5])).cummax(0),
  ]));
});

describe.skipIf(!available)('random', () => {
  const on = { device: 'webgpu' } as const;
  const counts = async (x: torch.Tensor, n: number): Promise<number[]> => {
    const list = new Array<number>(n).fill(0);
    for (const v of await x.tolist() as number[]) list[v]++;
    return list;
  };
  test('a seed begins a sequence anew', async () => {
    const draws = async (): Promise<unknown> => [await torch.randn(3, on).tolist(), await torch.rand(3, on).tolist(), await torch.randperm(5, on).tolist()];
    torch.manualSeed(7);
    const first = await draws(), second = await draws();
    torch.manualSeed(7);
    expect(await draws()).toEqual(first);
    expect(second).not.toEqual(first);
  });
  test('permutations hold each number once', async () => {
    const list = await torch.randperm(3000, on).tolist() as number[];
    expect(list.slice(0, 4)).not.toEqual([0, 1, 2, 3]);
    expect([...list].sort((a, b) => a - b)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });
  test('categories by their probabilities, with and without replacement', async () => {
    const p = torch.tensor([1, 0, 3, 6]).to('webgpu');
    const drawn = await counts(p.multinomial(4000, { replacement: true }), 4);
    [0.1, 0, 0.3, 0.6].forEach((share, k) => expect(Math.abs(drawn[k] / 4000 - share)).toBeLessThan(0.04));
    expect((await p.multinomial(3).tolist() as number[]).sort()).toEqual([0, 2, 3]);
    const firsts = await counts(p.expand(4000, 4).multinomial(2).select(1, 0), 4);
    [0.1, 0, 0.3, 0.6].forEach((share, k) => expect(Math.abs(firsts[k] / 4000 - share)).toBeLessThan(0.04));
    expect(() => p.multinomial(5)).toThrow('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  });
  test('counts have their rate as mean and as variance', async () => {
    for (const rate of [0.5, 4, 30, 500]) {
      const x = torch.poisson(torch.full([20_000], rate, on));
      const [variance, mean] = torch.varMean(x);
      expect(Math.abs(await mean.item() as number / rate - 1)).toBeLessThan(0.05);
      expect(Math.abs(await variance.item() as number / rate - 1)).toBeLessThan(0.08);
    }
  });
});

describe.skipIf(!available)('images', () => {
  test('convolution: wide and deep, strided, dilated, padded, grouped', same((on) => [
    conv2d(on(wave(2, 3, 17, 19)), on(wave(6, 3, 5, 5)), on(wave(6))), conv2d(on(wave(2, 33, 6, 5)), on(wave(9, 33, 1, 1)), null),
    conv2d(on(wave(2, 4, 9, 11)), on(wave(10, 2, 3, 2)), on(wave(10)), { stride: [2, 1], padding: [1, 2], dilation: [1, 3], groups: 2 }),
    conv2d(on(wave(2, 5, 9, 11)), on(wave(5, 1, 3, 3)), null, { padding: 1, groups: 5 }),
    conv2d(on(wave(2, 4, 9, 11)).transpose(2, 3), on(wave(3, 4, 3, 3)).flip(3), null),
    convTranspose2d(on(wave(2, 6, 5, 6)), on(wave(6, 3, 3, 4)), on(wave(6)), { stride: [2, 3], padding: 1, groups: 2, dilation: [2, 1] }),
    conv2d(on(torch.arange(36).view(1, 1, 6, 6)), on(torch.arange(8).view(2, 1, 2, 2)), null),
  ]));
  test('gradient by the weight, with one workgroup per sum and with several', same((on) => [
    convolutionBackwardWeight(on(wave(3, 6, 9, 11)), on(wave(3, 10, 5, 5)),
      { stride: [2, 2], padding: [1, 0], dilation: [1, 1], groups: 2, weightShape: [10, 3, 3, 3] }),
    convolutionBackwardWeight(on(wave(2, 1, 140, 140)), on(wave(2, 2, 138, 138)),
      { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, weightShape: [2, 1, 3, 3] }),
  ].map((x) => x.div(100))));
  test('pooling: windows that overlap, reach out, leave out', same((on) => [
    ...maxPool2d(on(wave(2, 3, 9, 22)), 3, { stride: 2, padding: 1, ceilMode: true, returnIndices: true }),
    maxPool2d(on(wave(2, 3, 19, 22)), [2, 3], { dilation: [3, 2], stride: 3 }),
    maxPool2d(on(torch.tensor([[[1, NaN, 3, 4], [5, 6, 7, 8]]])), 2),
    avgPool2d(on(wave(2, 3, 9, 22)), 3, { stride: 2, padding: 1, ceilMode: true }),
    avgPool2d(on(wave(2, 3, 9, 22)), 3, { stride: 2, padding: 1, countIncludePad: false }), adaptiveAvgPool2d(on(wave(2, 3, 9, 22)), [4, 5]),
  ]));
  test('gradients of pooling', same((on) => {
    const grad = (f: (x: torch.Tensor) => torch.Tensor): torch.Tensor => {
      const x = on(wave(2, 3, 9, 22)).requiresGrad_(), y = f(x);
      y.mul(on(wave(...y.shape))).sum().backward();
      return x.grad!;
    };
    return [
      grad((x) => maxPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true })), grad((x) => maxPool2d(x, 3, { stride: 1, dilation: 2 })),
      grad((x) => avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true })), grad((x) => avgPool2d(x, [2, 4], { stride: [3, 1], countIncludePad: false })),
      grad((x) => adaptiveAvgPool2d(x, [4, 30])), grad((x) => adaptiveMaxPool2d(x, [4, 5])), grad((x) => padBorder(x, { pads: [5, 3, 2, 1], mode: 'reflect' })),
    ];
  }));
  test('normalisation over batches, rows and groups, short and long', same((on) => [
    layerNorm(on(wave(5, 3, 300)), [300], on(wave(300)), on(wave(300))), batchNorm(on(wave(4, 5, 9, 7)), null, null, on(wave(5)), on(wave(5)), { training: true }),
    groupNorm(on(wave(4, 6, 3, 7)), 3, on(wave(6)), on(wave(6))), on(wave(4, 300)).var(1), ...torch.stdMean(on(wave(3, 4, 5)), [0, 2]), on(wave(3, 200)).norm(3, 1),
    on(wave(300, 5)).argmax(0), ...on(wave(4, 300)).min(1), on(torch.tensor([1, NaN, 3, NaN])).argmax(),
  ]));
});

describe.skipIf(!available)('indices', () => {
  const picks = (n: number, below: number): torch.Tensor => arange(n).mul(37).remainder(below).to(torch.int64);
  test('of several writes to one element the last wins', same((on) => [
    on(wave(40)).scatter(0, on(picks(200, 40)), on(wave(200))), on(wave(6, 5)).indexCopy(0, on(picks(50, 6)), on(wave(50, 5))),
    on(wave(6, 5)).indexPut([on(picks(50, 6)), on(picks(50, 5))], on(wave(50))), on(wave(6, 5, 4)).indexPut([':', on(picks(9, 5))], on(wave(6, 9, 4))),
    on(wave(30)).put(on(picks(90, 30)), on(wave(90))),
  ]));
  test('sums over many indices are the same every time, and those of the CPU', async () => {
    await same((on) => [
      on(wave(7, 5, 3)).indexAdd(1, on(picks(2000, 5)), on(wave(7, 2000, 3)), { alpha: 0.5 }),
      on(wave(6, 5)).indexPut([on(picks(3000, 6)), on(picks(3000, 5))], on(wave(3000)), { accumulate: true }),
      on(wave(4, 6, 5)).indexPut([on(picks(9, 4)), ':', on(picks(9, 5))], on(wave(9, 6)), { accumulate: true }),
      on(torch.zeros(5).to(torch.int64)).indexAdd(0, on(picks(100, 5)), on(picks(100, 7))),
    ])();
    const sum = async (): Promise<unknown> => torch.zeros(3, { device: 'webgpu' }).indexAdd(0, picks(9000, 3).to('webgpu'), wave(9000).to('webgpu')).tolist();
    expect(await sum()).toEqual(await sum());
  });
  test('views are read where they lie', same((on) => {
    const x = on(wave(6, 8, 4)).transpose(0, 2).index(':', '1:', '::2');
    return [
      x.index(':', on(torch.tensor([1n, -1n, 3n]))), x.index(on(torch.tensor([1n, 0n])), ':', on(torch.tensor([2n, 1n]))), x.indexSelect(1, on(picks(5, 7))),
      x.gather(1, on(picks(24, 7).view(4, 2, 3))), x.take(on(picks(10, 84))),
    ];
  }));
  test('gradient of an embedding', same((on) => {
    const weight = on(wave(10, 3)).requiresGrad_();
    embedding(on(picks(1500, 10)).view(30, 50), weight, { paddingIdx: 3, scaleGradByFreq: true }).mul(on(wave(30, 50, 3))).sum().backward();
    return weight.grad!;
  }));
});

describe.skipIf(!available)('masks', () => {
  test('a source is read in order', same((on) => on(wave(40, 30)).maskedScatter(on(wave(40, 30)).gt(0.2), on(arange(1200)))));
  test('values are written where a mask holds', same((on) => {
    const x = on(wave(3, 4, 5)), y = on(wave(3, 4, 5)), z = on(wave(6, 3)), mask = on(wave(6)).gt(0);
    z.indexPut_([mask], on(arange(3)));
    z.indexPut_([mask], on(arange(3, 3)), { accumulate: false });
    z.indexPut_([mask], 5, { accumulate: true });
    x.indexPut_([x.gt(0)], -1);
    y.indexPut_([':', on(wave(4)).gt(0)], on(torch.tensor([7])));
    y.index('1:').indexPut_([on(wave(2)).gt(0.5)], 3);
    return [x, y, z, z.indexPut([mask], on(arange(1, 3)))];
  }));
});

describe.skipIf(!available)('shapes that depend on values', () => {
  const both = async (compute: (x: torch.Tensor) => Promise<torch.Tensor[]>, x: torch.Tensor): Promise<void> => {
    const there = await compute(x), here = await compute(x.to('webgpu'));
    for (const [i, y] of here.entries()) {
      expect(y.device.type).toBe('webgpu');
      expect(y.shape).toEqual(there[i].shape);
      expectClose(await y.tolist(), await there[i].tolist(), `output ${i} `);
    }
  };
  test('what is selected, where it is, what is different', async () => {
    await both(async (x) => [await x.nonzeroAsync(), await x.maskedSelectAsync(x.gt(0.3)), await x.mul(0).nonzeroAsync()], wave(7, 5, 30));
    await both((x) => x.uniqueAsync({ returnInverse: true, returnCounts: true }), arange(900).remainder(17).view(30, 30));
    await both((x) => x.uniqueAsync({ returnInverse: true, returnCounts: true }), torch.tensor([3, NaN, 1, NaN, 3]));
    await both((x) => x.uniqueAsync({ returnCounts: true }), torch.zeros(0));
  });
  test('gradients pass through a selection', async () => {
    const x = wave(40).to('webgpu').requiresGrad_();
    (await x.maskedSelectAsync(x.gt(0))).sum().backward();
    expect(await x.grad!.tolist()).toEqual((await wave(40).gt(0).tolist() as boolean[]).map(Number));
  });
});
