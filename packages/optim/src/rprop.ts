import { fullLike, ValueError, zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkNotNegative } from './checks.js';
import type { BaseOptions, ParamGroup, ParamsInput } from './optimizer.js';
import { pythonText } from './python-text.js';
import { inBothParts, SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface RpropOptions extends BaseOptions {
  /** factors of a step's size where the gradient has turned, and where it has not, default [0.5, 1.2] */
  readonly etas?: readonly [number, number] | undefined;
  /** smallest and largest size of a step, default [1e-6, 50] */
  readonly stepSizes?: readonly [number, number] | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface RpropState { step: number; prev: Tensor; stepSize: Tensor }

/**
 * Resilient propagation: a step size per element, from the gradient's sign alone. For full batches.
 * @throws ValueError for options out of their range
 * @see https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html
 * @see Riedmiller and Braun 1993, "A direct adaptive method for faster backpropagation learning"
 * @example const optimizer = new torch.optim.Rprop(net.parameters(), { lr: 0.01 });
 */
export class Rprop extends SingleTensorOptimizer<RpropOptions, RpropState> {
  constructor(params: ParamsInput<RpropOptions>, options: RpropOptions = {}) {
    const { lr = 1e-2, etas = [0.5, 1.2], stepSizes = [1e-6, 50], maximize = false } = checked('Rprop', options, 'lr');
    checkNotNegative('learning rate', lr);
    if (!(etas[0] > 0 && etas[0] < 1 && etas[1] > 1)) {
      throw new ValueError(`Invalid eta values: ${pythonText(etas[0])}, ${pythonText(etas[1])}`);
    }
    const defaults = { lr, etas, stepSizes, foreach: null, maximize };
    super(params, defaults, options);
  }

  protected init(param: Tensor, { lr }: ParamGroup<RpropOptions>): RpropState {
    return { step: 0, prev: zerosLike(param), stepSize: fullLike(param, inBothParts(param, lr)) };
  }

  protected apply(param: Tensor, grad: Tensor, state: RpropState, group: ParamGroup<RpropOptions>): void {
    const { etas: [etaMinus, etaPlus], stepSizes: [smallest, largest] } = group, { prev, stepSize } = state;
    state.step++;
    const sign = grad.mul(prev).sign(), turned = sign.lt(0);
    const factor = sign.maskedFill(sign.gt(0), etaPlus).maskedFill_(turned, etaMinus).maskedFill_(sign.eq(0), 1);
    stepSize.mul_(factor).clamp_(smallest, largest);
    // where the gradient has turned, the parameter stays
    const kept = grad.maskedFill(turned, 0);
    param.addcmul_(kept.sign(), stepSize, { value: -1 });
    prev.copy_(kept);
  }
}
