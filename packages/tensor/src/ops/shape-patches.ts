import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { shapeText, wrapDim, product } from '../layout.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { sizeList, type SizeLike } from './arguments.js';
import { select } from './views-windows.js';
import { unsqueeze } from './views.js';

/** How windows of a kernel lie over an image: height, then width. */
export interface PatchAttrs {
  readonly kernelSize: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
  /** height and width of the image */
  readonly imageSize: readonly number[];
}

/** How many windows there are along height and width. */
export const patchCounts = ({ kernelSize, dilation, padding, stride, imageSize }: PatchAttrs): number[] =>
  imageSize.map((n, i) => Math.floor((n + 2 * padding[i] - dilation[i] * (kernelSize[i] - 1) - 1) / stride[i]) + 1);

/** Records of the ops on image patches. All take (N, C, …). */
export const patchOps = {
  im2col: structuredOp<PatchAttrs>({
    name: 'im2col', gradName: 'Im2Col',
    meta: ([x], attrs) => {
      const [n, c] = x.layout.shape;
      return [{ shape: [n, c * product(attrs.kernelSize), product(patchCounts(attrs))], dtype: x.dtype }];
    },
  }),
  col2im: structuredOp<PatchAttrs>({
    name: 'col2im', gradName: 'Col2Im',
    meta: ([x], { kernelSize, imageSize }) =>
      [{ shape: [x.layout.shape[0], x.layout.shape[1] / product(kernelSize), ...imageSize], dtype: x.dtype }],
  }),
  pixelShuffle: structuredOp<{ readonly factor: number }>({
    name: 'pixelShuffle',
    meta: ([x], { factor: r }) => {
      const [c, h, w] = x.layout.shape.slice(-3);
      return [{ shape: [...x.layout.shape.slice(0, -3), c / (r * r), h * r, w * r], dtype: x.dtype }];
    },
  }),
  pixelUnshuffle: structuredOp<{ readonly factor: number }>({
    name: 'pixelUnshuffle',
    meta: ([x], { factor: r }) => {
      const [c, h, w] = x.layout.shape.slice(-3);
      return [{ shape: [...x.layout.shape.slice(0, -3), c * r * r, h / r, w / r], dtype: x.dtype }];
    },
  }),
  channelShuffle: structuredOp<{ readonly groups: number }>({
    name: 'channelShuffle', meta: ([x]) => [{ shape: x.layout.shape, dtype: x.dtype }],
  }),
};

/** Runs `im2col` or `col2im` on what is known to fit. @internal */
export const runPatches = (op: 'im2col' | 'col2im', x: Tensor, attrs: PatchAttrs): Tensor =>
  runStructured(patchOps[op], [x], attrs)[0];

export interface PatchOptions {
  /** distance of a kernel's elements, default 1 */
  readonly dilation?: SizeLike | undefined;
  /** zeros around the image, default 0 */
  readonly padding?: SizeLike | undefined;
  /** distance of the windows, default 1 */
  readonly stride?: SizeLike | undefined;
}

const pair = (size: SizeLike): readonly number[] => {
  const list = sizeList(size);
  return list.length === 1 ? [list[0], list[0]] : list;
};

function patches(
  name: string, imageSize: readonly number[], kernel: SizeLike, options: PatchOptions,
): PatchAttrs {
  const { dilation = 1, padding = 0, stride = 1 } = checked(name, options, 'dilation');
  const attrs: PatchAttrs = {
    kernelSize: pair(kernel), dilation: pair(dilation), padding: pair(padding), stride: pair(stride), imageSize,
  };
  const check = (what: string, key: string, [a, b]: readonly number[], least: number): void => {
    if (a >= least && b >= least) return;
    throw new RuntimeError(`${what} should be ${least ? 'greater than zero' : 'non-negative'}, but got ${key}_height: ${a} ${key}_width: ${b}`);
  };
  check('kernel size', 'kernel', attrs.kernelSize, 1);
  check('dilation', 'dilation', attrs.dilation, 1);
  check('padding', 'pad', attrs.padding, 0);
  check('stride', 'stride', attrs.stride, 1);
  return attrs;
}

const tuple = (list: readonly number[]): string => `(${list.join(', ')})`;

/**
 * The windows of a sliding kernel as columns: (N, C, H, W) gives (N, C·kernel, windows); without N as well.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.unfold.html
 * @example torch.nn.functional.unfold(torch.zeros(1, 1, 3, 3), 2).shape // [1, 4, 4]
 */
export function im2col(x: Tensor, kernelSize: SizeLike, options: PatchOptions = {}): Tensor {
  const { shape } = x;
  if (x.dim() < 3) wrapDim(2, x.dim());
  if ((x.dim() !== 3 && x.dim() !== 4) || shape.slice(-3).includes(0)) {
    throw new RuntimeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${shapeText(shape)}`);
  }
  const attrs = patches('unfold', shape.slice(-2), kernelSize, options);
  const counts = patchCounts(attrs);
  if (counts.some((n) => n < 1)) {
    throw new RuntimeError(
      `Given input with spatial size ${tuple(attrs.imageSize)}, kernel_size=${tuple(attrs.kernelSize)}, dilation=${tuple(attrs.dilation)}, padding=${tuple(attrs.padding)}, calculated shape of the array of sliding blocks as ${tuple(counts)}, but its components must be at least one.`);
  }
  checkFloating(x, 'im2col_out_cpu');
  if (x.dim() === 4) return runStructured(patchOps.im2col, [x], attrs)[0];
  return select(runStructured(patchOps.im2col, [unsqueeze(x, 0)], attrs)[0], 0, 0);
}

/**
 * The sum of windows that were taken apart by `im2col`: (N, C·kernel, windows) gives (N, C, …outputSize).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.fold.html
 * @example torch.nn.functional.fold(torch.ones(1, 4, 4), [3, 3], 2).shape // [1, 1, 3, 3]
 */
export function col2im(x: Tensor, outputSize: SizeLike, kernelSize: SizeLike, options: PatchOptions = {}): Tensor {
  const attrs = patches('fold', pair(outputSize), kernelSize, options);
  const { shape } = x;
  if ((x.dim() !== 2 && x.dim() !== 3) || shape.slice(-2).includes(0)) {
    throw new RuntimeError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${shapeText(shape)}`);
  }
  const rows = shape.at(-2)!, columns = shape.at(-1)!;
  if (rows % product(attrs.kernelSize) !== 0) {
    throw new RuntimeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${rows} and kernel_size=${tuple(attrs.kernelSize)}.`);
  }
  const counts = patchCounts(attrs);
  if (columns !== product(counts) || counts.some((n) => n < 1)) {
    throw new RuntimeError(
      `Given output_size=${tuple(attrs.imageSize)}, kernel_size=${tuple(attrs.kernelSize)}, dilation=${tuple(attrs.dilation)}, padding=${tuple(attrs.padding)}, stride=${tuple(attrs.stride)}, expected size of input's dimension 2 to match the calculated number of sliding blocks ${counts[0]} * ${counts[1]} = ${product(counts)}, but got input.size(2)=${columns}.`);
  }
  checkFloating(x, 'col2im_out_cpu');
  if (x.dim() === 3) return runStructured(patchOps.col2im, [x], attrs)[0];
  return select(runStructured(patchOps.col2im, [unsqueeze(x, 0)], attrs)[0], 0, 0);
}

function checkFloating(x: Tensor, kernel: string): void {
  if (!x.dtype.isDifferentiable) throw new RuntimeError(`"${kernel}" not implemented for '${x.dtype.scalarType}'`);
}

function checkPixels(name: string, what: string, x: Tensor, factor: number): void {
  if (x.dim() < 3) {
    throw new RuntimeError(`${name} expects input to have at least 3 dimensions, but got input with ${x.dim()} dimension(s)`);
  }
  if (!(factor > 0)) throw new RuntimeError(`${name} expects a positive ${what}, but got ${factor}`);
}

/**
 * Channels rearranged as pixels: (…, C·r², H, W) gives (…, C, H·r, W·r).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_shuffle.html
 */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  checkPixels('pixel_shuffle', 'upscale_factor', x, upscaleFactor);
  const c = x.shape.at(-3)!, square = upscaleFactor * upscaleFactor;
  if (c % square !== 0) {
    throw new RuntimeError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${square}`);
  }
  return runStructured(patchOps.pixelShuffle, [x], { factor: upscaleFactor })[0];
}

/**
 * What `pixelShuffle` undoes: (…, C, H·r, W·r) gives (…, C·r², H, W).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pixel_unshuffle.html
 */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  checkPixels('pixel_unshuffle', 'downscale_factor', x, downscaleFactor);
  [['height', -2], ['width', -1]].forEach(([what, d]) => {
    const n = x.shape.at(d as number)!;
    if (n % downscaleFactor === 0) return;
    throw new RuntimeError(
      `pixel_unshuffle expects ${what} to be divisible by downscale_factor, but input.size(${d})=${n} is not divisible by ${downscaleFactor}`);
  });
  return runStructured(patchOps.pixelUnshuffle, [x], { factor: downscaleFactor })[0];
}

/**
 * Channels dealt out over groups: as (N, g, C/g, …) with the middle dimensions exchanged.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.channel_shuffle.html
 */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  if (x.dim() < 3) throw new RuntimeError(`channel_shuffle expects input with > 2 dims, but got input with sizes ${shapeText(x.shape)}`);
  if (!(groups > 0)) throw new RuntimeError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
  if (x.shape[1] % groups !== 0) {
    throw new RuntimeError(`Number of channels must be divisible by groups. Got ${x.shape[1]} channels and ${groups} groups.`);
  }
  return runStructured(patchOps.channelShuffle, [x], { groups })[0];
}
