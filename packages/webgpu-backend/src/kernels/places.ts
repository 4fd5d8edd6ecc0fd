import { contiguousStrides, Layout, leading, type View, product } from '@sconce/tensor/internal';
import { as1d, around } from '../shapes.js';
import type { Job } from './job.js';

/** WGSL: an index from either end. Nothing can be refused here, so one that is out of range becomes the nearest that is not. */
export const INSIDE = `fn inside(at: i32, size: u32) -> u32 { return u32(clamp(select(at, at + i32(size), at < 0), 0, i32(size) - 1)); }`;

/** How invocation `i` comes to the place `t` that an index names in a tensor of a shape, counted in its logical order. */
export interface Target extends Pick<Job, 'inputs' | 'places' | 'params'> {
  readonly name: string;
  readonly count: number;
  readonly text: string;
}

/** An index of each element of its own shape along a dimension. */
export function elementTarget(index: View, own: readonly number[], dim: number): Target {
  const { shape, numel } = { shape: as1d(index.layout).shape, numel: index.layout.numel }, strides = contiguousStrides(own);
  return {
    name: 'elements', count: numel, inputs: { index }, params: { size: own[dim], step: strides[dim] },
    places: [{ shape, layouts: { base: new Layout(shape, strides.with(dim, 0)) } }],
    text: 'let t = base + inside(index(i), p.size) * p.step;',
  };
}

/** An index of slices along a dimension. */
export function sliceTarget(index: View, own: readonly number[], dim: number): Target {
  const { outer, size, inner } = around(own, dim), rows = index.layout.numel;
  return {
    name: 'slices', count: outer * rows * inner, inputs: { index }, params: { size, inner, rows },
    text: `let t = (i / (p.inner * p.rows) * p.size + inside(index(i / p.inner % p.rows), p.size)) * p.inner + i % p.inner;`,
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
export function blockTarget(index: View, { sizes, before, after, block }: Addressed): Target {
  return {
    name: `block of ${sizes.length}`, count: before * block * after, inputs: { index }, params: { block, after, ...named('size', sizes) },
    text: `var t = i / (p.after * p.block);
${sizes.map((_, d) => `t = t * p.size_${d} + inside(index(${d}u * p.block + i / p.after % p.block), p.size_${d});`).join('\n')}
t = t * p.after + i % p.after;`,
  };
}

/** Numbers as parameters `name_0`, `name_1`, … */
export const named = (name: string, values: readonly number[]): Record<string, number> =>
  Object.fromEntries(values.map((v, i) => [`${name}_${i}`, v]));
