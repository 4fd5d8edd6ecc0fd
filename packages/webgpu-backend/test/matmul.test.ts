import { beforeAll, describe, expect, test } from 'vitest';
import { manualSeed, randint, randn, registerBackend, type Tensor } from '@sconce/tensor';
import { webgpu } from '../src/index.js';
import { available, open } from './adapter.js';

const exchanges = available && await webgpu({ matmul: 'subgroups' }).then((backend) => {
  backend.device.destroy();
  return true;
}, () => false);
const ways = [undefined, 'registers', 'blocks', ...(exchanges ? ['subgroups', 'subgroups of a GPU'] as const : []), 'fastest'] as const;

async function expectSame(compute: (on: (x: Tensor) => Tensor) => Tensor): Promise<void> {
  const here = await compute((x) => x.to('webgpu')).reshape(-1).tolist() as number[], there = await compute((x) => x).reshape(-1).tolist() as number[];
  expect(here.length).toBe(there.length);
  here.forEach((v, i) => expect(Math.abs(v - there[i])).toBeLessThan(1e-4));
}

describe.skipIf(!available).each(ways)('matrix products, %s', (way) => {
  beforeAll(async () => {
    const onGpu = way === 'subgroups of a GPU', backend = await open({ matmul: onGpu ? 'subgroups' : way });
    if (onGpu) (backend.gpu as { vector: number | undefined }).vector = undefined;
    registerBackend(backend);
  });

  // sizes around the tile, with inner sizes that can and cannot be read by fours
  test.each([[1, 1, 1], [4, 4, 4], [5, 8, 7], [64, 12, 64], [65, 16, 66], [3, 7, 130], [70, 20, 5], [17, 8, 9], [40, 20, 36], [32, 784, 300]])('%i×%i×%i in all four orientations', async (m, k, n) => {
    manualSeed(0);
    const [a, at, b, bt] = [randn(m, k), randn(k, m), randn(k, n), randn(n, k)].map((x) => x.div(Math.sqrt(k)));
    await expectSame((on) => on(a).mm(on(b)));
    await expectSame((on) => on(a).mm(on(bt).t()));
    await expectSame((on) => on(at).t().mm(on(b)));
    await expectSame((on) => on(at).t().mm(on(bt).t()));
  });

  test('batches, views with offsets, addends, integers', async () => {
    manualSeed(0);
    const a = randn(3, 8, 12), b = randn(3, 12, 16), wide = randn(9, 24), bias = randn(16);
    await expectSame((on) => on(a).bmm(on(b)));
    await expectSame((on) => on(a).matmul(on(b).index(1)));
    await expectSame((on) => on(wide).index('1:', '1:9').mm(on(wide).index('1:', '4:12')));
    await expectSame((on) => on(wide).index('1:', '::2').mm(on(wide).index(':8', '3:15').t()));
    await expectSame((on) => on(bias).addmm(on(a).index(0), on(b).index(0), { beta: 2, alpha: 0.5 }));
    await expectSame((on) => on(randint(-5, 5, [5, 8]).fill_(3)).mm(on(randint(-5, 5, [8, 4]).fill_(-2))));
  });

  test('long sums of few elements', async () => {
    manualSeed(0);
    const [a, b, c, x] = [randn(6, 6000), randn(6000, 5), randn(2, 5, 4096), randn(2, 4096, 3)].map((v) => v.div(40));
    await expectSame((on) => on(a).mm(on(b)));
    await expectSame((on) => on(c).bmm(on(x)));
    await expectSame((on) => on(b).t().mm(on(b)));
    await expectSame((on) => on(a).mv(on(b).select(1, 2)));
    await expectSame((on) => on(a).select(0, 1).dot(on(b).select(1, 0)));
    await expectSame((on) => on(randint(-5, 5, [2, 4000]).fill_(3)).mm(on(randint(-5, 5, [4000, 2]).fill_(-2))));
  });
});
