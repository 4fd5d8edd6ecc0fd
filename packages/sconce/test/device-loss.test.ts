import { beforeAll, describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { manualSeed, nn, optim, randn, webgpu } = torch;
const available = await webgpu.isAvailable();

const STEPS = 16, SAVED = 6, KILLED = 9;

const optimizers = {
  SGD: (net: torch.nn.Sequential) => new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 }),
  Adam: (net: torch.nn.Sequential) => new optim.Adam(net.parameters(), { lr: 0.01 }),
};

/** A training of which each step can be made again. */
function training(optimizerOf: (net: torch.nn.Sequential) => torch.optim.Optimizer) {
  manualSeed(0);
  const net = new nn.Sequential(new nn.Linear(8, 16), new nn.BatchNorm1d(16), new nn.ReLU(), new nn.Linear(16, 2)).to('webgpu') as torch.nn.Sequential;
  const optimizer = optimizerOf(net);
  const step = async (i: number): Promise<number> => {
    manualSeed(100 + i);
    const x = randn(32, 8), y = x.sum(1).gt(0).long();
    optimizer.zeroGrad();
    const loss = nn.functional.crossEntropy(net(x.to('webgpu')) as torch.Tensor, y.to('webgpu'));
    loss.backward();
    optimizer.step();
    return Number(await loss.item());
  };
  return { net, optimizer, step };
}

describe.skipIf(!available)('a device that is lost in mid-training', () => {
  beforeAll(async () => { await webgpu.init(); });

  test.each(Object.entries(optimizers))('parameters and the state of %s come back, and the losses go on as without it', async (_, optimizerOf) => {
    const undisturbed = training(optimizerOf), expected: number[] = [];
    for (let i = 0; i < STEPS; i++) expected.push(await undisturbed.step(i));

    const { net, optimizer, step } = training(optimizerOf), losses: number[] = [];
    let saved = new Uint8Array(), savedAt = 0, lost = 0;
    for (let i = 0; i < STEPS; i++) {
      try {
        if (i === SAVED && lost === 0) {
          saved = await torch.save({ net: net.stateDict(), optimizer: optimizer.stateDict() }) as Uint8Array<ArrayBuffer>;
          savedAt = i;
        }
        if (i === KILLED && lost === 0) setTimeout(() => webgpu.currentBackend().device.destroy(), 0);
        if (i === KILLED && lost === 0) for (let k = 0; k < 1000; k++) await step(i);
        losses[i] = await step(i);
      } catch (error) {
        expect(error).toBeInstanceOf(webgpu.DeviceLostError);
        expect((error as Error).message).toMatch(/^(the WebGPU device was lost \(destroyed\)|reading back failed)/);
        lost++;
        await webgpu.recover();
        const { net: parameters, optimizer: state } = await torch.load(saved) as Record<'net' | 'optimizer', never>;
        net.loadStateDict(parameters);
        optimizer.loadStateDict(state);
        i = savedAt - 1;
      }
    }
    expect(lost).toBe(1);
    expect(losses.length).toBe(STEPS);
    losses.forEach((loss, i) => expect(Math.abs(loss - expected[i])).toBeLessThan(1e-5));
  });
});
