import type { Arguments } from './fused.js';
import type { Buffer } from './pool.js';
import { inTurns, joined, type KernelSpec } from './wgsl/module.js';

/** A dispatch that is yet to be recorded. */
export interface Launch {
  /** what its text depends on */
  key: string;
  readonly args: Arguments;
  readonly spec: () => KernelSpec;
  /** workgroups, where its invocations are no elements */
  groups?: number;
  readonly workgroup: number;
  /** whether its invocations are elements, and so many that threads of a CPU had better draw them than be given shares */
  drawn?: boolean;
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

/** A kernel, what it is given, and how many workgroups it has. */
interface Dispatch {
  readonly key: string;
  readonly spec: () => KernelSpec;
  readonly buffers: readonly Buffer[];
  readonly values: readonly number[];
  readonly groups: number;
}

/** Launches as one dispatch. */
export function together(launches: readonly Launch[]): Dispatch {
  const [{ key, spec, args, groups }] = launches;
  if (launches.length === 1) return { key, spec, buffers: args.buffers, values: args.values, groups: groups! };
  const values = [0];
  let end = 0;
  for (const launch of launches) {
    const { values: own, params } = launch.args;
    values.push(end += launch.groups!, ...own.filter((_, i) => params[i][0] !== 'zero'));
  }
  return {
    key: `${launches.length} of ${key}`, spec: () => joined(spec(), launches.length), buffers: launches.flatMap((l) => l.args.buffers), values, groups: end,
  };
}

/** Workgroups that draw, at least one for each thread of a CPU. */
const DRAWING = 32;

/** A dispatch whose invocations are drawn by those of few workgroups: a thread that comes late, or gets less of its core, does less. */
export const drawn = ({ key, spec, buffers, values, groups }: Dispatch, workgroup: number, turns: Buffer): Dispatch => ({
  key: `${key} in turns`, spec: () => inTurns(spec()), buffers: [...buffers, turns], values: [...values, groups * workgroup], groups: Math.min(groups, DRAWING),
});
