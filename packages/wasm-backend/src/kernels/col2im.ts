import { integers, params } from '../asm/integers.js';
import type { ModuleBuilder } from '../asm/module.js';
import { f32, i32 } from '../asm/ops.js';

/**
 * For channels from … to of an image (height × width): its pixels as sums of the columns that row (channel, dy, dx) holds for
 * each position of a kernel that moves over it.
 */
export function buildCol2im(m: ModuleBuilder): void {
  m.func('col2im', params(16), (c) => {
    const [from, to, image, columns, height, width, outHeight, outWidth, kh, kw, sh, sw, ph, pw, dh, dw] = integers(c, 16);
    const channel = c.local('i32', from), area = c.local('i32', i32.shl(i32.mul(height, width), 2));
    c.while(() => i32.ltS(channel, to), () => {
      const plane = c.local('i32', i32.add(image, i32.mul(channel, area)));
      c.fill(plane, 0, area);
      const rows = i32.mul(channel, i32.mul(kh, kw));
      const column = c.local('i32', i32.add(columns, i32.shl(i32.mul(rows, i32.mul(outHeight, outWidth)), 2)));
      const ky = c.local('i32', i32.const(0));
      c.for(ky, kh, 1, () => {
        const kx = c.local('i32', i32.const(0));
        c.for(kx, kw, 1, () => {
          const oy = c.local('i32', i32.const(0));
          c.for(oy, outHeight, 1, () => {
            const y = c.local('i32', i32.add(i32.sub(i32.mul(oy, sh), ph), i32.mul(ky, dh)));
            const row = c.local('i32', i32.add(plane, i32.shl(i32.mul(y, width), 2)));
            const x = c.local('i32', i32.sub(i32.mul(kx, dw), pw)), left = c.local('i32', outWidth);
            c.while(() => i32.gtS(left, 0), () => {
              // unsigned, so that what lies before the image counts as beyond it
              c.if(i32.and(i32.ltU(y, height), i32.ltU(x, width)), () => {
                const p = c.local('i32', i32.add(row, i32.shl(x, 2)));
                c.storeF32(p, f32.add(f32.load(p), f32.load(column)));
              });
              c.advance(column, 4);
              c.advance(x, sw);
              c.advance(left, -1);
            });
          });
        });
      });
      c.advance(channel, 1);
    });
  });
}
