import { indexingOps, Layout, leading, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { around, as1d, product, relaid } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { ADD_FLOAT, each } from '../kernels/launch.js';

/** Statements that give `at`, an index counted from the front; those out of range stay inside. */
const WRAPPED = (read: string, size: string): string => `var at = ${read};
if (at < 0) { at += i32(${size}); }
at = clamp(at, 0, i32(${size}) - 1);`;

/** Copies slices of a dimension by their numbers. */
function select(engine: Engine, x: View, index: View, out: View, dim: number): void {
  const { outer, size, inner } = around(as1d(x.layout).shape, dim), count = index.layout.numel;
  const y = engine.result(out);
  each(engine, 'index select', outer * count * inner, { reads: { x, index }, writes: { y }, params: { size, inner, count } }, `
let r = i % p.inner;
let k = (i / p.inner) % p.count;
let o = i / (p.inner * p.count);
${WRAPPED('index[p.index + k]', 'p.size')}
y[i] = x[p.x + (o * p.size + u32(at)) * p.inner + r];`);
  engine.commit(out, y);
}

/** An operand of `index` as [before, indexed, after], the indexed dimensions side by side. */
interface Addressed {
  readonly order: readonly number[];
  readonly before: number;
  readonly sizes: readonly number[];
  readonly after: number;
}

function addressed(shape: readonly number[], dims: readonly number[]): Addressed {
  const rest = shape.map((_, d) => d).filter((d) => !dims.includes(d)), lead = leading(dims);
  const before = rest.slice(0, lead), after = rest.slice(lead);
  return {
    order: [...before, ...dims, ...after], before: product(before.map((d) => shape[d])), sizes: dims.map((d) => shape[d]),
    after: product(after.map((d) => shape[d])),
  };
}

const permuted = (l: Layout, order: readonly number[]): Layout =>
  new Layout(order.map((d) => l.shape[d]), order.map((d) => l.strides[d]), l.offset);

/** Statements from element `i` of [before, block, after] to its `place` in [before, indexed, after]. */
const PLACE = (dims: number): string => `
let r = i % p.after;
let k = (i / p.after) % p.block;
let o = i / (p.after * p.block);
var place = o;
${Array.from({ length: dims }, (_, d) => `{
  ${WRAPPED(`index[p.index + ${d}u * p.block + k]`, `p.size${d}`)}
  place = place * p.size${d} + u32(at);
}`).join('\n')}
place = place * p.after + r;`;

const placeParams = (a: Addressed, block: number): Record<string, number> =>
  ({ after: a.after, block, ...Object.fromEntries(a.sizes.map((n, d) => [`size${d}`, n])) });

/** Adds or writes values at places of a copy of `x`. */
function put(engine: Engine, y: Bytes, name: string, count: number, reads: Record<string, View>, params: Record<string, number>, place: string, accumulate: boolean): void {
  const float = y.dtype.kind === 'float';
  const write = !accumulate ? 'y[place] = value;' : float ? 'add_y(place, value);' : 'atomicAdd(&y[place], value);';
  each(engine, `${name}${accumulate ? ' added' : ''}`, count, {
    reads, writes: { y }, params, ...(accumulate ? { atomic: ['y'] } : {}), declarations: accumulate && float ? ADD_FLOAT('y') : '',
  }, `${place}\n${write}`);
}

export const lowerGather: Lowering = (engine) => [
  entry(indexingOps.indexSelect, ([x, index], [out], { dim }) => select(engine, x, index, out, dim)),
  entry(indexingOps.embedding, ([weight, index], [out]) => select(engine, weight, index, out, 0)),

  entry(indexingOps.gather, ([x, index], [out], { dim }) => {
    const own = as1d(x.layout), { shape } = as1d(index.layout);
    // other dimensions of the index may be shorter
    const source = relaid(x, new Layout(shape.map((n, d) => (d === dim ? own.shape[d] : n)), own.strides, own.offset));
    const { size: count, inner } = around(shape, dim), y = engine.result(out);
    each(engine, 'gather', index.layout.numel, { reads: { x: source, index }, writes: { y }, params: { size: own.shape[dim], inner, count } }, `
let r = i % p.inner;
let o = i / (p.inner * p.count);
${WRAPPED('index[p.index + i]', 'p.size')}
y[i] = x[p.x + (o * p.size + u32(at)) * p.inner + r];`);
    engine.commit(out, y);
  }),

  entry(indexingOps.take, ([x, index], [out]) => {
    const y = engine.result(out);
    each(engine, 'take', index.layout.numel, { reads: { x, index }, writes: { y }, params: { size: x.layout.numel } }, `
${WRAPPED('index[p.index + i]', 'p.size')}
y[i] = x[p.x + u32(at)];`);
    engine.commit(out, y);
  }),

  entry(indexingOps.index, ([x, index], [out], { dims }) => {
    const a = addressed(x.layout.shape, dims), block = product(index.layout.shape.slice(1)), y = engine.result(out);
    const source = relaid(x, permuted(x.layout, a.order));
    each(engine, `index by ${dims.length}`, out.layout.numel, { reads: { x: source, index }, writes: { y }, params: placeParams(a, block) },
      `${PLACE(dims.length)}\ny[i] = x[p.x + place];`);
    engine.commit(out, y);
  }),

  entry(indexingOps.indexPut, ([x, index, values], [out], { dims, accumulate }) => {
    const a = addressed(out.layout.shape, dims), blockShape = index.layout.shape.slice(1), block = product(blockShape);
    const lead = leading(dims), rest = out.layout.shape.filter((_, d) => !dims.includes(d));
    const shape = [...rest.slice(0, lead), ...blockShape, ...rest.slice(lead)];
    const y = engine.copied(relaid(x, permuted(x.layout, a.order)));
    put(engine, y, `index put by ${dims.length}`, product(shape), { v: relaid(values, values.layout.broadcastTo(shape)), index },
      placeParams(a, block), `${PLACE(dims.length)}\nlet value = v[p.v + i];`, accumulate);
    engine.commit(relaid(out, permuted(out.layout, a.order)), y);
  }),

  entry(indexingOps.embeddingDenseBackward, ([g, index], [out], { paddingIdx, scaleGradByFreq, rows }) => {
    const columns = out.layout.shape[1], y = engine.result(out), count = index.layout.numel;
    // one invocation per element of the weight adds up what is its own: in the order of the indices, so always the same
    each(engine, `embedding backward${scaleGradByFreq ? ' by frequency' : ''}`, out.layout.numel, {
      reads: { g, index }, writes: { y }, params: { columns, count, rows, padding: { i: paddingIdx } },
    }, `
let row = i32(i / p.columns);
let column = i % p.columns;
var sum = 0.0;
var times = 0.0;
if (row != p.padding) {
  for (var k = 0u; k < p.count; k++) {
    if (index[p.index + k] == row) { sum += g[p.g + k * p.columns + column]; times += 1.0; }
  }
}
y[i] = ${scaleGradByFreq ? 'sum / max(times, 1.0)' : 'sum'};`);
    engine.commit(out, y);
  }),
];
