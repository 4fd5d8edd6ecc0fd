import { float32, int32 } from '@sconce/tensor';
import { determinantOps, factorOps, householderOps, luOps, product, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Fault } from '../faults.js';
import { launch } from '../kernels/job.js';
import { batchText, launchMatrices, LANES, matricesOf } from '../kernels/matrices.js';
import type { Bytes } from '../values.js';
import { entry, type Lowering } from './entry.js';

/** L and U in the place of matrices, and the row, from 0, that each row was exchanged with for the largest pivot. */
export interface Factors { readonly lu: Bytes; readonly pivots: Bytes }

/** Gaussian elimination, column by column: the lanes look for the pivot, then subtract from all that is left. */
export function factorLu(engine: Engine, A: View): Factors {
  const { count, m, n } = matricesOf(A), steps = Math.min(m, n);
  const lu = engine.temporary(A.layout.numel, float32), pivots = engine.temporary(count * steps, int32);
  launchMatrices(engine, {
    name: 'lu', count, inputs: { x: A }, outputs: { lu, pivots }, params: { m, cols: n, steps },
    declarations: `var<workgroup> bests: array<f32, ${LANES}>;\nvar<workgroup> rows: array<u32, ${LANES}>;`,
    body: `let base = group * p.m * p.cols;
each(t, p.m * p.cols) { lu[base + t] = x(base + t); }
sync();
for (var k = 0u; k < p.steps; k++) {
  var best = -1.0;
  var row = k;
  for (var r = k + lane; r < p.m; r += ${LANES}u) {
    let v = abs(lu[base + r * p.cols + k]);
    if (v > best) { best = v; row = r; }
  }
  bests[lane] = best;
  rows[lane] = row;
  for (var half = ${LANES / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    let other = lane + half;
    if (lane < half && (bests[other] > bests[lane] || (bests[other] == bests[lane] && rows[other] < rows[lane]))) {
      bests[lane] = bests[other];
      rows[lane] = rows[other];
    }
  }
  let chosen = workgroupUniformLoad(&rows[0]);
  if (lane == 0u) { pivots[group * p.steps + k] = i32(chosen); }
  if (chosen != k) {
    each(c, p.cols) {
      let v = lu[base + k * p.cols + c];
      lu[base + k * p.cols + c] = lu[base + chosen * p.cols + c];
      lu[base + chosen * p.cols + c] = v;
    }
  }
  sync();
  let pivot = lu[base + k * p.cols + k];
  let below = p.m - k - 1u;
  if (pivot != 0.0) { each(r, below) { lu[base + (k + 1u + r) * p.cols + k] /= pivot; } }
  sync();
  let width = p.cols - k - 1u;
  each(t, below * width) {
    let r = k + 1u + t / width;
    let c = k + 1u + t % width;
    lu[base + r * p.cols + c] -= lu[base + r * p.cols + k] * lu[base + k * p.cols + c];
  }
  sync();
}`,
  });
  return { lu, pivots };
}

const copy = (engine: Engine, from: Bytes, to: View): void =>
  launch(engine, { name: 'factors', inputs: { x: from }, outputs: { out: to }, body: 'out[i] = x(i);' });

/** The number of the first zero on the diagonal of each U, 0 where there is none, as `info`; a fault where that is one. */
export function tellZeros(engine: Engine, A: View, lu: Bytes, info: View, fault: Fault | null): void {
  const { count, m, n } = matricesOf(A);
  launch(engine, {
    name: `zero pivots ${fault !== null}`, inputs: { lu }, outputs: { info }, count, params: { cols: n, steps: Math.min(m, n), size: m * n }, faults: fault ? [fault] : [],
    body: `var zero = 0;
for (var k = p.steps; k > 0u; k--) { if (lu(i * p.size + (k - 1u) * (p.cols + 1u)) == 0.0) { zero = i32(k); } }
info[i] = zero;${fault ? '\nif (zero > 0) { fault(p.fault_0, zero, i); }' : ''}`,
  });
}

/** WGSL: the rows of matrix `i` in the order that exchanges bring them to, step `k` with the row that an expression gives. */
const orderOf = (exchanged: string): string => `for (var r = 0u; r < p.m; r++) { order[i * p.m + r] = i32(r); }
for (var k = 0u; k < p.steps; k++) {
  let other = i * p.m + ${exchanged};
  let row = order[i * p.m + k];
  order[i * p.m + k] = order[other];
  order[other] = row;
}`;

/** Householder's reflections with LAPACK's signs: 1 - tau v vᵀ, with v below the diagonal of `w` and R on and above it. */
function reflections(engine: Engine, A: View): { w: Bytes; taus: Bytes } {
  const { count, m, n } = matricesOf(A);
  const w = engine.temporary(A.layout.numel, float32), taus = engine.temporary(count * Math.min(m, n), float32);
  launchMatrices(engine, {
    name: 'qr', count, inputs: { x: A }, outputs: { w, taus }, params: { m, cols: n, steps: Math.min(m, n) },
    body: `let base = group * p.m * p.cols;
each(t, p.m * p.cols) { w[base + t] = x(base + t); }
sync();
for (var k = 0u; k < p.steps; k++) {
  var squares = 0.0;
  for (var r = k + 1u + lane; r < p.m; r += ${LANES}u) { let v = w[base + r * p.cols + k]; squares += v * v; }
  let rest = total(lane, squares);
  let alpha = w[base + k * p.cols + k];
  let long = sqrt(alpha * alpha + rest);
  let beta = select(select(long, -long, alpha > 0.0), alpha, rest == 0.0);
  let tau = select((beta - alpha) / beta, 0.0, rest == 0.0);
  if (rest != 0.0) { each(r, p.m - k - 1u) { w[base + (k + 1u + r) * p.cols + k] /= alpha - beta; } }
  sync();
  each(t, p.cols - k - 1u) {
    let c = k + 1u + t;
    var dot = w[base + k * p.cols + c];
    for (var r = k + 1u; r < p.m; r++) { dot += w[base + r * p.cols + k] * w[base + r * p.cols + c]; }
    w[base + k * p.cols + c] -= tau * dot;
    for (var r = k + 1u; r < p.m; r++) { w[base + r * p.cols + c] -= tau * dot * w[base + r * p.cols + k]; }
  }
  if (lane == 0u) {
    w[base + k * p.cols + k] = beta;
    taus[group * p.steps + k] = tau;
  }
  sync();
}`,
  });
  return { w, taus };
}

function qr(engine: Engine, A: View, Q: View, R: View, wantsQ: boolean): void {
  const { count, m, n } = matricesOf(A), width = wantsQ ? Q.layout.shape.at(-1)! : 0, rows = R.layout.shape.at(-2)!;
  const { w, taus } = reflections(engine, A);
  launch(engine, {
    name: 'upper triangle', inputs: { w }, outputs: { R }, params: { m, cols: n, rows },
    body: `let c = i % p.cols;
let r = i / p.cols % p.rows;
R[i] = select(w(i / (p.cols * p.rows) * p.m * p.cols + r * p.cols + c), 0.0, r > c);`,
  });
  if (width === 0) return;
  // each column of Q: one of the identity, reflected by all, the last one first
  launch(engine, {
    name: 'qr vectors', inputs: { w, taus }, outputs: { Q }, count: count * width, params: { m, cols: n, width, steps: Math.min(m, n) },
    body: `let matrix = i / p.width;
let c = i % p.width;
let base = matrix * p.m * p.cols;
let to = matrix * p.m * p.width + c;
for (var r = 0u; r < p.m; r++) { Q[to + r * p.width] = select(0.0, 1.0, r == c); }
for (var step = p.steps; step > 0u; step--) {
  let k = step - 1u;
  var dot = Q[to + k * p.width];
  for (var r = k + 1u; r < p.m; r++) { dot += w(base + r * p.cols + k) * Q[to + r * p.width]; }
  dot *= taus(matrix * p.steps + k);
  Q[to + k * p.width] -= dot;
  for (var r = k + 1u; r < p.m; r++) { Q[to + r * p.width] -= dot * w(base + r * p.cols + k); }
}`,
  });
}

/** Factorisations and determinants. */
export const lowerFactor: Lowering = (engine) => [
  entry(factorOps.cholesky, ([A], [out, info], { upper, check }) => {
    const { count, n } = matricesOf(A);
    launchMatrices(engine, {
      // of an upper triangle the rows are read, and written, as columns
      name: `cholesky ${check !== null}`, count, inputs: { x: A }, outputs: { out, info }, params: { cols: n, down: upper ? 1 : n, right: upper ? n : 1 },
      faults: check === null ? [] : [{ op: check, type: 'LinAlgError', words: `${check}: ${batchText(A)}The factorization could not be completed because the input is not positive-definite (the leading minor of order {value} is not positive-definite).` }],
      body: `let base = group * p.cols * p.cols;
each(t, p.cols * p.cols) {
  let at = base + t / p.cols * p.down + t % p.cols * p.right;
  out[at] = select(x(at), 0.0, t % p.cols > t / p.cols);
}
if (lane == 0u) { info[group] = 0; }
sync();
for (var k = 0u; k < p.cols; k++) {
  let d = out[base + k * p.cols + k];
  if (lane == 0u && !(d > 0.0) && info[group] == 0) {
    info[group] = i32(k) + 1;
    ${check === null ? '' : 'fault(p.fault_0, i32(k) + 1, group);'}
  }
  let root = sqrt(d);
  sync();
  each(t, p.cols - k) { out[base + (k + t) * p.down + k * p.right] /= root; }
  sync();
  let left = p.cols - k - 1u;
  each(t, left * left) {
    let r = k + 1u + t / left;
    let c = k + 1u + t % left;
    if (c <= r) { out[base + r * p.down + c * p.right] -= out[base + r * p.down + k * p.right] * out[base + c * p.down + k * p.right]; }
  }
  sync();
}`,
    });
  }),

  entry(factorOps.luFactor, ([A], [out, rows, info], { check }) => {
    const { lu, pivots } = factorLu(engine, A);
    copy(engine, lu, out);
    launch(engine, { name: 'pivots', inputs: { pivots }, outputs: { rows }, body: 'rows[i] = pivots(i) + 1;' });
    tellZeros(engine, A, lu, info, check === null ? null : {
      op: check, type: 'RuntimeError', words: `${check}: ${batchText(A)}U[{value},{value}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
    });
  }),

  entry(factorOps.lu, ([A], [P, L, U]) => {
    const { count, m, n } = matricesOf(A), { lu, pivots } = factorLu(engine, A), steps = Math.min(m, n);
    const order = engine.temporary(count * m, int32);
    launch(engine, {
      name: 'row order', inputs: { pivots }, outputs: { order }, count, params: { m, steps }, body: orderOf('u32(pivots(i * p.steps + k))'),
    });
    launch(engine, { name: 'permutation', inputs: { order }, outputs: { P }, params: { m }, body: 'P[i] = select(0.0, 1.0, u32(order(i / (p.m * p.m) * p.m + i % p.m)) == i / p.m % p.m);' });
    launch(engine, {
      name: 'unit triangle', inputs: { lu }, outputs: { L }, params: { m, cols: n, steps },
      body: `let r = i / p.steps % p.m;
let c = i % p.steps;
L[i] = select(select(0.0, lu(i / (p.m * p.steps) * p.m * p.cols + r * p.cols + c), c < r), 1.0, c == r);`,
    });
    launch(engine, {
      name: 'upper triangle', inputs: { w: lu }, outputs: { R: U }, params: { m, cols: n, rows: steps },
      body: `let c = i % p.cols;
let r = i / p.cols % p.rows;
R[i] = select(w(i / (p.cols * p.rows) * p.m * p.cols + r * p.cols + c), 0.0, r > c);`,
    });
  }),

  entry(luOps.rowOrder, ([pivots], [order], { rows, low, high }) => {
    const steps = pivots.layout.shape.at(-1)!, type = 'RuntimeError', op = 'luRowOrder';
    launch(engine, {
      name: 'checked row order', inputs: { pivots }, outputs: { order }, count: product(pivots.layout.shape.slice(0, -1)), params: { m: rows, steps },
      faults: [{ op, type, words: low }, { op, type, words: high }],
      body: `for (var k = 0u; k < p.steps; k++) {
  let row = pivots(i * p.steps + k);
  if (row < 1) { fault(p.fault_0, row, i); }
  if (row > i32(p.m)) { fault(p.fault_1, row, i); }
}
${orderOf('u32(clamp(pivots(i * p.steps + k), 1, i32(p.m)) - 1)')}`,
    });
  }),

  entry(householderOps.geqrf, ([A], [out, tau]) => {
    const { w, taus } = reflections(engine, A);
    copy(engine, w, out);
    copy(engine, taus, tau);
  }),

  entry(factorOps.qr, ([A], [Q, R], { mode }) => qr(engine, A, Q, R, mode !== 'r')),

  entry(determinantOps.det, ([A], [out]) => {
    const { n } = matricesOf(A);
    launch(engine, {
      name: 'det', inputs: { ...factorLu(engine, A) }, outputs: { out }, params: { size: n },
      body: `var d = 1.0;
for (var k = 0u; k < p.size; k++) {
  let v = lu((i * p.size + k) * p.size + k);
  d *= select(-v, v, u32(pivots(i * p.size + k)) == k);
}
out[i] = d;`,
    });
  }),
  entry(determinantOps.slogdet, ([A], [sign, logs]) => {
    const { n } = matricesOf(A);
    launch(engine, {
      name: 'slogdet', inputs: { ...factorLu(engine, A) }, outputs: { sign, logs }, params: { size: n },
      body: `var s = 1.0;
var l = 0.0;
for (var k = 0u; k < p.size; k++) {
  let v = lu((i * p.size + k) * p.size + k);
  s *= sign_(v) * select(-1.0, 1.0, u32(pivots(i * p.size + k)) == k);
  l += log_(abs(v));
}
sign[i] = s;
logs[i] = l;`,
    });
  }),
];
