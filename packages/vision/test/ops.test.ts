import * as nn from '@sconce/nn';
import { float16, float64, int32, manualSeed, tensor, type Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { ops } from '../src/index.js';
import { failure } from './fixtures.js';
import { argument, expectSame, recorded, tensorOf, type Call, type Recorded } from './ops-fixtures.js';

/** The positional arguments that are options here. */
const OPTIONS: Readonly<Record<string, readonly [from: number, names: readonly string[]]>> = {
  roiAlign: [3, ['spatialScale', 'samplingRatio', 'aligned']], roiPool: [3, ['spatialScale']],
  psRoiAlign: [3, ['spatialScale', 'samplingRatio']], psRoiPool: [3, ['spatialScale']],
  dropBlock2d: [3, ['inplace', 'eps']], deformConv2d: [4, ['stride', 'padding', 'dilation', 'mask']],
};

function run({ op, args, options, gradOf, seed }: Call): { out: Tensor; grad: () => Tensor } {
  const [from, names] = OPTIONS[op] ?? [args.length, []], all = args.map(argument);
  const settings = { ...options, ...Object.fromEntries(all.slice(from).map((x, i) => [names[i], x])) };
  if (gradOf !== undefined) (all[gradOf] as Tensor).requiresGrad_();
  if (seed !== undefined) manualSeed(seed);
  const fn = ops[op] as (...given: unknown[]) => Tensor;
  const out = fn(...all.slice(0, from), ...(Object.keys(settings).length > 0 ? [settings] : []));
  return { out, grad: () => { out.pow(2).sum().backward(); return (all[gradOf!] as Tensor).grad!; } };
}

describe.each([...new Set(recorded.calls.map(({ op }) => op))])('%s', (name) => {
  it.each(recorded.calls.filter(({ op }) => op === name).map((call, i) => [i, call] as const))('as torchvision gives it, call %i', (_, call) => {
    if (call.error !== undefined) expect(failure(() => run(call)).message).toContain(call.error);
    else {
      const { out, grad } = run(call);
      expectSame(out, tensorOf(call.out!));
      if (call.grad) expectSame(grad(), tensorOf(call.grad));
    }
  });
});

const { Conv2dNormActivation, MLP, SqueezeExcitation } = ops;
const make: Readonly<Record<string, () => nn.Module>> = {
  conv: () => new Conv2dNormActivation(4, 6, { kernelSize: 3, stride: 2 }),
  convWide: () => new Conv2dNormActivation(4, 6, { kernelSize: [3, 5], activationLayer: null, dilation: 2 }),
  convBare: () => new Conv2dNormActivation(4, 6, { kernelSize: 1, normLayer: null, activationLayer: nn.Hardswish, groups: 2, inplace: null }),
  conv3d: () => new ops.Conv3dNormActivation(4, 3, { bias: true }),
  squeeze: () => new SqueezeExcitation(4, 2),
  squeezeHard: () => new SqueezeExcitation(4, 2, { activation: () => new nn.SiLU(), scaleActivation: nn.Hardsigmoid }),
  mlp: () => new MLP(5, [4, 3], { normLayer: (n) => new nn.LayerNorm(n), activationLayer: () => new nn.GELU(), inplace: null, dropout: 0 }),
  mlpPlain: () => new MLP(5, [4, 3, 2], { bias: false }),
  mlpDrop: () => new MLP(5, [4, 3], { dropout: 0.1 }),
  permute: () => new ops.Permute([0, 2, 3, 1]),
  roiAlign: () => new ops.RoIAlign(3, 0.25, 2, { aligned: true }),
  roiAlignTuple: () => new ops.RoIAlign([3, 2], { spatialScale: 1, samplingRatio: -1 }),
  roiPool: () => new ops.RoIPool([3, 2], 0.5),
  psRoiAlign: () => new ops.PSRoIAlign([3, 2], 0.5, 2),
  psRoiPool: () => new ops.PSRoIPool([3, 2], { spatialScale: 0.5 }),
  depth: () => new ops.StochasticDepth(0.5, 'row'),
  dropBlock: () => new ops.DropBlock2d(0.1, 3),
  dropBlock3d: () => new ops.DropBlock3d(1e-5, 3, { inplace: true }),
  deform: () => new ops.DeformConv2d(4, 6, [3, 2], { stride: 2, padding: [1, 0], groups: 2 }),
  deformPlain: () => new ops.DeformConv2d(4, 2, [3, 2], { dilation: 2, bias: false }),
};

type State = Readonly<Record<string, Recorded>>;
function expectState(net: nn.Module, wanted: State): void {
  const state = net.stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(wanted));
  for (const [key, x] of Object.entries(state)) expectSame(x, tensorOf(wanted[key]));
}

describe('modules', () => {
  it.each(Object.keys(make))('%s', (name) => {
    const { text, state, inputs, out } = recorded.modules[name];
    manualSeed(0);
    const net = make[name]() as nn.Module & ((...inputs: Tensor[]) => Tensor);
    expect(String(net)).toBe(text);
    if (out) expectSame(net(...inputs.map(tensorOf)), tensorOf(out));
    expect(Object.keys(net.stateDict())).toEqual(Object.keys(state));
    // the batch above has moved the statistics of norms
    for (const [key, x] of Object.entries(net.stateDict())) if (!key.includes('running') && !key.includes('num_')) expectSame(x, tensorOf(state[key]));
  });

  it('FrozenBatchNorm2d takes the state of BatchNorm2d and stays as it is', () => {
    const { text, state, inputs, out } = recorded.modules.frozen;
    const net = new ops.FrozenBatchNorm2d(4);
    net.loadStateDict(Object.fromEntries(Object.entries(state).map(([key, x]) => [key, tensorOf(x)])));
    expect(String(net)).toBe(text);
    expect([...net.parameters()]).toEqual([]);
    expectSame(net(tensorOf(inputs[0] as never)), tensorOf(out!));
  });
});

describe('FeaturePyramidNetwork', () => {
  const make: Readonly<Record<string, () => ops.FeaturePyramidNetworkOptions>> = {
    plain: () => ({}), pool: () => ({ extraBlocks: new ops.LastLevelMaxPool() }), norm: () => ({ normLayer: nn.BatchNorm2d }),
    p6p7: () => ({ extraBlocks: new ops.LastLevelP6P7(8, 5) }), p6p7own: () => ({ extraBlocks: new ops.LastLevelP6P7(5, 5) }),
  };
  const maps = Object.fromEntries(Object.entries(recorded.maps).map(([name, x]) => [name, tensorOf(x)]));

  it.each(Object.keys(make))('%s', (name) => {
    const wanted = recorded.pyramids[name];
    manualSeed(0);
    const net = new ops.FeaturePyramidNetwork([4, 6, 8], 5, make[name]());
    expect(String(net)).toBe(wanted.text);
    expectState(net, wanted.state);
    const out = net(maps);
    expect(Object.keys(out)).toEqual(Object.keys(wanted.out));
    for (const [key, x] of Object.entries(out)) expectSame(x, tensorOf(wanted.out[key]));
  });

  it('keeps the order of a Map, and reads states of the form before norms', () => {
    const net = new ops.FeaturePyramidNetwork([4, 6], 5), { feat0, feat1 } = maps;
    expect([...net(new Map([['9', feat0], ['1', feat1]])).keys()]).toEqual(['9', '1']);
    const old = Object.fromEntries(Object.entries(net.stateDict()).map(([key, x]) => [key.replace('.0.', '.').replace(/s\.(weight|bias)$/, 's.0.$1'), x]));
    expect(Object.keys(old)).toContain('inner_blocks.1.weight');
    const other = new ops.FeaturePyramidNetwork([4, 6], 5);
    other.loadStateDict(old);
    expectSame(other({ feat0, feat1 }).feat0, net({ feat0, feat1 }).feat0);
  });

  it.each<[string, () => unknown, string]>([
    ['no channels', () => new ops.FeaturePyramidNetwork([4, 0], 5), 'in_channels=0 is currently not supported'],
    ['other blocks', () => new ops.FeaturePyramidNetwork([4], 5, { extraBlocks: new nn.ReLU() as never }), 'extra_blocks should be of type ExtraFPNBlock not'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toContain(message); });
});

describe('MultiScaleRoIAlign', () => {
  const { maps, boxes, pools } = recorded.multiScale, sizes = [[128, 125], [120, 128]] as const;

  it.each(pools)('$text', async ({ names, ratio, options, text, scales, out, grad }) => {
    const pool = new ops.MultiScaleRoIAlign(names, 3, ratio, options), x = Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, tensorOf(map).requiresGrad_()]));
    expect(String(pool)).toBe(text);
    const pooled = pool(x, boxes.map(tensorOf), sizes);
    expectSame(pooled, tensorOf(out));
    expect(pool.scales).toEqual(scales);
    expectSame(await pool.forwardAsync(x, boxes.map(tensorOf), sizes), tensorOf(out));
    pooled.pow(2).sum().backward();
    for (const [name, wanted] of Object.entries(grad)) expectSame(x[name].grad!, tensorOf(wanted));
  });

  it('wants to know the pictures', () => {
    expect(failure(() => new ops.MultiScaleRoIAlign(['a'], 3, 2)({ a: tensorOf(maps.a) }, boxes.map(tensorOf), [])).message).toBe('images list should not be empty');
  });
});

describe('calls', () => {
  const boxes = tensor([[0, 0, 10, 10], [1, 1, 11, 11], [20, 20, 30, 30]]), scores = tensor([0.9, 0.8, 0.7]);

  it('name what is positional', async () => {
    expect(await ops.nms(boxes, scores, { iouThreshold: 0.5 }).tolist()).toEqual([0, 2]);
    expect(await (await ops.nmsAsync(boxes, scores, 0.5)).tolist()).toEqual([0, 2]);
    expect(await (await ops.batchedNmsAsync(boxes, scores, tensor([0n, 1n, 1n]), 0.5)).tolist()).toEqual([0, 1, 2]);
    expect(await (await ops.removeSmallBoxesAsync(boxes, 10)).tolist()).toEqual([0, 1, 2]);
    expect(await ops.boxConvert(boxes, { inFmt: 'xyxy', outFmt: 'xywh' }).select(0, 2).tolist()).toEqual([20, 20, 10, 10]);
  });

  it('that wait give what those that do not give', async () => {
    const x = tensorOf(recorded.maps.feat0), rois = tensor([[0, 0, 0, 7, 8], [0, 1, 2, 4, 3]]);
    expectSame(await ops.roiAlignAsync(x, rois, 2), ops.roiAlign(x, rois, 2));
    expectSame(await ops.roiPoolAsync(x, rois, 2), ops.roiPool(x, rois, 2));
  });

  it.each<[string, () => unknown, string]>([
    ['no threshold', () => ops.nms(boxes, scores, undefined as never), "missing argument 'iouThreshold'"],
    ['no tensor', () => ops.nms([1] as never, scores, 0.5), "argument 'boxes' must be Tensor"],
    ['no list of boxes', () => ops.roiAlign(boxes, 3 as never, 2), 'boxes is expected to be a Tensor[L, 5] or a List[Tensor[K, 4]]'],
    ['another picture', () => ops.roiAlign(boxes.reshape(1, 1, 3, 4), tensor([[1, 0, 0, 2, 2]]), 2), 'boxes name picture 1 of a batch of 1'],
    ['endless boxes', () => ops.roiAlign(boxes.reshape(1, 1, 3, 4), tensor([[0, 0, 0, Infinity, 2]]), 2), 'the coordinates of boxes should be finite'],
    ['integers', () => ops.roiAlign(boxes.reshape(1, 1, 3, 4).to(int32), tensor([[0, 0, 0, 2, 2]]).to(int32), 2), '"roi_align_forward_kernel" not implemented for \'Int\''],
    ['a reduction', () => ops.generalizedBoxIouLoss(boxes, boxes, { reduction: 'most' as never }), "Invalid Value for arg 'reduction': 'most'"],
    ['a size', () => ops.clipBoxesToImage(boxes, 3 as never), 'size should be [height, width]'],
  ])('refuse %s', (_, act, message) => { expect(failure(act).message).toContain(message); });

  it('half floats are aligned', () => {
    const x = tensorOf(recorded.maps.feat0), rois = tensor([[0, 0, 0, 7, 8]]);
    const halves = ops.roiAlign(x.to(float16), rois.to(float16), 2);
    expect(halves.dtype).toBe(float16);
    expect(halves.to(float64).sub(ops.roiAlign(x, rois, 2).to(float64)).abs().max().hostValues()[0]).toBeLessThan(1e-3);
  });
});
