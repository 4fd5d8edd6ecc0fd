import type { Device } from '../device.js';
import { runStructured } from '../dispatch.js';
import { bool, int32, int64, uint8 } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { zerosOf } from '../host-memory.js';
import { broadcastShapes, wrapDim } from '../layout.js';
import { checked } from '../options.js';
import { describe } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { ne } from './comparison.js';
import { full } from './creation.js';
import type { OutOption } from './define.js';
import { tensor } from './from-data.js';
import { indexingOps } from './indexing-records.js';
import { intoOut } from './out.js';
import { dimAndOptions } from './reduction-arguments.js';
import { sum } from './reduction.js';
import { expand, reshape, unsqueeze } from './views.js';
import { unbind } from './views-split.js';

/** @throws RuntimeError where values of a tensor that decide a shape are not in host memory */
export function checkOnHost(name: string, x: Tensor): void {
  if (x.device.type !== 'cpu') {
    throw new RuntimeError(
      `${name}: the shape of the result depends on values, which a tensor on ${x.device} gives only later: move it first with await x.cpu()`);
  }
}

/** The values of a tensor that an op reads to decide a shape. @throws RuntimeError where they are not in host memory */
export function hostValuesFor(name: string, x: Tensor): ReturnType<Tensor['hostValues']> {
  checkOnHost(name, x);
  return x.hostValues();
}

function countNonzero(name: string, x: Tensor): number {
  checkOnHost(name, x);
  return Number(sum(x.dtype === bool ? x : ne(x.detach(), 0)).hostValues()[0]);
}

/**
 * Rows or other slices of a tensor, by an index.
 * @param index int64 or int32, a vector
 * @throws IndexError for an index out of range
 * @see https://pytorch.org/docs/stable/generated/torch.index_select.html
 * @example torch.eye(3).indexSelect(0, torch.tensor([2n, 0n])) // the last row, then the first
 */
export const indexSelect = (x: Tensor, dim: number, index: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(indexingOps.indexSelect, [x, index], { dim: wrapDim(dim, x.dim()) })[0], checked('indexSelect', options).out);

/**
 * Elements picked along a dimension: `out[i][j] = x[index[i][j]][j]` for dimension 0.
 * @param index int64, of the tensor's number of dimensions, no larger than it except along `dim`
 * @see https://pytorch.org/docs/stable/generated/torch.gather.html
 * @example torch.tensor([[1, 2], [3, 4]]).gather(1, torch.tensor([[0n], [1n]])) // tensor([[1.], [4.]])
 */
export const gather = (x: Tensor, dim: number, index: Tensor, options: OutOption & { /** without effect */ readonly sparseGrad?: boolean } = {}): Tensor =>
  intoOut(runStructured(indexingOps.gather, [x, index], { dim: wrapDim(dim, x.dim()) })[0], checked('gather', options).out);

/** Elements of the tensor read as one long vector. @see https://pytorch.org/docs/stable/generated/torch.take.html */
export const take = (x: Tensor, index: Tensor, options: OutOption = {}): Tensor =>
  intoOut(runStructured(indexingOps.take, [x, index], null)[0], checked('take', options).out);

/**
 * As `gather`, where the other dimensions are broadcast; without `dim`, elements of the tensor as one long vector.
 * @see https://pytorch.org/docs/stable/generated/torch.take_along_dim.html
 */
export function takeAlongDim(x: Tensor, indices: Tensor, dim?: number | null, options: OutOption = {}): Tensor {
  if (dim === undefined || dim === null) return gather(reshape(x, -1), 0, reshape(indices, -1), options);
  if (x.dim() !== indices.dim()) {
    throw new RuntimeError(
      `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${x.dim()} dimensions for input, and ${indices.dim()} dimensions for indices`);
  }
  if (indices.dtype !== int64) {
    throw new RuntimeError(`torch.take_along_dim(): dtype of indices should be Long but got ${indices.dtype.scalarType}`);
  }
  const d = wrapDim(dim, x.dim());
  if (x.dim() === 0) return gather(x, 0, indices, options);
  const shape = broadcastShapes(x.shape.with(d, 1), indices.shape.with(d, 1));
  return gather(expand(x, shape.with(d, x.shape[d])), d, expand(indices, shape.with(d, indices.shape[d])), options);
}

/**
 * The elements where a mask is true, as a vector; both are broadcast together.
 * @see https://pytorch.org/docs/stable/generated/torch.masked_select.html
 */
export function maskedSelect(x: Tensor, mask: Tensor, options: OutOption = {}): Tensor {
  const { out } = checked('maskedSelect', options, 'out');
  if (mask.dtype !== bool && mask.dtype !== uint8) throw new RuntimeError('masked_select: expected BoolTensor or ByteTensor for mask');
  const shape = broadcastShapes(mask.shape, x.shape);
  const count = countNonzero('masked_select', expand(mask, shape));
  return intoOut(runStructured(indexingOps.maskedSelect, [x, mask], { count })[0], out);
}

export interface NonzeroOptions extends OutOption {
  /** a tensor per dimension, ready to index with, instead of a row per element */
  readonly asTuple?: boolean | undefined;
}

/**
 * The indices of the elements that are not zero: a row of indices per element.
 * @see https://pytorch.org/docs/stable/generated/torch.nonzero.html
 * @example torch.nonzero(torch.tensor([0, 3, 4])) // tensor([[1], [2]])
 */
export function nonzero(x: Tensor, options?: OutOption & { readonly asTuple?: false | undefined }): Tensor;
export function nonzero(x: Tensor, options: { readonly asTuple: true }): Tensor[];
export function nonzero(x: Tensor, options: NonzeroOptions): Tensor | Tensor[];
export function nonzero(x: Tensor, options: NonzeroOptions = {}): Tensor | Tensor[] {
  const { asTuple = false, out } = checked('nonzero', options, 'asTuple');
  if (x.dtype.isComplex) return nonzero(x.ne(0), options);
  if (asTuple && out) throw new RuntimeError('nonzero does not support the out kwarg when as_tuple is True');
  if (asTuple) return unbind(nonzero(x.dim() === 0 ? unsqueeze(x, 0) : x), 1);
  return intoOut(runStructured(indexingOps.nonzero, [x], { count: countNonzero('nonzero', x) })[0], out);
}

/** The indices of the elements that are not zero, a row each. @see https://pytorch.org/docs/stable/generated/torch.argwhere.html */
export const argwhere = (x: Tensor): Tensor => nonzero(x);

export interface RepeatInterleaveOptions {
  /** along which dimension; without one the tensor is read as one long vector */
  readonly dim?: number | null | undefined;
  /** the size of the result along the dimension, where it is known */
  readonly outputSize?: number | undefined;
}

/**
 * Elements repeated one by one: `[a, b]` twice is `[a, a, b, b]`. Without `dim` the tensor is read as one long vector.
 * @param repeats how often each, or an integral tensor with a number per element
 * @see https://pytorch.org/docs/stable/generated/torch.repeat_interleave.html
 * @example torch.tensor([1, 2]).repeatInterleave(2) // tensor([1., 1., 2., 2.])
 */
export function repeatInterleave(
  x: Tensor, repeats?: number | Tensor, dim?: number | RepeatInterleaveOptions | null, options?: RepeatInterleaveOptions,
): Tensor {
  const [along, { outputSize }] = dimAndOptions<number | null, RepeatInterleaveOptions>('repeatInterleave', dim ?? undefined, options, 'outputSize');
  if (repeats === undefined) {
    if (x.dim() !== 1) throw new RuntimeError('repeat_interleave only accept 1D vector as repeat');
    return repeatedIndices(x, x.numel(), outputSize, x.device);
  }
  if (typeof repeats !== 'number' && !(repeats instanceof Tensor)) {
    throw new TypeError(`repeatInterleave(): repeats must be a number or a Tensor, but got ${describe(repeats)}`);
  }
  if (along === undefined) return repeatInterleave(reshape(x, -1), repeats, 0, { outputSize });
  if (x.dim() === 0) throw new IndexError(`Dimension specified as ${along} but tensor has no dimensions`);
  const d = wrapDim(along, x.dim()), n = x.shape[d];
  // a number is read at once, whatever the device
  const each = repeats instanceof Tensor ? repeats : full([], BigInt(repeats));
  return indexSelect(x, d, repeatedIndices(each, n, outputSize, x.device));
}

/** 0, 1, …, n - 1, each as often as asked. */
function repeatedIndices(repeats: Tensor, n: number, outputSize: number | undefined, device: Device): Tensor {
  if (repeats.dim() > 1) throw new RuntimeError('repeats must be 0-dim or 1-dim tensor');
  if (repeats.dtype !== int64 && repeats.dtype !== int32) {
    throw new RuntimeError(`"repeat_interleave_cpu" not implemented for '${repeats.dtype.scalarType}'`);
  }
  const one = repeats.numel() === 1 && n !== 1;
  if (!one && repeats.numel() !== n) throw new RuntimeError('repeats must have the same size as input along dim');
  const counts = hostValuesFor('repeat_interleave', repeats);
  const ends = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const count = Number(counts[one ? 0 : i]);
    if (count < 0) throw new RuntimeError('repeats can not be negative');
    ends[i] = total += count;
  }
  if (outputSize !== undefined && outputSize !== total) throw new RuntimeError('allocated size does not match required size');
  const indices = zerosOf(BigInt64Array, total);
  for (let i = 1; i < n; i++) indices.fill(BigInt(i), ends[i - 1], ends[i]);
  return tensor(indices, { device });
}
