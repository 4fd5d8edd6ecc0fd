import { bool, broadcastShapes, IndexError, int32 } from '@sconce/tensor';
import { indexingOps, Layout, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from '../kernels/job.js';
import { addressed, INSIDE, named, outOfBounds, outOfData, outOfElements, outOfSelf } from '../kernels/places.js';
import { cumulate } from '../kernels/scan.js';
import { as1d, flat, relaid } from '../shapes.js';
import type { Bytes } from '../values.js';
import { entry, type Lowering } from './entry.js';

/** Steps of a view through the elements of a result: those that an index decides are 0. */
const steps = (x: View, shape: readonly number[], strides: readonly number[]): Layout => new Layout(shape, strides, as1d(x.layout).offset);

/** Copies slices along a dimension. */
function select(engine: Engine, op: string, x: View, index: View, out: View, dim: number, shape: readonly number[]): void {
  const { strides, shape: own } = as1d(x.layout);
  launch(engine, {
    name: 'indexSelect', memory: { x }, inputs: { index }, outputs: { out }, params: { size: own[dim], step: strides[dim] }, declarations: INSIDE,
    faults: [dim === 1 ? outOfData(op, own[dim]) : outOfSelf(op)],
    places: [{ shape, layouts: { base: steps(x, shape, strides.with(dim, 0)), slot: new Layout(shape, shape.map((_, d) => (d === dim ? 1 : 0))) } }],
    body: 'out[i] = x(base + inside(index(slot), p.size, p.fault_0) * p.step);',
  });
}

/** How many elements of a mask were true up to each one. */
export function counted(engine: Engine, mask: View): Bytes {
  const counts = engine.temporary(mask.layout.numel, int32);
  cumulate(engine, flat(engine, mask), counts);
  return counts;
}

/** Ops that read elements by their indices. */
export const lowerGather: Lowering = (engine) => [
  entry(indexingOps.indexSelect, ([x, index], [out], { dim }) => select(engine, 'index_select', x, index, out, dim, as1d(out.layout).shape)),
  entry(indexingOps.embedding, ([weight, index], [out]) => select(engine, 'embedding', weight, index, out, 0, [index.layout.numel, weight.layout.shape[1]])),

  entry(indexingOps.gather, ([x, index], [out], { dim }) => {
    const { strides, shape: own } = as1d(x.layout), { shape } = as1d(index.layout);
    launch(engine, {
      name: 'gather', memory: { x }, inputs: { index }, outputs: { out }, params: { size: own[dim], step: strides[dim] }, declarations: INSIDE,
      faults: [outOfBounds('gather', dim, own[dim], 'RuntimeError')],
      places: [{ shape, layouts: { base: steps(x, shape, strides.with(dim, 0)) } }],
      body: 'out[i] = x(base + inside(index(i), p.size, p.fault_0) * p.step);',
    });
  }),

  entry(indexingOps.take, ([x, index], [out]) => launch(engine, {
    name: 'take', inputs: { x, index }, outputs: { out }, params: { size: x.layout.numel }, declarations: INSIDE,
    faults: [outOfElements('take', x.layout.numel)], body: 'out[i] = x(wrapped(index(i), p.size, p.fault_0));',
  })),

  entry(indexingOps.index, ([x, index], [out], { dims }) => {
    const { shape, sizes, block, order } = addressed(x.layout.shape, index, dims), { strides } = x.layout;
    if (sizes.includes(0)) throw new IndexError('index is out of bounds for dimension with size 0');
    const before = order.indexOf(dims[0]), blockDims = index.layout.shape.length - 1;
    const rest = (values: (d: number) => number): number[] =>
      [...order.slice(0, before).map(values), ...new Array<number>(blockDims).fill(0), ...order.slice(before + dims.length).map(values)];
    const slots = Layout.contiguous(index.layout.shape.slice(1)).strides;
    const slot = rest(() => 0).map((_, d) => slots[d - before] ?? 0);
    launch(engine, {
      name: `index of ${dims.length}`, memory: { x }, inputs: { index }, outputs: { out }, declarations: INSIDE,
      faults: sizes.map((size, k) => outOfBounds('index', k, size)), params: { block, ...named('size', sizes), ...named('step', dims.map((d) => strides[d])) },
      places: [{ shape, layouts: { base: steps(x, shape, rest((d) => strides[d])), slot: new Layout(shape, slot) } }],
      body: `out[i] = x(base${sizes.map((_, d) => ` + wrapped(index(${d}u * p.block + slot), p.size_${d}, p.fault_${d}) * p.step_${d}`).join('')});`,
    });
  }),

  // what a mask selects goes to as many places as were selected before it
  entry(indexingOps.maskedSelect, ([x, mask], [out]) => {
    const shape = broadcastShapes(mask.layout.shape, x.layout.shape), chosen = relaid(mask, mask.layout.broadcastTo(shape));
    const counts = counted(engine, chosen);
    launch(engine, {
      name: 'maskedSelect', inputs: { x: relaid(x, x.layout.broadcastTo(shape)), chosen, counts }, outputs: { out }, count: counts.numel,
      body: 'if (chosen(i) != 0) { out[counts(i) - 1] = x(i); }',
    });
  }),
  entry(indexingOps.nonzero, ([x], [out]) => {
    const { shape } = x.layout, flags = engine.asView(engine.temporary(x.layout.numel, bool), Layout.contiguous(shape), out.storage.device);
    launch(engine, { name: 'isNonzero', inputs: { x }, outputs: { flags: engine.bytesOf(flags.storage, bool) }, body: 'flags[i] = i32(x(i) != 0);' });
    const counts = counted(engine, flags), dims = shape.length;
    launch(engine, {
      name: `nonzero ${dims}`, inputs: { flags, counts }, outputs: { out }, count: counts.numel, params: named('size', shape),
      body: `if (flags(i) != 0) {
  var rest = i;
  let row = u32(counts(i) - 1) * ${dims}u;
${shape.map((_, d) => `  out[row + ${dims - 1 - d}u] = i32(rest % p.size_${dims - 1 - d});\n  rest = rest / p.size_${dims - 1 - d};`).join('\n')}
}`,
    });
  }),
];
