import { contiguousStrides, convolutionOps, Layout, type ConvolutionGeometry, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildConvolution, GRAD_GROUP } from '../kernels/convolution.js';
import type { Lowering } from './index.js';
import * as general from './convolution-im2col.js';
import { areFloats, dense } from './dense.js';
import { orElse } from './or-else.js';
import { offsetTable } from './tables.js';

/** convolution (also transposed) and its gradient by the weight: float32, one or two dimensions. */
export const lowerConvolution: Lowering = (engine) => [
  [convolutionOps.convolution as Op<never>, orElse(convolutionOps.convolution, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, (views, [y]) => {
      const [x, w, bias] = views.map((v, i) => (i < 2 ? inTwo(v) : v)), out = inTwo(y), g = { ...inTwoDimensions(attrs), transposed: attrs.transposed };
      const one = isDirect(g);
      if (!g.transposed) (one ? forward : general.forward)(engine, x, w, bias, out, g);
      else if (one) transposed(engine, x, w, bias, out, g);
      else {
        general.transposed(engine, x, w, out, g);
        if (bias) addBias(engine, out, bias);
      }
    }))],
  [convolutionOps.backwardWeight as Op<never>, orElse(convolutionOps.backwardWeight, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, ([x, grad], [out]) => {
      const g = inTwoDimensions(attrs);
      (isDirect(g) ? gradWeight : general.gradWeight)(engine, inTwo(x), inTwo(grad), inTwo(out), g);
    }))],
];

const fits = (g: ConvolutionGeometry, views: readonly View[]): boolean => g.stride.length <= 2 && areFloats(views);

/** A row seen as an image of height 1. */
const inTwo = (v: View): View => {
  const { storage, dtype, layout: { shape, offset } } = v;
  return shape.length === 4 ? v : { storage, dtype, layout: new Layout([shape[0], shape[1], 1, shape[2]], contiguousStrides([shape[0], shape[1], 1, shape[2]]), offset) };
};

const inTwoDimensions = ({ stride, padding, dilation, groups }: ConvolutionGeometry): ConvolutionGeometry => stride.length === 2
  ? { stride, padding, dilation, groups }
  : { stride: [1, ...stride], padding: [0, ...padding], dilation: [1, ...dilation], groups };

/** Whether every kernel element meets the image at a fixed offset from the output. */
const isDirect = (g: ConvolutionGeometry): boolean => g.groups === 1 && g.stride.every((s) => s === 1);

/** A stack of images of one size, each channel a plane. */
interface Images { readonly address: number; readonly height: number; readonly width: number; readonly channels: number; readonly count: number }

const imagesOf = (v: View): Images => {
  const [count, channels, height, width] = v.layout.shape;
  return { address: pointer(v), height, width, channels, count };
};

/** Calls `fn` with the images framed by zeros. */
function padded(engine: Engine, x: Images, [top, left]: readonly number[], fn: (x: Images) => void): void {
  if (top === 0 && left === 0) return fn(x);
  const height = x.height + 2 * top, width = x.width + 2 * left, plane = height * width * 4;
  engine.scratch(x.count * x.channels * plane, (address) => {
    engine.launch(engine.functions(buildConvolution).spread, x.count * x.channels, x.count * x.channels * height * width,
      x.height, x.width, x.address, address, width * 4, plane, (top * width + left) * 4);
    fn({ ...x, address, height, width });
  });
}

/** The offsets of a kernel's elements in an image: where they lie, and how many there are. */
function offsets(engine: Engine, { channels, height, width }: Images, [rows, columns]: readonly number[], dilation: readonly number[]): { readonly at: number; readonly count: number } {
  const at = offsetTable(engine, { start: 0, channels, channel: 4 * height * width, rows, row: 4 * dilation[0] * width, columns, column: 4 * dilation[1] });
  return { at, count: channels * rows * columns };
}

/** Rows of so few are less than a vector: images of them are computed as one long row, with junk where rows end. */
const NARROW = 4;

/** What a kernel meets: rows of `width` floats are `imageRow` bytes apart from `image` on, images `imageStep`. */
interface Correlation {
  readonly a: number; readonly table: number; readonly k: number;
  readonly image: number; readonly imageRow: number; readonly imageStep: number;
  /** of an image that is a framed gradient: parts of k that are moved up by `dilation` rows of `row` floats each, what row the output begins with, and the gradient's rows */
  readonly bands?: readonly [count: number, dilation: number, row: number, top: number, rows: number];
}

function correlate(engine: Engine, c: Correlation, bias: View | undefined, out: View): void {
  const fns = engine.functions(buildConvolution);
  const [count, channels, height, width] = out.layout.shape, to = pointer(out), from = bias ? pointer(bias) : 0;
  const run = (height: number, width: number, to: number, plane: number, from: number, bands: readonly number[]): void =>
    engine.launch(fns.correlate, count, count * channels * height * width * c.k, channels, height, width, c.imageRow, c.k, c.a, c.table,
      c.image, c.imageStep, to, plane * 4, channels * plane * 4, from, ...bands);
  const { bands = [0, 0, 1, 0, 0] } = c;
  // rows that lie together are one
  if (c.imageRow === width * 4 && height * width >= NARROW) return run(1, height * width, to, height * width, from, bands);
  if (width >= NARROW) return run(height, width, to, height * width, from, bands);
  const n = (height - 1) * (c.imageRow / 4) + width, plane = Math.max(n, NARROW);
  engine.scratch(count * channels * plane * 4, (flat) => {
    run(1, n, flat, plane, 0, [0, 0, 1, 0, 0]);
    engine.launch(fns.compact, count * channels, out.layout.numel, height, width, flat, c.imageRow, plane * 4, to, from, channels);
  });
}

function forward(engine: Engine, x: View, w: View, bias: View | undefined, out: View, { padding, dilation }: ConvolutionGeometry): void {
  padded(engine, imagesOf(x), padding, (image) => {
    const table = offsets(engine, image, w.layout.shape.slice(2), dilation);
    correlate(engine, {
      a: pointer(w), table: table.at, k: table.count,
      image: image.address, imageRow: image.width * 4, imageStep: image.channels * image.height * image.width * 4,
    }, bias, out);
  });
}

function transposed(engine: Engine, x: View, w: View, bias: View | undefined, out: View, { padding, dilation }: ConvolutionGeometry): void {
  const fns = engine.functions(buildConvolution);
  const g = imagesOf(x), [, channels, height, width] = out.layout.shape, [kh, kw] = w.layout.shape.slice(2);
  // a frame of the kernel's reach; at its sides, that of one row serves the next
  const row = width + 2 * padding[1], reach = (kh - 1) * dilation[0] * row + (kw - 1) * dilation[1];
  const plane = ((height + 2 * padding[0]) * row + reach) * 4, planes = g.count * g.channels;
  engine.scratch(planes * plane, (framed) => {
    engine.launch(fns.spread, planes, planes * plane / 4, g.height, g.width, g.address, framed, row * 4, plane, reach * 4);
    // rows of the kernel are outermost: those that meet nothing but the frame can be left out
    const k = kh * g.channels * kw, table = offsetTable(engine, {
      start: 4 * reach, channels: kh, channel: -4 * dilation[0] * row, rows: g.channels, row: plane, columns: kw, column: -4 * dilation[1],
    });
    engine.scratch(channels * k * 4, (turned) => {
      fns.turn(0, channels, g.channels, kh, kw, pointer(w), turned);
      correlate(engine, {
        a: turned, table, k, image: framed + (padding[0] * row + padding[1]) * 4, imageRow: row * 4, imageStep: g.channels * plane,
        bands: [kh, dilation[0], width, padding[0], g.height],
      }, bias, out);
    });
  });
}

/** Adds each channel's number to its planes. */
function addBias(engine: Engine, out: View, bias: View): void {
  const { address, count, channels, height, width } = imagesOf(out);
  engine.launch(engine.functions(buildConvolution).compact, count * channels, out.layout.numel, height, width, address, width * 4, height * width * 4,
    address, pointer(bias), channels);
}

function gradWeight(
  engine: Engine, x: View, grad: View, out: View, { padding, dilation }: ConvolutionGeometry,
): void {
  const fns = engine.functions(buildConvolution);
  const [rows, , ...kernel] = out.layout.shape;
  padded(engine, imagesOf(x), padding, (image) => {
    const g = imagesOf(grad), table = offsets(engine, image, kernel, dilation);
    // rows that lie together are one
    const [height, width] = g.width === image.width ? [1, g.height * g.width] : [g.height, g.width];
    engine.launch(fns.gradWeight, Math.ceil(table.count / GRAD_GROUP), image.count * rows * table.count * g.height * g.width,
      rows, table.count, height, width, image.count, g.address, table.at, image.address, image.width * 4,
      image.channels * image.height * image.width * 4, pointer(out), table.count * 4);
  });
}
