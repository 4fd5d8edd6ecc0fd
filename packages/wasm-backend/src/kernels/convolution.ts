import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import { lanesOf, type Lanes } from '../asm/lanes.js';
import { ROUNDS, type FunctionBuilder, type Local, type ModuleBuilder } from '../asm/module.js';
import { i32, v128 } from '../asm/ops.js';
import type { Features } from '../engine.js';
import { addCompact, addMerge, addSplit, addSpread, addTurn } from './planes.js';

// Direct convolution with stride 1. What the kernel's element k = (channel, dy, dx) meets at a place of the image lies at a
// fixed offset from it. So the output is a matrix product whose second operand is never built: its row k is `image + table[k]`.

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
  addMerge(m);
  addSplit(m);
}

/**
 * For blocks of at most `per` channels of the output: out (rows × height × width) = bias + A (rows × k) · rows of the image by table.
 * Item (image · groups + group) · blocks + block is a block of a group of channels of an image; a group has `rows` of them. Rows of
 * `width` are written a vector at a time; the last vector of one reaches back where it would reach beyond. Rows of less than a
 * vector are written beyond their end.
 *
 * Where the image is a gradient in a frame of zeros, most of what is read at its upper and lower edge is zero. There
 * `bands` says in how many equal parts k falls, part d moved up by d · `dilation` rows; parts in which all is zero, for the
 * image has `gradHeight` rows and the output begins with its row `top`, are left out; `bandRow` floats of the output are a row
 * there, for it may be written as one. 0 bands: all of k always.
 */
function addCorrelate(m: ModuleBuilder, lanes: Lanes): void {
  m.func('correlate', params(24), (c) => {
    const [from, to, groups, blocks, per, rows, height, width, imageRow, k, a, table, image, imageGroup, imageStep, out, outPlane, outStep, bias,
      bands, dilation, bandRow, top, gradHeight] = integers(c, 24);
    const item = c.local('i32', from), begin = c.local('i32');
    const outRow = c.local('i32', i32.shl(width, 2)), lastVector = c.local('i32', i32.sub(outRow, 16));
    c.if(i32.ltS(lastVector, 0), () => c.set(lastVector, i32.const(0)));
    const vectors = c.local('i32', i32.mul(height, i32.shrU(i32.add(width, 3), 2)));
    const start = c.local('i32', i32.const(0)), end = c.local('i32', k), band = c.local('i32', bands);
    c.if(bands, () => c.set(band, i32.divS(k, bands)));
    /** Sets which of k counts for some rows of the output. */
    const narrow = (first: I32, last: I32): void => {
      const above = c.local('i32', i32.sub(first, i32.sub(gradHeight, 1)));
      c.set(start, i32.const(0));
      c.if(i32.gtS(above, 0), () => c.set(start, i32.mul(i32.divS(i32.add(above, i32.sub(dilation, 1)), dilation), band)));
      c.set(end, i32.mul(i32.add(i32.divS(last, dilation), 1), band));
      c.if(i32.gtS(end, k), () => c.set(end, k));
    };
    /** Some of the rows of A, `group` vectors of places at a time; the last of all again where none is left. */
    const part = (count: I32, tiles: readonly number[], group: number, a: I32, out: I32, bias: I32): void => {
      const left = c.local('i32', vectors), x = c.local('i32', i32.const(0)), y = c.local('i32', top), last = c.local('i32', y);
      const source = c.local('i32', begin), target = c.local('i32', out);
      // the last vector may begin in the row before the one it is there for
      const reached = (): I32 => i32.select(x, lastVector, i32.ltS(x, lastVector));
      const rowOf = (x: I32): I32 => i32.add(y, i32.divU(i32.shrU(x, 2), bandRow));
      const next = (): Place => {
        const here = c.local('i32', reached());
        const place = { source: c.local('i32', i32.add(source, here)), target: c.local('i32', i32.add(target, here)) };
        c.if(bands, () => c.set(last, rowOf(i32.add(here, 12))));
        c.advance(left, -1);
        c.if(i32.gtS(left, 0), () => {
          c.advance(x, 16);
          c.if(i32.geS(x, outRow), () => {
            c.set(x, i32.const(0));
            c.advance(y, 1);
            c.advance(source, imageRow);
            c.advance(target, outRow);
          });
        });
        return place;
      };
      c.while(() => i32.gtS(left, 0), () => {
        const first = c.local('i32', y);
        c.if(bands, () => c.set(first, rowOf(reached())));
        const places = Array.from({ length: group }, next);
        c.if(bands, () => narrow(first, last));
        const p = c.local('i32', i32.add(a, i32.shl(start, 2))), b = c.local('i32', bias), remaining = c.local('i32', count);
        for (const tile of tiles) {
          const body = (): void => {
            correlateTile(c, lanes, tile, places, { a: p, aRow: i32.shl(k, 2), table: i32.add(table, i32.shl(start, 2)), k: i32.sub(end, start), bias: b, outPlane });
            c.advance(p, i32.mul(k, 4 * tile));
            c.if(b, () => c.advance(b, 4 * tile));
            c.advance(remaining, -tile);
          };
          c.while(() => i32.geS(remaining, tile), body);
        }
      });
    };
    c.while(() => i32.ltS(item, to), () => {
      const which = c.local('i32', i32.divU(item, blocks)), group = c.local('i32', i32.remU(which, groups)), at = c.local('i32', i32.divU(which, groups));
      const before = c.local('i32', i32.mul(i32.remU(item, blocks), per)), first = c.local('i32', plus(before, group, rows));
      const here = c.local('i32', i32.sub(rows, before));
      c.if(i32.gtS(here, per), () => c.set(here, per));
      const most = c.local('i32', i32.and(here, i32.const(-4))), rest = c.local('i32', i32.sub(here, most));
      c.set(begin, i32.add(plus(image, at, imageStep), i32.mul(group, imageGroup)));
      const w = c.local('i32', plus(a, first, i32.shl(k, 2))), y = c.local('i32', i32.add(plus(out, at, outStep), i32.mul(first, outPlane)));
      const b = c.local('i32', bias);
      c.if(b, () => c.advance(b, i32.shl(first, 2)));
      c.if(most, () => part(most, [4], 2, w, y, b));
      // two rows take twice as many places: fewer sums than eight leave the multipliers idle
      c.if(rest, () => {
        c.if(b, () => c.advance(b, i32.shl(most, 2)));
        part(rest, [2, 1], 4, c.local('i32', plus(w, most, i32.shl(k, 2))), plus(y, most, outPlane), b);
      });
      c.advance(item, 1);
    });
  });
}

/** Where a vector of the output lies, and where what the kernel's first element meets. */
interface Place { readonly source: Local<'i32'>; readonly target: Local<'i32'> }

interface CorrelateTile {
  readonly a: I32; readonly aRow: I32; readonly table: I32; readonly k: I32; readonly bias: I32; readonly outPlane: I32;
}

/** Some rows of A at some places, each of which is moved to the row after these. */
function correlateTile(c: FunctionBuilder, lanes: Lanes, rows: number, places: readonly Place[], o: CorrelateTile): void {
  const sums = places.map(() => Array.from({ length: rows }, () => c.local('v128', v128.zero())));
  c.if(o.bias, () => {
    for (let i = 0; i < rows; i++) {
      const b = c.local('v128', lanes.splat(o.bias, 4 * i));
      sums.forEach((column) => c.set(column[i], b));
    }
  }, () => sums.flat().forEach((s) => c.set(s, v128.zero())));
  const a = Array.from({ length: rows }, (_, i) => c.local('i32', plus(o.a, o.aRow, i32.const(i))));
  const table = c.local('i32', o.table), left = c.local('i32', o.k);
  const [{ source }] = places, apart = places.map((place) => c.local('i32', i32.sub(place.source, source)));
  c.repeat(left, (number) => {
    const row = c.local('i32', i32.add(source, i32.load(table, 4 * number)));
    const xs = apart.map((offset, v) => c.local('v128', v128.load(v > 0 ? i32.add(row, offset) : row)));
    a.forEach((p, i) => {
      const w = c.local('v128', lanes.splat(p, 4 * number));
      xs.forEach((x, v) => c.set(sums[v][i], lanes.madd(w, x, sums[v][i])));
    });
  }, () => [...a, table].forEach((p) => c.advance(p, 4 * ROUNDS)));
  places.forEach(({ target }, v) => sums[v].forEach((s) => {
    c.storeV128(target, s);
    c.advance(target, o.outPlane);
  }));
}

/**
 * For quads of columns: grad (rows × columns) = Σ over images and places of gradient rows × image rows by table. A gradient's rows lie
 * together, an image's `imageRow` bytes apart. A group of channels has `quads` of them; item group · quads + quad is one.
 */
function addGradWeight(m: ModuleBuilder, lanes: Lanes): void {
  m.func('gradWeight', params(17), (c) => {
    const [from, to, quads, rows, columns, height, width, images, allGrads, gradStep, table, allImages, imageGroup, imageRow, imageStep, out, outRow] = integers(c, 17);
    const item = c.local('i32', from), gradRow = c.local('i32', i32.shl(i32.mul(height, width), 2));
    const grads = c.local('i32'), image = c.local('i32'), result = c.local('i32');
    const tile = (j: I32, count: number): void => {
      const i = c.local('i32', i32.const(0));
      for (const tall of [GRAD_ROWS, 1]) {
        const body = (): void => {
          gradTile(c, lanes, tall, count, {
            height, width, images, grad: plus(grads, i, gradRow), gradRow, gradStep, table: plus(table, j, i32.const(4)),
            image, imageRow, imageStep, out: i32.add(plus(result, i, outRow), i32.shl(j, 2)), outRow,
          });
          c.advance(i, tall);
        };
        const fits = (): I32 => i32.leS(i32.add(i, tall), rows);
        if (tall === GRAD_ROWS) c.while(fits, body);
        else c.if(fits(), body);
      }
    };
    c.while(() => i32.ltS(item, to), () => {
      const group = c.local('i32', i32.divU(item, quads)), j = c.local('i32', i32.mul(i32.remU(item, quads), GRAD_COLUMNS));
      c.set(grads, plus(allGrads, i32.mul(group, rows), gradRow));
      c.set(image, plus(allImages, group, imageGroup));
      c.set(result, plus(out, i32.mul(group, rows), outRow));
      c.if(i32.leS(i32.add(j, GRAD_COLUMNS), columns), () => tile(j, GRAD_COLUMNS), () => c.while(() => i32.ltS(j, columns), () => {
        tile(j, 1);
        c.advance(j, 1);
      }));
      c.advance(item, 1);
    });
  });
}

interface GradTile {
  readonly height: I32; readonly width: I32; readonly images: I32; readonly grad: I32; readonly gradRow: I32; readonly gradStep: I32;
  readonly table: I32; readonly image: I32; readonly imageRow: I32; readonly imageStep: I32; readonly out: I32; readonly outRow: I32;
}

function gradTile(c: FunctionBuilder, lanes: Lanes, rows: number, columns: number, o: GradTile): void {
  const sums = Array.from({ length: rows * columns }, () => c.local('v128', v128.zero()));
  sums.forEach((s) => c.set(s, v128.zero()));
  const g0 = c.local('i32', o.grad), x0 = c.local('i32', o.image), table = c.local('i32', o.table), left = c.local('i32', o.images);
  const between = c.local('i32', i32.sub(o.imageRow, i32.shl(o.width, 2)));
  c.while(() => i32.gtS(left, 0), () => {
    const g = Array.from({ length: rows }, (_, i) => c.local('i32', i === 0 ? g0 : i32.add(g0, i32.mul(o.gradRow, i))));
    const x = Array.from({ length: columns }, (_, j) => c.local('i32', i32.add(x0, i32.load(table, 4 * j))));
    const step = (load: (at: I32) => Value<'v128'>, count: number): void => {
      const gs = g.map((at) => c.local('v128', load(at)));
      x.forEach((at, j) => {
        const y = c.local('v128', load(at));
        gs.forEach((v, i) => c.set(sums[i * columns + j], lanes.madd(v, y, sums[i * columns + j])));
      });
      for (const at of [...g, ...x]) c.advance(at, 4 * count);
    };
    const y = c.local('i32', o.height);
    c.while(() => i32.gtS(y, 0), () => {
      const p = c.local('i32', i32.shrU(o.width, 2));
      c.while(() => p, () => {
        step(v128.load, 4);
        c.advance(p, -1);
      });
      c.if(i32.and(o.width, i32.const(2)), () => step(v128.load64Zero, 2));
      c.if(i32.and(o.width, i32.const(1)), () => step(v128.load32Zero, 1));
      for (const at of x) c.advance(at, between);
      c.advance(y, -1);
    });
    c.advance(g0, o.gradStep);
    c.advance(x0, o.imageStep);
    c.advance(left, -1);
  });
  const to = c.local('i32', o.out);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) lanes.storeOne(c, to, lanes.sum(c, sums[i * columns + j]), 4 * j);
    if (i < rows - 1) c.advance(to, o.outRow);
  }
}
