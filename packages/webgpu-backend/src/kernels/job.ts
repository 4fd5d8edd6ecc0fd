import { Layout, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { FAULT, type Fault } from '../faults.js';
import { Arguments, indices } from '../fused.js';
import { Bytes } from '../values.js';
import { declarationsFor } from '../wgsl/functions.js';
import { wordOf } from '../wgsl/render.js';

/** Where an element lies in some layouts: from a number that counts the elements of a shape. */
export interface Places {
  readonly shape: readonly number[];
  /** the WGSL of that number, default `i` */
  readonly index?: string;
  /** each becomes a variable of its name */
  readonly layouts: Readonly<Record<string, Layout>>;
}

type Sizes = readonly [number, number, number];
type Numbers = Readonly<Record<string, number>>;

/** A dispatch of a hand-written kernel. */
export interface Job {
  /** with the dtypes and `places`, what the text depends on: everything else goes through numbers */
  readonly name: string;
  /** elements in logical order, read by calling the name: `x(k)` */
  readonly inputs?: Readonly<Record<string, View | Bytes>>;
  /** memory as it is, read by calling the name with a place */
  readonly memory?: Readonly<Record<string, View | Bytes>>;
  /** names of memory that is read by fours: a place counts vectors */
  readonly fours?: readonly string[];
  /** results in logical order: arrays of their names, rounded to their dtypes afterwards */
  readonly outputs?: Readonly<Record<string, View | Bytes>>;
  /** memory that invocations write together: `old_x` reads, `add_x(k, v)` adds, other functions are the body's own */
  readonly atomics?: Readonly<Record<string, Bytes>>;
  /** `p.name`, each as u32, i32 or f32 */
  readonly params?: Numbers;
  readonly ints?: Numbers;
  readonly floats?: Numbers;
  readonly places?: readonly Places[];
  /** what the kernel may find wrong in values: it calls `fault(p.fault_0, value, place)`, counting from 0 */
  readonly faults?: readonly Fault[];
  readonly declarations?: string;
  /** invocations of a workgroup, default 64 */
  readonly workgroup?: number | Sizes;
  /** how many invocations do something (`i` < `p.n`), by default one per element of the first output */
  readonly count?: number;
  /** workgroups, where each of them does one thing; a grid of them checks its own bounds */
  readonly groups?: number | Sizes;
  /** `T` is the type of the first output's elements */
  readonly body: string;
}

const numelOf = (x: View | Bytes): number => (x instanceof Bytes ? x.numel : x.layout.numel);

/** Runs a kernel; what it gives becomes the value of its outputs. */
export function launch(engine: Engine, job: Job): void {
  const { inputs = {}, memory = {}, fours = [], outputs = {}, atomics = {}, params = {}, ints = {}, floats = {}, faults = [], groups } = job;
  const workgroup: Sizes = typeof job.workgroup === 'object' ? job.workgroup : [job.workgroup ?? 64, 1, 1];
  const results = Object.entries(outputs);
  const count = job.count ?? (typeof groups === 'number' ? groups : undefined) ?? numelOf((results[0] ?? Object.entries(atomics)[0])[1]);
  if (count === 0) return;
  const args = new Arguments(count);
  const functions: string[] = [];
  const written = results.map(([name, x]) => {
    const bytes = x instanceof Bytes ? x : engine.result(x);
    args.output(name, bytes, wordOf(bytes.dtype));
    return bytes;
  });
  for (const [name, bytes] of Object.entries(atomics)) {
    const word = wordOf(bytes.dtype);
    args.output(`${name}_`, bytes, word === 'f32' ? 'atomic<u32>' : 'atomic<i32>');
    functions.push(atomicAdd(name, word));
  }
  if (faults.length > 0) {
    args.output('faults', engine.gpu.faults.use(), 'atomic<u32>');
    functions.push(FAULT);
  }
  faults.forEach((f, k) => args.param(`fault_${k}`, 'u32', engine.gpu.faults.numberOf(f)));
  for (const [name, x] of Object.entries(inputs)) {
    const { bytes, offset } = x instanceof Bytes ? { bytes: x, offset: 0 } : engine.contiguous(x);
    const word = wordOf(bytes.dtype), array = args.input(`${name}_`, bytes, word);
    functions.push(`fn ${name}(k: u32) -> ${word} { return ${array}[${args.param(`${name}_at`, 'u32', offset)} + k]; }`);
  }
  for (const [name, x] of Object.entries(memory)) {
    const bytes = x instanceof Bytes ? x : engine.bytesOf(x.storage, x.dtype), word = wordOf(bytes.dtype);
    const type = fours.includes(name) ? `vec4<${word}>` : word;
    functions.push(`fn ${name}(k: u32) -> ${type} { return ${args.input(`${name}_`, bytes, type)}[k]; }`);
  }
  for (const [name, value] of Object.entries(params)) args.param(name, 'u32', value);
  for (const [name, value] of Object.entries(ints)) args.param(name, 'i32', value);
  for (const [name, value] of Object.entries(floats)) args.param(name, 'f32', value);
  const lines = (job.places ?? []).flatMap((place, k) => placeLines(args, place, `q${k}`));
  const types = args.specs.map((s) => s.type).join();
  const kernel = engine.gpu.kernel(`${job.name} ${types} ${lines.join()}`, () => {
    const type = `alias T = ${args.specs[0].type.includes('f32') || args.specs[0].type.includes('u32') ? 'f32' : 'i32'};`;
    const own = [type, ...functions, job.declarations ?? ''].join('\n');
    const bounds = groups === undefined ? ['if (i >= p.n) { return; }'] : typeof groups === 'number' ? ['if (group >= p.n) { return; }'] : [];
    const body = [...bounds, ...lines, job.body].join('\n');
    return {
      name: job.name, params: args.params, buffers: args.specs, workgroup, body,
      declarations: `${declarationsFor(`${own}\n${body}`)}\n${own}`,
    };
  });
  engine.gpu.run(kernel, args.buffers, args.values, groups ?? Math.ceil(count / workgroup[0]));
  results.forEach(([, x], k) => { if (!(x instanceof Bytes)) engine.commit(x, written[k]); });
}

function placeLines(args: Arguments, { shape, index = 'i', layouts }: Places, tag: string): string[] {
  const operands = Object.entries(layouts).map(([name, layout]) => ({ name, layout }));
  const { lines, texts } = indices(args, index, shape, operands, tag);
  return [...lines, ...operands.map(({ name }, k) => `let ${name} = ${texts[k]};`)];
}

/** There are no atomic floats: a sum is put in place of the old one until nobody else was faster. */
const atomicAdd = (name: string, word: 'f32' | 'i32'): string => (word === 'i32'
  ? `fn add_${name}(k: u32, v: i32) { atomicAdd(&${name}_[k], v); }`
  : `fn add_${name}(k: u32, v: f32) {
  var old = atomicLoad(&${name}_[k]);
  loop {
    let r = atomicCompareExchangeWeak(&${name}_[k], old, bitcast<u32>(bitcast<f32>(old) + v));
    if (r.exchanged) { break; }
    old = r.old_value;
  }
}`);

/** A layout with steps only along some dimensions. */
export const along = (layout: Layout, keep: (d: number) => boolean): Layout =>
  new Layout(layout.shape, layout.strides.map((s, d) => (keep(d) ? s : 0)), layout.offset);
