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
