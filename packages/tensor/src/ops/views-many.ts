import { RuntimeError } from '../errors.js';
import { broadcastShapes as broadcastTwo, sameShape } from '../layout.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { expand, reshape, unsqueeze, view } from './views.js';

/** Tensors as separate arguments or as one list. */
export type Tensors = Tensor[] | [tensors: readonly Tensor[]];

/** The list of tensors that was passed in either form. */
export const tensorsOf = (args: Tensors): readonly Tensor[] =>
  (Array.isArray(args[0]) ? args[0] : args) as readonly Tensor[];

/** A tensor for a tensor, a list for a list. */
interface AtLeast {
  (x: Tensor): Tensor;
  (...tensors: Tensors): Tensor[];
}

const atLeast = (one: (x: Tensor) => Tensor): AtLeast => ((...args: Tensors) =>
  args.length === 1 && args[0] instanceof Tensor ? one(args[0]) : tensorsOf(args).map(one)) as AtLeast;

/** 0-d tensors as vectors of one element; others as they are. @see https://pytorch.org/docs/stable/generated/torch.atleast_1d.html */
export const atleast1d = atLeast((x) => (x.dim() === 0 ? reshape(x, 1) : x));

/** Vectors as matrices of one row; others as they are. @see https://pytorch.org/docs/stable/generated/torch.atleast_2d.html */
export const atleast2d = atLeast((x) => (x.dim() === 0 ? reshape(x, 1, 1) : x.dim() === 1 ? unsqueeze(x, 0) : x));

/** Vectors as 1×n×1, matrices as m×n×1; others as they are. @see https://pytorch.org/docs/stable/generated/torch.atleast_3d.html */
export const atleast3d = atLeast((x) => {
  if (x.dim() === 0) return reshape(x, 1, 1, 1);
  if (x.dim() === 1) return unsqueeze(unsqueeze(x, 0), -1);
  return x.dim() === 2 ? unsqueeze(x, -1) : x;
});

/**
 * The shape that operands of these shapes have together; a number stands for a shape of one dimension.
 * @throws RuntimeError where sizes differ and neither is 1
 * @see https://pytorch.org/docs/stable/generated/torch.broadcast_shapes.html
 * @example torch.broadcastShapes([2, 1], [3]) // [2, 3]
 */
export function broadcastShapes(...shapes: (number | readonly number[])[]): readonly number[] {
  const lists = shapes.map((s) => (typeof s === 'number' ? [s] : s));
  for (const list of lists) {
    const negative = list.find((n) => n < 0);
    if (negative !== undefined) {
      throw new RuntimeError(`Trying to create tensor with negative dimension (${negative}): (${list.join(', ')})`);
    }
  }
  try {
    return lists.reduce(broadcastTwo, []);
  } catch {
    throw new RuntimeError('Shape mismatch: objects cannot be broadcast to a single shape');
  }
}

/**
 * Tensors expanded to the shape that they have together.
 * @see https://pytorch.org/docs/stable/generated/torch.broadcast_tensors.html
 * @example const [a, b] = torch.broadcastTensors(torch.zeros(2, 1), torch.zeros(3)); // both 2×3
 */
export function broadcastTensors<const T extends readonly Tensor[]>(...args: T | [tensors: T]): { -readonly [I in keyof T]: Tensor };
export function broadcastTensors(...args: Tensors): Tensor[] {
  const tensors = tensorsOf(args);
  const shape = tensors.reduce<readonly number[]>((s, x) => broadcastTwo(s, x.shape), []);
  return tensors.map((x) => (sameShape(x.shape, shape) ? x : expand(x, shape)));
}

export interface MeshgridOptions {
  /** 'ij' (default): dimension i varies with tensor i; 'xy': the first two exchanged, as for Cartesian coordinates */
  readonly indexing?: 'ij' | 'xy' | undefined;
}

/**
 * Grids of coordinates: output i has the values of vector i along one dimension and repeats them along all others.
 * @see https://pytorch.org/docs/stable/generated/torch.meshgrid.html
 * @example
 * const [rows, columns] = torch.meshgrid(torch.arange(2), torch.arange(3));
 * console.log(rows); // tensor([[0, 0, 0],
 *                    //         [1, 1, 1]])
 */
export function meshgrid(
  ...args: Tensor[] | [...tensors: Tensor[], options: MeshgridOptions] | [tensors: readonly Tensor[], options?: MeshgridOptions]
): Tensor[] {
  const last = args.at(-1);
  const hasOptions = last === undefined || !(last instanceof Tensor || Array.isArray(last));
  const { indexing = 'ij' } = checked('meshgrid', (hasOptions && last ? last : {}) as MeshgridOptions, 'indexing');
  const tensors = tensorsOf((hasOptions ? args.slice(0, -1) : args) as Tensors);
  if (tensors.length === 0) throw new RuntimeError('meshgrid expects a non-empty TensorList');
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new RuntimeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${String(indexing)}`);
  }
  for (const x of tensors) {
    if (x.dim() > 1) throw new RuntimeError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${x}`);
    if (x.dtype !== tensors[0].dtype) throw new RuntimeError('meshgrid expects all tensors to have the same dtype');
    if (x.device !== tensors[0].device) throw new RuntimeError('meshgrid expects all tensors to have the same device');
  }
  const swaps = indexing === 'xy' && tensors.length > 1;
  const order = swaps ? [tensors[1], tensors[0], ...tensors.slice(2)] : tensors;
  const shape = order.map((x) => x.numel());
  const grids = order.map((x, i) => expand(view(x, shape.map((n, d) => (d === i ? n : 1))), shape));
  return swaps ? [grids[1], grids[0], ...grids.slice(2)] : grids;
}
