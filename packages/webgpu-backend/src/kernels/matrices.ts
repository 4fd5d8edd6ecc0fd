import { product, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch, type Job } from './job.js';

/** Invocations that share one matrix. */
export const LANES = 64;

/** How many matrices a view holds, and their size. */
export function matricesOf({ layout: { shape } }: View): { count: number; m: number; n: number } {
  const [m, n] = shape.slice(-2);
  return { count: product(shape.slice(0, -2)), m, n };
}

/** "(Batch element 1): " in messages about one of several matrices. */
export const batchText = ({ layout: { shape } }: View): string => (shape.length > 2 ? '(Batch element {place}): ' : '');

type Combine = (a: string, b: string) => string;

/** WGSL: what every lane gives, as one value that all lanes get. Every lane has to come here. */
const together = (name: string, combine: Combine): string => `fn ${name}(lane: u32, v: f32) -> f32 {
  workgroupBarrier();
  shares[lane] = v;
  for (var half = ${LANES / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { shares[lane] = ${combine('shares[lane]', 'shares[lane + half]')}; }
  }
  return workgroupUniformLoad(&shares[0]);
}`;

const TOGETHER: Readonly<Record<string, Combine>> = { total: (a, b) => `${a} + ${b}`, largest: (a, b) => `max(${a}, ${b})` };

/**
 * Runs a kernel by one workgroup per matrix, number `group`. `each(k, until) {` loops over what its lanes share, `sync();` waits
 * for what all of them wrote, `total(lane, v)` and `largest(lane, v)` fold values of all lanes.
 */
export function launchMatrices(engine: Engine, { body, declarations = '', ...job }: Omit<Job, 'groups' | 'workgroup' | 'count'> & { readonly count: number; readonly body: string }): void {
  const { count, ...rest } = job;
  const expanded = (text: string): string => text
    .replaceAll(/each\((\w+), ([^{]*)\) \{/g, (_, k: string, until: string) => `for (var ${k} = lane; ${k} < ${until}; ${k} += ${LANES}u) {`)
    .replaceAll('sync();', 'storageBarrier(); workgroupBarrier();');
  const folds = Object.entries(TOGETHER).filter(([name]) => body.includes(`${name}(`)).map(([name, combine]) => together(name, combine));
  launch(engine, {
    ...rest, groups: count, workgroup: LANES, body: expanded(body),
    declarations: [...(folds.length > 0 ? [`var<workgroup> shares: array<f32, ${LANES}>;`] : []), ...folds, declarations].join('\n'),
  });
}
