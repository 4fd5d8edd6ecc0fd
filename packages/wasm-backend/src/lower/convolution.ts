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

function forward(engine: Engine, x: View, w: View, bias: View | undefined, out: View, { padding, dilation }: ConvolutionGeometry): void {
  const fns = engine.functions(buildConvolution);
  const [count, channels, height, width] = out.layout.shape, kernel = w.layout.shape.slice(2);
  padded(engine, imagesOf(x), padding, (image) => {
    const table = offsets(engine, image, kernel, dilation), n = (height - 1) * image.width + width;
    engine.scratch(count * channels * n * 4, (flat) => {
      engine.launch(fns.correlate, count, count * channels * n * table.count, channels, n, table.count, pointer(w), table.at,
        image.address, image.channels * image.height * image.width * 4, flat, channels * n * 4, 0, 0, 0, 0);
      engine.launch(fns.compact, count * channels, out.layout.numel, height, width, flat, image.width * 4, n * 4, pointer(out), bias ? pointer(bias) : 0, channels);
    });
  });
}

/** A framed gradient: each plane in rows of `width`, with room for a kernel's reach before and after. */
function framed(
  engine: Engine, g: Images, width: number, reach: number, n: number, fn: (address: number, plane: number) => void,
): void {
  const plane = (n + 2 * reach) * 4;
  engine.scratch(g.count * g.channels * plane, (address) => {
    engine.launch(engine.functions(buildConvolution).spread, g.count * g.channels, g.count * g.channels * n,
      g.height, g.width, g.address, address, width * 4, plane, reach * 4);
    fn(address, plane);
  });
}

function transposed(engine: Engine, x: View, w: View, bias: View | undefined, out: View, { padding, dilation }: ConvolutionGeometry): void {
  const fns = engine.functions(buildConvolution);
  const g = imagesOf(x), [count, channels, height, width] = out.layout.shape;
  const [kh, kw] = w.layout.shape.slice(2);
  // the image before its frame is cut off
  const fullHeight = height + 2 * padding[0], fullWidth = width + 2 * padding[1];
  const n = (g.height - 1) * fullWidth + g.width;
  const reach = (kh - 1) * dilation[0] * fullWidth + (kw - 1) * dilation[1];
  const total = fullHeight * fullWidth;
  framed(engine, g, fullWidth, reach, n, (grads, plane) => {
    // rows of the kernel are outermost: those that meet nothing but the frame can be left out
    const k = kh * g.channels * kw, table = offsetTable(engine, {
      start: 4 * reach, channels: kh, channel: -4 * dilation[0] * fullWidth, rows: g.channels, row: plane, columns: kw, column: -4 * dilation[1],
    });
    engine.scratch(channels * k * 4, (turned) => {
      fns.turn(0, channels, g.channels, kh, kw, pointer(w), turned);
      engine.scratch(count * channels * total * 4, (flat) => {
        engine.launch(fns.correlate, count, count * channels * total * k, channels, total, k, turned, table, grads, g.channels * plane, flat, channels * total * 4,
          kh, dilation[0], fullWidth, g.height);
        engine.launch(fns.compact, count * channels, out.layout.numel, height, width, flat + (padding[0] * fullWidth + padding[1]) * 4,
          fullWidth * 4, total * 4, pointer(out), bias ? pointer(bias) : 0, channels);
      });
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
    const g = imagesOf(grad), n = (g.height - 1) * image.width + g.width;
    const table = offsets(engine, image, kernel, dilation);
    framed(engine, g, image.width, 0, n, (grads, plane) => {
      engine.launch(fns.gradWeight, Math.ceil(table.count / GRAD_GROUP), image.count * rows * table.count * n, rows, table.count, n, image.count, grads, plane, rows * plane,
        table.at, image.address, image.channels * image.height * image.width * 4, pointer(out), table.count * 4);
    });
  });
}
