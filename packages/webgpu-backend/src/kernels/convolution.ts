import { float32, int32 } from '@sconce/tensor';
import { Layout, type ConvolutionGeometry, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { wordOf } from '../wgsl/render.js';
import { axes, coordinates, loops, offset, perAxis } from './axes.js';
import { fold, total } from './fold.js';
import { launch } from './job.js';

/** Pixels of an invocation. */
const PIXELS = 4;
const each = (n: number, text: (j: number) => string, between = '\n'): string => Array.from({ length: n }, (_, j) => text(j)).join(between);
const pixels = (text: (j: number) => string): string => each(PIXELS, text);
/** How many vectors of channels an invocation works on; many where it need not read much for each. */
const foursOf = (channels: number, exchanges: boolean): number => (exchanges && channels > 4 ? 2 : 1);

/**
 * A convolution as a matrix product that is read where it lies: four or eight output channels by four pixels per invocation,
 * the input's channels in the innermost loop. A transposed one differs in where a kernel's element looks.
 */
export function convolve(engine: Engine, x: View, weight: View, bias: View | undefined, out: View, g: ConvolutionGeometry, transposed: boolean): void {
  const sizes = x.layout.shape.slice(2), outSizes = out.layout.shape.slice(2), kernel = weight.layout.shape.slice(2), dims = sizes.length;
  const ins = x.layout.shape[1] / g.groups, outs = out.layout.shape[1] / g.groups, elements = product(kernel);
  const count = x.layout.shape[0] * product(outSizes), tiles = Math.ceil(count / PIXELS);
  // where neighbours exchange values, each reads one channel's weight for all
  const { exchanges } = engine.gpu, fours = foursOf(outs, exchanges), channels = 4 * fours, word = exchanges ? 'u32' : 'vec4<u32>';
  const rows = Math.ceil(outs / channels), strip = exchanges ? 32 : 64, strips = Math.ceil(tiles / strip);
  // `&` computes all of them; each `&&` would be a branch, of which SwiftShader's compiler takes minutes
  const look = transposed
    ? (j: number) => `${perAxis(dims, `let u$${j} = c$${j} + p.pad_$ - t$ * p.dilation_$;\nlet s$${j} = u$${j} / p.stride_$;`).join('\n')}
let ok${j} = ${perAxis(dims, `(u$${j} >= 0) & (s$${j} * p.stride_$ == u$${j}) & (s$${j} < i32(p.in_$))`).join(' & ')};`
    : (j: number) => `${perAxis(dims, `let s$${j} = c$${j} * p.stride_$ - p.pad_$ + t$ * p.dilation_$;`).join('\n')}
let ok${j} = ${perAxis(dims, `(u32(s$${j}) < p.in_$)`).join(' & ')};`;
  launch(engine, {
    name: `convolution ${exchanges && channels} ${dims} ${transposed} ${bias !== undefined}`, inputs: bias ? { x, w: weight, bias } : { x, w: weight }, outputs: { out },
    groups: strips * rows * g.groups, workgroup: strip, subgroups: exchanges, puts: true,
    params: {
      ins, outs, groups: g.groups, pixels: count, tiles, strips, rows, in_area: product(sizes), out_area: product(outSizes),
      // steps in the weight: to the next group, output channel and input channel
      to_group: ins * outs * elements, to_out: (transposed ? 1 : ins) * elements, to_in: (transposed ? outs : 1) * elements,
      ...axes('in', sizes), ...axes('out', outSizes), ...axes('kernel', kernel),
    },
    ints: { ...axes('stride', g.stride), ...axes('pad', g.padding), ...axes('dilation', g.dilation) },
    body: () => `let own = group % p.strips * ${strip}u + lane;
let tile = min(own, p.tiles - 1u);
let first = group / p.strips % p.rows * ${channels}u;
let group_of = group / (p.strips * p.rows);
let channel = ${exchanges ? `first + sid % ${channels}u` : 'vec4<u32>(first) + vec4<u32>(0u, 1u, 2u, 3u)'};
let w_at = ${word}(group_of * p.to_group) + min(channel, ${word}(p.outs - 1u)) * p.to_out;
${pixels((j) => `let pixel${j} = min(tile + ${j}u * p.tiles, p.pixels - 1u);
${coordinates(dims, `pixel${j}`, 'out', String(j))}
let x_at${j} = (rest${j} * p.groups + group_of) * p.ins * p.in_area;
${each(fours, (f) => `var acc${j}_${f} = vec4<T>();`)}`)}
var tap = 0u;
${loops(dims, 'var t$ = 0; t$ < i32(p.kernel_$); t$++', `${pixels((j) => `${look(j)}
var from${j} = x_at${j} + u32(select(0, ${offset(dims, 's', 'in', String(j))}, ok${j}));`)}
var at = w_at + tap;
for (var c = 0u; c < p.ins; c++) {
  ${exchanges ? 'let v = w(at);' : 'let w0 = vec4<T>(w(at.x), w(at.y), w(at.z), w(at.w));'}
${exchanges ? each(fours, (f) => `  let w${f} = vec4<T>(${each(4, (k) => `subgroupBroadcast(v, ${4 * f + k}u)`, ', ')});`) : ''}
${pixels((j) => `  let x${j} = select(T(0), x(from${j}), ok${j});
${each(fours, (f) => `  acc${j}_${f} += w${f} * x${j};`)}
  from${j} += p.in_area;`)}
  at += ${word}(p.to_in);
}
tap++;`)}
var accs = array<vec4<T>, ${PIXELS * fours}>(${each(fours, (f) => each(PIXELS, (j) => `acc${j}_${f}`, ', '), ', ')});
let o_at = (group_of * p.outs + first) * p.out_area;
let pixels_here = select(0u, min(${PIXELS}u, (p.pixels - 1u - tile) / p.tiles + 1u), own < p.tiles);
for (var k = 0u; k < min(${channels}u, p.outs - first); k++) {
${bias ? '  let b = bias(group_of * p.outs + first + k);' : ''}
  for (var j = 0u; j < pixels_here; j++) {
    let pixel = tile + j * p.tiles;
    put(pixel / p.out_area * p.groups * p.outs * p.out_area + o_at + k * p.out_area + pixel % p.out_area, accs[k / 4u * ${PIXELS}u + j][k % 4u]${bias ? ' + b' : ''});
  }
}`,
  });
}

/** Positions from which on workgroups share a sum. */
const SHARE = 16384;
/** Enough workgroups. */
const ENOUGH = 256;

/**
 * The weight's gradient: some output channels by some elements of their kernels per workgroup, whose lanes take every so
 * many-th position of the output. On a CPU, whose barriers are slow, a workgroup is one subgroup with a large tile.
 */
export function convolveWeight(engine: Engine, x: View, grad: View, out: View, g: ConvolutionGeometry): void {
  const sizes = x.layout.shape.slice(2), outSizes = grad.layout.shape.slice(2), kernel = out.layout.shape.slice(2), dims = sizes.length;
  const ins = x.layout.shape[1] / g.groups, outs = grad.layout.shape[1] / g.groups;
  const positions = grad.layout.shape[0] * product(outSizes), columns = ins * product(kernel);
  const { exchanges } = engine.gpu, lanes = exchanges ? 8 : 64;
  const fours = foursOf(outs, exchanges), wide = 4 * foursOf(columns, exchanges), high = 4 * fours;
  const tiles = Math.ceil(columns / wide), rows = Math.ceil(outs / high), blocks = g.groups * rows * tiles;
  const shares = Math.max(1, Math.min(Math.ceil(positions / SHARE), Math.ceil(ENOUGH / blocks)));
  const partial = shares > 1 ? engine.temporary(shares * out.layout.numel, wordOf(out.dtype) === 'f32' ? float32 : int32) : null;
  launch(engine, {
    name: `convolutionBackwardWeight ${exchanges} ${wide} ${high} ${dims}`, inputs: { x, grad }, outputs: { out: partial ?? out },
    groups: blocks * shares, workgroup: lanes, subgroups: exchanges,
    params: {
      ins, outs, groups: g.groups, columns, tiles, rows, positions, shares, share: Math.ceil(positions / shares), numel: out.layout.numel,
      in_area: product(sizes), out_area: product(outSizes), ...axes('in', sizes), ...axes('out', outSizes), ...axes('kernel', kernel),
    },
    ints: { ...axes('stride', g.stride), ...axes('pad', g.padding), ...axes('dilation', g.dilation) },
    declarations: exchanges ? '' : `var<workgroup> sums: array<vec4<T>, ${lanes * wide}>;`,
    body: () => `let share = group / (p.tiles * p.rows * p.groups);
let column = group % p.tiles * ${wide}u;
let first = group / p.tiles % p.rows * ${high}u;
let group_of = group / (p.tiles * p.rows) % p.groups;
${each(fours, (f) => `let g_at${f} = (vec4<u32>(group_of * p.outs) + min(vec4<u32>(first + ${4 * f}u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.outs - 1u))) * p.out_area;`)}
${each(wide, (j) => `${coordinates(dims, `min(column + ${j}u, p.columns - 1u)`, 'kernel', `k${j}`)}
${perAxis(dims, `let b$${j} = c$k${j} * p.dilation_$ - p.pad_$;`).join('\n')}
let x_at${j} = (group_of * p.ins + restk${j}) * p.in_area;
${each(fours, (f) => `var acc${j}_${f} = vec4<T>();`)}`)}
let until = min((share + 1u) * p.share, p.positions);
var q = share * p.share + lane;
${coordinates(dims, 'q', 'out')}
${perAxis(dims, 'var o$ = c$;').join('\n')}
${coordinates(dims, `${lanes}u`, 'out', 'step')}
for (; q < until; q += ${lanes}u) {
  let at = rest * p.groups * p.outs * p.out_area + u32(${offset(dims, 'o', 'out')});
${each(fours, (f) => `  let g${f} = vec4<T>(${['x', 'y', 'z', 'w'].map((c) => `grad(g_at${f}.${c} + at)`).join(', ')});`)}
  let image = rest * p.groups * p.ins * p.in_area;
${each(wide, (j) => `${perAxis(dims, `let s$${j} = o$ * p.stride_$ + b$${j};`).join('\n')}
  let ok${j} = ${perAxis(dims, `(u32(s$${j}) < p.in_$)`).join(' & ')};
  let x${j} = select(T(0), x(image + x_at${j} + u32(select(0, ${offset(dims, 's', 'in', String(j))}, ok${j}))), ok${j});
${each(fours, (f) => `  acc${j}_${f} += g${f} * x${j};`)}`)}
  // the next position, without dividing
  var carry = 0;
${perAxis(dims, `  o$ += c$step + carry;
  carry = select(0, 1, o$ >= i32(p.out_$));
  o$ -= carry * i32(p.out_$);`).join('\n')}
  rest += reststep + u32(carry);
}
${exchanges ? `var sums = array<vec4<T>, ${wide * fours}>(${each(wide, (j) => each(fours, (f) => `subgroupAdd(acc${j}_${f})`, ', '), ', ')});`
    : `${each(wide, (j) => `sums[${j}u * ${lanes}u + lane] = acc${j}_0;`)}
workgroupBarrier();
for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {
  if (lane < half) {
${each(wide, (j) => `    sums[${j}u * ${lanes}u + lane] += sums[${j}u * ${lanes}u + lane + half];`)}
  }
  workgroupBarrier();
}`}
for (var k = lane; k < ${wide * high}u; k += ${lanes}u) {
  let o = k / ${wide}u;
  let c = k % ${wide}u;
  if (first + o < p.outs && column + c < p.columns) {
    out[share * p.numel + (group_of * p.outs + first + o) * p.columns + column + c] = sums[c * ${exchanges ? `${fours}u + o / 4u` : `${lanes}u`}][o % 4u];
  }
}`,
  });
  if (partial) {
    const { shape } = out.layout, whole = [shares, ...shape];
    fold(engine, total, [engine.asView(partial, Layout.contiguous(whole), out.storage.device)], whole, [0], out, ([v]) => v);
  }
}
