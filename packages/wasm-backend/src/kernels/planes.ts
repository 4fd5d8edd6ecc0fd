import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import type { FunctionBuilder, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, v128 } from '../asm/ops.js';

// What lies between images as they are given and as a direct convolution reads and writes them. A work item is a plane: a
// channel of an image.

type I32 = Value<'i32'>;

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

/** For channels from … to: a weight (outputs, channels, height, width) as (channels, height, outputs, width); `to` is how many channels. */
export function addTurn(m: ModuleBuilder): void {
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

/**
 * For planes from … to of `rows` × `columns` floats: `down` × `right` planes each, of which number (y, x) has every `stepDown`-th
 * row from y on, and of these every `stepRight`-th float from x on. The steps divide rows and columns.
 */
export function addSplit(m: ModuleBuilder): void {
  m.func('split', params(10), (c) => {
    const [from, to, rows, columns, stepDown, stepRight, down, right, src, out] = integers(c, 10);
    const plane = c.local('i32', from), row = c.local('i32', i32.shl(columns, 2)), height = c.local('i32', i32.divU(rows, stepDown));
    const width = c.local('i32', i32.divU(columns, stepRight)), step = c.local('i32', i32.shl(stepRight, 2));
    const q = c.local('i32', plus(out, from, i32.shl(i32.mul(i32.mul(down, right), i32.mul(height, width)), 2)));
    c.while(() => i32.ltS(plane, to), () => {
      const y0 = c.local('i32', i32.const(0)), first = c.local('i32', plus(src, plane, i32.mul(rows, row)));
      c.for(y0, down, 1, () => {
        const x0 = c.local('i32', i32.const(0));
        c.for(x0, right, 1, () => {
          const line = c.local('i32', i32.add(plus(first, y0, row), i32.shl(x0, 2))), y = c.local('i32', height);
          c.while(() => y, () => {
            const p = c.local('i32', line), left = c.local('i32', width);
            c.while(() => left, () => {
              c.storeF32(q, f32.load(p));
              c.advance(q, 4);
              c.advance(p, step);
              c.advance(left, -1);
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
