import { Function as AutogradFunction, onceDifferentiable, type FunctionContext } from '@sconce/autograd';
import { RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import { pad } from './padding.js';
import { avgPool3d } from './pooling.js';

export interface CrossMapSettings { readonly size: number; readonly alpha: number; readonly beta: number; readonly k: number }
interface Context extends FunctionContext { settings?: CrossMapSettings; scale?: Tensor }

/** For each channel the sum from `before` channels below it to `after` above. x (N, C, H, W) */
const sumOfChannels = (x: Tensor, before: number, after: number): Tensor =>
  avgPool3d(pad(x.unsqueeze(1), [0, 0, 0, 0, before, after]), [before + after + 1, 1, 1], { stride: 1, divisorOverride: 1 }).squeeze(1);

/** PyTorch's sums of windows: channel 0 stays in all of them. x (N, C, H, W), `reach` channels to both sides */
function sumOfWindows(x: Tensor, reach: number): Tensor {
  const sums = sumOfChannels(x, reach, reach), first = reach + 1, rest = x.size(1) - first;
  if (rest > 0) sums.narrow(1, first, rest).add_(x.narrow(1, 0, 1));
  return sums;
}

class CrossMapLRN2d extends AutogradFunction {
  static override forward(ctx: Context, input: Tensor, settings: CrossMapSettings): Tensor {
    if (input.dim() !== 4) throw new ValueError(`expected 4D input (got ${input.dim()}D input)`);
    const { size, alpha, beta, k } = settings;
    const scale = sumOfWindows(input.pow(2), Math.trunc((size - 1) / 2)).mul_(alpha / size).add_(k), output = scale.pow(-beta).mul_(input);
    Object.assign(ctx, { settings, scale });
    ctx.saveForBackward(input, output);
    return output;
  }

  static override backward = onceDifferentiable((ctx: Context, grad: Tensor): [Tensor, null] => {
    const [input, output] = ctx.savedTensors, { settings, scale } = ctx as Required<Context>, { size, alpha, beta } = settings;
    // the windows of PyTorch's gradient are one channel below those of its values
    const before = Math.trunc(size - (size - 1) / 2), after = size - 1 - before, channels = input.size(1);
    if (after < 0) throw new RuntimeError(`start (${before}) + length (${channels}) exceeds dimension size (${channels + size - 1}).`);
    const ratios = sumOfChannels(grad.mul(output).div(scale), before, after);
    return [scale.pow(-beta).mul(grad).sub(input.mul(ratios).mul(2 * alpha * beta / size)), null];
  });
}

/** @throws ValueError unless the input has 4 dimensions; RuntimeError for the gradient of a `size` of 1 */
export const crossMapLrn2d = (input: Tensor, settings: CrossMapSettings): Tensor => CrossMapLRN2d.apply(input, settings);
