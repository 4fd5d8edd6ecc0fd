import type { ConvolutionGeometry, View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildIm2col } from '../kernels/im2col.js';
import { multiply } from './multiply.js';

// Convolutions in two dimensions of any stride, dilation and number of groups, image by image.

/** One group of one image: what a matrix product sees of a convolution. */
interface Group {
  /** address of the group's channels in the image */
  readonly image: number;
  /** address of the group's channels in the output */
  readonly output: number;
  /** address of the group's part of the weight */
  readonly weight: number;
  readonly first: boolean;
}

interface Problem {
  readonly engine: Engine;
  /** channels of a group: of the image, of the output */
  readonly channels: number;
  readonly outputs: number;
  /** rows of the columns, and positions of the output */
  readonly k: number;
  readonly n: number;
  /** launches im2col or col2im over so many work items */
  move(name: 'im2col' | 'col2im', items: number, image: number, columns: number): void;
  forEachGroup(fn: (g: Group) => void): void;
}

/** @param image what is convolved, `output` what that gives (for a transposed convolution the two trade places) */
function problem(engine: Engine, image: View, output: View, weightAt: number, kernel: readonly number[], g: ConvolutionGeometry): Problem {
  const [count, allChannels, height, width] = image.layout.shape, [, allOutputs, outHeight, outWidth] = output.layout.shape;
  const channels = allChannels / g.groups, outputs = allOutputs / g.groups;
  const k = channels * kernel[0] * kernel[1], n = outHeight * outWidth;
  return {
    engine, channels, outputs, k, n,
    move(name, items, at, columns) {
      engine.launch(engine.functions(buildIm2col)[name], items, k * n, at, columns, height, width, outHeight, outWidth,
        ...kernel, ...g.stride, ...g.padding, ...g.dilation);
    },
    forEachGroup(fn) {
      for (let i = 0; i < count; i++) {
        for (let group = 0; group < g.groups; group++) {
          fn({
            image: pointer(image) + (i * allChannels + group * channels) * height * width * 4,
            output: pointer(output) + (i * allOutputs + group * outputs) * n * 4,
            weight: weightAt + group * outputs * k * 4,
            first: i === 0,
          });
        }
      }
    },
  };
}

export function forward(engine: Engine, x: View, w: View, bias: View | undefined, out: View, attrs: ConvolutionGeometry): void {
  const { k, n, outputs, move, forEachGroup } = problem(engine, x, out, pointer(w), w.layout.shape.slice(2), attrs);
  engine.scratch(k * n * 4, (columns) => {
    let channel = 0;
    forEachGroup((g) => {
      move('im2col', k, g.image, columns);
      const at = bias ? pointer(bias) + (channel % bias.layout.numel) * 4 : 0;
      if (bias) engine.launch(engine.functions(buildIm2col).fillRows, outputs, outputs * n, n, at, g.output);
      multiply(engine, 4, outputs, n, k, { address: g.weight, row: k * 4, column: 4 }, { address: columns, row: n * 4, column: 4 },
        g.output, bias ? g.output : 0, n * 4);
      channel += outputs;
    });
  });
}

/** The adjoint: columns = weightᵀ · input, summed where they overlap. The bias is left to the caller. */
export function transposed(engine: Engine, x: View, w: View, out: View, attrs: ConvolutionGeometry): void {
  const { k, n, channels, outputs, move, forEachGroup } = problem(engine, out, x, pointer(w), w.layout.shape.slice(2), attrs);
  engine.scratch(k * n * 4, (columns) => forEachGroup((g) => {
    multiply(engine, 4, k, n, outputs, { address: g.weight, row: 4, column: k * 4 }, { address: g.output, row: n * 4, column: 4 }, columns);
    move('col2im', channels, g.image, columns);
  }));
}

export function gradWeight(engine: Engine, x: View, grad: View, out: View, geometry: ConvolutionGeometry): void {
  const { k, n, outputs, move, forEachGroup } = problem(engine, x, grad, pointer(out), out.layout.shape.slice(2), geometry);
  engine.scratch(k * n * 4, (columns) => forEachGroup((g) => {
    move('im2col', k, g.image, columns);
    // gradient · columnsᵀ, added up over the images
    multiply(engine, 4, outputs, k, n, { address: g.output, row: n * 4, column: 4 }, { address: columns, row: 4, column: n * 4 },
      g.weight, g.first ? 0 : g.weight, k * 4);
  }));
}
