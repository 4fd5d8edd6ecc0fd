import * as torch from '@sconce/tensor';
import '@sconce/autograd';
import { functional as F } from '@sconce/nn';
import { describe, expect, test } from 'vitest';
import { available } from '../adapter.js';

const gpu = 'webgpu', { tensor } = torch;

// Memory that only a pending expression holds, and what is read, written or computed on the way to it.
describe.runIf(available)('memory is given back once, and not before it was read', () => {
  test('a view of a pending tensor is written to', async () => {
    const x = tensor([[1, 2], [3, 4]]).to(gpu);
    x.add_(1); // what it was is held by the sum alone
    x.t().mul_(10);
    const a = x.cumsum(0), b = x.mul(-1).cumsum(0);
    expect(await a.tolist()).toEqual([[20, 30], [60, 80]]);
    expect(await b.tolist()).toEqual([[-20, -30], [-60, -80]]);
  });

  test('the first part of a pending tensor is written to, and others take memory', async () => {
    for (let round = 0; round < 3; round++) {
      const a = tensor([1, 2, 3, 4]).to(gpu).cumsum(0), x = a.mul(2);
      a.fill_(0);
      x.index(':2').mul_(10);
      const others = [x.cumsum(0), x.add(1).cumsum(0), a.add(5).cumsum(0)];
      expect(await x.tolist()).toEqual([20, 60, 12, 20]);
      expect(await Promise.all(others.map((y) => y.tolist()))).toEqual([[20, 80, 92, 112], [21, 82, 95, 116], [5, 10, 15, 20]]);
    }
  });

  test('inputs of a kernel are computed for it, one after the other', async () => {
    const run = async (device: string): Promise<unknown> => {
      const a = torch.arange(16).float().reshape(4, 4).to(device).square().cumsum(1), x = a.mul(2);
      a.fill_(0);
      return F.layerNorm(x, [4], { weight: x.select(0, 1), bias: x.select(1, 0) }).tolist();
    };
    const expected = (await run('cpu') as number[][]).flat(), found = (await run(gpu) as number[][]).flat();
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 2));
  });
});

describe.runIf(available)('what a pending tensor is seen as', () => {
  test('windows that overlap', async () => {
    const y = tensor([[1], [2], [3], [4]]).to(gpu).mul(tensor([[10, 20]]).to(gpu));
    expect(await y.reshape(-1).index(':3').unfold(0, 2, 1).add(0).tolist()).toEqual([[10, 20], [20, 20]]);
    const t = torch.arange(8).float().to(gpu).reshape(2, 4).t().contiguous();
    expect(await t.asStrided([2, 2], [1, 1]).add(0).tolist()).toEqual([[0, 4], [4, 1]]);
  });

  test('zeros that were filled in are numbers like others', async () => {
    const x = tensor([Infinity, NaN, 1, 0]).to(gpu), zero = (): torch.Tensor => x.clone().zero_();
    expect(await x.div(zero()).tolist()).toEqual([Infinity, NaN, Infinity, NaN]);
    expect(await x.mul(zero()).tolist()).toEqual([NaN, NaN, 0, 0]);
    const angles = await tensor([-1, 0, 2]).to(gpu).atan2(torch.ones([], { device: gpu }).zero_()).tolist() as number[];
    [-Math.PI / 2, 0, Math.PI / 2].forEach((value, i) => expect(angles[i]).toBeCloseTo(value, 5));
  });

  test('a mask that is what it selects from', async () => {
    const b = tensor([[true, false, true, true]]).to(gpu).clone(), v = b.index(':', '1:3');
    v.indexPut_([v], false);
    expect(await b.tolist()).toEqual([[true, false, false, true]]);
  });
});

describe.runIf(available)('indices on the CPU', () => {
  const x = (): torch.Tensor => torch.arange(9).float().reshape(3, 3).to(gpu), int = (...v: number[]): torch.Tensor => tensor(v, { dtype: torch.int64 });
  test.each<[string, () => torch.Tensor, unknown]>([
    ['a list', () => x().index(':', [0, 2]), [[0, 2], [3, 5], [6, 8]]],
    ['two lists', () => x().index([0, 1], [1, 2]), [1, 5]],
    ['a tensor', () => x().index(int(2, 0)), [[6, 7, 8], [0, 1, 2]]],
    ['one here and one there', () => x().index(int(0, 1), int(1, 2).to(gpu)), [1, 5]],
    ['a mask', () => x().index(tensor([true, false, true])), [[0, 1, 2], [6, 7, 8]]],
    ['a list that is written to', () => x().indexPut_([':', [0, 2]], 7), [[7, 1, 7], [7, 4, 7], [7, 7, 7]]],
    ['a mask that is written to', () => x().indexPut_([tensor([true, false, true])], 7), [[7, 7, 7], [3, 4, 5], [7, 7, 7]]],
    ['a list that is added to', () => x().indexPut([[1, 1]], x().index(0), { accumulate: true }), [[0, 1, 2], [3, 6, 9], [6, 7, 8]]],
  ])('%s', async (_, run, expected) => expect(await run().tolist()).toEqual(expected));

  test('a tensor on the CPU takes no others', () => {
    expect(() => torch.arange(3).index(int(0).to(gpu))).toThrow('indices should be either on cpu or on the same device as the indexed tensor (cpu)');
  });
});
