import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { property } from './support/property.js';

const { bool, float16, float32, float64, int32, int64, uint8 } = torch;

/** Where a fill changes its way: blocks of 16 normal numbers, 256 draws, 624 words of state, pieces of 2,048. */
const sizes = [1, 5, 15, 16, 17, 31, 32, 40, 127, 128, 255, 256, 257, 300, 623, 624, 625, 1000, 1248, 2047, 2048, 2049, 5000];

property('a stream of random fills, and where it leaves the generator', 150, (r) => {
  const seed = r.integer(0, 1e9), fills = Array.from({ length: 6 }, (): (() => Tensor) => {
    const n = r.pick(sizes), float = r.pick([float32, float32, float64, float16]), any = r.pick([bool, uint8, int32, int64, float32, float64]);
    const integer = r.pick([uint8, int32, int64, float32]), low = r.integer(-9, 9), std = r.pick([1, 1, 0.02, 3]), gap = r.integer(0, 3);
    return r.pick<() => Tensor>([
      () => torch.rand(n, { dtype: float }),
      () => torch.randn(n, { dtype: float }),
      () => torch.zeros(n + gap).narrow(0, gap, n).normal_(low, std),
      () => torch.zeros(n, 2).select(1, 1).normal_(low, std),
      () => torch.tensor(new Float32Array(n)).normal_(low, std),
      () => torch.randint(0, 10, [n], { dtype: integer }),
      () => torch.randperm(n),
      () => torch.empty(n, { dtype: any }).bernoulli_(0.3),
      () => torch.bernoulli(torch.ones(n, { dtype: float32 }).div(3)),
      () => torch.empty(n, { dtype: float64 }).exponential_(),
    ]);
  });
  return { run: () => { torch.manualSeed(seed); return [...fills.map((fill) => fill()), torch.getRngState()]; }, note: seed };
});

property('random fills from a state that counts its draws in its own way', 5, (r) => {
  const n = r.pick(sizes), left = r.integer(1, 200);
  return { run: () => {
    const bytes = new torch.Generator().manualSeed(n).getStateBytes();
    new DataView(bytes.buffer).setInt32(8, left, true);
    torch.defaultGenerator.setStateBytes(bytes);
    return [torch.randn(n), torch.rand(n), torch.getRngState()];
  } };
});
