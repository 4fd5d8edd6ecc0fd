import { runPointwise } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { checked } from '../options.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { pointwise, unary, type OutOption, type Unary } from './define.js';
import { floating } from './dtype-checks.js';

const rectifier = unary('relu', (x) => e.max(x, 0));

function noBool(x: Tensor): Tensor {
  if (x.dtype.kind === 'bool') throw new RuntimeError('Boolean inputs not supported for relu');
  return x;
}

/**
 * 0 for negative elements, all else as it is.
 * @throws RuntimeError for bool tensors
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
 * @example torch.relu(torch.tensor([-1, 2])) // tensor([0., 2.])
 */
export const relu: Unary = Object.assign((x: Tensor, options?: OutOption): Tensor => rectifier(noBool(x), options), {
  op: rectifier.op, inplace: (x: Tensor): Tensor => rectifier.inplace(noBool(x)),
});

const preluOp = pointwise('prelu', ['value', 'value'], (x, weight) =>
  e.where(e.gt(floating(x, 'prelu_cpu'), 0), x, e.mul(weight, x)));

/**
 * `x` where positive, `weight · x` elsewhere.
 * @param weight one number, or one per channel (dimension 1)
 * @throws RuntimeError where there are not as many weights as channels
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html
 * @example torch.prelu(torch.tensor([-2, 2]), torch.tensor([0.25])) // tensor([-0.5000,  2.0000])
 */
export const prelu = Object.assign((x: Tensor, weight: Tensor): Tensor => {
  if (!(weight instanceof Tensor)) throw new TypeError(`prelu(): weight must be a Tensor, but got ${describe(weight)}`);
  if (weight.dim() > 1) {
    throw new RuntimeError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got ndim = ${weight.dim()}`);
  }
  if (weight.numel() === 1) return runPointwise(preluOp, [x, weight.reshape([])]);
  if (x.dim() === 0) throw new RuntimeError('Not allow zero-dim input tensor.');
  const channels = x.dim() > 1 ? x.shape[1] : 1;
  if (weight.numel() !== channels) {
    throw new RuntimeError(
      'Mismatch of parameter numbers and input channel size. ' +
      `Found parameter numbers = ${weight.numel()} and channel size = ${channels}.`);
  }
  return runPointwise(preluOp, [x, weight.reshape([channels, ...new Array<number>(x.dim() - 2).fill(1)])]);
}, { op: preluOp });

const hardshrinkOp = pointwise('hardshrink', ['value', 'param'], (x, lambd) =>
  e.where(e.le(e.abs(floating(x, 'hardshrink_cpu')), lambd), 0, x));

export interface ShrinkOptions {
  /** how close to 0 counts as 0, default 0.5 */
  readonly lambd?: number | undefined;
}

/**
 * 0 within ±λ, all else as it is.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html
 * @example torch.hardshrink(torch.tensor([-1, 0.3])) // tensor([-1.,  0.])
 */
export const hardshrink = Object.assign(
  (x: Tensor, options: ShrinkOptions = {}): Tensor => runPointwise(hardshrinkOp, [x, checked('hardshrink', options, 'lambd').lambd ?? 0.5]),
  { op: hardshrinkOp });

