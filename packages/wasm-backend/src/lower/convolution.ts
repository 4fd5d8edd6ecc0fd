import { contiguousStrides, convolutionOps, Layout, type ConvolutionGeometry, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildConvolution, GRAD_GROUP } from '../kernels/convolution.js';
import type { Lowering } from './index.js';
import { transposed as transposedByColumns } from './convolution-col2im.js';
import { areFloats, dense } from './dense.js';
import { orElse } from './or-else.js';
import { even, offsetTable } from './tables.js';

/** convolution (also transposed) and its gradient by the weight: float32, one or two dimensions. */
export const lowerConvolution: Lowering = (engine) => [
  [convolutionOps.convolution as Op<never>, orElse(convolutionOps.convolution, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, (views, [y]) => {
      const [x, w, bias] = views.map((v, i) => (i < 2 ? inTwo(v) : v)), out = inTwo(y), g = { ...inTwoDimensions(attrs), transposed: attrs.transposed };
      if (!g.transposed) forward(engine, x, w, bias, out, g);
      else if (g.stride.every((s) => s === 1)) transposed(engine, x, w, bias, out, g);
      else {
        transposedByColumns(engine, x, w, out, g);
        if (bias) addBias(engine, out, bias);
      }
    }))],
  [convolutionOps.backwardWeight as Op<never>, orElse(convolutionOps.backwardWeight, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, ([x, grad], [out]) => gradWeight(engine, inTwo(x), inTwo(grad), inTwo(out), inTwoDimensions(attrs))))],
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

/** A stack of images of one size, each channel a plane. */
interface Images { readonly address: number; readonly height: number; readonly width: number; readonly channels: number; readonly count: number }

const imagesOf = (v: View): Images => {
  const [count, channels, height, width] = v.layout.shape;
  return { address: pointer(v), height, width, channels, count };
};

/** What a kernel meets: `k` elements at offsets by a table; rows `row` bytes apart, the channels of a group `group`, images `step`. */
interface Met { readonly address: number; readonly row: number; readonly group: number; readonly step: number; readonly table: number; readonly k: number }

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Calls `fn` with the images framed by zeros, in rows and columns that the stride divides. */
function framed(engine: Engine, x: Images, { padding: [top, left], stride }: ConvolutionGeometry, fn: (x: Images) => void): void {
  const height = roundUp(x.height + 2 * top, stride[0]), width = roundUp(x.width + 2 * left, stride[1]), plane = height * width * 4;
  if (height === x.height && width === x.width) return fn(x);
  engine.scratch(x.count * x.channels * plane, (address) => {
    engine.launch(engine.functions(buildConvolution).spread, x.count * x.channels, x.count * x.channels * height * width,
      x.height, x.width, x.address, address, width * 4, plane, (top * width + left) * 4);
    fn({ ...x, address, height, width });
  });
}

/**
 * Calls `fn` with images as a kernel meets them. With a stride of s, what an element of the kernel meets are every s-th of the
 * columns, or rows, from some place on: taken apart by that, they lie together, and a fixed offset leads to them again.
 */
function met(engine: Engine, images: Images, [kh, kw]: readonly number[], g: ConvolutionGeometry, fn: (x: Met) => void): void {
  const { stride: [sh, sw], dilation: [dh, dw], groups } = g, channels = images.channels / groups;
  framed(engine, images, g, (x) => {
    // rests that some element of the kernel leaves
    const down = Math.min(sh, (kh - 1) * dh + 1), right = Math.min(sw, (kw - 1) * dw + 1);
    const row = 4 * x.width / sw, plane = row * x.height / sh, channel = down * right * plane, group = channels * channel, step = groups * group;
    const table = offsetTable(engine, {
      start: 0, channels, channel,
      rows: { count: kh, dilation: dh, step: row, stride: sh, apart: right * plane }, columns: { count: kw, dilation: dw, step: 4, stride: sw, apart: plane },
    });
    const k = channels * kh * kw;
    if (sh === 1 && sw === 1) return fn({ address: x.address, row, group, step, table, k });
    engine.scratch(x.count * step, (address) => {
      engine.launch(engine.functions(buildConvolution).split, x.count * x.channels, x.count * step / 4,
        x.height, x.width, sh, sw, down, right, x.address, address);
      fn({ address, row, group, step, table, k });
    });
  });
}

/** No bands: all of k counts everywhere. */
const ALL = [0, 0, 1, 0, 0];
/** Rows of so few are less than a vector: images of them are computed as one long row, with junk where rows end. */
const NARROW = 4;

interface Correlation extends Met {
  /** address of the kernels, each with its elements together */
  readonly a: number;
  /** of an image that is a framed gradient: parts of k that are moved up by `dilation` rows of `row` floats each, what row the output begins with, and the gradient's rows */
  readonly bands?: readonly [count: number, dilation: number, row: number, top: number, rows: number];
}

function correlate(engine: Engine, c: Correlation, groups: number, bias: View | undefined, out: View): void {
  const fns = engine.functions(buildConvolution), { bands = ALL } = c;
  const [count, all, height, width] = out.layout.shape, channels = all / groups, to = pointer(out), from = bias ? pointer(bias) : 0;
  const run = (height: number, width: number, to: number, plane: number, from: number, bands: readonly number[]): void => {
    for (let g = 0; g < groups; g++) {
      engine.launch(fns.correlate, count, count * channels * height * width * c.k, channels, height, width, c.row, c.k, c.a + g * channels * c.k * 4, c.table,
        c.address + g * c.group, c.step, to + g * channels * plane * 4, plane * 4, all * plane * 4, from && from + g * channels * 4, ...bands);
    }
  };
  // rows that lie together are one
  if (c.row === width * 4 && height * width >= NARROW) return run(1, height * width, to, height * width, from, bands);
  if (width >= NARROW) return run(height, width, to, height * width, from, bands);
  const n = (height - 1) * (c.row / 4) + width, plane = Math.max(n, NARROW);
  engine.scratch(count * all * plane * 4, (flat) => {
    run(1, n, flat, plane, 0, ALL);
    engine.launch(fns.compact, count * all, out.layout.numel, height, width, flat, c.row, plane * 4, to, from, all);
  });
}

function forward(engine: Engine, x: View, w: View, bias: View | undefined, out: View, g: ConvolutionGeometry): void {
  met(engine, imagesOf(x), w.layout.shape.slice(2), g, (image) => correlate(engine, { ...image, a: pointer(w) }, g.groups, bias, out));
}

function transposed(engine: Engine, x: View, w: View, bias: View | undefined, out: View, { padding, dilation, groups }: ConvolutionGeometry): void {
  const fns = engine.functions(buildConvolution);
  const g = imagesOf(x), [, all, height, width] = out.layout.shape, [kh, kw] = w.layout.shape.slice(2);
  // a frame of the kernel's reach; at its sides, that of one row serves the next
  const row = width + 2 * padding[1], reach = (kh - 1) * dilation[0] * row + (kw - 1) * dilation[1];
  const plane = ((height + 2 * padding[0]) * row + reach) * 4, planes = g.count * g.channels;
  engine.scratch(planes * plane, (frame) => {
    engine.launch(fns.spread, planes, planes * plane / 4, g.height, g.width, g.address, frame, row * 4, plane, reach * 4);
    // rows of the kernel are outermost: those that meet nothing but the frame can be left out
    const inputs = g.channels / groups, channels = all / groups, k = kh * inputs * kw, table = offsetTable(engine, {
      start: 4 * reach, channels: kh, channel: -4 * dilation[0] * row, rows: even(inputs, plane), columns: even(kw, -4 * dilation[1]),
    });
    engine.scratch(all * k * 4, (turned) => {
      for (let i = 0, size = channels * k * 4; i < groups; i++) fns.turn(0, channels, inputs, kh, kw, pointer(w) + i * size, turned + i * size);
      correlate(engine, {
        a: turned, table, k, address: frame + (padding[0] * row + padding[1]) * 4, row: row * 4, group: inputs * plane, step: g.channels * plane,
        bands: [kh, dilation[0], width, padding[0], g.height],
      }, groups, bias, out);
    });
  });
}

/** Adds each channel's number to its planes. */
function addBias(engine: Engine, out: View, bias: View): void {
  const { address, count, channels, height, width } = imagesOf(out);
  engine.launch(engine.functions(buildConvolution).compact, count * channels, out.layout.numel, height, width, address, width * 4, height * width * 4,
    address, pointer(bias), channels);
}

function gradWeight(engine: Engine, x: View, grad: View, out: View, geometry: ConvolutionGeometry): void {
  const [all, , ...kernel] = out.layout.shape, g = imagesOf(grad), { groups } = geometry, rows = all / groups, plane = g.height * g.width * 4;
  met(engine, imagesOf(x), kernel, geometry, (image) => {
    // rows that lie together are one
    const [height, width] = g.width * 4 === image.row ? [1, g.height * g.width] : [g.height, g.width];
    for (let i = 0; i < groups; i++) {
      engine.launch(engine.functions(buildConvolution).gradWeight, Math.ceil(image.k / GRAD_GROUP), g.count * rows * image.k * plane / 4,
        rows, image.k, height, width, g.count, g.address + i * rows * plane, all * plane, image.table, image.address + i * image.group, image.row, image.step,
        pointer(out) + i * rows * image.k * 4, image.k * 4);
    }
  });
}
