import { logSoftmax as logSoftmaxOf, RuntimeError, softmax as softmaxOf, Tensor, type DType } from '@sconce/tensor';
import { activations, checked, dimAndOptions, numbersThenOptions, warnOnce } from '@sconce/tensor/internal';

type LeakyReluOptions = NonNullable<Parameters<typeof activations.leakyRelu>[1]>;
type EluOptions = NonNullable<Parameters<typeof activations.elu>[1]>;
type RreluOptions = NonNullable<Parameters<typeof activations.rrelu>[1]>;
type HardtanhOptions = NonNullable<Parameters<typeof activations.hardtanh>[1]>;

export const {
  celu, elu, gelu, hardshrink, hardsigmoid, hardswish, hardtanh, leakyRelu, logsigmoid, mish, prelu, relu, relu6, rrelu, selu,
  sigmoid, silu, softplus, softshrink, softsign, tanh, tanhshrink, threshold,
} = activations;

/** As `relu`, written over the tensor. */
export const relu_ = (input: Tensor): Tensor => input.relu_();
/** As `leakyRelu`, written over the tensor. */
export const leakyRelu_ = (input: Tensor, options: Omit<LeakyReluOptions, 'inplace'> = {}): Tensor =>
  leakyRelu(input, { ...checked('leakyRelu_', options, 'negativeSlope'), inplace: true });
/** As `elu`, written over the tensor. */
export const elu_ = (input: Tensor, options: Omit<EluOptions, 'inplace'> = {}): Tensor =>
  elu(input, { ...checked('elu_', options, 'alpha'), inplace: true });
/** As `celu`, written over the tensor. */
export const celu_ = (input: Tensor, options: Omit<EluOptions, 'inplace'> = {}): Tensor =>
  celu(input, { ...checked('celu_', options, 'alpha'), inplace: true });
/** As `selu`, written over the tensor. */
export const selu_ = (input: Tensor): Tensor => selu(input, { inplace: true });
/** As `rrelu`, written over the tensor. */
export const rrelu_ = (input: Tensor, options: Omit<RreluOptions, 'inplace'> = {}): Tensor =>
  rrelu(input, { ...checked('rrelu_', options, 'lower'), inplace: true });
/** As `hardtanh`, written over the tensor. */
export const hardtanh_ = (input: Tensor, options: Omit<HardtanhOptions, 'inplace'> = {}): Tensor =>
  hardtanh(input, { ...checked('hardtanh_', options, 'minVal'), inplace: true });
/** As `threshold`, written over the tensor. */
export const threshold_ = (input: Tensor, limit: number, value: number): Tensor =>
  threshold(input, limit, value, { inplace: true });

/**
 * The first half of a dimension, times the sigmoid of the second.
 * @throws RuntimeError for a dimension of odd size
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html
 */
export function glu(input: Tensor, ...args: [dim?: number] | [options: { readonly dim?: number }]): Tensor {
  const [{ dim }] = numbersThenOptions<object, 'dim'>('glu', args, { dim: -1 });
  if (input.dim() === 0) throw new RuntimeError('glu does not support 0-dimensional tensors');
  const n = input.size(dim);
  if (n % 2 !== 0) throw new RuntimeError(`Halving dimension must be even, but dimension ${dim < 0 ? dim + input.dim() : dim} is size ${n}`);
  return input.narrow(dim, 0, n / 2).mul(input.narrow(dim, n / 2, n / 2).sigmoid());
}

export interface SoftmaxOptions {
  /** the dtype to convert to before, which prevents overflow */
  readonly dtype?: DType | undefined;
}

/** A dimension and options, which may name it: `softmax(x, 1)`, `softmax(x, { dim: 1 })`. */
export type SoftmaxArguments = [dim?: number | null, options?: SoftmaxOptions] | [options: NamedSoftmaxOptions];
type NamedSoftmaxOptions = SoftmaxOptions & { readonly dim?: number | null | undefined };

/** The dimension, and the options; where none is named it is, as in PyTorch, 0 for 0, 1 and 3 dimensions, else 1. */
function softmaxArguments(name: string, x: Tensor, [dim, options]: SoftmaxArguments): [number, SoftmaxOptions] {
  const [given, { dtype }] = dimAndOptions<number | null, NamedSoftmaxOptions>(name, dim, options, 'dtype');
  return [given ?? implicitDim(name, x), { dtype }];
}

function implicitDim(name: string, x: Tensor): number {
  warnOnce(`Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`);
  return [0, 1, 3].includes(x.dim()) ? 0 : 1;
}

/**
 * The exponentials along a dimension, divided by their sum.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 * @example F.softmax(torch.tensor([1, 1]), 0) // tensor([0.5000, 0.5000])
 */
export const softmax = (input: Tensor, ...args: SoftmaxArguments): Tensor => softmaxOf(input, ...softmaxArguments('softmax', input, args));

/** `softmax` of the negated input. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html */
export const softmin = (input: Tensor, ...args: SoftmaxArguments): Tensor => softmaxOf(input.neg(), ...softmaxArguments('softmin', input, args));

/**
 * The logarithm of `softmax`, computed without overflow.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
 */
export const logSoftmax = (input: Tensor, ...args: SoftmaxArguments): Tensor => logSoftmaxOf(input, ...softmaxArguments('log_softmax', input, args));

export interface GumbelSoftmaxOptions {
  /** temperature: the smaller, the closer to one-hot; default 1 */
  readonly tau?: number | undefined;
  /** give one-hot vectors, with the gradient of the soft ones; default false */
  readonly hard?: boolean | undefined;
  readonly dim?: number | undefined;
}

/**
 * A draw from the Gumbel-softmax distribution.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html
 */
export function gumbelSoftmax(logits: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  const { tau = 1, hard = false, dim = -1 } = checked('gumbelSoftmax', options, 'tau');
  const gumbels = logits.detach().clone().exponential_().log().neg();
  const soft = softmaxOf(logits.add(gumbels).div(tau), dim);
  if (!hard) return soft;
  const index = soft.detach().argmax(dim, { keepdim: true });
  const oneHot = soft.detach().clone().zero_().scatter_(dim, index, 1);
  return oneHot.sub(soft.detach()).add(soft);
}
