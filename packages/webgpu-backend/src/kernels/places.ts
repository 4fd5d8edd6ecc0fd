import { contiguousStrides, Layout, leading, type View, product } from '@sconce/tensor/internal';
import { as1d, around } from '../shapes.js';
import type { Fault } from '../faults.js';
import type { Job } from './job.js';

/** WGSL: an index as it is (`inside`) or from either end (`wrapped`). One that is out of range is told, and becomes the nearest that is not. */
export const INSIDE = `fn inside(at: i32, size: u32, which: u32) -> u32 {
  if (at < 0 || at >= i32(size)) { fault(which, at, 0u); }
  return u32(clamp(at, 0, max(i32(size) - 1, 0)));
}
fn wrapped(at: i32, size: u32, which: u32) -> u32 {
  if (at < -i32(size) || at >= i32(size)) { fault(which, at, 0u); }
  return u32(clamp(select(at, at + i32(size), at < 0), 0, max(i32(size) - 1, 0)));
}`;

/** What PyTorch says of an index out of range, by the op that it is given to. */
export const outOfSelf = (op: string): Fault => ({ op, type: 'IndexError', words: 'index out of range in self' });
export const outOfData = (op: string, size: number): Fault =>
  ({ op, type: 'RuntimeError', words: `INDICES element is out of DATA bounds, id={value} axis_dim=${size}` });
export const outOfBounds = (op: string, dim: number, size: number, type: Fault['type'] = 'IndexError', head = ''): Fault =>
  ({ op, type, words: `${head}index {value} is out of bounds for dimension ${dim} with size ${size}` });
export const outOfElements = (op: string, count: number): Fault =>
  ({ op, type: 'IndexError', words: `out of range: tried to access index {value} on a tensor of ${count} elements.` });

/** Whether an index may count from the end, and what is said of one that is out of range. */
export interface Range { readonly from: 'inside' | 'wrapped'; readonly fault: Fault }

/** How invocation `i` comes to the place `t` that an index names in a tensor of a shape, counted in its logical order. */
export interface Target extends Pick<Job, 'inputs' | 'places' | 'params' | 'faults'> {
  readonly name: string;
  readonly count: number;
  readonly text: string;
}

/** An index of each element of its own shape along a dimension. */
export function elementTarget(index: View, own: readonly number[], dim: number, { from, fault }: Range): Target {
  const { shape, numel } = { shape: as1d(index.layout).shape, numel: index.layout.numel }, strides = contiguousStrides(own);
  return {
    name: `elements ${from}`, faults: [fault], count: numel, inputs: { index }, params: { size: own[dim], step: strides[dim] },
    places: [{ shape, layouts: { base: new Layout(shape, strides.with(dim, 0)) } }],
    text: `let t = base + ${from}(index(i), p.size, p.fault_0) * p.step;`,
  };
}

/** An index of slices along a dimension. */
export function sliceTarget(index: View, own: readonly number[], dim: number, { from, fault }: Range): Target {
  const { outer, size, inner } = around(own, dim), rows = index.layout.numel;
  return {
    name: `slices ${from}`, faults: [fault], count: outer * rows * inner, inputs: { index }, params: { size, inner, rows },
    text: `let t = (i / (p.inner * p.rows) * p.size + ${from}(index(i / p.inner % p.rows), p.size, p.fault_0)) * p.inner + i % p.inner;`,
  };
}

/** A tensor as advanced indexing sees it: the indexed dimensions stand side by side. */
export interface Addressed {
  readonly order: readonly number[];
  readonly before: number;
  readonly sizes: readonly number[];
  readonly after: number;
  /** how many indices there are for each indexed dimension */
  readonly block: number;
  /** of the result */
  readonly shape: readonly number[];
}

export function addressed(shape: readonly number[], index: View, dims: readonly number[]): Addressed {
  const rest = [...shape.keys()].filter((d) => !dims.includes(d)), lead = leading(dims), blockShape = index.layout.shape.slice(1);
  const sizesOf = (list: readonly number[]): number[] => list.map((d) => shape[d]);
  const before = sizesOf(rest.slice(0, lead)), after = sizesOf(rest.slice(lead));
  return {
    order: [...rest.slice(0, lead), ...dims, ...rest.slice(lead)], before: product(before), sizes: sizesOf(dims), after: product(after),
    block: product(blockShape), shape: [...before, ...blockShape, ...after],
  };
}

/** Stacked indices of some dimensions, of which the tensor has been brought into `order`. */
export function blockTarget(index: View, { sizes, before, after, block }: Pick<Addressed, 'before' | 'sizes' | 'after' | 'block'>, op: string): Target {
  return {
    name: `block of ${sizes.length}`, count: before * block * after, inputs: { index }, params: { block, after, ...named('size', sizes) },
    faults: sizes.map((size, k) => outOfBounds(op, k, size)),
    text: `var t = i / (p.after * p.block);
${sizes.map((_, d) => `t = t * p.size_${d} + wrapped(index(${d}u * p.block + i / p.after % p.block), p.size_${d}, p.fault_${d});`).join('\n')}
t = t * p.after + i % p.after;`,
  };
}

/** Numbers as parameters `name_0`, `name_1`, … */
export const named = (name: string, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(values.map((v, i) => [`${name}_${i}`, v]));
