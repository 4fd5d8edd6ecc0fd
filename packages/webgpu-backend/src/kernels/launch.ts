import type { View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Buffer } from '../pool.js';
import { Bytes } from '../values.js';
import { declarationsFor } from '../wgsl/functions.js';
import type { ParamType } from '../wgsl/module.js';
import { wordOf } from '../wgsl/render.js';

/** A parameter: an unsigned integer, or a float or signed integer marked as such. */
export type Param = number | { readonly f: number } | { readonly i: number };

/** What a kernel of its own is made of. */
export interface Launch {
  /** read in logical order: element k of `x` is `x[p.x + k]` */
  readonly reads?: Readonly<Record<string, View | Bytes>>;
  /** written: `y[k]` */
  readonly writes: Readonly<Record<string, Bytes>>;
  /** names of written memory that is added to atomically: words are `atomic<u32>` (floats) or `atomic<i32>` */
  readonly atomic?: readonly string[];
  /** names of read memory that is bound as vectors of four */
  readonly fours?: readonly string[];
  readonly params?: Readonly<Record<string, Param>>;
  /** functions and workgroup variables */
  readonly declarations?: string;
  readonly workgroup?: readonly [number, number, number];
}

const WORKGROUP = 64;

/**
 * Records a kernel with one invocation `i` for each of `p.n` elements. `$x` in its text is the type of an element of `x`.
 * @param name with the dtypes it is the key of the compiled kernel: the same name, the same text
 */
export function each(engine: Engine, name: string, count: number, launch: Launch, body: string): void {
  if (count === 0) return;
  run(engine, name, count, Math.ceil(count / WORKGROUP), { workgroup: [WORKGROUP, 1, 1], ...launch }, `if (i >= p.n) { return; }\n${body.trim()}`);
}

/** Records a kernel with one workgroup `group` for each of `p.n` elements, whose invocations are `lane`. */
export function eachGroup(engine: Engine, name: string, count: number, launch: Launch, body: string): void {
  if (count === 0) return;
  run(engine, name, count, count, launch, `if (group >= p.n) { return; }\n${body.trim()}`);
}

/** Records a kernel of so many workgroups. `count` is `p.n`. */
export function run(
  engine: Engine, name: string, count: number, groups: number | readonly [number, number, number],
  { reads = {}, writes, atomic = [], fours = [], params = {}, declarations = '', workgroup = [WORKGROUP, 1, 1] }: Launch, body: string,
): void {
  const values: number[] = [count, 0], buffers: Buffer[] = [], specs: { name: string; type: string; write: boolean }[] = [];
  const list: [string, ParamType][] = [['n', 'u32'], ['zero', 'u32']];
  let key = name;
  for (const [field, bytes] of Object.entries(writes)) {
    const word = wordOf(bytes.dtype);
    const type = !atomic.includes(field) ? word : word === 'f32' ? 'atomic<u32>' : 'atomic<i32>';
    specs.push({ name: field, type, write: true });
    buffers.push(bytes.buffer);
    key += `,${type}`;
  }
  for (const [field, source] of Object.entries(reads)) {
    const { bytes, offset } = source instanceof Bytes ? { bytes: source, offset: 0 } : engine.contiguous(source);
    const type = fours.includes(field) ? `vec4<${wordOf(source.dtype)}>` : wordOf(source.dtype);
    specs.push({ name: field, type, write: false });
    buffers.push(bytes.buffer);
    list.push([field, 'u32']);
    values.push(offset);
    key += `,${type}`;
  }
  for (const [field, value] of Object.entries(params)) {
    list.push([field, typeof value === 'number' ? 'u32' : 'f' in value ? 'f32' : 'i32']);
    values.push(typeof value === 'number' ? value : 'f' in value ? value.f : value.i);
  }
  const kernel = engine.gpu.kernel(key, () => {
    const typed = (text: string): string => text.replaceAll(/\$(\w+)/g, (_, field: string) => specs.find((s) => s.name === field)!.type.replace('atomic<u32>', 'f32').replace('atomic<i32>', 'i32'));
    const text = typed(body), own = typed(declarations);
    return { name, params: list, buffers: specs, workgroup, body: text, declarations: `${declarationsFor(`${own}\n${text}`)}\n${own}` };
  });
  engine.gpu.run(kernel, buffers, values, groups);
}

/** WGSL that adds a float to an atomic word. */
export const ADD_FLOAT = (array: string): string => `fn add_${array}(at: u32, value: f32) {
  var old = atomicLoad(&${array}[at]);
  loop {
    let done = atomicCompareExchangeWeak(&${array}[at], old, bitcast<u32>(bitcast<f32>(old) + value));
    if (done.exchanged) { break; }
    old = done.old_value;
  }
}`;

/** WGSL that folds `name` over all lanes of a workgroup of `size`, by halves; nothing for one lane. */
export const shared = (name: string, combine: (a: string, b: string) => string, size: number): string => (size === 1 ? '' : `
lanes[lane] = ${name};
workgroupBarrier();
for (var h = ${size / 2}u; h > 0u; h >>= 1u) {
  if (lane < h) { lanes[lane] = ${combine('lanes[lane]', 'lanes[lane + h]')}; }
  workgroupBarrier();
}
${name} = lanes[0];
workgroupBarrier();`);

export const LANES = (size: number): string => (size === 1 ? '' : `var<workgroup> lanes: array<f32, ${size}>;`);
