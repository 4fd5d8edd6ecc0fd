import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { nn } = torch;

const KB = 1024;
const layers = (): torch.nn.Module[] => [
  new nn.Conv2d(3, 8, 3, { padding: 1 }), new nn.BatchNorm2d(8), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Dropout(0.25),
  new nn.Sequential(new nn.ConvTranspose2d(8, 4, 2, { stride: 2 }), new nn.LeakyReLU(0.1, { inplace: true }), new nn.Identity()),
  new nn.Upsample({ scaleFactor: 0.5 }), new nn.GroupNorm(2, 4), new nn.GELU(), new nn.Flatten(), new nn.Linear(256, 32), new nn.LayerNorm(32),
  new nn.Tanh(), new nn.Linear(32, 10), new nn.LogSoftmax(1),
];

/** Writes over what has been given back. */
const overwrite = (): void => { for (let i = 0; i < 60; i++) torch.full([2 ** (i % 15)], NaN); };

type Net = (x: torch.Tensor) => torch.Tensor;

/** The loss, the input's gradient and those of the parameters, of a few steps. */
async function train(net: Net, parameters: torch.Tensor[], backward = (loss: torch.Tensor): void => loss.backward()): Promise<unknown> {
  torch.manualSeed(1);
  const x = torch.randn([4, 3, 16, 16], { requiresGrad: true }), y = torch.tensor([1, 2, 3, 4], { dtype: torch.int64 }), losses: unknown[] = [];
  for (let step = 0; step < 3; step++) {
    const out = net(x);
    overwrite();
    const loss = nn.functional.nllLoss(out, y);
    backward(loss);
    overwrite();
    losses.push(await loss.item(), await out.tolist());
  }
  return [losses, await x.grad!.tolist(), await Promise.all(parameters.map((p) => p.grad!.tolist()))];
}

/** The layers one after the other, while somebody holds all that they give. */
function oneByOne(modules: readonly torch.nn.Module[], held: torch.Tensor[] = []): Net {
  return (input) => modules.reduce((x, m) => {
    const y = m instanceof nn.Sequential ? oneByOne([...m], held)(x) : (m as unknown as Net)(x);
    held.push(y);
    return y;
  }, input);
}

const made = (): [torch.nn.Sequential, torch.Tensor[], torch.nn.Module[]] => {
  torch.manualSeed(0);
  const modules = layers(), net = new nn.Sequential(...modules);
  return [net, [...net.parameters()], modules];
};

test('what layers hand on goes back to the memory, and nothing else does', async () => {
  const [net, parameters] = made(), [, others, modules] = made();
  expect(await train(net, parameters)).toEqual(await train(oneByOne(modules), others));
});

test('a graph that is kept, or gone through twice, keeps what it needs', async () => {
  const [net, parameters] = made(), [, others, modules] = made();
  const twice = (loss: torch.Tensor): void => {
    loss.backward({ retainGraph: true });
    overwrite();
    loss.backward();
  };
  expect(await train(net, parameters, twice)).toEqual(await train(oneByOne(modules), others, twice));

  const smooth = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 4), new nn.Sigmoid(), new nn.Linear(4, 1));
  const x = torch.rand([2, 3], { requiresGrad: true, dtype: torch.float64 });
  smooth.to(torch.float64);
  expect(await torch.autograd.gradgradcheck((input) => smooth(input), [x])).toBe(true);
});

test('inference needs no more memory than its two largest neighbours', () => {
  const net = new nn.Sequential(...Array.from({ length: 20 }, () => [new nn.Conv2d(8, 8, 3, { padding: 1 }), new nn.ReLU()]).flat());
  const x = torch.rand(1, 8, 64, 64), before = torch.memoryStats().allocated;
  torch.noGrad(() => net(x));
  expect(torch.memoryStats().allocated - before).toBeLessThan(3 * 128 * KB);
});

test('a step of training leaves nothing behind, whether or not the collector runs', () => {
  torch.manualSeed(0);
  const net = new nn.Sequential(...layers()), loss = new nn.CrossEntropyLoss(), optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
  const x = torch.randn(4, 3, 16, 16), y = torch.tensor([1, 2, 3, 4], { dtype: torch.int64 });
  const step = (): void => {
    optimizer.zeroGrad();
    loss(net(x), y).backward();
    optimizer.step();
  };
  step();
  const before = torch.memoryStats().allocated;
  for (let i = 0; i < 20; i++) step();
  // the loss and what the network gives are the program's, and small
  expect(torch.memoryStats().allocated - before).toBeLessThan(20 * KB);
});

test('weights of attention go back as well', () => {
  const [q, k, v] = [1, 2, 3].map(() => torch.randn([2, 64, 16], { requiresGrad: true })), F = nn.functional;
  const attend = (): void => F.scaledDotProductAttention(q, k, v, { isCausal: true, dropoutP: 0.1 }).sum().backward();
  attend();
  const before = torch.memoryStats().allocated;
  for (let i = 0; i < 20; i++) attend();
  // 8 kB is what it gives
  expect(torch.memoryStats().allocated - before).toBeLessThan(20 * 10 * KB);
});

test('what others keep stays as it is', async () => {
  const kept: [torch.Tensor, Promise<unknown>][] = [];
  const keep = (...tensors: torch.Tensor[]): void => { for (const t of tensors) kept.push([t, t.tolist()]); };
  class Keeping extends nn.Module {
    override forward(x: torch.Tensor): torch.Tensor {
      keep(x);
      return x.mul(2);
    }
  }
  class KeepingLinear extends nn.Linear {
    override forward(x: torch.Tensor): torch.Tensor {
      const y = super.forward(x);
      keep(x, y);
      return y;
    }
  }
  const patched = new nn.Tanh(), hooked = new nn.Linear(64, 64), plain = (): torch.nn.Module[] => [new nn.Linear(64, 64), new nn.ReLU()];
  patched.forward = (x): torch.Tensor => {
    keep(x);
    return x.tanh();
  };
  hooked.registerForwardHook((_, [x], y) => { keep(x as torch.Tensor, y as torch.Tensor); });
  hooked.registerFullBackwardHook((_, gradInput, gradOutput) => { keep(gradInput[0]!, gradOutput[0]!); });
  const net = new nn.Sequential(
    ...plain(), new Keeping(), ...plain(), new KeepingLinear(64, 64), ...plain(), patched, ...plain(), hooked, ...plain(),
    new nn.Sequential(...plain(), new Keeping()), ...plain(),
  );
  const out = net(torch.rand(64, 64));
  keep(out);
  out.sum().backward();
  overwrite();
  expect(kept.length).toBe(10);
  for (const [t, values] of kept) expect(await t.tolist()).toEqual(await values);
});

test('who looks at what a graph has saved may keep it', async () => {
  const net = new nn.Sequential(new nn.Linear(8, 8), new nn.Sigmoid(), new nn.Linear(8, 8), new nn.Tanh(), new nn.Linear(8, 8)), x = torch.rand(32, 8);
  const seen: torch.Tensor[] = [];
  const hooked = torch.autograd.graph.savedTensorsHooks((t) => (seen.push(t), t), (t) => t, () => net(x)), asked = net(x);
  for (let nodes = [asked.gradFn]; nodes.length > 0; nodes = nodes.flatMap((node) => node!.nextFunctions!.map(([next]) => next)).filter((node) => node !== null)) {
    for (const node of nodes) seen.push(...node!.savedTensors!);
  }
  const before = await Promise.all(seen.map((t) => t.tolist()));
  hooked.sum().add(asked.sum()).backward();
  overwrite();
  expect(before.length).toBe(14);
  expect(await Promise.all(seen.map((t) => t.tolist()))).toEqual(before);
});
