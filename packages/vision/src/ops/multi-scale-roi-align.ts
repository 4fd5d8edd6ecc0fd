import * as nn from '@sconce/nn';
import { cat, fromTypedArray, RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { boxArea } from './boxes.js';
import type { FeatureMaps } from './feature-pyramid-network.js';
import { pairOf, regionsOf, type RegionSize } from './regions.js';
import { roiAlign, roiAlignAsync } from './roi-align.js';

export interface MultiScaleRoIAlignOptions {
  /** of boxes that belong to `canonicalLevel`, default 224 */
  readonly canonicalScale?: number | undefined;
  /** default 4 */
  readonly canonicalLevel?: number | undefined;
}

/** Which map each box belongs to: boxes twice as large to the next one. */
interface Levels { readonly scales: readonly number[]; readonly least: number; readonly most: number }

type Sizes = readonly (readonly [height: number, width: number])[];

/** What belongs to each map: the map, its scale, and the regions. */
interface Parts { readonly order: readonly number[]; readonly of: readonly { readonly map: Tensor; readonly scale: number; readonly rois: Tensor }[] }

/**
 * `roiAlign` of boxes on feature maps of several sizes: small boxes on the large maps. Scales are powers of two, taken from the first
 * maps and pictures that it sees.
 * @param featmapNames which maps are used
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.MultiScaleRoIAlign.html
 * @example
 * const pool = new ops.MultiScaleRoIAlign(['feat1', 'feat3'], 3, 2);
 * pool({ feat1: torch.rand(1, 5, 64, 64), feat3: torch.rand(1, 5, 16, 16) }, [boxes], [[512, 512]]).shape // [6, 5, 3, 3]
 */
export class MultiScaleRoIAlign extends nn.Module {
  readonly outputSize: readonly [number, number];
  readonly canonicalScale: number;
  readonly canonicalLevel: number;
  #levels: Levels | undefined;

  constructor(
    readonly featmapNames: readonly string[], outputSize: RegionSize, readonly samplingRatio: number, options: MultiScaleRoIAlignOptions = {},
  ) {
    const { canonicalScale = 224, canonicalLevel = 4 } = checked('MultiScaleRoIAlign', options, 'canonicalScale');
    super();
    this.outputSize = pairOf(outputSize);
    this.canonicalScale = canonicalScale;
    this.canonicalLevel = canonicalLevel;
  }

  /** How large each map is, measured in pixels of the pictures; null before the first call. */
  get scales(): readonly number[] | null { return this.#levels?.scales ?? null; }

  private mapsOf(x: FeatureMaps, sizes: Sizes): [Tensor[], Levels] {
    const all = x instanceof Map ? [...x as ReadonlyMap<string, Tensor>] : Object.entries(x as Record<string, Tensor>);
    const maps = all.filter(([name]) => this.featmapNames.includes(name)).map(([, map]) => map);
    if (!this.#levels) {
      if (sizes.length === 0) throw new ValueError('images list should not be empty');
      const height = Math.max(...sizes.map(([h]) => h));
      const powers = maps.map((map) => Math.round(Math.log2(map.size(-2) / height)));
      this.#levels = { scales: powers.map((power) => 2 ** power), least: -powers[0], most: -powers.at(-1)! };
    }
    return [maps, this.#levels];
  }

  /** The map of each box, counted from the first. */
  private levelsOf(boxes: readonly Tensor[], { least, most }: Levels): Tensor {
    const side = cat(boxes.map((x) => boxArea(x.detach()))).sqrt();
    return side.div(this.canonicalScale).log2().add(this.canonicalLevel).add(1e-6).floor().clamp(least, most).sub(least);
  }

  private partsOf(maps: readonly Tensor[], { scales }: Levels, rois: Tensor, levels: Tensor): Parts {
    const values = Array.from(levels.hostValues(), Number);
    const groups = maps.map((_, level) => values.flatMap((value, k) => (value === level ? [k] : [])));
    const order: number[] = [];
    groups.flat().forEach((k, i) => { order[k] = i; });
    return { order, of: maps.map((map, level) => ({ map, scale: scales[level], rois: rois.indexSelect(0, places(groups[level], rois)) })) };
  }

  /**
   * @param x feature maps by name
   * @param boxes of each picture (L, 4): x1, y1, x2, y2, in pixels of the picture
   * @param imageShapes height and width of each picture
   * @returns of shape (all boxes, C, height, width)
   * @throws RuntimeError off the CPU where there are several maps, for which there is `forwardAsync`
   */
  override forward(x: FeatureMaps, boxes: readonly Tensor[], imageShapes: Sizes): Tensor {
    const [maps, known] = this.mapsOf(x, imageShapes), rois = regionsOf(boxes), settings = { samplingRatio: this.samplingRatio };
    if (maps.length === 1) return roiAlign(maps[0], rois, this.outputSize, { ...settings, spatialScale: known.scales[0] });
    if (rois.device.type !== 'cpu') {
      throw new RuntimeError(`which map a box belongs to depends on values, which a tensor on ${rois.device} gives only later: write await pool.forwardAsync(…)`);
    }
    const { order, of } = this.partsOf(maps, known, rois, this.levelsOf(boxes, known));
    const results = of.map((part) => roiAlign(part.map, part.rois, this.outputSize, { ...settings, spatialScale: part.scale }));
    return cat(results).indexSelect(0, places(order, rois));
  }

  /** As a call, on any device: waits for the sizes of the boxes. */
  async forwardAsync(x: FeatureMaps, boxes: readonly Tensor[], imageShapes: Sizes): Promise<Tensor> {
    const [maps, known] = this.mapsOf(x, imageShapes), rois = regionsOf(boxes);
    const { order, of } = this.partsOf(maps, known, rois, await this.levelsOf(boxes, known).cpu());
    const results = await Promise.all(of.map((part) =>
      roiAlignAsync(part.map, part.rois, this.outputSize, { samplingRatio: this.samplingRatio, spatialScale: part.scale })));
    return cat(results).indexSelect(0, places(order, rois));
  }

  override extraRepr(): string {
    const names = this.featmapNames.map((name) => `'${name}'`).join(', ');
    return `featmap_names=[${names}], output_size=(${this.outputSize.join(', ')}), sampling_ratio=${this.samplingRatio}`;
  }
}

const places = (list: readonly number[], { device }: Tensor): Tensor => fromTypedArray(BigInt64Array.from(list, BigInt), [list.length]).to(device);
