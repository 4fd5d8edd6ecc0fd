import { autocastOperands } from '../autocast-hook.js';
import type { View } from '../backend.js';
import { checkTensor } from '../check-tensors.js';
import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { imageOrder } from '../memory-order.js';
import { structuredOp } from '../op.js';
import { cppTypeName } from '../random/support.js';
import type { Tensor } from '../tensor.js';
import { sizeList, tensorsThenOptions, type SizeLike } from './arguments.js';
import { constantPadNd } from './shape-pad.js';
import { squeeze, unsqueeze } from './views.js';

/** How a kernel moves over its input. All lists have one entry per spatial dimension. */
export interface ConvolutionGeometry {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

export interface ConvolutionAttrs extends ConvolutionGeometry {
  /** the adjoint of a convolution: each input element is spread over the output */
  readonly transposed: boolean;
  /** spatial sizes of the output: several fit a transposed convolution */
  readonly outputSize: readonly number[];
}

/**
 * Input (N, C, …), weight (O, C / groups, …) or, transposed, (C, O / groups, …), and perhaps a bias (O).
 * @see https://arxiv.org/abs/1603.07285 (Dumoulin, Visin: A guide to convolution arithmetic for deep learning)
 */
const convolutionOp = structuredOp<ConvolutionAttrs>({
  name: 'convolution',
  meta: ([x, weight], { transposed, groups, outputSize }) => {
    const channels = transposed ? weight.layout.shape[1] * groups : weight.layout.shape[0];
    const order = transposed ? null : imageOrder(x.layout) ?? imageOrder(weight.layout);
    return [{ shape: [x.layout.shape[0], channels, ...outputSize], dtype: x.dtype, order }];
  },
});

/** The gradient of a convolution's weight: from what it was applied to and the gradient of what it gave. */
const convolutionBackwardWeightOp = structuredOp<ConvolutionGeometry & { readonly weightShape: readonly number[] }>({
  name: 'convolutionBackwardWeight',
  meta: ([x], { weightShape }) => [{ shape: weightShape, dtype: x.dtype }],
});

/** Records of convolution and of its gradient by the weight; that by the input is a convolution again. */
export const convolutionOps = { convolution: convolutionOp, backwardWeight: convolutionBackwardWeightOp };

/** Runs a convolution whose attributes are known to fit. @internal */
export const convolution = (x: Tensor, weight: Tensor, bias: Tensor | null, attrs: ConvolutionAttrs): Tensor =>
  runStructured(convolutionOp, bias ? [x, weight, bias] : [x, weight], attrs)[0];

/** Runs `convolutionOps.backwardWeight`. @internal */
export const convolutionBackwardWeight = (
  x: Tensor, grad: Tensor, attrs: ConvolutionGeometry & { readonly weightShape: readonly number[] },
): Tensor => runStructured(convolutionBackwardWeightOp, [x, grad], attrs)[0];

/** A parameter with one entry per spatial dimension of the weight; a number stands for `dims` equal ones. */
function perDimension(name: string, value: SizeLike, dims: number, weight: Tensor): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(dims).fill(sizeList(value)[0]) : sizeList(value);
  const spatial = weight.dim() - 2;
  if (spatial < 1) throw new RuntimeError('weight should have at least three dimensions');
  if (list.length === 1) return new Array<number>(spatial).fill(list[0]);
  if (list.length !== spatial) {
    throw new RuntimeError(
      `expected ${name} to be a single integer value or a list of ${spatial} values to match the convolution dimensions, but got ${name}=${shapeText(list)}`);
  }
  return list;
}

type Parameters = ConvolutionGeometry & { readonly transposed: boolean; readonly outputPadding: readonly number[] };

const isNegative = (n: number): boolean => n < 0;
const isPositive = (n: number): boolean => n > 0;

/** PyTorch's checks of `check_shape_forward`, in its order. */
function checkShapes(x: View, weight: View, bias: View | null, p: Parameters): void {
  const shape = weight.layout.shape, input = x.layout.shape, { groups } = p;
  if (p.padding.some(isNegative)) throw new RuntimeError('negative padding is not supported');
  if (p.outputPadding.some(isNegative)) throw new RuntimeError('negative output_padding is not supported');
  if (!p.stride.every(isPositive)) throw new RuntimeError('non-positive stride is not supported');
  if (!p.dilation.every(isPositive)) throw new RuntimeError(`dilation should be greater than zero, but got ${shapeText(p.dilation)}`);
  if (groups <= 0) throw new RuntimeError('non-positive groups is not supported');
  if (shape[0] < groups) {
    throw new RuntimeError(`Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${shapeText(shape)} instead`);
  }
  if (shape[0] % groups !== 0) {
    throw new RuntimeError(`Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${shapeText(shape)}] instead`);
  }
  const given = p.transposed ? 'Given transposed=1' : `Given groups=${groups}`;
  const channels = p.transposed ? shape[0] : shape[1] * groups;
  if (input[1] !== channels) {
    throw new RuntimeError(`${given}, weight of size ${shapeText(shape)}, expected input${shapeText(input)} to have ${channels} channels, but got ${input[1]} channels instead`);
  }
  const outputs = p.transposed ? shape[1] * groups : shape[0];
  if (bias && (bias.layout.shape.length !== 1 || bias.layout.shape[0] !== outputs)) {
    throw new RuntimeError(
      `Given ${p.transposed ? 'transposed=1, ' : ''}weight of size ${shapeText(shape)}, expected bias to be 1-dimensional with ${outputs} elements, but got bias of size ${shapeText(bias.layout.shape)} instead`);
  }
}

/** One dtype for all, and one that can be multiplied. */
function checkDtypes(x: View, weight: View, bias: View | null): void {
  if (bias && bias.dtype !== x.dtype) {
    throw new RuntimeError(`Input type (${cppTypeName(x.dtype)}) and bias type (${cppTypeName(bias.dtype)}) should be the same`);
  }
  if (weight.dtype !== x.dtype) {
    throw new RuntimeError(`expected scalar type ${x.dtype.scalarType} but found ${weight.dtype.scalarType}`);
  }
  if (x.dtype.kind === 'bool') throw new RuntimeError(`"slow_conv2d_cpu" not implemented for 'Bool'`);
}

/** Spatial sizes of the output. */
function outputSize(x: Tensor, weight: Tensor, p: Parameters): readonly number[] {
  const sizes = x.shape.slice(2), kernel = weight.shape.slice(2);
  const extents = kernel.map((k, i) => p.dilation[i] * (k - 1) + 1);
  if (!p.transposed) {
    return sizes.map((n, i) => {
      const room = n + 2 * p.padding[i] - extents[i];
      if (room < 0) throw tooLarge(sizes.map((size, d) => size + 2 * p.padding[d]), extents);
      return Math.floor(room / p.stride[i]) + 1;
    });
  }
  if (p.outputPadding.some((n, i) => n >= p.stride[i] && n >= p.dilation[i])) {
    const names = ['depth', 'height', 'width'].slice(3 - Math.max(2, sizes.length));
    const list = (name: string, values: readonly number[]): string =>
      names.map((axis, i) => `${name}_${axis}: ${values[i - names.length + values.length] ?? (name === 'output_padding' ? 0 : 1)}`).join(' ');
    throw new RuntimeError(
      `output padding must be smaller than either stride or dilation, but got ${list('output_padding', p.outputPadding)} ${list('stride', p.stride)} ${list('dilation', p.dilation)}`);
  }
  const result = sizes.map((n, i) => (n - 1) * p.stride[i] - 2 * p.padding[i] + extents[i] + p.outputPadding[i]);
  if (result.some((n) => n < 1)) {
    throw new RuntimeError(`Given input size per channel: (${sizes.join(' x ')}). Calculated output size per channel: (${result.join(' x ')}). Output size is too small`);
  }
  return result;
}

const tooLarge = (padded: readonly number[], extents: readonly number[]): RuntimeError => new RuntimeError(
  `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${extents.join(' x ')}). Kernel size can't be greater than actual input size`);

/** Adds a batch dimension where there is none, and takes it away again. */
function batched(name: string, x: Tensor, dims: number, run: (x: Tensor) => Tensor): Tensor {
  if (x.dim() === dims + 2) return run(x);
  if (x.dim() !== dims + 1) {
    throw new RuntimeError(
      `Expected ${dims + 1}D (unbatched) or ${dims + 2}D (batched) input to ${name}, but got input of size: ${shapeText(x.shape)}`);
  }
  return squeeze(run(unsqueeze(x, 0)), 0);
}

function run(input: Tensor, weights: Tensor, biases: Tensor | null, p: Parameters): Tensor {
  const [x, weight, bias] = autocastOperands(p.transposed ? 'convTranspose' : 'conv', [input, weights, biases]);
  checkShapes(x, weight, bias, p);
  const size = outputSize(x, weight, p);
  checkDtypes(x, weight, bias);
  const { stride, padding, dilation, groups, transposed } = p;
  return convolution(x, weight, bias, { stride, padding, dilation, groups, transposed, outputSize: size });
}

export interface ConvOptions {
  /** step of the kernel, default 1 */
  readonly stride?: SizeLike | undefined;
  /** zeros on both sides, default 0; 'same' keeps the size (for stride 1), 'valid' adds none */
  readonly padding?: SizeLike | 'same' | 'valid' | undefined;
  /** distance between the kernel's elements, default 1 */
  readonly dilation?: SizeLike | undefined;
  /** independent groups of channels, default 1 */
  readonly groups?: number | undefined;
}

export interface ConvTransposeOptions {
  readonly stride?: SizeLike | undefined;
  /** zeros that the convolution of which this is the adjoint would add, default 0 */
  readonly padding?: SizeLike | undefined;
  /** what is added to one side of the output, to choose among sizes that fit, default 0 */
  readonly outputPadding?: SizeLike | undefined;
  readonly groups?: number | undefined;
  readonly dilation?: SizeLike | undefined;
}

interface BiasOption {
  /** of shape (O), where it is not given as an argument */
  readonly bias?: Tensor | null | undefined;
}

/** A bias and options, either of which may be left out. */
export type BiasAndOptions<O> = [bias?: Tensor | null, options?: O] | [options?: O & BiasOption];

/** Zeros on both sides that keep the size; where their number is odd, one more goes to the end, by `pad`. */
function samePadding(
  x: Tensor, weight: Tensor, stride: readonly number[], dilation: readonly number[],
): [Tensor, number[]] {
  if (stride.some((s) => s !== 1)) throw new RuntimeError("padding='same' is not supported for strided convolutions");
  const total = weight.shape.slice(2).map((k, i) => dilation[i] * (k - 1));
  const uneven = total.map((n) => n % 2);
  const padding = total.map((n) => Math.floor(n / 2));
  if (uneven.every((n) => n === 0)) return [x, padding];
  return [constantPadNd(x, uneven.flatMap((n) => [n, 0]).reverse()), padding];
}

/** The output padding of what is not transposed. */
const NONE: readonly number[] = [];

function conv(dims: number, x: Tensor, weight: Tensor, args: BiasAndOptions<ConvOptions>): Tensor {
  const name = `conv${dims}d`;
  checkTensor(x, name);
  checkTensor(weight, name, 'weight', 2);
  const [[bias], options] = tensorsThenOptions<ConvOptions & BiasOption>(name, args, ['bias']);
  const { padding = 0, groups = 1 } = options;
  return batched(name, x, dims, (input) => {
    const stride = perDimension('stride', options.stride ?? 1, dims, weight);
    const dilation = perDimension('dilation', options.dilation ?? 1, dims, weight);
    if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid') throw new RuntimeError(`Invalid padding string: '${padding}'`);
    const [padded, zeros] = padding === 'same' ? samePadding(input, weight, stride, dilation)
      : [input, perDimension('padding', padding === 'valid' ? 0 : padding as SizeLike, dims, weight)];
    return run(padded, weight, bias, { stride, padding: zeros, dilation, groups, transposed: false, outputPadding: NONE });
  });
}

function convTranspose(dims: number, x: Tensor, weight: Tensor, args: BiasAndOptions<ConvTransposeOptions>): Tensor {
  const [[bias], options] = tensorsThenOptions<ConvTransposeOptions & BiasOption>(`conv_transpose${dims}d`, args, ['bias']);
  return batched(`conv_transpose${dims}d`, x, dims, (input) => {
    const of = (name: string, value: SizeLike): readonly number[] => perDimension(name, value, dims, weight);
    return run(input, weight, bias, {
      stride: of('stride', options.stride ?? 1), padding: of('padding', options.padding ?? 0),
      dilation: of('dilation', options.dilation ?? 1), groups: options.groups ?? 1, transposed: true,
      outputPadding: of('output_padding', options.outputPadding ?? 0),
    });
  });
}

/**
 * Convolution (cross-correlation) of (N, C, L) or (C, L) with kernels (O, C / groups, K).
 * @throws RuntimeError with PyTorch's text for shapes, dtypes and parameters that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv1d.html
 * @example torch.conv1d(torch.ones(1, 1, 5), torch.ones(1, 1, 3)) // tensor([[[3., 3., 3.]]])
 */
export const conv1d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvOptions>): Tensor =>
  conv(1, input, weight, rest);

/**
 * Convolution (cross-correlation) of images (N, C, H, W) or (C, H, W) with kernels (O, C / groups, kH, kW).
 * @throws RuntimeError with PyTorch's text for shapes, dtypes and parameters that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
 * @example torch.conv2d(torch.ones(1, 3, 8, 8), torch.ones(4, 3, 3, 3), { padding: 1 }).shape // [1, 4, 8, 8]
 */
export const conv2d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvOptions>): Tensor =>
  conv(2, input, weight, rest);

/**
 * Convolution (cross-correlation) of volumes (N, C, D, H, W) or (C, D, H, W) with kernels (O, C / groups, kD, kH, kW).
 * @throws RuntimeError with PyTorch's text for shapes, dtypes and parameters that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv3d.html
 */
export const conv3d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvOptions>): Tensor =>
  conv(3, input, weight, rest);

/**
 * Transposed convolution of (N, C, L) or (C, L) with kernels (C, O / groups, K): the adjoint of `conv1d`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose1d.html
 */
export const convTranspose1d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvTransposeOptions>): Tensor =>
  convTranspose(1, input, weight, rest);

/**
 * Transposed convolution of (N, C, H, W) or (C, H, W) with kernels (C, O / groups, kH, kW): the adjoint of `conv2d`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html
 * @example torch.convTranspose2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), { stride: 2 }).shape // [1, 1, 4, 4]
 */
export const convTranspose2d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvTransposeOptions>): Tensor =>
  convTranspose(2, input, weight, rest);

/**
 * Transposed convolution of (N, C, D, H, W) or (C, D, H, W): the adjoint of `conv3d`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose3d.html
 */
export const convTranspose3d = (input: Tensor, weight: Tensor, ...rest: BiasAndOptions<ConvTransposeOptions>): Tensor =>
  convTranspose(3, input, weight, rest);
