import { tensor, Tensor, ValueError } from '@sconce/tensor';
import { typeName } from '../type-name.js';
import { Transform } from './transform.js';

/**
 * Normalizes a float picture by channel: `(x - mean) / std`.
 * @param mean one number per channel, or one for all
 * @param std one number per channel, or one for all
 * @param options.inplace writes the result into the picture; default false
 * @throws TypeError for what is not a float tensor; ValueError for fewer than three dimensions, or a std of zero
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html
 * @example new transforms.Normalize([0.1307], [0.3081])(torch.rand(1, 28, 28))
 */
export class Normalize extends Transform {
  readonly inplace: boolean;
  #constants: { readonly mean: Tensor; readonly std: Tensor } | undefined;

  constructor(
    readonly mean: readonly number[] | number, readonly std: readonly number[] | number,
    { inplace = false }: { inplace?: boolean } = {},
  ) {
    super();
    this.inplace = inplace;
  }

  forward(picture: Tensor): Tensor {
    if (!(picture instanceof Tensor)) throw new TypeError(`img should be Tensor Image. Got ${typeName(picture)}`);
    if (!picture.isFloatingPoint()) {
      throw new TypeError(`Input tensor should be a float tensor. Got ${picture.dtype}.`);
    }
    if (picture.ndim < 3) {
      throw new ValueError('Expected tensor to be a tensor image of size (..., C, H, W). ' +
        `Got tensor.size() = torch.Size([${picture.shape.join(', ')}])`);
    }
    const { mean, std } = this.#for(picture);
    return (this.inplace ? picture : picture.clone()).sub_(mean).div_(std);
  }

  /** Mean and deviation as tensors that go with the picture; kept, because the next picture is of the same kind. */
  #for({ dtype, device }: Tensor): { readonly mean: Tensor; readonly std: Tensor } {
    const known = this.#constants;
    if (known && known.mean.dtype === dtype && known.mean.device === device) return known;
    const [mean, std] = [this.mean, this.std].map((values) => {
      const constant = tensor(values, { dtype });
      return constant.ndim === 1 ? constant.view(-1, 1, 1) : constant;
    }) as [Tensor, Tensor];
    if ((std.numpy() as Float32Array).includes(0)) {
      throw new ValueError(`std evaluated to zero after conversion to ${dtype}, leading to division by zero.`);
    }
    return (this.#constants = { mean: mean.to(device), std: std.to(device) });
  }

  override toString(): string {
    return `${this.constructor.name}(mean=${show(this.mean)}, std=${show(this.std)})`;
  }
}

const show = (values: readonly number[] | number): string =>
  typeof values === 'number' ? `${values}` : `[${values.join(', ')}]`;
