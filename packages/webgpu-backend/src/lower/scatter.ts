import { int32, type NumberLike, type ScatterReduction } from '@sconce/tensor';
import { Layout, scatterOps, Scalar, scalarAs, type View } from '@sconce/tensor/internal';
import { contiguousStrides } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { around, as1d, relaid } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { launch } from '../kernels/job.js';
import { each, type Param } from '../kernels/launch.js';
import { cumulate } from './scan.js';

/** The first elements of a view in each dimension. */
const corner = (v: View, shape: readonly number[]): View => {
  const l = as1d(v.layout);
  return relaid(v, new Layout(shape, l.strides, l.offset));
};

/** Statements from element `i` of an index to its `place` in a tensor, along a dimension. */
function placeOf(shape: readonly number[], own: readonly number[], dim: number): { text: string; params: Record<string, number> } {
  const strides = contiguousStrides(own), lines = ['var rest = i;', 'var place = 0u;'], params: Record<string, number> = { size: own[dim] };
  for (let d = shape.length - 1; d >= 0; d--) {
    params[`s${d}`] = strides[d];
    if (d > 0) params[`n${d}`] = shape[d];
    const c = d > 0 ? `rest % p.n${d}` : 'rest';
    if (d === dim) lines.push('var at = index[p.index + i];', 'if (at < 0) { at += i32(p.size); }', `place += u32(clamp(at, 0, i32(p.size) - 1)) * p.s${d};`);
    else lines.push(`place += (${c}) * p.s${d};`);
    if (d > 0) lines.push(`rest = rest / p.n${d};`);
  }
  return { text: lines.join('\n'), params };
}

/** How a value joins what is at its place already. */
const COMBINE: Readonly<Record<ScatterReduction, (float: boolean) => string>> = {
  sum: () => 'a + b', mean: () => 'a + b', prod: () => 'a * b',
  amax: (float) => (float ? 'max_(a, b)' : 'max(a, b)'), amin: (float) => (float ? 'min_(a, b)' : 'min(a, b)'),
};

/** WGSL that folds a value into an atomic word. */
const folding = (combine: string, float: boolean): string => `
fn combine(a: ${float ? 'f32' : 'i32'}, b: ${float ? 'f32' : 'i32'}) -> ${float ? 'f32' : 'i32'} { return ${combine}; }
fn fold(at: u32, value: ${float ? 'f32' : 'i32'}) {
  var old = atomicLoad(&y[at]);
  loop {
    let next = combine(${float ? 'bitcast<f32>(old)' : 'old'}, value);
    let done = atomicCompareExchangeWeak(&y[at], old, ${float ? 'bitcast<u32>(next)' : 'next'});
    if (done.exchanged) { break; }
    old = done.old_value;
  }
}`;

const number = (value: NumberLike, y: Bytes): Param => {
  const v = Number(scalarAs(new Scalar(value), y.dtype));
  return y.dtype.kind === 'float' ? { f: v } : { i: v };
};

/** Writes, or folds, values at places along a dimension of a copy. */
function scatter(
  engine: Engine, name: string, y: Bytes, own: readonly number[], index: View, dim: number, value: { view?: View; number?: Param }, reduce?: ScatterReduction,
): void {
  const { shape } = as1d(index.layout), { text, params } = placeOf(shape, own, dim);
  const float = y.dtype.kind === 'float';
  const reads = { index, ...(value.view ? { v: corner(value.view, shape) } : {}) };
  each(engine, `${name} in ${shape.length} dimensions along ${dim}${reduce ?? ''}`, index.layout.numel, {
    reads, writes: { y }, params: { ...params, ...(value.number !== undefined ? { value: value.number } : {}) },
    ...(reduce ? { atomic: ['y'], declarations: folding(COMBINE[reduce](float), float) } : {}),
  }, `${text}
let value = ${value.view ? 'v[p.v + i]' : 'p.value'};
${reduce ? 'fold(place, value);' : 'y[place] = value;'}`);
}

const IDENTITY: Readonly<Record<ScatterReduction, (float: boolean) => number>> = {
  sum: () => 0, mean: () => 0, prod: () => 1,
  amax: (float) => (float ? -Infinity : -2147483648), amin: (float) => (float ? Infinity : 2147483647),
};

/** A vector of slice numbers as an index of every element of the slices. */
function asFullIndex(index: View, shape: readonly number[], dim: number): View {
  const l = as1d(index.layout);
  return relaid(index, new Layout(shape, shape.map((_, d) => (d === dim ? l.strides[0] : 0)), l.offset));
}

export const lowerScatter: Lowering = (engine) => {
  const flat = (v: View): View => {
    const { bytes, offset } = engine.contiguous(v);
    return engine.asView(bytes, new Layout([v.layout.numel], [1], offset), v.storage.device);
  };
  const shapeOf = (v: View): readonly number[] => as1d(v.layout).shape;
  return [
    entry(scatterOps.scatter, ([x, index, src], [out], { dim }) => {
      const y = engine.copied(x);
      scatter(engine, 'scatter', y, shapeOf(x), index, dim, { view: src });
      engine.commit(out, y);
    }),
    entry(scatterOps.scatterValue, ([x, index], [out], { dim, value }) => {
      const y = engine.copied(x);
      scatter(engine, 'scatter of a number', y, shapeOf(x), index, dim, { number: number(value, y) });
      engine.commit(out, y);
    }),
    entry(scatterOps.scatterAdd, ([x, index, src], [out], { dim }) => {
      const y = engine.copied(x);
      scatter(engine, 'scatter', y, shapeOf(x), index, dim, { view: src }, 'sum');
      engine.commit(out, y);
    }),
    entry(scatterOps.scatterReduce, ([x, index, src], [out], { dim, reduce, includeSelf }) => {
      const y = engine.copied(x), float = y.dtype.kind === 'float', own = shapeOf(x);
      if (!includeSelf) {
        const identity = IDENTITY[reduce](float);
        if (float && !Number.isFinite(identity)) {
          const { text, params } = placeOf(shapeOf(index), own, dim);
          each(engine, `scatter of ${identity} in ${own.length} dimensions along ${dim}`, index.layout.numel, { reads: { index }, writes: { y }, params },
            `${text}\ny[place] = ${identity < 0 ? '-' : ''}inf_();`);
        } else scatter(engine, 'scatter of a number', y, own, index, dim, { number: float ? { f: identity } : { i: identity } });
      }
      scatter(engine, 'scatter', y, own, index, dim, { view: src }, reduce);
      if (reduce === 'mean') {
        const counts = engine.temporary(y.numel, y.dtype);
        each(engine, `ones ${includeSelf}`, y.numel, { writes: { y: counts } }, `y[i] = $y(${includeSelf ? 1 : 0});`);
        scatter(engine, 'count', counts, own, index, dim, { number: float ? { f: 1 } : { i: 1 } }, 'sum');
        each(engine, `divide ${y.dtype.kind}`, y.numel, { reads: { c: counts }, writes: { y } }, `
let count = max(c[p.c + i], $y(1));
${float ? 'y[i] = y[i] / count;' : 'let rest = y[i] % count;\ny[i] = y[i] / count - select(0, 1, rest < 0);'}`);
      }
      engine.commit(out, y);
    }),
    entry(scatterOps.indexAdd, ([x, index, source], [out], { dim, alpha }) => {
      const y = engine.copied(x), own = shapeOf(x), { inner, size } = around(own, dim);
      const rows = index.layout.numel, shape = own.with(dim, rows), float = y.dtype.kind === 'float';
      each(engine, `index add ${y.dtype.kind}`, rows * y.numel / size, {
        reads: { index, v: relaid(source, as1d(source.layout).broadcastTo(shape)) }, writes: { y }, atomic: ['y'],
        params: { inner, rows, size, alpha: number(alpha, y) }, declarations: folding('a + b', float),
      }, `
let r = i % p.inner;
let k = (i / p.inner) % p.rows;
let o = i / (p.inner * p.rows);
fold((o * p.size + u32(index[p.index + k])) * p.inner + r, p.alpha * v[p.v + i]);`);
      engine.commit(out, y);
    }),
    entry(scatterOps.indexCopy, ([x, index, source], [out], { dim }) => {
      const y = engine.copied(x), own = shapeOf(x), shape = own.with(dim, index.layout.numel);
      scatter(engine, 'scatter', y, own, asFullIndex(index, shape, dim), dim, { view: relaid(source, as1d(source.layout).broadcastTo(shape)) });
      engine.commit(out, y);
    }),
    entry(scatterOps.indexFill, ([x, index], [out], { dim, value }) => {
      const y = engine.copied(x), own = shapeOf(x);
      scatter(engine, 'scatter of a number', y, own, asFullIndex(index, own.with(dim, index.layout.numel), dim), dim, { number: number(value, y) });
      engine.commit(out, y);
    }),
    entry(scatterOps.indexFillTensor, ([x, index, value], [out], { dim }) => {
      const y = engine.copied(x), own = shapeOf(x), shape = own.with(dim, index.layout.numel);
      scatter(engine, 'scatter', y, own, asFullIndex(index, shape, dim), dim, { view: relaid(value, value.layout.broadcastTo(shape)) });
      engine.commit(out, y);
    }),
    entry(scatterOps.put, ([x, index, source], [out], { accumulate }) => {
      const y = engine.copied(x);
      scatter(engine, 'scatter', y, [x.layout.numel], flat(index), 0, { view: flat(source) }, accumulate ? 'sum' : undefined);
      engine.commit(out, y);
    }),
    // an element is chosen by how many were before it
    entry(scatterOps.maskedScatter, ([x, mask, source], [out]) => {
      const { shape, numel } = out.layout, counts = engine.temporary(numel, int32);
      const chosen = relaid(mask, mask.layout.broadcastTo(shape));
      cumulate(engine, flat(chosen), counts);
      launch(engine, {
        name: 'maskedScatter', inputs: { x: relaid(x, x.layout.broadcastTo(shape)), chosen, counts, source }, outputs: { out },
        body: 'if (chosen(i) != 0) { out[i] = source(u32(counts(i) - 1)); } else { out[i] = x(i); }',
      });
    }),
  ];
};
