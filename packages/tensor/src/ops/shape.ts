import type { View } from '../backend.js';
import { runStructured, runStructuredInplace } from '../dispatch.js';
import { IndexError, RuntimeError } from '../errors.js';
import { shapeText, wrapDim } from '../layout.js';
import { alike } from '../memory-order.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { sizeList, type SizeLike } from './arguments.js';
import { clone, contiguous } from './conversion.js';
import type { OutOption } from './define.js';
import { intoOut } from './out.js';
import { isOptions } from './reduction-arguments.js';
import { viewOps, type DiagonalAttrs } from './views-records.js';
import { reshape, sizesOf, type Sizes } from './views.js';

export interface RollAttrs { readonly shifts: readonly number[]; readonly dims: readonly number[] }
export interface Rot90Attrs { readonly k: number; readonly dims: readonly number[] }
/** `columns - rows` of the diagonal up to which (tril) or from which on (triu) elements stay */
export interface TriangleAttrs { readonly diagonal: number }
export interface DiagEmbedAttrs extends DiagonalAttrs { readonly shape: readonly number[] }

/** A quarter of a turn lies in memory as what is flipped and then transposed. */
function turned(x: View, { k, dims: [a, b] }: Rot90Attrs): Meta {
  if (k % 2 === 0) return k === 0 ? { ...alike(x), order: null } : alike(x);
  const { shape, dtype, order } = alike(x);
  return { shape: shape.with(a, shape[b]).with(b, shape[a]), dtype, order: (order ?? shape.map((_, d) => d)).map((d) => (d === a ? b : d === b ? a : d)) };
}

const triangle = (name: string) => structuredOp<TriangleAttrs>({
  name,
  meta([x]) {
    const { shape } = x.layout;
    if (shape.length === 0) throw new IndexError('Dimension specified as -2 but tensor has no dimensions');
    if (x.layout.numel > 0) wrapDim(-2, shape.length);
    return [{ shape, dtype: x.dtype }];
  },
});

/** Records of the ops that repeat and rearrange elements. */
export const shapeOps = {
  repeat: structuredOp<{ readonly repeats: readonly number[] }>({
    name: 'repeat',
    meta([x], { repeats }) {
      const lead = repeats.length - x.layout.shape.length;
      return [{ shape: repeats.map((n, i) => n * (i < lead ? 1 : x.layout.shape[i - lead])), dtype: x.dtype }];
    },
  }),
  flip: structuredOp<{ readonly dims: readonly number[] }>({
    name: 'flip', meta: ([x]) => [alike(x)],
  }),
  roll: structuredOp<RollAttrs>({ name: 'roll', meta: ([x]) => [{ shape: x.layout.shape, dtype: x.dtype }] }),
  rot90: structuredOp<Rot90Attrs>({ name: 'rot90', meta: ([x], attrs) => [turned(x, attrs)] }),
  tril: triangle('tril'),
  triu: triangle('triu'),
  /** the diagonal of a matrix */
  diag: structuredOp<{ readonly offset: number }>({
    name: 'diag',
    meta: ([x], { offset }) => [{ shape: viewOps.diagonal.view(x.layout, { offset, dim1: 0, dim2: 1 }).shape, dtype: x.dtype }],
  }),
  /** zeros with the input as the last dimension's diagonal */
  diagEmbed: structuredOp<DiagEmbedAttrs>({ name: 'diagEmbed', meta: ([x], { shape }) => [{ shape, dtype: x.dtype }] }),
  /** a matrix with the input as its diagonal */
  diagMatrix: structuredOp<DiagEmbedAttrs>({ name: 'diag', meta: ([x], { shape }) => [{ shape, dtype: x.dtype }] }),
};

/**
 * Copies of the tensor side by side, as often along each dimension as asked; more numbers than dimensions add leading
 * ones.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.repeat.html
 * @example torch.tensor([1, 2]).repeat(2, 2) // tensor([[1., 2., 1., 2.], [1., 2., 1., 2.]])
 */
export function repeat(x: Tensor, ...repeats: Sizes): Tensor {
  const list = sizesOf(repeats);
  if (list.length < x.dim()) {
    throw new RuntimeError('Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor');
  }
  const lead = list.length - x.dim();
  const shape = list.map((n, i) => n * (i < lead ? 1 : x.shape[i - lead]));
  const negative = shape.find((n) => n < 0);
  if (negative !== undefined) throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}: ${shapeText(shape)}`);
  return runStructured(shapeOps.repeat, [x], { repeats: list.slice() })[0];
}

/** As `repeat`, where fewer numbers than dimensions count from the last. @see https://pytorch.org/docs/stable/generated/torch.tile.html */
export function tile(x: Tensor, ...dims: Sizes): Tensor {
  const list = sizesOf(dims);
  return repeat(x, [...new Array<number>(Math.max(0, x.dim() - list.length)).fill(1), ...list]);
}

/** The dimensions in another direction. @see https://pytorch.org/docs/stable/generated/torch.flip.html */
export function flip(x: Tensor, ...dims: Sizes): Tensor {
  const wrapped = sizesOf(dims).map((d) => wrapDim(d, x.dim()));
  wrapped.forEach((d, i) => {
    if (wrapped.indexOf(d) < i) throw new RuntimeError(`dim ${d} appears multiple times in the list of dims`);
  });
  return runStructured(shapeOps.flip, [x], { dims: x.dim() === 0 ? [] : wrapped })[0];
}

/** Left and right exchanged. @see https://pytorch.org/docs/stable/generated/torch.fliplr.html */
export function fliplr(x: Tensor): Tensor {
  if (x.dim() < 2) throw new RuntimeError('Input must be >= 2-d.');
  return flip(x, 1);
}

/** Up and down exchanged. @see https://pytorch.org/docs/stable/generated/torch.flipud.html */
export function flipud(x: Tensor): Tensor {
  if (x.dim() < 1) throw new RuntimeError('Input must be >= 1-d.');
  return flip(x, 0);
}

export interface RollOptions {
  /** the dimensions, as many as shifts; without them the tensor is rolled as one long vector */
  readonly dims?: SizeLike | undefined;
}

/**
 * Elements moved along dimensions; what leaves at the end comes in at the start. Without `dims` the tensor is rolled as
 * one long vector.
 * @see https://pytorch.org/docs/stable/generated/torch.roll.html
 * @example torch.arange(4).roll(1) // tensor([3, 0, 1, 2])
 */
export function roll(x: Tensor, shifts: number | readonly number[], dims: SizeLike | RollOptions = []): Tensor {
  const by = sizeList(shifts), list = sizeList(isOptions<RollOptions>(dims) ? checked('roll', dims, 'dims').dims ?? [] : dims);
  if (by.length === 0) throw new RuntimeError('`shifts` required');
  if (list.length === 0 && by.length === 1) return reshape(roll(reshape(x, -1), by[0], 0), x.shape);
  if (by.length !== list.length) {
    throw new RuntimeError(`shifts and dimensions must align. shifts: ${by.length}, dims:${list.length}`);
  }
  if (x.numel() === 0) return clone(x);
  if (x.dim() === 0) throw new IndexError(`Dimension specified as ${list[0]} but tensor has no dimensions`);
  return runStructured(shapeOps.roll, [x], { shifts: by.slice(), dims: list.map((d) => wrapDim(d, x.dim())) })[0];
}

/**
 * A plane turned by `k` times 90 degrees, from the first of `dims` towards the second.
 * @see https://pytorch.org/docs/stable/generated/torch.rot90.html
 * @example torch.tensor([[1, 2], [3, 4]]).rot90() // tensor([[2., 4.], [1., 3.]])
 */
export function rot90(x: Tensor, k = 1, dims: readonly number[] = [0, 1]): Tensor {
  if (dims.length !== 2) throw new RuntimeError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
  if (x.dim() < 2) throw new RuntimeError(`expected total dims >= 2, but got total dims = ${x.dim()}`);
  const n = x.dim(), [a, b] = dims;
  if (a === b || Math.abs(a - b) === n) {
    throw new RuntimeError(`expected rotation dims to be different, but got dim0 = ${a} and dim1 = ${b}`);
  }
  dims.forEach((d, i) => {
    if (d >= n || d < -n) throw new RuntimeError(`Rotation dim${i} out of range, dim${i} = ${d}`);
  });
  return runStructured(shapeOps.rot90, [x], { k: ((k % 4) + 4) % 4, dims: dims.map((d) => wrapDim(d, n)) })[0];
}

export interface DiagonalOption extends OutOption {
  /** which diagonal: 0 (default) the main one, positive above it, negative below */
  readonly diagonal?: number | undefined;
}
/** Which diagonal, and what the result goes to: the options may come in the diagonal's place. */
const diagonalAndOut = (name: string, d: number | DiagonalOption, options: OutOption = {}): readonly [number, Tensor | undefined] => {
  const { diagonal = 0, out }: DiagonalOption = checked(name, typeof d === 'number' ? options : d);
  return [typeof d === 'number' ? d : diagonal, out];
};

function triangleOf(op: typeof shapeOps.tril, x: Tensor, d: number | DiagonalOption, options: OutOption): Tensor {
  const [diagonal, out] = diagonalAndOut(op.name, d, options);
  return intoOut(runStructured(op, [x], { diagonal })[0], out);
}

/**
 * The lower triangle of matrices, zeros above the diagonal.
 * @see https://pytorch.org/docs/stable/generated/torch.tril.html
 * @example torch.ones(2, 2).tril() // tensor([[1., 0.], [1., 1.]])
 */
export const tril = (x: Tensor, diagonal: number | DiagonalOption = 0, options: OutOption = {}): Tensor =>
  triangleOf(shapeOps.tril, x, diagonal, options);

/** The upper triangle of matrices, zeros below the diagonal. @see https://pytorch.org/docs/stable/generated/torch.triu.html */
export const triu = (x: Tensor, diagonal: number | DiagonalOption = 0, options: OutOption = {}): Tensor =>
  triangleOf(shapeOps.triu, x, diagonal, options);

/** As `tril`, in place. */
export const tril_ = (x: Tensor, diagonal: number | DiagonalOption = 0): Tensor =>
  runStructuredInplace(shapeOps.tril, [x], { diagonal: diagonalAndOut('tril_', diagonal)[0] });
/** As `triu`, in place. */
export const triu_ = (x: Tensor, diagonal: number | DiagonalOption = 0): Tensor =>
  runStructuredInplace(shapeOps.triu, [x], { diagonal: diagonalAndOut('triu_', diagonal)[0] });

/**
 * The diagonal of a matrix as a vector, or a matrix with a vector as its diagonal.
 * @see https://pytorch.org/docs/stable/generated/torch.diag.html
 * @example torch.tensor([1, 2]).diag() // tensor([[1., 0.], [0., 2.]])
 */
export function diag(x: Tensor, diagonal: number | DiagonalOption = 0, options: OutOption = {}): Tensor {
  const [offset, out] = diagonalAndOut('diag', diagonal, options);
  if (x.dim() === 2) return intoOut(runStructured(shapeOps.diag, [x], { offset })[0], out);
  if (x.dim() !== 1) throw new RuntimeError('matrix or a vector expected');
  const n = x.shape[0] + Math.abs(offset);
  return intoOut(runStructured(shapeOps.diagMatrix, [x], { offset, dim1: 0, dim2: 1, shape: [n, n] })[0], out);
}

export interface OffsetOption {
  /** which diagonal, default 0 */
  readonly offset?: number | undefined;
}

/** A matrix with all elements, in order, as its diagonal. @see https://pytorch.org/docs/stable/generated/torch.diagflat.html */
export const diagflat = (x: Tensor, offset: number | OffsetOption = 0): Tensor =>
  diag(reshape(contiguous(x), -1), typeof offset === 'number' ? offset : offset.offset ?? 0);

export interface DiagEmbedOptions extends OffsetOption {
  /** the dimension of the result that counts rows, default -2 */
  readonly dim1?: number | undefined;
  /** the dimension of the result that counts columns, default -1 */
  readonly dim2?: number | undefined;
}

/**
 * Matrices with the last dimension as their diagonals.
 * @see https://pytorch.org/docs/stable/generated/torch.diag_embed.html
 * @example torch.ones(3, 2).diagEmbed().shape // [3, 2, 2]
 */
export function diagEmbed(x: Tensor, offset: number | DiagEmbedOptions = 0, dim1 = -2, dim2 = -1): Tensor {
  if (typeof offset === 'object') return diagEmbed(x, offset.offset, offset.dim1, offset.dim2);
  const a = wrapDim(dim1, x.dim() + 1), b = wrapDim(dim2, x.dim() + 1);
  if (a === b) throw new RuntimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const n = x.shape[x.dim() - 1] + Math.abs(offset);
  const rest = x.shape.slice(0, -1);
  const shape = Array.from({ length: x.dim() + 1 }, (_, d) => (d === a || d === b ? n : rest.shift()!));
  return runStructured(shapeOps.diagEmbed, [x], { offset, dim1: a, dim2: b, shape })[0];
}
