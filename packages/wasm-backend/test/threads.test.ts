import * as torch from '@sconce/tensor';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';

const wave = (...shape: number[]): torch.Tensor =>
  torch.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i))).view(shape);

test('two threads give what one gives', async () => {
  const backend = wasm();
  torch.registerBackend(backend);
  const compute = async (): Promise<unknown[]> => Promise.all([
    wave(70, 300).mm(wave(300, 70)).tolist(), wave(32, 300).mm(wave(300, 300).t()).tolist(),
    wave(300_000).mul(2).exp().tolist(), wave(700, 300).sum(1).tolist(),
  ]);
  const expected = await compute();
  backend.setNumThreads(2);
  expect(backend.getNumThreads()).toBe(2);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  for (let i = 0; i < 3; i++) expect(await compute()).toEqual(expected);
});

test('threads that start while others work join between jobs', async () => {
  const backend = wasm({ threads: 5 });
  torch.registerBackend(backend);
  const a = wave(70, 300), b = wave(300, 70);
  const expected = await a.mm(b).tolist();
  for (let i = 0; i < 40; i++) {
    expect(await a.mm(b).tolist()).toEqual(expected);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
});
