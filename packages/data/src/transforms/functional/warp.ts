import { cat, float32, float64, fromTypedArray, linalg, linspace, ones, stack, tensor, Tensor, ValueError } from '@sconce/tensor';
import { checked, gridSample } from '@sconce/tensor/internal';
import { rotateImage, warpImage, type WarpFilter } from '../../image/warp.js';
import { pilToTensor, toPilImage } from './conversion.js';
import {
  asBatch, checkTensor, fillOf, floatDtype, getDimensions, onPicture, type InterpolationMode, type Picture, type Pictured,
} from './picture.js';

export interface WarpOptions {
  /** default 'nearest'; tensors know 'nearest' and 'bilinear', images also 'bicubic' */
  readonly interpolation?: InterpolationMode | undefined;
  /** what lies outside: a number, or one per channel; default 0 */
  readonly fill?: number | readonly number[] | null | undefined;
}

export interface CenterOptions extends WarpOptions {
  /** `[x, y]` that stays where it is, from the upper left corner; default: the middle */
  readonly center?: readonly number[] | null | undefined;
}

export interface RotateOptions extends CenterOptions {
  /** make the picture large enough to hold all of the turned one; default false */
  readonly expand?: boolean | undefined;
}

/**
 * A picture turned counterclockwise by an angle in degrees.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.rotate.html
 * @example transforms.functional.rotate(image, 30, { interpolation: 'bilinear', fill: 255 })
 */
export function rotate<T extends Picture>(
  img: T, angle: number, options: RotateOptions = {},
): Pictured<T> {
  const { interpolation = 'nearest', expand = false, center, fill } = checked('rotate', options, 'interpolation');
  if (typeof angle !== 'number') throw new TypeError('Argument angle should be int or float');
  return onPicture(img, (x) => {
    const [, h, w] = getDimensions(x);
    const matrix = inverseAffine(fromMiddle(center, w, h), -angle, [0, 0], 1, [0, 0]);
    checkWarp(x, interpolation, fill);
    const [ow, oh] = expand ? expandedSize(matrix, w, h) : [w, h];
    return warped(x, affineGrid(x, matrix, w, h, ow, oh), interpolation, fill);
  }, (x) => rotateImage(x, angle, filterOf(interpolation), expand, center ?? null, fillOf(x, fill)));
}

/**
 * A picture turned by an angle in degrees (clockwise), moved by `[x, y]` pixels, made larger and sheared by angles in degrees.
 * @throws ValueError for a scale that is not positive, or other numbers of numbers
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.affine.html
 * @example transforms.functional.affine(image, 15, [2, 0], 1.2, [10, 0])
 */
export function affine<T extends Picture>(
  img: T, angle: number, translate: readonly number[], scale: number, shear: number | readonly number[],
  options: CenterOptions = {},
): Pictured<T> {
  const { interpolation = 'nearest', fill, center } = checked('affine', options, 'interpolation');
  if (typeof angle !== 'number') throw new TypeError('Argument angle should be int or float');
  if (!Array.isArray(translate)) throw new TypeError('Argument translate should be a sequence');
  if (translate.length !== 2) throw new ValueError('Argument translate should be a sequence of length 2');
  if (scale <= 0) throw new ValueError('Argument scale should be positive');
  const shears = typeof shear === 'number' ? [shear, 0] : shear.length === 1 ? [shear[0], shear[0]] : shear;
  if (shears.length !== 2) {
    throw new ValueError(`Shear should be a sequence containing two values. Got [${shears.join(', ')}]`);
  }
  return onPicture(img, (x) => {
    const [, h, w] = getDimensions(x);
    checkWarp(x, interpolation, fill);
    const matrix = inverseAffine(fromMiddle(center, w, h), angle, translate, scale, shears);
    return warped(x, affineGrid(x, matrix, w, h, w, h), interpolation, fill);
  }, (x) => {
    const matrix = inverseAffine(center ?? [x.width * 0.5, x.height * 0.5], angle, translate, scale, shears);
    return warpImage(x, matrix, filterOf(interpolation), fillOf(x, fill));
  });
}

/**
 * A picture seen from elsewhere: `[x, y]` of four corners before, and of the same four corners after.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.perspective.html
 */
export function perspective<T extends Picture>(
  img: T, startpoints: readonly (readonly number[])[], endpoints: readonly (readonly number[])[],
  options: WarpOptions = {},
): Pictured<T> {
  const { interpolation = 'bilinear', fill } = checked('perspective', options, 'interpolation');
  const coefficients = perspectiveCoefficients(startpoints, endpoints);
  return onPicture(img, (x) => {
    checkWarp(x, interpolation, fill);
    return warped(x, perspectiveGrid(x, coefficients), interpolation, fill);
  }, (x) => warpImage(x, coefficients, filterOf(interpolation), fillOf(x, fill)));
}

/**
 * A picture whose pixels are taken from elsewhere: `displacement` of shape [1, H, W, 2] says how far, where the whole
 * picture reaches from -1 to 1.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.functional.elastic_transform.html
 */
export function elasticTransform<T extends Picture>(
  img: T, displacement: Tensor, options: WarpOptions = {},
): Pictured<T> {
  const { interpolation = 'bilinear', fill } = checked('elasticTransform', options, 'interpolation');
  if (!(displacement instanceof Tensor)) throw new TypeError('Argument displacement should be a Tensor');
  const [, h, w] = getDimensions(img);
  if (displacement.shape.join() !== [1, h, w, 2].join()) {
    throw new ValueError(`Argument displacement shape should be (1, ${h}, ${w}, 2), ` +
      `but given torch.Size([${displacement.shape.join(', ')}])`);
  }
  const work = (x: Tensor): Tensor => {
    checkWarp(x, interpolation, fill);
    const [columns, rows] = [w, h].map((n) => linspace((-n + 1) / n, (n - 1) / n, n));
    const identity = stack([columns.expand(h, w), rows.unsqueeze(1).expand(h, w)], -1).unsqueeze(0);
    return warped(x, identity.to(displacement.device).add(displacement), interpolation, fill);
  };
  return onPicture(img, work, (x) => toPilImage(work(pilToTensor(x)), { mode: x.mode }));
}

/** From the output's places to the input's, around a centre. */
function inverseAffine(
  [cx, cy]: readonly number[], angle: number, [tx, ty]: readonly number[], scale: number, shear: readonly number[],
): number[] {
  const [rot, sx, sy] = [angle, ...shear].map((degrees) => degrees * Math.PI / 180);
  const { cos, sin, tan } = Math;
  // rotation · shear, whose determinant is 1; then its inverse
  const a = cos(rot - sy) / cos(sy), b = -cos(rot - sy) * tan(sx) / cos(sy) - sin(rot);
  const c = sin(rot - sy) / cos(sy), d = -sin(rot - sy) * tan(sx) / cos(sy) + cos(rot);
  const m = [d, -b, 0, -c, a, 0].map((x) => x / scale);
  m[2] = m[0] * (-cx - tx) + m[1] * (-cy - ty) + cx;
  m[5] = m[3] * (-cx - tx) + m[4] * (-cy - ty) + cy;
  return m;
}

const fromMiddle = (center: readonly number[] | null | undefined, w: number, h: number): number[] =>
  (center ? [center[0] - w * 0.5, center[1] - h * 0.5] : [0, 0]);

/** The eight coefficients that take the end points to the start points. */
function perspectiveCoefficients(
  startpoints: readonly (readonly number[])[], endpoints: readonly (readonly number[])[],
): readonly number[] {
  const rows = endpoints.flatMap(([x, y], i) => {
    const [u, v] = startpoints[i];
    return [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]];
  });
  const solution = linalg.solve(tensor(rows, { dtype: float64 }), tensor(startpoints.flat(), { dtype: float64 }));
  return Array.from(solution.numpy(), Number);
}

function checkWarp(img: Tensor, interpolation: InterpolationMode, fill: WarpOptions['fill']): void {
  checkTensor(img);
  const [channels] = getDimensions(img);
  if (Array.isArray(fill) && fill.length > 1 && fill.length !== channels) {
    throw new ValueError("The number of elements in 'fill' cannot broadcast to match the number of channels of the image " +
      `(${fill.length} != ${channels})`);
  }
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    throw new ValueError(`Interpolation mode '${interpolation}' is unsupported with Tensor input`);
  }
}

function filterOf(interpolation: InterpolationMode): WarpFilter {
  if (interpolation === 'nearest' || interpolation === 'bilinear' || interpolation === 'bicubic') return interpolation;
  throw new ValueError(`Image.Resampling.${interpolation.toUpperCase()} cannot be used. Use nearest, bilinear or bicubic`);
}

/** Width and height that hold the whole of the turned picture. */
function expandedSize(matrix: readonly number[], w: number, h: number): [number, number] {
  const f = Math.fround;
  const [width, height] = [0, 1].map((i) => {
    const row = matrix.slice(3 * i, 3 * i + 3).map(f), half = f([w, h][i] * 0.5);
    const values = [[-1, -1], [-1, 1], [1, 1], [1, -1]]
      .map(([x, y]) => f(f(f(f(0.5 * w * x) * row[0]) + f(f(0.5 * h * y) * row[1])) + row[2]));
    // what float32 leaves of a whole number must not make another pixel
    const cut = (x: number): number => f(Math.trunc(f(f(x + half) / f(1e-4))) * f(1e-4));
    return Math.ceil(cut(Math.max(...values))) - Math.floor(cut(Math.min(...values)));
  });
  return [width, height];
}

/** Places of a picture's pixels with a one behind them, as rows. */
function homogeneous(x: Tensor, width: number, height: number, left: number, top: number): Tensor {
  const options = { dtype: floatDtype(x), device: x.device };
  const columns = linspace(left, left + width - 1, width, { device: x.device }).to(options.dtype).expand(height, width);
  const rows = linspace(top, top + height - 1, height, { device: x.device }).to(options.dtype).unsqueeze(1).expand(height, width);
  return stack([columns, rows, ones([height, width], options)], -1).view(1, height * width, 3);
}

const matrixOf = (x: Tensor, values: readonly number[]): Tensor =>
  tensor(values, { dtype: floatDtype(x), device: x.device }).view(1, 2, 3).transpose(1, 2);

/**
 * Rows times a matrix of two columns. In float32 every product is added in one rounding, as PyTorch's are: points that lie
 * just between two pixels then fall to the same side.
 */
function product(rows: Tensor, matrix: Tensor): Tensor {
  if (rows.dtype !== float32 || rows.device.type !== 'cpu') return rows.bmm(matrix);
  const dense = matrix.contiguous(), x = rows.hostValues() as Float32Array, m = dense.hostValues() as Float32Array;
  const out = new Float32Array(x.length / 3 * 2);
  for (let i = 0, to = 0; i < x.length; i += 3) {
    for (let c = 0; c < 2; c++) {
      out[to++] = addProduct(addProduct(Math.fround(x[i] * m[c]), x[i + 1], m[2 + c]), x[i + 2], m[4 + c]);
    }
  }
  return fromTypedArray(out, [1, x.length / 3, 2]);
}

/** c + a · b of float32 numbers in one rounding to float32. */
function addProduct(c: number, a: number, b: number): number {
  // the product is exact in float64; what the sum loses there matters only halfway between two numbers of float32
  const product = a * b, sum = product + c, rounded = Math.fround(sum), rest = sum - rounded;
  if (rest === 0 || Math.fround(rounded + 2 * rest) !== rounded + 2 * rest) return rounded;
  const part = sum - product, lost = (product - (sum - part)) + (c - part);
  return lost === 0 ? rounded : lost > 0 === rest > 0 ? rounded + 2 * rest : rounded;
}

function affineGrid(x: Tensor, matrix: readonly number[], w: number, h: number, ow: number, oh: number): Tensor {
  const base = homogeneous(x, ow, oh, -ow * 0.5 + 0.5, -oh * 0.5 + 0.5);
  const half = tensor([0.5 * w, 0.5 * h], { dtype: floatDtype(x), device: x.device });
  return product(base, matrixOf(x, matrix).div(half)).view(1, oh, ow, 2);
}

function perspectiveGrid(x: Tensor, c: readonly number[]): Tensor {
  const [, h, w] = getDimensions(x);
  const base = homogeneous(x, w, h, 0.5, 0.5);
  const half = tensor([0.5 * w, 0.5 * h], { dtype: floatDtype(x), device: x.device });
  const above = product(base, matrixOf(x, c.slice(0, 6)).div(half));
  const below = product(base, matrixOf(x, [c[6], c[7], 1, c[6], c[7], 1]));
  return above.div(below).sub(1).view(1, h, w, 2);
}

function warped(img: Tensor, grid: Tensor, mode: InterpolationMode, fill: WarpOptions['fill']): Tensor {
  return asBatch(img, [grid.dtype], (batch) => {
    const [n, channels, height, width] = batch.shape;
    const grids = n > 1 ? grid.expand(n, ...grid.shape.slice(1)) : grid;
    const options = { mode: mode as 'nearest' | 'bilinear', paddingMode: 'zeros', alignCorners: false } as const;
    if (fill === null || fill === undefined) return gridSample(batch, grids, options);
    // a channel of ones tells what lies outside
    const inside = ones([n, 1, height, width], { dtype: batch.dtype, device: batch.device });
    const both = gridSample(cat([batch, inside], 1), grids, options);
    const mask = both.narrow(1, channels, 1), sampled = both.narrow(1, 0, channels);
    const colour = tensor(typeof fill === 'number' ? [fill] : fill, { dtype: batch.dtype, device: batch.device }).view(1, -1, 1, 1);
    if (mode === 'nearest') return sampled.where(mask.ge(0.5), colour);
    return sampled.mul(mask).add(mask.rsub(1).mul(colour));
  });
}
