import { int32, type NumberLike, type ScatterReduction } from '@sconce/tensor';
import { indexingOps, Layout, Scalar, scalarAs, scatterOps, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch, type Job } from '../kernels/job.js';
import { addressed, blockTarget, elementTarget, INSIDE, outOfBounds, outOfElements, sliceTarget, type Range, type Target } from '../kernels/places.js';
import { addSegments } from '../kernels/segments.js';
import { around, as1d, flat, relaid } from '../shapes.js';
import type { Bytes } from '../values.js';
import { wordOf } from '../wgsl/render.js';
import { entry, type Lowering } from './entry.js';
import { counted } from './gather.js';

/** A number as a parameter of the type of an output's elements. */
const numberOf = (name: string, value: NumberLike, { dtype }: { readonly dtype: View['dtype'] }): Pick<Job, 'ints' | 'floats'> =>
  ({ [dtype.kind === 'float' ? 'floats' : 'ints']: { [name]: Number(scalarAs(new Scalar(value), dtype)) } });

const job = ({ name, count, inputs, places, params, faults }: Target, what: string): Pick<Job, 'name' | 'count' | 'inputs' | 'places' | 'params' | 'faults' | 'declarations'> =>
  ({ name: `${what} ${name}`, count, inputs: inputs!, places: places ?? [], params: params!, faults: faults!, declarations: INSIDE });

/** Writes values to their targets in a copy of `x`. Of several for one target the last wins, as where they are written in order. */
function overwrite(engine: Engine, x: View, target: Target, values: View, out: View): void {
  const winners = engine.temporary(out.layout.numel, int32);
  engine.gpu.clear(winners.buffer);
  launch(engine, { ...job(target, 'winners of'), atomics: { winners }, body: `${target.text}\natomicMax(&winners_[t], i32(i) + 1);` });
  launch(engine, {
    name: 'winners', inputs: { x, values, winners }, outputs: { out },
    body: 'let w = winners(i);\nif (w > 0) { out[i] = values(u32(w - 1)); } else { out[i] = x(i); }',
  });
}

/** Writes one value to all targets in a copy of `x`: a number, or the element of a view. */
function stamp(engine: Engine, x: View, target: Target, value: NumberLike | View, out: View): void {
  const y = engine.copied(x), isView = typeof value === 'object', float = wordOf(y.dtype) === 'f32';
  const given = job(target, `stamp ${isView}`), read = isView ? 'T(value(0u))' : 'p.value';
  launch(engine, {
    ...given, inputs: isView ? { ...given.inputs, value } : given.inputs!, ...(isView ? {} : numberOf('value', value, out)), atomics: { y },
    body: `${target.text}\natomicStore(&y_[t], ${float ? `bitcast<u32>(${read})` : read});`,
  });
  engine.commit(out, y);
}

/** How values join what is at their targets, in WGSL; and what they leave unchanged. */
const REDUCTIONS: Readonly<Record<ScatterReduction, readonly [combine: (max: string) => string, none: (float: boolean) => string]>> = {
  sum: [() => 'a + b', () => 'T()'], mean: [() => 'a + b', () => 'T()'], prod: [() => 'a * b', () => 'T(1)'],
  amax: [(m) => `max${m}(a, b)`, (float) => (float ? '-inf_()' : '(-2147483647 - 1)')],
  amin: [(m) => `min${m}(a, b)`, (float) => (float ? 'inf_()' : '2147483647')],
};

/** Joins values with what is at their targets in a copy of `x`. */
function reduce(engine: Engine, x: View, target: Target, values: View, out: View, reduction: ScatterReduction, includeSelf: boolean): void {
  const y = engine.copied(x), float = wordOf(y.dtype) === 'f32', [combine, none] = REDUCTIONS[reduction];
  const bits = (v: string): string => (float ? `bitcast<u32>(${v})` : v), value = (v: string): string => (float ? `bitcast<f32>(${v})` : v);
  if (!includeSelf) {
    launch(engine, { ...job(target, `forget ${reduction}`), atomics: { y }, body: `${target.text}\natomicStore(&y_[t], ${bits(none(float))});` });
  }
  const given = job(target, `reduce ${reduction}`);
  launch(engine, {
    ...given, inputs: { ...given.inputs, values }, atomics: { y },
    declarations: `${INSIDE}\nfn joined(a: T, b: T) -> T { return ${combine(float ? '_' : '')}; }`,
    body: `${target.text}
let v = values(i);
var old = atomicLoad(&y_[t]);
loop {
  let r = atomicCompareExchangeWeak(&y_[t], old, ${bits(`joined(${value('old')}, v)`)});
  if (r.exchanged) { break; }
  old = r.old_value;
}`,
  });
  if (reduction !== 'mean') return engine.commit(out, y);
  const counts = engine.temporary(y.numel, int32);
  engine.gpu.clear(counts.buffer);
  launch(engine, { ...job(target, 'count'), atomics: { counts }, body: `${target.text}\natomicAdd(&counts_[t], 1);` });
  launch(engine, {
    name: `mean of counted ${float}`, inputs: { y: engine.keep(y), counts }, outputs: { out }, params: { own: includeSelf ? 1 : 0 },
    // a mean of integers is rounded down
    body: `let n = T(max(counts(i) + i32(p.own), 1));
out[i] = ${float ? 'y(i) / n' : 'y(i) / n - select(0, 1, y(i) % n < 0)'};`,
  });
}

/** The first elements of a source in each dimension: as many as the index has. */
function corner(source: View, index: View): View {
  const { strides, offset } = as1d(source.layout);
  return relaid(source, new Layout(as1d(index.layout).shape, strides, offset));
}

/** A source of slices, broadcast where it may be. */
const slicesOf = (source: View, x: View, index: View, dim: number): View =>
  relaid(source, as1d(source.layout).broadcastTo(as1d(x.layout).shape.with(dim, index.layout.numel)));

const permuted = (v: View, order: readonly number[]): View =>
  relaid(v, v.layout.permute(order));

/** Where stacked indices point to among the indexed dimensions. */
function keysOf(engine: Engine, index: View, sizes: readonly number[], block: number): Bytes {
  const keys = engine.temporary(block, int32), target = blockTarget(index, { before: 1, after: 1, sizes, block }, 'index_put_');
  launch(engine, { ...job(target, 'keys of'), outputs: { keys }, body: `${target.text}\nkeys[i] = i32(t);` });
  return keys;
}

/** Ops that write elements by their indices. */
export const lowerScatter: Lowering = (engine) => {
  const shapeOf = (v: View): readonly number[] => as1d(v.layout).shape;
  const elementsOf = (op: string, x: View, index: View, dim: number): Target =>
    elementTarget(index, shapeOf(x), dim, { from: 'inside', fault: outOfBounds(op, dim, shapeOf(x)[dim], 'RuntimeError') });
  const filled = (x: View, index: View, dim: number): Target => {
    const range: Range = { from: 'wrapped', fault: outOfBounds('index_fill_', dim, shapeOf(x)[dim]) };
    return sliceTarget(index, shapeOf(x), dim, range);
  };
  return [
    entry(scatterOps.scatter, ([x, index, src], [out], { dim }) =>
      overwrite(engine, x, elementsOf('scatter', x, index, dim), corner(src, index), out)),
    entry(scatterOps.scatterValue, ([x, index], [out], { dim, value }) => stamp(engine, x, elementsOf('scatter', x, index, dim), value, out)),
    entry(scatterOps.scatterAdd, ([x, index, src], [out], { dim }) =>
      reduce(engine, x, elementsOf('scatter_add', x, index, dim), corner(src, index), out, 'sum', true)),
    entry(scatterOps.scatterReduce, ([x, index, src], [out], { dim, reduce: reduction, includeSelf }) =>
      reduce(engine, x, elementsOf('scatter_reduce', x, index, dim), corner(src, index), out, reduction, includeSelf)),

    entry(scatterOps.indexAdd, ([x, index, source], [out], { dim, alpha }) => {
      const { outer, size, inner } = around(shapeOf(x), dim);
      addSegments(engine, {
        x, out, keys: index, values: slicesOf(source, x, index, dim), before: outer, size, after: inner, count: index.layout.numel, op: 'index_add',
        ...numberOf('alpha', alpha, out),
      });
    }),
    entry(scatterOps.indexCopy, ([x, index, source], [out], { dim }) =>
      overwrite(engine, x, sliceTarget(index, shapeOf(x), dim, {
        from: 'inside', fault: outOfBounds('index_copy', dim, shapeOf(x)[dim], 'IndexError', 'index_copy_(): '),
      }), slicesOf(source, x, index, dim), out)),
    entry(scatterOps.indexFill, ([x, index], [out], { dim, value }) => stamp(engine, x, filled(x, index, dim), value, out)),
    entry(scatterOps.indexFillTensor, ([x, index, value], [out], { dim }) => stamp(engine, x, filled(x, index, dim), value, out)),

    entry(indexingOps.indexPut, ([x, index, values], [out], { dims, accumulate }) => {
      const a = addressed(x.layout.shape, index, dims), from = permuted(x, a.order), to = permuted(out, a.order);
      const spread = relaid(values, values.layout.broadcastTo(a.shape));
      if (!accumulate) return overwrite(engine, from, blockTarget(index, a, 'index_put_'), spread, to);
      const size = product(a.sizes);
      addSegments(engine, { x: from, out: to, keys: keysOf(engine, index, a.sizes, a.block), values: spread, before: a.before, size, after: a.after, count: a.block, op: 'index_put_' });
    }),
    entry(scatterOps.put, ([x, index, source], [out], { accumulate }) => {
      const target = elementTarget(
        flat(engine, index), [x.layout.numel], 0, { from: 'wrapped', fault: outOfElements('put', x.layout.numel) }), values = flat(engine, source);
      if (accumulate) reduce(engine, x, target, values, out, 'sum', true);
      else overwrite(engine, x, target, values, out);
    }),

    entry(indexingOps.embeddingDenseBackward, ([g, index], [out], { paddingIdx, scaleGradByFreq, rows }) => addSegments(engine, {
      out, keys: flat(engine, index), values: g, before: 1, size: rows, after: out.layout.shape[1], count: index.layout.numel,
      op: 'embedding_dense_backward', skip: paddingIdx, byFrequency: scaleGradByFreq,
    })),

    // an element is chosen by how many were before it
    entry(scatterOps.maskedScatter, ([x, mask, source], [out]) => {
      const { shape } = out.layout, chosen = relaid(mask, mask.layout.broadcastTo(shape)), counts = counted(engine, chosen);
      launch(engine, {
        name: 'maskedScatter', inputs: { x: relaid(x, x.layout.broadcastTo(shape)), chosen, counts, source }, outputs: { out },
        params: { available: source.layout.numel },
        faults: [{ op: 'masked_scatter', type: 'RuntimeError', words: 'Number of elements of source < number of ones in mask' }],
        body: `if (chosen(i) == 0) { out[i] = x(i); return; }
let k = u32(counts(i) - 1);
if (k >= p.available) { fault(p.fault_0, 0, 0u); return; }
out[i] = source(k);`,
      });
    }),
  ];
};
