import type { Tensor } from '@sconce/tensor';
import { runStructured, softmaxOps, type AlongDim, type ReduceAttrs } from '@sconce/tensor/internal';
import { define, saving } from './define.js';
import { unsqueezed } from './reduction.js';

const { softmax, logSoftmax, softmaxBackward, logSoftmaxBackward, logsumexp } = softmaxOps;

const sumAlong = (x: Tensor, { dim }: AlongDim): Tensor => x.sum(dim, { keepdim: true });

define(softmax, [
  saving<AlongDim>(['result'], (g, { result, attrs }) => runStructured(softmaxBackward, [g, result], attrs)[0]),
]);

// z = y (g - Σ g y), linear in g and its own adjoint
define(softmaxBackward, [
  saving<AlongDim>([1], (h, { inputs: [, y], attrs }) => runStructured(softmaxBackward, [h, y], attrs)[0]),
  saving<AlongDim>([0, 1], (h, { inputs: [g, y], attrs }) =>
    h.mul(g).sub(g.mul(sumAlong(h.mul(y), attrs))).sub(h.mul(sumAlong(g.mul(y), attrs)))),
]);

define(logSoftmax, [
  saving<AlongDim>(['result'], (g, { result, attrs }) => runStructured(logSoftmaxBackward, [g, result], attrs)[0]),
]);

// z = g - exp(y) Σ g
define(logSoftmaxBackward, [
  saving<AlongDim>([1], (h, { inputs: [, y], attrs }) => h.sub(sumAlong(h.mul(y.exp()), attrs))),
  saving<AlongDim>([0, 1], (h, { inputs: [g, y], attrs }) => h.mul(y.exp()).mul(sumAlong(g, attrs)).neg()),
]);

define(logsumexp, [
  saving<ReduceAttrs>([0, 'result'], (g, { inputs: [x], result, attrs }) =>
    unsqueezed(g, attrs).mul(x.sub(unsqueezed(result, attrs)).exp())),
]);
