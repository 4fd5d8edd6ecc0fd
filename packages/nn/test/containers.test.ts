import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';

describe('Sequential', () => {
  test('is indexed, iterated, extended and cut', () => {
    const net = new nn.Sequential(new nn.Linear(4, 3), new nn.ReLU());
    net.append(new nn.Linear(3, 2)).insert(1, new nn.Tanh());
    expect([...net].map((m) => m.constructor.name)).toEqual(['Linear', 'Tanh', 'ReLU', 'Linear']);
    expect(net).toHaveLength(4);
    expect(net[3]).toBe(net.at(-1));
    expect(net(torch.ones(5, 4)).shape).toEqual([5, 2]);
    const tail = net.slice(1);
    expect(String(tail)).toBe('Sequential(\n  (1): Tanh()\n  (2): ReLU()\n  (3): Linear(in_features=3, out_features=2, bias=True)\n)');
    expect(tail.at(-1)).toBe(net[3]);
    expect(() => net.at(9)).toThrow('index 9 is out of range');
    expect(() => new nn.Sequential(3 as unknown as nn.Module)).toThrow('is not a Module subclass');
    expect(() => new nn.Sequential([new nn.ReLU()] as never)).toThrow('Array is not a Module subclass: write new Sequential(...layers)');
  });

  test('takes names', () => {
    const net = new nn.Sequential({ conv: new nn.Conv2d(1, 2, 3), relu: new nn.ReLU() });
    expect(Object.keys(net.stateDict())).toEqual(['conv.weight', 'conv.bias']);
    expect(net(torch.ones(1, 1, 4, 4)).shape).toEqual([1, 2, 2, 2]);
    expect([...new nn.Sequential(new Map([['b', new nn.ReLU()], ['a', new nn.Tanh()]])).namedChildren()].map(([name]) => name)).toEqual(['b', 'a']);
  });
});

test('ModuleList', () => {
  const list = new nn.ModuleList([new nn.Linear(2, 2), new nn.ReLU()]).extend([new nn.Linear(2, 2)]);
  let x = torch.ones(1, 2);
  for (const layer of list) x = layer(x);
  expect(x.shape).toEqual([1, 2]);
  expect(Object.keys(list.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
  expect(list.slice(1)).toHaveLength(2);
  expect(() => list(x as never)).toThrow('Module [ModuleList] is missing the required "forward" function');
});

test('ModuleDict', () => {
  const dict = new nn.ModuleDict({ a: new nn.ReLU(), b: new nn.Tanh() });
  expect([...dict]).toEqual(['a', 'b']);
  expect(dict.keys()).toEqual(['a', 'b']);
  expect(dict.get('b')).toBeInstanceOf(nn.Tanh);
  expect(dict.pop('a')).toBeInstanceOf(nn.ReLU);
  expect(dict.has('a')).toBe(false);
  dict.update([['c', new nn.Sigmoid()], ['b', new nn.ReLU()]]);
  expect(dict.items().map(([name, m]) => `${name}: ${String(m)}`)).toEqual(['b: ReLU()', 'c: Sigmoid()']);
  expect(() => dict.get('a')).toThrow("'a'");
  dict.clear();
  expect(dict).toHaveLength(0);
});

test('ParameterList and ParameterDict', async () => {
  const list = new nn.ParameterList([new nn.Parameter(torch.ones(2, 3)), torch.zeros(2)]);
  expect(list[1]).toBeInstanceOf(nn.Parameter);
  expect(list.at(-1)).toBe(list[1]);
  expect(String(list)).toBe(`ParameterList(
    (0): Parameter containing: [torch.float32 of size 2x3]
    (1): Parameter containing: [torch.float32 of size 2]
)`);
  const dict = new nn.ParameterDict({ a: torch.ones(2, 3) });
  dict.set('a', torch.zeros(1)).set('b', torch.ones(2));
  expect(Object.keys(dict.stateDict())).toEqual(['a', 'b']);
  expect(await dict.get('a').tolist()).toEqual([0]);
  // as PyTorch: a plain dict is sorted, others are not
  const [one, two] = [torch.ones(1), torch.ones(1)];
  expect(new nn.ParameterDict({ noise: one, ls: two }).keys()).toEqual(['ls', 'noise']);
  expect(new nn.ParameterDict(dict).items()).toEqual(dict.items());
  expect(new nn.ModuleDict(new nn.ModuleDict({ act: new nn.ReLU(), b: new nn.Tanh() })).keys()).toEqual(['act', 'b']);
  expect(new nn.ParameterDict(new Map([['noise', one], ['ls', two]])).keys()).toEqual(['noise', 'ls']);
  expect(dict.values().map((p) => p.requiresGrad)).toEqual([true, true]);
  expect(String(dict)).toBe(`ParameterDict(
    (a): Parameter containing: [torch.FloatTensor of size 1]
    (b): Parameter containing: [torch.FloatTensor of size 2]
)`);
});

describe('utils', () => {
  test('parameters as one vector and back', async () => {
    const net = new nn.Linear(2, 2);
    const vector = nn.utils.parametersToVector(net.parameters());
    expect(vector.shape).toEqual([6]);
    nn.utils.vectorToParameters(torch.arange(6).float(), net.parameters());
    expect(await net.weight.tolist()).toEqual([[0, 1], [2, 3]]);
    expect(await net.bias!.tolist()).toEqual([4, 5]);
  });

  test('clipping by value and by norm', async () => {
    const p = new nn.Parameter(torch.zeros(2)), q = new nn.Parameter(torch.zeros(1)), unused = new nn.Parameter(torch.zeros(1));
    p.grad = torch.tensor([3, -4]);
    q.grad = torch.tensor([12]);
    const norm = nn.utils.clipGradNorm_([p, q, unused], 6.5);
    expect(await norm.item()).toBe(13);
    expect((await p.grad.tolist() as number[]).map((x) => Math.round(x * 1e5) / 1e5)).toEqual([1.5, -2]);
    nn.utils.clipGradValue_([p, q], 1);
    expect(await p.grad.tolist()).toEqual([1, -1]);
    p.grad.fill_(Infinity);
    expect(() => nn.utils.clipGradNorm_(p, 1, { errorIfNonfinite: true })).toThrow('The total norm of order 2.0 for gradients from `parameters` is non-finite');
    expect(() => nn.utils.clipGradNorm_(p, 1, { normType: Infinity, errorIfNonfinite: true })).toThrow('The total norm of order inf for gradients');
    expect(await nn.utils.clipGradNorm_([unused], 1).item()).toBe(0);
  });

  test('sequences are filled up', async () => {
    const x = nn.utils.rnn.padSequence([torch.ones(2), torch.ones(3)], { batchFirst: true, paddingValue: 7 });
    expect(await x.tolist()).toEqual([[1, 1, 7], [1, 1, 1]]);
    expect(nn.utils.rnn.padSequence([torch.ones(2, 4), torch.ones(3, 4)]).shape).toEqual([3, 2, 4]);
  });
});

describe('names that are indices, in the order in which they came', () => {
  const keys = (m: nn.Module): string[] => Array.from(m.namedChildren(), ([name]) => name);

  test('after others', () => {
    const m = new nn.Sequential({ fc: new nn.Linear(2, 3), act: new nn.ReLU() }).append(new nn.Linear(3, 1));
    expect(keys(m)).toEqual(['fc', 'act', '2']);
    expect(m(torch.ones(1, 2)).shape).toEqual([1, 1]);
    expect(keys(m.extend([new nn.ReLU()]))).toEqual(['fc', 'act', '2', '3']);
  });

  test('not in order', () => {
    expect(keys(new nn.Sequential(new Map(['b', '1', '0'].map((name) => [name, new nn.ReLU()]))))).toEqual(['b', '1', '0']);
    const d = new nn.ModuleDict([['10', new nn.ReLU()], ['5', new nn.Tanh()]] as [string, nn.Module][]);
    expect(d.keys()).toEqual(['10', '5']);
    const p = new nn.ParameterDict([['10', torch.ones(1)], ['5', torch.ones(1)]] as [string, torch.Tensor][]);
    expect(p.keys()).toEqual(['10', '5']);
    expect(p.set('10', torch.zeros(1)).keys()).toEqual(['10', '5']);
  });

  test('parameters', () => {
    class M extends nn.Module {
      stem = new nn.Linear(1, 1);
      constructor() {
        super();
        this.addModule('0', new nn.Linear(1, 2));
      }
    }
    expect(Array.from(new M().namedParameters(), ([name]) => name)).toEqual(['stem.weight', 'stem.bias', '0.weight', '0.bias']);
  });

  test('what is taken out makes room', () => {
    const [a, b, c] = [new nn.ReLU(), new nn.Tanh(), new nn.Sigmoid()], m = new nn.Sequential(a, b, c), list = new nn.ModuleList([a, b]);
    expect(m.pop(0)).toBe(a);
    expect([keys(m), ...m]).toEqual([['0', '1'], b, c]);
    expect(m.pop()).toBe(c);
    expect(list.pop(-2)).toBe(a);
    expect([...list]).toEqual([b]);
    expect(() => list.pop(3)).toThrow('index 3 is out of range');
  });
});
