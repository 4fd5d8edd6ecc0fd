import { maximum, zerosLike, type Tensor } from '@sconce/tensor';
import { checkBetas, checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup } from './optimizer.js';

export interface AdamOptions extends BaseOptions {
  /** coefficients of the running averages of the gradient and of its square, default [0.9, 0.999] */
  readonly betas?: readonly [number, number] | undefined;
  /** added to the denominator, default 1e-8 */
  readonly eps?: number | undefined;
  /** Adam: L2 penalty, default 0. AdamW: the share of a weight that is taken away, times lr, default 0.01 */
  readonly weightDecay?: number | undefined;
  /** divide by the largest average so far, default false */
  readonly amsgrad?: boolean | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

/** The options of optimizers that keep running averages of the gradient. */
interface Averaging {
  readonly lr: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
}

/** @throws ValueError for options out of their range */
export function checkAveraging({ lr, betas, eps, weightDecay }: Averaging): void {
  checkNotNegative('learning rate', lr);
  checkNotNegative('epsilon value', eps);
  checkBetas(betas);
  checkNotNegative('weight_decay value', weightDecay);
}

export interface AdamState { step: number; expAvg: Tensor; expAvgSq: Tensor; maxExpAvgSq?: Tensor }

export function adamState(param: Tensor, { amsgrad }: ParamGroup<AdamOptions>): AdamState {
  const state: AdamState = { step: 0, expAvg: zerosLike(param), expAvgSq: zerosLike(param) };
  return amsgrad ? { ...state, maxExpAvgSq: zerosLike(param) } : state;
}

/** What Adam and AdamW share: they differ in how weights decay. */
export function adamStep(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>): void {
  const { lr, betas: [beta1, beta2], eps, amsgrad } = group, { expAvg, expAvgSq } = state;
  const step = ++state.step;
  expAvg.mul_(beta1).add_(grad, { alpha: 1 - beta1 });
  expAvgSq.mul_(beta2).addcmul_(grad, grad, { value: 1 - beta2 });
  let average = expAvgSq;
  if (amsgrad) {
    average = state.maxExpAvgSq ??= zerosLike(param);
    maximum(average, expAvgSq, { out: average });
  }
  const denominator = average.sqrt().div_(Math.sqrt(1 - beta2 ** step)).add_(eps);
  param.addcdiv_(expAvg, denominator, { value: -lr / (1 - beta1 ** step) });
}
