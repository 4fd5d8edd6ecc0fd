import type { ConvolutionGeometry, View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildCol2im } from '../kernels/col2im.js';
import { buildConvolution } from '../kernels/convolution.js';
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

/** As a convolution of the input in a frame of zeros, with the kernel turned around. */
function direct(engine: Engine, { g: { padding, dilation, groups }, x, out, weight, bias, kernel: [kh, kw] }: Transposed): void {
  // a frame of the kernel's reach; at its sides, that of one row serves the next
  const row = out.width + 2 * padding[1], reach = (kh - 1) * dilation[0] * row + (kw - 1) * dilation[1];
  withFrame(engine, x, row, (out.height + 2 * padding[0]) * row + reach, reach, (frame, plane) => {
    // rows of the kernel are outermost: those that meet nothing but the frame can be left out
    const inputs = x.channels / groups, channels = out.channels / groups, k = kh * inputs * kw, size = 4 * kh * kw, table = offsetTable(engine, {
      start: 4 * reach, channels: kh, channel: -4 * dilation[0] * row, rows: even(inputs, plane), columns: even(kw, -4 * dilation[1]),
    });
    withTurned(engine, weight, groups, inputs, channels, size, [[kh, 4 * kw], [inputs, channels * size], [kw, 4]], (a) => correlate(engine, {
      a, table, k, address: frame + (padding[0] * row + padding[1]) * 4, row: row * 4, group: inputs * plane, step: x.channels * plane,
      bands: [kh, dilation[0], out.width, padding[0], x.height],
    }, groups, bias, out));
  });
}

/** Calls `fn` with the input in planes of zeros, and with a plane's size in bytes. All numbers are floats. */
function withFrame(engine: Engine, x: Images, row: number, size: number, lead: number, fn: (frame: number, plane: number) => void): void {
  const planes = x.count * x.channels, plane = 4 * size;
  engine.scratch(planes * plane, (frame) => {
    engine.launch(engine.functions(buildConvolution).spread, planes, planes * size, x.height, x.width, x.address, frame, row * 4, plane, lead * 4);
    fn(frame, plane);
  });
}

/** Calls `fn` with each group's kernels of `size` bytes as (channels, then three axes of so many elements so many bytes apart). */
function withTurned(
  engine: Engine, weight: number, groups: number, inputs: number, channels: number, size: number, axes: readonly (readonly [count: number, step: number])[],
  fn: (turned: number) => void,
): void {
  const { turn } = engine.functions(buildConvolution), group = inputs * channels * size;
  engine.scratch(groups * group, (turned) => {
    for (let i = 0; i < groups; i++) turn(0, channels, weight + i * group, size, ...axes.flat(), turned + i * group);
    fn(turned);
  });
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
function byStrips(engine: Engine, { g: { padding, dilation, groups }, x, out, weight, bias, kernel: [kh, kw] }: Transposed): void {
  const { height } = out, { width } = x, reach = (kh - 1) * dilation[0] * width;
  withFrame(engine, x, width, (height + 2 * padding[0]) * width + reach, reach, (frame, plane) => {
    const inputs = x.channels / groups, channels = out.channels / groups, k = kh * inputs, size = 4 * kh * kw, table = offsetTable(engine, {
      start: 4 * reach, channels: kh, channel: -4 * dilation[0] * width, rows: even(inputs, plane), columns: even(1, 0),
    });
    const strips = { count: x.count, channels: out.channels * kw, height, width }, fns = engine.functions(buildConvolution);
    engine.scratch(4 * strips.count * strips.channels * height * width, (address) => {
      withTurned(engine, weight, groups, inputs, channels, size, [[kw, 4], [kh, 4 * kw], [inputs, channels * size]], (a) => correlate(engine, {
        a, table, k, address: frame + padding[0] * width * 4, row: width * 4, group: inputs * plane, step: x.channels * plane,
        bands: [kh, dilation[0], width, padding[0], x.height],
      }, groups, 0, { ...strips, address }));
      engine.launch(fns.merge, x.count * out.channels, x.count * strips.channels * height * width, height, out.width, kw, width, -padding[1], dilation[1],
        address, out.address, bias, out.channels);
    });
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
      engine.launch(engine.functions(buildCol2im).col2im, channels, k * n, out.address + i * channels * height * width * 4, columns,
        height, width, x.height, x.width, ...kernel, ...stride, ...padding, ...dilation);
    }
  });
  // each channel's number, added where it lies
  if (bias) {
    engine.launch(engine.functions(buildConvolution).compact, planes, planes * height * width, height, width, out.address, width * 4, height * width * 4,
      out.address, bias, out.channels);
  }
}
