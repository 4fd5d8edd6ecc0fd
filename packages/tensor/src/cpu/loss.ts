import type { View } from '../backend.js';
import { IndexError, RuntimeError } from '../errors.js';
import { lossOps, type LossAttrs, type NllLossAttrs } from '../ops/loss.js';
import { contiguousNumbers, contiguousValues, outputNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { product } from '../layout.js';

/** The loss of element i. */
type ElementLoss = (x: number, target: number, i: number) => number;

/** Computes the losses of all elements and reduces them. */
function elements(x: View, t: View, out: View, { reduction }: LossAttrs, loss: ElementLoss): void {
  const input = contiguousNumbers(x), target = contiguousNumbers(t), { data, commit } = outputNumbers(out);
  const n = input.length;
  if (reduction === 'none') for (let i = 0; i < n; i++) data[i] = loss(input[i], target[i], i);
  else {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += loss(input[i], target[i], i);
    data[0] = reduction === 'mean' ? sum / n : sum;
  }
  commit();
}

/** Reads weights, of which there is one per element or one for all. */
function weights(view: View): (i: number) => number {
  const values = contiguousNumbers(view);
  return values.length === 1 ? () => values[0] : (i) => values[i];
}

const mse: ElementLoss = (x, t) => (x - t) * (x - t);
const smoothL1 = (beta: number): ElementLoss => (x, t) => {
  const z = Math.abs(x - t);
  return z < beta ? (0.5 * z * z) / beta : z - 0.5 * beta;
};
const huber = (delta: number): ElementLoss => (x, t) => {
  const z = Math.abs(x - t);
  return z <= delta ? 0.5 * z * z : delta * (z - 0.5 * delta);
};
const softMargin: ElementLoss = (x, t) => Math.log1p(Math.exp(-t * x));

/** -w (t ln x + (1 - t) ln(1 - x)), where a logarithm is at least -100. */
function binaryCrossEntropy(weight: (i: number) => number): ElementLoss {
  return (x, t, i) => {
    if (!(x >= 0 && x <= 1)) throw new RuntimeError('all elements of input should be between 0 and 1');
    return weight(i) * ((t - 1) * Math.max(Math.log1p(-x), -100) - t * Math.max(Math.log(x), -100));
  };
}

/** As binary cross-entropy of sigmoid(x), without overflow: ln(1 + e^-x) = ln(1 + e^-|x|) + max(-x, 0). */
const withLogits = (weight: (i: number) => number, positive: (i: number) => number): ElementLoss => (x, t, i) => {
  const softplus = Math.log1p(Math.exp(-Math.abs(x))) + Math.max(-x, 0);
  return weight(i) * ((1 - t) * x + (1 + (positive(i) - 1) * t) * softplus);
};

/** Calls `fn` with the place of each target's log-probability, its weight and the target's own place. */
function forEachTarget(
  shape: readonly number[], targetView: View, weightView: View, { ignoreIndex }: NllLossAttrs,
  fn: (at: number, weight: number, i: number) => void,
): void {
  const [batch, classes] = shape.length === 1 ? [1, shape[0]] : shape;
  const area = product(shape.slice(2));
  const target = contiguousValues(targetView), weight = contiguousNumbers(weightView);
  for (let n = 0, i = 0; n < batch; n++) {
    for (let s = 0; s < area; s++, i++) {
      const t = Number(target[i]);
      if (t === ignoreIndex) continue;
      if (t < 0 || t >= classes) throw new IndexError(`Target ${t} is out of bounds.`);
      fn((n * classes + t) * area + s, weight[t], i);
    }
  }
}

function nll(x: View, target: View, weight: View, out: View, total: View, attrs: NllLossAttrs): void {
  const input = contiguousNumbers(x), { data, commit } = outputNumbers(out);
  let sum = 0, totalWeight = 0;
  data.fill(0);
  forEachTarget(x.layout.shape, target, weight, attrs, (at, w, i) => {
    const loss = -w * input[at];
    if (attrs.reduction === 'none') data[i] = loss;
    sum += loss;
    totalWeight += w;
  });
  if (attrs.reduction !== 'none') data[0] = attrs.reduction === 'mean' ? sum / totalWeight : sum;
  commit();
  const totalOut = outputNumbers(total);
  totalOut.data[0] = totalWeight;
  totalOut.commit();
}

function nllBackward(
  g: View, target: View, weight: View, total: View, out: View, attrs: NllLossAttrs & { readonly shape: readonly number[] },
): void {
  const grad = contiguousNumbers(g), { data, commit } = outputNumbers(out);
  const { reduction } = attrs;
  const scale = reduction === 'mean' ? 1 / contiguousNumbers(total)[0] : 1;
  data.fill(0);
  forEachTarget(attrs.shape, target, weight, attrs, (at, w, i) => {
    data[at] = -w * scale * grad[reduction === 'none' ? i : 0];
  });
  commit();
}

/** Kernels of the losses. */
export const lossKernels = (): readonly KernelEntry[] => [
  kernelFor(lossOps.mseLoss, ([x, t], [out], attrs) => elements(x, t, out, attrs, mse)),
  kernelFor(lossOps.smoothL1Loss, ([x, t], [out], attrs) => elements(x, t, out, attrs, smoothL1(attrs.threshold))),
  kernelFor(lossOps.huberLoss, ([x, t], [out], attrs) => elements(x, t, out, attrs, huber(attrs.threshold))),
  kernelFor(lossOps.softMarginLoss, ([x, t], [out], attrs) => elements(x, t, out, attrs, softMargin)),
  kernelFor(lossOps.binaryCrossEntropy, ([x, t, w], [out], attrs) =>
    elements(x, t, out, attrs, binaryCrossEntropy(weights(w)))),
  kernelFor(lossOps.binaryCrossEntropyWithLogits, ([x, t, w, positive], [out], attrs) =>
    elements(x, t, out, attrs, withLogits(weights(w), weights(positive)))),
  ...[lossOps.nllLoss, lossOps.nllLoss2d].map((op) =>
    kernelFor(op, ([x, target, weight], [out, total], attrs) => nll(x, target, weight, out, total, attrs))),
  kernelFor(lossOps.nllLossBackward, ([g, target, weight, total], [out], attrs) =>
    nllBackward(g, target, weight, total, out, attrs)),
];
