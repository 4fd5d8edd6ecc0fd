import type { Tensor } from '@sconce/tensor';
import { matmulOps, type AddMmAttrs } from '@sconce/tensor/internal';
import { define, saving, type Rule } from './define.js';

const times = (g: Tensor, factor: number): Tensor => (factor === 1 ? g : g.mul(factor));

const columnMajor = (strides: readonly number[], shape: readonly number[]): boolean =>
  strides[0] === 1 && strides[1] === shape[0];

/**
 * The gradient of the left factor, g · bᵀ. It gets the layout of that factor: for a column-major one it is computed as
 * (b · gᵀ)ᵀ, so that behind a transpose it is contiguous without a copy.
 */
const leftGrad = (g: Tensor, b: Tensor, shape: readonly number[], strides: readonly number[]): Tensor =>
  (columnMajor(strides, shape) ? b.mm(g.t()).t() : g.mm(b.t()));

/** The gradient of the right factor, aᵀ · g, likewise: of `w.t()` it is (gᵀ · a)ᵀ. */
const rightGrad = (g: Tensor, a: Tensor, shape: readonly number[], strides: readonly number[]): Tensor =>
  (columnMajor(strides, shape) ? g.t().mm(a).t() : a.t().mm(g));

define(matmulOps.mm, [
  saving([1], (g, { inputs: [, b], shapes, strides }) => leftGrad(g, b, shapes[0], strides[0])),
  saving([0], (g, { inputs: [a], shapes, strides }) => rightGrad(g, a, shapes[1], strides[1])),
]);

const addedGrad: Rule<AddMmAttrs> = (g, { attrs }) => times(g, attrs.beta);

define(matmulOps.addmm, [
  addedGrad,
  saving<AddMmAttrs>([2], (g, { inputs: [, , b], shapes, strides, attrs }) =>
    times(leftGrad(g, b, shapes[1], strides[1]), attrs.alpha)),
  saving<AddMmAttrs>([1], (g, { inputs: [, a], shapes, strides, attrs }) =>
    times(rightGrad(g, a, shapes[2], strides[2]), attrs.alpha)),
]);

define(matmulOps.bmm, [
  saving([1], (g, { inputs: [, b] }) => g.bmm(b.transpose(1, 2))),
  saving([0], (g, { inputs: [a] }) => a.transpose(1, 2).bmm(g)),
]);

define(matmulOps.baddbmm, [
  addedGrad,
  saving<AddMmAttrs>([2], (g, { inputs: [, , b], attrs }) => times(g.bmm(b.transpose(1, 2)), attrs.alpha)),
  saving<AddMmAttrs>([1], (g, { inputs: [, a], attrs }) => times(a.transpose(1, 2).bmm(g), attrs.alpha)),
]);

// every matrix of the batch has the gradient of the sum
const forEachOf = (g: Tensor, batch: number): Tensor => g.unsqueeze(0).expand(batch, ...g.shape);

define(matmulOps.addbmm, [
  addedGrad,
  saving<AddMmAttrs>([2], (g, { inputs: [, , b], shapes, attrs }) =>
    times(forEachOf(g, shapes[1][0]).bmm(b.transpose(1, 2)), attrs.alpha)),
  saving<AddMmAttrs>([1], (g, { inputs: [, a], shapes, attrs }) =>
    times(a.transpose(1, 2).bmm(forEachOf(g, shapes[1][0])), attrs.alpha)),
]);

const outer = (g: Tensor, x: Tensor): Tensor => g.unsqueeze(1).mul(x);

define(matmulOps.mv, [
  saving([1], (g, { inputs: [, x] }) => outer(g, x)),
  saving([0], (g, { inputs: [a] }) => a.t().mv(g)),
]);

define(matmulOps.addmv, [
  addedGrad,
  saving<AddMmAttrs>([2], (g, { inputs: [, , x], attrs }) => times(outer(g, x), attrs.alpha)),
  saving<AddMmAttrs>([1], (g, { inputs: [, a], attrs }) => times(a.t().mv(g), attrs.alpha)),
]);

define(matmulOps.dot, [
  saving([1], (g, { inputs: [, y] }) => g.mul(y)),
  saving([0], (g, { inputs: [x] }) => g.mul(x)),
]);
