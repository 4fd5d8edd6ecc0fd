import { cat, int64, logSoftmax, RuntimeError, ValueError, zeros, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { ModuleList, Sequential } from '../containers.js';
import { Module } from '../module.js';
import { Linear, type FactoryOptions } from './linear.js';

export interface AdaptiveLogSoftmaxOptions extends FactoryOptions {
  /** each cluster's projection is so many times smaller than that before, default 4 */
  readonly divValue?: number | undefined;
  /** whether the head has a bias, default false */
  readonly headBias?: boolean | undefined;
}

/** The log probability of each target, and the loss: minus their mean. */
export type AdaptiveLogSoftmaxOutput = [output: Tensor, loss: Tensor] & { readonly output: Tensor; readonly loss: Tensor };

/**
 * The softmax loss over very many classes, sorted by how frequent they are: the frequent ones stand in the head, the
 * others in clusters whose projections are smaller, which are computed only for the rows that need them.
 * @param cutoffs the first class of each cluster
 * @throws ValueError for cutoffs that do not rise, or are not between 1 and nClasses - 1; RuntimeError for targets that are
 *   no class, or shapes that do not go together
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html
 * @see Grave et al. 2017, "Efficient softmax approximation for GPUs"
 * @example
 * const criterion = new nn.AdaptiveLogSoftmaxWithLoss(64, 10_000, [100, 1000]);
 * const { output, loss } = criterion(hidden, target);
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  /** with the number of classes at the end */
  readonly cutoffs: readonly number[];
  readonly divValue: number;
  readonly headBias: boolean;
  readonly shortlistSize: number;
  readonly nClusters: number;
  readonly headSize: number;
  readonly head: Linear;
  readonly tail: ModuleList<Sequential>;

  constructor(
    readonly inFeatures: number, readonly nClasses: number, cutoffs: readonly number[], options: AdaptiveLogSoftmaxOptions = {},
  ) {
    super();
    const { divValue = 4, headBias = false, ...factory } = checked('AdaptiveLogSoftmaxWithLoss', options);
    const rises = cutoffs.every((c, i) => Number.isInteger(c) && c > (cutoffs[i - 1] ?? 0) && c <= nClasses - 1);
    if (!rises || cutoffs.length === 0) {
      throw new ValueError('cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each ' +
        'value is between 1 and n_classes-1');
    }
    this.cutoffs = [...cutoffs, nClasses];
    this.divValue = divValue;
    this.headBias = headBias;
    this.shortlistSize = cutoffs[0];
    this.nClusters = cutoffs.length;
    this.headSize = this.shortlistSize + this.nClusters;
    this.head = new Linear(inFeatures, this.headSize, { bias: headBias, ...factory });
    this.tail = new ModuleList(cutoffs.map((cutoff, i) => {
      const hidden = Math.floor(inFeatures / divValue ** (i + 1));
      return new Sequential(
        new Linear(inFeatures, hidden, { bias: false, ...factory }),
        new Linear(hidden, this.cutoffs[i + 1] - cutoff, { bias: false, ...factory }));
    }));
  }

  /** Draws new parameters. */
  resetParameters(): void {
    this.head.resetParameters();
    for (const projection of this.tail) for (const layer of projection) (layer as Linear).resetParameters();
  }

  override forward(input: Tensor, target: Tensor): AdaptiveLogSoftmaxOutput {
    checkShapes(input, target);
    if (target.dim() === 1) return this.batched(input, target);
    const { output, loss } = this.batched(input.unsqueeze(0), target.unsqueeze(0));
    return result(output.squeeze(0), loss);
  }

  private batched(input: Tensor, target: Tensor): AdaptiveLogSoftmaxOutput {
    const n = target.size(0);
    // log probabilities within the cluster, and which of the head's outputs stands for the target
    let local = zeros([n], { dtype: input.dtype, device: input.device });
    let heads = zeros([n], { dtype: int64, device: target.device });
    let used = 0;
    this.cutoffs.forEach((high, i) => {
      const low = i === 0 ? 0 : this.cutoffs[i - 1];
      const rows = target.ge(low).logicalAnd(target.lt(high)).nonzero().squeeze(1);
      used += rows.numel();
      if (rows.numel() === 0) return;
      const targets = target.indexSelect(0, rows).sub(low);
      if (i === 0) heads = heads.indexCopy(0, rows, targets);
      else {
        const logProb = logSoftmax(this.tail.at(i - 1)(input.indexSelect(0, rows)), 1);
        local = local.indexCopy(0, rows, logProb.gather(1, targets.unsqueeze(1)).squeeze(1));
        heads = heads.indexFill(0, rows, this.shortlistSize + i - 1);
      }
    });
    if (used !== n) {
      throw new RuntimeError(`Target values should be in [0, ${this.nClasses - 1}], but values in range ` +
        `[${target.min().hostValue()}, ${target.max().hostValue()}] were found. `);
    }
    const head = logSoftmax(this.head(input), 1);
    const output = local.add(head.gather(1, heads.unsqueeze(1)).squeeze(1));
    return result(output, output.neg().mean());
  }

  /** The log probabilities of all classes: (N, nClasses) for an input of (N, inFeatures). */
  logProb(input: Tensor): Tensor {
    const head = logSoftmax(this.head(input), 1);
    const clusters = [...this.tail].map((projection, i) =>
      logSoftmax(projection(input), 1).add(head.narrow(1, this.shortlistSize + i, 1)));
    return cat([head.narrow(1, 0, this.shortlistSize), ...clusters], 1);
  }

  /** The most probable class of each row; the clusters are computed only for rows whose head says so. */
  predict(input: Tensor): Tensor {
    const found = this.head(input).argmax(1);
    const rows = found.ge(this.shortlistSize).nonzero().squeeze(1);
    if (rows.numel() === 0) return found;
    return found.indexCopy(0, rows, this.logProb(input.indexSelect(0, rows)).argmax(1));
  }
}

const result = (output: Tensor, loss: Tensor): AdaptiveLogSoftmaxOutput =>
  Object.assign([output, loss] as [Tensor, Tensor], { output, loss });

function checkShapes(input: Tensor, target: Tensor): void {
  const size = `torch.Size([${input.shape.join(', ')}])`;
  if (target.dim() > 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
  if (target.dim() === 0 && input.dim() !== 1) {
    throw new RuntimeError(`0D target tensor expects 1D input tensors, but found inputs with size ${size}`);
  }
  if (target.dim() === 0) return;
  if (input.size(0) !== target.size(0)) {
    throw new RuntimeError('Input and target should have the same size in the batch dimension.');
  }
  if (input.dim() !== 2) throw new RuntimeError(`1D target tensor expects 2D input tensors, but found inputs with size ${size}`);
}
