import { float32, int32, type Device, type DType } from '@sconce/tensor';
import { Layout, matmulOps, product, type AddMmAttrs, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { relaid } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { fold, total } from '../kernels/fold.js';
import { launch } from '../kernels/job.js';
import type { MatmulWay } from '../adapter.js';
import { wordOf } from '../wgsl/render.js';

const PLAIN: AddMmAttrs = { beta: 0, alpha: 1 };

/** A matrix, or a batch of them, in memory. */
interface Matrix { readonly bytes: Bytes; readonly at: number; readonly batch: number; readonly row: number; readonly column: number }

/** Where a 3-d view's elements are; as they lie, transposed or strided. */
function matrixOf(engine: Engine, view: View): Matrix {
  const [batch, row, column] = view.layout.strides;
  return { bytes: engine.bytesOf(view.storage, view.dtype), at: view.layout.offset, batch, row, column };
}

/** Along which side four neighbours lie aligned in memory, and can be read at once; null for neither. */
function fourOf<I extends string, O extends string>(
  { at, batch }: Matrix, innerStep: number, outerStep: number, k: number, inner: I, outer: O,
): I | O | null {
  if (k % 4 !== 0 || at % 4 !== 0 || batch % 4 !== 0) return null;
  if (innerStep === 1 && outerStep % 4 === 0) return inner;
  return outerStep === 1 && innerStep % 4 === 0 ? outer : null;
}

const COMPONENTS = ['x', 'y', 'z', 'w'] as const;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** How an invocation adds up its sums `s0`, `s1`, …, of a row and four columns each. */
interface Way {
  /** rows of an invocation */
  readonly rows: number;
  /** invocations of a workgroup that lie side by side, and below each other */
  readonly side: number;
  readonly high: number;
  readonly text: () => string;
  readonly declarations?: string;
}

const COLUMNS = `let columns = vec4<u32>(column) + vec4<u32>(0u, 1u, 2u, 3u);
var bt = vec4<u32>(b_from) + min(columns, vec4<u32>(p.columns - 1u)) * p.b_column;`;

/**
 * Registers only. A subgroup's invocations lie side by side, so that with `shared` each of eight of them reads a row (or four
 * rows of one step) of eight and gets the others' from them; else each reads four rows by itself. Operands that lie aligned are
 * read four at a time: `a` along the inner dimension (k) or along rows (m), `b` along it (k) or along columns (n). For a CPU,
 * which reads lane by lane and so at length, a workgroup is one vector, with as many rows as pay for reading columns.
 */
function registers(shared: boolean, vector: number | undefined, m: number, left: 'k' | 'm' | null, right: 'k' | 'n' | null): Way {
  const way = (rows: number, side: number, high: number): Way => ({ rows, side, high, text: () => sumsInRegisters(shared, rows, left, right) });
  if (!shared) return way(4, 16, 16);
  // as even as it goes: 40 rows are twice 24
  return vector ? way(Math.ceil(m / Math.ceil(m / 32) / 8) * 8, vector, 1) : way(8, 16, Math.min(4, Math.ceil(m / 8)));
}

function sumsInRegisters(shared: boolean, rows: number, left: 'k' | 'm' | null, right: 'k' | 'n' | null): string {
  const steps = left && right ? 4 : 1, sets = upTo(shared ? rows / 8 : 1);
  const own = (first: number): string => (!shared ? 'min(vec4<u32>(row, row + 1u, row + 2u, row + 3u), vec4<u32>(p.m - 1u)) * p.a_row'
    : left === 'm' && right ? `min(row + ${first}u + sid % 2u * 4u, (p.m - 1u) / 4u * 4u) + sid / 2u % 4u * p.a_column` : `min(row + ${first}u + sid % 8u, p.m - 1u) * p.a_row`);
  let loads: string[], factor: (row: number, step: number) => string;
  if (steps === 1) {
    loads = [...sets.map((i) => (shared ? `let v${i} = a(at${i});` : 'let v = vec4<T>(a(at0.x), a(at0.y), a(at0.z), a(at0.w));')),
      'let b0 = vec4<T>(b(bt.x), b(bt.y), b(bt.z), b(bt.w));', ...sets.map((i) => `at${i} += ${shared ? '' : 'vec4<u32>'}(p.a_column);`), 'bt += vec4<u32>(p.b_row);'];
    factor = (r) => (shared ? `subgroupBroadcast(v${r >> 3}, ${r % 8}u)` : `v.${COMPONENTS[r]}`);
  } else {
    loads = shared ? sets.map((i) => `let v${i} = a((at${i} + l${left === 'm' ? ' * p.a_column' : ''}) / 4u);`)
      : COMPONENTS.map((c, i) => (left === 'k' ? `let a${i} = a((at0.${c} + l) / 4u);` : `let a${i} = a((at0.x + (l + ${i}u) * p.a_column) / 4u);`));
    loads.push(...COMPONENTS.map((c, i) => (right === 'k' ? `let t${i} = b((bt.${c} + l) / 4u);` : `let b${i} = b((bt.x + (l + ${i}u) * p.b_row) / 4u);`)));
    if (right === 'k') loads.push(...COMPONENTS.map((c, i) => `let b${i} = vec4<T>(t0.${c}, t1.${c}, t2.${c}, t3.${c});`));
    factor = shared
      ? (r, i) => (left === 'k' ? `subgroupBroadcast(v${r >> 3}.${COMPONENTS[i]}, ${r % 8}u)` : `subgroupBroadcast(v${r >> 3}.${COMPONENTS[r % 4]}, ${2 * i + (r >> 2) % 2}u)`)
      : (r, i) => (left === 'k' ? `a${r}.${COMPONENTS[i]}` : `a${i}.${COMPONENTS[r]}`);
  }
  const sums = upTo(rows).map((r) => `s${r} += ${upTo(steps).map((i) => `${factor(r, i)} * b${i}`).join(' + ')};`);
  return `${sets.map((i) => `var at${i} = ${shared ? '' : 'vec4<u32>'}(a_from) + ${own(8 * i)};`).join('\n')}
${COLUMNS}
for (var l = 0u; l < p.k; l += ${steps}u) {\n  ${[...loads, ...sums].join('\n  ')}\n}`;
}

/** Blocks of both operands in the workgroup's memory, 16 steps of the inner dimension at a time. */
const BLOCKS: Way = {
  rows: 4, side: 16, high: 16, declarations: 'var<workgroup> left: array<vec4<T>, 256>;\nvar<workgroup> right: array<vec4<T>, 256>;',
  text: () => `let at = vec4<u32>(a_from) + min(vec4<u32>(row - lane / 16u * 4u + lane % 16u * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.m - 1u)) * p.a_row;
${COLUMNS}
for (var from_ = 0u; from_ < p.k; from_ += 16u) {
  let l = min(from_ + lane / 16u, p.k - 1u);
  let i4 = at + vec4<u32>(l * p.a_column);
  let j4 = bt + vec4<u32>(l * p.b_row);
  left[lane] = vec4<T>(a(i4.x), a(i4.y), a(i4.z), a(i4.w));
  right[lane] = vec4<T>(b(j4.x), b(j4.y), b(j4.z), b(j4.w));
  workgroupBarrier();
  for (var t = 0u; t < min(16u, p.k - from_); t++) {
    let v = left[t * 16u + lane / 16u];
    let w = right[t * 16u + lane % 16u];
${upTo(4).map((r) => `    s${r} += v.${COMPONENTS[r]} * w;`).join('\n')}
  }
  workgroupBarrier();
}`,
};

/**
 * out = beta · bias + alpha · a·b for a batch: each invocation keeps sums of four columns in registers. Operands may be
 * transposed or strided.
 */
function multiply(engine: Engine, a: View, b: View, out: View, bias: View | null, { beta, alpha }: AddMmAttrs): void {
  const [batch, m, k] = a.layout.shape, n = b.layout.shape[2], { gpu } = engine;
  const x = matrixOf(engine, a), y = matrixOf(engine, b);
  const added = bias !== null && beta !== 0;
  const c = added ? relaid(bias, bias.layout.broadcastTo([batch, m, n])) : null;
  const whole = (v: number): number => (out.dtype.kind === 'float' ? v : Math.trunc(v));
  const left = fourOf(x, x.column, x.row, k, 'k', 'm'), right = fourOf(y, y.row, y.column, k, 'k', 'n');
  const way = gpu.matmul ?? (gpu.exchanges ? 'subgroups' : Math.min(m, n) >= 64 ? 'blocks' : 'registers');
  const blocks = way === 'blocks', byFours = !blocks && left && right;
  const { rows, side, high, text, declarations = '' } = blocks ? BLOCKS : registers(way === 'subgroups', gpu.vector, m, left, right);
  const wide = Math.ceil(n / (4 * side)), tall = Math.ceil(m / (rows * high));
  const shares = added || alpha !== 1 || batch > 1 ? 1 : sharesOf(wide * tall, k);
  if (shares > 1) return multiplyInShares(engine, a, b, out, shares);
  const [cBatch, cRow, cColumn] = c?.layout.strides ?? [0, 0, 0];
  launch(engine, {
    name: `matmul ${added} ${way} ${rows} ${high} ${side} ${byFours && left + right}`, workgroup: side * high, groups: wide * tall * batch, subgroups: way === 'subgroups', puts: true,
    memory: { a: x.bytes, b: y.bytes, ...(c ? { c } : {}) }, outputs: { out }, fours: byFours ? ['a', 'b'] : [],
    declarations,
    body: () => `let row = (group % p.tall * ${high}u + lane / ${side}u) * ${rows}u;
let column = (group / p.tall % p.wide * ${side}u + lane % ${side}u) * 4u;
let batch = group / (p.wide * p.tall);
let a_from = p.a_at + batch * p.a_batch;
let b_from = p.b_at + batch * p.b_batch;
${upTo(rows).map((r) => `var s${r} = vec4<T>();`).join('\n')}
${text()}
var sums = array<vec4<T>, ${rows}>(${upTo(rows).map((r) => `s${r}`).join()});
// a loop, because what is put may be computed from further, and that at length
for (var r = 0u; r < min(${rows}u, p.m - min(row, p.m)); r++) {
  for (var j = 0u; j < min(4u, p.columns - min(column, p.columns)); j++) {
    put((batch * p.m + row + r) * p.columns + column + j, p.alpha * sums[r][j]${added ? ' + p.beta * c(p.c_at + batch * p.c_batch + (row + r) * p.c_row + (column + j) * p.c_column)' : ''});
  }
}`,
    params: {
      m, columns: n, k, wide, tall,
      a_at: x.at, a_batch: x.batch, a_row: x.row, a_column: x.column,
      b_at: y.at, b_batch: y.batch, b_row: y.row, b_column: y.column,
      c_at: c?.layout.offset ?? 0, c_batch: cBatch, c_row: cRow, c_column: cColumn,
    },
    [out.dtype.kind === 'float' ? 'floats' : 'ints']: { alpha: whole(alpha), beta: whole(beta) },
  });
}

/** So many workgroups at least, and so many steps of each, where few results have long sums. */
const ENOUGH = 16, LEAST_STEPS = 512;
const sharesOf = (groups: number, k: number): number => {
  const most = Math.min(Math.floor(ENOUGH / groups), Math.floor(k / LEAST_STEPS));
  // equal shares: the inner dimension as two
  return [...Array(Math.max(most, 1)).keys()].map((i) => i + 1).findLast((n) => k % n === 0)!;
};

/** Parts of long sums as a batch of products, which are added up then. */
function multiplyInShares(engine: Engine, a: View, b: View, out: View, shares: number): void {
  const [, m, k] = a.layout.shape, n = b.layout.shape[2], part = k / shares;
  const [, ar, ac] = a.layout.strides, [, br, bc] = b.layout.strides, shape = [shares, m, n];
  const sums = made(engine, wordOf(out.dtype) === 'f32' ? float32 : int32, shape, out.storage.device);
  multiply(
    engine, relaid(a, new Layout([shares, m, part], [ac * part, ar, ac], a.layout.offset)),
    relaid(b, new Layout([shares, part, n], [br * part, br, bc], b.layout.offset)), sums, null, PLAIN);
  fold(engine, total, [sums], shape, [0], out, ([v]) => v);
  engine.free(sums.storage);
}

/** A view that kernels give values to. */
const made = (engine: Engine, dtype: DType, shape: readonly number[], device: Device): View =>
  ({ storage: engine.alloc(device, product(shape) * dtype.itemsize), dtype, layout: Layout.contiguous(shape) });

/** Finds out how large matrices are multiplied fastest. */
export async function fastestWay(engine: Engine, device: Device): Promise<MatmulWay> {
  const { gpu } = engine, ways: MatmulWay[] = ['registers', 'blocks'];
  if (gpu.exchanges) ways.push('subgroups');
  const [a, b, out] = [0, 1, 2].map(() => made(engine, float32, [1, 512, 512], device));
  const times: number[] = [];
  for (gpu.matmul of ways) {
    const run = (): Promise<void> => {
      multiply(engine, a, b, out, null, PLAIN);
      return gpu.synchronize();
    };
    await run(); // compiles
    const start = performance.now();
    for (let i = 0; i < 3; i++) await run();
    times.push(performance.now() - start);
  }
  for (const { storage } of [a, b, out]) engine.free(storage);
  return ways[times.indexOf(Math.min(...times))];
}

/** A matrix as a batch of one; a vector as a row or a column of it. */
const batched = (v: View): View => relaid(v, new Layout([1, ...v.layout.shape], [0, ...v.layout.strides], v.layout.offset));
const columnOf = (v: View): View => relaid(v, new Layout([1, v.layout.shape[0], 1], [0, v.layout.strides[0], 0], v.layout.offset));
const rowOf = (v: View): View => relaid(v, new Layout([1, 1, v.layout.shape[0]], [0, 0, v.layout.strides[0]], v.layout.offset));

/** One operand added over all of a batch: its batch and inner dimensions as one long inner dimension. */
const joined = (engine: Engine, v: View, dims: readonly [number, number, number], shape: readonly [number, number]): View => {
  const { bytes, offset: at } = engine.contiguous(relaid(v, v.layout.permute(dims)));
  return engine.asView(bytes, new Layout([1, ...shape], [0, shape[1], 1], at), v.storage.device);
};

export const lowerMatmul: Lowering = (engine) => [
  entry(matmulOps.mm, ([a, b], [out]) => multiply(engine, batched(a), batched(b), out, null, PLAIN)),
  entry(matmulOps.bmm, ([a, b], [out]) => multiply(engine, a, b, out, null, PLAIN)),
  entry(matmulOps.addmm, ([c, a, b], [out], attrs) => multiply(engine, batched(a), batched(b), out, c, attrs)),
  entry(matmulOps.baddbmm, ([c, a, b], [out], attrs) => multiply(engine, a, b, out, c, attrs)),
  entry(matmulOps.addbmm, ([c, a, b], [out], attrs) => {
    const [batch, m, k] = a.layout.shape, n = b.layout.shape[2];
    multiply(engine, joined(engine, a, [1, 0, 2], [m, batch * k]), joined(engine, b, [0, 1, 2], [batch * k, n]), out, c, attrs);
  }),
  entry(matmulOps.mv, ([a, x], [out]) => multiply(engine, batched(a), columnOf(x), out, null, PLAIN)),
  entry(matmulOps.addmv, ([c, a, x], [out], attrs) => {
    const { shape, strides, offset } = c.layout.broadcastTo([a.layout.shape[0]]);
    multiply(engine, batched(a), columnOf(x), out, relaid(c, new Layout([...shape, 1], [...strides, 0], offset)), attrs);
  }),
  entry(matmulOps.dot, ([x, y], [out]) => multiply(engine, rowOf(x), columnOf(y), out, null, PLAIN)),
];
