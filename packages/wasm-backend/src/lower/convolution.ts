import { convolutionOps, type ConvolutionGeometry, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildConvolution, GRAD_GROUP } from '../kernels/convolution.js';
import type { Lowering } from './index.js';
import { convolveVolumes, gradWeightOfVolumes, spreadVolumes } from './convolution-3d.js';
import { transposed } from './convolution-transposed.js';
import { correlate, imagesOf, isWaste, type Images, type Met } from './correlate.js';
import { areFloats, dense, reshaped } from './dense.js';
import { orElse } from './or-else.js';
import { even, offsetTable } from './tables.js';

/** convolution (also transposed) and its gradient by the weight: float32, one to three dimensions. */
export const lowerConvolution: Lowering = (engine) => [
  [convolutionOps.convolution as Op<never>, orElse(convolutionOps.convolution, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, (views, [y]) => {
      const run = attrs.transposed ? transposed : forward;
      if (attrs.stride.length === 3) {
        return (attrs.transposed ? spreadVolumes : convolveVolumes)(engine, views, y, attrs, (x, w, bias, out, g) => run(engine, x, w, bias, out, g));
      }
      const [x, w, bias] = views.map((v, i) => (i < 2 ? inTwo(v) : v));
      run(engine, x, w, bias, inTwo(y), inTwoDimensions(attrs));
    }))],
  [convolutionOps.backwardWeight as Op<never>, orElse(convolutionOps.backwardWeight, (inputs, outputs, attrs) => fits(attrs, inputs) &&
    dense(engine, inputs, outputs, ([x, grad], [out]) => (attrs.stride.length === 3
      ? gradWeightOfVolumes(engine, x, grad, out, attrs, (...views) => gradWeight(engine, ...views))
      : gradWeight(engine, inTwo(x), inTwo(grad), inTwo(out), inTwoDimensions(attrs)))))],
];

const fits = (g: ConvolutionGeometry, views: readonly View[]): boolean => g.stride.length <= 3 && areFloats(views);

/** A row seen as an image of height 1. */
const inTwo = (v: View): View => {
  const { shape } = v.layout;
  return shape.length === 4 ? v : reshaped(v, [shape[0], shape[1], 1, shape[2]]);
};

const inTwoDimensions = ({ stride, padding, dilation, groups }: ConvolutionGeometry): ConvolutionGeometry => stride.length === 2
  ? { stride, padding, dilation, groups }
  : { stride: [1, ...stride], padding: [0, ...padding], dilation: [1, ...dilation], groups };

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
 *
 * Where rows of the output (`width` floats, which take `lanes` to compute) do not fill vectors, each column of the kernel gets a
 * copy of just what it meets, if that is cheap beside the products of a group's `outputs`: the rows of a copy are one long row.
 */
function met(
  engine: Engine, images: Images, [kh, kw]: readonly number[], g: ConvolutionGeometry, outputs: number, width: number, lanes: number, fn: (x: Met) => void,
): void {
  const { stride: [sh, sw], dilation: [dh, dw], groups } = g, channels = images.channels / groups;
  framed(engine, images, g, (x) => {
    // rests that some element of the kernel leaves
    const down = Math.min(sh, (kh - 1) * dh + 1), copies = x.count * x.channels * down * kw * x.height / sh * width;
    const copied = x.width !== width * sw && isWaste(width, lanes, outputs * kh, copies);
    const right = copied ? kw : Math.min(sw, (kw - 1) * dw + 1), columns = copied ? width : x.width / sw;
    const row = 4 * columns, plane = row * x.height / sh, channel = down * right * plane, group = channels * channel, step = groups * group;
    const table = offsetTable(engine, {
      start: 0, channels, channel, rows: { count: kh, dilation: dh, step: row, stride: sh, apart: right * plane },
      columns: copied ? even(kw, plane) : { count: kw, dilation: dw, step: 4, stride: sw, apart: plane },
    });
    const k = channels * kh * kw;
    if (sh === 1 && sw === 1 && !copied) return fn({ address: x.address, row, group, step, table, k });
    engine.scratch(x.count * step, (address) => {
      engine.launch(engine.functions(buildConvolution).split, x.count * x.channels, x.count * step / 4,
        x.height, x.width, sh, sw, down, right, copied ? dw : 1, columns, x.address, address);
      fn({ address, row, group, step, table, k });
    });
  });
}

function forward(engine: Engine, x: View, w: View, bias: View | undefined, out: View, g: ConvolutionGeometry): void {
  const y = imagesOf(out);
  met(engine, imagesOf(x), w.layout.shape.slice(2), g, y.channels / g.groups, y.width, roundUp(y.width, 4), (image) =>
    correlate(engine, { ...image, a: pointer(w) }, g.groups, bias ? pointer(bias) : 0, y));
}

/** Vectors of a gradient's row: the last ones are of two, and of one. */
const vectorsOf = (width: number): number => (width >> 2) + (width >> 1 & 1) + (width & 1);

function gradWeight(engine: Engine, x: View, grad: View, out: View, geometry: ConvolutionGeometry): void {
  const [all, , ...kernel] = out.layout.shape, g = imagesOf(grad), { groups } = geometry, rows = all / groups, plane = g.height * g.width * 4;
  met(engine, imagesOf(x), kernel, geometry, rows, g.width, 4 * vectorsOf(g.width), (image) => {
    // rows that lie together are one
    const [height, width] = g.width * 4 === image.row ? [1, g.height * g.width] : [g.height, g.width];
    const quads = Math.ceil(image.k / GRAD_GROUP);
    engine.launch(engine.functions(buildConvolution).gradWeight, groups * quads, g.count * all * image.k * plane / 4,
      quads, rows, image.k, height, width, g.count, g.address, all * plane, image.table, image.address, image.group, image.row, image.step, pointer(out), image.k * 4);
  });
}
