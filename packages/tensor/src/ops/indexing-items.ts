import { bool, int64, uint8 } from '../dtype.js';
import { IndexError, RuntimeError, ValueError } from '../errors.js';
import { broadcastShapes, shapeText } from '../layout.js';
import { describe } from '../scalar.js';
import { Tensor, type Nested } from '../tensor.js';
import { to } from './conversion.js';
import { tensor } from './from-data.js';
import { nonzero } from './indexing-select.js';
import { stack } from './joining.js';
import { expand, reshape, t, unsqueeze } from './views.js';
import { select, slice as sliceView } from './views-windows.js';

/** Python's `start:stop:step` as an index; null leaves a bound open. */
export class Slice {
  constructor(
    readonly start: number | null = null,
    readonly stop: number | null = null,
    readonly step: number | null = null,
  ) {}
}

/**
 * Python's `start:stop:step` as an index, for bounds that are computed: `x.index(torch.slice(i, i + 2))` is
 * `x.index(`${i}:${i + 2}`)`.
 * @see https://pytorch.org/cppdocs/notes/tensor_indexing.html
 */
export const slice = (start: number | null = null, stop: number | null = null, step: number | null = null): Slice =>
  new Slice(start, stop, step);

/**
 * What may stand between Python's brackets: a number; `':'`, `'1:3'`, `'::2'` or a `Slice`; `'...'`; null for a new
 * dimension; a boolean; an int64, bool or uint8 tensor; a list of numbers or booleans, which stands for such a tensor.
 */
export type IndexItem =
  | number | bigint | boolean | null | string | Slice | Tensor | readonly Nested<number | bigint | boolean>[];

type Parsed = number | Slice | '...';

const SLICE = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;
const parsed = new Map<string, Parsed>();

/** The meaning of a string; each is parsed once. */
function parse(text: string): Parsed {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const trimmed = text.trim();
  const match = SLICE.exec(trimmed);
  const bound = (s: string | undefined): number | null => (s === undefined ? null : Number(s));
  let result: Parsed;
  if (trimmed === '...') result = '...';
  else if (match) result = new Slice(bound(match[1]), bound(match[2]), bound(match[3]));
  else if (/^-?\d+$/.test(trimmed)) result = Number(trimmed);
  else throw invalidItem(`'${text}'`);
  // strings with computed bounds would fill the table for ever
  if (parsed.size >= 1000) parsed.clear();
  parsed.set(text, result);
  return result;
}

const invalidItem = (got: string): IndexError => new IndexError(
  `only integers, slices (\`:\`), ellipsis (\`...\`), None and long or byte Variables are valid indices (got ${got}); in TypeScript: numbers, strings such as '1:3', '...', null, and tensors`);

type Item = number | boolean | null | Slice | '...' | Tensor;

function normalized(item: IndexItem): Item {
  if (typeof item === 'string') return parse(item);
  if (typeof item === 'bigint') return Number(item);
  if (typeof item === 'number') {
    if (!Number.isInteger(item)) throw invalidItem('float');
    return item;
  }
  if (item === null || typeof item === 'boolean' || item instanceof Slice || item instanceof Tensor) return item;
  if (Array.isArray(item)) return listTensor(item);
  throw invalidItem(describe(item));
}

function listTensor(list: readonly Nested<number | bigint | boolean>[]): Tensor {
  let leaf: unknown = list;
  while (Array.isArray(leaf)) leaf = leaf[0];
  return tensor(list, { dtype: typeof leaf === 'boolean' ? bool : int64 });
}

/** Whether an item selects by truth values. */
export const isMask = (x: Tensor): boolean => x.dtype === bool || x.dtype === uint8;

/** How many dimensions an item stands for. */
function consumed(item: Item): number {
  if (item instanceof Tensor) return isMask(item) ? item.dim() : 1;
  return typeof item === 'number' || item instanceof Slice ? 1 : 0;
}

/**
 * Applies the items that are no tensors, one after the other, and gives the tensors by the dimension of the result that
 * each indexes. Without items the result is the tensor itself.
 */
export function applyItems(
  x: Tensor, items: readonly IndexItem[],
): { result: Tensor; tensors: readonly (Tensor | undefined)[] } {
  const list = items.map(normalized);
  const specified = list.reduce<number>((n, item) => n + consumed(item), 0);
  if (specified > x.dim()) throw new IndexError(`too many indices for tensor of dimension ${x.dim()}`);
  const tensors: (Tensor | undefined)[] = [];
  let result = x, dim = 0;
  list.forEach((item, place) => {
    if (typeof item === 'number') result = selected(result, dim, item, place);
    else if (item === '...') dim += x.dim() - specified;
    else if (item === null) result = unsqueeze(result, dim++);
    else if (item instanceof Slice) result = sliced(result, dim++, item);
    else if (typeof item === 'boolean' || (item.dim() === 0 && isMask(item))) {
      // all of a new dimension of size 1, or nothing of it
      result = unsqueeze(result, dim);
      const all = typeof item === 'boolean' ? item : Boolean(item.hostValue());
      tensors[dim++] = tensor(all ? [0] : [], { dtype: int64, device: x.device });
    } else if (item.dim() === 0 && item.dtype.kind === 'int' && item.device.type === 'cpu') {
      result = selected(result, dim, Number(item.hostValue()), place);
    } else tensors[dim++] = item;
  });
  return { result, tensors };
}

function selected(x: Tensor, dim: number, index: number, place: number): Tensor {
  const n = x.shape[dim];
  if (index < -n || index >= n) throw new IndexError(`index ${index} is out of bounds for dimension ${place} with size ${n}`);
  return select(x, dim, index);
}

function sliced(x: Tensor, dim: number, { start, stop, step }: Slice): Tensor {
  if (step === 0) throw new ValueError('slice step cannot be zero');
  if (step !== null && step < 0) throw new ValueError('step must be greater than zero');
  return sliceView(x, dim, start, stop, step ?? 1);
}

/** An index on the device of what it indexes, which it is brought to from the CPU. */
function beside(x: Tensor, index: Tensor): Tensor {
  if (index.device === x.device) return index;
  if (index.device.type === 'cpu') return to(index, x.device);
  throw new RuntimeError(`indices should be either on cpu or on the same device as the indexed tensor (${x.device})`);
}

/** Index tensors as one: int64 of shape [number of indexed dimensions, …block], and which dimensions they index. */
export function resolveTensors(x: Tensor, tensors: readonly (Tensor | undefined)[]): { dims: number[]; indices: Tensor } {
  const dims: number[] = [];
  const groups: Tensor[] = []; // each [k, …] for k dimensions
  let dim = 0;
  for (const item of tensors) {
    if (item === undefined) {
      dim++;
      continue;
    }
    if (isMask(item)) {
      checkMask(x, item, dim);
      groups.push(t(beside(x, nonzero(item))));
      for (let i = 0; i < item.dim(); i++) dims.push(dim++);
    } else {
      if (item.dtype !== int64) throw new IndexError('tensors used as indices must be long, byte or bool tensors');
      groups.push(unsqueeze(beside(x, item), 0));
      dims.push(dim++);
    }
  }
  if (dim > x.dim()) throw new IndexError(`too many indices for tensor of dimension ${x.dim()} (got ${dim})`);
  return { dims, indices: groups.length === 1 ? groups[0] : joined(groups) };
}

/** A mask that is the only tensor among the items. */
export interface OnlyMask {
  /** with a dimension of size 1 for each later one of the tensor that it indexes */
  readonly mask: Tensor;
  /** the first dimension that it indexes, and how many behind it are left whole */
  readonly dim: number;
  readonly whole: number;
}

/** The mask that is the only tensor among the items; undefined where there are others. */
export function onlyMask(x: Tensor, tensors: readonly (Tensor | undefined)[]): OnlyMask | undefined {
  const dim = tensors.findIndex((item) => item !== undefined), mask = tensors[dim];
  if (mask === undefined || !isMask(mask) || mask.device !== x.device || tensors.some((item, d) => d !== dim && item !== undefined)) return undefined;
  checkMask(x, mask, dim);
  const whole = x.dim() - dim - mask.dim();
  return { mask: whole === 0 ? mask : reshape(mask, [...mask.shape, ...new Array<number>(whole).fill(1)]), dim, whole };
}

/** @throws IndexError for a mask that has not the sizes of the dimensions that it indexes */
export function checkMask(x: Tensor, mask: Tensor, dim: number): void {
  mask.shape.forEach((n, i) => {
    if (x.shape[dim + i] === n) return;
    throw new IndexError(
      `The shape of the mask ${shapeText(mask.shape)} at index ${i} does not match the shape of the indexed tensor ${shapeText(x.shape)} at index ${dim + i}`);
  });
}

/** Indices broadcast together. */
function joined(groups: readonly Tensor[]): Tensor {
  const rows = groups.flatMap((g) => Array.from({ length: g.shape[0] }, (_, i) => select(g, 0, i)));
  try {
    const shape = rows.reduce<readonly number[]>((s, row) => broadcastShapes(s, row.shape), []);
    return stack(rows.map((row) => expand(row, shape)));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new IndexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${rows.map((r) => shapeText(r.shape)).join(', ')}`);
  }
}
