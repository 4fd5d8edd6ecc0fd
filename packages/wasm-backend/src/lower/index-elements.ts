import { int64, type DType } from '@sconce/tensor';
import { Layout, product, Scalar, scalarAs, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildIndexing } from '../kernels/indexing.js';
import { intoContiguous, withContiguous } from './dense.js';
import { copyUnlessSame } from './index-rows.js';

// Single elements that are read or written by an index tensor of the same shape, but for one dimension.

/** An index tensor as the kernels read it: what it was expanded along just before the dimension, or all the way behind it, once only. */
interface Indices {
  readonly places: View;
  /** so many outer places have the same indices */
  readonly repeat: number;
  /** whether all inner places have */
  readonly isRow: boolean;
}

function unexpanded({ storage, dtype, layout: { shape, strides, offset } }: View, dim: number): Indices {
  const isSame = shape.map((n, d) => n === 1 || strides[d] === 0);
  const first = isSame.slice(0, dim).lastIndexOf(false) + 1, isRow = isSame.slice(dim + 1).every(Boolean);
  const once = shape.map((n, d) => ((d >= first && d < dim) || (d > dim && isRow) ? 1 : n));
  return { places: { storage, dtype, layout: new Layout(once, strides, offset) }, repeat: product(shape.slice(first, dim)), isRow };
}

/** Runs a kernel over the elements of an index tensor. */
function run(engine: Engine, name: string, x: View, index: View, dim: number, { places, repeat, isRow }: Indices, at: readonly number[]): void {
  const { shape } = x.layout, outer = product(shape.slice(0, dim)), inner = product(shape.slice(dim + 1));
  engine.launch(engine.functions(buildIndexing)[`${name}${x.dtype.itemsize}`], outer, index.layout.numel, shape[dim], index.layout.shape[dim], inner,
    pointer(places), repeat, isRow ? 0 : 8, isRow ? 8 : 0, ...at);
}

const areInRange = (engine: Engine, index: View, size: number): boolean =>
  (engine.functions(buildIndexing).check(index.layout.numel, pointer(index), size) as unknown as number) === 0;

const fits = (x: View, index: View): boolean =>
  index.dtype === int64 && x.dtype.itemsize >= 4 && x.layout.numel > 0 && index.layout.numel > 0;

/** out = the elements of x that are named along a dimension. */
export function gatherElements(engine: Engine, x: View, index: View, dim: number, out: View): boolean {
  if (!fits(x, index)) return false;
  const once = unexpanded(index, dim);
  return withContiguous(engine, [x, once.places], ([source, places]) => areInRange(engine, places, x.layout.shape[dim]) &&
    intoContiguous(engine, [x, index], [out], ([to]) => run(engine, 'gather', source, index, dim, { ...once, places }, [pointer(source), pointer(to)])));
}

/** out = x with elements, or the value whose words are given, written or added to the places that are named. */
export function scatterElements(
  engine: Engine, name: 'scatter' | 'scatterAdd' | 'scatterValue', x: View, index: View, src: View | null, dim: number, out: View,
  words: readonly number[] = [],
): boolean {
  if (!fits(x, index) || !out.layout.isContiguous || src?.storage === out.storage) return false;
  const once = unexpanded(index, dim);
  return withContiguous(engine, src ? [once.places, src] : [once.places], ([places, from]) => {
    if (!areInRange(engine, places, x.layout.shape[dim])) return false;
    copyUnlessSame(engine, x, out);
    run(engine, name, out, index, dim, { ...once, places }, [pointer(out), from ? pointer(from) : 0, ...words]);
    return true;
  });
}

/** The two 32-bit words of a number in a dtype. */
export function wordsOf(value: number | bigint | boolean, dtype: DType): [number, number] {
  const words = new Int32Array(2);
  new dtype.Array(words.buffer)[0] = scalarAs(new Scalar(value), dtype);
  return [words[0], words[1]];
}
