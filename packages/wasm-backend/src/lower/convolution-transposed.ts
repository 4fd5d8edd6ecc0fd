import type { ConvolutionGeometry, View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildConvolution } from '../kernels/convolution.js';
import { buildPatches } from '../kernels/patches.js';
import { correlate, imagesOf, isWaste, type Images } from './correlate.js';
import { multiply } from './multiply.js';
import { even, offsetTable } from './tables.js';

interface Transposed {
  readonly g: ConvolutionGeometry;
  readonly x: Images;
  readonly out: Images;
  /** addresses of the weight (inputs × channels of a group × kernel) and of a number for each channel, 0 for none */
  readonly weight: number;
  readonly bias: number;
  readonly kernel: readonly number[];
}

/** A transposed convolution in two dimensions: what a convolution's gradient by its input is as well. */
export function transposed(engine: Engine, x: View, w: View, bias: View | undefined, out: View, g: ConvolutionGeometry): void {
  const t = { g, x: imagesOf(x), out: imagesOf(out), weight: pointer(w), bias: bias ? pointer(bias) : 0, kernel: w.layout.shape.slice(2) };
  if (g.stride.some((s) => s !== 1)) byColumns(engine, t);
  else if (paysByStrips(t)) byStrips(engine, t);
  else direct(engine, t);
}

interface Turned {
  /** floats from a row of the framed input to the next */
  readonly row: number;
  /** where the output begins in it */
  readonly left: number;
  /** columns of the kernel that are summed */
  readonly columns: number;
  /** axes of the weight, those that are summed last, in the order of the sums */
  readonly axes: readonly (readonly [count: number, step: number])[];
}

/** A convolution of the input in a frame of zeros, with the kernel turned around; the weight has `channels` outputs. */
function convolveTurned(engine: Engine, { g: { padding: [top], dilation: [dh, dw], groups }, x, weight, kernel: [kh, kw] }: Transposed,
  { row, left, columns, axes }: Turned, bias: number, out: Images, channels: number): void {
  // at the sides the frame of one row serves the next
  const reach = (kh - 1) * dh * row + (columns - 1) * dw, plane = 4 * ((out.height + 2 * top) * row + reach), planes = x.count * x.channels;
  const inputs = x.channels / groups, size = 4 * kh * kw, { spread, turn } = engine.functions(buildConvolution);
  engine.scratch(planes * plane, (frame) => engine.scratch(inputs * channels * size, (a) => {
    engine.launch(spread, planes, planes * plane / 4, x.height, x.width, x.address, frame, row * 4, plane, reach * 4);
    engine.launch(turn, channels, inputs * channels * size / 4, channels / groups, weight, size, inputs * channels / groups * size, ...axes.flat(), a);
    // rows of the kernel are outermost: those that meet nothing but the frame can be left out
    const table = offsetTable(engine, { start: 4 * reach, channels: kh, channel: -4 * dh * row, rows: even(inputs, plane), columns: even(columns, -4 * dw) });
    correlate(engine, {
      a, table, k: kh * inputs * columns, address: frame + (top * row + left) * 4, row: row * 4, group: inputs * plane, step: x.channels * plane,
      bands: [kh, dh, out.width, top, x.height],
    }, groups, bias, out);
  }));
}

/** The steps of a weight's axes in bytes: rows of the kernel, inputs, columns. */
const axesOf = ({ g: { groups }, x, out, kernel: [kh, kw] }: Transposed): (readonly [count: number, step: number])[] =>
  [[kh, 4 * kw], [x.channels / groups, out.channels / groups * 4 * kh * kw], [kw, 4]];

/** All columns of the kernel in one sum. */
function direct(engine: Engine, t: Transposed): void {
  const { g: { padding }, out, bias, kernel: [, columns] } = t;
  convolveTurned(engine, t, { row: out.width + 2 * padding[1], left: padding[1], columns, axes: axesOf(t) }, bias, out, out.channels);
}

/** Whether rows of the output that hold nothing of the input, and ends of rows, cost more products than strips cost additions. */
function paysByStrips({ g: { padding, groups }, x, out, kernel: [kh, kw] }: Transposed): boolean {
  const computed = padding[1] === 0 ? out.width : Math.ceil(out.width / 4) * 4;
  return isWaste(x.width, computed, x.channels / groups * kh, x.count * out.channels * kw * out.height * x.width);
}

/**
 * One strip as wide as the input for each column of the kernel, added up where they belong: where the kernel is wide, and the
 * image narrow, much of an output's row meets the frame only.
 */
function byStrips(engine: Engine, t: Transposed): void {
  const { g: { padding, dilation }, x: { count, width }, out, bias, kernel: [, kw] } = t, [rows, inputs, columns] = axesOf(t);
  const channels = out.channels * kw, floats = count * channels * out.height * width;
  engine.scratch(4 * floats, (address) => {
    const strips = { address, count, channels, height: out.height, width };
    convolveTurned(engine, t, { row: width, left: 0, columns: 1, axes: [columns, rows, inputs] }, 0, strips, out.channels);
    engine.launch(engine.functions(buildConvolution).merge, count * out.channels, floats, out.height, out.width, kw, width, -padding[1], dilation[1],
      address, out.address, bias, out.channels);
  });
}

/** Of any stride, image by image and group by group: columns = weightᵀ · input, summed where they overlap. */
function byColumns(engine: Engine, { g: { groups, stride, padding, dilation }, x, out, weight, bias, kernel }: Transposed): void {
  const { height, width } = out, inputs = x.channels / groups, channels = out.channels / groups;
  const k = channels * kernel[0] * kernel[1], n = x.height * x.width, planes = out.count * out.channels;
  engine.scratch(k * n * 4, (columns) => {
    for (let i = 0; i < x.count * groups; i++) {
      multiply(engine, 4, k, n, inputs, { address: weight + i % groups * inputs * k * 4, row: 4, column: k * 4 },
        { address: x.address + i * inputs * n * 4, row: n * 4, column: 4 }, columns);
      engine.launch(engine.functions(buildPatches).col2im, channels, k * n, out.address + i * channels * height * width * 4, columns,
        height, width, x.height, x.width, ...kernel, ...stride, ...padding, ...dilation);
    }
  });
  // each channel's number, added where it lies
  if (bias) {
    engine.launch(engine.functions(buildConvolution).compact, planes, planes * height * width, height, width, out.address, width * 4, height * width * 4,
      out.address, bias, out.channels);
  }
}
