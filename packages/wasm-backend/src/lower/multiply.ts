import type { Engine } from '../engine.js';
import { buildGemm, DOT_GROUP, groupWidth, PANEL_BYTES } from '../kernels/gemm.js';
import { MAX_THREADS } from '../threads.js';

/** A matrix in memory: address and steps in bytes. */
export interface Matrix { readonly address: number; readonly row: number; readonly column: number }

/** Sums as short as this gain nothing from a panel of B; nor do as few rows. */
const SHORT = 64;
/** … unless B's rows lie so many bytes apart, or a multiple: then all of a column fall into one set of the first cache, which holds few. */
const SETS = 4096, WAYS = 12;

/** Sums from so many terms on are cut into parts of so many, of so many multiply-adds, which are added up in the end: else a million lose three digits. */
const LONG = 32768, PART = 2048, LAUNCH = 16384;
/** … as far as their results take no more bytes. */
const ROOM = 2 ** 26;

const panels = new WeakMap<Engine, number>();

/** Room for a panel of B for each thread. */
function panelsOf(engine: Engine): number {
  let address = panels.get(engine);
  if (address === undefined) panels.set(engine, (address = engine.reserve(MAX_THREADS * PANEL_BYTES)));
  return address;
}

/**
 * out (m × n, rows together) = init + A (m × k) · B (k × n), of elements of `size` bytes: 4 (float32) or 8 (float64).
 * @param init address of what is added, 0 for nothing; `initRow` bytes from one of its rows to the next, 0 for one row
 */
export function multiply(
  engine: Engine, size: number, m: number, n: number, k: number, a: Matrix, b: Matrix, out: number, init = 0, initRow = 0,
): void {
  const bytes = m * n * size, room = k < LONG ? 1 : Math.floor(ROOM / bytes);
  if (room < 2) return atOnce(engine, size, m, n, k, a, b, out, init, initRow);
  const part = Math.max(PART, Math.ceil(k / room), Math.ceil(LAUNCH / (m * n))), count = Math.ceil(k / part);
  engine.scratch(count * bytes + size, (partial) => {
    for (let i = 0; i < count; i++) {
      const first = i * part;
      atOnce(engine, size, m, n, Math.min(part, k - first), { ...a, address: a.address + first * a.column }, { ...b, address: b.address + first * b.row },
        partial + i * bytes);
    }
    // the sum of parts is their product with ones
    const one = partial + count * bytes, rows = init === 0 || initRow === n * size ? 1 : m, width = (m / rows) * n * size;
    new (size === 4 ? Float32Array : Float64Array)(engine.heap.memory.buffer, one, 1)[0] = 1;
    for (let i = 0; i < rows; i++) {
      atOnce(engine, size, 1, width / size, count, { address: one, row: 0, column: 0 }, { address: partial + i * width, row: bytes, column: size },
        out + i * width, init && init + i * initRow);
    }
  });
}

function atOnce(
  engine: Engine, size: number, m: number, n: number, k: number, a: Matrix, b: Matrix, out: number, init = 0, initRow = 0,
): void {
  const functions = engine.functions(buildGemm), type = size === 4 ? 'f32' : 'f64';
  const groups = Math.ceil(n / groupWidth(16 / size)), cost = m * n * k;
  const apart = b.row % SETS !== 0 || b.row === 0 || k <= WAYS;
  if (k === 0 || (b.column === size && (k <= SHORT || m < SHORT) && apart)) {
    engine.launch(functions[`outer_${type}`], groups, cost, m, n, k, a.address, a.row, a.column, b.address, b.row, out, n * size, init, initRow);
  } else if (b.row === size && a.column === size && m <= SHORT) {
    engine.launch(functions[`dot_${type}`], Math.ceil(n / DOT_GROUP), cost, m, n, k, a.address, a.row, a.column, b.address, b.column, out, n * size, init, initRow);
  } else {
    engine.launch(functions[`packed_${type}`], groups, cost, m, n, k, a.address, a.row, a.column, b.address, b.row, out, n * size, init, initRow,
      b.column, panelsOf(engine));
  }
}
