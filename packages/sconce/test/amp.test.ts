import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ops } from '@sconce/tensor/internal';
import { LISTS } from '../src/amp/lists.js';
import * as torch from '../src/index.js';

const { amp, autocast, bfloat16, float16, float32, int64, isAutocastEnabled, nn, optim, webgpu } = torch;
const F = nn.functional;
type Tensor = torch.Tensor;
type Make = (...shape: number[]) => Tensor;

const available = await webgpu.isAvailable();
// recorded from PyTorch 1.13 by tooling/oracle/amp.py
const recorded = JSON.parse(readFileSync(new URL('fixtures/amp.json', import.meta.url), 'utf8')) as {
  cases: Record<string, { dtype: string; values: number[] }[]>;
  losses: number[];
  inputs: (number | string)[];
  scalers: { options: Record<string, number>; clips: boolean; course: { p: number[]; q: number[]; state: Record<string, number> }[] }[];
};

/** Numbers that bfloat16 has exactly, as the recording has them. */
const maker = (dtype: torch.DType, device = 'cpu'): Make => (...shape) => {
  const n = shape.reduce((a, b) => a * b, 1);
  return torch.tensor(Array.from({ length: n }, (_v, i) => ((1 + i) % 7 - 2) / 4)).view(shape).to(dtype).to(device);
};

const cases: Record<string, (t: Make) => Tensor> = {
  mm: (t) => t(2, 3).mm(t(3, 2)), matmul: (t) => t(2, 3).matmul(t(3)), mv: (t) => t(2, 3).mv(t(3)),
  addmm: (t) => torch.addmm(t(2), t(2, 3), t(3, 2)), bmm: (t) => t(2, 2, 3).bmm(t(2, 3, 2)),
  baddbmm: (t) => torch.baddbmm(t(2, 2, 2), t(2, 2, 3), t(2, 3, 2)), addbmm: (t) => torch.addbmm(t(2, 2), t(2, 2, 3), t(2, 3, 2)),
  dot: (t) => t(3).dot(t(3)), einsum: (t) => torch.einsum('ij,jk->ik', t(2, 3), t(3, 2)),
  linear: (t) => F.linear(t(2, 3), t(4, 3), t(4)), linear3d: (t) => F.linear(t(2, 2, 3), t(4, 3), t(4)),
  conv1d: (t) => F.conv1d(t(1, 2, 5), t(2, 2, 3), t(2)), conv2d: (t) => F.conv2d(t(1, 2, 4, 4), t(2, 2, 3, 3)),
  convTranspose2d: (t) => F.convTranspose2d(t(1, 2, 3, 3), t(2, 2, 2, 2)),
  exp: (t) => t(3).exp(), add: (t) => t(3).add(1), relu: (t) => t(3).relu(), sum: (t) => t(3).sum(), mean: (t) => t(4).mean(),
  softmax: (t) => t(3).softmax(0), prod: (t) => t(3).prod(), cdist: (t) => torch.cdist(t(2, 3), t(3, 3)),
  mseLoss: (t) => F.mseLoss(t(4), t(4).mul(2)), l1Loss: (t) => F.l1Loss(t(4), t(4).mul(2)),
  smoothL1Loss: (t) => F.smoothL1Loss(t(4), t(4).mul(2)), huberLoss: (t) => F.huberLoss(t(4), t(4).mul(2)),
  crossEntropy: (t) => { const x = t(2, 3); return F.crossEntropy(x, torch.tensor([0n, 2n]).to(x.device)); },
  klDiv: (t) => F.klDiv(t(2, 3), t(2, 3).abs(), { reduction: 'sum' }), softMarginLoss: (t) => F.softMarginLoss(t(3), t(3).sign()),
  binaryCrossEntropyWithLogits: (t) => F.binaryCrossEntropyWithLogits(t(3), t(3).abs()),
  binaryCrossEntropy: (t) => F.binaryCrossEntropy(t(3).sigmoid(), t(3).abs()),
  hingeEmbeddingLoss: (t) => { const x = t(3); return F.hingeEmbeddingLoss(x, torch.tensor([1, -1, 1]).to(x.device)); },
  reflectionPad: (t) => F.pad(t(1, 1, 3, 3), [1, 1, 1, 1], { mode: 'reflect' }), avgPool3d: (t) => F.avgPool3d(t(1, 1, 2, 2, 2), 2),
  maxPool2d: (t) => F.maxPool2d(t(1, 1, 2, 2), 2), float64: (t) => t(2, 3).double().mm(t(3, 2).double()),
  outer: (t) => { const x = t(2); return torch.stack([x, torch.ones(2).to(x.device)]); },
};

const numbers = async (x: Tensor): Promise<number[]> => (await x.detach().reshape(-1).tolist()) as number[];

test('every name in the lists is an op record\'s, or a function\'s that asks by itself', () => {
  const functions = [
    'conv', 'convTranspose', 'linear', 'matmul', 'einsum', 'crossEntropy', 'klDiv', 'l1Loss', 'poissonNllLoss', 'cosineSimilarity', 'hingeEmbeddingLoss',
    'cosineEmbeddingLoss', 'marginRankingLoss', 'tripletMarginLoss', 'multiMarginLoss', 'multilabelMarginLoss', 'nms', 'roiAlign', 'roiPool', 'psRoiAlign', 'psRoiPool', 'deformConv2d',
  ];
  const known = new Set([...ops().map((op) => op.name), ...functions]);
  for (const list of Object.values(LISTS)) expect([...list.keys()].filter((name) => !known.has(name))).toEqual([]);
});

describe('autocast on the CPU', () => {
  test.each(Object.entries(recorded.cases))('%s', async (name, rows) => {
    for (const [i, dtype] of [float32, bfloat16].entries()) {
      const y = autocast('cpu', () => cases[name](maker(dtype))), { dtype: expectedDtype, values } = rows[i];
      expect(y.dtype.name).toBe(expectedDtype);
      const closeness = expectedDtype === 'bfloat16' ? 2 ** -8 : 2e-6;
      (await numbers(y)).forEach((v, k) => expect(Math.abs(v - values[k])).toBeLessThanOrEqual(closeness * Math.max(Math.abs(values[k]), 0.25)));
    }
  });

  test('a training has PyTorch\'s losses', async () => {
    torch.manualSeed(0);
    const x = torch.randn(32, 8), y = x.sum(1).gt(0).to(int64);
    const net = new nn.Sequential(new nn.Linear(8, 16), new nn.ReLU(), new nn.Linear(16, 2));
    const optimizer = new optim.SGD(net.parameters(), { lr: 0.5 });
    for (const expected of recorded.losses) {
      optimizer.zeroGrad();
      const loss = autocast('cpu', () => F.crossEntropy(net(x) as Tensor, y));
      loss.backward();
      optimizer.step();
      // both round to bfloat16, but not every sum in the same order
      expect(Math.abs(Number(await loss.item()) - expected)).toBeLessThan(2e-3);
    }
    for (const p of net.parameters()) expect(p.grad?.dtype).toBe(float32);
  });

  test('parameters are converted once, and not beyond the outermost scope', async () => {
    const w = new nn.Parameter(torch.ones(2, 2)), x = torch.ones(1, 2);
    const [first, second] = autocast('cpu', () => [x.mm(w), x.mm(w)]);
    const conversionOf = (y: Tensor) => y.gradFn!.nextFunctions[1][0];
    expect(conversionOf(first)).toBe(conversionOf(second));
    const [third, fourth] = autocast('cpu', () => [x.mm(w), x.mm(w)], { cacheEnabled: false });
    expect(conversionOf(third)).not.toBe(conversionOf(fourth));
    expect(conversionOf(third)).not.toBe(conversionOf(first));
    torch.noGrad(() => w.fill_(2));
    expect(await autocast('cpu', () => x.mm(w)).tolist()).toEqual([[4, 4]]);
    first.add(second).sum().backward();
    expect(await w.grad!.tolist()).toEqual([[2, 2], [2, 2]]);
  });

  test('scopes: inner ones, asynchronous ones, and those that overlap', async () => {
    const x = torch.ones(2, 2), product = () => x.mm(x).dtype;
    expect(isAutocastEnabled('cpu')).toBe(false);
    autocast('cpu', () => {
      expect(isAutocastEnabled('cpu')).toBe(true);
      expect(isAutocastEnabled('webgpu')).toBe(false);
      expect(product()).toBe(bfloat16);
      expect(autocast('cpu', product, { enabled: false })).toBe(float32);
      expect(product()).toBe(bfloat16);
      expect(() => autocast('cpu', () => { throw new Error('its own'); })).toThrow('its own');
      expect(product()).toBe(bfloat16);
    });
    expect(product()).toBe(float32);
    expect(await autocast('cpu', async () => { await x.sum().item(); return product(); })).toBe(bfloat16);
    expect(product()).toBe(float32);
    let release = (): void => {};
    const outer = autocast('cpu', () => new Promise<void>((resolve) => { release = resolve; }));
    const inner = autocast('cpu', () => new Promise<void>((resolve) => { setTimeout(resolve, 20); }));
    release();
    await expect(outer).rejects.toThrow('autocast scopes overlap');
    await inner;
    expect(product()).toBe(float32);
  });

  test('what PyTorch refuses', () => {
    expect(() => autocast('cuda', () => 0)).toThrow("User specified autocast device_type must be 'webgpu' or 'cpu'");
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      expect(autocast('cpu', () => torch.ones(1, 1).mm(torch.ones(1, 1)).dtype, { dtype: float16 })).toBe(float32);
      expect(warn).toHaveBeenCalledWith('In CPU autocast, but the target dtype is not supported. Disabling autocast.\nCPU Autocast only supports dtype of torch.bfloat16 currently.');
    } finally {
      warn.mockRestore();
    }
  });
});

// what the documentation of torch.amp says of GPUs, for operands in float32 and in float16
const lower = ['mm', 'matmul', 'mv', 'addmm', 'bmm', 'baddbmm', 'addbmm', 'einsum', 'linear', 'linear3d', 'conv1d', 'conv2d', 'convTranspose2d'];
const full = [
  'exp', 'sum', 'softmax', 'prod', 'cdist', 'mseLoss', 'l1Loss', 'smoothL1Loss', 'huberLoss', 'crossEntropy', 'klDiv', 'softMarginLoss',
  'binaryCrossEntropyWithLogits', 'hingeEmbeddingLoss', 'outer',
];
const same = ['add', 'relu', 'mean', 'dot', 'maxPool2d'];

describe.skipIf(!available)('autocast on WebGPU', () => {
  beforeAll(async () => { await webgpu.init(); });
  const able = () => webgpu.currentBackend().device.features.has('shader-f16');

  test('ops compute in float16, in float32, or in what they are given', async () => {
    if (!able()) return expect(() => autocast('webgpu', () => 0)).toThrow("its adapter lacks the feature 'shader-f16'");
    for (const name of [...lower, ...full, ...same]) {
      for (const dtype of [float32, float16]) {
        const y = autocast('webgpu', () => cases[name](maker(dtype, 'webgpu')));
        const expected = lower.includes(name) ? float16 : full.includes(name) ? float32 : dtype;
        expect([name, y.dtype]).toEqual([name, expected]);
        // as the CPU computes it in float32, rounded
        const values = await numbers(cases[name](maker(float32)));
        (await numbers(y)).forEach((v, k) => expect(Math.abs(v - values[k])).toBeLessThanOrEqual(4e-3 * Math.max(1, Math.abs(values[k]))));
      }
    }
    const x = maker(float32, 'webgpu')(3);
    expect(() => autocast('webgpu', () => F.binaryCrossEntropy(x.sigmoid(), x.abs()))).toThrow(
      'torch.nn.functional.binary_cross_entropy and torch.nn.BCELoss are unsafe to autocast.');
    // a tensor of another device is none of its business
    expect(autocast('webgpu', () => torch.ones(1, 1).mm(torch.ones(1, 1)).dtype)).toBe(float32);
  });

  test('a network with convolutions and normalization learns as in float32', async () => {
    if (!able()) return;
    const run = async (mixed: boolean): Promise<number[]> => {
      torch.manualSeed(0);
      const net = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.BatchNorm2d(4), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.LayerNorm([36]), new nn.Linear(36, 3))
        .to('webgpu') as torch.nn.Sequential;
      const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 }), scaler = new amp.GradScaler({ enabled: mixed });
      const x = torch.randn(8, 1, 8, 8).to('webgpu'), y = torch.arange(8).remainder(3).to('webgpu'), losses: number[] = [];
      for (let i = 0; i < 8; i++) {
        optimizer.zeroGrad();
        const forward = () => F.crossEntropy(net(x) as Tensor, y);
        const loss = mixed ? autocast('webgpu', forward) : forward();
        scaler.scale(loss).backward();
        await scaler.step(optimizer);
        scaler.update();
        losses.push(Number(await loss.item()));
      }
      expect(await scaler.getScale()).toBe(mixed ? 65536 : 1);
      return losses;
    };
    const mixed = await run(true), plain = await run(false);
    expect(mixed).not.toEqual(plain);
    mixed.forEach((loss, i) => expect(Math.abs(loss - plain[i])).toBeLessThan(2e-2));
  });

  test('an adapter without float16, and dtypes that there are not', () => {
    const backend = webgpu.currentBackend();
    torch.registerBackend(Object.create(backend, { device: { value: { features: new Set() } } }));
    try {
      expect(() => autocast('webgpu', () => 0)).toThrow("Current WebGPU Device does not support float16: its adapter lacks the feature 'shader-f16'.");
      expect(autocast('webgpu', () => 7, { enabled: false })).toBe(7);
    } finally {
      torch.registerBackend(backend);
    }
    expect(() => autocast('webgpu', () => 0, { dtype: bfloat16 })).toThrow('Current WebGPU Device does not support bfloat16. Please switch dtype to float16.');
    expect(isAutocastEnabled()).toBe(false);
  });
});

describe.each(available ? ['cpu', 'webgpu'] : ['cpu'])('GradScaler on %s', (device) => {
  beforeAll(async () => { if (device === 'webgpu') await webgpu.init(); });
  const parameter = (values: number[]) => new nn.Parameter(torch.tensor(values).to(device));

  test.each(recorded.scalers)('$options', async ({ options, clips, course }) => {
    const p = parameter([0.5, -1]), q = parameter([2]);
    const optimizer = new optim.SGD([p], { lr: 0.1, momentum: 0.9 }), other = new optim.SGD([q], { lr: 0.1 });
    const { init_scale: initScale, growth_factor: growthFactor, backoff_factor: backoffFactor, growth_interval: growthInterval } = options;
    const scaler = new amp.GradScaler({ initScale, growthFactor, backoffFactor, growthInterval });
    const named: Record<string, number> = { inf: Infinity, '-inf': -Infinity, nan: NaN };
    for (const [i, expected] of course.entries()) {
      const x = recorded.inputs[i];
      optimizer.zeroGrad();
      other.zeroGrad();
      const [first, second] = scaler.scale([p.mul(typeof x === 'string' ? named[x] : x).sum(), q.mul(q).sum()]);
      first.add(second).backward();
      if (clips) {
        scaler.unscale_(optimizer);
        nn.utils.clipGradNorm_([p], 1);
      }
      await scaler.step(optimizer);
      await scaler.step(other);
      scaler.update(i === 10 ? 64 : undefined);
      (await numbers(p)).forEach((v, k) => expect(v).toBeCloseTo(expected.p[k], 5));
      (await numbers(q)).forEach((v, k) => expect(v).toBeCloseTo(expected.q[k], 5));
      expect(await scaler.stateDict()).toEqual(expected.state);
    }
  });

  test('a state goes on elsewhere', async () => {
    const scaler = new amp.GradScaler({ growthInterval: 3 }), again = new amp.GradScaler();
    again.loadStateDict({ scale: 8, growth_factor: 4, backoff_factor: 0.25, growth_interval: 2, _growth_tracker: 1 });
    expect(await again.getScale()).toBe(8);
    expect(await scaler.scale(torch.ones(2).to(device)).tolist()).toEqual([65536, 65536]);
    scaler.loadStateDict(await again.stateDict());
    expect(await scaler.scale(torch.ones(2).to(device)).tolist()).toEqual([8, 8]);
    expect(await scaler.stateDict()).toEqual({ scale: 8, growth_factor: 4, backoff_factor: 0.25, growth_interval: 2, _growth_tracker: 1 });
    const p = parameter([1]), optimizer = new optim.SGD([p], { lr: 1 });
    scaler.scale(p.sum()).backward();
    expect(await p.grad!.item()).toBe(8);
    await scaler.step(optimizer);
    scaler.update();
    expect(await p.item()).toBe(0);
    expect(await scaler.stateDict()).toMatchObject({ scale: 32, _growth_tracker: 0 });
  });

  test('what PyTorch refuses', async () => {
    expect(() => new amp.GradScaler({ growthFactor: 1 })).toThrow('The growth factor must be > 1.0.');
    expect(() => new amp.GradScaler({ backoffFactor: 1 })).toThrow('The backoff factor must be < 1.0.');
    const p = parameter([1]), optimizer = new optim.SGD([p], { lr: 1 }), scaler = new amp.GradScaler();
    const hint = 'This may indicate your script did not use scaler.scale(loss or outputs) earlier in the iteration.';
    expect(() => scaler.unscale_(optimizer)).toThrow(`Attempted unscale_ but _scale is None.  ${hint}`);
    await expect(scaler.step(optimizer)).rejects.toThrow(`Attempted step but _scale is None.  ${hint}`);
    expect(() => scaler.update()).toThrow(`Attempted update but _scale is None.  ${hint}`);
    expect(() => scaler.scale('loss')).toThrow('outputs must be a Tensor or an iterable of Tensors');
    const loss = scaler.scale(p.sum());
    expect(loss.requiresGrad).toBe(true);
    expect(() => scaler.update()).toThrow('No inf checks were recorded prior to update.');
    await expect(scaler.step(optimizer)).rejects.toThrow('No inf checks were recorded for this optimizer.');
    scaler.update(2);
    scaler.scale(p.sum()).backward();
    await expect(scaler.step(optimizer, () => loss)).rejects.toThrow('Closure use is not currently supported if GradScaler is enabled.');
    scaler.unscale_(optimizer);
    expect(() => scaler.unscale_(optimizer)).toThrow('unscale_() has already been called on this optimizer since the last update().');
    await scaler.step(optimizer);
    expect(() => scaler.unscale_(optimizer)).toThrow('unscale_() is being called after step().');
    await expect(scaler.step(optimizer)).rejects.toThrow('step() has already been called since the last update().');
    expect(() => scaler.loadStateDict({})).toThrow('The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler.');

    const half = new nn.Parameter(torch.ones(1).to(float16).to(device)), halves = new optim.SGD([half], { lr: 1 });
    scaler.update(2);
    scaler.scale(half.sum()).backward();
    expect(() => scaler.unscale_(halves)).toThrow('Attempting to unscale FP16 gradients.');
  });

  test('one that is off lets everything through', async () => {
    const p = parameter([1]), optimizer = new optim.SGD([p], { lr: 1 }), scaler = new amp.GradScaler({ enabled: false });
    const loss = p.sum();
    expect(scaler.scale(loss)).toBe(loss);
    loss.backward();
    scaler.unscale_(optimizer);
    await scaler.step(optimizer);
    scaler.update();
    expect(await p.item()).toBe(0);
    expect(await scaler.getScale()).toBe(1);
    expect(await scaler.stateDict()).toEqual({});
    expect(scaler.isEnabled()).toBe(false);
  });
});
