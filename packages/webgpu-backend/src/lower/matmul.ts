import { matmulOps, type AddMmAttrs, type View } from '@sconce/tensor/internal';
import { Layout } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { relaid } from '../shapes.js';
import { entry, type Lowering } from './entry.js';
import { launch } from '../kernels/job.js';

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

const ONE_BY_ONE = `for (var l = 0u; l < p.k; l++) {
  let i4 = at + l * p.a_column;
  let j4 = bt + l * p.b_row;
  let v = vec4<T>(b(j4.x), b(j4.y), b(j4.z), b(j4.w));
  s0 += a(i4.x) * v;
  s1 += a(i4.y) * v;
  s2 += a(i4.z) * v;
  s3 += a(i4.w) * v;
}`;

const COMPONENTS = ['x', 'y', 'z', 'w'] as const;

/**
 * Four steps of the inner dimension at a time. `a` is read along it (k) or along rows (m), `b` along it (k) or along
 * columns (n); rows and columns beyond the last ones give sums that are not stored.
 */
function FOURS(left: 'k' | 'm', right: 'k' | 'n'): string {
  const loads = COMPONENTS.map((c, i) => [
    left === 'k' ? `let a${i} = a((at.${c} + l) / 4u);` : `let a${i} = a((at.x + (l + ${i}u) * p.a_column) / 4u);`,
    right === 'k' ? `let t${i} = b((bt.${c} + l) / 4u);` : `let b${i} = b((bt.x + (l + ${i}u) * p.b_row) / 4u);`,
  ].join('\n  '));
  const turned = right === 'k' ? COMPONENTS.map((c, i) => `let b${i} = vec4<T>(t0.${c}, t1.${c}, t2.${c}, t3.${c});`) : [];
  // the factor of row r in step i
  const factor = (r: number, i: number): string => (left === 'k' ? `a${r}.${COMPONENTS[i]}` : `a${i}.${COMPONENTS[r]}`);
  const sums = [0, 1, 2, 3].map((r) => `s${r} += ${[0, 1, 2, 3].map((i) => `${factor(r, i)} * b${i}`).join(' + ')};`);
  return `for (var l = 0u; l < p.k; l += 4u) {\n  ${[...loads, ...turned, ...sums].join('\n  ')}\n}`;
}

/**
 * out = beta · bias + alpha · a·b for a batch: each invocation keeps 4×4 sums in registers. Operands may be
 * transposed or strided; those that lie aligned are read four at a time.
 */
function multiply(engine: Engine, a: View, b: View, out: View, bias: View | null, { beta, alpha }: AddMmAttrs): void {
  const [batch, m, k] = a.layout.shape, n = b.layout.shape[2];
  const x = matrixOf(engine, a), y = matrixOf(engine, b);
  const added = bias !== null && beta !== 0;
  const c = added ? relaid(bias, bias.layout.broadcastTo([batch, m, n])) : null;
  const whole = (v: number): number => (out.dtype.kind === 'float' ? v : Math.trunc(v));
  const left = fourOf(x, x.column, x.row, k, 'k', 'm'), right = fourOf(y, y.row, y.column, k, 'k', 'n');
  const body = `
let row = (workgroup.y * 16u + local.y) * 4u;
let column = (workgroup.x * 16u + local.x) * 4u;
let batch = workgroup.z;
if (row >= p.m || column >= p.columns) { return; }
let rows = min(vec4<u32>(row, row + 1u, row + 2u, row + 3u), vec4<u32>(p.m - 1u));
let columns = min(vec4<u32>(column, column + 1u, column + 2u, column + 3u), vec4<u32>(p.columns - 1u));
let at = p.a_at + batch * p.a_batch + rows * p.a_row;
let bt = p.b_at + batch * p.b_batch + columns * p.b_column;
var s0 = vec4<T>(0);
var s1 = vec4<T>(0);
var s2 = vec4<T>(0);
var s3 = vec4<T>(0);
${left && right ? FOURS(left, right) : ONE_BY_ONE}
store(batch, row, column, s0);
store(batch, row + 1u, column, s1);
store(batch, row + 2u, column, s2);
store(batch, row + 3u, column, s3);`;
  const declarations = `
fn store(batch: u32, row: u32, column: u32, sums: vec4<T>) {
  if (row >= p.m) { return; }
  for (var j = 0u; j < 4u && column + j < p.columns; j++) {
    let value = p.alpha * sums[j]${added ? ' + p.beta * c(p.c_at + batch * p.c_batch + row * p.c_row + (column + j) * p.c_column)' : ''};
    out[(batch * p.m + row) * p.columns + column + j] = value;
  }
}`;
  const [cBatch, cRow, cColumn] = c?.layout.strides ?? [0, 0, 0], byFours = left && right;
  launch(engine, {
    name: `matmul${added ? ' with an addend' : ''}${byFours ? ` by fours ${left}${right}` : ''}`, workgroup: [16, 16, 1],
    groups: [Math.ceil(n / 64), Math.ceil(m / 64), batch], memory: { a: x.bytes, b: y.bytes, ...(c ? { c } : {}) }, outputs: { out },
    fours: byFours ? ['a', 'b'] : [], declarations, body,
    params: {
      m, columns: n, k,
      a_at: x.at, a_batch: x.batch, a_row: x.row, a_column: x.column,
      b_at: y.at, b_batch: y.batch, b_row: y.row, b_column: y.column,
      c_at: c?.layout.offset ?? 0, c_batch: cBatch, c_row: cRow, c_column: cColumn,
    },
    [out.dtype.kind === 'float' ? 'floats' : 'ints']: { alpha: whole(alpha), beta: whole(beta) },
  });
}

/** A matrix as a batch of one; a vector as a row or a column of it. */
const batched = (v: View): View => relaid(v, new Layout([1, ...v.layout.shape], [0, ...v.layout.strides], v.layout.offset));
const columnOf = (v: View): View => relaid(v, new Layout([1, v.layout.shape[0], 1], [0, v.layout.strides[0], 0], v.layout.offset));
const rowOf = (v: View): View => relaid(v, new Layout([1, 1, v.layout.shape[0]], [0, 0, v.layout.strides[0]], v.layout.offset));

/** One operand added over all of a batch: its batch and inner dimensions as one long inner dimension. */
const joined = (engine: Engine, v: View, dims: readonly [number, number, number], shape: readonly [number, number]): View => {
  const { shape: s, strides, offset } = v.layout;
  const { bytes, offset: at } = engine.contiguous(relaid(v, new Layout(dims.map((d) => s[d]), dims.map((d) => strides[d]), offset)));
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
