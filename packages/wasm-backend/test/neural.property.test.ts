import * as torch from '@sconce/tensor';
import {
  adaptiveAvgPool2d, avgPool2d, batchNorm, conv1d, conv2d, conv3d, convolutionBackwardWeight, convTranspose1d, convTranspose2d, convTranspose3d, groupNorm, layerNorm,
  maxPool2d, normalizationBackward, normalizationBackwardWeight, poolingOps, adaptivePoolingOps, runStructured, softmaxOps,
} from '@sconce/tensor/internal';
import { property } from './support/property.js';
import type { Draws } from './support/draws.js';

const { float32, float64, int64 } = torch;
/** What must not reach a sum that it does not belong to. The sums' order does not matter to these. */
const INFINITIES = [Infinity, -Infinity, NaN];
const close = { rtol: 2e-6, atol: 3e-5 };

/** Channels, groups, kernel and geometry of a convolution that has an output, in one or two dimensions. */
function convolution(r: Draws, dims: 1 | 2) {
  const groups = r.pick([1, 1, 1, 2, 3]), channels = groups * r.integer(1, 4), outputs = groups * r.integer(1, 5);
  const per = (low: number, high: number, one = 0): number[] => Array.from({ length: dims }, () => (r.chance(one) ? 1 : r.integer(low, high)));
  const kernel = per(1, 4), stride = per(1, 3, 0.6), padding = per(0, 2), dilation = per(1, 2, 0.6);
  const size = kernel.map((k, d) => (k - 1) * dilation[d] + 1 + r.integer(0, 12));
  const outputSize = size.map((n, d) => Math.floor((n + 2 * padding[d] - (kernel[d] - 1) * dilation[d] - 1) / stride[d]) + 1);
  return { groups, channels, outputs, kernel, stride, padding, dilation, size, outputSize, count: r.integer(1, 4) };
}

for (const dims of [1, 2] as const) {
  property(`convolution in ${dims}d`, 60, (r) => {
    const g = convolution(r, dims), { stride, padding, dilation, groups } = g;
    const x = r.input(float32, [g.count, g.channels, ...g.size], { special: r.chance(0.3) && INFINITIES }), w = r.input(float32, [g.outputs, g.channels / groups, ...g.kernel]);
    const bias = r.chance(0.5) ? r.input(float32, [g.outputs]) : null, conv = dims === 1 ? conv1d : conv2d;
    return { run: () => conv(x(), w(), bias?.() ?? null, { stride, padding, dilation, groups }), ...close, note: g };
  });

  property(`transposed convolution in ${dims}d`, 60, (r) => {
    const g = convolution(r, dims), { stride, dilation, groups } = g;
    // some of the frame that is cut off, as a convolution that gives this size would have had it
    const padding = g.padding.map((p, d) => Math.min(p, Math.floor(((g.kernel[d] - 1) * dilation[d]) / 2)));
    const x = r.input(float32, [g.count, g.channels, ...g.size]), w = r.input(float32, [g.channels, g.outputs / groups, ...g.kernel]);
    const bias = r.chance(0.5) ? r.input(float32, [g.outputs]) : null, conv = dims === 1 ? convTranspose1d : convTranspose2d;
    const outputPadding = stride.map((s, d) => r.integer(0, Math.max(s, dilation[d]) - 1));
    return { run: () => conv(x(), w(), bias?.() ?? null, { stride, padding, outputPadding, dilation, groups }), ...close, note: { ...g, padding, outputPadding } };
  });

  property(`convolution's gradient by the weight in ${dims}d`, 60, (r) => {
    const g = convolution(r, dims), { stride, padding, dilation, groups } = g, weightShape = [g.outputs, g.channels / groups, ...g.kernel];
    const x = r.input(float32, [g.count, g.channels, ...g.size], { special: r.chance(0.3) && INFINITIES }), grad = r.input(float32, [g.count, g.outputs, ...g.outputSize]);
    return { run: () => convolutionBackwardWeight(x(), grad(), { stride, padding, dilation, groups, weightShape }), ...close, atol: 1e-4, note: g };
  });
}

// rows of less than a vector, and vectors of several rows
property('convolutions of a few pixels', 300, (r) => {
  const channels = r.integer(1, 9), outputs = r.integer(1, 9), kernel = [r.integer(1, 3), r.integer(1, 3)], dilation = [r.integer(1, 2), r.integer(1, 2)];
  const size = kernel.map((k, d) => (k - 1) * dilation[d] + r.integer(1, 3)), grown = kernel.map((k, d) => (k - 1) * dilation[d]);
  const x = r.input(float32, [2, channels, ...size]), g = r.input(float32, [2, outputs, ...size.map((n, d) => n - grown[d])]);
  const w = r.input(float32, [outputs, channels, ...kernel]), weightShape = [outputs, channels, ...kernel], one = { stride: 1, padding: 0, groups: 1, dilation };
  return {
    run: () => [conv2d(x(), w(), null, one), convTranspose2d(g(), w(), null, one), convolutionBackwardWeight(x(), g(), { ...one, stride: [1, 1], padding: [0, 0], weightShape })],
    ...close, note: { channels, outputs, kernel, dilation, size },
  };
});

property('convolutions of volumes', 80, (r) => {
  const groups = r.integer(1, 2), three = (low: number, high: number): number[] => [0, 1, 2].map(() => r.integer(low, high));
  const inputs = r.integer(1, 3), outputs = r.integer(1, 3), kernel = three(1, 3), dilation = three(1, 2), padding = three(0, 2), stride = r.chance(0.5) ? three(1, 3) : [1, 1, 1];
  const grown = kernel.map((k, d) => (k - 1) * dilation[d]), size = grown.map((n, d) => Math.max(n + r.integer(1, 6) - 2 * padding[d], 1, n + 1 - 2 * padding[d]));
  const outputSize = size.map((n, d) => Math.floor((n + 2 * padding[d] - grown[d] - 1) / stride[d]) + 1), weightShape = [groups * outputs, inputs, ...kernel];
  const x = r.input(float32, [2, groups * inputs, ...size]), w = r.input(float32, weightShape), bias = r.input(float32, [groups * outputs]);
  const g = r.input(float32, [2, groups * outputs, ...outputSize]), back = r.input(float32, [groups * inputs]), options = { stride, padding, dilation, groups };
  // what a transposed convolution is given, and what it grows to
  const cut = padding.map((p, d) => Math.min(p, Math.floor(((outputSize[d] - 1) * stride[d] + grown[d]) / 2)));
  return {
    run: () => [
      conv3d(x(), w(), bias(), options), convolutionBackwardWeight(x(), g(), { ...options, weightShape }),
      convTranspose3d(g(), w(), back(), { stride, padding: cut, dilation, groups }), convTranspose3d(g(), w(), null, { stride, dilation, groups }),
    ], rtol: 2e-6, atol: 1e-4, note: { groups, inputs, outputs, kernel, dilation, padding, stride, size },
  };
});

// many products for each element, so that images are copied, or strips added up
property('convolutions of many channels', 60, (r) => {
  const groups = r.integer(1, 2), per = (low: number, high: number): number[] => [r.integer(low, high), r.integer(low, high)];
  const inputs = r.integer(4, 12), outputs = r.integer(4, 12), kernel = per(1, 5), dilation = per(1, 2), padding = per(0, 3), strided = r.chance(0.3) ? per(1, 3) : [1, 1];
  const grown = kernel.map((k, d) => (k - 1) * dilation[d]), size = grown.map((n, d) => Math.max(n + r.integer(1, 14) - 2 * padding[d], 1, n + 1 - 2 * padding[d]));
  const outputSize = size.map((n, d) => Math.floor((n + 2 * padding[d] - grown[d] - 1) / strided[d]) + 1), weightShape = [groups * outputs, inputs, ...kernel];
  const x = r.input(float32, [2, groups * inputs, ...size], { special: r.chance(0.3) && INFINITIES }), w = r.input(float32, weightShape), bias = r.input(float32, [groups * outputs]);
  const g = r.input(float32, [2, groups * outputs, ...outputSize]), back = r.input(float32, [groups * inputs]);
  const cut = padding.map((p, d) => Math.min(p, Math.floor((grown[d] + outputSize[d] - 1) / 2))), options = { stride: strided, padding, dilation, groups };
  return {
    run: () => [
      conv2d(x(), w(), bias(), options), convolutionBackwardWeight(x(), g(), { ...options, weightShape }),
      convTranspose2d(g(), w(), back(), { padding: cut, dilation, groups }),
    ], rtol: 2e-6, atol: 2e-4, note: { groups, inputs, outputs, kernel, dilation, padding, strided, size },
  };
});

property('max pooling', 60, (r) => {
  const kernel = [r.integer(1, 4), r.integer(1, 4)], stride = r.chance(0.5) ? [2, 2] : [r.integer(1, 3), r.integer(1, 3)];
  const two = r.chance(0.4), padding = two ? 0 : kernel.map((k) => r.integer(0, Math.floor(k / 2))), dilation = two ? 1 : r.integer(1, 2);
  const size = [r.integer(8, 20), r.integer(8, 40)], x = r.input(float32, [r.integer(1, 3), r.integer(1, 3), ...size], { special: r.chance(0.5) });
  const ceilMode = r.chance(0.3), kernelSize = two ? 2 : kernel;
  return { run: () => maxPool2d(x(), kernelSize, { stride: two ? 2 : stride, padding, dilation, ceilMode, returnIndices: true }), note: [kernelSize, stride, padding, dilation, size] };
});

property("max pooling's gradient", 30, (r) => {
  const planes = [r.integer(1, 3), r.integer(1, 3)], inputSize = [r.integer(2, 12), r.integer(2, 12)], pooled = [...planes, r.integer(1, 6), r.integer(1, 6)];
  const g = r.input(float32, pooled), at = r.input(int64, pooled, { range: [0, inputSize[0] * inputSize[1]] });
  const pooling = { inputSize, outputSize: pooled.slice(2) };
  return { run: () => runStructured(poolingOps.maxPoolBackward, [g(), at()], { inputSize, pooling }), rtol: 1e-6, atol: 1e-5 };
});

property('mean pooling and its gradient', 60, (r) => {
  const kernel = [r.integer(1, 4), r.integer(1, 4)], stride = [r.integer(1, 3), r.integer(1, 3)], padding = kernel.map((k) => r.integer(0, Math.floor(k / 2)));
  const inputSize = [r.integer(4, 12), r.integer(4, 12)], lead = [r.integer(1, 3), r.integer(1, 3)], x = r.input(float32, [...lead, ...inputSize]);
  const countIncludePad = r.chance(0.5), divisorOverride = r.chance(0.3) ? r.integer(1, 5) : null;
  const outputSize = inputSize.map((n, d) => Math.floor((n + 2 * padding[d] - kernel[d]) / stride[d]) + 1), g = r.input(float32, [...lead, ...outputSize]);
  const attrs = { kernel, stride, padding, countIncludePad, divisorOverride, inputSize, outputSize };
  return {
    run: () => [
      avgPool2d(x(), kernel, { stride, padding, countIncludePad, ceilMode: r.chance(0), ...(divisorOverride && { divisorOverride }) }),
      ...runStructured(poolingOps.avgPool2dBackward, [g()], attrs),
    ],
    rtol: 1e-6, atol: 1e-5, note: attrs,
  };
});

property('pooling to a size and its gradient', 40, (r) => {
  const inputSize = [r.integer(1, 12), r.integer(1, 12)], outputSize = [r.integer(1, 7), r.integer(2, 7)], lead = [r.integer(1, 3), r.integer(1, 3)];
  const x = r.input(float32, [...lead, ...inputSize]), g = r.input(float32, [...lead, ...outputSize]);
  return {
    run: () => [adaptiveAvgPool2d(x(), outputSize), ...runStructured(adaptivePoolingOps.adaptiveAvgPool2dBackward, [g()], { inputSize, outputSize })],
    rtol: 1e-6, atol: 1e-5,
  };
});

property('softmax', 60, (r) => {
  const shape = r.shape(r.integer(1, 4)), dim = r.integer(0, shape.length - 1), dtype = r.pick([float32, float32, float64]);
  const x = r.input(dtype, shape, { range: [-30, 30] }), g = r.input(dtype, shape), { softmaxBackward, logSoftmaxBackward } = softmaxOps;
  return {
    run: () => {
      const y = x().softmax(dim), z = x().logSoftmax(dim);
      return [y, z, ...runStructured(softmaxBackward, [g(), y], { dim }), ...runStructured(logSoftmaxBackward, [g(), z], { dim })];
    },
    rtol: 2e-6, atol: 3e-6, note: [shape, dim],
  };
});

property('softmax of numbers that are not finite', 30, (r) => {
  const x = r.input(float32, [r.integer(1, 5), r.size(40, 0)], { range: [-5, 5] }), bad = r.input(torch.bool, [1, 1]), value = r.pick([NaN, Infinity, -Infinity]);
  return { run: () => { const y = x().clone(); y.select(1, 0).fill_(value); return [y.softmax(1), y.logSoftmax(1), y.maskedFill(bad(), -Infinity).softmax(1)]; }, rtol: 2e-6, atol: 3e-6 };
});

property('logsumexp', 60, (r) => {
  const shape = r.shape(r.integer(1, 4)), dims = [...shape.keys()].filter(() => r.chance(0.5)), keepdim = r.chance(0.5);
  const x = r.input(float32, shape, { range: [-30, 30] }), bad = r.input(torch.bool, shape), value = r.pick([NaN, Infinity, -Infinity]);
  return {
    run: () => [x().logsumexp(dims, { keepdim }), x().maskedFill(bad(), value).logsumexp(dims), torch.full([3, 5], value).logsumexp(1)],
    rtol: 2e-6, atol: 3e-6, note: [shape, dims],
  };
});

property('normalisation', 60, (r) => {
  const n = r.integer(1, 5), groups = r.integer(1, 3), channels = groups * r.integer(1, 4), size = [r.integer(1, 9), r.integer(2, 9)];
  const x = r.input(float32, [n, channels, ...size]), w = r.input(float32, [channels]), b = r.input(float32, [channels]);
  const features = r.input(float32, [n + 1, channels, ...r.pick([[], [1], [1, 1]])]);
  const rows = r.input(float32, [n, channels, size[1]]), rw = r.input(float32, [size[1]]), rb = r.input(float32, [size[1]]);
  const mean = r.input(float32, [channels]), variance = r.input(float32, [channels], { range: [0.1, 3] });
  return {
    run: () => [
      batchNorm(x(), mean(), variance(), w(), b()), batchNorm(x(), null, null, w(), b(), { training: true }),
      layerNorm(rows(), [size[1]], rw(), rb()), groupNorm(x(), groups, w(), b()),
      batchNorm(features(), mean(), variance(), w(), b()), batchNorm(features(), null, null, w(), b(), { training: true }),
    ],
    // where the numbers of a row are nearly equal, their differences are multiplied by up to 1 / √eps
    rtol: 1e-5, atol: 2e-4, note: [n, groups, channels, size],
  };
});

property("normalisation's gradients", 60, (r) => {
  const kind = r.pick(['layer', 'batch', 'group'] as const), [a, b, c, d] = [r.integer(1, 5), r.integer(1, 4), r.integer(1, 3), r.pick([1, r.size(40, 0)])];
  const shape = kind === 'layer' ? [a * b, 1, 1, d] as const : kind === 'batch' ? [a, b, 1, d] as const : [a, b, c, d] as const;
  const parameters = kind === 'layer' ? [1, 1, 1, d] as const : kind === 'batch' ? [1, b, 1, 1] as const : [1, b, c, 1] as const;
  const acrossBatch = kind === 'batch', attrs = { shape, parameters, acrossBatch, eps: 1e-5 }, groups = acrossBatch ? b : shape[0] * shape[1];
  const size = parameters.reduce<number>((p, n) => p * n, 1), g = r.input(float32, shape), x = r.input(float32, shape), w = r.input(float32, [size]);
  const mean = r.input(float32, [groups], { range: [-1, 1] }), variance = r.input(float32, [groups], { range: [0.5, 2] });
  return {
    run: () => [
      normalizationBackward(g(), x(), w(), mean(), variance(), attrs),
      normalizationBackwardWeight(g(), x(), mean(), variance(), { ...attrs, weightShape: [size] }),
    ],
    rtol: 1e-5, atol: 2e-4, note: attrs,
  };
});

property('statistics of many numbers with a large mean', 4, (r) => {
  const x = r.input(float32, [4, 2, 64, r.integer(60, 70)], { range: [100, 101], contiguous: true });
  return { run: () => batchNorm(x(), null, null, null, null, { training: true }), atol: 2e-4 };
});
