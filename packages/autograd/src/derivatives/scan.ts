import { ones, stack, type Tensor } from '@sconce/tensor';
import { runStructured, scanOps, type AlongDim } from '@sconce/tensor/internal';
import { define, saving, type Rule } from './define.js';

/** The sum of each element and those after it. */
const cumsumFromEnd = (x: Tensor, dim: number): Tensor => (x.dim() === 0 ? x : x.flip(dim).cumsum(dim).flip(dim));

define(scanOps.cumsum, [(g, { attrs: { dim } }) => cumsumFromEnd(g, dim)]);

/** Whether any element is zero, where that can be read at once. */
const mayHaveZeros = (x: Tensor): boolean => x.device.type !== 'cpu' || x.eq(0).any().hostValue() === true;

/**
 * dx_k = Σ_{i ≥ k} g_i · Π_{j ≤ i, j ≠ k} x_j. Without zeros the product is y_i / x_k; with them it is made up anew for
 * each k, of what lies before k and the running product of what lies behind.
 */
function ofCumprod(g: Tensor, x: Tensor, y: Tensor, dim: number): Tensor {
  if (x.dim() === 0) return g;
  if (!mayHaveZeros(x)) return cumsumFromEnd(g.mul(y), dim).div(x);
  const n = x.shape[dim];
  const parts: Tensor[] = [];
  let before: Tensor = ones(x.select(dim, 0).shape, { dtype: x.dtype, device: x.device });
  for (let k = 0; k < n; k++) {
    // the terms are g_k, and g_i times the product of the elements between k and i
    let terms = g.select(dim, k);
    if (k + 1 < n) {
      const behind = x.narrow(dim, k + 1, n - k - 1).cumprod(dim);
      terms = terms.add(g.narrow(dim, k + 1, n - k - 1).mul(behind).sum(dim));
    }
    parts.push(before.mul(terms));
    before = before.mul(x.select(dim, k));
  }
  return stack(parts, dim);
}

define(scanOps.cumprod, [
  saving<AlongDim>([0, 'result'], (g, { inputs: [x], result, attrs: { dim } }) =>
    (x.numel() === 0 ? g : ofCumprod(g, x, result, dim))),
]);

// Σ_{i ≥ k} g_i exp(x_k - y_i)
define(scanOps.logcumsumexp, [
  saving<AlongDim>([0, 'result'], (g, { inputs: [x], result, attrs }) =>
    runStructured(scanOps.logcumsumexpBackward, [g, x, result], attrs)[0]),
]);

/** exp(-y_i) · Σ_{k ≤ i} h_k exp(x_k): the same op from the other end. */
function fromStart(h: Tensor, x: Tensor, y: Tensor, attrs: AlongDim): Tensor {
  const turned = (v: Tensor): Tensor => (v.dim() === 0 ? v : v.flip(attrs.dim));
  return turned(runStructured(scanOps.logcumsumexpBackward, [turned(h), turned(y).neg(), turned(x).neg()], attrs)[0]);
}
define(scanOps.logcumsumexpBackward, [
  saving<AlongDim>([1, 2], (h, { inputs: [, x, y], attrs }) => fromStart(h, x, y, attrs)),
  saving<AlongDim>(['result'], (h, { result }) => h.mul(result)),
  saving<AlongDim>([0, 1, 2], (h, { inputs: [g, x, y], attrs }) => g.mul(fromStart(h, x, y, attrs)).neg()),
]);

const runningExtreme: Rule<AlongDim> = saving(['result1'], (g, { results: [, indices], shapes: [shape], attrs: { dim } }) =>
  (shape.length === 0 ? g : g.newZeros(shape).scatterAdd(dim, indices, g)));
define(scanOps.cummax, [runningExtreme]);
define(scanOps.cummin, [runningExtreme]);
