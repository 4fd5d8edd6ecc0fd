import { runView } from '../dispatch.js';
import { IndexError, RuntimeError } from '../errors.js';
import { shapeText, wrapDim } from '../layout.js';
import { contiguousFormat } from '../memory-format.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { clone } from './conversion.js';
import type { OutOption } from './define.js';
import { intoOut } from './out.js';
import { viewOps } from './views-records.js';

/** One index of a dimension, which goes. @see https://pytorch.org/docs/stable/generated/torch.select.html */
export function select(x: Tensor, dim: number, index: number): Tensor {
  if (x.dim() === 0) throw new IndexError('select() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  if (!Number.isInteger(index)) throw new TypeError(`select(): index must be an integer, but got ${String(index)}`);
  if (index < -n || index >= n) {
    throw new IndexError(`select(): index ${index} out of range for tensor of size ${shapeText(x.shape)} at dimension ${d}`);
  }
  return runView(viewOps.select, x, { dim: d, index: index < 0 ? index + n : index });
}

/** A range of a dimension, as Python's `start:end:step`; as libtorch's `Tensor::slice`. */
export function slice(x: Tensor, dim = 0, start?: number | null, end?: number | null, step = 1): Tensor {
  if (x.dim() === 0) throw new RuntimeError('slice() cannot be applied to a 0-dim tensor.');
  if (!(Number.isInteger(step) && step > 0)) throw new RuntimeError('slice step must be positive');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  const clip = (i: number): number => {
    if (!Number.isInteger(i)) throw new TypeError(`slice(): bounds must be integers, but got ${String(i)}`);
    return Math.min(Math.max(i < 0 ? i + n : i, 0), n);
  };
  const from = clip(start ?? 0);
  return runView(viewOps.slice, x, { dim: d, start: from, end: Math.max(clip(end ?? n), from), step });
}

/**
 * `length` elements of a dimension from `start` on; a negative `start` counts from the end.
 * @param start a number or an integral 0-d CPU tensor
 * @see https://pytorch.org/docs/stable/generated/torch.narrow.html
 */
export function narrow(x: Tensor, dim: number, start: number | Tensor, length: number): Tensor {
  if (x.dim() === 0) throw new RuntimeError('narrow() cannot be applied to a 0-dim tensor.');
  const d = wrapDim(dim, x.dim()), n = x.shape[d];
  const at = typeof start === 'number' ? start : numberOf(start);
  const from = at === n ? at : wrapDim(at, n);
  if (length < 0 || from + length > n) {
    throw new RuntimeError(`start (${from}) + length (${length}) exceeds dimension size (${n}).`);
  }
  return runView(viewOps.slice, x, { dim: d, start: from, end: from + length, step: 1 });
}

/**
 * A contiguous copy of what `narrow` gives.
 * @throws RuntimeError or IndexError as `narrow` does
 * @see https://pytorch.org/docs/stable/generated/torch.narrow_copy.html
 * @example torch.arange(6).narrowCopy(0, 1, 3) // tensor([1, 2, 3])
 */
export const narrowCopy = (x: Tensor, dim: number, start: number | Tensor, length: number, options: OutOption = {}): Tensor =>
  intoOut(clone(narrow(x, dim, start, length), { memoryFormat: contiguousFormat }), checked('narrowCopy', options, 'out').out);

function numberOf(start: Tensor): number {
  if (start.dim() !== 0 || start.dtype.kind !== 'int') throw new RuntimeError('start must be an 0-dim integral Tensor.');
  return Number(start.hostValue());
}

export interface DiagonalOptions {
  /** above (positive) or below (negative) the main diagonal, default 0 */
  readonly offset?: number | undefined;
  /** the dimension that counts rows, default 0 */
  readonly dim1?: number | undefined;
  /** the dimension that counts columns, default 1 */
  readonly dim2?: number | undefined;
}

/**
 * The diagonal of two dimensions, as a last dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.diagonal.html
 * @example torch.eye(3).diagonal() // tensor([1., 1., 1.])
 */
export function diagonal(x: Tensor, offset: number | DiagonalOptions = 0, dim1 = 0, dim2 = 1): Tensor {
  if (typeof offset === 'object') return diagonal(x, offset.offset, offset.dim1, offset.dim2);
  const a = wrapDim(dim1, x.dim()), b = wrapDim(dim2, x.dim());
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  return runView(viewOps.diagonal, x, { offset, dim1: a, dim2: b });
}

/**
 * Windows of `size` along a dimension, every `step`, as a last dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
 * @example torch.arange(5).unfold(0, 2, 2) // tensor([[0, 1], [2, 3]])
 */
export function unfold(x: Tensor, dim: number, size: number, step: number): Tensor {
  const d = wrapDim(dim, x.dim()), n = x.shape[d] ?? 1;
  if (size < 0) throw new RuntimeError(`size is ${size} but must be >= 0`);
  if (size > n) throw new RuntimeError(`maximum size for tensor at dimension ${d} is ${n} but size is ${size}`);
  if (step <= 0) throw new RuntimeError(`step is ${step} but must be > 0`);
  return runView(viewOps.unfold, x, { dim: d, size, step });
}

/**
 * A view by sizes, strides and offset, all in elements of the storage.
 * @throws RuntimeError where it would reach beyond the storage
 * @see https://pytorch.org/docs/stable/generated/torch.as_strided.html
 * @example torch.arange(4).asStrided([2, 2], [1, 1]) // tensor([[0, 1], [1, 2]])
 */
export function asStrided(
  x: Tensor, size: readonly number[], stride: readonly number[], storageOffset = x.storageOffset(),
): Tensor {
  if (size.length !== stride.length) throw new RuntimeError('mismatch in length of strides and shape');
  if (stride.some((s) => s < 0)) {
    throw new RuntimeError(`as_strided: Negative strides are not supported at the moment, got strides: ${shapeText(stride)}`);
  }
  if (size.some((n) => n < 0)) {
    throw new RuntimeError(`Storage size calculation overflowed with sizes=${shapeText(size)} and strides=${shapeText(stride)}`);
  }
  if (storageOffset < 0) throw new RuntimeError(`Tensor: invalid storage offset ${storageOffset}`);
  const extent = size.reduce((sum, n, i) => sum + (n - 1) * stride[i], 1);
  const need = size.includes(0) ? 0 : (storageOffset + extent) * x.dtype.itemsize;
  if (need > x.storage.nbytes) {
    throw new RuntimeError(
      `setStorage: sizes ${shapeText(size)}, strides ${shapeText(stride)}, storage offset ${storageOffset}, and itemsize ${x.dtype.itemsize} requiring a storage size of ${need} are out of bounds for storage of size ${x.storage.nbytes}`);
  }
  return runView(viewOps.asStrided, x, {
    size: size.slice(), stride: stride.slice(), offset: storageOffset - x.storageOffset(),
  });
}
