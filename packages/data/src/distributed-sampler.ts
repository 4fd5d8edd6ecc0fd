import { Generator, randperm, RuntimeError, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { sizeOf, type Sized } from './indices.js';
import { Sampler } from './sampler.js';

export interface DistributedSamplerOptions {
  /** how many share the data */
  readonly numReplicas: number;
  /** which of them this one is, from 0 on */
  readonly rank: number;
  /** default true */
  readonly shuffle?: boolean | undefined;
  /** of the order, the same for all; default 0 */
  readonly seed?: number | undefined;
  /** leave out what does not divide among them, rather than give some items twice; default false */
  readonly dropLast?: boolean | undefined;
}

/**
 * One replica's share of the items, in PyTorch's order: every `numReplicas`th from `rank` on. As there are no process groups here, both
 * have to be given.
 *
 * The order is the same in each round unless `setEpoch` is called before.
 * @throws RuntimeError without a number of replicas or a rank, ValueError for a rank that there is not
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler
 * @example
 * const sampler = new DistributedSampler({ length: 5 }, { numReplicas: 2, rank: 1, shuffle: false });
 * [...sampler] // [1, 3, 0]
 */
export class DistributedSampler extends Sampler {
  readonly numReplicas: number;
  readonly rank: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly dropLast: boolean;
  /** how many items each replica has */
  readonly numSamples: number;
  /** how many all of them have */
  readonly totalSize: number;
  epoch = 0;

  constructor(readonly dataset: Sized, options: DistributedSamplerOptions) {
    const { numReplicas, rank, shuffle = true, seed = 0, dropLast = false } = checked('DistributedSampler', options ?? {}, 'numReplicas');
    super();
    if (numReplicas === undefined || rank === undefined) {
      throw new RuntimeError('Default process group has not been initialized, please make sure to call init_process_group: ' +
        'there are none here, so give numReplicas and rank');
    }
    if (rank >= numReplicas || rank < 0) {
      throw new ValueError(`Invalid rank ${rank}, rank should be in the interval [0, ${numReplicas - 1}]`);
    }
    this.numReplicas = numReplicas;
    this.rank = rank;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
    const share = sizeOf(dataset) / numReplicas;
    this.numSamples = dropLast ? Math.floor(share) : Math.ceil(share);
    this.totalSize = this.numSamples * numReplicas;
  }

  get length(): number { return this.numSamples; }

  * [Symbol.iterator](): Iterator<number> {
    const n = sizeOf(this.dataset);
    const order = this.shuffle ? randperm(n, { generator: new Generator().manualSeed(this.seed + this.epoch) }).numpy() : undefined;
    // the first ones come again where items do not divide
    for (let i = this.rank; i < this.totalSize; i += this.numReplicas) yield order ? Number(order[i % n]) : i % n;
  }

  /** Says which order the next round has. @example for (let epoch = 0; epoch < 2; epoch++) sampler.setEpoch(epoch) */
  setEpoch(epoch: number): void { this.epoch = epoch; }
}
