import { float32 } from '@sconce/tensor';
import { Layout, spectralOps, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { launch } from '../kernels/job.js';
import { batchText, launchMatrices, matricesOf } from '../kernels/matrices.js';
import { relaid } from '../shapes.js';
import type { Bytes } from '../values.js';
import { entry, type Lowering } from './entry.js';

const SWEEPS = 30;

// Jacobi's method turns two columns at a time until all is orthogonal, or diagonal. The pairs of a round have no column in
// common, so lanes turn them side by side; after size - 1 rounds (a round-robin tournament) each pair was turned once.
// R. P. Brent, F. T. Luk: The solution of singular-value and symmetric eigenvalue problems on multiprocessor arrays (1985)

/** WGSL: the columns that pair `k` of a round turns (one may be `p.size`, which is none), and the rotation for [[a, c], [c, b]]: its sine, and sine / (1 + cosine). */
const PAIRS = `fn pair(k: u32, round: u32) -> vec2<u32> {
  let last = (p.size + 1u) / 2u * 2u - 1u;
  let x = select((round + k) % last, last, k == 0u);
  let y = select((round + last - k) % last, round, k == 0u);
  return vec2<u32>(min(x, y), max(x, y));
}
fn rotation(a: f32, b: f32, c: f32) -> vec2<f32> {
  let z = (b - a) / (2.0 * c);
  let t = select(select(-1.0, 1.0, z >= 0.0) / (abs(z) + sqrt(1.0 + z * z)), 0.5 / z, abs(z) > 1e9);
  let cosine = 1.0 / sqrt(1.0 + t * t);
  let sine = cosine * t;
  return vec2<f32>(sine, sine / (1.0 + cosine));
}`;

/** WGSL: sweeps of rounds around a body that sets `turned`, until a sweep has turned nothing. */
const sweeps = (body: string): string => `let rounds = max((p.size + 1u) / 2u * 2u, 1u) - 1u;
for (var sweep = 0u; sweep < ${SWEEPS}u; sweep++) {
  var turned = 0.0;
  for (var round = 0u; round < rounds; round++) {
${body}
  }
  if (largest(lane, turned) == 0.0) { break; }
}`;

/**
 * WGSL: turns elements x and y of an array, by what a small angle changes so that little is rounded away.
 * @see Rutishauser: The Jacobi method for real symmetric matrices (1966)
 */
const turn = (array: string, x: string, y: string): string => `let f = ${array}[${x}];
      let g = ${array}[${y}];
      ${array}[${x}] = f - turns.x * (g + turns.y * f);
      ${array}[${y}] = g + turns.x * (f - turns.y * g);`;

/** WGSL of how many of `values` come before number `j` of `p.size`, so that all places are taken whatever the values are. */
const place = (before: string): string => `fn key(base: u32, k: u32) -> f32 {
  let v = values(base + k);
  return select(v, inf_(), isnan_(v));
}
fn place(base: u32, j: u32) -> u32 {
  let own = key(base, j);
  var n = 0u;
  for (var k = 0u; k < p.size; k++) {
    let other = key(base, k);
    if (other ${before} own || (other == own && k < j)) { n++; }
  }
  return n;
}`;

/** Memory for a singular value decomposition: the factors of the longer and of the shorter side. */
interface Svd { readonly big: Bytes; readonly small: Bytes; readonly s: Bytes }

/**
 * One-sided Jacobi: columns are turned until they are orthogonal; their lengths are the singular values.
 * @param width columns of the factor of the longer side
 * @see Demmel, Veselić: Jacobi's method is more accurate than QR (1992)
 */
function decompose(engine: Engine, A: View, { big, small, s }: Svd, width: number): void {
  const { count, m, n } = matricesOf(A), wide = m < n, rows = Math.max(m, n), size = Math.min(m, n);
  const { shape, strides, offset } = A.layout, rank = shape.length;
  const turned = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  const tall = wide ? relaid(A, new Layout(turned.map((d) => shape[d]), turned.map((d) => strides[d]), offset)) : A;
  const w = engine.temporary(count * rows * size, float32), v = engine.temporary(count * size * size, float32);
  const values = engine.temporary(count * size, float32), left = engine.temporary(count * rows, float32), dots = engine.temporary(count * width, float32);
  launchMatrices(engine, {
    name: 'one-sided Jacobi', count, inputs: { x: tall }, outputs: { w, v, values }, params: { rows, size }, floats: { tolerance: 2 ** -23 * Math.sqrt(rows) },
    declarations: PAIRS,
    faults: [{ op: 'linalg.svd', type: 'LinAlgError', words: `linalg.svd: ${batchText(A)}The algorithm failed to converge because the input matrix contained non-finite values.` }],
    body: `let base = group * p.rows * p.size;
let own = group * p.size * p.size;
var wrong = false;
each(t, p.rows * p.size) {
  let f = x(base + t);
  w[base + t] = f;
  wrong = wrong || isnan_(f) || isinf_(f);
}
if (wrong) { fault(p.fault_0, 0, group); }
each(t, p.size * p.size) { v[own + t] = select(0.0, 1.0, t / p.size == t % p.size); }
sync();
${sweeps(`    each(k, (p.size + 1u) / 2u) {
      let c = pair(k, round);
      if (c.y >= p.size) { continue; }
      var a = 0.0;
      var b = 0.0;
      var d = 0.0;
      for (var r = 0u; r < p.rows; r++) {
        let f = w[base + r * p.size + c.x];
        let g = w[base + r * p.size + c.y];
        a += f * f;
        b += g * g;
        d += f * g;
      }
      if (!(abs(d) > p.tolerance * sqrt(a) * sqrt(b))) { continue; }
      turned = 1.0;
      let turns = rotation(a, b, d);
      for (var r = 0u; r < p.rows; r++) {
        ${turn('w', 'base + r * p.size + c.x', 'base + r * p.size + c.y')}
      }
      for (var r = 0u; r < p.size; r++) {
        ${turn('v', 'own + r * p.size + c.x', 'own + r * p.size + c.y')}
      }
    }
    sync();`)}
each(c, p.size) {
  var squares = 0.0;
  for (var r = 0u; r < p.rows; r++) { let f = w[base + r * p.size + c]; squares += f * f; }
  values[group * p.size + c] = sqrt(squares);
}`,
  });
  // where the factors go: U and Vᵀ of a tall matrix are Vᵀ and U, transposed, of a wide one
  const numbers = { rows, size, width, down: wide ? 1 : width, right: wide ? rows : 1, small_down: wide ? size : 1, small_right: wide ? 1 : size };
  launchMatrices(engine, {
    name: 'singular vectors', count, inputs: { w, v, values }, outputs: { big, small, s }, params: numbers, declarations: place('>'),
    body: `each(c, p.size) {
  let to = place(group * p.size, c);
  let value = values(group * p.size + c);
  s[group * p.size + to] = value;
  for (var r = 0u; r < p.size; r++) { small[group * p.size * p.size + r * p.small_down + to * p.small_right] = v((group * p.size + r) * p.size + c); }
  for (var r = 0u; r < p.rows; r++) { big[group * p.rows * p.width + r * p.down + to * p.right] = w((group * p.rows + r) * p.size + c) / value; }
}`,
  });
  complete(engine, count, big, s, left, dots, numbers);
}

/**
 * Makes the columns of values of zero, and those beyond, orthonormal to all before: the unit vector that has the most outside of
 * their span, less what is in it, twice for precision.
 */
function complete(engine: Engine, count: number, big: Bytes, s: Bytes, left: Bytes, dots: Bytes, numbers: Readonly<Record<string, number>>): void {
  launchMatrices(engine, {
    name: 'complete', count, inputs: { s }, outputs: { big, left, dots }, params: numbers,
    declarations: 'var<workgroup> reliable: u32;',
    body: `let base = group * p.rows * p.width;
let first = group * p.rows;
if (lane == 0u) {
  var k = 0u;
  while (k < p.size && s(group * p.size + k) > 1.1920929e-7 * s(group * p.size)) { k++; }
  reliable = k;
}
let start = workgroupUniformLoad(&reliable);
if (start >= p.width) { return; }
each(r, p.rows) {
  var rest = 1.0;
  for (var k = 0u; k < start; k++) { let f = big[base + r * p.down + k * p.right]; rest -= f * f; }
  left[first + r] = rest;
}
sync();
for (var j = start; j < p.width; j++) {
  var most = -1.0;
  each(r, p.rows) { most = max(most, left[first + r]); }
  let best = largest(lane, most);
  var lowest = 0.0;
  each(r, p.rows) { if (left[first + r] == best) { lowest = max(lowest, f32(p.rows - r)); } }
  let axis = min(p.rows - u32(largest(lane, lowest)), p.rows - 1u);
  each(r, p.rows) { big[base + r * p.down + j * p.right] = select(0.0, 1.0, r == axis); }
  sync();
  for (var again = 0u; again < 2u; again++) {
    each(k, j) {
      var dot = 0.0;
      for (var r = 0u; r < p.rows; r++) { dot += big[base + r * p.down + k * p.right] * big[base + r * p.down + j * p.right]; }
      dots[group * p.width + k] = dot;
    }
    sync();
    each(r, p.rows) {
      var f = big[base + r * p.down + j * p.right];
      for (var k = 0u; k < j; k++) { f -= dots[group * p.width + k] * big[base + r * p.down + k * p.right]; }
      big[base + r * p.down + j * p.right] = f;
    }
    sync();
  }
  var squares = 0.0;
  each(r, p.rows) { let f = big[base + r * p.down + j * p.right]; squares += f * f; }
  let scale = inverseSqrt(total(lane, squares));
  each(r, p.rows) {
    let f = big[base + r * p.down + j * p.right] * scale;
    big[base + r * p.down + j * p.right] = f;
    left[first + r] -= f * f;
  }
  sync();
}`,
  });
}

/** Over the elements of the pairs that turn: the `r`th of pair `c`, by `turns`. */
const TURNING = `each(t, p.pairs * p.size) {
      let k = t / p.size;
      let r = t % p.size;
      let c = pair(k, round);
      let turns = vec2<f32>(rotations[(group * p.pairs + k) * 2u], rotations[(group * p.pairs + k) * 2u + 1u]);
      if (c.y >= p.size || turns.x == 0.0) { continue; }`;

function eigh(engine: Engine, A: View, outValues: View, outVectors: View, upper: boolean): void {
  const { count, n } = matricesOf(A), numel = A.layout.numel, pairs = Math.ceil(n / 2);
  const a = engine.temporary(numel, float32), v = engine.temporary(numel, float32);
  const values = engine.temporary(count * n, float32), rotations = engine.temporary(count * pairs * 2, float32);
  launchMatrices(engine, {
    name: `Jacobi ${upper}`, count, inputs: { x: A }, outputs: { a, v, values, rotations }, params: { size: n, pairs }, declarations: PAIRS,
    body: `let base = group * p.size * p.size;
var most = 0.0;
var wrong = 0.0;
each(t, p.size * p.size) {
  let low = ${upper ? 'min' : 'max'}(t / p.size, t % p.size);
  let high = ${upper ? 'max' : 'min'}(t / p.size, t % p.size);
  let f = x(base + low * p.size + high);
  a[base + t] = f;
  most = max(most, abs(f));
  if (isnan_(f) || isinf_(f)) { wrong = 1.0; }
  v[base + t] = select(0.0, 1.0, t / p.size == t % p.size);
}
let smallest = largest(lane, most) * 1e-11;
if (largest(lane, wrong) > 0.0) {
  each(t, p.size * p.size) { v[base + t] = nan_(); }
  each(k, p.size) { values[group * p.size + k] = nan_(); }
  return;
}
sync();
${sweeps(`    each(k, p.pairs) {
      let c = pair(k, round);
      var turns = vec2<f32>();
      if (c.y < p.size) {
        let off = a[base + c.x * p.size + c.y];
        if (abs(off) > smallest) {
          turned = 1.0;
          turns = rotation(a[base + c.x * p.size + c.x], a[base + c.y * p.size + c.y], off);
        }
      }
      rotations[(group * p.pairs + k) * 2u] = turns.x;
      rotations[(group * p.pairs + k) * 2u + 1u] = turns.y;
    }
    sync();
    ${TURNING}
      {
        ${turn('a', 'base + r * p.size + c.x', 'base + r * p.size + c.y')}
      }
      ${turn('v', 'base + r * p.size + c.x', 'base + r * p.size + c.y')}
    }
    sync();
    ${TURNING}
      ${turn('a', 'base + c.x * p.size + r', 'base + c.y * p.size + r')}
      if (r == c.y) { a[base + c.x * p.size + r] = 0.0; }
      if (r == c.x) { a[base + c.y * p.size + r] = 0.0; }
    }
    sync();`)}
each(k, p.size) { values[group * p.size + k] = a[base + k * p.size + k]; }`,
  });
  launchMatrices(engine, {
    name: 'eigenvectors', count, inputs: { v, values }, outputs: { outValues, outVectors }, params: { size: n }, declarations: place('<'),
    body: `each(c, p.size) {
  let to = place(group * p.size, c);
  outValues[group * p.size + to] = values(group * p.size + c);
  for (var r = 0u; r < p.size; r++) { outVectors[(group * p.size + r) * p.size + to] = v((group * p.size + r) * p.size + c); }
}`,
  });
}

/** Spectral decompositions. */
export const lowerSpectral: Lowering = (engine) => [
  entry(spectralOps.svd, ([A], [U, S, Vh], { vectors }) => {
    const { count, m, n } = matricesOf(A), size = Math.min(m, n), s = engine.result(S);
    const [u, vh] = vectors === 'none' ? [m, n].map((rows) => engine.temporary(count * rows * size, float32)) : [U, Vh].map((out) => engine.result(out));
    decompose(engine, A, m < n ? { big: vh, small: u, s } : { big: u, small: vh, s }, vectors === 'all' ? Math.max(m, n) : size);
    engine.commit(S, s);
    if (vectors === 'none') return;
    engine.commit(U, u);
    engine.commit(Vh, vh);
  }),
  entry(spectralOps.eigh, ([A], [values, vectors], { upper }) => eigh(engine, A, values, vectors, upper)),
  // the sum of vₖ uₖᵀ / sₖ over the singular values that are above the limit
  entry(spectralOps.pinv, ([A, limit], [out], { hermitian }) => {
    const { count, m, n } = matricesOf(A), size = Math.min(m, n), wide = m < n;
    let source: View | Bytes = A;
    if (hermitian) {
      source = engine.temporary(A.layout.numel, float32);
      launch(engine, {
        name: 'mirrored', inputs: { x: A }, outputs: { full: source }, params: { size: n },
        body: 'let r = i / p.size % p.size;\nlet c = i % p.size;\nfull[i] = x(i - i % (p.size * p.size) + max(r, c) * p.size + min(r, c));',
      });
    }
    const matrices = 'layout' in source ? source : engine.asView(source, Layout.contiguous(A.layout.shape), A.storage.device);
    const u = engine.temporary(count * m * size, float32), vh = engine.temporary(count * size * n, float32), s = engine.temporary(count * size, float32);
    decompose(engine, matrices, wide ? { big: vh, small: u, s } : { big: u, small: vh, s }, size);
    launch(engine, {
      name: 'pseudo-inverse', inputs: { u, s, vh, limit }, outputs: { out }, params: { m, size, columns: n },
      body: `let matrix = i / (p.m * p.columns);
let c = i / p.m % p.columns;
let r = i % p.m;
var sum = 0.0;
for (var k = 0u; k < p.size; k++) {
  let value = s(matrix * p.size + k);
  if (value > limit(matrix)) { sum += vh((matrix * p.size + k) * p.columns + c) * u((matrix * p.m + r) * p.size + k) / value; }
}
out[i] = sum;`,
    });
  }),
];
