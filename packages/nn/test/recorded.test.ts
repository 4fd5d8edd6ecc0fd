import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

const F = nn.functional;

interface Layer {
  cls: string; args: unknown[]; options: Record<string, unknown>; repr: string; state: Record<string, string>; next: number;
}
interface Run {
  cls: string; args: unknown[]; options: Record<string, unknown>; shapes: (number[] | ['int', number[], number])[];
  outputs: number[][]; inputGrads: (number[] | null)[]; grads: Record<string, number>;
}
interface Init { name: string; shape: number[]; args: number[]; options: Record<string, unknown>; values: number[]; next: number }
interface Draw { values: number[]; next: number }
interface Recorded {
  layers: Layer[]; runs: Run[]; inits: Init[]; draws: Record<string, Draw>;
  net: {
    repr: string; keys: string[]; buffers: string[]; modules: string[]; losses: [number, number][]; output: number[][]; running: number[];
  };
  hooks: { seen: [string, number[][], number[][]][]; output: number[][]; inputGrad: number[][]; weightGrad: number[][] };
}

// what PyTorch gave, by tooling/oracle/nn.py
const recorded = JSON.parse(readFileSync(new URL('fixtures/nn.json', import.meta.url), 'utf8')) as Recorded;

const digest = (x: torch.Tensor): string => {
  const values = x.contiguous().numpy();
  return createHash('sha256').update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest('hex').slice(0, 16);
};
const next = (): number => torch.rand(1).hostValue() as number;
const flat = async (x: torch.Tensor): Promise<number[]> => await x.reshape(-1).tolist() as number[];

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => { expect(Math.abs(x - expected[i]), `${i}: ${x} for ${expected[i]}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected[i]))); });
}

type Constructor = new (...args: unknown[]) => nn.Module;

const make = ({ cls, args, options }: { cls: string; args: unknown[]; options: Record<string, unknown> }): nn.Module =>
  new (nn as unknown as Record<string, Constructor>)[cls](...args, ...(Object.keys(options).length ? [options] : []));

describe('layers as PyTorch makes them from the same seed', () => {
  test.each(recorded.layers.map((row) => [`${row.cls}(${JSON.stringify(row.args).slice(1, -1)}, ${JSON.stringify(row.options)})`, row] as const))(
    '%s', (_, { repr, state, next: number, ...row }) => {
      torch.manualSeed(7);
      const layer = make(row);
      expect(String(layer)).toBe(repr);
      expect(Object.fromEntries(Object.entries(layer.stateDict()).map(([key, x]) => [key, digest(x)]))).toEqual(state);
      expect(next()).toBeCloseTo(number, 7);
    });
});

const tensorsIn = (x: unknown): torch.Tensor[] =>
  (x instanceof torch.Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []);

describe('layers compute what those of PyTorch do, and their gradients', () => {
  test.each(recorded.runs.map((row) => [`${row.cls} ${JSON.stringify(row.options)} of ${JSON.stringify(row.shapes)}`, row] as const))(
    '%s', async (_, row) => {
      torch.manualSeed(17);
      const layer = make(row);
      const inputs = row.shapes.map((s) => (s[0] === 'int'
        ? torch.randint(0, s[2] as number, s[1] as number[]) : torch.rand(s as number[]).requiresGrad_()));
      const outputs = tensorsIn((layer as unknown as (...all: torch.Tensor[]) => unknown)(...inputs));
      expect(outputs).toHaveLength(row.outputs.length);
      for (const [i, y] of outputs.entries()) expectClose(await flat(y), row.outputs[i]);
      outputs.filter((y) => y.isFloatingPoint()).map((y) => y.square().sum()).reduce((a, b) => a.add(b)).backward();
      for (const [i, x] of inputs.entries()) {
        const expected = row.inputGrads[i];
        if (expected) expectClose(await flat(x.grad!), expected, 5e-5);
        else expect(x.grad).toBeNull();
      }
      for (const [name, p] of layer.namedParameters()) {
        if (p.grad) expectClose([p.grad.sum().hostValue() as number], [row.grads[name]], 2e-4);
        else expect(row.grads[name] ?? 0).toBe(0);
      }
    });
});

describe('initialisers', () => {
  test.each(recorded.inits.map((row) => [`${row.name}(${JSON.stringify(row.shape)}, ${JSON.stringify(row.options)})`, row] as const))(
    '%s', async (_, { name, shape, args, options, values, next: number }) => {
      torch.manualSeed(11);
      const fn = (nn.init as unknown as Record<string, (...all: unknown[]) => torch.Tensor>)[name];
      const x = fn(torch.empty(shape), ...args, ...(Object.keys(options).length ? [options] : []));
      expectClose(await flat(x), values);
      expect(next()).toBeCloseTo(number, 7);
    });

  test('gains, and what PyTorch refuses', () => {
    expect(nn.init.calculateGain('leaky_relu', 1)).toBe(1);
    expect(nn.init.calculateGain('tanh')).toBe(5 / 3);
    expect(() => nn.init.calculateGain('swish' as 'relu')).toThrow('Unsupported nonlinearity swish');
    expect(() => nn.init.kaimingUniform_(torch.empty(3))).toThrow('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions');
    expect(() => nn.init.eye_(torch.empty(3))).toThrow('Only tensors with 2 dimensions are supported');
  });
});

describe('random functions draw as PyTorch does', () => {
  const x = torch.arange(1, 25).float().view(2, 3, 4);
  const calls: Record<string, () => torch.Tensor> = {
    dropout: () => F.dropout(x, { p: 0.3 }), dropout1d: () => F.dropout1d(x), dropout2d: () => F.dropout2d(x.unsqueeze(3)),
    dropout3d: () => F.dropout3d(x.unsqueeze(3)), alphaDropout: () => F.alphaDropout(x, { p: 0.4, training: true }),
    featureAlphaDropout: () => F.featureAlphaDropout(x, { p: 0.4, training: true }),
    gumbelSoftmax: () => F.gumbelSoftmax(x.select(0, 0).div(9)), rrelu: () => F.rrelu(x.sub(12), { training: true }),
  };
  test.each(Object.keys(recorded.draws))('%s', async (name) => {
    torch.manualSeed(13);
    expectClose(await flat(calls[name]()), recorded.draws[name].values);
    expect(next()).toBeCloseTo(recorded.draws[name].next, 7);
  });
});

class Net extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5);
  features = new nn.Sequential(new nn.BatchNorm2d(6), new nn.ReLU({ inplace: true }), new nn.MaxPool2d(2));
  heads = new nn.ModuleDict<nn.Module>({ cls: new nn.Linear(96, 3), box: new nn.ModuleList([new nn.Linear(3, 2), new nn.Identity()]) });
  scale = new nn.Parameter(torch.ones(1));

  constructor() {
    super();
    this.registerBuffer('mean', torch.zeros(2));
    this.registerBuffer('scratch', torch.zeros(2), { persistent: false });
  }

  override forward(x: torch.Tensor): torch.Tensor {
    const cls = this.heads.get('cls') as nn.Linear, box = this.heads.get('box') as nn.ModuleList;
    return box[1](box[0](cls(this.features(this.conv1(x)).flatten(1)))).mul(this.scale);
  }
}

describe('a network', () => {
  test('has the names, the text and the training of the same one in PyTorch', async () => {
    const { repr, keys, buffers, modules, losses, output, running } = recorded.net;
    torch.manualSeed(3);
    const net = new Net();
    expect(String(net)).toBe(repr);
    expect(Object.keys(net.stateDict())).toEqual(keys);
    expect([...net.namedBuffers()].map(([name]) => name)).toEqual(buffers);
    expect([...net.namedModules()].map(([name]) => name)).toEqual(modules);
    const x = torch.rand(4, 1, 12, 12), target = torch.tensor([0n, 1n, 1n, 0n]);
    for (const [loss, norm] of losses) {
      const now = F.crossEntropy(net(x), target);
      net.zeroGrad();
      now.backward();
      expectClose([now.hostValue() as number, nn.utils.clipGradNorm_(net.parameters(), 0.5).hostValue() as number], [loss, norm]);
      for (const p of net.parameters()) p.data.sub_(p.grad!, { alpha: 0.1 });
    }
    net.eval();
    expectClose(await flat(net(x)), output.flat());
    const [norm] = [...net.features];
    expectClose(await flat((norm as nn.BatchNorm2d).runningVar!), running);
  });

  test('hooks see and change what those of PyTorch do', async () => {
    const { seen, output, inputGrad, weightGrad } = recorded.hooks;
    const layer = new nn.Linear(2, 2, { bias: false });
    layer.weight.data = torch.tensor([[1, 2], [3, 4]]);
    const x = torch.tensor([[1, -1]], { requiresGrad: true });
    const ours: [string, torch.Tensor, torch.Tensor][] = [];
    layer.registerForwardPreHook((_, [input]) => [(input as torch.Tensor).mul(2)]);
    layer.registerForwardHook((_, [input], out) => {
      ours.push(['forward', input as torch.Tensor, out as torch.Tensor]);
      return (out as torch.Tensor).add(1);
    });
    layer.registerFullBackwardHook((_, [gradInput], [gradOutput]) => {
      ours.push(['backward', gradInput!, gradOutput!]);
      return [gradInput!.mul(10)];
    });
    const y = layer(x);
    y.mul(torch.tensor([[1, 5]])).sum().backward();
    expect(await Promise.all(ours.map(async ([kind, a, b]) => [kind, await a.tolist(), await b.tolist()]))).toEqual(seen);
    expect(await y.tolist()).toEqual(output);
    expect(await x.grad!.tolist()).toEqual(inputGrad);
    expect(await layer.weight.grad!.tolist()).toEqual(weightGrad);
  });
});
