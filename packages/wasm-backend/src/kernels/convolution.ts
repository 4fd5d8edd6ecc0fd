import type { Value } from '../asm/code.js';
import { lanesOf, type Lanes } from '../asm/lanes.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, v128 } from '../asm/ops.js';
import type { Features } from '../engine.js';
import { allRows, columnsFrom, outerTile, type Operands } from './gemm.js';

// Direct convolution with stride 1. In an image of W columns, "every pixel of the output" is a run of flat positions,
// and what the kernel's element k = (channel, dy, dx) meets there is the same run, moved by a fixed offset. So the output
// is a matrix product whose second operand is never built: its row k is `image + table[k]`. Rows of the output are W wide
// then, with junk in the last columns, which `compact` drops; `spread` is its inverse.

type I32 = Value<'i32'>;

/** Rows of a weight-gradient tile, and its columns. */
const GRAD_ROWS = 2, GRAD_COLUMNS = 4;
export const GRAD_GROUP = GRAD_COLUMNS;

export function buildConvolution(m: ModuleBuilder, { fused }: Features): void {
  const lanes = lanesOf('f32', fused);
  addCorrelate(m, lanes);
  addGradWeight(m, lanes);
  addCompact(m);
  addSpread(m);
  addTurn(m);
}

const params = (n: number): 'i32'[] => new Array<'i32'>(n).fill('i32');
const integers = (c: FunctionBuilder, n: number): Local<'i32'>[] => params(n).map((t, i) => c.param(i, t));
const plus = (a: I32, i: I32, step: I32): I32 => i32.add(a, i32.mul(i, step));

/**
 * For images from … to: out (rows × n) = A (rows × k) · rows of the image by table.
 *
 * Where the image is a gradient in a frame of zeros, most of what is read at its upper and lower edge is zero. There
 * `bands` says in how many equal parts k falls, part d moved up by d · `dilation` rows of `width` positions; parts in
 * which all is zero, for the image has `height` rows, are left out. 0 bands: all of k always.
 */
function addCorrelate(m: ModuleBuilder, lanes: Lanes): void {
  m.func('correlate', params(15), (c) => {
    const [from, to, rows, n, k, a, table, image, imageStep, out, outStep, bands, dilation, width, height] = integers(c, 15);
    const at = c.local('i32', from), most = c.local('i32', i32.and(rows, i32.const(-4)));
    const start = c.local('i32', i32.const(0)), end = c.local('i32', k);
    const band = c.local('i32', bands);
    c.if(bands, () => c.set(band, i32.divS(k, bands)));
    /** Sets which of k counts for the positions from one on. */
    const narrow = (position: I32, positions: number): void => {
      const first = i32.divS(position, width), last = i32.divS(i32.add(position, positions - 1), width);
      const above = c.local('i32', i32.sub(first, i32.sub(height, 1)));
      c.set(start, i32.const(0));
      c.if(i32.gtS(above, 0), () => c.set(start, i32.mul(i32.divS(i32.add(above, i32.sub(dilation, 1)), dilation), band)));
      c.set(end, i32.mul(i32.add(i32.divS(last, dilation), 1), band));
      c.if(i32.gtS(end, k), () => c.set(end, k));
    };
    /** Some of the rows, `vectors` vectors of positions at a time. */
    const part = (count: I32, tiles: readonly number[], vectors: number, a: I32, image: I32, out: I32): void => {
      const x = c.local('i32', image), y = c.local('i32', out), left = c.local('i32', n), step = vectors * lanes.count;
      c.while(() => i32.gtS(left, 0), () => {
        c.if(bands, () => narrow(i32.sub(n, left), step));
        const o: Operands = {
          a: i32.add(a, i32.shl(start, 2)), aRow: i32.shl(k, 2), aK: i32.const(4), b: x, bRow: i32.const(0),
          table: i32.add(table, i32.shl(start, 2)), k: i32.sub(end, start), out: y, outRow: i32.shl(n, 2), init: i32.const(0), initRow: i32.const(0),
        };
        columnsFrom(c, lanes, o, left, vectors, (some, here) => allRows(c, count, here, tiles, (r, tile) => outerTile(c, lanes, r, some, tile)));
        c.advance(x, step * 4);
        c.advance(y, step * 4);
        c.advance(left, -step);
      });
    };
    c.while(() => i32.ltS(at, to), () => {
      const x = c.local('i32', plus(image, at, imageStep)), y = c.local('i32', plus(out, at, outStep));
      c.if(most, () => part(most, [4], 2, a, x, y));
      // two rows take twice as many positions: fewer sums than eight leave the multipliers idle
      const rest = c.local('i32', i32.sub(rows, most));
      c.if(rest, () => part(rest, [2, 1], 4, c.local('i32', plus(a, most, i32.shl(k, 2))), x, c.local('i32', plus(y, most, i32.shl(n, 2)))));
      c.advance(at, 1);
    });
  });
}

/** For groups of columns: grad (rows × columns) = Σ over images and positions of gradient rows × image rows by table. */
function addGradWeight(m: ModuleBuilder, lanes: Lanes): void {
  m.func('gradWeight', params(14), (c) => {
    const [from, to, rows, columns, n, images, grads, gradRow, gradImage, table, image, imageStep, out, outRow] = integers(c, 14);
    const group = c.local('i32', from);
    const tile = (j: I32, width: number): void => {
      const i = c.local('i32', i32.const(0));
      for (const height of [GRAD_ROWS, 1]) {
        const body = (): void => {
          gradTile(c, lanes, height, width, {
            n, images, grad: plus(grads, i, gradRow), gradRow, gradImage, table: plus(table, j, i32.const(4)), image, imageStep,
            out: i32.add(plus(out, i, outRow), i32.shl(j, 2)), outRow,
          });
          c.advance(i, height);
        };
        const fits = (): I32 => i32.leS(i32.add(i, height), rows);
        if (height === GRAD_ROWS) c.while(fits, body);
        else c.if(fits(), body);
      }
    };
    c.while(() => i32.ltS(group, to), () => {
      const j = c.local('i32', i32.mul(group, GRAD_COLUMNS));
      c.if(i32.leS(i32.add(j, GRAD_COLUMNS), columns), () => tile(j, GRAD_COLUMNS), () => c.while(() => i32.ltS(j, columns), () => {
        tile(j, 1);
        c.advance(j, 1);
      }));
      c.advance(group, 1);
    });
  });
}

interface GradTile {
  readonly n: I32; readonly images: I32; readonly grad: I32; readonly gradRow: I32; readonly gradImage: I32;
  readonly table: I32; readonly image: I32; readonly imageStep: I32; readonly out: I32; readonly outRow: I32;
}

function gradTile(c: FunctionBuilder, lanes: Lanes, rows: number, columns: number, o: GradTile): void {
  const sums = Array.from({ length: rows * columns }, () => c.local('v128', v128.zero()));
  sums.forEach((s) => c.set(s, v128.zero()));
  const g0 = c.local('i32', o.grad), x0 = c.local('i32', o.image), table = c.local('i32', o.table), left = c.local('i32', o.images);
  c.while(() => i32.gtS(left, 0), () => {
    const g = Array.from({ length: rows }, (_, i) => c.local('i32', i === 0 ? g0 : i32.add(g0, i32.mul(o.gradRow, i))));
    const x = Array.from({ length: columns }, (_, j) => c.local('i32', i32.add(x0, i32.load(table, 4 * j))));
    const p = c.local('i32', o.n);
    const step = (load: (at: I32) => Value<'v128'>, count: number): void => {
      const gs = g.map((at) => c.local('v128', load(at)));
      x.forEach((at, j) => {
        const y = c.local('v128', load(at));
        gs.forEach((v, i) => c.set(sums[i * columns + j], lanes.madd(v, y, sums[i * columns + j])));
      });
      for (const at of [...g, ...x]) c.advance(at, 4 * count);
      c.advance(p, -count);
    };
    c.while(() => i32.geS(p, 4), () => step((at) => v128.load(at), 4));
    c.while(() => i32.gtS(p, 0), () => step((at) => lanes.loadOne(at), 1));
    c.advance(g0, o.gradImage);
    c.advance(x0, o.imageStep);
    c.advance(left, -1);
  });
  const to = c.local('i32', o.out);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) lanes.storeOne(c, to, lanes.sum(c, sums[i * columns + j]), 4 * j);
    if (i < rows - 1) c.advance(to, o.outRow);
  }
}

/** Copies `width` floats, and adds a number to each. */
function copyRow(c: FunctionBuilder, from: I32, to: I32, width: I32, add: Value<'v128'> | null): void {
  const p = c.local('i32', from), q = c.local('i32', to), left = c.local('i32', width);
  c.while(() => i32.geS(left, 4), () => {
    c.storeV128(q, add ? f32x4.add(v128.load(p), add) : v128.load(p));
    c.advance(p, 16);
    c.advance(q, 16);
    c.advance(left, -4);
  });
  c.while(() => i32.gtS(left, 0), () => {
    c.storeF32(q, add ? f32.add(f32.load(p), f32x4.extract(add, 0)) : f32.load(p));
    c.advance(p, 4);
    c.advance(q, 4);
    c.advance(left, -1);
  });
}

/**
 * For planes from … to (channel = plane mod channels): `height` rows of `width` floats, moved from rows `fromRow` bytes
 * apart to rows that lie together, plus the channel's bias.
 */
function addCompact(m: ModuleBuilder): void {
  m.func('compact', params(10), (c) => {
    const [from, to, height, width, src, srcRow, srcPlane, out, bias, channels] = integers(c, 10);
    const plane = c.local('i32', from);
    c.while(() => i32.ltS(plane, to), () => {
      const p = c.local('i32', plus(src, plane, srcPlane));
      const q = c.local('i32', plus(out, plane, i32.mul(height, i32.shl(width, 2))));
      const add = c.local('v128', v128.zero());
      c.if(bias, () => c.set(add, v128.load32Splat(plus(bias, i32.remU(plane, channels), i32.const(4)))), () => c.set(add, v128.zero()));
      const left = c.local('i32', height);
      c.while(() => i32.gtS(left, 0), () => {
        copyRow(c, p, q, width, add);
        c.advance(p, srcRow);
        c.advance(q, i32.shl(width, 2));
        c.advance(left, -1);
      });
      c.advance(plane, 1);
    });
  });
}

/** For planes from … to: rows that lie together moved to rows `outRow` bytes apart from `lead` bytes on, zero elsewhere. */
function addSpread(m: ModuleBuilder): void {
  m.func('spread', params(9), (c) => {
    const [from, to, height, width, src, out, outRow, outPlane, lead] = integers(c, 9);
    const plane = c.local('i32', from);
    c.while(() => i32.ltS(plane, to), () => {
      const base = c.local('i32', plus(out, plane, outPlane));
      c.fill(base, 0, outPlane);
      const p = c.local('i32', plus(src, plane, i32.mul(height, i32.shl(width, 2)))), q = c.local('i32', i32.add(base, lead));
      const left = c.local('i32', height);
      c.while(() => i32.gtS(left, 0), () => {
        copyRow(c, p, q, width, null);
        c.advance(p, i32.shl(width, 2));
        c.advance(q, outRow);
        c.advance(left, -1);
      });
      c.advance(plane, 1);
    });
  });
}

/** For channels from … to: a weight (outputs, channels, height, width) as (channels, height, outputs, width); `to` is how many channels. */
function addTurn(m: ModuleBuilder): void {
  m.func('turn', params(7), (c) => {
    const [from, to, outputs, height, width, weight, out] = integers(c, 7);
    const channel = c.local('i32', from), q = c.local('i32', out);
    const row = c.local('i32', i32.shl(width, 2)), size = c.local('i32', i32.mul(row, height));
    c.while(() => i32.ltS(channel, to), () => {
      const y = c.local('i32', i32.const(0));
      c.while(() => i32.ltS(y, height), () => {
        const p = c.local('i32', i32.add(plus(weight, channel, size), i32.mul(y, row))), output = c.local('i32', outputs);
        c.while(() => i32.gtS(output, 0), () => {
          copyRow(c, p, q, width, null);
          c.advance(q, row);
          c.advance(p, i32.mul(to, size));
          c.advance(output, -1);
        });
        c.advance(y, 1);
      });
      c.advance(channel, 1);
    });
  });
}
