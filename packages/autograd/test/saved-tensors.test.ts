import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';
import { jsBackend } from '@sconce/tensor/internal';
import { describe, expect, test, vi } from 'vitest';
import { checkpoint as namespace, Function, grad, graph, type FunctionContext } from '../src/index.js';

// the messages and values here are PyTorch 1.13's
const { savedTensorsHooks, disableSavedTensorsHooks } = graph;
const { checkpoint, checkpointSequential } = namespace;
const leaf = (): Tensor => torch.tensor([1, 2, 3], { requiresGrad: true });
const values = (x: Tensor | null | undefined) => x && Array.from(x.detach().contiguous().numpy() as Float32Array, (v) => Number(v.toFixed(3)));

describe('savedTensorsHooks', () => {
  test('what ops keep goes through them', () => {
    const x = leaf();
    const [y, z] = savedTensorsHooks((t) => t.mul(2), (t) => t, () => [x.exp(), x.pow(3)]);
    y.sum().add(z.sum()).backward();
    // 2 eˣ and 3 (2x)²
    expect(values(x.grad)).toEqual([17.437, 62.778, 148.171]);
    const [a, b] = savedTensorsHooks((t) => t.mul(10), (t) => t, () => [x.exp(), savedTensorsHooks((t) => t, (t) => t, () => x.exp())]);
    expect([values(grad(a.sum(), x)[0]), values(grad(b.sum(), x)[0])]).toEqual([[27.183, 73.891, 200.855], [2.718, 7.389, 20.086]]);
  });
  test('second derivatives pass; writes are not noticed', () => {
    const x = leaf();
    const [y, q, w] = savedTensorsHooks((t) => t, (t) => t, () => {
      const copy = x.mul(1);
      return [x.pow(3), copy, copy.mul(copy)];
    });
    const [g] = grad(y.sum(), x, { createGraph: true });
    g!.sum().backward();
    expect(values(x.grad)).toEqual([6, 12, 18]);
    q.add_(1);
    w.sum().backward();
    expect(values(x.grad)).toEqual([10, 18, 26]);
  });
  test('custom functions', () => {
    class Exp extends Function {
      static override forward(ctx: FunctionContext, x: Tensor) {
        const y = x.exp();
        ctx.saveForBackward(y, x);
        return y;
      }
      static override backward(ctx: FunctionContext, g: Tensor) {
        const [y, x] = ctx.savedTensors;
        return g.mul(y).add(x);
      }
    }
    const x = leaf(), y = savedTensorsHooks((t) => t.add(1), (t) => t.add(1), () => Exp.apply(x));
    y.sum().backward();
    expect(values(x.grad)).toEqual([7.718, 13.389, 27.086]);
  });
  test('what is refused', () => {
    const x = leaf();
    const y = savedTensorsHooks(() => 5, (t) => t as never, () => x.exp());
    expect(() => y.sum().backward()).toThrow('Output of saved tensor unpack_hook expected to be a Tensor but got result of type number');
    expect(() => savedTensorsHooks((t) => t.add_(1), (t) => t, () => x.mul(1).exp())).toThrow('A saved tensor pack hook is modifying its input in place.');
    expect(() => disableSavedTensorsHooks('not here', () => savedTensorsHooks((t) => t, (t) => t, () => x))).toThrow(new torch.RuntimeError('not here'));
    expect(() => savedTensorsHooks((t) => t, (t) => t, x as never)).toThrow(TypeError);
    expect(x.exp().gradFn!.savedTensors).toHaveLength(1);
  });
});

describe('checkpoint', () => {
  const noisy = (w: Tensor) => (x: Tensor): Tensor => x.mul(w).tanh().mul(torch.rand(3));
  test.each([true, false])('computes the same, with the same random numbers; useReentrant: %s', (useReentrant) => {
    const w = torch.tensor([2, 3, 4], { requiresGrad: true }), x = leaf();
    torch.manualSeed(1);
    noisy(w)(x).sum().backward();
    const next = torch.rand(1), expected = [values(x.grad), values(w.grad)];
    x.grad = w.grad = null;
    torch.manualSeed(1);
    const y = checkpoint(noisy(w), x, { useReentrant });
    expect(values(torch.rand(1))).toEqual(values(next));
    y.sum().backward();
    expect([values(x.grad), values(w.grad)]).toEqual(expected);
    expect(() => y.sum().backward()).toThrow('Trying to backward through the graph a second time');
  });
  test('several arguments and results', () => {
    for (const useReentrant of [true, false]) {
      const x = leaf(), w = leaf();
      const [u, v] = checkpoint((a: Tensor, k: number, b: Tensor) => [a.mul(k), a.mul(b).exp()], x, 2.5, w, { useReentrant });
      u.sum().add(v.sum().log()).backward();
      expect([values(x.grad), values(w.grad)]).toEqual([[2.5, 2.513, 5.479], [0, 0.013, 2.979]]);
    }
  });
  test('grad and inputs only without re-entering', () => {
    const x = leaf(), cube = (a: Tensor): Tensor => a.pow(3).sum();
    const refused = 'Checkpointing is not compatible with .grad() or when an `inputs` parameter is passed to .backward().';
    expect(() => grad(checkpoint(cube, x), x)).toThrow(refused);
    expect(() => checkpoint(cube, x).backward({ inputs: [x] })).toThrow(refused);
    const [g] = grad(checkpoint(cube, x, { useReentrant: false }), x, { createGraph: true });
    g!.sum().backward();
    expect([values(g), values(x.grad)]).toEqual([[3, 12, 27], [6, 12, 18]]);
    expect(() => checkpoint((y: Tensor) => torch.ones(y.shape), x).sum().backward()).toThrow('none of output has requires_grad=True, this checkpoint() is not necessary');
    expect(() => checkpoint(cube, x, { use_reentrant: false } as never)).toThrow("unknown option 'use_reentrant'");
  });
  test('without an input that requires a gradient there is none', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {}), w = leaf();
    expect(checkpoint((x: Tensor) => x.mul(w), torch.ones(3)).requiresGrad).toBe(false);
    expect(warn.mock.calls).toEqual([['None of the inputs have requires_grad=True. Gradients will be None']]);
    warn.mockRestore();
    checkpoint((x: Tensor) => x.mul(w), torch.ones(3), { useReentrant: false }).sum().backward();
    expect(values(w.grad)).toEqual([1, 1, 1]);
  });
  test('in segments', () => {
    const layers = [(x: Tensor) => x.mul(2), (x: Tensor) => x.sin(), (x: Tensor) => x.exp(), (x: Tensor) => x.mul(x)];
    for (const segments of [1, 2, 3, 4]) {
      const x = leaf();
      checkpointSequential(layers, segments, x).sum().backward();
      expect(values(x.grad)!.map((v) => Number(v.toFixed(2)))).toEqual([-10.26, -0.58, 2.2]);
    }
  });
});

describe('saveOnCpu', () => {
  test('on the CPU nothing is copied', () => {
    const x = leaf(), y = graph.saveOnCpu(() => x.exp().mul(x), { pinMemory: true });
    y.sum().backward();
    // (1 + x) eˣ
    expect(values(x.grad)).toEqual([5.437, 22.167, 80.342]);
    expect(() => graph.saveOnCpu(() => x, true as never)).toThrow(TypeError);
  });
  test('what is kept of another device comes back from the CPU', async () => {
    torch.registerBackend({ ...jsBackend, type: 'far' });
    const x = leaf().to('far').detach().requiresGrad_(), packed: Tensor[] = [];
    const square = (): Tensor => graph.saveOnCpu(() => {
      const copy = x.mul(1);
      packed.push(copy);
      return copy.mul(copy);
    });
    const [early, stale, late] = [square(), square(), square()];
    const [first] = grad(early.sum(), x);
    packed[1].add_(1);
    expect(() => grad(stale.sum(), x)).toThrow('a saved tensor was modified by an inplace operation before its copy had come to the CPU');
    expect(values(await first!.cpu())).toEqual([2, 4, 6]);
    await new Promise((resolve) => { setTimeout(resolve); });
    packed[2].zero_();
    const [g] = grad(late.sum(), x);
    expect([g!.device.type, values(await g!.cpu())]).toEqual(['far', [2, 4, 6]]);
  });
});
