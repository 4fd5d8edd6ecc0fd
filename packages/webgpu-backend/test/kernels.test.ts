import { describe, expect, test } from 'vitest';
import * as torch from '@sconce/tensor';
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
