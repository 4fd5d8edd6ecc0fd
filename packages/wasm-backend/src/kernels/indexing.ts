import type { Value } from '../asm/code.js';
import { lanesOf } from '../asm/lanes.js';
import { integers, params, plus } from '../asm/integers.js';
import type { FunctionBuilder, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, f64, f64x2, i32, i64, v128 } from '../asm/ops.js';

// Reading and writing rows, or single elements, by their indices. Indices become byte offsets first, and are checked then.

type I32 = Value<'i32'>;

/** Copies bytes, whose number need not be a multiple of anything. */
function copyBytes(c: FunctionBuilder, from: I32, to: I32, nbytes: I32): void {
  const p = c.local('i32', from), q = c.local('i32', to), left = c.local('i32', nbytes);
  const step = (size: number, move: () => void): void => c.while(() => i32.geS(left, size), () => {
    move();
    c.advance(p, size);
    c.advance(q, size);
    c.advance(left, -size);
  });
  step(16, () => c.storeV128(q, v128.load(p)));
  step(4, () => c.storeI32(q, i32.load(p)));
  step(1, () => c.store8(q, i32.load8u(p)));
}

/**
 * offsets[i] (+)= index[i] · scale, for `n` indices of 4 or 8 bytes; with `wrap` negative ones count from the end. Gives 1
 * where one is out of range, else 0.
 */
function addOffsets(m: ModuleBuilder): void {
  m.func('offsets', params(8), (c) => {
    const [n, index, bytes, size, scale, wrap, add, out] = integers(c, 8), bad = c.local('i32', i32.const(0));
    c.while(() => i32.gtS(n, 0), () => {
      const value = c.local('i32', i32.load(index));
      // the high word of an int64 must be the sign of the low one
      c.if(i32.eq(bytes, 8), () => c.set(bad, i32.or(bad, i32.ne(i32.load(index, 4), i32.shrS(value, 31)))));
      c.if(i32.and(wrap, i32.ltS(value, 0)), () => c.advance(value, size));
      c.set(bad, i32.or(bad, i32.geU(value, size)));
      c.storeI32(out, i32.add(i32.mul(value, scale), i32.select(i32.load(out), i32.const(0), add)));
      c.advance(index, bytes);
      c.advance(out, 4);
      c.advance(n, -1);
    });
    c.emit(bad.code);
  }, 'i32');
}

/** Gives 1 where one of `n` int64 indices is not from 0 to below `size`, else 0. */
function addCheck(m: ModuleBuilder): void {
  m.func('check', params(3), (c) => {
    const [n, index, size] = integers(c, 3), bad = c.local('i32', i32.const(0));
    c.while(() => i32.gtS(n, 0), () => {
      c.set(bad, i32.or(bad, i32.or(i32.ne(i32.load(index, 4), 0), i32.geU(i32.load(index), size))));
      c.advance(index, 8);
      c.advance(n, -1);
    });
    c.emit(bad.code);
  }, 'i32');
}

/** Rows from … to of the output, `count` for each outer place: copies of the rows at the offsets. */
function addPick(m: ModuleBuilder): void {
  m.func('pick', params(8), (c) => {
    const [row, to, count, nbytes, src, outer, offsets, out] = integers(c, 8);
    const q = c.local('i32', plus(out, row, nbytes));
    const place = (): I32 => i32.add(plus(src, i32.divU(row, count), outer), i32.load(plus(offsets, i32.remU(row, count), i32.const(4))));
    const loop = (move: () => void): void => c.while(() => i32.ltS(row, to), () => {
      move();
      c.advance(q, nbytes);
      c.advance(row, 1);
    });
    c.if(i32.eq(nbytes, 4), () => loop(() => c.storeI32(q, i32.load(place()))), () => loop(() => copyBytes(c, place(), q, nbytes)));
  });
}

/** For outer places from … to: copies `count` rows to the offsets, the last one wins. */
function addPlace(m: ModuleBuilder): void {
  m.func('place', params(8), (c) => {
    const [o, to, count, nbytes, src, outer, offsets, out] = integers(c, 8);
    const p = c.local('i32', plus(src, o, i32.mul(count, nbytes)));
    c.while(() => i32.ltS(o, to), () => {
      const at = c.local('i32', offsets), left = c.local('i32', count), base = c.local('i32', plus(out, o, outer));
      c.while(() => i32.gtS(left, 0), () => {
        copyBytes(c, p, i32.add(base, i32.load(at)), nbytes);
        c.advance(p, nbytes);
        c.advance(at, 4);
        c.advance(left, -1);
      });
      c.advance(o, 1);
    });
  });
}

/** For outer places from … to: adds `count` rows of n elements, times a factor, at the offsets, but for one offset. */
function addAdd(m: ModuleBuilder, name: 'f32' | 'f64'): void {
  const lanes = lanesOf(name, false), { size, count: width } = lanes;
  m.func(`add_${name}`, [...params(9), 'f64'], (c) => {
    const [o, to, count, n, src, outer, offsets, out, skip] = integers(c, 9), factor = c.param(9, 'f64');
    const scale = c.local('v128', name === 'f32' ? f32x4.splat(f32.demote(factor)) : f64x2.splat(factor));
    const p = c.local('i32', plus(src, o, i32.mul(count, i32.mul(n, size))));
    c.while(() => i32.ltS(o, to), () => {
      const at = c.local('i32', offsets), rows = c.local('i32', count), base = c.local('i32', plus(out, o, outer));
      c.while(() => i32.gtS(rows, 0), () => {
        const q = c.local('i32', i32.add(base, i32.load(at))), left = c.local('i32', n);
        c.if(i32.eq(i32.load(at), skip), () => {
          c.advance(p, i32.mul(n, size));
          c.set(left, i32.const(0));
        });
        const step = (elements: number, add: () => void): void => c.while(() => i32.geS(left, elements), () => {
          add();
          c.advance(p, elements * size);
          c.advance(q, elements * size);
          c.advance(left, -elements);
        });
        step(width, () => c.storeV128(q, lanes.madd(v128.load(p), scale, v128.load(q))));
        step(1, () => lanes.storeOne(c, q, lanes.madd(lanes.loadOne(p), scale, lanes.loadOne(q))));
        c.advance(at, 4);
        c.advance(rows, -1);
      });
      c.advance(o, 1);
    });
  });
}

/** So many parameters all element operations have. */
const ELEMENT_PARAMS = 11;

/** What an element operation does for the element at `own` of the index's shape and that at `other` of the indexed one. */
type Element = (c: FunctionBuilder, other: I32, own: I32) => void;

/**
 * For outer places from … to: k × inner indices (int64), checked before, each of which stands for the element of the same
 * inner place, `index` along a dimension of n. `repeat` outer places after each other have the same indices; these lie
 * `step` bytes apart, and `rowStep` more after each `inner`, so that a row can have one index.
 */
function addElements(m: ModuleBuilder, name: string, size: number, element: Element, extra = 0): void {
  m.func(`${name}${size}`, params(ELEMENT_PARAMS + extra), (c) => {
    const [o, to, n, k, inner, indices, repeat, step, rowStep, indexed, like] = integers(c, ELEMENT_PARAMS);
    const own = c.local('i32', plus(like, o, i32.mul(i32.mul(k, inner), size)));
    c.while(() => i32.ltS(o, to), () => {
      const index = c.local('i32', plus(indices, i32.divU(o, repeat), i32.mul(k, plus(rowStep, inner, step))));
      const base = c.local('i32', plus(indexed, i32.mul(o, i32.mul(n, inner)), i32.const(size))), row = c.local('i32', i32.const(0)), t = c.local('i32');
      c.if(i32.eq(inner, 1), () => c.for(row, k, 1, () => {
        element(c, plus(base, i32.load(index), i32.const(size)), own);
        c.advance(index, 8);
        c.advance(own, size);
      }), () => c.for(row, k, 1, () => {
        c.set(t, i32.const(0));
        c.for(t, inner, 1, () => {
          element(c, plus(base, i32.add(i32.mul(i32.load(index), inner), t), i32.const(size)), own);
          c.advance(index, step);
          c.advance(own, size);
        });
        c.advance(index, rowStep);
      }));
      c.advance(o, 1);
    });
  });
}

export function buildIndexing(m: ModuleBuilder): void {
  addOffsets(m);
  addCheck(m);
  addPick(m);
  addPlace(m);
  addAdd(m, 'f32');
  addAdd(m, 'f64');
  const move4: Element = (c, from, to) => c.storeI32(to, i32.load(from));
  const move8: Element = (c, from, to) => c.storeI64(to, i64.load(from));
  addElements(m, 'gather', 4, move4);
  addElements(m, 'gather', 8, move8);
  addElements(m, 'scatter', 4, (c, to, from) => move4(c, from, to));
  addElements(m, 'scatter', 8, (c, to, from) => move8(c, from, to));
  const sum = (c: FunctionBuilder, to: I32, from: I32): void => {
    const p = c.local('i32', to);
    c.storeF32(p, f32.add(f32.load(p), f32.load(from)));
  };
  addElements(m, 'scatterAdd', 4, sum);
  addElements(m, 'scatterAdd', 8, (c, to, from) => {
    const p = c.local('i32', to);
    c.storeF64(p, f64.add(f64.load(p), f64.load(from)));
  });
  // the value's words are the last parameters
  const words = (c: FunctionBuilder): [I32, I32] => [c.param(ELEMENT_PARAMS, 'i32'), c.param(ELEMENT_PARAMS + 1, 'i32')];
  addElements(m, 'scatterValue', 4, (c, to) => c.storeI32(to, words(c)[0]), 2);
  addElements(m, 'scatterValue', 8, (c, to) => {
    const p = c.local('i32', to), [low, high] = words(c);
    c.storeI32(p, low);
    c.storeI32(p, high, 4);
  }, 2);
}
