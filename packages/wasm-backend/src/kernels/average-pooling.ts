import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, i32 } from '../asm/ops.js';

// Means over windows of planes of float32, and the gradient. A work item is a plane. Rows of windows and columns of
// windows are each described by a table of (start, end, what they count in the mean), 32-bit integers.

type I32 = Value<'i32'>;

/** Bytes of a table's entry. */
export const WINDOW_BYTES = 12;

const params: ('i32' | 'f32')[] = [...new Array<'i32'>(10).fill('i32'), 'f32'];

interface Place {
  /** address of the output */
  readonly q: Local<'i32'>;
  readonly divisor: Value<'f32'>;
  /** calls `body` with the address of each element of the window */
  eachElement(body: (p: I32) => void): void;
}

/** Calls `body` for each output of planes from … to, whose elements lie at `images`, and before each plane `begin`. */
function eachWindow(c: FunctionBuilder, body: (o: Place) => void, begin?: (image: I32, bytes: I32) => void): void {
  const [plane, to, height, width, outHeight, outWidth, rows, columns, images, pooled] = params.slice(0, 10).map((_, i) => c.param(i, 'i32'));
  const override = c.param(10, 'f32');
  const size = c.local('i32', i32.shl(i32.mul(height, width), 2)), row = c.local('i32', i32.shl(width, 2));
  const q = c.local('i32', i32.add(pooled, i32.shl(i32.mul(plane, i32.mul(outHeight, outWidth)), 2)));
  c.while(() => i32.ltS(plane, to), () => {
    const image = c.local('i32', i32.add(images, i32.mul(plane, size)));
    begin?.(image, size);
    const oy = c.local('i32', i32.const(0));
    c.for(oy, outHeight, 1, () => {
      const h = c.local('i32', i32.add(rows, i32.mul(oy, WINDOW_BYTES)));
      const ox = c.local('i32', i32.const(0));
      c.for(ox, outWidth, 1, () => {
        const w = c.local('i32', i32.add(columns, i32.mul(ox, WINDOW_BYTES)));
        const divisor = c.local('f32', f32.convertI32(i32.mul(i32.load(h, 8), i32.load(w, 8))));
        c.if(f32.ne(override, f32.const(0)), () => c.set(divisor, override));
        body({
          q, divisor,
          eachElement(element) {
            const y = c.local('i32', i32.load(h));
            c.for(y, i32.load(h, 4), 1, () => {
              const start = c.local('i32', i32.add(image, i32.mul(y, row)));
              const p = c.local('i32', i32.add(start, i32.shl(i32.load(w), 2))), end = c.local('i32', i32.add(start, i32.shl(i32.load(w, 4), 2)));
              c.while(() => i32.ltU(p, end), () => {
                element(p);
                c.advance(p, 4);
              });
            });
          },
        });
        c.advance(q, 4);
      });
    });
    c.advance(plane, 1);
  });
}

export function buildAveragePooling(m: ModuleBuilder): void {
  m.func('averagePool', params, (c) => eachWindow(c, ({ q, divisor, eachElement }) => {
    const sum = c.local('f32', f32.const(0));
    eachElement((p) => c.set(sum, f32.add(sum, f32.load(p))));
    c.storeF32(q, f32.div(sum, divisor));
  }));
  m.func('averagePoolBackward', params, (c) => eachWindow(c, ({ q, divisor, eachElement }) => {
    const share = c.local('f32', f32.div(f32.load(q), divisor));
    eachElement((p) => c.storeF32(p, f32.add(f32.load(p), share)));
  }, (image, bytes) => c.fill(image, 0, bytes)));
}
