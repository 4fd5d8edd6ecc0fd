import { empty, RuntimeError, Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';

/**
 * A tensor that is a parameter of the module that it is assigned to: it appears in `module.parameters()`, is trained and is
 * saved. It shares the memory of the tensor that it is made of.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 * @example
 * class Scale extends nn.Module {
 *   factor = new nn.Parameter(torch.ones(1));
 *   forward(x: torch.Tensor) { return x.mul(this.factor); }
 * }
 * [...new Scale().parameters()].length // 1
 */
export class Parameter extends Tensor {
  /**
   * @param data the values; default: none
   * @param options.requiresGrad whether it is trained, default true
   */
  constructor(data: Tensor = empty(0), options: { readonly requiresGrad?: boolean } = {}) {
    const { requiresGrad = true } = checked(new.target.name, options);
    if (!(data instanceof Tensor)) throw new TypeError(`Parameter data must be a Tensor, but got ${typeof data}`);
    super(data.storage, data.dtype, data.layout);
    if (requiresGrad && !data.isFloatingPoint()) {
      throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients');
    }
    if (requiresGrad) this.requiresGrad = true;
  }

  override toString(): string { return `Parameter containing:\n${super.toString()}`; }
}
