import { int32 } from '@sconce/tensor';
import type { View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { wordOf } from '../wgsl/render.js';
import { launch } from './job.js';
import type { Rows } from './rows.js';

/** Elements that a workgroup sorts in its own memory. */
const BLOCK = 1024;

/** Words that compare as the values do: NaN is larger than all, -0 and 0 are equal. */
const KEY: Readonly<Record<'f32' | 'i32', string>> = {
  f32: `fn key_of(v: f32) -> u32 {
  if (isnan_(v)) { return 0xffffffffu; }
  let b = select(bitcast<u32>(v), 0u, v == 0.0);
  return b ^ select(0x80000000u, 0xffffffffu, (b >> 31u) == 1u);
}`,
  i32: 'fn key_of(v: i32) -> u32 { return bitcast<u32>(v) ^ 0x80000000u; }',
};

const SWAPPED = 'fn swapped(ka: i32, a: i32, kb: i32, b: i32) -> bool { return bitcast<u32>(ka) > bitcast<u32>(kb) || (ka == kb && a > b); }';

/** The order of the elements of rows: those of row r are at `order[r * stride]` and following. */
export interface Order { readonly order: Bytes; readonly stride: number }

/**
 * Sorts rows: equal elements keep their order, because their places are compared where they are equal.
 * @see K. E. Batcher, Sorting networks and their applications (1968): the bitonic sorter
 */
export function orderOf(engine: Engine, x: View | Bytes, rows: Rows, word: 'f32' | 'i32', descending: boolean): Order {
  const stride = 2 ** Math.max(1, Math.ceil(Math.log2(rows.length))), count = rows.count * stride;
  const keys = engine.temporary(count, int32), order = engine.temporary(count, int32);
  launch(engine, {
    name: `sort keys ${descending} ${word}`, inputs: { x }, outputs: { keys, order }, count,
    params: { length: rows.length, inner: rows.inner, stride }, declarations: KEY[word],
    body: `let row = i / p.stride;
let j = i % p.stride;
var key = 0xffffffffu;
if (j < p.length) {
  key = ${descending ? '~' : ''}key_of(x((row / p.inner * p.length + j) * p.inner + row % p.inner));
}
keys[i] = bitcast<i32>(key);
order[i] = i32(j);`,
  });
  within(engine, keys, order, stride, 2, Math.min(stride, BLOCK));
  for (let size = 2 * BLOCK; size <= stride; size *= 2) {
    for (let step = size / 2; step >= BLOCK; step /= 2) across(engine, keys, order, stride, size, step);
    within(engine, keys, order, stride, size, size);
  }
  return { order, stride };
}

/** All steps of the sizes from `first` to `last` that stay within a block. */
function within(engine: Engine, keys: Bytes, order: Bytes, stride: number, first: number, last: number): void {
  const block = Math.min(stride, BLOCK);
  launch(engine, {
    name: 'sort within', outputs: { keys, order }, groups: keys.numel / block, workgroup: 128, params: { stride, block, first, last },
    declarations: `var<workgroup> k_own: array<i32, ${BLOCK}>;\nvar<workgroup> o_own: array<i32, ${BLOCK}>;\n${SWAPPED}`,
    body: `let base = group * p.block;
for (var t = lane; t < p.block; t += 128u) { k_own[t] = keys[base + t]; o_own[t] = order[base + t]; }
workgroupBarrier();
for (var size = p.first; size <= p.last; size <<= 1u) {
  for (var step = min(size, p.block) / 2u; step > 0u; step >>= 1u) {
    for (var t = lane; t < p.block / 2u; t += 128u) {
      let a = t / step * 2u * step + t % step;
      let b = a + step;
      let up = (((base + a) % p.stride) & size) == 0u;
      if (swapped(k_own[a], o_own[a], k_own[b], o_own[b]) == up) {
        let k = k_own[a];
        let o = o_own[a];
        k_own[a] = k_own[b];
        o_own[a] = o_own[b];
        k_own[b] = k;
        o_own[b] = o;
      }
    }
    workgroupBarrier();
  }
}
for (var t = lane; t < p.block; t += 128u) { keys[base + t] = k_own[t]; order[base + t] = o_own[t]; }`,
  });
}

/** One step between blocks. */
function across(engine: Engine, keys: Bytes, order: Bytes, stride: number, size: number, step: number): void {
  launch(engine, {
    name: 'sort across', outputs: { keys, order }, count: keys.numel / 2, params: { stride, size, step }, declarations: SWAPPED,
    body: `let a = i / p.step * 2u * p.step + i % p.step;
let b = a + p.step;
let ka = keys[a];
let kb = keys[b];
let oa = order[a];
let ob = order[b];
if (swapped(ka, oa, kb, ob) == (((a % p.stride) & p.size) == 0u)) {
  keys[a] = kb;
  order[a] = ob;
  keys[b] = ka;
  order[b] = oa;
}`,
  });
}

/** Rows up to this length are sorted by counting, for each element, what comes before it. */
const SHORT = 256;

/** The first `keep` elements of each row in order, and where they were. */
export function sortRows(engine: Engine, x: View, values: View, places: View, rows: Rows, descending: boolean, keep: number): void {
  const word = wordOf(x.dtype), params = { length: rows.length, inner: rows.inner, keep };
  if (rows.length <= SHORT) {
    launch(engine, {
      name: `rank ${descending} ${word}`, inputs: { x }, outputs: { values, places }, count: rows.count * rows.length, params, declarations: KEY[word],
      body: `let j = i / p.inner % p.length;
let base = i / (p.inner * p.length) * p.length * p.inner + i % p.inner;
let own = key_of(x(i));
var place = 0u;
for (var k = 0u; k < p.length; k++) {
  let other = key_of(x(base + k * p.inner));
  if (other ${descending ? '>' : '<'} own || (other == own && k < j)) { place++; }
}
if (place < p.keep) {
  let at = (i / (p.inner * p.length) * p.keep + place) * p.inner + i % p.inner;
  values[at] = x(i);
  places[at] = i32(j);
}`,
    });
    return;
  }
  const { order, stride } = orderOf(engine, x, rows, word, descending);
  launch(engine, {
    name: `take sorted ${word}`, inputs: { x, order }, outputs: { values, places }, params: { ...params, stride },
    body: `let row = i / (p.inner * p.keep) * p.inner + i % p.inner;
let j = order(row * p.stride + i / p.inner % p.keep);
values[i] = x((row / p.inner * p.length + u32(j)) * p.inner + row % p.inner);
places[i] = j;`,
  });
}
