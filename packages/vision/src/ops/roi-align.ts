import * as nn from '@sconce/nn';
import { arange, cat, fullLike, int64, stack, where, zeros, type Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions, pythonFloat, pythonText } from '@sconce/tensor/internal';
import {
  firstRows, inputsOf, pairOf, partChannels, partRows, poolRegions, poolRegionsAsync, rowsOf, sumOfTaps, type Pooling,
  type Regions, type RegionSize, type Taps,
} from './regions.js';

export interface PSRoIAlignOptions {
  /** how large the features are, measured in the coordinates of the boxes; default 1 */
  readonly spatialScale?: number | undefined;
  /** points along each side of each part, whose mean it is; below 1 (default): as many as a part has pixels */
  readonly samplingRatio?: number | undefined;
}

export interface RoIAlignOptions extends PSRoIAlignOptions {
  /** whether a pixel's place is its centre, not its corner; default false, as it was first */
  readonly aligned?: boolean | undefined;
}

/** One side of each region: where it begins, how long its parts are, and how many points each has, (K, 1, 1) all. */
interface Side { readonly start: Tensor; readonly bin: Tensor; readonly grid: Tensor; readonly parts: number; readonly pixels: number }

function sidesOf(rois: Tensor, input: Tensor, size: readonly [number, number], options: RoIAlignOptions): [Side, Side] {
  const { spatialScale = 1, samplingRatio = -1, aligned = false } = options, offset = aligned ? 0.5 : 0;
  const side = (d: number, parts: number, count: number): Side => {
    const [start, end] = [d, d + 2].map((column) => rois.select(1, column).mul(spatialScale).sub(offset).reshape(-1, 1, 1));
    const length = aligned ? end.sub(start) : end.sub(start).clampMin(1), bin = length.div(parts);
    const grid = samplingRatio > 0 ? fullLike(bin, samplingRatio) : bin.ceil();
    return { start, bin, grid, parts, pixels: count };
  };
  return [side(2, size[0], input.shape[2]), side(1, size[1], input.shape[3])];
}

/** Of points of each part, (K, P, S), the pixels on both sides and how near they are. */
function neighbours({ start, bin, grid, parts, pixels }: Side, point: Tensor) {
  const part = arange(parts, { dtype: bin.dtype, device: bin.device }).reshape(1, -1, 1);
  const at = start.add(bin.mul(part)).add(point.add(0.5).mul(bin).div(grid.clampMin(1)));
  const inside = at.ge(-1).logicalAnd(at.le(pixels)).logicalAnd(point.lt(grid));
  const clamped = at.clamp(0, pixels - 1), low = clamped.floor(), high = low.add(1).clampMax(pixels - 1), rest = clamped.sub(low);
  const weight = (x: Tensor): Tensor => where(inside, x.div(grid.clampMin(1)), 0);
  return { low, high, lowWeight: () => weight(rest.rsub(1)), highWeight: () => weight(rest) };
}

/** The first pixel of each part and how many there are up to the last: (K, P) both. */
function extentOf(side: Side): [Tensor, Tensor] {
  const first = neighbours(side, side.grid.mul(0)), last = neighbours(side, side.grid.sub(1).clampMin(0));
  const from = first.low.min(last.low).squeeze(2);
  return [from, first.high.max(last.high).squeeze(2).sub(from).add(1)];
}

/**
 * The pixels of a side: `span` neighbouring ones, which points share, where that is less than two for each of `most` points.
 */
function tapsOf(side: Side, span: number, most: number): Taps {
  const { device, dtype } = side.bin, count = Math.max(most, 1);
  const { low, high, lowWeight, highWeight } = neighbours(side, arange(count, { dtype, device }).reshape(1, 1, -1));
  if (span > 2 * count) return { index: cat([low, high], 2).to(int64), weight: cat([lowWeight(), highWeight()], 2) };
  const from = extentOf(side)[0].unsqueeze(2), index = from.add(arange(span, { dtype, device })).clampMax(side.pixels - 1).to(int64);
  const place = (pixel: Tensor): Tensor => pixel.sub(from).clamp(0, span - 1).to(int64);
  const none = zeros(...low.shape.slice(0, 2), span, { dtype, device });
  return { index, weight: none.scatterAdd(2, place(low), lowWeight()).scatterAdd(2, place(high), highWeight()) };
}

function poolingOf(
  name: string, input: Tensor, size: readonly [number, number], options: RoIAlignOptions, rowsAndFirst: (rois: Tensor) => [Tensor, Tensor],
): Pooling {
  const taps = (facts: readonly number[], d: number): number => (facts[d] > 2 * facts[d + 2] ? -facts[d + 2] : facts[d]);
  return {
    name,
    facts: (rois) => {
      const sides = sidesOf(rois, input, size, options);
      return stack([
        ...sides.map((side) => extentOf(side)[1].amax(1)), ...sides.map(({ grid }) => grid.reshape(-1)), rois.select(1, 0),
      ]);
    },
    key: (facts) => `${taps(facts, 0)} ${taps(facts, 1)}`,
    pool: (rois, facts) => {
      const sides = sidesOf(rois, input, size, options);
      const [ys, xs] = sides.map((side, d) => tapsOf(side, facts[0][d], facts.reduce((most, f) => Math.max(most, f[d + 2]), 0)));
      return sumOfTaps(...rowsAndFirst(rois), ys, xs, input.shape[3]);
    },
  };
}

type Prepared = readonly [pooling: Pooling, input: Tensor, rois: Tensor, channels: number, size: readonly [number, number]];

function prepared(name: string, input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIAlignOptions): Prepared {
  const [x, rois] = inputsOf('roiAlign', input, boxes), size = pairOf(outputSize), table = rowsOf(x);
  return [poolingOf(name, x, size, options, (some) => [table, firstRows(some, x)]), x, rois, input.shape[1], size];
}

/** The facts that are known without values: points are not merged. */
function withoutValues({ samplingRatio = -1 }: RoIAlignOptions): readonly number[] | undefined {
  return samplingRatio > 0 ? [Infinity, Infinity, samplingRatio, samplingRatio, 0] : undefined;
}

/**
 * Features of regions, each in the same size: means of points between pixels. The gradient goes to the features.
 * @param input of shape (N, C, H, W)
 * @param boxes (K, 5): the place of the picture, x1, y1, x2, y2; or a list with (L, 4) for each picture
 * @param outputSize height and width, or one number for both
 * @returns of shape (K, C, height, width)
 * @throws RuntimeError for another dtype than the boxes'; off the CPU for a `samplingRatio` below 1, for which there is `roiAlignAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.roi_align.html
 * @see He et al., "Mask R-CNN" (2017)
 * @example ops.roiAlign(features, [boxes], 7, { spatialScale: 1 / 16, samplingRatio: 2 })
 */
export function roiAlign(input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIAlignOptions = {}): Tensor {
  const parts = prepared('roiAlign', input, boxes, outputSize, checked('roiAlign', options, 'spatialScale'));
  return poolRegions(...parts, withoutValues(options)).to(input.dtype);
}

/** As `roiAlign`, on any device: waits for the sizes of the boxes. */
export async function roiAlignAsync(
  input: Tensor, boxes: Regions, outputSize: RegionSize, options: RoIAlignOptions = {},
): Promise<Tensor> {
  const parts = prepared('roiAlign', input, boxes, outputSize, checked('roiAlignAsync', options, 'spatialScale'));
  return (await poolRegionsAsync(...parts)).to(input.dtype);
}

/**
 * As `roiAlign`, where each part of a region has channels of its own: the first of `height · width` ones belongs to the left upper part.
 * @returns of shape (K, C / (height · width), height, width)
 * @throws RuntimeError where the channels cannot be shared out; off the CPU for a `samplingRatio` below 1, for which there is `psRoiAlignAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.ps_roi_align.html
 */
export const psRoiAlign = (input: Tensor, boxes: Regions, outputSize: RegionSize, options: PSRoIAlignOptions = {}): Tensor =>
  poolRegions(...preparedParts(input, boxes, outputSize, checked('psRoiAlign', options, 'spatialScale')), withoutValues(options)).to(input.dtype);

/** As `psRoiAlign`, on any device: waits for the sizes of the boxes. */
export const psRoiAlignAsync = async (
  input: Tensor, boxes: Regions, outputSize: RegionSize, options: PSRoIAlignOptions = {},
): Promise<Tensor> =>
  (await poolRegionsAsync(...preparedParts(input, boxes, outputSize, checked('psRoiAlignAsync', options, 'spatialScale')))).to(input.dtype);

function preparedParts(input: Tensor, boxes: Regions, outputSize: RegionSize, options: PSRoIAlignOptions): Prepared {
  const [x, rois] = inputsOf('psRoiAlign', input, boxes), size = pairOf(outputSize);
  const pooling = poolingOf('psRoiAlign', x, size, { ...options, aligned: true }, (some) => partRows(x, some, size));
  return [pooling, x, rois, partChannels(x, size), size];
}

type Settings<O> = [spatialScale: number, samplingRatio: number, options?: Omit<O, 'spatialScale' | 'samplingRatio'>] |
  [options: O & { readonly spatialScale: number; readonly samplingRatio: number }];

const settingsOf = <O extends object>(name: string, args: Settings<O>) =>
  numbersThenOptions<O, 'spatialScale' | 'samplingRatio'>(name, args as (number | O)[], { spatialScale: NaN, samplingRatio: NaN });

/** `roiAlign` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.RoIAlign.html */
export class RoIAlign extends nn.Module {
  readonly spatialScale: number;
  readonly samplingRatio: number;
  readonly aligned: boolean;

  constructor(readonly outputSize: RegionSize, ...args: Settings<RoIAlignOptions>) {
    super();
    const [{ spatialScale, samplingRatio }, { aligned = false }] = settingsOf<RoIAlignOptions>('RoIAlign', args);
    this.spatialScale = spatialScale;
    this.samplingRatio = samplingRatio;
    this.aligned = aligned;
  }

  override forward(input: Tensor, rois: Regions): Tensor {
    const { spatialScale, samplingRatio, aligned } = this;
    return roiAlign(input, rois, this.outputSize, { spatialScale, samplingRatio, aligned });
  }

  override extraRepr(): string {
    return `output_size=${pythonText(this.outputSize)}, spatial_scale=${pythonFloat(this.spatialScale)}, sampling_ratio=${this.samplingRatio}, aligned=${pythonText(this.aligned)}`;
  }
}

/** `psRoiAlign` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.PSRoIAlign.html */
export class PSRoIAlign extends nn.Module {
  readonly spatialScale: number;
  readonly samplingRatio: number;

  constructor(readonly outputSize: RegionSize, ...args: Settings<PSRoIAlignOptions>) {
    super();
    const [{ spatialScale, samplingRatio }] = settingsOf('PSRoIAlign', args);
    this.spatialScale = spatialScale;
    this.samplingRatio = samplingRatio;
  }

  override forward(input: Tensor, rois: Regions): Tensor {
    const { spatialScale, samplingRatio } = this;
    return psRoiAlign(input, rois, this.outputSize, { spatialScale, samplingRatio });
  }

  override extraRepr(): string {
    return `output_size=${pythonText(this.outputSize)}, spatial_scale=${pythonFloat(this.spatialScale)}, sampling_ratio=${this.samplingRatio}`;
  }
}
