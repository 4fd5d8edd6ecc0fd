import { describe, expect, test } from 'vitest';
import { cat, float32, full, manualSeed, memoryStats, randn, tensor, type Tensor } from '@sconce/tensor';
import { functional as F, Linear, ReLU, Sequential } from '@sconce/nn';
import { Adam, SGD } from '@sconce/optim';
import { currentBackend, synchronize } from '../src/index.js';
import { available } from './adapter.js';

const batch = (): [Tensor, Tensor] => {
  manualSeed(1);
  const x = randn(32, 8);
  return [x, x.sum(1).gt(0).long()];
};

const network = (): Sequential => {
  manualSeed(0);
  return new Sequential(new Linear(8, 16), new ReLU(), new Linear(16, 2));
};

/** The losses of some steps on a device. */
async function losses(device: string, optimizerOf: (net: Sequential) => SGD | Adam, steps: number): Promise<number[]> {
  const [x, y] = batch().map((t) => t.to(device));
  const net = network().to(device) as Sequential, optimizer = optimizerOf(net), found: number[] = [];
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    const loss = F.crossEntropy(net(x) as Tensor, y);
    loss.backward();
    optimizer.step();
    found.push(await loss.item() as number);
  }
  return found;
}

describe.skipIf(!available)('training', () => {
  test.each([
    ['SGD', (net: Sequential) => new SGD(net.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 })],
    ['Adam', (net: Sequential) => new Adam(net.parameters(), { lr: 0.01 })],
  ] as const)('%s follows the CPU', async (_, optimizer) => {
    const here = await losses('webgpu', optimizer, 12), there = await losses('cpu', optimizer, 12);
    here.forEach((loss, i) => expect(loss).toBeCloseTo(there[i], 4));
  });

  test('memory stays as it is from step to step, and nobody disposes of anything', async () => {
    const x = randn(128, 64).to('webgpu'), y = randn(128).gt(0).long().to('webgpu');
    const net = new Sequential(new Linear(64, 256), new ReLU(), new Linear(256, 2)).to('webgpu') as Sequential;
    const optimizer = new SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
    for (let i = 0; i < 200; i++) {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(net(x) as Tensor, y);
      loss.backward();
      optimizer.step();
      if (i % 10 === 9) await loss.item();
    }
    // what is made in all these steps is many times as much
    expect(memoryStats('webgpu').reserved).toBeLessThan(120e6);
  }, 60_000);

  test('a loop without a pause uses again what it drops, and nothing that is held', async () => {
    const x = full([2 ** 18], 3).to('webgpu'), before = memoryStats('webgpu').reserved, held: Tensor[] = [];
    for (let i = 0; i < 400; i++) {
      const y = cat([x.add(i), x.mul(i)]);
      if (i % 50 === 7) held.push(y);
      if (i % 50 === 9) held.push(y.narrow(0, 2 ** 18 - 1, 2).add(1));
    }
    expect(memoryStats('webgpu').reserved - before).toBeLessThan(300e6); // of 1.2 GB
    const values = await Promise.all(held.map((y) => y.narrow(0, y.numel() / 2 - 1, 2).tolist()));
    expect(values).toEqual(Array.from({ length: 8 }, (_, j) => [[50 * j + 10, 150 * j + 21], [50 * j + 13, 150 * j + 28]]).flat());
  });

  test('an optimizer steps over its parameters in few dispatches, also twice in a row', async () => {
    const net = network().to('webgpu') as Sequential, there = network();
    const [x, y] = batch();
    for (const [net_, device] of [[net, 'webgpu'], [there, 'cpu']] as const) {
      const optimizer = new SGD(net_.parameters(), { lr: 0.1, momentum: 0.9 });
      F.crossEntropy(net_(x.to(device)) as Tensor, y.to(device)).backward();
      for (let i = 0; i < 3; i++) {
        optimizer.step();
        if (i === 0 && device === 'webgpu') await synchronize();
        const before = currentBackend().dispatches;
        optimizer.step();
        if (device === 'webgpu') {
          await synchronize();
          expect(currentBackend().dispatches - before).toBeLessThanOrEqual(i === 0 ? 1 : 2);
        }
      }
    }
    const parameters = [...net.parameters()], expected = [...there.parameters()];
    for (const [i, p] of parameters.entries()) {
      const a = (await p.reshape(-1).tolist()) as number[], b = (await expected[i].reshape(-1).tolist()) as number[];
      a.forEach((v, k) => expect(v).toBeCloseTo(b[k], 5));
    }
  });

  test('constants that are kept are not written to', async () => {
    const x = full([4], 7, { device: 'webgpu' }), y = full([4], 7, { device: 'webgpu' });
    await synchronize();
    expect(await x.tolist()).toEqual([7, 7, 7, 7]);
    expect(await y.tolist()).toEqual([7, 7, 7, 7]);
    x.index('1:3').fill_(1);
    expect(await x.tolist()).toEqual([7, 1, 1, 7]);
    expect(await y.tolist()).toEqual([7, 7, 7, 7]);
  });

  test('tensors of two devices are not mixed, numbers on the CPU are read', () => {
    expect(() => tensor([1, 2]).add(tensor([1, 2]).to('webgpu'))).toThrow('Expected all tensors to be on the same device');
    expect(tensor(2, { dtype: float32 }).add(tensor([1]).to('webgpu')).device.type).toBe('webgpu');
  });
});
