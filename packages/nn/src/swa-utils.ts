import { noGrad } from '@sconce/autograd';
import { int64, onesLike, tensor, Tensor, where, zerosLike, type DeviceLike } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { deepcopy } from './deepcopy.js';
import { BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm } from './layers/batch-norm.js';
import { Module, type Layer } from './module.js';

/** The new average of a parameter, from the one before, the model's value, and how many values it is made of so far. */
export type AvgFn = (averaged: Tensor, current: Tensor, numAveraged: Tensor) => Tensor;

export interface AveragedModelOptions {
  /** where the averages are kept; default: where the model is */
  readonly device?: DeviceLike | undefined;
  /** default: the mean of all values */
  readonly avgFn?: AvgFn | undefined;
  /** averages buffers as well; default false */
  readonly useBuffers?: boolean | undefined;
}

const mean: AvgFn = (averaged, current, numAveraged) => averaged.add(current.sub(averaged).div(numAveraged.add(1)));

/**
 * A copy of a model whose parameters are averages of the model's, as they were at each `updateParameters`: stochastic
 * weight averaging, or with an `avgFn` of one's own a moving average.
 * @see https://pytorch.org/docs/stable/optim.html#stochastic-weight-averaging
 * @see Izmailov et al. 2018, "Averaging Weights Leads to Wider Optima and Better Generalization"
 * @example
 * const swaModel = new AveragedModel(net);
 * const emaModel = new AveragedModel(net, { avgFn: (averaged, current) => averaged.mul(0.9).add(current.mul(0.1)) });
 * for (const [x, y] of batches) {
 *   step(net, x, y);
 *   swaModel.updateParameters(net);
 * }
 */
export class AveragedModel<M extends Module = Layer> extends Module {
  readonly module: M;
  readonly avgFn: AvgFn;
  readonly useBuffers: boolean;
  /** a buffer, by PyTorch's name */
  declare n_averaged: Tensor;

  constructor(model: M, options: AveragedModelOptions = {}) {
    super();
    const { device, avgFn = mean, useBuffers = false } = checked('AveragedModel', options);
    this.module = deepcopy(model);
    if (device !== undefined) this.module.to(device);
    this.registerBuffer('n_averaged', tensor(0, { dtype: int64, device }));
    this.avgFn = avgFn;
    this.useBuffers = useBuffers;
  }

  /** How many values the averages are made of. */
  get nAveraged(): Tensor { return this.n_averaged; }

  override forward(...args: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module(...args) as ReturnType<M['forward']>;
  }

  /** Takes the parameters that `model` has now into the averages; the first are taken over as they are. */
  updateParameters(model: Module): void {
    noGrad(() => {
      const averages = this.averaged(this.module), currents = this.averaged(model);
      averages.forEach((average, i) => {
        const current = currents[i].detach().to(average.device);
        average.copy_(this.next(average.detach(), current));
      });
      this.n_averaged.add_(1);
    });
  }

  private averaged(model: Module): Tensor[] {
    return [...model.parameters(), ...(this.useBuffers ? model.buffers() : [])];
  }

  private next(average: Tensor, current: Tensor): Tensor {
    const count = this.n_averaged.to(average.device);
    if (count.device.type === 'cpu') return Number(count.hostValue()) === 0 ? current : this.avgFn(average, current, count);
    // elsewhere the count cannot be read at once
    return where(count.eq(0), current, this.avgFn(average, current, count));
  }
}

type BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d | SyncBatchNorm;

const isBatchNorm = (module: Module): module is BatchNorm =>
  [BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm].some((norm) => module instanceof norm);

/**
 * Computes the running statistics of a model's batch norms anew, from one round through the data: averaged weights have
 * other activations than those that the statistics were of.
 * @param loader gives tensors, or lists whose first item is the model's input
 * @param options.device where the inputs are sent first
 * @see https://pytorch.org/docs/stable/optim.html#taking-care-of-batch-normalization
 * @example await updateBn(loader, swaModel);
 */
export async function updateBn(
  loader: AsyncIterable<Tensor | readonly unknown[]> | Iterable<Tensor | readonly unknown[]>, model: Module,
  options: { readonly device?: DeviceLike | undefined } = {},
): Promise<void> {
  const { device } = checked('updateBn', options, 'device');
  const momenta = new Map<BatchNorm, number | null>();
  for (const module of model.modules()) {
    if (!isBatchNorm(module)) continue;
    if (module.running_mean) module.running_mean = zerosLike(module.running_mean);
    if (module.running_var) module.running_var = onesLike(module.running_var);
    momenta.set(module, module.momentum);
  }
  if (momenta.size === 0) return;
  const wasTraining = model.training;
  model.train();
  for (const module of momenta.keys()) {
    module.momentum = null;
    module.num_batches_tracked?.zero_();
  }
  try {
    for await (const batch of loader) {
      const input = (Array.isArray(batch) ? batch[0] : batch) as Tensor;
      noGrad(() => (model as Layer)(device === undefined ? input : input.to(device)));
    }
  } finally {
    for (const [module, momentum] of momenta) module.momentum = momentum;
    model.train(wasTraining);
  }
}
