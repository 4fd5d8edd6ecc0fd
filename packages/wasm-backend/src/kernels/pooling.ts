import type { Value } from '../asm/code.js';
import { integers, params, plus } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, i32x4, shuffle32, v128 } from '../asm/ops.js';

// Max pooling of planes of float32, with the place of each maximum as int64, and its gradient. A work item is a plane.
// As in PyTorch the first of equal values counts, and NaN wins over all.

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

function storeIndex(c: FunctionBuilder, p: I32, index: I32): void {
  c.storeI32(p, index);
  c.storeI32(p, i32.const(0), 4);
}

/** Windows of any size: one output at a time. */
function addAny(m: ModuleBuilder): void {
  m.func('maxPool', params(17), (c) => {
    const [plane, to, height, width, outHeight, outWidth, kh, kw, sh, sw, ph, pw, dh, dw, src, out, indices] = integers(c, 17);
    c.while(() => i32.ltS(plane, to), () => {
      const image = c.local('i32', plus(src, plane, i32.shl(i32.mul(height, width), 2)));
      const at = c.local('i32', i32.mul(plane, i32.mul(outHeight, outWidth)));
      const q = c.local('i32', plus(out, at, i32.const(4))), qi = c.local('i32', plus(indices, at, i32.const(8)));
      const oy = c.local('i32', i32.const(0));
      c.for(oy, outHeight, 1, () => {
        const ox = c.local('i32', i32.const(0));
        c.for(ox, outWidth, 1, () => {
          const best = c.local('f32', f32.const(-Infinity)), bestAt = c.local('i32', i32.const(-1));
          const ky = c.local('i32', i32.const(0));
          c.for(ky, kh, 1, () => {
            const y = c.local('i32', i32.add(i32.sub(i32.mul(oy, sh), ph), i32.mul(ky, dh)));
            // unsigned, so that rows above the image count as beyond it
            c.if(i32.ltU(y, height), () => {
              const kx = c.local('i32', i32.const(0));
              c.for(kx, kw, 1, () => {
                const x = c.local('i32', i32.add(i32.sub(i32.mul(ox, sw), pw), i32.mul(kx, dw)));
                c.if(i32.ltU(x, width), () => {
                  const index = c.local('i32', plus(x, y, width));
                  const v = c.local('f32', f32.load(plus(image, index, i32.const(4))));
                  const first = i32.ltS(bestAt, 0);
                  c.if(i32.or(i32.or(f32.gt(v, best), f32.ne(v, v)), first), () => {
                    c.set(best, v);
                    c.set(bestAt, index);
                  });
                });
              });
            });
          });
          c.storeF32(q, best);
          storeIndex(c, qi, bestAt);
          c.advance(q, 4);
          c.advance(qi, 8);
        });
      });
      c.advance(plane, 1);
    });
  });
}

/** Windows of 2 × 2 side by side: four outputs at a time, without a branch. */
function addTwoByTwo(m: ModuleBuilder): void {
  m.func('maxPool2x2', params(9), (c) => {
    const [plane, to, height, width, outHeight, outWidth, src, out, indices] = integers(c, 9);
    const row = c.local('i32', i32.shl(width, 2));
    c.while(() => i32.ltS(plane, to), () => {
      const at = c.local('i32', i32.mul(plane, i32.mul(outHeight, outWidth)));
      const q = c.local('i32', plus(out, at, i32.const(4))), qi = c.local('i32', plus(indices, at, i32.const(8)));
      const image = c.local('i32', plus(src, plane, i32.mul(height, row)));
      const oy = c.local('i32', i32.const(0));
      c.for(oy, outHeight, 1, () => {
        const first = c.local('i32', i32.mul(i32.shl(oy, 1), width));
        const p = c.local('i32', plus(image, first, i32.const(4)));
        const left = c.local('i32', outWidth);
        c.if(i32.geS(outWidth, 4), () => c.while(() => i32.gtS(left, 0), () => {
          // the last four reach back over some before them: one by one, the branches of those that are left would take longer
          const over = c.local('i32', i32.sub(i32.const(4), left));
          c.if(i32.gtS(over, 0), () => {
            c.set(q, i32.sub(q, i32.shl(over, 2)));
            c.set(qi, i32.sub(qi, i32.shl(over, 3)));
            c.set(p, i32.sub(p, i32.shl(over, 3)));
            c.set(first, i32.sub(first, i32.shl(over, 1)));
          });
          const pick = (from: I32, lanes: readonly number[]): Local<'v128'> =>
            c.local('v128', shuffle32(v128.load(from), v128.load(from, 16), lanes));
          const below = c.local('i32', i32.add(p, row));
          const best = pick(p, [0, 2, 4, 6]);
          const base = i32x4.add(i32x4.splat(first), ramp);
          const bestAt = c.local('v128', base);
          const consider = (v: Local<'v128'>, offset: I32): void => {
            const wins = c.local('v128', v128.or(f32x4.gt(v, best), f32x4.ne(v, v)));
            c.set(best, v128.bitselect(v, best, wins));
            c.set(bestAt, v128.bitselect(i32x4.add(base, i32x4.splat(offset)), bestAt, wins));
          };
          consider(pick(p, [1, 3, 5, 7]), i32.const(1));
          consider(pick(below, [0, 2, 4, 6]), width);
          consider(pick(below, [1, 3, 5, 7]), i32.add(width, 1));
          c.storeV128(q, best);
          c.storeV128(qi, shuffle32(bestAt, v128.zero(), [0, 4, 1, 4]));
          c.storeV128(qi, shuffle32(bestAt, v128.zero(), [2, 4, 3, 4]), 16);
          c.advance(q, 16);
          c.advance(qi, 32);
          c.advance(p, 32);
          c.advance(first, 8);
          c.advance(left, -4);
        }), () => c.while(() => i32.gtS(left, 0), () => {
          const best = c.local('f32', f32.load(p)), bestAt = c.local('i32', first);
          const consider = (from: I32, offset: number, index: I32): void => {
            const v = c.local('f32', f32.load(from, offset));
            c.if(i32.or(f32.gt(v, best), f32.ne(v, v)), () => {
              c.set(best, v);
              c.set(bestAt, index);
            });
          };
          const below = c.local('i32', i32.add(p, row));
          consider(p, 4, i32.add(first, 1));
          consider(below, 0, i32.add(first, width));
          consider(below, 4, i32.add(i32.add(first, width), 1));
          c.storeF32(q, best);
          storeIndex(c, qi, bestAt);
          c.advance(q, 4);
          c.advance(qi, 8);
          c.advance(p, 8);
          c.advance(first, 2);
          c.advance(left, -1);
        }));
      });
      c.advance(plane, 1);
    });
  });
}

/** 0, 2, 4, 6: where the windows of four outputs begin. */
const ramp: V128 = shuffle32(
  shuffle32(i32x4.const(0), i32x4.const(2), [0, 4, 0, 0]), shuffle32(i32x4.const(4), i32x4.const(6), [0, 4, 0, 0]), [0, 1, 4, 5]);

function addBackward(m: ModuleBuilder): void {
  m.func('maxPoolBackward', params(7), (c) => {
    const [plane, to, inputs, outputs, grad, indices, out] = integers(c, 7);
    c.while(() => i32.ltS(plane, to), () => {
      const image = c.local('i32', plus(out, plane, i32.shl(inputs, 2)));
      c.fill(image, 0, i32.shl(inputs, 2));
      const at = c.local('i32', i32.mul(plane, outputs));
      const g = c.local('i32', plus(grad, at, i32.const(4))), i = c.local('i32', plus(indices, at, i32.const(8)));
      const left = c.local('i32', outputs);
      c.while(() => i32.gtS(left, 0), () => {
        const p = c.local('i32', plus(image, i32.load(i), i32.const(4)));
        c.storeF32(p, f32.add(f32.load(p), f32.load(g)));
        c.advance(g, 4);
        c.advance(i, 8);
        c.advance(left, -1);
      });
      c.advance(plane, 1);
    });
  });
}

export function buildPooling(m: ModuleBuilder): void {
  addAny(m);
  addTwoByTwo(m);
  addBackward(m);
}
