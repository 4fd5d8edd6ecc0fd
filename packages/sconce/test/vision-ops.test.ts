import { beforeAll, describe, expect, it, test } from 'vitest';
import * as torch from '../src/index.js';

const { ops } = torch.torchvision, { gradcheck, gradgradcheck } = torch.autograd;

const available = await torch.webgpu.isAvailable();

beforeAll(async () => { if (available) await torch.webgpu.init(); });

// between pixels, at whole ones, beyond the borders, and of one pixel
const REGIONS = [[0, 0.7, 1.2, 4.4, 3.9], [1, 0, 0, 5, 4], [1, -2.5, -1.5, 3, 9], [0, 2.2, 2.3, 2.6, 2.4]];

describe('gradients', () => {
  const features = (): torch.Tensor => torch.rand(2, 2, 4, 5, { dtype: torch.float64 }).requiresGrad_();
  const rois = torch.tensor(REGIONS, { dtype: torch.float64 });

  it.each<[string, (x: torch.Tensor) => torch.Tensor]>([
    ['roiAlign of as many points as pixels', (x) => ops.roiAlign(x, rois, 2)],
    ['roiAlign of two points', (x) => ops.roiAlign(x, rois, [1, 2], { samplingRatio: 2, spatialScale: 0.8, aligned: true })],
    ['roiPool', (x) => ops.roiPool(x, rois, 2)],
    ['psRoiAlign', (x) => ops.psRoiAlign(x, rois, [2, 1], { samplingRatio: 2 })],
    ['psRoiPool', (x) => ops.psRoiPool(x, rois, [1, 2])],
  ])('%s', async (_, fn) => {
    torch.manualSeed(0);
    expect(await gradcheck(fn, [features()], { fastMode: true })).toBe(true);
  });

  it('of gradients', async () => {
    expect(await gradgradcheck((x: torch.Tensor) => ops.roiAlign(x, rois.narrow(0, 0, 2), [1, 2]), [features()], { fastMode: true })).toBe(true);
  });

  it.each(['generalizedBoxIouLoss', 'distanceBoxIouLoss'] as const)('%s', async (name) => {
    const boxes = torch.tensor([[0, 0, 4, 5], [3, 3, 7, 8]], { dtype: torch.float64 }).requiresGrad_();
    const wanted = torch.tensor([[1, 0.5, 5, 4], [8, 9, 11, 12]], { dtype: torch.float64 });
    expect(await gradcheck((x: torch.Tensor) => ops[name](x, wanted), [boxes])).toBe(true);
  });
});

test.skipIf(!available)('what is computed on a GPU is what is computed on the CPU', async () => {
  const values = async (device: string): Promise<unknown> => {
    torch.manualSeed(0);
    const at = (x: torch.Tensor): torch.Tensor => x.to(device);
    const x = at(torch.rand(2, 4, 5, 6)).requiresGrad_(), rois = at(torch.tensor(REGIONS));
    const boxes = at(torch.tensor([[0, 0, 4, 5], [3, 3, 7, 8], [0.2, 0, 4, 5]])), wanted = at(torch.tensor([[1, 0.5, 5, 4], [8, 9, 11, 12], [0, 0, 4, 5]]));
    const masks = at(torch.tensor([[[0, 1, 0], [0, 1, 1]]]));
    const terms = [
      ops.roiAlign(x, rois, 2, { samplingRatio: 2 }), await ops.roiAlignAsync(x, rois, [2, 3]), await ops.roiPoolAsync(x, rois, 2),
      ops.psRoiAlign(x, rois, 2, { samplingRatio: 1 }), await ops.psRoiAlignAsync(x, rois, 2), await ops.psRoiPoolAsync(x, rois, [1, 2]),
      ops.deformConv2d(x, at(torch.rand(2, 8, 4, 5)), at(torch.rand(3, 4, 2, 2))),
    ];
    terms.map((t) => t.pow(2).sum()).reduce((a, b) => a.add(b)).backward();
    const results = [
      ...terms, x.grad!, ops.boxIou(boxes, wanted), ops.completeBoxIou(boxes, wanted), ops.completeBoxIouLoss(boxes, wanted), ops.masksToBoxes(masks),
      ops.clipBoxesToImage(boxes, [4, 5]), ops.boxConvert(boxes, 'xyxy', 'cxcywh'), ops.sigmoidFocalLoss(boxes, boxes.gt(2).float()),
      await ops.nmsAsync(boxes, at(torch.tensor([0.5, 0.7, 0.6])), 0.5), await ops.removeSmallBoxesAsync(wanted, 3.5),
      await ops.batchedNmsAsync(boxes, at(torch.tensor([0.5, 0.7, 0.6])), at(torch.tensor([0n, 1n, 1n])), 0.5),
    ];
    return Promise.all(results.map((t) => t.detach().cpu().then((y) => y.tolist())));
  };
  const close = (x: unknown): unknown => (Array.isArray(x) ? x.map(close) : expect.closeTo(x as number, 4));
  expect(await values('webgpu')).toEqual(close(await values('cpu')));
});

test.skipIf(!available)('what reads values says how to wait for them', () => {
  const boxes = torch.rand(3, 4, { device: 'webgpu' }), x = torch.rand(1, 2, 4, 4, { device: 'webgpu' });
  expect(() => ops.nms(boxes, boxes.select(1, 0), 0.5)).toThrow('write await nmsAsync(…)');
  expect(() => ops.batchedNms(boxes, boxes.select(1, 0), boxes.select(1, 0), 0.5)).toThrow('write await batchedNmsAsync(…)');
  expect(() => ops.removeSmallBoxes(boxes, 0.5)).toThrow('write await removeSmallBoxesAsync(…)');
  expect(() => ops.roiAlign(x, [boxes], 2)).toThrow('write await roiAlignAsync(…)');
  expect(() => ops.roiPool(x, [boxes], 2)).toThrow('write await roiPoolAsync(…)');
});

test.skipIf(!available)('autocast has regions in float32, and gives what features are', () => {
  const x = torch.rand(1, 4, 4, 4, { device: 'webgpu' }), rois = torch.tensor([[0, 0, 0, 3, 3]], { device: 'webgpu' });
  expect(() => ops.roiAlign(x.half(), rois, 2, { samplingRatio: 2 })).toThrow('but type torch.HalfTensor does not equal torch.FloatTensor');
  const y = torch.autocast('webgpu', () => ops.roiAlign(x.half(), rois, 2, { samplingRatio: 2 }));
  expect(y.dtype).toBe(torch.float16);
});
