import * as torch from '@sconce/tensor';
import { col2im, elementLoss, im2col, nllLossBackward, nllLossOf, lossOps, pad, runStructured, viewBackwardOps } from '@sconce/tensor/internal';
import { property } from './support/property.js';

const { bool, float16, float32, float64, int32, int64, uint8 } = torch;
const every = [bool, uint8, int32, int64, float16, float32, float64] as const;
const close = { rtol: 1e-6, atol: 1e-5 };

property('largest and smallest along a dimension', 100, (r) => {
  const shape = r.shape(r.integer(0, 4)), dim = r.integer(0, Math.max(shape.length - 1, 0)), dtype = r.pick([uint8, int32, int64, float32, float32, float64]);
  const x = r.input(dtype, shape, { special: r.chance(0.5), range: r.chance(0.5) ? [-2, 2] : [-50, 50] }), keepdim = r.chance(0.5);
  return { run: () => [x().argmax(dim, { keepdim }), x().argmin(dim), ...x().max(dim), ...x().min(dim, { keepdim }), x().argmax()], note: [dtype.name, shape, dim] };
});

property('ties and NaN in long rows', 40, (r) => {
  const x = r.input(float32, [3, r.integer(16, 70)], { range: [0, 3] }), dtype = r.pick([int32, float32]), bad = r.input(bool, [3, 1]);
  return { run: () => { const y = x().to(dtype).to(float32), z = y.clone(); z.select(1, r.integer(0, 0)).maskedFill_(bad().squeeze(1), NaN); return [y.argmax(1), y.argmin(1), z.argmax(1), ...z.min(1)]; } };
});

property('cat and stack', 80, (r) => {
  const shape = r.shape(r.integer(1, 4)), dim = r.integer(0, shape.length - 1), dtype = r.pick(every), mixed = r.chance(0.2);
  const parts = Array.from({ length: r.integer(1, 4) }, () => r.input(mixed ? r.pick([uint8, int64, float32]) : dtype, shape.with(dim, r.size(9))));
  const equal = Array.from({ length: r.integer(1, 4) }, () => r.input(dtype, shape));
  return { run: () => [torch.cat(parts.map((make) => make()), dim), torch.stack(equal.map((make) => make()), dim)], note: [dtype.name, shape, dim] };
});

property('padding, repetition and flipping', 60, (r) => {
  const shape = r.shape(r.integer(1, 4)), x = r.input(r.pick(every), shape), dims = shape.map((_, d) => d).filter(() => r.chance(0.5));
  const pads = shape.slice(0, 2).flatMap((_, i) => { const n = shape.at(-1 - i)!; return [r.integer(-Math.floor(n / 3), 3), r.integer(-Math.floor(n / 3), 3)]; });
  const repeats = [...(r.chance(0.3) ? [2] : []), ...shape.map(() => r.integer(0, 3))];
  return { run: () => [pad(x(), pads, { value: 1 }), x().repeat(repeats), x().flip(dims)], note: [shape, pads, repeats, dims] };
});

property('shuffles, turns and rolls', 60, (r) => {
  const [n, c, h, w, factor, groups] = [r.integer(0, 3), r.integer(1, 3), r.size(9), r.size(33), r.integer(1, 3), r.integer(1, 3)], dtype = r.pick(every);
  const x = r.input(dtype, [n, c * factor ** 2, h, w]), y = r.input(dtype, [n, c, h * factor, w * factor]), z = r.input(dtype, [n, c * groups, h, w]);
  const k = r.integer(0, 3), dims = [r.integer(0, 3), r.integer(0, 3)], shifts = [r.integer(-9, 9), r.integer(-9, 9)];
  return {
    run: () => [torch.pixelShuffle(x(), factor), torch.pixelUnshuffle(y(), factor), torch.channelShuffle(z(), groups), x().rot90(k, [1, 3]), x().roll(shifts, dims), x().roll(3)],
    note: [dtype.name, n, c, h, w, factor, groups, k, shifts, dims],
  };
});

property('windows of images and their sums', 120, (r) => {
  const pair = (low: number, high: number, one = 0): number[] => [0, 1].map(() => (r.chance(one) ? 1 : r.integer(low, high)));
  const kernel = pair(1, 5), stride = pair(1, 3, 0.5), dilation = pair(1, 3, 0.5), padding = pair(0, r.pick([0, 2, 9]));
  const size = kernel.map((k, d) => Math.max((k - 1) * dilation[d] + 1 - 2 * padding[d], 1) + r.integer(0, 20)), dtype = r.pick([float32, float32, float32, float64]);
  const counts = size.map((n, d) => Math.floor((n + 2 * padding[d] - (kernel[d] - 1) * dilation[d] - 1) / stride[d]) + 1), n = r.size(3), c = r.size(3, 0), options = { stride, dilation, padding };
  const x = r.input(dtype, [n, c, ...size], { special: true }), y = r.input(dtype, [n, c * kernel[0] * kernel[1], counts[0] * counts[1]], { special: r.chance(0.3) && [Infinity, -Infinity, NaN] });
  return { run: () => [im2col(x(), kernel, options), col2im(y(), size, kernel, options)], rtol: 1e-6, atol: 1e-5, note: { size, kernel, n, c, ...options } };
});

property('gradients of views', 40, (r) => {
  const shape = r.shape(r.integer(2, 4)), dim = r.integer(0, shape.length - 1), n = Math.max(shape[dim], 1), size = shape.with(dim, n), start = r.integer(0, n - 1), end = r.integer(start, n), step = r.integer(1, 3);
  const g = r.input(float32, size.toSpliced(dim, 1)), part = r.input(float32, size.with(dim, Math.ceil((end - start) / step)));
  const { select, slice } = viewBackwardOps;
  return { run: () => [...runStructured(select, [g()], { dim, index: start, shape: size }), ...runStructured(slice, [part()], { dim, start, end, step, shape: size })] };
});

property('running sums and products', 60, (r) => {
  const shape = r.shape(r.integer(0, 4)), dim = r.integer(0, Math.max(shape.length - 1, 0)), dtype = r.pick([bool, int32, int64, float32, float64]), x = r.input(dtype, shape);
  const y = r.input(r.pick([float32, int64]), shape, { writable: true });
  return { run: () => [x().cumsum(dim), x().cumprod(dim), y().cumsum_(dim)], rtol: 1e-6, note: [dtype.name, shape, dim] };
});

const reductions = ['none', 'sum', 'mean'] as const;

property('losses of elements', 100, (r) => {
  const shape = r.shape(), name = r.pick(['mseLoss', 'smoothL1Loss', 'huberLoss', 'softMarginLoss'] as const), dtype = r.pick([float32, float32, float64]);
  const x = r.input(dtype, shape), t = r.input(dtype, shape), reduction = r.pick(reductions), threshold = r.pick([0.5, 1, 2]);
  return { run: () => elementLoss(name, [x(), t()], reduction, threshold), ...close, note: [name, shape, reduction] };
});

property('binary cross-entropy with logits', 40, (r) => {
  const shape = r.shape(), x = r.input(float32, shape, { range: [-20, 20] }), t = r.input(float32, shape, { range: [0, 1] }), reduction = r.pick(reductions);
  const [w, p] = [0, 1].map(() => r.input(float32, r.chance(0.5) ? shape : [], { range: [0, 2] }));
  return { run: () => elementLoss('binaryCrossEntropyWithLogits', [x(), t(), w(), p()], reduction), rtol: 2e-6, atol: 2e-5, note: [shape, reduction] };
});

property('the likelihood of classes and its gradient', 80, (r) => {
  const n = r.size(20, 0.05), classes = r.integer(1, 12), size = r.chance(0.3) ? [r.integer(1, 4), r.integer(1, 4)] : [], shape = [n, classes, ...size];
  const stray = r.chance(0.05) ? 1 : 0, x = r.input(float32, shape), target = r.input(int64, [n, ...size], { range: [0, classes + stray] });
  const weight = r.input(float32, [classes], { range: [0.1, 2] }), reduction = r.pick(reductions), ignoreIndex = r.pick([-100, 0]);
  const op = size.length ? lossOps.nllLoss2d : lossOps.nllLoss, attrs = { reduction, ignoreIndex };
  const g = r.input(float32, reduction === 'none' ? [n, ...size] : []), total = r.input(float32, [], { range: [1, 9] });
  return {
    run: () => [nllLossOf(op, x(), target(), weight(), attrs), ...runStructured(op, [x(), target(), weight()], attrs), nllLossBackward(g(), target(), weight(), total(), { ...attrs, shape })],
    ...close, note: [shape, reduction, ignoreIndex],
  };
});
