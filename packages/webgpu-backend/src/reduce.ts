import { expr, Layout, type Kernel, type ReduceAttrs, type ReduceOp, type View } from '@sconce/tensor/internal';
import type { Engine } from './engine.js';
import { Arguments, indices } from './fused.js';
import { Bytes, type Leaf } from './values.js';
import { NARROW } from './wgsl/functions.js';
import { kindOf, loaded, Renderer, stored, wordOf } from './wgsl/render.js';
import { anyWatched, watch, watched } from './watched.js';
import { checkDtype } from './words.js';

/** Invocations that fold together, those that exchange values for sums of up to so many elements, and of a workgroup of such that fold alone. */
const LANES = 256, NEIGHBOURS = 8, SHORT = 4096, ALONE = 64;
/** Elements of one sum that a workgroup takes before others share the work. */
const SHARE = 65536;

/** What is folded: an expression of leaves over a shape, some of whose dimensions go. */
export interface Source { readonly root: expr.Expr; readonly leaves: readonly Leaf[]; readonly shape: readonly number[] }

/** The kernel of a reduction, with the pending expression that it folds computed on the way. */
export function lowerReduce(engine: Engine, op: ReduceOp): Kernel<ReduceAttrs> {
  return ([x], [out], { dims }) => {
    if (out.layout.numel === 0) return;
    checkDtype(out.dtype);
    const { shape } = x.layout;
    const { roots, leaves } = engine.fuse([x], [x.dtype], shape, (xs) => [expr.cast(xs[0], out.dtype)]);
    reduceInto(engine, op, { root: roots[0], leaves, shape }, dims, out);
    engine.settle();
  };
}

/** Folds dimensions of an expression into an output of its dtype. */
export function reduceInto(engine: Engine, op: ReduceOp, source: Source, dims: readonly number[], out: View): void {
  const { shape } = source;
  const kept = shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const count = dims.reduce((n, d) => n * shape[d], 1);
  const result = engine.result(out);
  const share = out.layout.numel < 64 && count > SHARE ? Math.min(256, Math.ceil(count / SHARE)) : 1;
  if (share === 1) fold(engine, op, source, kept, dims, result, out, count, true);
  else {
    const partial = engine.temporary(out.layout.numel * share, out.dtype);
    fold(engine, op, source, kept, dims, partial, out, count, false, share);
    const node = expr.input(0, out.dtype), size = [out.layout.numel, share];
    const leaf: Leaf = { node, source: partial, dtype: out.dtype, layout: Layout.contiguous(size) };
    fold(engine, op, { root: node, leaves: [leaf], shape: size }, [0], [1], result, out, count, true);
  }
  engine.commit(out, result);
}

/**
 * One pass: each result from a share of its elements, by one invocation or by a workgroup, whose invocations' values are halved
 * until one is left; in one subgroup where its neighbours exchange values, because a CPU's barriers are slow.
 */
function fold(
  engine: Engine, op: ReduceOp, { root, leaves, shape }: Source, kept: readonly number[], dims: readonly number[], to: Bytes, { dtype }: View,
  total: number, last: boolean, share = 1,
): void {
  const results = kept.reduce((n, d) => n * shape[d], 1), count = dims.reduce((n, d) => n * shape[d], 1);
  const together = share > 1 || (count >= 128 && results < 4096);
  const exchange = together && engine.gpu.exchanges && count <= SHORT, lanes = exchange ? NEIGHBOURS : LANES;
  const args = new Arguments(results * share);
  const out = args.output('out', to, wordOf(dtype));
  const memory = leaves.map((l, i) => ({ leaf: l, name: `x${i}`, layout: l.layout.numel === 1 && typeof l.source !== 'number' ? new Layout(shape, shape.map(() => 0), l.layout.offset) : l.layout }))
    .filter((m) => m.leaf.source instanceof Bytes);
  const arrays = memory.map((m) => args.input(m.name, m.leaf.source as Bytes, wordOf(m.leaf.dtype)));
  const outer = indices(args, share > 1 ? 'result' : 'at', kept.map((d) => shape[d]), memory.map((m) => ({ name: m.name, layout: m.layout.permute(kept) })), 'k');
  const inner = indices(args, 'r', dims.map((d) => shape[d]), memory.map((m) => ({ name: m.name, layout: new Layout(dims.map((d) => shape[d]), dims.map((d) => m.layout.strides[d])) })), 'r');
  const size = args.param('count', 'u32', count);
  const texts = new Map<expr.Expr, string>();
  memory.forEach((m, i) => texts.set(m.leaf.node, loaded(`${arrays[i]}[base${i} + ${inner.texts[i]}]`, m.leaf.dtype, false)));
  leaves.forEach((l, i) => {
    if (typeof l.source !== 'number') return;
    const p = args.param(`s${i}`, kindOf(l.dtype) === 'f32' ? 'f32' : 'i32', l.source);
    texts.set(l.node, kindOf(l.dtype) === 'bool' ? `(${p} != 0)` : p);
  });

  const element = new Renderer(false, (e) => texts.get(e)!, 'v');
  const value = element.value(root);
  const accumulator = expr.input(0, dtype), next = expr.input(1, dtype);
  const pair = new Renderer(false, (e) => (e.index === 0 ? 'a' : 'b'), 'c');
  const both = watched(op.combine(accumulator, next)), combined = pair.value(both);
  const start = new Renderer(false, () => '', 's');
  const initial = start.value(op.init(dtype));
  const type = NARROW[kindOf(dtype) === 'f32' ? 'f' : kindOf(dtype) === 'i32' ? 'i' : 'b'];
  const end = new Renderer(false, (e) => (e.index === 0 ? 'acc' : args.param('total', dtype.kind === 'float' ? 'f32' : 'i32', total)), 'f');
  const finished = last && op.finish ? end.value(op.finish(accumulator, next)) : 'acc';

  const functions = `fn combine(a: ${type}, b: ${type}) -> ${type} { ${pair.lines.join(' ')} return ${combined}; }`;
  const loop = (from: string, to_: string, step: string): string => [
    ...start.lines, `var acc: ${type} = ${initial};`,
    `for (var r = ${from}; r < ${to_}; r += ${step}) {`, ...[...inner.lines, ...element.lines, `acc = combine(acc, ${value});`].map((l) => `  ${l}`), '}',
  ].join('\n');
  const bases = outer.texts.map((text, i) => `let base${i} = ${text};`);
  const write = [...end.lines, `${out}[at] = ${stored(finished, dtype, false)};`];
  const per = args.param('part', 'u32', Math.ceil(count / share));
  const body = together ? [
    'let at = group;', 'if (at >= p.n) { return; }',
    ...(share > 1 ? [`let share = ${args.param('share', 'u32', share)};`, 'let result = at / share;', `let first = (at % share) * ${per};`, `let until = min(first + ${per}, ${size});`]
      : ['let first = 0u;', `let until = ${size};`]),
    ...outer.lines, ...bases, loop('first + lane', 'until', `${lanes}u`),
    ...(exchange ? [4, 2, 1].map((half) => `acc = combine(acc, ${type}(subgroupShuffleXor(${type === 'bool' ? 'u32' : type}(acc), ${half}u)));`) : [
      'lanes[lane] = acc;', 'workgroupBarrier();',
      `for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {`, '  if (lane < half) { lanes[lane] = combine(lanes[lane], lanes[lane + half]); }', '  workgroupBarrier();', '}',
      'acc = lanes[0];',
    ]),
    'if (lane == 0u) {', ...write.map((l) => `  ${l}`), '}',
  ].join('\n') : ['let at = i;', ...outer.lines, ...bases, loop('0u', size, '1u'), ...write].join('\n');
  if (anyWatched([root, both])) watch(engine.gpu.faults, args);
  const declarations = `${functions}${together && !exchange ? `\nvar<workgroup> lanes: array<${type}, ${lanes}>;` : ''}`, workgroup = together ? lanes : ALONE;
  engine.gpu.run({
    key: `reduce ${args.key} ${functions} ${body}`, args, workgroup, ...(together ? { groups: results * share } : {}),
    spec: () => ({ name: op.name, params: args.params, buffers: args.specs, workgroup, each: !together, subgroups: exchange, body, declarations }),
  });
}

