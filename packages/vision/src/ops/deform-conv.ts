import * as nn from '@sconce/nn';
import { arange, cat, empty, int64, RuntimeError, ValueError, where, zeros, type Tensor } from '@sconce/tensor';
import { autocastOperands, checked, pythonText } from '@sconce/tensor/internal';
import { pairOf } from './regions.js';

type Size = number | readonly [height: number, width: number];
type Pair = readonly [height: number, width: number];

interface Steps {
  /** step of the kernel, default 1 */
  readonly stride?: Size | undefined;
  /** zeros on both sides, default 0 */
  readonly padding?: Size | undefined;
  /** distance between the kernel's elements, default 1 */
  readonly dilation?: Size | undefined;
}

export interface DeformConv2dFunctionOptions extends Steps {
  /** what multiplies the pixel that an element of the kernel meets: (N, groups · kernel, height, width) */
  readonly mask?: Tensor | null | undefined;
}

function pair(size: Size): Pair {
  if (typeof size !== 'number' && size.length !== 2) {
    throw new ValueError(size.length > 2 ? 'too many values to unpack (expected 2)' : `not enough values to unpack (expected 2, got ${size.length})`);
  }
  return pairOf(size);
}

/** @throws RuntimeError with PyTorch's text */
function check(holds: boolean, text: string): void {
  if (!holds) throw new RuntimeError(text);
}

const unnamed = (condition: string): string => `Expected ${condition} to be true, but got false.  (Could this error message be improved?  ` +
  'If so, please report an enhancement request to PyTorch.)';

interface Geometry {
  readonly kernel: Pair; readonly stride: Pair; readonly padding: Pair; readonly dilation: Pair; readonly size: Pair;
  /** groups of channels that have offsets of their own, and such that are convolved on their own */
  readonly offsetGroups: number; readonly groups: number;
}

function geometryOf(input: Tensor, offset: Tensor, weight: Tensor, mask: Tensor | null, options: Steps): Geometry {
  const [stride, padding, dilation] = [options.stride ?? 1, options.padding ?? 0, options.dilation ?? 1].map(pair);
  if (input.dim() !== 4) {
    throw new ValueError(input.dim() > 4 ? 'too many values to unpack (expected 4)' : `not enough values to unpack (expected 4, got ${input.dim()})`);
  }
  const [h, w] = weight.shape.slice(-2), area = h * w, [batch, channels] = input.shape;
  check(area > 0, 'ZeroDivisionError: integer division or modulo by zero');
  const offsetGroups = Math.floor(offset.size(1) / (2 * area)), groups = Math.floor(channels / weight.size(1));
  check(offsetGroups !== 0, 'the shape of the offset tensor at dimension 1 is not valid. ' +
    `It should be a multiple of 2 * weight.size[2] * weight.size[3].\nGot offset.shape[1]=${offset.size(1)}, while 2 * weight.size[2] * weight.size[3]=${2 * area}`);
  check(offset.dim() === 4, unnamed('offset_c.ndimension() == 4'));
  check(!mask || mask.dim() === 4, unnamed('!use_mask || mask_c.ndimension() == 4'));
  check(weight.dim() === 4, unnamed('weight_c.ndimension() == 4'));
  const positive = ([a, b]: Pair): boolean => a > 0 && b > 0;
  check(positive(stride), `stride_h: ${stride[0]} stride_w: ${stride[1]}`);
  check(padding[0] >= 0 && padding[1] >= 0, `pad_h: ${padding[0]} pad_w: ${padding[1]}`);
  check(positive(dilation), `dilation_h: ${dilation[0]} dilation_w: ${dilation[1]}`);
  check(weight.shape[1] * groups === channels, unnamed('weight_c.size(1) * n_weight_grps == input_c.size(1)'));
  check(weight.shape[0] % groups === 0, unnamed('weight_c.size(0) % n_weight_grps == 0'));
  const valid = (name: string, x: Tensor, wanted: number): void =>
    check(x.shape[1] === wanted, `${name}.shape[1] is not valid: got: ${x.shape[1]} expected: ${wanted}`);
  valid('offset', offset, 2 * offsetGroups * area);
  if (mask) valid('mask', mask, offsetGroups * area);
  check(channels % offsetGroups === 0, unnamed('input_c.size(1) % n_offset_grps == 0'));
  const [height, width] = [h, w].map((k, d) =>
    Math.trunc((input.shape[d + 2] + 2 * padding[d] - (dilation[d] * (k - 1) + 1)) / stride[d]) + 1);
  const fits = (name: string, x: Tensor): void => {
    check(x.shape[0] === batch, `invalid batch size of ${name}`);
    check(x.shape[2] === height && x.shape[3] === width,
      `${name} output dims: (${x.shape[2]}, ${x.shape[3]}) - computed output dims: (${height}, ${width})`);
  };
  fits('offset', offset);
  if (mask) fits('mask', mask);
  check(height > 0 && width > 0, `Calculated output size too small - out_h: ${height} out_w: ${width}`);
  return { kernel: [h, w], stride, padding, dilation, size: [height, width], offsetGroups, groups };
}

function checkDtypes(input: Tensor, offset: Tensor, weight: Tensor, mask: Tensor | null): void {
  check(input.dtype.isFloatingPoint, `"deformable_im2col" not implemented for '${input.dtype.scalarType}'`);
  for (const { dtype } of mask ? [offset, mask] : [offset]) {
    check(dtype === input.dtype, `expected scalar type ${input.dtype.scalarType} but found ${dtype.scalarType}`);
  }
  check(weight.dtype === input.dtype, 'mat1 and mat2 must have the same dtype');
}

/** Where the elements of the kernel meet a side of the picture without offsets, (kernel, points). */
function places(d: 0 | 1, { kernel, stride, padding, dilation, size }: Geometry, { dtype, device }: Tensor): Tensor {
  const along = (count: number, step: number, axis: number): Tensor =>
    arange(count, { dtype, device }).mul(step).reshape(Array.from({ length: 4 }, (_, i) => (i === axis ? count : 1)));
  return along(kernel[d], dilation[d], d).add(along(size[d], stride[d], d + 2)).sub(padding[d]).expand(...kernel, ...size)
    .reshape(kernel[0] * kernel[1], size[0] * size[1]);
}

/** Both pixels next to each point of a side, and how near each is. */
function neighbours(at: Tensor, pixels: number): readonly { readonly pixel: Tensor; readonly weight: Tensor }[] {
  // beyond the zeros around the picture there is nothing else
  const point = at.clamp(-1, pixels), low = point.detach().floor(), rest = point.sub(low);
  return [{ pixel: low, weight: rest.rsub(1) }, { pixel: low.add(1), weight: rest }];
}

/** What the elements of the kernel meet: (N, channels, kernel, points). */
function columnsOf(input: Tensor, offset: Tensor, mask: Tensor | null, geometry: Geometry): Tensor {
  const [batch, channels, height, width] = input.shape, { offsetGroups: groups, size } = geometry, { device } = input;
  const shape = [batch, groups, geometry.kernel[0] * geometry.kernel[1], size[0] * size[1]] as const, each = channels / groups;
  const rows = input.reshape(batch, groups, each, height * width).transpose(2, 3).reshape(-1, each);
  // the last row is what lies outside
  const table = cat([rows, zeros(1, each, { dtype: rows.dtype, device })]), outside = batch * groups * height * width;
  const offsets = offset.reshape(batch, groups, shape[2], 2, shape[3]);
  const [ys, xs] = ([0, 1] as const).map((d) => neighbours(offsets.select(3, d).add(places(d, geometry, offset)), input.shape[d + 2]));
  const first = arange(batch * groups, { dtype: int64, device }).mul(height * width).reshape(batch, groups, 1, 1);
  const inside = (pixel: Tensor, count: number): Tensor => pixel.ge(0).logicalAnd(pixel.lt(count));
  let sum: Tensor | undefined;
  for (const y of ys) {
    for (const x of xs) {
      const row = first.add(y.pixel.to(int64).mul(width)).add(x.pixel.to(int64)), weight = y.weight.mul(x.weight);
      const chosen = where(inside(y.pixel, height).logicalAnd(inside(x.pixel, width)), row, outside).reshape(-1);
      const term = table.indexSelect(0, chosen).mul((mask ? weight.mul(mask.reshape(shape)) : weight).reshape(-1, 1));
      sum = sum ? sum.add(term) : term;
    }
  }
  return sum!.reshape(...shape, each).permute(0, 1, 4, 2, 3).reshape(batch, channels, shape[2], shape[3]);
}

/**
 * A convolution whose kernel's elements meet pixels that are moved by offsets, between pixels too. Gradients go to all tensors.
 * @param input of shape (N, C, H, W)
 * @param offset (N, 2 · offset groups · kernel, height, width): how far down and how far right, for each element of the kernel
 * @param weight (channels, C / groups, kernel's height, kernel's width)
 * @throws RuntimeError where shapes or dtypes do not go together
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.deform_conv2d.html
 * @see Dai et al., "Deformable convolutional networks" (2017), and with a mask Zhu et al., "Deformable ConvNets v2" (2018)
 * @example ops.deformConv2d(rand(4, 3, 10, 10), rand(4, 18, 8, 8), rand(5, 3, 3, 3), null, { mask: rand(4, 9, 8, 8) }).shape // [4, 5, 8, 8]
 */
export function deformConv2d(
  input: Tensor, offset: Tensor, weight: Tensor, bias: Tensor | null = null, options: DeformConv2dFunctionOptions = {},
): Tensor {
  const { mask: given = null } = checked('deformConv2d', options, 'stride');
  const geometry = geometryOf(input, offset, weight, given, options);
  const [x, moves, kernels, mask, added] = autocastOperands('deformConv2d', [input, offset, weight, given, bias]);
  checkDtypes(x, moves, kernels, mask);
  const { groups, size } = geometry, [batch] = x.shape, [outputs, ...inside] = kernels.shape, count = inside.reduce((a, b) => a * b);
  const columns = columnsOf(x, moves, mask, geometry).reshape(batch, groups, count, size[0] * size[1]);
  const result = kernels.reshape(groups, outputs / groups, count).matmul(columns).reshape(batch, outputs, ...size);
  const whole = added ? result.add(added.view(1, outputs, 1, 1)) : result;
  return x.dtype === input.dtype ? whole : whole.to(input.dtype);
}

export interface DeformConv2dOptions extends Steps {
  /** independent groups of channels, default 1 */
  readonly groups?: number | undefined;
  /** default true */
  readonly bias?: boolean | undefined;
}

/**
 * `deformConv2d` as a module.
 * @throws ValueError for channels that cannot be divided into groups
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.DeformConv2d.html
 */
export class DeformConv2d extends nn.Module {
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  weight: nn.Parameter;
  bias: nn.Parameter | null;

  constructor(readonly inChannels: number, readonly outChannels: number, kernelSize: Size, options: DeformConv2dOptions = {}) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = checked('DeformConv2d', options, 'stride');
    if (inChannels % groups !== 0) throw new ValueError('in_channels must be divisible by groups');
    if (outChannels % groups !== 0) throw new ValueError('out_channels must be divisible by groups');
    [this.kernelSize, this.stride, this.padding, this.dilation] = [pair(kernelSize), pair(stride), pair(padding), pair(dilation)];
    this.groups = groups;
    this.weight = new nn.Parameter(empty(outChannels, inChannels / groups, ...this.kernelSize));
    this.bias = bias ? new nn.Parameter(empty(outChannels)) : null;
    this.resetParameters();
  }

  /** Draws new parameters, uniform within ±1 / √(inputs of an output). */
  resetParameters(): void {
    nn.init.kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const bound = 1 / Math.sqrt((this.inChannels / this.groups) * this.kernelSize[0] * this.kernelSize[1]);
    if (this.bias) nn.init.uniform_(this.bias, -bound, bound);
  }

  override forward(input: Tensor, offset: Tensor, mask: Tensor | null = null): Tensor {
    const { stride, padding, dilation } = this;
    return deformConv2d(input, offset, this.weight, this.bias, { stride, padding, dilation, mask });
  }

  override extraRepr(): string {
    const { inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias } = this;
    const unusual = (name: string, size: Pair, usual: number): string => (size.some((n) => n !== usual) ? `, ${name}=${pythonText(size)}` : '');
    return `${inChannels}, ${outChannels}, kernel_size=${pythonText(kernelSize)}, stride=${pythonText(stride)}` +
      `${unusual('padding', padding, 0)}${unusual('dilation', dilation, 1)}${groups === 1 ? '' : `, groups=${groups}`}${bias ? '' : ', bias=False'}`;
  }
}
