import { Layout, type Expr } from '@sconce/tensor/internal';
import type { Waiting } from './batch.js';
import type { Gpu } from './gpu.js';
import { collapse } from './layouts.js';
import type { Buffer } from './pool.js';
import { Bytes, type Leaf } from './values.js';
import { declarationsFor } from './wgsl/functions.js';
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

/** Computes expressions of leaves, one element or four per invocation. */
export function launchPointwise(gpu: Gpu, roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[]): void {
  if (targets[0].layout.numel === 0) return;
  const { key, spec, buffers, params, groups } = pointwiseLaunch(roots, leaves, targets);
  gpu.run(gpu.kernel(key, () => spec), buffers, params, groups);
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

/** The name of a leaf: memory `x0`, a number `s1`. */
const nameOf = (leaf: Leaf, i: number): string => `${typeof leaf.source === 'number' ? 's' : 'x'}${i}`;

/** A kernel that computes expressions of leaves, with what it is run on. */
export function pointwiseLaunch(roots: readonly Expr[], leaves: readonly Leaf[], targets: readonly Target[]): Waiting {
  const { shape, numel } = targets[0].layout;
  const layouts = leaves.map((l) => (l.layout.numel === 1 || typeof l.source === 'number' ? l.layout : l.layout.broadcastTo(shape)));
  const flat = (l: Layout): boolean => l.isContiguous && l.numel === numel && l.offset % 4 === 0;
  const wide = numel > 1 && targets.every((t) => flat(t.layout) && (t.whole || numel % 4 === 0))
    && leaves.every((l, i) => typeof l.source === 'number' || layouts[i].numel === 1 || flat(layouts[i]));
  const args = new Arguments(wide ? Math.ceil(numel / 4) : numel);
  const outs = targets.map((t, i) => args.output(`out${i || ''}`, t.bytes, typeOf(wordOf(t.bytes.dtype), wide)));
  const texts = new Map<Expr, string>();
  const { lines, offsets } = wide ? { lines: [], offsets: null } : addressing(args, shape, targets, leaves, layouts);

  leaves.forEach((leaf, i) => {
    const name = nameOf(leaf, i), { source, dtype, node } = leaf;
    if (typeof source === 'number') {
      const kind = kindOf(dtype);
      const p = args.param(name, kind === 'f32' ? 'f32' : 'i32', source);
      const value = kind === 'bool' ? `(${p} != 0)` : p;
      texts.set(node, wide ? `vec4<${kind}>(${value})` : value);
      return;
    }
    const single = layouts[i].numel === 1;
    const array = args.input(name, source, typeOf(wordOf(dtype), wide));
    if (single) {
      const at = args.param(`${name}_at`, 'u32', layouts[i].offset);
      const element = wide ? `${array}[${at} / 4u][${at} % 4u]` : `${array}[${at}]`;
      const value = loaded(element, dtype, false);
      texts.set(node, wide ? `vec4<${kindOf(dtype)}>(${value})` : value);
    } else if (wide) {
      const at = layouts[i].offset === 0 ? 'i' : `i + ${args.param(`${name}_at`, 'u32', layouts[i].offset / 4)}`;
      texts.set(node, loaded(`${array}[${at}]`, dtype, true));
    } else texts.set(node, loaded(`${array}[${offsets![targets.length + i]}]`, dtype, false));
  });

  const renderer = new Renderer(wide, (e) => texts.get(e)!);
  const values = roots.map((root) => renderer.value(root));
  // operands that are written over are all read before
  const held = values.map((v, i) => (/^[a-z]\w*$/.test(v) ? v : `(${stored(v, targets[i].bytes.dtype, wide)})`));
  const body = [
    'if (i >= p.n) { return; }', ...lines, ...renderer.lines,
    ...values.map((v, i) => `${outs[i]}[${offsets ? offsets[i] : targets[i].layout.offset === 0 ? 'i' : `i + ${args.param(`out${i || ''}_at`, 'u32', targets[i].layout.offset / 4)}`}] = ${
      held[i] === v ? stored(v, targets[i].bytes.dtype, wide) : held[i]};`),
  ].join('\n');
  const key = `${args.specs.map((s) => s.name + s.type + s.write).join()} ${args.params.map(([name, type]) => name + type).join()} ${body}`;
  return {
    key,
    get spec(): KernelSpec {
      return { name: 'pointwise', params: args.params, buffers: args.specs, workgroup: [WORKGROUP, 1, 1], body, declarations: declarationsFor(body) };
    },
    buffers: args.buffers, params: args.values, groups: Math.ceil(args.values[0] / WORKGROUP),
  };
}

const typeOf = (word: string, wide: boolean): string => (wide ? `vec4<${word}>` : word);

/** Statements that give the place of element `i` in each target and leaf. */
function addressing(
  args: Arguments, shape: readonly number[], targets: readonly Target[], leaves: readonly Leaf[], layouts: readonly Layout[],
): { lines: string[]; offsets: (string | null)[] } {
  const operands = [
    ...targets.map((t, i) => ({ name: `out${i || ''}`, layout: t.layout })),
    ...leaves.map((l, i) => ({ name: nameOf(l, i), layout: typeof l.source === 'number' || layouts[i].numel === 1 ? null : layouts[i] })),
  ];
  const strided = operands.filter((o) => o.layout !== null);
  const { lines, texts } = indices(args, 'i', shape, strided.map((o) => ({ name: o.name, layout: o.layout! })));
  let k = 0;
  return { lines, offsets: operands.map((o) => (o.layout ? texts[k++] : null)) };
}

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
