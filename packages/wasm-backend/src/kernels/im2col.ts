import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, i32 } from '../asm/ops.js';

// A convolution of any stride as a matrix product: row k = (channel, dy, dx) of the columns holds what kernel element k
// meets at each position of the output. A work item is such a row (im2col) or a channel (col2im).

type I32 = Value<'i32'>;

const PARAMS = new Array<'i32'>(16).fill('i32');

interface Geometry {
  readonly from: Local<'i32'>; readonly to: Local<'i32'>; readonly image: I32; readonly columns: I32;
  readonly height: I32; readonly width: I32; readonly outHeight: I32; readonly outWidth: I32;
  readonly kh: I32; readonly kw: I32; readonly sh: I32; readonly sw: I32; readonly ph: I32; readonly pw: I32;
  readonly dh: I32; readonly dw: I32;
}

function geometry(c: FunctionBuilder): Geometry {
  const [from, to, image, columns, height, width, outHeight, outWidth, kh, kw, sh, sw, ph, pw, dh, dw] = PARAMS.map((t, i) => c.param(i, t));
  return { from, to, image, columns, height, width, outHeight, outWidth, kh, kw, sh, sw, ph, pw, dh, dw };
}

/** Calls `at` for each output position of a kernel element, with the address in the plane, or null outside the image. */
function positions(c: FunctionBuilder, g: Geometry, plane: I32, ky: I32, kx: I32, at: (address: I32 | null) => void): void {
  const oy = c.local('i32', i32.const(0));
  c.for(oy, g.outHeight, 1, () => {
    const y = c.local('i32', i32.add(i32.sub(i32.mul(oy, g.sh), g.ph), i32.mul(ky, g.dh)));
    const row = c.local('i32', i32.add(plane, i32.shl(i32.mul(y, g.width), 2)));
    const x = c.local('i32', i32.sub(i32.mul(kx, g.dw), g.pw));
    const left = c.local('i32', g.outWidth);
    c.while(() => i32.gtS(left, 0), () => {
      // unsigned, so that what lies before the image counts as beyond it
      c.if(i32.and(i32.ltU(y, g.height), i32.ltU(x, g.width)), () => at(i32.add(row, i32.shl(x, 2))), () => at(null));
      c.advance(x, g.sw);
      c.advance(left, -1);
    });
  });
}

export function buildIm2col(m: ModuleBuilder): void {
  m.func('im2col', PARAMS, (c) => {
    const g = geometry(c), size = c.local('i32', i32.mul(g.kh, g.kw));
    const k = c.local('i32', g.from);
    c.while(() => i32.ltS(k, g.to), () => {
      const within = c.local('i32', i32.remU(k, size));
      const plane = c.local('i32', i32.add(g.image, i32.shl(i32.mul(i32.divU(k, size), i32.mul(g.height, g.width)), 2)));
      const out = c.local('i32', i32.add(g.columns, i32.shl(i32.mul(k, i32.mul(g.outHeight, g.outWidth)), 2)));
      positions(c, g, plane, c.local('i32', i32.divU(within, g.kw)), c.local('i32', i32.remU(within, g.kw)), (address) => {
        c.storeF32(out, address ? f32.load(address) : f32.const(0));
        c.advance(out, 4);
      });
      c.advance(k, 1);
    });
  });
  m.func('col2im', PARAMS, (c) => {
    const g = geometry(c), channel = c.local('i32', g.from), area = c.local('i32', i32.shl(i32.mul(g.height, g.width), 2));
    c.while(() => i32.ltS(channel, g.to), () => {
      const plane = c.local('i32', i32.add(g.image, i32.mul(channel, area)));
      c.fill(plane, 0, area);
      const rows = i32.mul(channel, i32.mul(g.kh, g.kw));
      const from = c.local('i32', i32.add(g.columns, i32.shl(i32.mul(rows, i32.mul(g.outHeight, g.outWidth)), 2)));
      const ky = c.local('i32', i32.const(0));
      c.for(ky, g.kh, 1, () => {
        const kx = c.local('i32', i32.const(0));
        c.for(kx, g.kw, 1, () => positions(c, g, plane, ky, kx, (address) => {
          if (address) c.storeF32(address, f32.add(f32.load(address), f32.load(from)));
          c.advance(from, 4);
        }));
      });
      c.advance(channel, 1);
    });
  });
  /** Rows from … to of n floats, each filled with its number, or with 0 without numbers. */
  m.func('fillRows', ['i32', 'i32', 'i32', 'i32', 'i32'], (c) => {
    const [row, to, n, numbers, out] = [0, 1, 2, 3, 4].map((i) => c.param(i, 'i32'));
    c.while(() => i32.ltS(row, to), () => {
      const x = c.local('f32', f32.const(0));
      c.if(numbers, () => c.set(x, f32.load(i32.add(numbers, i32.shl(row, 2)))), () => c.set(x, f32.const(0)));
      const p = c.local('i32', i32.add(out, i32.shl(i32.mul(row, n), 2))), left = c.local('i32', n);
      c.while(() => i32.gtS(left, 0), () => {
        c.storeF32(p, x);
        c.advance(p, 4);
        c.advance(left, -1);
      });
      c.advance(row, 1);
    });
  });
}
