import { Layout, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { FAULT, type Fault } from '../faults.js';
import { anyWatched } from '../watched.js';
import { Arguments, indices, pointwiseText } from '../fused.js';
import { Bytes, isPending, type GpuStorage } from '../values.js';
import type { After } from '../queue.js';
import { indent } from '../wgsl/module.js';
import { wordOf } from '../wgsl/render.js';

/** Where an element lies in some layouts: from a number that counts the elements of a shape. */
export interface Places {
  readonly shape: readonly number[];
  /** the WGSL of that number, default `i` */
  readonly index?: string;
  /** each becomes a variable of its name */
  readonly layouts: Readonly<Record<string, Layout>>;
}

type Numbers = Readonly<Record<string, number>>;

/** A dispatch of a hand-written kernel. */
export interface Job {
  /** with the dtypes and `places`, what the text depends on: everything else goes through numbers */
  readonly name: string;
  /** elements in logical order, read by calling the name: `x(k)` */
  readonly inputs?: Readonly<Record<string, View | Bytes>>;
  /** whether inputs that are pending are computed where they are read, which is not often */
  readonly inline?: boolean;
  /** memory as it is, read by calling the name with a place */
  readonly memory?: Readonly<Record<string, View | Bytes>>;
  /** names of memory that is read by fours: a place counts vectors */
  readonly fours?: readonly string[];
  /** results in logical order: arrays of their names, rounded to their dtypes afterwards */
  readonly outputs?: Readonly<Record<string, View | Bytes>>;
  /** memory that invocations write together: atomic arrays named `x_`, of the bits of floats */
  readonly atomics?: Readonly<Record<string, Bytes>>;
  /** `p.name`, each as u32, i32 or f32 */
  readonly params?: Numbers;
  readonly ints?: Numbers;
  readonly floats?: Numbers;
  readonly places?: readonly Places[];
  /** what the kernel may find wrong in values: it calls `fault(p.fault_0, value, place)`, counting from 0 */
  readonly faults?: readonly Fault[];
  readonly declarations?: string;
  /** invocations of a workgroup, default 64, or where each does something of its own, as many as suit the device */
  readonly workgroup?: number;
  /** how many invocations do something (`i` < `p.n`), by default one per element of the first output */
  readonly count?: number;
  /** workgroups, where each of them does one thing */
  readonly groups?: number;
  /** whether invocations exchange values with those of their subgroup, of which `sid` is their number */
  readonly subgroups?: boolean;
  /**
   * `T` is the type of the first output's elements. A function where it takes time to put together: it is called only where the
   * kernel is to be compiled.
   */
  readonly body: string | (() => string);
  /** whether the body says `put(k, value)` for `out[k] = value`, once for each element: elementwise ops that follow are computed there */
  readonly puts?: boolean;
}

/** A body that is text already, or is put together now. */
export const textOf = (body: Job['body']): string => (typeof body === 'string' ? body : body());

/** So many operations may be done again with each reading. */
const CHEAP = 16;

const numelOf = (x: View | Bytes): number => (x instanceof Bytes ? x.numel : x.layout.numel);

/** Runs a kernel; what it gives becomes the value of its outputs. */
export function launch(engine: Engine, job: Job): void {
  const { inputs = {}, memory = {}, fours = [], outputs = {}, atomics = {}, params = {}, ints = {}, floats = {}, faults = [], groups } = job;
  const { workgroup = (groups === undefined && engine.gpu.vector) || 64, subgroups = false, puts = false, body } = job;
  const results = Object.entries(outputs);
  const count = job.count ?? groups ?? numelOf((results[0] ?? Object.entries(atomics)[0])[1]);
  if (count === 0) return;
  const args = new Arguments(count);
  const functions: string[] = [];
  let { name: key } = job;
  const written = results.map(([name, x]) => {
    const bytes = x instanceof Bytes ? x : engine.result(x);
    args.output(name, bytes, wordOf(bytes.dtype));
    return bytes;
  });
  for (const [name, bytes] of Object.entries(atomics)) {
    args.output(`${name}_`, bytes, wordOf(bytes.dtype) === 'f32' ? 'atomic<u32>' : 'atomic<i32>');
  }
  if (faults.length > 0) {
    args.output('faults', engine.gpu.faults.use(), 'atomic<u32>');
    functions.push(FAULT);
  }
  faults.forEach((f, k) => args.param(`fault_${k}`, 'u32', engine.gpu.faults.numberOf(f)));
  for (const [name, x] of Object.entries(inputs)) {
    const text = job.inline && !(x instanceof Bytes) ? inlined(engine, args, name, x) : null;
    if (text) {
      functions.push(text);
      key += text;
      continue;
    }
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
  const types = args.specs.map((s) => s.type).join(), [first] = written;
  const after: After | undefined = puts && !(results[0][1] instanceof Bytes) ? { values: new Map([[first.buffer, 'value']]), numel: first.numel, lines: [] } : undefined;
  engine.gpu.run({
    key: `${key} ${types} ${lines.join()}`, args, workgroup, ...(groups === undefined ? {} : { groups }), ...(after ? { after } : {}),
    spec: () => {
      const type = `alias T = ${args.specs[0].type.includes('f32') || args.specs[0].type.includes('u32') ? 'f32' : 'i32'};`;
      const put = puts ? [`fn put(k: u32, value: T) {\n  ${results[0][0]}[k] = value;\n${indent(after?.lines.join('\n') ?? '')}\n}`] : [];
      return {
        name: job.name, params: args.params, buffers: args.specs, workgroup, each: groups === undefined, subgroups,
        declarations: [type, ...functions, ...put, job.declarations ?? ''].join('\n'),
        body: [...(groups === undefined ? [] : ['if (group >= p.n) { return; }']), ...lines, textOf(body)].join('\n'),
      };
    },
  });
  results.forEach(([, x], k) => { if (!(x instanceof Bytes)) engine.commit(x, written[k]); });
}

/** The function of an input that is still to be computed, and at little cost. */
function inlined(engine: Engine, args: Arguments, name: string, x: View): string | null {
  const { value } = (x.storage as GpuStorage).cell;
  if (!isPending(value) || value.size > CHEAP) return null;
  const { shape } = x.layout, { roots, leaves } = engine.fuse([x], [x.dtype], shape, (xs) => xs);
  if (anyWatched(roots) || args.buffers.length + leaves.length > engine.gpu.device.limits.maxStorageBuffersPerShaderStage - 2) return null;
  // inputs after this one may have to be computed, and let go of what this one reads
  for (const { source } of leaves) if (source instanceof Bytes) engine.keep(source);
  const { lines, values } = pointwiseText(args, { tag: `${name}_`, index: 'k', wide: false }, shape, roots, leaves, []);
  return `fn ${name}(k: u32) -> ${wordOf(x.dtype)} {\n${indent(lines.join('\n'))}\n  return ${values[0]};\n}`;
}

function placeLines(args: Arguments, { shape, index = 'i', layouts }: Places, tag: string): string[] {
  const operands = Object.entries(layouts).map(([name, layout]) => ({ name, layout }));
  const { lines, texts } = indices(args, index, shape, operands, tag);
  return [...lines, ...operands.map(({ name }, k) => `let ${name} = ${texts[k]};`)];
}

/** A layout with steps only along some dimensions. */
export const along = (layout: Layout, keep: (d: number) => boolean): Layout =>
  new Layout(layout.shape, layout.strides.map((s, d) => (keep(d) ? s : 0)), layout.offset);
