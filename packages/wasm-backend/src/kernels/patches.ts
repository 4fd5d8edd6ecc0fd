import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, i32, v128 } from '../asm/ops.js';
import { addRow, copyRow, writeRow } from './planes.js';

// Images (height × width) and their columns: row (channel, ky, kx) of the columns holds what an element of a kernel meets at each
// of its places, as it moves over an image.

type I32 = Value<'i32'>;

/** A row of windows, as an element of the kernel meets it. */
interface Meeting {
  /** where it is among the columns, and how many floats it has */
  readonly column: I32;
  readonly count: I32;
  /** which of these the image has, one after the other: `inside` from `low` on, `step` bytes apart from `pixel` on in the image */
  readonly low: Local<'i32'>;
  readonly inside: Local<'i32'>;
  readonly pixel: Local<'i32'>;
  readonly step: I32;
}

/** Calls `body` for each row of windows of channels from … to, in the columns' order, and before each channel `begin`. */
function eachMeeting(c: FunctionBuilder, begin: (plane: I32, nbytes: I32) => void, body: (m: Meeting) => void): void {
  const [channel, to, image, columns, height, width, outHeight, count, kh, kw, sh, sw, ph, pw, dh, dw] = integers(c, 16);
  const row = c.local('i32', i32.shl(width, 2)), area = c.local('i32', i32.mul(height, row)), step = c.local('i32', i32.shl(sw, 2));
  const column = c.local('i32', plus(columns, i32.mul(channel, i32.mul(kh, kw)), i32.mul(outHeight, i32.shl(count, 2))));
  /** Which window is the first whose element lies in column `x` or further right. */
  const firstFrom = (x: I32, first: I32): Local<'i32'> => {
    const window = c.local('i32', i32.divS(i32.add(i32.sub(x, first), i32.sub(sw, 1)), sw));
    c.if(i32.leS(x, first), () => c.set(window, i32.const(0)));
    c.if(i32.gtS(window, count), () => c.set(window, count));
    return window;
  };
  c.while(() => i32.ltS(channel, to), () => {
    const plane = c.local('i32', plus(image, channel, area));
    begin(plane, area);
    const ky = c.local('i32', i32.const(0));
    c.for(ky, kh, 1, () => {
      const kx = c.local('i32', i32.const(0));
      c.for(kx, kw, 1, () => {
        const x = c.local('i32', i32.sub(i32.mul(kx, dw), pw)), low = firstFrom(i32.const(0), x), inside = c.local('i32', i32.sub(firstFrom(width, x), low));
        const y = c.local('i32', i32.sub(i32.mul(ky, dh), ph)), left = c.local('i32', outHeight), some = c.local('i32', inside);
        c.while(() => left, () => {
          // unsigned, so that what lies above the image counts as below it
          c.set(inside, i32.select(some, i32.const(0), i32.ltU(y, height)));
          const pixel = c.local('i32', i32.add(plus(plane, y, row), i32.shl(plus(x, low, sw), 2)));
          body({ column, count, low, inside, pixel, step });
          c.advance(column, i32.shl(count, 2));
          c.advance(y, sh);
          c.advance(left, -1);
        });
      });
    });
    c.advance(channel, 1);
  });
}

const fillRow = (c: FunctionBuilder, at: I32, count: I32): void => writeRow(c, at, at, count, v128.zero, () => f32.const(0));

/** Moves along a row of the image and the columns, pixel by pixel. */
function eachPixel(c: FunctionBuilder, { inside, pixel, step }: Meeting, at: I32, body: (p: I32, q: I32) => void): void {
  const p = c.local('i32', pixel), q = c.local('i32', at), left = c.local('i32', inside);
  c.while(() => left, () => {
    body(p, q);
    c.advance(p, step);
    c.advance(q, 4);
    c.advance(left, -1);
  });
}

/** Adds `im2col` and `col2im`, which sums the columns where they overlap. */
export function buildPatches(m: ModuleBuilder): void {
  m.func('im2col', params(16), (c) => eachMeeting(c, () => {}, (meeting) => {
    const { column, count, low, inside, pixel, step } = meeting, at = c.local('i32', i32.add(column, i32.shl(low, 2)));
    fillRow(c, column, low);
    c.if(i32.eq(step, 4), () => copyRow(c, pixel, at, inside, null), () => eachPixel(c, meeting, at, (p, q) => c.storeF32(q, f32.load(p))));
    fillRow(c, i32.add(at, i32.shl(inside, 2)), i32.sub(count, i32.add(low, inside)));
  }));
  m.func('col2im', params(16), (c) => eachMeeting(c, (plane, nbytes) => c.fill(plane, 0, nbytes), (meeting) => {
    const { column, low, inside, pixel, step } = meeting, at = c.local('i32', i32.add(column, i32.shl(low, 2)));
    c.if(i32.eq(step, 4), () => addRow(c, at, pixel, inside), () => eachPixel(c, meeting, at, (p, q) => c.storeF32(p, f32.add(f32.load(p), f32.load(q)))));
  }));
}
