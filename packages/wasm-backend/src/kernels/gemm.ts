import type { Value } from '../asm/code.js';
import { lanesOf, type Lanes } from '../asm/lanes.js';
import { PART, type FunctionBuilder, type Local, type ModuleBuilder } from '../asm/module.js';
import { i32, v128 } from '../asm/ops.js';
import type { Features } from '../engine.js';

// Matrix products: C = init + A·B. A work item is a group of columns of C, so threads share columns.
//
// Tiles keep their sums in registers; 4 rows × 2 vectors (8 sums, 2 columns of B, 1 element of A) and 2 × 4 are the
// largest that do not spill on V8's 15 registers: 63 GFLOPS on one core where 6 × 2 and 5 × 2 reach half of that.

type I32 = Value<'i32'>;

/** Rows and vectors of columns of the largest tile of the outer-product form. */
const ROWS = 4, VECTORS = 2;
/** Rows and columns of the largest tile of the dot-product form. */
const DOT_ROWS = 2, DOT_COLUMNS = 4;
/** Rows of B that are packed at a time: a panel of them stays in the first cache. */
const K_BLOCK = 256;

/** Bytes of a panel: so many rows of a group. */
export const PANEL_BYTES = K_BLOCK * VECTORS * 16;

/** The columns of C that one work item computes. */
export const groupWidth = (lanes: number): number => VECTORS * lanes;
export const DOT_GROUP = DOT_COLUMNS;

/** Adds `outer_*`, `packed_*` and `dot_*` for float32 and float64. */
export function buildGemm(m: ModuleBuilder, { fused }: Features): void {
  for (const name of ['f32', 'f64'] as const) {
    const lanes = lanesOf(name, fused);
    addOuter(m, lanes);
    addPacked(m, lanes);
    addDot(m, `dot_${name}`, lanes, (_, x, y, sum) => lanes.madd(x, y, sum));
  }
}

/** Adds `squares_*` and `absolutes_*`: sums of the differences of rows, squared or without their sign, in place of products. */
export function buildDistances(m: ModuleBuilder, { fused }: Features): void {
  for (const name of ['f32', 'f64'] as const) {
    const lanes = lanesOf(name, fused);
    addDot(m, `squares_${name}`, lanes, (c, x, y, sum) => {
      const difference = c.local('v128', lanes.sub(x, y));
      return lanes.madd(difference, difference, sum);
    });
    addDot(m, `absolutes_${name}`, lanes, (_, x, y, sum) => lanes.add(lanes.abs(lanes.sub(x, y)), sum));
  }
}

interface Operands {
  readonly a: I32;
  /** bytes from a row of A to the next */
  readonly aRow: I32;
  /** bytes from a column of A to the next */
  readonly aK: I32;
  readonly b: I32;
  /** bytes from a row of B to the next */
  readonly bRow: I32;
  readonly k: I32;
  readonly out: I32;
  readonly outRow: I32;
  /** what the sums start from: its address (0: zero) and bytes from a row to the next (0: one row for all) */
  readonly init: I32;
  readonly initRow: I32;
}

const sum = (...terms: readonly I32[]): I32 => terms.reduce((a, b) => i32.add(a, b));

/** Some rows × some vectors of columns (0: a single column) of C, as a sum of outer products. */
function outerTile(c: FunctionBuilder, lanes: Lanes, rows: number, vectors: number, o: Operands): void {
  const width = Math.max(vectors, 1);
  const load = vectors ? (p: I32, v: number): Value<'v128'> => v128.load(p, 16 * v) : (p: I32): Value<'v128'> => lanes.loadOne(p);
  const sums = Array.from({ length: rows * width }, () => c.local('v128', v128.zero()));
  c.if(o.init, () => {
    const from = c.local('i32', o.init);
    for (let i = 0; i < rows; i++) {
      for (let v = 0; v < width; v++) c.set(sums[i * width + v], load(from, v));
      if (i < rows - 1) c.advance(from, o.initRow);
    }
  }, () => sums.forEach((s) => c.set(s, v128.zero())));
  const a = Array.from({ length: rows }, (_, i) => c.local('i32', i === 0 ? o.a : i32.add(o.a, i32.mul(o.aRow, i))));
  const b = c.local('i32', o.b), left = c.local('i32', o.k);
  c.repeat(left, () => {
    const columns = Array.from({ length: width }, (_, v) => c.local('v128', load(b, v)));
    a.forEach((p, i) => {
      const x = c.local('v128', lanes.splat(p));
      columns.forEach((y, v) => c.set(sums[i * width + v], lanes.madd(x, y, sums[i * width + v])));
      c.advance(p, o.aK);
    });
    c.advance(b, o.bRow);
  });
  const to = c.local('i32', o.out);
  for (let i = 0; i < rows; i++) {
    for (let v = 0; v < width; v++) {
      if (vectors) c.storeV128(to, sums[i * width + v], 16 * v);
      else lanes.storeOne(c, to, sums[i]);
    }
    if (i < rows - 1) c.advance(to, o.outRow);
  }
}

/** All rows of C for some vectors of columns: tiles of `tiles` rows, each size but the first at most once. */
function allRows(c: FunctionBuilder, m: I32, o: Operands, tiles: readonly number[], tile: (rows: number, at: Operands) => void): void {
  const i = c.local('i32', i32.const(0));
  const a = c.local('i32', o.a), out = c.local('i32', o.out), init = c.local('i32', o.init);
  for (const rows of tiles) {
    const body = (): void => {
      tile(rows, { ...o, a, out, init });
      c.advance(a, i32.mul(o.aRow, rows));
      c.advance(out, i32.mul(o.outRow, rows));
      c.if(init, () => c.advance(init, i32.mul(o.initRow, rows)));
      c.advance(i, rows);
    };
    const fits = (): I32 => i32.leS(i32.add(i, rows), m);
    if (rows === tiles[0]) c.while(fits, body);
    else c.if(fits(), body);
  }
}

/** Calls `write` for the columns that are left: a full group of `group` vectors, or else vectors, then single columns. */
function columnsFrom(c: FunctionBuilder, lanes: Lanes, o: Operands, columns: I32, group: number, write: (vectors: number, at: Operands) => void): void {
  const left = c.local('i32', columns);
  const b = c.local('i32', o.b), out = c.local('i32', o.out), init = c.local('i32', o.init);
  const step = (vectors: number): void => {
    const n = vectors ? vectors * lanes.count : 1;
    write(vectors, { ...o, b, out, init });
    c.advance(b, n * lanes.size);
    c.advance(out, n * lanes.size);
    c.if(init, () => c.advance(init, n * lanes.size));
    c.advance(left, -n);
  };
  c.if(i32.geS(left, group * lanes.count), () => step(group), () => {
    c.while(() => i32.geS(left, lanes.count), () => step(1));
    c.while(() => i32.gtS(left, 0), () => step(0));
  });
}

const PARAMS = new Array<'i32'>(14).fill('i32');

/** from, to, m, n, then the operands. */
function parameters(c: FunctionBuilder): { from: Local<'i32'>; to: Local<'i32'>; m: Local<'i32'>; n: Local<'i32'>; o: Operands & { k: Local<'i32'> } } {
  const [from, to, m, n, k, a, aRow, aK, b, bRow, out, outRow, init, initRow] = PARAMS.map((t, i) => c.param(i, t));
  return { from, to, m, n, o: { k, a, aRow, aK, b, bRow, out, outRow, init, initRow } };
}

const ifSet = (address: I32, offset: I32): I32 => i32.mul(i32.add(address, offset), i32.ne(address, 0));

/** B by rows, as it lies: for few rows of C, or short sums. */
function addOuter(m: ModuleBuilder, lanes: Lanes): void {
  m.func(`outer_${lanes.name}`, PARAMS, (c) => {
    const { from, to, m: rows, n, o } = parameters(c);
    const width = VECTORS * lanes.count;
    const group = c.local('i32', from);
    c.for(group, to, 1, () => {
      const j = c.local('i32', i32.mul(group, width)), at = c.local('i32', i32.mul(j, lanes.size));
      const here = {
        ...o, b: c.local('i32', i32.add(o.b, at)), out: c.local('i32', i32.add(o.out, at)), init: c.local('i32', ifSet(o.init, at)),
      };
      columnsFrom(c, lanes, here, i32.sub(n, j), VECTORS, (vectors, x) =>
        allRows(c, rows, x, [ROWS, 2, 1], (r, y) => outerTile(c, lanes, r, vectors, y)));
    });
  });
}

/**
 * B's columns are copied into a panel, a block of rows at a time, where they lie together; a last parameter is the
 * address of panels, one for each thread. Works for every layout of B: bK bytes from a row to the next, bColumn from a
 * column to the next.
 */
function addPacked(m: ModuleBuilder, lanes: Lanes): void {
  m.func(`packed_${lanes.name}`, [...PARAMS, 'i32', 'i32'], (c) => {
    const { from, to, m: rows, n, o } = parameters(c);
    const bColumn = c.param(14, 'i32'), panel = c.local('i32', i32.add(c.param(15, 'i32'), i32.mul(PART, PANEL_BYTES)));
    const width = VECTORS * lanes.count, panelRow = i32.const(width * lanes.size);
    const k0 = c.local('i32', i32.const(0));
    c.while(() => i32.ltS(k0, o.k), () => {
      const block = c.local('i32', i32.sub(o.k, k0));
      c.if(i32.gtS(block, K_BLOCK), () => c.set(block, i32.const(K_BLOCK)));
      const group = c.local('i32', from);
      c.for(group, to, 1, () => {
        const j = c.local('i32', i32.mul(group, width)), at = c.local('i32', i32.mul(j, lanes.size));
        const columns = c.local('i32', i32.sub(n, j));
        c.if(i32.gtS(columns, width), () => c.set(columns, i32.const(width)));
        packPanel(c, lanes, sum(o.b, i32.mul(k0, o.bRow), i32.mul(j, bColumn)), o.bRow, bColumn, block, columns, panel);
        const out = c.local('i32', i32.add(o.out, at));
        const here = {
          ...o, k: block, a: c.local('i32', i32.add(o.a, i32.mul(k0, o.aK))), b: panel, bRow: panelRow, out,
          // later blocks add to what the earlier ones have written
          init: c.local('i32', ifSet(o.init, at)), initRow: c.local('i32', o.initRow),
        };
        c.if(k0, () => {
          c.set(here.init, out);
          c.set(here.initRow, o.outRow);
        });
        columnsFrom(c, lanes, here, columns, VECTORS, (vectors, x) =>
          allRows(c, rows, x, [ROWS, 2, 1], (r, y) => outerTile(c, lanes, r, vectors, y)));
      });
      c.advance(k0, K_BLOCK);
    });
  });
}

/** Copies `columns` columns of `k` rows to a panel; vectors where a full group lies together. */
function packPanel(c: FunctionBuilder, lanes: Lanes, b: I32, bRow: I32, bColumn: I32, k: I32, columns: I32, panel: I32): void {
  const width = VECTORS * lanes.count;
  const from = c.local('i32', b), to = c.local('i32', panel), end = c.local('i32', i32.add(panel, i32.mul(k, width * lanes.size)));
  const together = i32.and(i32.eq(columns, i32.const(width)), i32.eq(bColumn, lanes.size));
  c.if(together, () => c.while(() => i32.ltU(to, end), () => {
    for (let v = 0; v < VECTORS; v++) c.storeV128(to, v128.load(from, 16 * v), 16 * v);
    c.advance(from, bRow);
    c.advance(to, width * lanes.size);
  }), () => c.while(() => i32.ltU(to, end), () => {
    const p = c.local('i32', from), q = c.local('i32', to), left = c.local('i32', columns);
    c.doWhile(() => {
      lanes.storeOne(c, q, lanes.loadOne(p));
      c.advance(p, bColumn);
      c.advance(q, lanes.size);
      c.advance(left, -1);
      return left;
    });
    c.advance(from, bRow);
    c.advance(to, width * lanes.size);
  }));
}

/** Adds what an element of A and one of B contribute to a sum. */
type Term = (c: FunctionBuilder, x: Value<'v128'>, y: Value<'v128'>, sum: Value<'v128'>) => Value<'v128'>;

/** Rows of A against columns of B that lie in memory as rows (x·wᵀ): sums of terms along k, nothing is copied. */
function addDot(m: ModuleBuilder, name: string, lanes: Lanes, term: Term): void {
  m.func(name, PARAMS, (c) => {
    const { from, to, m: rows, n, o } = parameters(c);
    const group = c.local('i32', from);
    c.for(group, to, 1, () => {
      const j = c.local('i32', i32.mul(group, DOT_COLUMNS));
      const left = c.local('i32', i32.sub(n, j)), at = c.local('i32', i32.mul(j, lanes.size));
      const b = c.local('i32', i32.add(o.b, i32.mul(j, o.bRow)));
      const out = c.local('i32', i32.add(o.out, at)), init = c.local('i32', ifSet(o.init, at));
      const write = (columns: number): void =>
        allRows(c, rows, { ...o, b, out, init }, [DOT_ROWS, 1], (r, x) => dotTile(c, lanes, term, r, columns, x));
      c.if(i32.geS(left, DOT_COLUMNS), () => write(DOT_COLUMNS), () => c.while(() => i32.gtS(left, 0), () => {
        write(1);
        c.advance(b, o.bRow);
        c.advance(out, lanes.size);
        c.if(init, () => c.advance(init, lanes.size));
        c.advance(left, -1);
      }));
    });
  });
}

function dotTile(c: FunctionBuilder, lanes: Lanes, term: Term, rows: number, columns: number, o: Operands): void {
  const sums = Array.from({ length: rows * columns }, () => c.local('v128', v128.zero()));
  sums.forEach((s) => c.set(s, v128.zero()));
  const a = Array.from({ length: rows }, (_, i) => c.local('i32', i === 0 ? o.a : i32.add(o.a, i32.mul(o.aRow, i))));
  const b = Array.from({ length: columns }, (_, j) => c.local('i32', j === 0 ? o.b : i32.add(o.b, i32.mul(o.bRow, j))));
  const step = (load: (p: I32) => Value<'v128'>): void => {
    const xs = a.map((p) => c.local('v128', load(p)));
    b.forEach((p, j) => {
      const y = c.local('v128', load(p));
      xs.forEach((x, i) => c.set(sums[i * columns + j], term(c, x, y, sums[i * columns + j])));
    });
  };
  const forth = (by: I32 | number): void => { for (const p of [...a, ...b]) c.advance(p, by); };
  const vectors = c.local('i32', i32.divU(o.k, i32.const(lanes.count))), left = c.local('i32', i32.remU(o.k, i32.const(lanes.count)));
  const done = c.local('i32', i32.mul(i32.and(vectors, 3), 16));
  // how many instructions a processor takes in binds: four rounds share the way forth
  c.repeat(vectors, (number) => step((p) => v128.load(p, 16 * number)), () => forth(64));
  c.if(left, () => {
    forth(done);
    c.doWhile(() => {
      step((p) => lanes.loadOne(p));
      forth(lanes.size);
      c.advance(left, -1);
      return left;
    });
  });
  const to = c.local('i32', o.out), from = c.local('i32', o.init), width = columns === 1 ? 1 : lanes.count;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += width) {
      const row = sums.slice(i * columns + j, i * columns + j + width), at = j * lanes.size;
      const total = c.local('v128', width === 1 ? lanes.sum(c, row[0]) : lanes.sums(c, row));
      c.if(from, () => c.set(total, lanes.add(total, width === 1 ? lanes.loadOne(from, at) : v128.load(from, at))));
      if (width === 1) lanes.storeOne(c, to, total, at);
      else c.storeV128(to, total, at);
    }
    if (i < rows - 1) {
      c.advance(to, o.outRow);
      c.if(from, () => c.advance(from, o.initRow));
    }
  }
}
