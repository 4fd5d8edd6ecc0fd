import { beforeAll, describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { debug, nn, optim, webgpu } = torch;
const available = await webgpu.isAvailable();

/** A backend that takes one op for another. */
function confused(from: string, to: string): void {
  const backend = webgpu.currentBackend(), kernels = new Map<string, never>();
  const lower = (op: { name: string }) => {
    const kernel = backend.lower(op as never);
    if (op.name === to) kernels.set(to, kernel as never);
    return op.name === from ? (...args: never[]) => (kernels.get(to) as unknown as (...a: never[]) => void)(...args) : kernel;
  };
  torch.registerBackend(Object.create(backend, { lower: { value: lower } }));
}

describe.skipIf(!available)('compareDevices', () => {
  beforeAll(async () => { await webgpu.init(); });

  test('a training step agrees, and is what it is without', async () => {
    const run = async (through: (fn: () => Promise<number>) => Promise<number>): Promise<number[]> => {
      torch.manualSeed(0);
      const net = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.BatchNorm2d(4), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Dropout(0), new nn.Linear(36, 3))
        .to('webgpu') as torch.nn.Sequential;
      const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
      const x = torch.randn(5, 1, 8, 8).to('webgpu'), y = torch.tensor([0n, 1n, 2n, 0n, 1n]).to('webgpu'), losses: number[] = [];
      for (let i = 0; i < 3; i++) {
        losses.push(await through(async () => {
          optimizer.zeroGrad();
          const loss = nn.functional.crossEntropy(net(x) as torch.Tensor, y);
          loss.backward();
          optimizer.step();
          return Number(await loss.item());
        }));
      }
      return losses;
    };
    const watched = await run((fn) => debug.compareDevices(fn, { rtol: 1e-4, atol: 1e-5 })), free = await run((fn) => fn());
    watched.forEach((loss, i) => expect(loss).toBeCloseTo(free[i], 5));
  });

  test('the first op that disagrees is named, with shapes and differences', async () => {
    const right = webgpu.currentBackend();
    const x = torch.tensor([[0, 1, 2], [0, 0, 3]]).to('webgpu');
    await x.neg().tolist();
    confused('exp', 'neg');
    try {
      x.neg();
      const failed = debug.compareDevices(() => x.mul(1).exp().add(1).sqrt()).then(() => null, (error: unknown) => error);
      const error = await failed as InstanceType<typeof debug.DeviceMismatchError>;
      expect(error).toBeInstanceOf(debug.DeviceMismatchError);
      expect(error.op).toBe('exp');
      expect(error.inputShapes).toEqual([[2, 3]]);
      expect(error.outputShape).toEqual([2, 3]);
      expect(error.greatestAbsoluteDifference).toBeCloseTo(Math.exp(3) + 3, 4);
      expect(error.message).toMatch(/^exp\(float32\[2, 3\]\): op 2 of 4, on webgpu and cpu\nTensor-likes are not close!\n\nMismatched elements: 6 \/ 6 \(100\.0%\)\nGreatest absolute difference: 23\.0855\d* at index \(1, 2\) \(up to 1e-05 allowed\)\nGreatest relative difference: 1\.367\d* at index \(0, 1\) \(up to 1\.3e-06 allowed\)$/);
      expect(error.stack).toContain('debug.test.ts');
      // what the tolerance allows is no difference
      await debug.compareDevices(() => x.exp(), { atol: 24 });
    } finally {
      torch.registerBackend(right);
    }
    await debug.compareDevices(() => x.exp());
  });

  test('writes in place are compared with what was there before, and afterwards all is as it was', async () => {
    const backend = webgpu.currentBackend(), x = torch.arange(6, { dtype: torch.float32 }).view(2, 3).to('webgpu');
    await debug.compareDevices(async () => {
      x.t().index(1).mul_(10);
      x.add_(x).clamp_(0, 50);
      x.index(0).fill_(7);
      await x.tolist();
      x.uniform_();
    });
    expect(webgpu.currentBackend()).toBe(backend);
    await expect(debug.compareDevices(() => { throw new Error('its own'); })).rejects.toThrow('its own');
    expect(webgpu.currentBackend()).toBe(backend);
  });
});
