import { float32 } from '@sconce/tensor';
import { matrixFunctionOps, product, solveOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Fault } from '../faults.js';
import { launch } from '../kernels/job.js';
import { batchText, launchMatrices, matricesOf } from '../kernels/matrices.js';
import { entry, type Lowering } from './entry.js';
import { factorLu, tellZeros } from './linalg-factor.js';

/** How a triangle is read: element (r, c) is at `r * down + c * right`. */
interface Triangle { readonly upper: boolean; readonly unit: boolean; readonly down: string; readonly right: string }

/** WGSL that replaces column `at` of `out` by the solution of T X = it, for the triangle of matrix `t(base …)`. */
const substitute = (t: string, { upper, unit, down, right }: Triangle): string => `for (var step = 0u; step < p.size; step++) {
  let r = ${upper ? 'p.size - 1u - step' : 'step'};
  var v = out[at + r * p.width];
  for (var c = ${upper ? 'r + 1u' : '0u'}; c < ${upper ? 'p.size' : 'r'}; c++) { v -= ${t}(base + r * ${down} + c * ${right}) * out[at + c * p.width]; }
  out[at + r * p.width] = ${unit ? 'v' : `v / ${t}(base + r * (${down} + ${right}))`};
}`;

/** WGSL of what invocation `i` works on: a column of the right-hand sides, `width` of them for each matrix. */
const COLUMN = `let matrix = i / p.width;
let base = matrix * p.size * p.size;
let at = matrix * p.size * p.width + i % p.width;`;

const ROWS = { down: 'p.size', right: '1u' }, COLUMNS = { down: '1u', right: 'p.size' };

/** Solves A X = B by A's factors; of the identity where there is no B. Each column is one invocation's. */
function solveLu(engine: Engine, A: View, B: View | null, [out, info]: readonly View[], width: number, singular: Fault | null): void {
  const { count, n } = matricesOf(A);
  const factors = factorLu(engine, A);
  tellZeros(engine, A, factors.lu, info, singular);
  launch(engine, {
    name: `solve by LU ${B !== null}`, inputs: { ...factors, ...(B ? { b: B } : {}) }, outputs: { out }, count: count * width, params: { size: n, width },
    body: `${COLUMN}
for (var r = 0u; r < p.size; r++) { out[at + r * p.width] = ${B ? 'b(at + r * p.width)' : 'select(0.0, 1.0, r == i % p.width)'}; }
for (var r = 0u; r < p.size; r++) {
  let other = at + u32(pivots(matrix * p.size + r)) * p.width;
  let v = out[at + r * p.width];
  out[at + r * p.width] = out[other];
  out[other] = v;
}
${substitute('lu', { upper: false, unit: true, ...ROWS })}
${substitute('lu', { upper: true, unit: false, ...ROWS })}`,
  });
}

/** Terms of the series that reach single precision for a norm of up to 3, so that few squarings add their rounding errors. */
const TERMS = 18;

/** Taylor's series of A / 2^s, squared s times. */
function exponential(engine: Engine, A: View, out: View): void {
  const { count, n } = matricesOf(A), numel = A.layout.numel;
  const a = engine.temporary(numel, float32), t = engine.temporary(numel, float32);
  const multiply = (x: string, y: string): string => `each(k, p.size * p.size) {
    var s = 0.0;
    for (var j = 0u; j < p.size; j++) { s += ${x}[base + k / p.size * p.size + j] * ${y}[base + j * p.size + k % p.size]; }
    t[base + k] = s;
  }
  sync();`;
  launchMatrices(engine, {
    name: 'matrix exponential', count, inputs: { x: A }, outputs: { out, a, t }, params: { size: n },
    body: `let base = group * p.size * p.size;
var most = 0.0;
each(r, p.size) {
  var s = 0.0;
  for (var c = 0u; c < p.size; c++) { s += abs(x(base + r * p.size + c)); }
  most = max(most, s);
}
let norm = largest(lane, most);
let squarings = select(0, i32(ceil(log2(norm / 3.0))), norm > 3.0 && norm < 1e30);
each(k, p.size * p.size) {
  a[base + k] = ldexp(x(base + k), -squarings);
  out[base + k] = select(0.0, 1.0, k / p.size == k % p.size);
}
sync();
// Horner's scheme: 1 + A (1 + A/2 (1 + A/3 (…)))
for (var term = ${TERMS}; term >= 1; term--) {
  ${multiply('a', 'out')}
  each(k, p.size * p.size) { out[base + k] = t[base + k] / f32(term) + select(0.0, 1.0, k / p.size == k % p.size); }
  sync();
}
for (var s = 0; s < squarings; s++) {
  ${multiply('out', 'out')}
  each(k, p.size * p.size) { out[base + k] = t[base + k]; }
  sync();
}`,
  });
}

/** Solvers, inverses and the matrix exponential. */
export const lowerSolve: Lowering = (engine) => [
  entry(solveOps.inv, ([A], outputs, { check }) => solveLu(engine, A, null, outputs, matricesOf(A).n, check === null ? null : {
    op: check, type: 'LinAlgError',
    words: `${check}: ${batchText(A)}The diagonal element {value} is zero, the inversion could not be completed because the input matrix is singular.`,
  })),
  entry(solveOps.solve, ([A, B], outputs, { vector, check }) => solveLu(engine, A, B, outputs, vector ? 1 : B.layout.shape.at(-1)!, check === null ? null : {
    op: check, type: 'LinAlgError',
    words: `${check}: ${batchText(A)}The solver failed because the input matrix is singular.`,
  })),
  entry(solveOps.solveTriangular, ([A, B], [out], { upper, unitriangular }) => launch(engine, {
    name: `solve triangular ${upper} ${unitriangular}`, inputs: { a: A, b: B }, outputs: { out },
    count: product(B.layout.shape.slice(0, -2)) * B.layout.shape.at(-1)!, params: { size: matricesOf(A).n, width: B.layout.shape.at(-1)! },
    body: `${COLUMN}
for (var r = 0u; r < p.size; r++) { out[at + r * p.width] = b(at + r * p.width); }
${substitute('a', { upper, unit: unitriangular, ...ROWS })}`,
  })),
  entry(solveOps.choleskySolve, ([B, L], [out], { upper }) => {
    const [own, turned] = upper ? [COLUMNS, ROWS] : [ROWS, COLUMNS];
    launch(engine, {
      name: `cholesky solve ${upper}`, inputs: { l: L, b: B }, outputs: { out },
      count: product(B.layout.shape.slice(0, -2)) * B.layout.shape.at(-1)!, params: { size: matricesOf(L).n, width: B.layout.shape.at(-1)! },
      body: `${COLUMN}
for (var r = 0u; r < p.size; r++) { out[at + r * p.width] = b(at + r * p.width); }
${substitute('l', { upper: false, unit: false, ...own })}
${substitute('l', { upper: true, unit: false, ...turned })}`,
    });
  }),
  entry(matrixFunctionOps.matrixExp, ([A], [out]) => exponential(engine, A, out)),
];
