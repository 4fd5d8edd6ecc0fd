import { ValueError, zerosLike, type Tensor } from '@sconce/tensor';
import { checked, expr, runUpdate, updateOp, type Expr, type UpdateOp } from '@sconce/tensor/internal';
import { checkNumber } from './checks.js';
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
    const { lr, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false, maximize = false } = checked('SGD', options, 'lr');
    if (lr !== undefined) checkNumber('learning rate', lr);
    if (lr !== undefined && lr < 0) throw new ValueError(`Invalid learning rate: ${pythonText(lr)}`);
    if (momentum < 0) throw new ValueError(`Invalid momentum value: ${pythonText(momentum)}`);
    if (weightDecay < 0) throw new ValueError(`Invalid weight_decay value: ${pythonText(weightDecay)}`);
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ValueError('Nesterov momentum requires a momentum and zero dampening');
    }
    const defaults = {
      lr, momentum, dampening, weightDecay, nesterov, maximize, foreach: null, differentiable: false,
    };
    super(params, defaults as typeof defaults & Resolved<SGDOptions>, options);
  }

  protected init(): SGDState { return { momentumBuffer: null }; }

  protected apply(param: Tensor, grad: Tensor, state: SGDState, group: ParamGroup<SGDOptions>): void {
    const { lr, momentum, dampening, weightDecay, nesterov } = group;
    // a penalty of 0 is left out rather than multiplied by: an infinite weight would become NaN
    const steps = weightDecay === 0 ? plain : penalized, penalty = weightDecay === 0 ? [] : [weightDecay];
    if (momentum === 0) return runUpdate(steps.sgd, [param, grad], [lr, ...penalty]);
    // the first direction is the gradient itself, whatever the dampening
    const first = state.momentumBuffer === null;
    const buffer = (state.momentumBuffer ??= zerosLike(param));
    runUpdate(nesterov ? steps.nesterov : steps.momentum, [param, buffer, grad],
      [lr, momentum, first ? 1 : 1 - dampening, ...penalty]);
  }
}

/** The gradient of the loss, with an L2 penalty where there is one. */
const decayed = (grad: Expr, param: Expr, penalty: Expr | undefined): Expr =>
  (penalty ? expr.add(grad, expr.mul(penalty, param)) : grad);
const descend = (param: Expr, direction: Expr, lr: Expr): Expr => expr.sub(param, expr.mul(lr, direction));

const withMomentum = (name: string, ahead: boolean): UpdateOp => updateOp({
  name, writes: 2,
  update([param, buffer, grad], [lr, momentum, keep, penalty]) {
    const d = decayed(grad, param, penalty);
    const velocity = expr.add(expr.mul(momentum, buffer), expr.mul(keep, d));
    return [descend(param, ahead ? expr.add(d, expr.mul(momentum, velocity)) : velocity, lr), velocity];
  },
});

const updates = () => ({
  sgd: updateOp({
    name: 'sgd', writes: 1, update: ([param, grad], [lr, penalty]) => [descend(param, decayed(grad, param, penalty), lr)],
  }),
  momentum: withMomentum('sgdMomentum', false),
  nesterov: withMomentum('sgdNesterov', true),
});
const plain = updates(), penalized = updates();
