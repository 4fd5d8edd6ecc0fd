import { addmm, RuntimeError, Tensor } from '@sconce/tensor';
import { autocastOperands, checked, checkTensor } from '@sconce/tensor/internal';

/**
 * `x · weightᵀ + bias` for (…, in) and a weight (out, in).
 * @throws RuntimeError with PyTorch's text for sizes that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 * @example F.linear(torch.ones(2, 3), torch.ones(4, 3)).shape // [2, 4]
 */
export function linear(input: Tensor, weight: Tensor, given?: Tensor | null | { readonly bias?: Tensor | null }): Tensor {
  let bias = given instanceof Tensor || !given ? given : checked('linear', given, 'bias').bias;
  checkTensor(input, 'linear');
  checkTensor(weight, 'linear', 'weight', 2);
  [input, weight, bias] = autocastOperands('linear', [input, weight, bias]);
  if (bias && input.dim() === 2) return addmm(bias, input, weight.t());
  if (bias && input.dim() === 3 && input.isContiguous()) {
    const [a, b, features] = input.shape;
    return addmm(bias, input.reshape(a * b, features), weight.t()).view(a, b, weight.shape[0]);
  }
  const result = input.matmul(weight.t());
  return bias ? result.add(bias) : result;
}

/**
 * `y[o] = x1 · weight[o] · x2 + bias[o]` for (…, in1), (…, in2) and a weight (out, in1, in2).
 * @throws RuntimeError with PyTorch's text for sizes that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.bilinear.html
 */
export function bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  if (input1.dim() !== input2.dim()) {
    throw new RuntimeError(`bilinear(): input dimensions do not match: got ${input1.dim()} and ${input2.dim()}`);
  }
  input1.shape.slice(0, -1).forEach((n, i) => {
    if (n !== input2.shape[i]) {
      throw new RuntimeError(`bilinear(): input batch dimensions do not match at dim ${i}: got ${n} and ${input2.shape[i]}`);
    }
  });
  [input1, input2].forEach((x, i) => {
    if (x.size(-1) !== weight.shape[i + 1]) {
      throw new RuntimeError(`bilinear(): input${i + 1} size does not match weight size: got ${x.size(-1)} but expected ${weight.shape[i + 1]}`);
    }
  });
  if (bias && bias.shape[0] !== weight.shape[0]) {
    throw new RuntimeError(`bilinear(): bias size does not match weight size: got ${bias.shape[0]} but expected ${weight.shape[0]}`);
  }
  const rows = input1.reshape(-1, weight.shape[1]), columns = input2.reshape(-1, weight.shape[2]);
  // (out, batch, in2) · x2, summed over in2
  const product = rows.matmul(weight).mul(columns).sum(-1).t().reshape([...input1.shape.slice(0, -1), weight.shape[0]]);
  return bias ? product.add(bias) : product;
}
