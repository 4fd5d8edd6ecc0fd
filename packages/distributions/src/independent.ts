import { NotImplementedError, type Tensor, ValueError } from '@sconce/tensor';
import type { DistributionOptions } from './arguments.js';
import { independent, type Constraint } from './constraints.js';
import { Distribution, type EnumerateOptions } from './distribution.js';
import { sumRightmost, type Shape } from './utils.js';

/**
 * Takes the last dimensions of a batch as one event: `logProb` sums over them.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.independent.Independent
 * @example
 * const { Independent, Normal } = torch.distributions;
 * const m = new Independent(new Normal(torch.zeros(3), torch.ones(3)), 1);
 * [m.batchShape, m.eventShape] // [[], [3]]
 */
export class Independent<D extends Distribution = Distribution> extends Distribution {
  declare readonly baseDist: D;
  declare readonly reinterpretedBatchNdims: number;

  /** @throws ValueError for more dimensions than the batch has */
  constructor(baseDist: D, reinterpretedBatchNdims: number, options: DistributionOptions = {}) {
    const { batchShape, eventShape } = baseDist, shape = [...batchShape, ...eventShape];
    if (reinterpretedBatchNdims > batchShape.length) {
      throw new ValueError('Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), ' +
        `actual ${reinterpretedBatchNdims} vs ${batchShape.length}`);
    }
    const cut = batchShape.length - reinterpretedBatchNdims;
    super(shape.slice(0, cut), shape.slice(cut), options, { baseDist, reinterpretedBatchNdims });
  }

  override get support(): Constraint {
    const { support } = this.baseDist, n = this.reinterpretedBatchNdims;
    return n > 0 ? independent(support, n) : support;
  }
  override get hasRsample() { return this.baseDist.hasRsample; }
  override get hasEnumerateSupport() { return this.reinterpretedBatchNdims === 0 && this.baseDist.hasEnumerateSupport; }
  override get mean() { return this.baseDist.mean; }
  override get mode() { return this.baseDist.mode; }
  override get variance() { return this.baseDist.variance; }

  override sample(sampleShape?: Shape): Tensor { return this.baseDist.sample(sampleShape); }
  override rsample(sampleShape?: Shape): Tensor { return this.baseDist.rsample(sampleShape); }
  override logProb(value: Tensor): Tensor { return sumRightmost(this.baseDist.logProb(value), this.reinterpretedBatchNdims); }
  override entropy(): Tensor { return sumRightmost(this.baseDist.entropy(), this.reinterpretedBatchNdims); }

  override enumerateSupport(options?: EnumerateOptions | boolean): Tensor {
    if (this.reinterpretedBatchNdims > 0) throw new NotImplementedError('Enumeration over cartesian product is not implemented');
    return this.baseDist.enumerateSupport(options);
  }

  override expand(batchShape: Shape): this {
    const baseDist = this.baseDist.expand([...batchShape, ...this.eventShape.slice(0, this.reinterpretedBatchNdims)]);
    return this.copied({ batchShape, baseDist });
  }

  override toString(): string { return `${this.constructor.name}(${this.baseDist}, ${this.reinterpretedBatchNdims})`; }
}
