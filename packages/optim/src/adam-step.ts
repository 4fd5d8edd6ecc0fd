import { zerosLike, type Tensor } from '@sconce/tensor';
import { expr, runUpdate, updateOp, type Expr } from '@sconce/tensor/internal';
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
export function adamStep(param: Tensor, grad: Tensor, state: AdamState, group: ParamGroup<AdamOptions>, decay: Decay): void {
  const { lr, betas: [beta1, beta2], eps, amsgrad, weightDecay } = group, { expAvg, expAvgSq } = state;
  const step = ++state.step;
  const penalty = decay === 'penalty' ? weightDecay : 0, shrink = decay === 'shrink' ? 1 - lr * weightDecay : 1;
  const numbers = [
    beta1, 1 - beta1, beta2, 1 - beta2, lr / (1 - beta1 ** step), Math.sqrt(1 - beta2 ** step), eps, shrink, penalty,
  ];
  const largest = amsgrad ? [(state.maxExpAvgSq ??= zerosLike(param))] : [];
  // a penalty of 0 is left out rather than multiplied by: an infinite weight would become NaN
  const update = penalty === 0 ? plain : penalized;
  runUpdate(amsgrad ? update.amsgrad : update.adam, [param, expAvg, expAvgSq, ...largest, grad],
    penalty === 0 ? numbers.slice(0, -1) : numbers);
}

/** How weights decay: by an L2 penalty on the loss, or by shrinking before each step. */
export type Decay = 'penalty' | 'shrink';

const { add, div, max, mul, sqrt, sub } = expr;

/** The new parameter and averages, in PyTorch's order (large gradients overflow where they do there); `largest` takes the place of the second average in the denominator. */
function adam(param: Expr, average: Expr, square: Expr, largest: Expr | null, grad: Expr, numbers: readonly Expr[]): Expr[] {
  const [beta1, rest1, beta2, rest2, stepSize, correction, eps, shrink, penalty] = numbers;
  const g = penalty ? add(grad, mul(penalty, param)) : grad;
  const m = add(mul(beta1, average), mul(rest1, g)), v = add(mul(beta2, square), mul(mul(rest2, g), g));
  const top = largest && max(largest, v);
  const denominator = add(div(sqrt(top ?? v), correction), eps);
  const next = sub(mul(shrink, param), div(mul(stepSize, m), denominator));
  return top ? [next, m, v, top] : [next, m, v];
}

const updates = () => ({
  adam: updateOp({
    name: 'adam', writes: 3, update: ([p, m, v, g], numbers) => adam(p, m, v, null, g, numbers),
  }),
  amsgrad: updateOp({
    name: 'adamAmsgrad', writes: 4, update: ([p, m, v, largest, g], numbers) => adam(p, m, v, largest, g, numbers),
  }),
});
const plain = updates(), penalized = updates();
