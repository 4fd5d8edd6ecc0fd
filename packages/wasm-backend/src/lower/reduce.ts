import type { DType } from '@sconce/tensor';
import { jsBackend, type Kernel, type Op, type ReduceAttrs, type ReduceOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine, type Functions } from '../engine.js';
import { addReduce, COLUMN_GROUP, reducible, type Fold } from '../kernels/reduce.js';
import { withContiguous } from './dense.js';

/** A run of dimensions that are all kept or all reduced, as one. Strides are in elements. */
interface Run { readonly reduced: boolean; size: number; stride: number }

/** A reduction of more elements to one is cut into rows of so many, which threads share and which sums more exactly. */
const ROW = 16384;
/** Rows, and columns, from so many elements on are cut as well: blocks alone lose three digits of a million. */
const LONG = 16 * ROW;
/** Into how many rows columns are cut. */
const PART = 2048;
/** More launches than that are left to JavaScript. */
const LAUNCHES = 4096;

/** What a reduction runs on: functions for a pair of dtypes, those for partial results, and where it all ends up. */
interface Job {
  readonly engine: Engine;
  /** what the last step sees */
  readonly count: number;
  readonly to: number;
  /** @param first of elements, not of partial results */
  functions(from: DType, first: boolean, final: boolean): Functions;
  readonly dtype: DType;
}

/** The kernel of a reduction. The half types stay with JavaScript. */
export function lowerReduce(engine: Engine, op: ReduceOp): Kernel<ReduceAttrs> {
  const run = reducer(engine, op);
  let slow: Kernel<ReduceAttrs> | undefined;
  return (inputs, outputs, attrs) => {
    if (!run(inputs[0], outputs[0], attrs.dims)) (slow ??= jsBackend.lower(op as Op<ReduceAttrs>)!)(inputs, outputs, attrs);
  };
}

/**
 * Folds a view's elements along some dimensions into those of another; false where it cannot. The count is what the last step
 * sees, by default that of the elements.
 */
export function reducer(engine: Engine, op: Fold): (x: View, out: View, dims: readonly number[], count?: number) => boolean {
  const compiled = new Map<number, Functions | null>();

  const find = (from: DType, dtype: DType, first: boolean, final: boolean): Functions | null => {
    const key = (from.code * 16 + dtype.code) * 4 + (first && op.map ? 2 : 0) + (final ? 1 : 0);
    let functions = compiled.get(key);
    if (functions === undefined) {
      functions = reducible(op, from, dtype) ? engine.compile((m) => addReduce(m, op, from, dtype, first, final)) : null;
      compiled.set(key, functions);
    }
    return functions;
  };

  return function run(x: View, out: View, dims: readonly number[], count = x.layout.numel / out.layout.numel): boolean {
    if (out.layout.numel === 0) return true;
    if (!out.layout.isContiguous || x.layout.numel === 0 || !find(x.dtype, out.dtype, true, true)) return false;
    const { dtype } = out;
    const job: Job = { engine, count, to: pointer(out), dtype, functions: (from, first, final) => find(from, dtype, first, final)! };
    const runs = ordered(runsOf(x, dims));
    if (runs.at(-1)!.stride === 1 && launches(runs) <= LAUNCHES) {
      reduce(job, runs, x.dtype, pointer(x), job.to, true);
      return true;
    }
    if (x.layout.isContiguous) return false;
    return withContiguous(engine, [x], ([dense]) => run(dense, out, dims, count));
  };
}

/** Reduces what the runs describe, from one address to another. The last run's elements lie together. */
function reduce(job: Job, runs: readonly Run[], from: DType, src: number, to: number, final: boolean): void {
  const { engine, dtype, count } = job, size = from.itemsize;
  const functions = job.functions(from, true, final), [first, ...rest] = runs, last = runs.at(-1)!;
  const long = runs.length === 2 && runs[last.reduced ? 1 : 0].size >= LONG;
  if (runs.length === 1) {
    if (last.reduced) whole(job, last.size, from, true, src, to, final);
    // nothing is reduced: each element alone
    else engine.launch(functions.rows, last.size, last.size, 1, src, size, to, count);
  } else if (runs.length === 2 && first.reduced && !last.reduced && long) {
    tall(job, first, last, from, src, to, final);
  } else if (runs.length === 2 && last.reduced && !first.reduced && !long) {
    engine.launch(functions.rows, first.size, first.size * last.size, last.size, src, first.stride * size, to, count);
  } else if (runs.length === 2 && first.reduced && !last.reduced) {
    engine.launch(functions.columns, Math.ceil(last.size / COLUMN_GROUP), first.size * last.size, first.size, last.size, src,
      first.stride * size, to, count);
  } else {
    const kept = rest.reduce((n, r) => (r.reduced ? n : n * r.size), 1) * dtype.itemsize;
    const each = (at: number, last: boolean): void => {
      for (let i = 0; i < first.size; i++) reduce(job, rest, from, src + i * first.stride * size, at + i * kept, last);
    };
    if (!first.reduced) return each(to, final);
    // rows that lie as far apart from one such step to the next as within it are rows of one launch
    const [inner] = rest, even = rest.length === 2 && !inner.reduced && first.stride === inner.size * inner.stride;
    engine.scratch(first.size * kept, (partial) => {
      if (even) reduce(job, [{ ...inner, size: first.size * inner.size }, last], from, src, partial, false);
      else each(partial, false);
      const columns = kept / dtype.itemsize;
      engine.launch(job.functions(dtype, false, final).columns, Math.ceil(columns / COLUMN_GROUP), first.size * columns, first.size, columns,
        partial, kept, to, count);
    });
  }
}

/** All rows become one, part by part. */
function tall(job: Job, rows: Run, columns: Run, from: DType, src: number, to: number, final: boolean): void {
  const { engine, dtype, count } = job, parts = Math.ceil(rows.size / PART), width = columns.size * dtype.itemsize;
  engine.scratch(parts * width, (partial) => {
    for (let i = 0; i < parts; i++) {
      const part = { ...rows, size: Math.min(PART, rows.size - i * PART) };
      reduce(job, [part, columns], from, src + i * PART * rows.stride * from.itemsize, partial + i * width, false);
    }
    engine.launch(job.functions(dtype, false, final).columns, Math.ceil(columns.size / COLUMN_GROUP), parts * columns.size, parts, columns.size, partial,
      width, to, count);
  });
}

/** All elements of a row become one. */
function whole(job: Job, n: number, from: DType, first: boolean, src: number, to: number, final: boolean): void {
  const { engine, dtype, count } = job;
  if (n < 2 * ROW) return engine.launch(job.functions(from, first, final).rows, 1, n, n, src, 0, to, count);
  const rows = Math.floor(n / ROW), rest = n - rows * ROW;
  engine.scratch((rows + 1) * dtype.itemsize, (partial) => {
    const { rows: fold } = job.functions(from, first, false);
    engine.launch(fold, rows, rows * ROW, ROW, src, ROW * from.itemsize, partial, count);
    if (rest > 0) engine.launch(fold, 1, rest, rest, src + rows * ROW * from.itemsize, 0, partial + rows * dtype.itemsize, count);
    whole(job, rows + (rest > 0 ? 1 : 0), dtype, false, partial, to, final);
  });
}

function runsOf({ layout: { shape, strides } }: View, dims: readonly number[]): Run[] {
  const runs: Run[] = [];
  shape.forEach((size, d) => {
    if (size === 1) return;
    const reduced = dims.includes(d), last = runs.at(-1);
    if (last && last.reduced === reduced && last.stride === strides[d] * size) {
      last.size *= size;
      last.stride = strides[d];
    } else runs.push({ reduced, size, stride: strides[d] });
  });
  return runs.length > 0 ? runs : [{ reduced: true, size: 1, stride: 1 }];
}

/** The order among reduced dimensions does not matter: one whose elements lie together comes last, where the last do not. */
function ordered(runs: Run[]): Run[] {
  const dense = runs.findIndex((r) => r.reduced && r.stride === 1);
  return runs.at(-1)!.stride === 1 || dense < 0 ? runs : [...runs.filter((_, i) => i !== dense), runs[dense]];
}

const launches = (runs: readonly Run[]): number => runs.slice(0, -2).reduce((n, r) => n * r.size, 1);
