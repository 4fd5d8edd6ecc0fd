import type { Arguments } from './fused.js';
import type { Buffer } from './pool.js';
import { joined, type KernelSpec } from './wgsl/module.js';

/** A dispatch that is yet to be recorded. */
export interface Launch {
  /** what its text depends on */
  key: string;
  readonly args: Arguments;
  readonly spec: () => KernelSpec;
  /** workgroups, where its invocations are no elements */
  groups?: number;
  readonly workgroup: number;
  /** others of its kind are likely to follow: they go together */
  readonly likely?: boolean;
  /** what more is made of each element that it stores */
  readonly after?: After;
}

/** Elements that a kernel stores one by one by calling `put(k, value)`, and elementwise results of them that it stores as well. */
export interface After {
  /** the WGSL of element `k` in these buffers */
  readonly values: Map<Buffer, string>;
  readonly numel: number;
  readonly lines: string[];
}

/**
 * Launches in groups that go as one dispatch, in their order: of one kernel on different memory, as the steps of an optimizer
 * over its parameters, each with workgroups of its own.
 */
export function* grouped(list: readonly Launch[], mostBuffers: number): Generator<readonly Launch[]> {
  for (let i = 0; i < list.length;) {
    const group = [list[i++]], taken = new Set(group[0].args.buffers);
    for (; i < list.length; i++) {
      const { likely, key, args: { buffers } } = list[i];
      if (!likely || key !== group[0].key || taken.size + buffers.length > mostBuffers || buffers.some((b) => taken.has(b))) break;
      group.push(list[i]);
      for (const b of buffers) taken.add(b);
    }
    yield group;
  }
}

/** A kernel and its parameters for launches that go as one. */
export function together(launches: readonly Launch[]): { spec: () => KernelSpec; buffers: readonly Buffer[]; values: readonly number[]; groups: number } {
  const [{ spec, args, groups }] = launches;
  if (launches.length === 1) return { spec, buffers: args.buffers, values: args.values, groups: groups! };
  const values = [0];
  let end = 0;
  for (const launch of launches) {
    const { values: own, params } = launch.args;
    values.push(end += launch.groups!, ...own.filter((_, i) => params[i][0] !== 'zero'));
  }
  return { spec: () => joined(spec(), launches.length), buffers: launches.flatMap((l) => l.args.buffers), values, groups: end };
}
