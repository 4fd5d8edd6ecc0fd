import type { ConvolutionGeometry, View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildCol2im } from '../kernels/col2im.js';
import { multiply } from './multiply.js';

/**
 * A transposed convolution in two dimensions of any stride and number of groups, image by image and group by group:
 * columns = weightᵀ · input, summed where they overlap. The bias is left to the caller.
 */
export function transposed(engine: Engine, x: View, w: View, out: View, { groups, stride, padding, dilation }: ConvolutionGeometry): void {
  const [count, allInputs, inHeight, inWidth] = x.layout.shape, [, allChannels, height, width] = out.layout.shape, kernel = w.layout.shape.slice(2);
  const inputs = allInputs / groups, channels = allChannels / groups, k = channels * kernel[0] * kernel[1], n = inHeight * inWidth;
  engine.scratch(k * n * 4, (columns) => {
    for (let i = 0; i < count * groups; i++) {
      multiply(engine, 4, k, n, inputs, { address: pointer(w) + i % groups * inputs * k * 4, row: 4, column: k * 4 },
        { address: pointer(x) + i * inputs * n * 4, row: n * 4, column: 4 }, columns);
      engine.launch(engine.functions(buildCol2im).col2im, channels, k * n, pointer(out) + i * channels * height * width * 4, columns,
        height, width, inHeight, inWidth, ...kernel, ...stride, ...padding, ...dilation);
    }
  });
}
