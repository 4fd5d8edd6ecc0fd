import { cat, contiguousFormat, ones, rand, randLike, ValueError, zerosLike, type Tensor } from '@sconce/tensor';
import { checked, describe, shapeText } from '@sconce/tensor/internal';
import type { Module } from '../../module.js';
import { membersOf } from '../reparametrized.js';
import { applyMethod, BasePruningMethod, PruningContainer, type PruningType } from './method.js';

export { BasePruningMethod, isPruned, PruningContainer, remove } from './method.js';
export type { PruningType } from './method.js';

/** @throws TypeError or ValueError with PyTorch's texts for what is no amount */
function checkAmount(amount: number): void {
  if (typeof amount !== 'number' || Number.isNaN(amount)) throw new TypeError(`Invalid type for amount: ${describe(amount)}. Must be int or float.`);
  if (amount < 0 || (!Number.isInteger(amount) && amount > 1)) {
    throw new ValueError(`amount=${amount} should either be a float in the range [0, 1] or a non-negative integer`);
  }
}

/** How many of `size` are pruned: integers count, others are parts of the whole, rounded to even as in Python. */
function countOf(amount: number, size: number): number {
  if (Number.isInteger(amount)) {
    if (amount > size) throw new ValueError(`amount=${amount} should be smaller than the number of parameters to prune=${size}`);
    return amount;
  }
  const exact = amount * size, below = Math.floor(exact);
  return exact - below === 0.5 ? below + (below % 2) : Math.round(exact);
}

function checkDims(t: Tensor): void {
  if (t.dim() > 1) return;
  throw new ValueError(`Structured pruning can only be applied to multidimensional tensors. Found tensor of shape torch.Size(${shapeText(t.shape)}) with ${t.dim()} dims`);
}

/** A mask without the elements at flat places. */
function without(mask: Tensor, places: Tensor): Tensor {
  const rest = mask.clone({ memoryFormat: contiguousFormat });
  rest.view(-1).indexFill_(0, places, 0);
  return rest;
}

/** A mask with some slices along a dimension alone. */
function only(t: Tensor, dim: number, slices: Tensor, mask: Tensor): Tensor {
  return zerosLike(t).indexPut_(t.shape.map((_, d) => (d === (dim < 0 ? dim + t.dim() : dim) ? slices : ':')), 1).mul(mask.to(t.dtype));
}

/** Prunes nothing. */
export class Identity extends BasePruningMethod {
  override computeMask(_: Tensor, defaultMask: Tensor): Tensor { return defaultMask; }
}

/** Prunes elements at random. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.RandomUnstructured.html */
export class RandomUnstructured extends BasePruningMethod {
  constructor(readonly amount: number) { checkAmount(amount); super(); }
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const count = countOf(this.amount, t.numel());
    return count === 0 ? defaultMask.clone() : without(defaultMask, randLike(t).view(-1).topk(count)[1]);
  }
}

/** Prunes the elements that are closest to zero. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.L1Unstructured.html */
export class L1Unstructured extends BasePruningMethod {
  constructor(readonly amount: number) { checkAmount(amount); super(); }
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    const count = countOf(this.amount, t.numel());
    return count === 0 ? defaultMask.clone() : without(defaultMask, t.abs().reshape(-1).topk(count, { largest: false })[1]);
  }
}

/** Prunes slices along a dimension at random. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.RandomStructured.html */
export class RandomStructured extends BasePruningMethod {
  override readonly pruningType: PruningType = 'structured';
  constructor(readonly amount: number, override readonly dim = -1) { checkAmount(amount); super(); }
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    checkDims(t);
    const size = t.size(this.dim), count = countOf(this.amount, size);
    if (count === 0) return defaultMask;
    const draws = rand(size, { device: t.device });
    return only(t, this.dim, draws.gt(draws.kthvalue(count)[0]), defaultMask);
  }
}

/** Prunes the slices along a dimension whose norms are smallest. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.LnStructured.html */
export class LnStructured extends BasePruningMethod {
  override readonly pruningType: PruningType = 'structured';
  constructor(readonly amount: number, readonly n: number | 'fro' | 'nuc', override readonly dim = -1) { checkAmount(amount); super(); }
  override computeMask(t: Tensor, defaultMask: Tensor): Tensor {
    checkDims(t);
    const size = t.size(this.dim), kept = size - countOf(this.amount, size), own = this.dim < 0 ? this.dim + t.dim() : this.dim;
    if (kept === size) return defaultMask;
    const norms = t.norm(this.n as number, t.shape.map((_, d) => d).filter((d) => d !== own));
    return only(t, own, norms.topk(kept)[1], defaultMask);
  }
}

/** Prunes where a mask is zero. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.CustomFromMask.html */
export class CustomFromMask extends BasePruningMethod {
  override readonly pruningType: PruningType = 'global';
  constructor(readonly mask: Tensor) { super(); }
  override computeMask(_: Tensor, defaultMask: Tensor): Tensor { return defaultMask.mul(this.mask.to(defaultMask.dtype)); }
}

export interface AmountOption {
  /** how many; a number that is no integer is a part of the whole, between 0 and 1 */
  readonly amount: number;
}
export interface ScoresOption {
  /** what is compared instead of the elements themselves, in the parameter's shape */
  readonly importanceScores?: Tensor | null | undefined;
}

/** Prunes nothing, but makes a parameter one that is pruned. */
export function identity<M extends Module>(module: M, name: string): M {
  applyMethod(new Identity(), module, name);
  return module;
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_unstructured.html */
export function randomUnstructured<M extends Module>(module: M, name: string, options: AmountOption): M {
  applyMethod(new RandomUnstructured(checked('randomUnstructured', options, 'amount').amount), module, name);
  return module;
}

/**
 * Prunes the elements of a parameter that are closest to zero.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.l1_unstructured.html
 * @example nn.utils.prune.l1Unstructured(layer, 'weight', { amount: 0.2 }) // a fifth of the weights
 */
export function l1Unstructured<M extends Module>(module: M, name: string, options: AmountOption & ScoresOption): M {
  const { amount, importanceScores } = checked('l1Unstructured', options, 'amount');
  applyMethod(new L1Unstructured(amount), module, name, importanceScores);
  return module;
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.random_structured.html */
export function randomStructured<M extends Module>(module: M, name: string, options: AmountOption & { readonly dim: number }): M {
  const { amount, dim } = checked('randomStructured', options, 'amount');
  applyMethod(new RandomStructured(amount, dim), module, name);
  return module;
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.ln_structured.html */
export function lnStructured<M extends Module>(
  module: M, name: string, options: AmountOption & ScoresOption & { readonly n: number; readonly dim: number },
): M {
  const { amount, n, dim, importanceScores } = checked('lnStructured', options, 'amount');
  applyMethod(new LnStructured(amount, n, dim), module, name, importanceScores);
  return module;
}

/** Prunes where a mask is zero. @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.custom_from_mask.html */
export function customFromMask<M extends Module>(module: M, name: string, mask: Tensor): M {
  applyMethod(new CustomFromMask(mask), module, name);
  return module;
}

/**
 * Prunes several parameters as if they were one.
 * @param parameters modules and the names of their parameters
 * @param method a class of methods that prune single elements
 * @param options.amount what its constructor takes; options.importanceScores one per parameter
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.prune.global_unstructured.html
 */
export function globalUnstructured(
  parameters: Iterable<readonly [Module, string]>, method: new (amount: number) => BasePruningMethod,
  options: AmountOption & { readonly importanceScores?: readonly (Tensor | null | undefined)[] | undefined },
): void {
  const { amount, importanceScores = [] } = checked('globalUnstructured', options, 'amount');
  if (typeof (parameters as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') throw new TypeError('global_unstructured(): parameters is not an Iterable');
  const list = [...parameters], made = new method(amount);
  if (made.pruningType !== 'unstructured') {
    throw new TypeError(`Only "unstructured" PRUNING_TYPE supported for the \`pruning_method\`. Found method ${method.name} of type ${made.pruningType}`);
  }
  const tensors = list.map(([module, name]) => membersOf(module)[name] as Tensor);
  const scores = cat(tensors.map((x, i) => (importanceScores[i] ?? x).detach().reshape(-1)));
  const masks = cat(list.map(([module, name], i) =>
    ((membersOf(module)[`${name}_mask`] as Tensor | undefined) ?? ones(tensors[i].shape, { device: tensors[i].device })).reshape(-1)));
  const mask = new PruningContainer(made).computeMask(scores, masks);
  let at = 0;
  list.forEach(([module, name], i) => {
    const count = tensors[i].numel();
    customFromMask(module, name, mask.narrow(0, at, count).view(tensors[i].shape));
    at += count;
  });
}
