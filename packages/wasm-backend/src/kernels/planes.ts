import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, v128 } from '../asm/ops.js';

// What lies between images as they are given and as a direct convolution reads and writes them. A work item is a plane: a
// channel of an image.

type I32 = Value<'i32'>;
type V128 = Value<'v128'>;

/** Writes a row of `width` floats a vector at a time; the last one reaches back, and is computed before what it reaches changes. */
export function writeRow(c: FunctionBuilder, from: I32, to: I32, width: I32, vector: (p: I32, q: I32) => V128, one: (p: I32, q: I32) => Value<'f32'>): void {
  const p = c.local('i32', from), q = c.local('i32', to), size = c.local('i32', i32.shl(width, 2)), end = c.local('i32', i32.add(q, size));
  c.if(i32.ltS(size, 16), () => c.while(() => i32.ltS(q, end), () => {
    c.storeF32(q, one(p, q));
    c.advance(p, 4);
    c.advance(q, 4);
  }), () => {
    const last = c.local('i32', i32.sub(end, 16)), tail = c.local('v128', vector(i32.add(p, i32.sub(size, 16)), last));
    c.while(() => i32.ltU(q, last), () => {
      c.storeV128(q, vector(p, q));
      c.advance(p, 16);
      c.advance(q, 16);
    });
    c.storeV128(last, tail);
  });
}

/** Copies a row, and adds a number to each. */
export const copyRow = (c: FunctionBuilder, from: I32, to: I32, width: I32, add: V128 | null): void => writeRow(c, from, to, width,
  (p) => (add ? f32x4.add(v128.load(p), add) : v128.load(p)), (p) => (add ? f32.add(f32.load(p), f32x4.extract(add, 0)) : f32.load(p)));

/** Adds a row to another. */
export const addRow = (c: FunctionBuilder, from: I32, to: I32, width: I32): void => writeRow(c, from, to, width,
  (p, q) => f32x4.add(v128.load(q), v128.load(p)), (p, q) => f32.add(f32.load(q), f32.load(p)));

/**
 * For planes from … to (channel = plane mod channels): `height` rows of `width` floats, moved from rows `fromRow` bytes
 * apart to rows that lie together, plus the channel's bias.
 */
export function addCompact(m: ModuleBuilder): void {
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
export function addSpread(m: ModuleBuilder): void {
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

/**
 * For planes from … to of `height` × `width` floats (channel = plane mod channels): the channel's bias plus the sum of `count` strips
 * of as many rows of `stripWidth` floats. The first begins `first` columns into the plane (which may be before it), each of
 * the others `apart` columns further right.
 */
export function addMerge(m: ModuleBuilder): void {
  m.func('merge', params(12), (c) => {
    const [from, to, height, width, count, stripWidth, first, apart, strips, out, bias, channels] = integers(c, 12);
    const plane = c.local('i32', from), row = c.local('i32', i32.shl(width, 2)), stripRow = c.local('i32', i32.shl(stripWidth, 2));
    const p = c.local('i32', plus(strips, i32.mul(from, count), i32.mul(height, stripRow))), q = c.local('i32', plus(out, from, i32.mul(height, row)));
    c.while(() => i32.ltS(plane, to), () => {
      const end = c.local('i32', plus(q, height, row)), at = c.local('i32', q), start = c.local('f32', f32.const(0));
      c.if(bias, () => c.set(start, f32.load(plus(bias, i32.remU(plane, channels), i32.const(4)))), () => c.set(start, f32.const(0)));
      c.while(() => i32.ltU(at, end), () => {
        c.storeF32(at, start);
        c.advance(at, 4);
      });
      const strip = c.local('i32', i32.const(0)), x = c.local('i32', first);
      c.for(strip, count, 1, () => {
        const low = c.local('i32', i32.select(x, i32.const(0), i32.gtS(x, 0))), high = c.local('i32', i32.add(x, stripWidth));
        c.if(i32.gtS(high, width), () => c.set(high, width));
        const source = c.local('i32', i32.add(p, i32.shl(i32.sub(low, x), 2))), target = c.local('i32', i32.add(q, i32.shl(low, 2)));
        const left = c.local('i32', height);
        c.while(() => left, () => {
          addRow(c, source, target, i32.sub(high, low));
          c.advance(source, stripRow);
          c.advance(target, row);
          c.advance(left, -1);
        });
        c.advance(p, i32.mul(height, stripRow));
        c.advance(x, apart);
      });
      c.set(q, end);
      c.advance(plane, 1);
    });
  });
}

/**
 * For channels from … to of weights: three axes of some length, whose elements lie so many bytes apart, copied so that those of the last
 * lie together. A group has `channels` of them, `size` bytes apart, and lies `group` bytes from the one before.
 */
export function addTurn(m: ModuleBuilder): void {
  m.func('turn', params(13), (c) => {
    const [from, to, channels, weight, size, group, n0, step0, n1, step1, n2, step2, out] = integers(c, 13);
    const channel = c.local('i32', from), q = c.local('i32', plus(out, from, i32.shl(i32.mul(n0, i32.mul(n1, n2)), 2)));
    const each = (start: I32, count: I32, step: I32, body: (p: Local<'i32'>) => void): void => {
      const p = c.local('i32', start), left = c.local('i32', count);
      c.while(() => left, () => {
        body(p);
        c.advance(p, step);
        c.advance(left, -1);
      });
    };
    c.while(() => i32.ltS(channel, to), () => {
      const first = plus(plus(weight, i32.divU(channel, channels), group), i32.remU(channel, channels), size);
      each(first, n0, step0, (a) => each(a, n1, step1, (b) => each(b, n2, step2, (p) => {
        c.storeF32(q, f32.load(p));
        c.advance(q, 4);
      })));
      c.advance(channel, 1);
    });
  });
}

/**
 * For planes from … to of `rows` × `columns` floats: `down` × `right` planes each, of which number (y, x) has every `stepDown`-th
 * row from y on, and of these `width` floats, every `stepRight`-th from x · `apart` on. stepDown divides the rows.
 */
export function addSplit(m: ModuleBuilder): void {
  m.func('split', params(12), (c) => {
    const [from, to, rows, columns, stepDown, stepRight, down, right, apart, width, src, out] = integers(c, 12);
    const plane = c.local('i32', from), row = c.local('i32', i32.shl(columns, 2)), height = c.local('i32', i32.divU(rows, stepDown));
    const step = c.local('i32', i32.shl(stepRight, 2));
    const q = c.local('i32', plus(out, from, i32.shl(i32.mul(i32.mul(down, right), i32.mul(height, width)), 2)));
    c.while(() => i32.ltS(plane, to), () => {
      const y0 = c.local('i32', i32.const(0)), first = c.local('i32', plus(src, plane, i32.mul(rows, row)));
      c.for(y0, down, 1, () => {
        const x0 = c.local('i32', i32.const(0));
        c.for(x0, right, 1, () => {
          const line = c.local('i32', i32.add(plus(first, y0, row), i32.shl(i32.mul(x0, apart), 2))), y = c.local('i32', height);
          c.while(() => y, () => {
            c.if(i32.eq(stepRight, 1), () => {
              copyRow(c, line, q, width, null);
              c.advance(q, i32.shl(width, 2));
            }, () => {
              const p = c.local('i32', line), left = c.local('i32', width);
              c.while(() => left, () => {
                c.storeF32(q, f32.load(p));
                c.advance(q, 4);
                c.advance(p, step);
                c.advance(left, -1);
              });
            });
            c.advance(line, i32.mul(row, stepDown));
            c.advance(y, -1);
          });
        });
      });
      c.advance(plane, 1);
    });
  });
}
