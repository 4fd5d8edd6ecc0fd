import { manualSeed, rand, randint, Tensor, tensor } from '@sconce/tensor';
import * as nn from '@sconce/nn';
import { describe, expect, test } from 'vitest';
import recorded from '../../../nn/test/fixtures/nn.json' with { type: 'json' };
import { available } from '../adapter.js';

/** What PyTorch gave for a layer: shapes of inputs, integers below a limit where they begin with `int`. */
interface Run {
  readonly cls: string; readonly args: readonly unknown[]; readonly options: object;
  readonly shapes: readonly (readonly number[] | readonly ['int', number[], number])[];
  readonly outputs: readonly (readonly number[])[]; readonly inputGrads: readonly (readonly number[] | null)[];
  readonly grads: Readonly<Record<string, number>>;
}
interface Net { readonly losses: readonly (readonly [number, number])[]; readonly output: number[][]; readonly running: number[] }

const runs = recorded.runs as unknown as readonly Run[];

const flat = async (x: Tensor): Promise<number[]> => {
  expect(x.device.type).toBe('webgpu');
  return await x.reshape(-1).tolist() as number[];
};

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => {
    expect(Math.abs(x - expected[i]), `${i}: ${x} for ${expected[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i])));
  });
}

const make = ({ cls, args, options }: Run): nn.Module => {
  const Layer = (nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>)[cls];
  return new Layer(...args, ...(Object.keys(options).length > 0 ? [options] : []));
};

const tensorsIn = (x: unknown): Tensor[] => (x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []);

/** A small network with what is trained in most of them. */
class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  features = new nn.Sequential(new nn.BatchNorm2d(6), new nn.ReLU({ inplace: true }), new nn.MaxPool2d(2));
  heads = new nn.ModuleDict<nn.Module>({ cls: new nn.Linear(96, 3), box: new nn.ModuleList([new nn.Linear(3, 2), new nn.Identity()]) });
  scale = new nn.Parameter(tensor([1]));

  override forward(x: Tensor): Tensor {
    const cls = this.heads.get('cls') as nn.Linear, box = this.heads.get('box') as nn.ModuleList;
    return box[1](box[0](cls(this.features(this.conv1(x)).flatten(1)))).mul(this.scale);
  }
}

describe.skipIf(!available)('layers on webgpu compute what those of PyTorch do, and their gradients', () => {
  test.each(runs.map((run) => [`${run.cls} ${JSON.stringify(run.options)} of ${JSON.stringify(run.shapes)}`, run] as const))('%s', async (_, run) => {
    manualSeed(17);
    const layer = make(run).to('webgpu');
    const inputs = run.shapes.map((shape) => (shape[0] === 'int'
      ? randint(0, shape[2] as number, shape[1] as number[]).to('webgpu') : rand(shape as number[]).to('webgpu').requiresGrad_()));
    const outputs = tensorsIn((layer as unknown as (...all: Tensor[]) => unknown)(...inputs));
    expect(outputs).toHaveLength(run.outputs.length);
    for (const [i, y] of outputs.entries()) expectClose(await flat(y), run.outputs[i], 2e-5);
    outputs.filter((y) => y.isFloatingPoint()).map((y) => y.square().sum()).reduce((a, b) => a.add(b)).backward();
    for (const [i, x] of inputs.entries()) {
      const expected = run.inputGrads[i];
      if (expected) expectClose(await flat(x.grad!), expected, 1e-4);
      else expect(x.grad).toBeNull();
    }
    for (const [name, p] of layer.namedParameters()) {
      expectClose(p.grad ? await flat(p.grad.sum()) : [0], [run.grads[name] ?? 0], 5e-4);
    }
  });

  test('a network is trained as in PyTorch, with its gradients clipped', async () => {
    const { losses, output, running } = recorded.net as unknown as Net;
    manualSeed(3);
    const net = new Net(), x = rand(4, 1, 12, 12).to('webgpu'), target = tensor([0n, 1n, 1n, 0n]).to('webgpu');
    net.to('webgpu');
    for (const [loss, norm] of losses) {
      const now = nn.functional.crossEntropy(net(x), target);
      net.zeroGrad();
      now.backward();
      expectClose([...await flat(now), ...await flat(nn.utils.clipGradNorm_(net.parameters(), 0.5))], [loss, norm], 2e-5);
      for (const p of net.parameters()) p.data.sub_(p.grad!, { alpha: 0.1 });
    }
    net.eval();
    expectClose(await flat(net(x)), output.flat(), 2e-5);
    expectClose(await flat((net.features[0] as nn.BatchNorm2d).runningVar!), running, 2e-5);
  });

  test('without a momentum, running statistics are the means of all batches', async () => {
    const layer = new nn.BatchNorm1d(2, { momentum: null, affine: false }).to('webgpu');
    for (const batch of [[[0, 1], [2, 5]], [[4, 0], [6, 2]], [[1, 1], [2, 3]]]) layer(tensor(batch).to('webgpu'));
    expectClose(await flat(layer.running_mean!), [2.5, 2], 1e-6); // of 1, 5, 1.5 and of 3, 1, 2
    expectClose(await flat(layer.running_var!), [1.5, 4], 1e-6); // of 2, 2, 0.5 and of 8, 2, 2
    layer.eval();
    expectClose(await flat(layer(tensor([[2.5, 4]]).to('webgpu'))), [0, 2 / Math.sqrt(4 + 1e-5)], 1e-6);
  });
});
