import {
  autogradHook, requireAutograd, type BackwardOptions, type GradFn, type RemovableHandle,
} from './autograd-hook.js';
import type { Storage, View } from './backend.js';
import type { Device } from './device.js';
import type { DType, TypedArray } from './dtype.js';
import { IndexError, RuntimeError } from './errors.js';
import { contiguousValues, hostArray, numberAt } from './cpu/host.js';
import { isInference } from './inference.js';
import { sameShape, wrapDim, type Layout } from './layout.js';
import type { MemoryFormatOption } from './memory-format.js';
import { isContiguousIn } from './memory-order.js';
import { tensorToString } from './tensor-string.js';
import type { NumberLike, ScalarLike } from './scalar.js';
import type { TensorMethods } from './methods.js';
import type { ViewOrigin } from './view-origin.js';
import { warnOnce } from './warn.js';
import type { ValuesAndIndices } from './named-tuple.js';
import type { NonzeroOptions } from './ops/indexing-select.js';
import type { UniqueConsecutiveOptions, UniqueOptions, UniqueResult } from './ops/indexing-unique.js';
import type { OutOption } from './ops/define.js';
import type { DimOrPairOptions, PairOptions } from './ops/reduction.js';

/** Nested arrays of values, as `tolist()` gives and `tensor()` takes. */
export type Nested<T> = T | readonly Nested<T>[];

/**
 * A multi-dimensional array of one dtype on one device, as `torch.Tensor`. Make one with `tensor`, `zeros`, `rand`, …
 *
 * The methods are PyTorch's, in camelCase: each is the function of the same name in `ops/` with the tensor as its
 * first argument, and each pointwise one has an in-place form with a trailing underscore.
 * @see https://pytorch.org/docs/stable/tensors.html
 * @example
 * const x = torch.ones(2, 3);
 * console.log(x.add(1).sum(0)); // tensor([4., 4., 4.])
 */
export class Tensor implements View {
  private gradient: Tensor | null = null;
  /** which output of its gradFn this is */
  outputNr = 0;
  /** owned by the autograd implementation: what it keeps with some tensors */
  autograd: object | null = null;
  /** the storage version for which the gradFn of a view holds. @internal for the autograd implementation */
  viewVersion: number;
  /** how it came to be, if it is a view. @internal */
  origin: ViewOrigin = 'plain';
  /** whether writes do not count in the storage's version: it came from `data`. @internal */
  untracked = false;
  private leafRequiresGrad = false;
  private node: GradFn | null = null;

  /** @internal use `tensor`, `zeros`, … */
  constructor(
    public storage: Storage,
    readonly dtype: DType,
    public layout: Layout,
    /** the tensor of which this is a view, if it is one */
    public base: Tensor | null = null,
  ) {
    if (layout === undefined) {
      throw new TypeError('new Tensor(): make tensors with torch.tensor(data) or of sizes with torch.empty(2, 3)');
    }
    this.viewVersion = base === null ? 0 : storage.version;
  }

  // ---- what it is

  get shape(): readonly number[] { return this.layout.shape; }
  get device(): Device { return this.storage.device; }
  get ndim(): number { return this.layout.shape.length; }
  /** How often the storage was written to in place. @throws RuntimeError for a tensor of inference mode */
  get _version(): number {
    if (isInference(this.storage)) throw new RuntimeError('Inference tensors do not track version counter.');
    return this.storage.version;
  }

  dim(): number { return this.layout.shape.length; }
  numel(): number { return this.layout.numel; }
  /** Bytes per element. */
  elementSize(): number { return this.dtype.itemsize; }
  storageOffset(): number { return this.layout.offset; }
  /** Whether the elements lie in memory in their order, or in that of a format, without gaps. */
  isContiguous(options?: MemoryFormatOption): boolean {
    return options?.memoryFormat ? isContiguousIn(options.memoryFormat, this.layout) : this.layout.isContiguous;
  }
  /** Whether it was made in inference mode. */
  isInference(): boolean { return isInference(this.storage); }
  isFloatingPoint(): boolean { return this.dtype.isFloatingPoint; }

  /** The shape, or the size of one dimension. @throws IndexError for a dimension out of range */
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): number | readonly number[] {
    return dim === undefined ? this.shape : sizeAt(this.shape, dim);
  }

  /** The strides in elements, or that of one dimension. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): number | readonly number[] {
    return dim === undefined ? this.layout.strides : sizeAt(this.layout.strides, dim);
  }

  /** A number that is equal for tensors whose first elements are the same memory. */
  dataPtr(): number { return storageAddress(this.storage) + this.layout.offset * this.dtype.itemsize; }

  // ---- gradients

  /**
   * The accumulated gradient of a leaf, after backward().
   * @throws TypeError or RuntimeError when it is set to what is not a tensor like this one
   */
  get grad(): Tensor | null {
    if (this.gradient === null && this.node !== null && !this.retainsGrad) warnOfMissingGrad();
    return this.gradient;
  }
  set grad(value: Tensor | null) {
    if (value !== null) checkGrad(this, value);
    this.gradient = value;
  }

  /** Whether gradients are computed for it: it was asked for, or it was computed of what does, or is a view of such. */
  get requiresGrad(): boolean { return this.leafRequiresGrad || this.node !== null || (this.base !== null && this.base.requiresGrad); }
  set requiresGrad(value: boolean) { requireAutograd('requiresGrad').setRequiresGrad(this, value); }

  /** The node that computed this tensor, null for a leaf. */
  get gradFn(): GradFn | null {
    return this.base === null ? this.node : (autogradHook()?.gradFnOf(this) ?? null);
  }

  /** Made by the user rather than by a recorded op. */
  get isLeaf(): boolean { return this.gradFn === null; }

  /** Sets the fields that `requiresGrad` and `gradFn` show. @internal for the autograd implementation */
  setGradFn(node: GradFn | null, outputNr = 0): void {
    this.node = node;
    this.outputNr = outputNr;
  }
  /** @internal for the autograd implementation */
  ownGradFn(): GradFn | null { return this.node; }
  /** Whether `requiresGrad` was set on this tensor itself. @internal for the autograd implementation */
  get isMarkedLeaf(): boolean { return this.leafRequiresGrad; }
  /** @internal for the autograd implementation */
  markLeaf(requiresGrad: boolean): void { this.leafRequiresGrad = requiresGrad; }

  /** Sets `requiresGrad` in place. @throws RuntimeError for dtypes that are not floating point, and for non-leaves */
  requiresGrad_(requiresGrad = true): this {
    if (requiresGrad && !this.dtype.isDifferentiable) {
      throw new RuntimeError('only Tensors of floating point dtype can require gradients');
    }
    this.requiresGrad = requiresGrad;
    return this;
  }

  /**
   * Computes the gradients of the leaves of the graph and adds them to their `grad`.
   * @param gradient the gradient of this tensor; may be left out for one element, also before options
   * @see https://pytorch.org/docs/stable/generated/torch.Tensor.backward.html
   * @example
   * const x = torch.tensor([2, 3]).requiresGrad_();
   * x.mul(x).sum().backward();
   * console.log(x.grad); // tensor([4., 6.])
   */
  backward(gradient?: Tensor | null | BackwardOptions, options: BackwardOptions = {}): void {
    const alone = gradient === null || gradient === undefined || gradient instanceof Tensor;
    const all = !alone ? gradient : typeof options === 'object' ? { ...options, gradient } : options;
    requireAutograd('backward()').backward(this, all);
  }

  /** Keeps `grad` of a tensor that is not a leaf. */
  retainGrad(): void { requireAutograd('retainGrad()').retainGrad(this); }
  /** Whether `retainGrad` was called, on a tensor that is not a leaf. */
  get retainsGrad(): boolean { return autogradHook()?.retainsGrad(this) ?? false; }

  /** Calls `fn` with this tensor's gradient when it is computed; a returned tensor takes its place. */
  registerHook(fn: (grad: Tensor) => Tensor | void): RemovableHandle {
    return requireAutograd('registerHook()').registerHook(this, fn);
  }

  /** The same memory without history. */
  detach(): Tensor { return new Tensor(this.storage, this.dtype, this.layout); }

  /** Forgets the history in place. @throws RuntimeError for views */
  detach_(): this {
    if (this.base !== null) throw new RuntimeError("Can't detach views in-place. Use detach() instead. " +
      'If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are ' +
      'views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the ' +
      'Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.');
    this.setGradFn(null);
    this.leafRequiresGrad = false;
    return this;
  }

  /**
   * The same memory without history; writes to it are not counted, so that backward does not notice them. Assigning makes
   * this tensor show other memory, of another dtype perhaps.
   */
  get data(): Tensor {
    const x = this.detach();
    x.untracked = true;
    return x;
  }
  set data(value: Tensor) {
    this.storage = value.storage;
    this.layout = value.layout;
    (this as { dtype: DType }).dtype = value.dtype;
  }

  // ---- values

  /**
   * The memory of a contiguous CPU tensor as a typed array: writing to one writes to the other. A bool tensor gives a
   * Uint8Array, int64 a BigInt64Array, float16 and bfloat16 their bits, complex numbers their parts in turn.
   * @throws TypeError for other devices, RuntimeError for tensors that require gradients or are not contiguous
   */
  numpy(): TypedArray {
    if (this.requiresGrad && autogradHook()?.enabled) {
      throw new RuntimeError(
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
    }
    if (this.device.type !== 'cpu') {
      throw new TypeError(
        `can't convert ${this.device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.`);
    }
    if (!this.layout.isContiguous) {
      throw new RuntimeError('a typed array has no strides: call contiguous().numpy() on a tensor that is not contiguous');
    }
    const { offset, numel } = this.layout, width = this.dtype.isComplex ? 2 : 1;
    this.device.backend?.expose?.(this.storage);
    return hostArray(this).subarray(width * offset, width * (offset + numel));
  }

  /** The value of a one-element CPU tensor, at once. @internal */
  hostValue(): ScalarLike {
    this.checkOnHost('await x.item()');
    return numberAt(this, this.layout.offset);
  }

  /** The values in logical order, at once: no copy where the tensor is contiguous. CPU only. @internal */
  hostValues(): TypedArray {
    this.checkOnHost('move it first with await x.cpu()');
    return contiguousValues(this);
  }

  private checkOnHost(instead: string): void {
    if (!this.storage.device.backend?.map) throw new RuntimeError(`a tensor on ${this.device} cannot be read synchronously: ${instead}`);
  }

  toString(): string { return tensorToString(this); }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  // What depends on values has no synchronous answer off the CPU, so there is no implicit conversion to a number.
  [Symbol.toPrimitive](hint: string): string | number {
    if (hint === 'string') return this.toString();
    throw new TypeError('a Tensor cannot be used as a number: use x.add(y) for x + y, await x.item() for its value, and `${x}` for text');
  }
}

// overloads, which the mapped type of the methods loses
export interface Tensor extends TensorMethods {
  item<T extends ScalarLike = NumberLike>(): Promise<T>;
  tolist<T extends ScalarLike = NumberLike>(): Promise<Nested<T>>;
  max(): Tensor;
  max(dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
  max(other: Tensor, options?: OutOption): Tensor;
  min(): Tensor;
  min(dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
  min(other: Tensor, options?: OutOption): Tensor;
  median(): Tensor;
  median(dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
  nanmedian(): Tensor;
  nanmedian(dim: DimOrPairOptions, options?: PairOptions): ValuesAndIndices;
  type(): string;
  type(dtype: DType | string): Tensor;
  nonzero(options?: OutOption & { readonly asTuple?: false | undefined }): Tensor;
  nonzero(options: { readonly asTuple: true }): Tensor[];
  nonzero(options: NonzeroOptions): Tensor | Tensor[];
  unique<const O extends UniqueOptions = object>(options?: O): UniqueResult<O>;
  uniqueConsecutive<const O extends UniqueConsecutiveOptions = object>(options?: O): UniqueResult<O>;
}

/** Says that the gradient that a program looks for is not kept. */
function warnOfMissingGrad(): void {
  warnOnce("The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated " +
    'during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retainGrad() on the ' +
    'non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See ' +
    'github.com/pytorch/pytorch/pull/30531 for more informations.');
}

/** @throws TypeError or RuntimeError for what cannot be a tensor's gradient */
function checkGrad(x: Tensor, grad: Tensor): void {
  if (!(grad instanceof Tensor)) {
    throw new TypeError(`assigned grad expected to be a Tensor or None but got grad of type ${typeof grad}`);
  }
  if (grad === x) throw new RuntimeError("can't assign Variable as its own grad");
  if (grad.dtype !== x.dtype) throw new RuntimeError('assigned grad has data of a different type');
  if (grad.device !== x.device) throw new RuntimeError('assigned grad has data located on a different device');
  if (!sameShape(grad.shape, x.shape)) throw new RuntimeError('assigned grad has data of a different size');
}

function sizeAt(list: readonly number[], dim: number): number {
  if (list.length === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  return list[wrapDim(dim, list.length)];
}

const addresses = new WeakMap<Storage, number>();
let nextAddress = 4096;

/** Where a storage lies in an imagined address space: storages never overlap. */
function storageAddress(storage: Storage): number {
  let at = addresses.get(storage);
  if (at === undefined) {
    at = nextAddress;
    nextAddress += Math.ceil((storage.nbytes + 1) / 64) * 64;
    addresses.set(storage, at);
  }
  return at;
}

