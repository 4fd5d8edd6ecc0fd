import { type Layout, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch, textOf, type Job } from './job.js';

/** What lies along some dimensions: element j of row r is number `(r / inner) * length * inner + r % inner + j * inner`. */
export interface Rows {
  readonly count: number;
  readonly length: number;
  readonly inner: number;
}

/** The rows along one dimension, without moving anything. */
export function rowsAlong({ shape }: Layout, dim: number): Rows {
  const length = shape[dim] ?? 1, inner = product(shape.slice(dim + 1));
  return { count: product(shape.slice(0, dim)) * inner, length, inner };
}

/** The rows over several dimensions, and a view in whose logical order they are: these dimensions last where they are apart. */
export function rowsOver(view: View, dims: readonly number[]): { rows: Rows; view: View } {
  const { shape } = view.layout;
  const length = product(dims.map((d) => shape[d] ?? 1));
  const adjacent = dims.every((d, i) => d === dims[0] + i);
  if (dims.length > 0 && adjacent) {
    const inner = product(shape.slice(dims[0] + dims.length));
    return { rows: { count: product(shape.slice(0, dims[0])) * inner, length, inner }, view };
  }
  const order = [...shape.keys()].filter((d) => !dims.includes(d)).concat(dims);
  return {
    rows: { count: product(shape.filter((_, d) => !dims.includes(d))), length, inner: 1 },
    view: { storage: view.storage, dtype: view.dtype, layout: view.layout.permute(order) },
  };
}

/** A way to make one value of one value per lane; `a` and `b` are two of them. */
export interface Fold {
  readonly type: string;
  readonly combine: string;
}

export const SUM: Fold = { type: 'f32', combine: 'a + b' };
export const LARGEST: Fold = { type: 'f32', combine: 'max_(a, b)' };

export interface RowsJob extends Omit<Job, 'count' | 'groups' | 'workgroup'> {
  readonly rows: Rows;
  /** functions that give every lane of a row what all of them have together */
  readonly folds: Readonly<Record<string, Fold>>;
}

/**
 * Runs a kernel row by row: long rows by a workgroup each, whose lanes take every so many-th element, others by an
 * invocation. The body loops as `for (var j = first; j < p.length; j += step)` over elements `base + j * p.inner` of `row`.
 */
export function launchRows(engine: Engine, { rows, folds, ...job }: RowsJob): void {
  if (rows.count === 0) return;
  const team = rows.length >= 128 && rows.count < 4096;
  // where neighbours exchange values no barrier is needed, which is slow on a CPU
  const exchange = team && engine.gpu.exchanges && rows.length <= 4096 && Object.values(folds).every(({ type }) => type === 'f32');
  const lanes = !team ? 1 : exchange ? 8 : rows.length > 512 ? 256 : 64;
  const start = (): string => [
    `let row = ${team ? 'group' : 'i'};`, `let first = ${team ? 'lane' : '0u'};`, `let step = ${lanes}u;`,
    'let base = (row / p.inner) * (p.length * p.inner) + row % p.inner;', ...(team ? ['own_lane = lane;'] : []),
  ].join('\n');
  const functions = Object.entries(folds).map(([name, fold]) => (exchange ? exchanged(name, fold) : team ? together(name, fold, lanes) : alone(name, fold)));
  launch(engine, {
    ...job, inline: true,
    name: `${job.name} ${lanes}`,
    params: { length: rows.length, inner: rows.inner, ...job.params },
    declarations: [...(team ? ['var<private> own_lane: u32;'] : []), job.declarations ?? '', ...functions].join('\n'),
    ...(team ? { groups: rows.count, workgroup: lanes, subgroups: exchange } : { count: rows.count }),
    body: () => `${start()}\n${textOf(job.body)}`,
  });
}

const alone = (name: string, { type }: Fold): string => `fn ${name}(v: ${type}) -> ${type} { return v; }`;

const exchanged = (name: string, { type, combine }: Fold): string => `fn pair_${name}(a: ${type}, b: ${type}) -> ${type} { return ${combine}; }
fn ${name}(v: ${type}) -> ${type} {
  let four = pair_${name}(v, subgroupShuffleXor(v, 4u));
  let two = pair_${name}(four, subgroupShuffleXor(four, 2u));
  return pair_${name}(two, subgroupShuffleXor(two, 1u));
}`;

const together = (name: string, { type, combine }: Fold, lanes: number): string => `var<workgroup> lanes_${name}: array<${type}, ${lanes}>;
fn pair_${name}(a: ${type}, b: ${type}) -> ${type} { return ${combine}; }
fn ${name}(v: ${type}) -> ${type} {
  workgroupBarrier();
  lanes_${name}[own_lane] = v;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {
    if (own_lane < half) { lanes_${name}[own_lane] = pair_${name}(lanes_${name}[own_lane], lanes_${name}[own_lane + half]); }
    workgroupBarrier();
  }
  return lanes_${name}[0];
}`;
