import { ValueError, type Tensor } from '@sconce/tensor';
import { pythonText } from './python-text.js';
import type { BaseOptions, ParamGroup, ParamsInput, Resolved } from './optimizer.js';
import { SingleTensorOptimizer } from './single-tensor-optimizer.js';

export interface SGDOptions extends BaseOptions {
  /** share of the last step's direction that is kept, default 0 */
  readonly momentum?: number | undefined;
  /** share of the gradient that momentum leaves out, default 0 */
  readonly dampening?: number | undefined;
  /** L2 penalty, default 0 */
  readonly weightDecay?: number | undefined;
  /** look ahead along the momentum, default false */
  readonly nesterov?: boolean | undefined;
  /** go up instead of down, default false */
  readonly maximize?: boolean | undefined;
}

interface SGDState { momentumBuffer: Tensor | null }

/**
 * Stochastic gradient descent, with momentum if wanted.
 * @throws ValueError for negative options, and where `lr` is missing
 * @see https://pytorch.org/docs/stable/generated/torch.optim.SGD.html
 * @see Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning"
 * @example
 * const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
 * optimizer.zeroGrad();
 * lossFn(net(input), target).backward();
 * optimizer.step();
 */
export class SGD extends SingleTensorOptimizer<SGDOptions, SGDState> {
  constructor(params: ParamsInput<SGDOptions>, options: SGDOptions = {}) {
    const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = options;
    if (lr !== undefined && lr < 0) throw new ValueError(`Invalid learning rate: ${pythonText(lr)}`);
    if (momentum < 0) throw new ValueError(`Invalid momentum value: ${pythonText(momentum)}`);
    if (weightDecay < 0) throw new ValueError(`Invalid weight_decay value: ${pythonText(weightDecay)}`);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
    }
    const defaults = {
      lr, momentum, dampening, weightDecay, nesterov, maximize, foreach: null, differentiable: false,
    };
    super(params, defaults as typeof defaults & Resolved<SGDOptions>);
  }

  protected init(): SGDState { return { momentumBuffer: null }; }

  protected apply(param: Tensor, grad: Tensor, state: SGDState, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov } = group;
    let d = weightDecay === 0 ? grad : grad.add(param, { alpha: weightDecay });
    if (momentum !== 0) {
      if (state.momentumBuffer === null) state.momentumBuffer = d.detach().clone();
      else state.momentumBuffer.mul_(momentum).add_(d, { alpha: 1 - dampening });
      d = nesterov ? d.add(state.momentumBuffer, { alpha: momentum }) : state.momentumBuffer;
    }
    param.add_(d, { alpha: -lr });
  }
}
