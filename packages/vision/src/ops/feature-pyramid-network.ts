import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Conv2dNormActivation } from './conv-norm-activation.js';
import type { NormLayer } from './layers.js';

/** Feature maps by name, the largest first. A Map keeps the order of any names; an object has whole numbers first. */
export type FeatureMaps = Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>;

/** What adds maps to those of a pyramid, to be written by subclasses. */
export abstract class ExtraFPNBlock extends nn.Module {
  /**
   * @param results the pyramid's maps
   * @param x the maps that it was made of
   * @param names of the maps
   * @returns the maps and their names, those of the pyramid first
   */
  abstract override forward(results: Tensor[], x: readonly Tensor[], names: string[]): [Tensor[], string[]];
}

/** Adds every other element of the last map, as "pool". */
export class LastLevelMaxPool extends ExtraFPNBlock {
  override forward(results: Tensor[], _x: readonly Tensor[], names: string[]): [Tensor[], string[]] {
    return [[...results, nn.functional.maxPool2d(results.at(-1)!, 1, 2)], [...names, 'pool']];
  }
}

function drawn(conv: nn.Conv2d): void {
  nn.init.kaimingUniform_(conv.weight, { a: 1 });
  if (conv.bias) nn.init.zeros_(conv.bias);
}

/** Adds two smaller maps, "p6" and "p7", as RetinaNet has them. */
export class LastLevelP6P7 extends ExtraFPNBlock {
  p6: nn.Conv2d;
  p7: nn.Conv2d;
  readonly useP5: boolean;

  constructor(inChannels: number, outChannels: number) {
    super();
    this.p6 = new nn.Conv2d(inChannels, outChannels, 3, { stride: 2, padding: 1 });
    this.p7 = new nn.Conv2d(outChannels, outChannels, 3, { stride: 2, padding: 1 });
    for (const conv of [this.p6, this.p7]) drawn(conv);
    this.useP5 = inChannels === outChannels;
  }

  override forward(results: Tensor[], x: readonly Tensor[], names: string[]): [Tensor[], string[]] {
    const p6 = this.p6((this.useP5 ? results : x).at(-1)!);
    return [[...results, p6, this.p7(p6.relu())], [...names, 'p6', 'p7']];
  }
}

export interface FeaturePyramidNetworkOptions {
  /** what adds further maps */
  readonly extraBlocks?: ExtraFPNBlock | null | undefined;
  /** a class, as nn.BatchNorm2d, or a function of the channels; default null, none */
  readonly normLayer?: NormLayer | null | undefined;
}

export interface FeaturePyramidNetwork {
  (maps: ReadonlyMap<string, Tensor>): Map<string, Tensor>;
  (maps: Readonly<Record<string, Tensor>>): Record<string, Tensor>;
}

/**
 * Feature maps of one width from those of a network, where each also has what the smaller ones behind it tell.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.FeaturePyramidNetwork.html
 * @see Lin et al., "Feature pyramid networks for object detection" (2016)
 * @example
 * const fpn = new ops.FeaturePyramidNetwork([10, 20], 5);
 * const { feat0, feat1 } = fpn({ feat0: torch.rand(1, 10, 64, 64), feat1: torch.rand(1, 20, 16, 16) });
 */
export class FeaturePyramidNetwork extends nn.Module {
  /** by PyTorch's names */
  inner_blocks = new nn.ModuleList<Conv2dNormActivation>();
  layer_blocks = new nn.ModuleList<Conv2dNormActivation>();
  extra_blocks: ExtraFPNBlock | null = null;

  constructor(inChannelsList: readonly number[], outChannels: number, options: FeaturePyramidNetworkOptions = {}) {
    const { extraBlocks = null, normLayer = null } = checked('FeaturePyramidNetwork', options, 'extraBlocks');
    super();
    for (const inChannels of inChannelsList) {
      if (inChannels === 0) throw new ValueError('in_channels=0 is currently not supported');
      const shared = { normLayer, activationLayer: null };
      this.inner_blocks.append(new Conv2dNormActivation(inChannels, outChannels, { ...shared, kernelSize: 1, padding: 0 }));
      this.layer_blocks.append(new Conv2dNormActivation(outChannels, outChannels, shared));
    }
    for (const m of this.modules()) if (m instanceof nn.Conv2d) drawn(m);
    if (extraBlocks !== null && !(extraBlocks instanceof ExtraFPNBlock)) {
      throw new TypeError(`extra_blocks should be of type ExtraFPNBlock not ${(extraBlocks as object).constructor.name}`);
    }
    this.extra_blocks = extraBlocks;
  }

  get innerBlocks(): nn.ModuleList<Conv2dNormActivation> { return this.inner_blocks; }
  get layerBlocks(): nn.ModuleList<Conv2dNormActivation> { return this.layer_blocks; }
  get extraBlocks(): ExtraFPNBlock | null { return this.extra_blocks; }

  override get _version(): number { return 2; }

  override _mendState(state: Map<string, unknown>, prefix: string, version: number | undefined): void {
    if ((version ?? 0) >= 2) return;
    // blocks were convolutions alone
    for (const [key, value] of state) {
      const [, block, rest] = /^((?:inner|layer)_blocks\.\d+)\.(weight|bias)$/.exec(key.startsWith(prefix) ? key.slice(prefix.length) : '') ?? [];
      if (block === undefined) continue;
      state.delete(key);
      state.set(`${prefix}${block}.0.${rest}`, value);
    }
  }

  override forward(maps: FeatureMaps): Map<string, Tensor> | Record<string, Tensor> {
    const named = maps instanceof Map ? [...maps as ReadonlyMap<string, Tensor>] : Object.entries(maps as Record<string, Tensor>);
    const x = named.map(([, map]) => map);
    let names = named.map(([name]) => name), results: Tensor[] = [], last: Tensor | undefined;
    for (let i = x.length - 1; i >= 0; i--) {
      const lateral = this.inner_blocks.at(i)(x[i]);
      last = last ? lateral.add(nn.functional.interpolate(last, { size: lateral.shape.slice(-2) })) : lateral;
      results.unshift(this.layer_blocks.at(i)(last));
    }
    if (this.extra_blocks) [results, names] = this.extra_blocks(results, x, names);
    const entries = names.map((name, i) => [name, results[i]] as const);
    return maps instanceof Map ? new Map(entries) : Object.fromEntries(entries);
  }
}
