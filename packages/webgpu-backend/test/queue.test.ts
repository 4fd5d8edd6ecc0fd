import { describe, expect, test } from 'vitest';
import { arange, cat, manualSeed, ones, randint, randn, zeros, type Tensor } from '@sconce/tensor';
import { Conv2d, Flatten, functional as F, Linear, MaxPool2d, ReLU, Sequential } from '@sconce/nn';
import { SGD } from '@sconce/optim';
import { currentBackend, synchronize } from '../src/index.js';
import { available } from './adapter.js';

const flat = async (x: Tensor): Promise<number[]> => await x.reshape(-1).tolist() as number[];

/** The values of tensors on the device, and the dispatches that they take; the values have to be those on the CPU. */
async function dispatchesOf(inputs: readonly Tensor[], compute: (...xs: Tensor[]) => readonly Tensor[]): Promise<number> {
  const there = compute(...inputs.map((x) => x.clone())), xs = inputs.map((x) => x.to('webgpu'));
  await synchronize();
  const before = currentBackend().dispatches, here = compute(...xs);
  for (const [i, y] of here.entries()) {
    const a = await flat(y), b = await flat(there[i]);
    expect(y.shape).toEqual(there[i].shape);
    a.forEach((v, k) => expect(Math.abs(v - b[k]), `result ${i}, element ${k}: ${v}, ${b[k]}`).toBeLessThan(1e-4 * (1 + Math.abs(b[k]))));
  }
  return currentBackend().dispatches - before;
}

const seeded = (...shapes: number[][]): Tensor[] => {
  manualSeed(3);
  return shapes.map((shape) => randn(shape));
};

describe.skipIf(!available)('elementwise ops on the way', () => {
  test('of a product, with operands of their own; the product stays as it is', async () => {
    const inputs = seeded([40, 12], [12, 70], [70], [40, 1], [40, 70]);
    expect(await dispatchesOf(inputs, (a, b) => [a.mm(b).relu()])).toBe(1);
    expect(await dispatchesOf(inputs, (a, b, bias, column, mask) => [a.mm(b).add(bias).mul(column).where(mask.gt(0), 0)])).toBe(1);
    expect(await dispatchesOf(inputs, (a, b) => {
      const y = a.mm(b);
      return [y.tanh(), y];
    })).toBe(1);
  });

  test('of convolution and of gradients of pooling', async () => {
    const [x, w, bias, g] = seeded([2, 3, 9, 8], [5, 3, 3, 3], [5], [2, 3, 4, 4]);
    expect(await dispatchesOf([x, w, bias], (...[a, b, c]) => [F.relu(F.conv2d(a, b, c))])).toBe(1);
    for (const pool of [F.maxPool2d, F.avgPool2d]) {
      expect(await dispatchesOf([x, g], (a, upstream) => {
        const leaf = a.detach().requiresGrad_(), y = pool(leaf.relu(), 2) as Tensor;
        y.backward(upstream);
        return [leaf.grad!];
      })).toBeLessThanOrEqual(3);
    }
  });

  test('views of a product and other shapes are computed apart', async () => {
    const inputs = seeded([6, 8], [8, 6], [6]);
    await dispatchesOf(inputs, (a, b, c) => {
      const y = a.mm(b);
      return [y.t().mul(c), y.index('1:').relu(), y.index(2).add(c), y.reshape(4, 9).neg(), y.flip(0).add(y), y.add(y.t())];
    });
  });

  test('writes before and after keep their order', async () => {
    const inputs = seeded([8, 8], [8, 8], [8, 8]);
    await dispatchesOf(inputs, (a, b, c) => {
      const y = a.mm(b), before = y.add(c);
      c.mul_(3);
      const between = y.add(c);
      y.add_(1);
      const after = y.mul(c);
      b.zero_();
      return [before, between, after, y, b, a.mm(b).add(c)];
    });
  });

  test('random programs give what they give on the CPU', async () => {
    const ops: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
      (x, y) => x.mm(y).div(4), (x, y) => x.mm(y.t()).tanh(), (x, y) => x.t().mm(y).div(4), (x, y) => x.add(y), (x) => x.relu(), (x, y) => x.mul(y.sigmoid()),
      (x, y) => x.add(y.sum(0)).div(4), (x, y) => x.where(y.gt(0), y), (x) => x.t().clone(), (x, y) => x.mul_(0.5).add(y), (x) => x.softmax(1),
      (x, y) => x.index('1:').add_(y.index(':-1').clone()).mean(0).add(y).tanh(),
    ];
    for (let program = 0; program < 5; program++) {
      manualSeed(program);
      const inputs = [randn(9, 9), randn(9, 9), randn(9, 9)];
      const choices = await randint(0, 1000, [45]).tolist() as number[];
      await dispatchesOf(inputs, (...xs) => {
        const known = [...xs];
        for (let i = 0; i < choices.length; i += 3) {
          known.push(ops[choices[i] % ops.length](known[choices[i + 1] % known.length], known[choices[i + 2] % known.length]));
          if (known.length > 5) known.splice(choices[i] % 4, 1);
        }
        return known;
      });
    }
  }, 60_000);
});

// threads of a CPU draw what they compute: nothing may be drawn twice, or left, and the next dispatch begins anew
describe.skipIf(!available)('of many elements each is computed once, dispatch after dispatch', () => {
  test.each([65_544, 70_003, 200_008])('%i that go round', async (n) => {
    let x = arange(n, { device: 'webgpu' });
    for (let i = 0; i < 30; i++) x = cat([x.narrow(0, 1, n - 1), x.narrow(0, 0, 1)]).add(1);
    const wrong = (await flat(x)).findIndex((v, i) => v !== (i + 30) % n + 30);
    expect(wrong).toBe(-1);
  });

  test('rows that become columns', async () => {
    let x = arange(301 * 299, { device: 'webgpu' }).view(301, 299);
    for (let i = 0; i < 30; i++) x = x.t().contiguous().add(1);
    expect((await flat(x)).findIndex((v, i) => v !== i + 30)).toBe(-1);
  });

  test('parameters that are stepped over together', async () => {
    const params = [80_000, 131_072, 65_536, 200_008].map((n) => zeros(n, { device: 'webgpu' }).requiresGrad_()), optimizer = new SGD(params, { lr: 1 });
    for (const p of params) p.grad = ones(p.numel(), { device: 'webgpu' });
    for (let i = 0; i < 30; i++) {
      optimizer.step();
      await synchronize();
    }
    for (const p of params) expect((await flat(p)).findIndex((v) => v !== -30), `${p.shape}`).toBe(-1);
  });
});

describe.skipIf(!available)('a training step', () => {
  const mlp = (): Sequential => new Sequential(new Linear(784, 300), new ReLU(), new Linear(300, 100), new ReLU(), new Linear(100, 10));
  const lenet = (): Sequential => new Sequential(
    new Conv2d(3, 6, 5), new ReLU(), new MaxPool2d(2), new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(),
    new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10));

  test.each([['of a perceptron', mlp, [32, 784], 16], ['of LeNet', lenet, [4, 3, 32, 32], 30]] as const)('%s takes few dispatches', async (_, make, shape, most) => {
    manualSeed(0);
    const net = make().to('webgpu') as Sequential, optimizer = new SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
    const x = randn([...shape]).to('webgpu'), y = randint(0, 10, [shape[0]]).to('webgpu');
    let before = 0;
    for (let i = 0; i < 3; i++) {
      before = currentBackend().dispatches;
      optimizer.zeroGrad();
      const loss = F.crossEntropy(net(x) as Tensor, y);
      loss.backward();
      optimizer.step();
      await loss.item();
    }
    await synchronize();
    expect(currentBackend().dispatches - before).toBeLessThanOrEqual(most);
  });
});

describe.skipIf(!available)('launches that are sent off while others wait', () => {
  test('leave the memory of these marked as in use, so that nothing is uploaded there', async () => {
    const x = seeded([6, 6])[0].to('webgpu'), ys: Tensor[] = [];
    await synchronize();
    const { gpu } = currentBackend(), { epoch } = gpu;
    for (let i = 0; i < 40; i++) {
      ys.push(x.mm(x));
      for (const { args } of gpu.queue) for (const buffer of args.buffers) expect(buffer.epoch).toBe(gpu.epoch);
    }
    expect(gpu.epoch).toBeGreaterThan(epoch);
    expect(gpu.queue.length).toBeGreaterThan(0);
  });
});
