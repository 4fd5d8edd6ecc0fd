import type { View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { launch, type Job } from './job.js';
import { INSIDE, outOfSelf } from './places.js';
import { orderOf } from './sort.js';

/** Slices of `values`, seen as (before, count, after), that are added to those of a tensor (before, size, after) which keys name. */
export interface Segments extends Pick<Job, 'ints' | 'floats'> {
  /** what is added to; zeros where there is none */
  readonly x?: View;
  readonly out: View;
  readonly keys: View | Bytes;
  readonly values: View;
  readonly before: number;
  readonly size: number;
  readonly after: number;
  readonly count: number;
  /** PyTorch's name of the op, for keys out of range */
  readonly op: string;
  /** a key whose slices are left out */
  readonly skip?: number;
  /** divide by how many slices a key has */
  readonly byFrequency?: boolean;
}

/** Adds slices key by key, each key's in their order: the same sums every time, which atomic additions would not give. */
export function addSegments(engine: Engine, { x, out, keys, values, before, size, after, count, op, skip = -(2 ** 31), byFrequency = false, ints = {}, floats = {} }: Segments): void {
  const y = x ? engine.copied(x) : engine.result(out);
  if (!x) engine.gpu.clear(y.buffer);
  if (count > 0) {
    const scaled = ints['alpha'] !== undefined || floats['alpha'] !== undefined;
    const { order } = orderOf(engine, keys, { count: 1, length: count, inner: 1 }, 'i32', false);
    launch(engine, {
      name: `segments ${byFrequency} ${scaled}`, inputs: { keys, order, values }, outputs: { y }, count: before * count * after,
      params: { size, after, count }, ints: { skip, ...ints }, floats, faults: [outOfSelf(op)], declarations: `${INSIDE}
fn key_at(j: u32) -> i32 { return keys(u32(order(j))); }`,
      // the first of a key's slices adds them all
      body: `let j = i / p.after % p.count;
let key = key_at(j);
if ((j > 0u && key_at(j - 1u) == key) || key == p.skip) { return; }
let b = i / (p.after * p.count);
var s = T();
var k = j;
for (; k < p.count && key_at(k) == key; k++) { s += values((b * p.count + u32(order(k))) * p.after + i % p.after); }
y[(b * p.size + inside(key, p.size, p.fault_0)) * p.after + i % p.after] += s${byFrequency ? ' / T(k - j)' : ''}${scaled ? ' * p.alpha' : ''};`,
    });
  }
  engine.commit(out, y);
}
