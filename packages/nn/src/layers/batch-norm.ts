import { empty, int64, tensor, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { batchNorm, instanceNorm } from '../functional/normalization.js';
import * as init from '../init.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, float } from '../python-text.js';
import type { LoadReport } from '../state-dict.js';
import type { FactoryOptions } from './linear.js';

export interface BatchNormLayerOptions extends FactoryOptions {
  /** what is added to the variance, default 1e-5 */
  readonly eps?: number | undefined;
  /** how far the running statistics move towards each batch's, default 0.1; null: they are the mean of all batches */
  readonly momentum?: number | null | undefined;
  /** whether there are a weight and a bias */
  readonly affine?: boolean | undefined;
  /** whether statistics are kept for evaluation */
  readonly trackRunningStats?: boolean | undefined;
}

abstract class NormBase extends PlainLayer {
  readonly eps: number;
  momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  /** buffers, by PyTorch's names */
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;

  constructor(readonly numFeatures: number, options: BatchNormLayerOptions, usual: boolean) {
    super();
    checkSizes(new.target.name, { numFeatures });
    const { eps = 1e-5, momentum = 0.1, affine = usual, trackRunningStats = usual, ...factory } = checked(this.constructor.name, options, 'eps');
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? new Parameter(empty([numFeatures], factory)) : null;
    this.bias = affine ? new Parameter(empty([numFeatures], factory)) : null;
    this._noteParameters('weight', 'bias');
    const tracked = <T>(make: () => T): T | null => (trackRunningStats ? make() : null);
    this.registerBuffer('running_mean', tracked(() => empty([numFeatures], factory)));
    this.registerBuffer('running_var', tracked(() => empty([numFeatures], factory)));
    this.registerBuffer('num_batches_tracked', tracked(() => tensor(0, { dtype: int64, device: factory.device })));
    this.resetParameters();
  }

  get runningMean(): Tensor | null { return this.running_mean; }
  get runningVar(): Tensor | null { return this.running_var; }
  get numBatchesTracked(): Tensor | null { return this.num_batches_tracked; }

  /** Mean 0, variance 1, no batches seen. */
  resetRunningStats(): void {
    this.running_mean?.zero_();
    this.running_var?.fill_(1);
    this.num_batches_tracked?.zero_();
  }

  /** Weight 1, bias 0, and running statistics as in the beginning. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight) init.ones_(this.weight);
    if (this.bias) init.zeros_(this.bias);
  }

  override get _version(): number { return 2; }

  override _mendState(
    state: Map<string, unknown>, prefix: string, version: number | undefined, _report: LoadReport,
  ): void {
    // the number of batches came with version 2
    const key = `${prefix}num_batches_tracked`;
    if ((version ?? 0) < 2 && this.trackRunningStats && !state.has(key)) state.set(key, tensor(0, { dtype: int64 }));
  }

  override extraRepr(): string {
    return `${this.numFeatures}, eps=${float(this.eps)}, momentum=${this.momentum === null ? 'None' : float(this.momentum)}, affine=${bool(this.affine)}, track_running_stats=${bool(this.trackRunningStats)}`;
  }
}

/** @throws ValueError with PyTorch's text */
function checkDims(input: Tensor, allowed: readonly number[]): void {
  if (allowed.includes(input.dim())) return;
  throw new ValueError(`expected ${allowed.map((d) => `${d}D`).join(' or ')} input (got ${input.dim()}D input)`);
}

abstract class BatchNorm extends NormBase {
  constructor(private readonly dims: readonly number[], numFeatures: number, options: BatchNormLayerOptions) {
    super(numFeatures, options, true);
  }

  protected checkInput(input: Tensor): void { checkDims(input, this.dims); }

  override _forwardImpl(input: Tensor): Tensor {
    this.checkInput(input);
    const { training, eps, running_mean: mean, running_var: variance } = this;
    const tracks = training && this.trackRunningStats;
    if (tracks) this.num_batches_tracked?.add_(1);
    // without a momentum, the mean of all batches so far
    const count = this.momentum === null && tracks ? this.num_batches_tracked : null;
    if (count && count.device.type !== 'cpu') return this.averaging(input, count);
    const momentum = this.momentum ?? (count ? 1 / Number(count.hostValue()) : 0);
    const kept = !training || this.trackRunningStats;
    return batchNorm(input, kept ? mean : null, kept ? variance : null, this.weight, this.bias, {
      training: training || (mean === null && variance === null), momentum, eps,
    });
  }

  /** Training where the number of batches is not known at once: the statistics of this batch join the others as tensors. */
  private averaging(input: Tensor, count: Tensor): Tensor {
    const all = [this.running_mean!, this.running_var!], [mean, variance] = all.map((x) => x.clone());
    const output = batchNorm(input, mean, variance, this.weight, this.bias, { training: true, momentum: 1, eps: this.eps });
    [mean, variance].forEach((batch, k) => all[k].add_(batch.sub(all[k]).div(count)));
    return output;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html */
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([2, 3], numFeatures, options); }
}

/**
 * Each channel of images brought to mean 0 and variance 1 over the batch, then scaled and shifted by learned parameters.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 * @see https://arxiv.org/abs/1502.03167
 */
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([4], numFeatures, options); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html */
export class BatchNorm3d extends BatchNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([5], numFeatures, options); }
}

export interface SyncBatchNormOptions extends BatchNormLayerOptions {
  /** between which processes batches would be joined; here there is one */
  readonly processGroup?: unknown;
}

/**
 * Batch norm of inputs of any size (N, C, …), whose statistics several processes share. In one process it is `BatchNorm1d` and its kin, as in
 * PyTorch, which refuses inputs that are not on a GPU; here they are computed wherever they are.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SyncBatchNorm.html
 * @example new nn.SyncBatchNorm(3)(torch.randn(4, 3, 2, 2, 2, 2)).shape // [4, 3, 2, 2, 2, 2]
 */
export class SyncBatchNorm extends BatchNorm {
  readonly processGroup: unknown;

  constructor(numFeatures: number, options: SyncBatchNormOptions = {}) {
    const { processGroup = null, ...rest } = checked(new.target.name, options, 'eps');
    super([], numFeatures, rest);
    this.processGroup = processGroup;
  }

  /** @throws ValueError for inputs without channels */
  protected override checkInput(input: Tensor): void {
    if (input.dim() < 2) throw new ValueError(`expected at least 2D input (got ${input.dim()}D input)`);
    if (input.size(1) === 0) throw new ValueError('SyncBatchNorm number of input channels should be non-zero');
  }

  /**
   * The module with a `SyncBatchNorm` in the place of each batch norm, which has its parameters and buffers and is in training mode.
   * The module itself is changed, unless it is a batch norm.
   * @example nn.SyncBatchNorm.convertSyncBatchnorm(new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3)))
   */
  static convertSyncBatchnorm<M extends Module>(module: M, processGroup: unknown = null): M extends BatchNorm ? SyncBatchNorm : M {
    const converted = module instanceof BatchNorm ? SyncBatchNorm.of(module, processGroup) : module;
    for (const [name, child] of module.namedChildren()) converted.addModule(name, SyncBatchNorm.convertSyncBatchnorm(child, processGroup));
    return converted as M extends BatchNorm ? SyncBatchNorm : M;
  }

  private static of(norm: BatchNorm, processGroup: unknown): SyncBatchNorm {
    const { numFeatures, eps, momentum, affine, trackRunningStats, weight, bias, running_mean, running_var, num_batches_tracked } = norm;
    const sync = new SyncBatchNorm(numFeatures, { eps, momentum, affine, trackRunningStats, processGroup });
    return Object.assign(sync, affine ? { weight, bias } : {}, { running_mean, running_var, num_batches_tracked });
  }
}

abstract class InstanceNorm extends NormBase {
  constructor(
    private readonly dims: readonly [unbatched: number, batched: number], numFeatures: number,
    options: BatchNormLayerOptions,
  ) {
    super(numFeatures, options, false);
  }

  override _forwardImpl(input: Tensor): Tensor {
    checkDims(input, this.dims);
    return input.dim() === this.dims[1] ? this.normalized(input) : this.normalized(input.unsqueeze(0)).squeeze(0);
  }

  private normalized(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return instanceNorm(input, {
      runningMean: this.running_mean, runningVar: this.running_var, weight, bias, eps,
      useInputStats: this.training || !this.trackRunningStats, momentum: this.momentum ?? 0,
    });
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([2, 3], numFeatures, options); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([3, 4], numFeatures, options); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html */
export class InstanceNorm3d extends InstanceNorm {
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) { super([4, 5], numFeatures, options); }
}
