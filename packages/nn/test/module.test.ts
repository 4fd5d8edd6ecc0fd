import * as torch from '@sconce/tensor';
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as nn from '../src/index.js';

class Block extends nn.Module {
  linear: nn.Linear;
  constructor(size: number) {
    super();
    this.linear = new nn.Linear(size, size);
  }
  override forward(x: torch.Tensor, scale = 1): torch.Tensor { return this.linear(x).mul(scale); }
}

class Net extends nn.Module {
  readonly first = new Block(3);
  weight = new nn.Parameter(torch.ones(2));
  second = new nn.Sequential(new nn.Linear(3, 2), new nn.ReLU());
  note = 'not a child';
  plain = torch.zeros(1);
  readonly #parent: nn.Module;
  constructor(parent: nn.Module) {
    super();
    this.#parent = parent;
    this.registerBuffer('running_mean', torch.zeros(2));
  }
  override forward(x: torch.Tensor): torch.Tensor { return this.second(this.first(x)).mul(this.weight); }
  get parent(): nn.Module { return this.#parent; }
}

const net = (): Net => new Net(new nn.Identity());
const names = (pairs: Iterable<readonly [string, unknown]>): string[] => [...pairs].map(([name]) => name);

describe('a module', () => {
  test('is called like a function of its forward', () => {
    const block = new Block(3), x = torch.ones(2, 3);
    const y = block(x, 2);
    expectTypeOf(y).toEqualTypeOf<torch.Tensor>();
    expectTypeOf<Parameters<Block>>().toEqualTypeOf<[x: torch.Tensor, scale?: number]>();
    expect(y.shape).toEqual([2, 3]);
    expect(block).toBeInstanceOf(Block);
    expect(block).toBeInstanceOf(nn.Module);
    expect(typeof block).toBe('function');
    expect(() => new nn.Module()()).toThrow('Module [Module] is missing the required "forward" function');
  });

  test('finds what is assigned to its properties, in the order of definition', () => {
    const m = net();
    expect(names(m.namedParameters())).toEqual([
      'weight', 'first.linear.weight', 'first.linear.bias', 'second.0.weight', 'second.0.bias']);
    expect(names(m.namedParameters({ recurse: false, prefix: 'net' }))).toEqual(['net.weight']);
    expect(names(m.namedModules())).toEqual(['', 'first', 'first.linear', 'second', 'second.0', 'second.1']);
    expect(names(m.namedChildren())).toEqual(['first', 'second']);
    expect(names(m.namedBuffers())).toEqual(['running_mean']);
    expect(Object.keys(m.stateDict())).toEqual([
      'weight', 'running_mean', 'first.linear.weight', 'first.linear.bias', 'second.0.weight', 'second.0.bias']);
    expect(m.getSubmodule('second.0')).toBe(m.second[0]);
    expect(m.getParameter('first.linear.bias')).toBe(m.first.linear.bias);
    expect(m.getBuffer('running_mean').shape).toEqual([2]);
    expect(m.parent).toBeInstanceOf(nn.Identity);
  });

  test('what is shared counts once; what is deleted is gone', () => {
    const m = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 2));
    m[1] = m[0];
    expect([...m.parameters()]).toHaveLength(2);
    expect([...m.modules()]).toHaveLength(2);
    expect([...m.children()]).toHaveLength(1);
    expect(names(m.namedChildren())).toEqual(['0']);
    expect([...m]).toHaveLength(2);
    delete m[1];
    expect(m).toHaveLength(1);
  });

  test('a field that is only declared leaves its name free', () => {
    class Masked extends nn.Module {
      mask!: torch.Tensor;
      bias!: nn.Parameter | null;
      act!: nn.Module;
      constructor() {
        super();
        this.registerBuffer('mask', torch.ones(2));
        this.registerParameter('bias', null);
        this.addModule('act', new nn.ReLU());
      }
    }
    const m = new Masked();
    expect(names(m.namedBuffers())).toEqual(['mask']);
    expect(names(m.namedChildren())).toEqual(['act']);
    expect(() => m.registerParameter('mask', null)).toThrow("attribute 'mask' already exists");
  });

  test('refuses what PyTorch refuses', () => {
    const m = net(), any = m as unknown as Record<string, unknown>;
    expect(() => m.registerBuffer('weight', torch.ones(1))).toThrow("attribute 'weight' already exists");
    expect(() => m.registerBuffer('a.b', torch.ones(1))).toThrow('buffer name can\'t contain "."');
    expect(() => m.registerBuffer('', null)).toThrow('buffer name can\'t be empty string ""');
    expect(() => m.registerParameter('p', torch.ones(1) as nn.Parameter))
      .toThrow("cannot assign 'torch.FloatTensor' object to parameter 'p' (torch.nn.Parameter or None required)");
    expect(() => m.addModule('x', 3 as unknown as nn.Module)).toThrow('is not a Module subclass');
    expect(() => m.addModule('forward', new nn.ReLU())).toThrow("attribute 'forward' already exists");
    expect(() => m.getSubmodule('second.7')).toThrow('Sequential has no attribute `7`');
    expect(() => m.getSubmodule('second.training')).toThrow('`training` is not an nn.Module');
    expect(() => m.getParameter('running_mean')).toThrow('`running_mean` is not an nn.Parameter');
    expect(() => m.train('yes' as unknown as boolean)).toThrow('training mode is expected to be boolean');
    expect(() => m.to(torch.int64)).toThrow('nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=torch.int64');
    expect([...m.parameters()]).toHaveLength(5);
    any.weight = torch.zeros(2);
    expect(() => [...m.parameters()]).toThrow("cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None expected)");
  });

  test('prints as in PyTorch', () => {
    expect(inspect(net())).toBe(`Net(
  (first): Block(
    (linear): Linear(in_features=3, out_features=3, bias=True)
  )
  (second): Sequential(
    (0): Linear(in_features=3, out_features=2, bias=True)
    (1): ReLU()
  )
)`);
    expect(String(new nn.Sequential())).toBe('Sequential()');
    expect(inspect(new nn.Parameter(torch.tensor([1, 2])))).toBe('Parameter containing:\ntensor([1., 2.], requires_grad=True)');
  });

  test('modes, gradients and dtypes are set in all of it', async () => {
    const m = net(), weight = m.weight;
    m.eval();
    expect([...m.modules()].every((child) => !child.training)).toBe(true);
    expect(m.train().second[1].training).toBe(true);
    m(torch.ones(1, 3)).sum().backward();
    const grad = weight.grad!;
    m.zeroGrad();
    expect(weight.grad).not.toBeNull();
    expect(weight.grad!.storage).toBe(grad.storage);
    expect(await grad.tolist()).toEqual([0, 0]);
    m.zeroGrad({ setToNone: true });
    expect(weight.grad).toBeNull();

    m.double();
    expect(m.weight).toBe(weight);
    expect(weight.dtype).toBe(torch.float64);
    expect(m.getBuffer('running_mean').dtype).toBe(torch.float64);
    expect(m(torch.ones(1, 3, { dtype: torch.float64 })).dtype).toBe(torch.float64);
    expect(m.to({ dtype: torch.float32, device: 'cpu' }).weight.dtype).toBe(torch.float32);
    m.requiresGrad_(false);
    expect(m(torch.ones(1, 3)).requiresGrad).toBe(false);
    const visited: string[] = [];
    m.apply((child) => { visited.push(child.constructor.name); });
    expect(visited).toEqual(['Linear', 'Block', 'Linear', 'ReLU', 'Sequential', 'Net']);
    expect(await m.cpu()).toBe(m);
  });

  test('hooks are taken away again', () => {
    const m = new nn.ReLU();
    let calls = 0;
    const count = (): void => { calls++; };
    const handles = [m.registerForwardHook(count), m.registerForwardHook(count), m.registerForwardPreHook(count)];
    m(torch.ones(1));
    expect(calls).toBe(3);
    handles.forEach((handle) => handle.remove());
    m(torch.ones(1));
    expect(calls).toBe(3);
  });

  test('a backward hook of several inputs is called once, with zeros for tensors without a gradient, null for other inputs', async () => {
    class Sum extends nn.Module {
      override forward(a: torch.Tensor, b: torch.Tensor, factor: number): [torch.Tensor, torch.Tensor] { return [a.add(b).mul(factor), a.mul(b)]; }
    }
    const m = new Sum(), seen: (readonly (torch.Tensor | null)[])[] = [];
    m.registerFullBackwardHook((_, gradInput, gradOutput) => { seen.push(gradInput, gradOutput); });
    const a = torch.tensor([2], { requiresGrad: true }), b = torch.tensor([3]);
    m(a, b, 10)[0].sum().backward();
    expect(seen.map((list) => list.length)).toEqual([3, 2]);
    expect(await Promise.all(seen.flat().map((g) => g?.tolist() ?? null))).toEqual([[10], [0], null, [1], null]);
    const second = m(a, b, 10);
    second[0].sum().backward({ createGraph: true });
    second[0].sum().backward();
    expect(seen.length).toBe(6);
    const [c] = m(b, b, 2);
    expect(c.requiresGrad).toBe(false);
  });
});

describe('deepcopy', () => {
  test('copies parameters and buffers, keeps what is shared shared', async () => {
    const m = net();
    m.second[1] = m.second[0];
    const copy = nn.deepcopy(m) as Net;
    expect(copy).toBeInstanceOf(Net);
    expect(String(copy)).toBe(String(m));
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(m.stateDict()));
    expect(copy.second[1]).toBe(copy.second[0]);
    expect(copy.note).toBe(m.note);
    copy.weight.data.fill_(7);
    copy.getBuffer('running_mean').fill_(7);
    expect(await m.weight.tolist()).toEqual([1, 1]);
    expect(await m.getBuffer('running_mean').tolist()).toEqual([0, 0]);
    expect(copy.first(torch.ones(1, 3)).requiresGrad).toBe(true);
    const [x, again] = nn.deepcopy([m.weight, m.weight]);
    expect(x).toBe(again);
    expect(x).toBeInstanceOf(nn.Parameter);
    expect(() => nn.deepcopy(m.weight.mul(2))).toThrow(/^Only Tensors created explicitly by the user/);
  });
});

test('weights that two modules share move once, with their gradients', async () => {
  class Tied extends nn.Module {
    a = new nn.Linear(2, 2, { bias: false });
    b = new nn.Linear(2, 2, { bias: false });
    constructor() {
      super();
      (this.b as { weight: nn.Parameter }).weight = this.a.weight;
    }
    override forward(x: torch.Tensor): torch.Tensor { return this.b(this.a(x)); }
  }
  const m = new Tied();
  m(torch.ones(1, 2)).sum().backward();
  const grad = await m.a.weight.grad!.tolist();
  await m.cpu();
  expect(m.b.weight).toBe(m.a.weight);
  expect(await m.a.weight.grad!.tolist()).toEqual(grad);
});

test('a state that is none says so', () => {
  const m = new nn.Linear(1, 1);
  expect(() => m.loadStateDict([1] as never)).toThrow(new TypeError('Expected state_dict to be dict-like, got Array.'));
  expect(() => m.loadStateDict(Promise.resolve({}) as never))
    .toThrow(new TypeError('Expected state_dict to be dict-like, got Promise. Write await before what loads it.'));
});

test('a hook before forward that returns null leaves the input', async () => {
  const m = new nn.Linear(1, 1);
  m.registerForwardPreHook(() => null as never);
  expect(m(torch.ones(1, 1)).shape).toEqual([1, 1]);
});

test('copies of what has methods of its own', async () => {
  const x = torch.ones(1, 2), orthogonal = nn.utils.parametrizations.orthogonal(new nn.Linear(2, 2));
  for (const m of [orthogonal, nn.utils.parametrizations.spectralNorm(new nn.Linear(2, 2)).eval()]) {
    expect(await nn.deepcopy(m)(x).tolist()).toEqual(await m(x).tolist());
  }
  const source = new nn.Linear(2, 2), copy = nn.deepcopy(new nn.swaUtils.AveragedModel(source));
  copy.updateParameters(source);
  expect(await copy(x).tolist()).toEqual(await source(x).tolist());
});
