import * as nn from '@sconce/nn';
import { arange, int64, stack, where, type Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions, pythonFloat, pythonText } from '@sconce/tensor/internal';
import {
  firstRows, inputsOf, pairOf, partChannels, partRows, pixels as pixelsOf, poolRegions, poolRegionsAsync, rowsOf, sumOfTaps,
  type Pooling, type Regions, type RegionSize, type Taps,
} from './regions.js';

export interface RoIPoolOptions {
  /** how large the features are, measured in the coordinates of the boxes; default 1 */
  readonly spatialScale?: number | undefined;
}

/** Of the parts of one side of each region the first pixel and the one behind the last, (K, P) both. */
interface Side { readonly from: Tensor; readonly end: Tensor }

/** C's: halves go away from zero. */
const rounded = (x: Tensor): Tensor => x.trunc().add(x.frac().abs().ge(0.5).mul(x.sign()));

/** @param last whether the last pixel belongs to a region; where it does not, a picture's last pixel belongs to none */
function sidesOf(rois: Tensor, input: Tensor, size: readonly [number, number], spatialScale: number, last: boolean): [Side, Side] {
  const side = (d: number, parts: number, most: number): Side => {
    const [start, stop] = [d, d + 2].map((column) => rounded(rois.select(1, column).mul(spatialScale)).unsqueeze(1));
    const bin = stop.sub(start).add(last ? 1 : 0).clampMin(1).div(parts);
    const part = arange(parts, { dtype: bin.dtype, device: bin.device });
    const clamped = (x: Tensor): Tensor => x.add(start).clamp(0, last ? most : most - 1);
    return { from: clamped(bin.mul(part).floor()), end: clamped(bin.mul(part.add(1)).ceil()) };
  };
  return [side(2, size[0], input.shape[2]), side(1, size[1], input.shape[3])];
}

/** Of each part so many pixels; one that has less has its last one again, which weighs nothing. */
function tapsOf({ from, end }: Side, span: number): Taps {
  const tap = arange(Math.max(span, 1), { dtype: from.dtype, device: from.device }), length = end.sub(from).unsqueeze(2);
  const index = from.unsqueeze(2).add(tap).min(end.unsqueeze(2).sub(1)).clampMin(0).to(int64);
  return { index, weight: where(tap.lt(length), length.clampMin(1).reciprocal(), 0) };
}

/** The largest of the pixels of each part, the first one of equals; zero for parts without pixels. */
function largest(table: Tensor, first: Tensor, sides: readonly [Side, Side], [ys, xs]: readonly [Taps, Taps], width: number): Tensor {
  let most: Tensor | undefined;
  for (const { rows } of pixelsOf(first, ys, xs, width)) {
    const features = table.indexSelect(0, rows);
    most = most ? where(features.gt(most), features, most) : features;
  }
  const [y, x] = sides.map(({ from, end }) => end.gt(from)), some = y.unsqueeze(2).logicalAnd(x.unsqueeze(1)).unsqueeze(3);
  return where(some, most!.reshape(...some.shape.slice(0, 3), table.shape[1]), 0);
}

function poolingOf(
  name: string, sides: (rois: Tensor) => [Side, Side], pool: (rois: Tensor, sides: [Side, Side], taps: [Taps, Taps]) => Tensor,
): Pooling {
  return {
    name,
    facts: (rois) => stack([...sides(rois).map(({ from, end }) => end.sub(from).amax(1)), rois.select(1, 0)]),
    key: (facts) => `${facts[0]} ${facts[1]}`,
    pool: (rois, [facts]) => {
      const both = sides(rois);
      return pool(rois, both, [tapsOf(both[0], facts[0]), tapsOf(both[1], facts[1])]);
    },
  };
}

type Prepared = readonly [pooling: Pooling, input: Tensor, rois: Tensor, channels: number, size: readonly [number, number]];

function prepared(input: Tensor, boxes: Regions, outputSize: RegionSize, { spatialScale = 1 }: RoIPoolOptions): Prepared {
  const [x, rois] = inputsOf('roiPool', input, boxes), size = pairOf(outputSize), table = rowsOf(x);
  const pooling = poolingOf('roiPool', (some) => sidesOf(some, x, size, spatialScale, true),
    (some, sides, taps) => largest(table, firstRows(some, x), sides, taps, x.shape[3]));
  return [pooling, x, rois, x.shape[1], size];
}

/**
 * Features of regions, each in the same size: the largest of whole pixels. The gradient goes to the features.
 * @param input of shape (N, C, H, W)
 * @param boxes (K, 5): the place of the picture, x1, y1, x2, y2; or a list with (L, 4) for each picture
 * @param outputSize height and width, or one number for both
 * @returns of shape (K, C, height, width)
 * @throws RuntimeError for another dtype than the boxes'; for boxes off the CPU, for which there is `roiPoolAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.roi_pool.html
 * @see Girshick, "Fast R-CNN" (2015)
 */
export const roiPool = (input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIPoolOptions = {}): Tensor =>
  poolRegions(...prepared(input, boxes, outputSize, checked('roiPool', options, 'spatialScale'))).to(input.dtype);

/** As `roiPool`, on any device: waits for the sizes of the boxes. */
export const roiPoolAsync = async (
  input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIPoolOptions = {},
): Promise<Tensor> => (await poolRegionsAsync(...prepared(input, boxes, outputSize, checked('roiPoolAsync', options, 'spatialScale')))).to(input.dtype);

/**
 * The means of the whole pixels of each part of regions, where each part has channels of its own.
 * The gradient is that of these means; torchvision's has the last row and column of a picture too, which its means have not.
 * @returns of shape (K, C / (height · width), height, width)
 * @throws RuntimeError where the channels cannot be shared out; for boxes off the CPU, for which there is `psRoiPoolAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.ps_roi_pool.html
 */
export const psRoiPool = (input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIPoolOptions = {}): Tensor =>
  poolRegions(...preparedParts(input, boxes, outputSize, checked('psRoiPool', options, 'spatialScale'))).to(input.dtype);

/** As `psRoiPool`, on any device: waits for the sizes of the boxes. */
export const psRoiPoolAsync = async (
  input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIPoolOptions = {},
): Promise<Tensor> => (await poolRegionsAsync(...preparedParts(input, boxes, outputSize, checked('psRoiPoolAsync', options, 'spatialScale')))).to(input.dtype);

function preparedParts(input: Tensor, boxes: Regions, outputSize: RegionSize, { spatialScale = 1 }: RoIPoolOptions): Prepared {
  const [x, rois] = inputsOf('psRoiPool', input, boxes), size = pairOf(outputSize), channels = partChannels(x, size);
  const pooling = poolingOf('psRoiPool', (some) => sidesOf(some, x, size, spatialScale, false),
    (some, _sides, [ys, xs]) => sumOfTaps(...partRows(x, some, size), ys, xs, x.shape[3]));
  return [pooling, x, rois, channels, size];
}

type Settings = [spatialScale: number] | [options: { readonly spatialScale: number }];

abstract class Pool extends nn.Module {
  readonly spatialScale: number;

  constructor(readonly outputSize: RegionSize, ...args: Settings) {
    super();
    this.spatialScale = numbersThenOptions<object, 'spatialScale'>(new.target.name, args, { spatialScale: NaN })[0].spatialScale;
  }

  override extraRepr(): string { return `output_size=${pythonText(this.outputSize)}, spatial_scale=${pythonFloat(this.spatialScale)}`; }
}

/** `roiPool` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.RoIPool.html */
export class RoIPool extends Pool {
  override forward(input: Tensor, rois: Regions): Tensor {
    return roiPool(input, rois, this.outputSize, { spatialScale: this.spatialScale });
  }
}

/** `psRoiPool` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.PSRoIPool.html */
export class PSRoIPool extends Pool {
  override forward(input: Tensor, rois: Regions): Tensor {
    return psRoiPool(input, rois, this.outputSize, { spatialScale: this.spatialScale });
  }
}
