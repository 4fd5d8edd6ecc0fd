import type { Engine } from '../engine.js';
import { buildGemm, DOT_GROUP, groupWidth, PANEL_BYTES } from '../kernels/gemm.js';
import { MAX_THREADS } from '../threads.js';

/** A matrix in memory: address and steps in bytes. */
export interface Matrix { readonly address: number; readonly row: number; readonly column: number }

/** Sums as short as this gain nothing from a panel of B; nor do as few rows. */
const SHORT = 64;
/** … unless B's rows lie so many bytes apart, or a multiple: then all of a column fall into one set of the first cache, which holds few. */
const SETS = 4096, WAYS = 12;

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
