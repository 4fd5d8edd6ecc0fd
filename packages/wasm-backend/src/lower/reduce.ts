import { float32 } from '@sconce/tensor';
import { jsBackend, type Kernel, type Op, type ReduceAttrs, type ReduceOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine, type Functions } from '../engine.js';
import { addReduce, COLUMN_GROUP, reducible } from '../kernels/reduce.js';

/** A run of dimensions that are all kept or all reduced, as one. */
interface Run { readonly reduced: boolean; size: number; stride: number }

/** The kernel of a reduction of float32; other dtypes, and layouts that are neither rows nor columns, stay with JavaScript. */
export function lowerReduce(engine: Engine, op: ReduceOp): Kernel<ReduceAttrs> {
  let whole: Functions | undefined, partial: Functions | undefined, slow: Kernel<ReduceAttrs> | undefined;
  const fits = reducible(op, float32);
  const functions = (final: boolean): Functions => final
    ? (whole ??= engine.compile((m) => addReduce(m, op, float32, true)))
    : (partial ??= engine.compile((m) => addReduce(m, op, float32, false)));

  const rows = (final: boolean, r: Run, kept: Run | undefined, from: number, to: number, count: number): void =>
    engine.launch(functions(final).rows, kept?.size ?? 1, (kept?.size ?? 1) * r.size, r.size, from, (kept?.stride ?? 0) * 4, to, count);
  const columns = (r: Run, kept: Run, from: number, to: number, count: number): void =>
    engine.launch(functions(true).columns, Math.ceil(kept.size / COLUMN_GROUP), kept.size * r.size, r.size, kept.size, from, r.stride * 4, to, count);

  /** Runs what it can; false where it cannot. */
  function run(x: View, out: View, dims: readonly number[]): boolean {
    const runs = runsOf(x, dims), n = runs.filter((r) => r.reduced).reduce((p, r) => p * r.size, 1);
    const last = runs.at(-1);
    if (!last || last.stride !== 1) return false;
    const from = pointer(x), to = pointer(out), pattern = runs.map((r) => (r.reduced ? 'r' : 'k')).join('');
    switch (pattern) {
      case 'r': rows(true, runs[0], undefined, from, to, n); return true;
      case 'kr': rows(true, runs[1], runs[0], from, to, n); return true;
      case 'rk': columns(runs[0], runs[1], from, to, n); return true;
      case 'krk':
        for (let i = 0; i < runs[0].size; i++) columns(runs[1], runs[2], from + i * runs[0].stride * 4, to + i * runs[2].size * 4, n);
        return true;
      case 'rkr': {
        const [outer, kept, inner] = runs;
        engine.scratch(outer.size * kept.size * 4, (temporary) => {
          for (let i = 0; i < outer.size; i++) rows(false, inner, kept, from + i * outer.stride * 4, temporary + i * kept.size * 4, n);
          columns({ ...outer, stride: kept.size }, { ...kept, stride: 1 }, temporary, to, n);
        });
        return true;
      }
      default: return false;
    }
  }

  return (inputs, outputs, attrs) => {
    const [x] = inputs, [out] = outputs;
    const fast = fits && x.dtype === float32 && out.dtype === float32 && out.layout.isContiguous && x.layout.numel > 0;
    if (!fast || !run(x, out, attrs.dims)) (slow ??= jsBackend.lower(op as Op<ReduceAttrs>)!)(inputs, outputs, attrs);
  };
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
  return runs;
}
