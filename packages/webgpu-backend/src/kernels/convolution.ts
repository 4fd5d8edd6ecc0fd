import { float32, int32 } from '@sconce/tensor';
import { Layout, type ConvolutionGeometry, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { wordOf } from '../wgsl/render.js';
import { axes, coordinates, loops, offset, perAxis } from './axes.js';
import { fold, total } from './fold.js';
import { launch } from './job.js';

/** Pixels of an invocation, each with four channels. */
const PIXELS = 4;
const pixels = (text: (j: number) => string): string => Array.from({ length: PIXELS }, (_, j) => text(j)).join('\n');

/**
 * A convolution as a matrix product that is read where it lies: four output channels by four pixels per invocation, the
 * input's channels in the innermost loop. A transposed one differs in where a kernel's element looks.
 */
export function convolve(engine: Engine, x: View, weight: View, bias: View | undefined, out: View, g: ConvolutionGeometry, transposed: boolean): void {
  const sizes = x.layout.shape.slice(2), outSizes = out.layout.shape.slice(2), kernel = weight.layout.shape.slice(2), dims = sizes.length;
  const ins = x.layout.shape[1] / g.groups, outs = out.layout.shape[1] / g.groups, elements = product(kernel);
  const count = x.layout.shape[0] * product(outSizes), tiles = Math.ceil(count / PIXELS), rows = Math.ceil(outs / 4);
  // `&` computes all of them; each `&&` would be a branch, of which SwiftShader's compiler takes minutes
  const look = transposed
    ? (j: number) => `${perAxis(dims, `let u$${j} = c$${j} + p.pad_$ - t$ * p.dilation_$;\nlet s$${j} = u$${j} / p.stride_$;`).join('\n')}
let ok${j} = ${perAxis(dims, `(u$${j} >= 0) & (s$${j} * p.stride_$ == u$${j}) & (s$${j} < i32(p.in_$))`).join(' & ')};`
    : (j: number) => `${perAxis(dims, `let s$${j} = c$${j} * p.stride_$ - p.pad_$ + t$ * p.dilation_$;`).join('\n')}
let ok${j} = ${perAxis(dims, `(u32(s$${j}) < p.in_$)`).join(' & ')};`;
  launch(engine, {
    name: `convolution ${dims} ${transposed} ${bias !== undefined}`, inputs: bias ? { x, w: weight, bias } : { x, w: weight }, outputs: { out },
    count: tiles * rows * g.groups,
    params: {
      ins, outs, groups: g.groups, pixels: count, tiles, rows, in_area: product(sizes), out_area: product(outSizes),
      // steps in the weight: to the next group, output channel and input channel
      to_group: ins * outs * elements, to_out: (transposed ? 1 : ins) * elements, to_in: (transposed ? outs : 1) * elements,
      ...axes('in', sizes), ...axes('out', outSizes), ...axes('kernel', kernel),
    },
    ints: { ...axes('stride', g.stride), ...axes('pad', g.padding), ...axes('dilation', g.dilation) },
    body: `let tile = i % p.tiles;
let first = i / p.tiles % p.rows * 4u;
let group_of = i / (p.tiles * p.rows);
let channel = vec4<u32>(first) + vec4<u32>(0u, 1u, 2u, 3u);
let w_at = vec4<u32>(group_of * p.to_group) + min(channel, vec4<u32>(p.outs - 1u)) * p.to_out;
${pixels((j) => `let pixel${j} = min(tile + ${j}u * p.tiles, p.pixels - 1u);
${coordinates(dims, `pixel${j}`, 'out', String(j))}
let x_at${j} = (rest${j} * p.groups + group_of) * p.ins * p.in_area;
var acc${j} = vec4<T>();`)}
var tap = 0u;
${loops(dims, 'var t$ = 0; t$ < i32(p.kernel_$); t$++', `${pixels((j) => `${look(j)}
var from${j} = x_at${j} + u32(select(0, ${offset(dims, 's', 'in', String(j))}, ok${j}));`)}
var at = w_at + tap;
for (var c = 0u; c < p.ins; c++) {
  let wv = vec4<T>(w(at.x), w(at.y), w(at.z), w(at.w));
${pixels((j) => `  acc${j} += wv * select(T(0), x(from${j}), ok${j});\n  from${j} += p.in_area;`)}
  at += vec4<u32>(p.to_in);
}
tap++;`)}
var accs = array<vec4<T>, ${PIXELS}>(${Array.from({ length: PIXELS }, (_, j) => `acc${j}`).join()});
let o_at = (group_of * p.outs + first) * p.out_area;
for (var k = 0u; k < min(4u, p.outs - first); k++) {
${bias ? '  let b = bias(group_of * p.outs + first + k);' : ''}
  for (var j = 0u; j < min(${PIXELS}u, (p.pixels - 1u - tile) / p.tiles + 1u); j++) {
    let pixel = tile + j * p.tiles;
    put(pixel / p.out_area * p.groups * p.outs * p.out_area + o_at + k * p.out_area + pixel % p.out_area, accs[j][k]${bias ? ' + b' : ''});
  }
}`,
  });
}

const LANES = 64;
/** Positions of a lane from which on workgroups share a sum. */
const SHARE = 256;
/** Enough workgroups. */
const ENOUGH = 256;

/**
 * The weight's gradient: four output channels by four elements of their kernels per workgroup, whose lanes take every so
 * many-th position of the output.
 */
export function convolveWeight(engine: Engine, x: View, grad: View, out: View, g: ConvolutionGeometry): void {
  const sizes = x.layout.shape.slice(2), outSizes = grad.layout.shape.slice(2), kernel = out.layout.shape.slice(2), dims = sizes.length;
  const ins = x.layout.shape[1] / g.groups, outs = grad.layout.shape[1] / g.groups;
  const positions = grad.layout.shape[0] * product(outSizes), columns = ins * product(kernel);
  const tiles = Math.ceil(columns / 4), rows = Math.ceil(outs / 4), blocks = g.groups * rows * tiles;
  const shares = Math.max(1, Math.min(Math.ceil(positions / (LANES * SHARE)), Math.ceil(ENOUGH / blocks)));
  const partial = shares > 1 ? engine.temporary(shares * out.layout.numel, wordOf(out.dtype) === 'f32' ? float32 : int32) : null;
  launch(engine, {
    name: `convolutionBackwardWeight ${dims}`, inputs: { x, grad }, outputs: { out: partial ?? out }, groups: blocks * shares, workgroup: LANES,
    params: {
      ins, outs, groups: g.groups, columns, tiles, rows, positions, shares, share: Math.ceil(positions / shares), numel: out.layout.numel,
      in_area: product(sizes), out_area: product(outSizes), ...axes('in', sizes), ...axes('out', outSizes), ...axes('kernel', kernel),
    },
    ints: { ...axes('stride', g.stride), ...axes('pad', g.padding), ...axes('dilation', g.dilation) },
    declarations: `var<workgroup> sums: array<vec4<T>, ${LANES * 4}>;`,
    body: `let share = group / (p.tiles * p.rows * p.groups);
let column = group % p.tiles * 4u;
let first = group / p.tiles % p.rows * 4u;
let group_of = group / (p.tiles * p.rows) % p.groups;
let g_at = (vec4<u32>(group_of * p.outs) + min(vec4<u32>(first) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.outs - 1u))) * p.out_area;
${pixels((j) => `${coordinates(dims, `min(column + ${j}u, p.columns - 1u)`, 'kernel', `k${j}`)}
${perAxis(dims, `let b$${j} = c$k${j} * p.dilation_$ - p.pad_$;`).join('\n')}
let x_at${j} = (group_of * p.ins + restk${j}) * p.in_area;
var acc${j} = vec4<T>();`)}
let until = min((share + 1u) * p.share, p.positions);
for (var q = share * p.share + lane; q < until; q += ${LANES}u) {
${coordinates(dims, 'q', 'out')}
  let at = rest * p.groups * p.outs * p.out_area + q % p.out_area;
  let gv = vec4<T>(grad(g_at.x + at), grad(g_at.y + at), grad(g_at.z + at), grad(g_at.w + at));
  let image = rest * p.groups * p.ins * p.in_area;
${pixels((j) => `${perAxis(dims, `let s$${j} = c$ * p.stride_$ + b$${j};`).join('\n')}
  let ok${j} = ${perAxis(dims, `(u32(s$${j}) < p.in_$)`).join(' & ')};
  acc${j} += gv * select(T(0), x(image + x_at${j} + u32(select(0, ${offset(dims, 's', 'in', String(j))}, ok${j}))), ok${j});`)}
}
${pixels((j) => `sums[lane + ${j * LANES}u] = acc${j};`)}
workgroupBarrier();
for (var half = ${LANES / 2}u; half > 0u; half >>= 1u) {
  if (lane < half) {
${pixels((j) => `    sums[lane + ${j * LANES}u] += sums[lane + half + ${j * LANES}u];`)}
  }
  workgroupBarrier();
}
if (lane < 16u) {
  let o = first + lane / 4u;
  let c = column + lane % 4u;
  if (o < p.outs && c < p.columns) {
    out[share * p.numel + (group_of * p.outs + o) * p.columns + c] = sums[lane % 4u * ${LANES}u][lane / 4u];
  }
}`,
  });
  if (partial) {
    const { shape } = out.layout, whole = [shares, ...shape];
    fold(engine, total, [engine.asView(partial, Layout.contiguous(whole), out.storage.device)], whole, [0], out, ([v]) => v);
  }
}
