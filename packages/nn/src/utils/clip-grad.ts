import { noGrad } from '@sconce/autograd';
import { RuntimeError, stack, Tensor, tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';

export interface ClipGradNormOptions {
  /** which norm, default 2; Infinity for the largest value */
  readonly normType?: number | undefined;
  /** throw where the norm is NaN or infinite, default false */
  readonly errorIfNonfinite?: boolean | undefined;
}

const gradients = (parameters: Tensor | Iterable<Tensor>): Tensor[] =>
  [...(parameters instanceof Tensor ? [parameters] : parameters)].flatMap((p) => (p.grad ? [p.grad.detach()] : []));

/**
 * Scales gradients down, in place, so that the norm of all of them together is at most `maxNorm`. Gives the norm before.
 * @throws RuntimeError for a norm that is not finite, if asked to
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 * @example nn.utils.clipGradNorm_(net.parameters(), 1);
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>, maxNorm: number, options: ClipGradNormOptions = {},
): Tensor {
  const { normType = 2, errorIfNonfinite = false } = checked('clipGradNorm_', options);
  return noGrad(() => {
    const grads = gradients(parameters);
    if (grads.length === 0) return tensor(0);
    const norms = stack(grads.map((g) => (normType === Infinity ? g.abs().max() : g.norm(normType)).to(grads[0].device)));
    const total = normType === Infinity ? norms.max() : norms.norm(normType);
    if (errorIfNonfinite && !total.isfinite().hostValue()) {
      throw new RuntimeError(
        `The total norm of order ${floatText(normType)} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``);
    }
    const scale = total.add(1e-6).reciprocal().mul(maxNorm).clampMax(1);
    for (const g of grads) g.mul_(scale.to(g.dtype));
    return total;
  });
}

/** A number as Python prints a float. */
const floatText = (x: number): string =>
  (Number.isInteger(x) ? `${x}.0` : String(x).replace('Infinity', 'inf'));

/**
 * Limits every value of the gradients to ±`clipValue`, in place.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  noGrad(() => { for (const g of gradients(parameters)) g.clamp_(-clipValue, clipValue); });
}
