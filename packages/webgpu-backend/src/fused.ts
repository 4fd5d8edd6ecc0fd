import { Layout, type Expr } from '@sconce/tensor/internal';
import type { Gpu } from './gpu.js';
import type { Launch } from './queue.js';
import { collapse } from './layouts.js';
import type { Buffer } from './pool.js';
import { Bytes, type Leaf } from './values.js';
import { anyWatched, watch } from './watched.js';
import type { KernelSpec, ParamType } from './wgsl/module.js';
import { kindOf, loaded, Renderer, stored, wordOf } from './wgsl/render.js';

/** Where an expression's values go. */
export interface Target {
  readonly bytes: Bytes;
  readonly layout: Layout;
  /** all of the memory, so that what pads it to four may be written as well */
  readonly whole: boolean;
}

const WORKGROUP = 256;
/** From so many elements on, a CPU takes eight at a time in place of four. */
const PAIRED = 65536;
/** Launches in the queue among which one is looked for that can compute an expression as well. */
const LOOK_BACK = 12;

/** Computes expressions of leaves, one element or four at a time; on the way to an operand where that is still to come. */
export function launchPointwise(gpu: Gpu, roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[], likely = false): void {
  if (targets[0].layout.numel === 0 || (!likely && isAttached(gpu, roots, leaves, targets))) return;
  gpu.run({ ...pointwiseLaunch(gpu, roots, leaves, targets), likely });
}

/** Has a kernel in the queue compute an expression of what it stores, if nothing in between stands in the way. */
function isAttached(gpu: Gpu, roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[]): boolean {
  const [{ bytes, layout, whole }] = targets, { queue } = gpu;
  if (targets.length > 1 || !whole || !layout.isContiguous) return false;
  const sources = leaves.map((l) => l.source).filter((s) => s instanceof Bytes);
  const buffers = sources.map((s) => s.buffer);
  for (let at = queue.length - 1; at >= Math.max(0, queue.length - LOOK_BACK); at--) {
    const launch = queue[at], { after, args } = launch;
    if (args.buffers.includes(bytes.buffer)) return false;
    if (!args.writes(buffers)) continue;
    const others = buffers.filter((b) => !after?.values.has(b));
    const fits = after && after.numel === layout.numel && !args.writes(others) && !anyWatched(roots)
      && args.buffers.length + others.length < gpu.device.limits.maxStorageBuffersPerShaderStage
      && leaves.every(({ source, layout: l }) => !(source instanceof Bytes) || !after.values.has(source.buffer) || (l.isContiguous && l.offset === 0 && l.numel === layout.numel));
    if (!fits) return false;
    gpu.use([bytes.buffer, ...others]);
    const text = pointwiseText(args, { tag: `e${after.values.size}`, index: 'k', wide: false, known: after.values }, layout.shape, roots, leaves, targets);
    after.values.set(bytes.buffer, text.values[0]);
    after.lines.push(...text.lines);
    launch.key += args.key + text.lines.join('');
    return true;
  }
  return false;
}

/** Names of what a kernel is given, and the values for one launch. */
export class Arguments {
  readonly specs: KernelSpec['buffers'][number][] = [];
  readonly buffers: Buffer[] = [];
  readonly params: [string, ParamType][] = [];
  readonly values: number[] = [];
  private readonly written = new Map<Buffer, string>();

  /** @param count what `p.n` is */
  constructor(count: number) {
    this.param('n', 'u32', count);
    this.param('zero', 'u32', 0);
    this.param('per', 'u32', 1);
  }

  /** Whether any of these is written. */
  writes(buffers: readonly Buffer[]): boolean {
    return buffers.some((b) => this.written.has(b));
  }

  /** What the text of a kernel depends on, apart from its body. */
  get key(): string {
    return `${this.specs.map((s) => s.name + s.type + s.write).join()} ${this.params.map(([name, type]) => name + type).join()}`;
  }

  param(name: string, type: ParamType, value: number): string {
    this.params.push([name, type]);
    this.values.push(value);
    return `p.${name}`;
  }

  /** Memory that is written, and perhaps read as well. */
  output(name: string, bytes: Bytes, type: string): string {
    this.specs.push({ name, type, write: true });
    this.buffers.push(bytes.buffer);
    this.written.set(bytes.buffer, name);
    return name;
  }

  /** Memory that is read; what is also written is bound once only. */
  input(name: string, bytes: Bytes, type: string): string {
    const known = this.written.get(bytes.buffer);
    if (known) return known;
    this.specs.push({ name, type, write: false });
    this.buffers.push(bytes.buffer);
    return name;
  }
}

/** How the text of an expression is embedded: what its names begin with, and the name of the element's number. */
interface Place {
  readonly tag: string;
  readonly index: string;
  readonly wide: boolean;
  /** elements that are at hand */
  readonly known?: ReadonlyMap<Buffer, string>;
}

/** A kernel that computes expressions of leaves, with what it is run on. */
export function pointwiseLaunch(gpu: Gpu, roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[]): Launch {
  const { shape, numel } = targets[0].layout, workgroup = gpu.vector ?? WORKGROUP;
  const flat = (l: Layout): boolean => l.isContiguous && l.numel === numel && l.offset % 4 === 0;
  const isWatched = anyWatched(roots);
  // what pads the last ones is no value to be watched
  const goesBy = (n: number): boolean => numel % n === 0 || (!isWatched && targets.every((t) => t.whole));
  const wide = numel > 1 && goesBy(4) && targets.every((t) => flat(t.layout)) && leaves.every((l) => isSingle(l) || flat(l.layout.broadcastTo(shape)));
  const paired = wide && gpu.vector !== undefined && numel >= PAIRED && goesBy(8);
  const args = new Arguments(wide ? Math.ceil(numel / (paired ? 8 : 4)) : numel);
  const { lines } = pointwiseText(args, { tag: '', index: paired ? 'at' : 'i', wide }, shape, roots, leaves, targets);
  if (isWatched) watch(gpu.faults, args);
  return {
    key: `${args.key} ${lines.join('\n')}`, args, workgroup,
    spec: () => ({
      name: 'pointwise', params: args.params, buffers: args.specs, workgroup, each: true, body: (paired ? inPairs(lines, args.specs[0].type) : lines).join('\n'),
    }),
  };
}

/**
 * Statements about the vector at `at`, for two side by side: both are computed before either is written, so that a CPU's reads and its
 * operations overlap. Compilers would put off what the second one needs alone: the first one is given a bit of it, which is 0.
 * @param type of what is written first
 */
const inPairs = (lines: readonly string[], type: string): string[] => [
  'let at = 2u * i;', 'let at_b = at + 1u;',
  ...lines.flatMap((line) => [
    line.replace(/^(out\[at\]) = (v\d+);$/, `$1 = bitcast<${type}>(bitcast<vec4<u32>>($2) | (bitcast<vec4<u32>>($2_b) & vec4<u32>(p.zero)));`),
    line.replaceAll(/\b(at|v\d+)\b/g, '$1_b'),
  ]),
];

const isSingle = ({ source, layout }: Leaf): boolean => typeof source === 'number' || layout.numel === 1;

/** Statements that compute an element of expressions of leaves and store it in targets, and the names of its values. */
export function pointwiseText(
  args: Arguments, { tag, index, wide, known }: Place, shape: readonly number[], roots: readonly Expr[], leaves: readonly Leaf[],
  targets: readonly Target[],
): { lines: string[]; values: string[] } {
  const outs = targets.map((t, i) => ({ name: args.output(`${tag}out${i || ''}`, t.bytes, typeOf(wordOf(t.bytes.dtype), wide)), layout: t.layout }));
  const texts = new Map<Expr, string>();
  const strided: { name: string; layout: Layout }[] = [], arrays: ((at: string) => void)[] = [];
  const operand = (name: string, layout: Layout, use: (at: string) => void): void => {
    if (!wide) {
      strided.push({ name, layout });
      arrays.push(use);
    } else use(layout.offset === 0 ? index : `${index} + ${args.param(`${name}_at`, 'u32', layout.offset / 4)}`);
  };
  const places: string[] = [];
  outs.forEach(({ name, layout }, i) => operand(name, layout, (at) => { places[i] = `${name}[${at}]`; }));
  leaves.forEach((leaf, i) => {
    const { source, dtype, node, layout } = leaf, type = `vec4<${kindOf(dtype)}>`;
    const spread = (value: string): string => (wide ? `${type}(${value})` : value);
    if (typeof source === 'number') {
      const kind = kindOf(dtype), p = args.param(`${tag}s${i}`, kind === 'f32' ? 'f32' : 'i32', source);
      texts.set(node, spread(kind === 'bool' ? `(${p} != 0)` : p));
      return;
    }
    const here = known?.get(source.buffer);
    if (here) {
      texts.set(node, loaded(here, dtype, false));
      return;
    }
    const name = `${tag}x${i}`, array = args.input(name, source, typeOf(wordOf(dtype), wide));
    if (layout.numel === 1) {
      const at = args.param(`${name}_at`, 'u32', layout.offset);
      texts.set(node, spread(loaded(wide ? `${array}[${at} / 4u][${at} % 4u]` : `${array}[${at}]`, dtype, false)));
    } else operand(name, layout.broadcastTo(shape), (at) => { texts.set(node, loaded(`${array}[${at}]`, dtype, wide)); });
  });
  const { lines, texts: ats } = wide ? { lines: [], texts: [] } : indices(args, index, shape, strided, tag);
  arrays.forEach((use, i) => use(ats[i]));

  const renderer = new Renderer(wide, (e) => texts.get(e)!, `${tag}v`);
  // operands that are written over are all read before
  const values = roots.map((root, i) => renderer.named(stored(renderer.value(root), (targets[i]?.bytes ?? root).dtype, wide)));
  return { lines: [...lines, ...renderer.lines, ...places.map((place, i) => `${place} = ${values[i]};`)], values };
}

const typeOf = (word: string, wide: boolean): string => (wide ? `vec4<${word}>` : word);

/**
 * Statements that give the places of element number `index` of a shape in several operands, and the texts of those places.
 * @param tag what distinguishes names where there are several such groups
 */
export function indices(
  args: Arguments, index: string, shape: readonly number[], operands: readonly { readonly name: string; readonly layout: Layout }[], tag = '',
): { lines: string[]; texts: string[] } {
  const { shape: sizes, strides } = collapse(shape, operands.map((o) => o.layout.strides));
  const lines: string[] = [], coordinates: string[] = [];
  let rest = index;
  for (let d = sizes.length - 1; d > 0; d--) {
    const size = args.param(`${tag}n${d}`, 'u32', sizes[d]);
    lines.push(`let ${tag}i${d} = ${rest} % ${size};`, `let ${tag}r${d} = ${rest} / ${size};`);
    coordinates[d] = `${tag}i${d}`;
    rest = `${tag}r${d}`;
  }
  if (sizes.length > 0) coordinates[0] = rest;
  const texts = operands.map(({ name, layout }, k) => {
    const at = args.param(`${name}_${tag}at`, 'u32', layout.offset);
    const terms = strides[k].map((stride, d) => {
      if (stride === 0) return '';
      return stride === 1 ? coordinates[d] : `${coordinates[d]} * ${args.param(`${name}_${tag}s${d}`, 'u32', stride)}`;
    });
    return [at, ...terms.filter(Boolean)].join(' + ');
  });
  return { lines, texts };
}
