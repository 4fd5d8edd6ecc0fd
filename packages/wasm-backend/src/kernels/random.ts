import type { Value } from '../asm/code.js';
import { integers, params } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32x4, f64x2, i32, i32x4, v128 } from '../asm/ops.js';
import { eachVector, load, store } from '../asm/vectors.js';
import { high, joinLow } from './four.js';

// The Mersenne Twister, and PyTorch's Box-Muller transform of float32 with the bits that the JavaScript kernels give.

type V128 = Value<'v128'>;
type I32 = Value<'i32'>;

/** Words of the twister's state. */
export const WORDS = 624;
/** What is read of the state beyond its end, in words. */
const BEYOND = 4;
export const STATE_BYTES = 4 * (WORDS + BEYOND);
const MIDDLE = 397;

const constants = (count: number, x: number): V128[] => new Array<V128>(count).fill(f64x2.const(x));
const shifted = (x: V128, by: number): V128 => (by < 0 ? i32x4.shl(x, i32.const(-by)) : i32x4.shrU(x, i32.const(by)));
const bits = (x: V128, mask: number): V128 => v128.and(x, i32x4.const(mask));

/** Adds `draw(state, next, out, count)`: `count` words of the sequence from word `next` of the state on. */
function addDraw(m: ModuleBuilder): void {
  m.func('draw', params(4), (c) => {
    const [state, next, out, count] = integers(c, 4);
    const p = c.local('i32'), k = c.local('i32'), y = c.local('v128'), above = c.local('v128');
    const end = i32.add(state, 4 * WORDS);
    /** Renews words up to `limit`, four at a time; the middle one of each lies `away` words off. */
    const renew = (limit: I32, away: number): void => c.doWhile(() => {
      c.set(above, v128.load(p, 4));
      const joined = v128.bitselect(v128.load(p), above, i32x4.const(1 << 31));
      const odd = bits(i32x4.neg(bits(above, 1)), 0x9908b0df);
      c.storeV128(p, v128.xor(v128.xor(shifted(joined, 1), odd), v128.load(i32.add(p, 4 * away))));
      c.advance(p, 16);
      return i32.ltU(p, limit);
    });
    c.while(() => i32.gtS(count, 0), () => {
      c.if(i32.eq(next, WORDS), () => {
        c.set(p, state);
        c.set(next, i32.const(0));
        // the first vector follows the last, where both ends of the sequence are met
        renew(i32.add(state, 16), MIDDLE);
        c.storeV128(end, v128.load(state));
        renew(i32.add(state, 4 * (WORDS - MIDDLE)), MIDDLE);
        renew(end, MIDDLE - WORDS);
      });
      c.set(p, i32.add(state, i32.shl(next, 2)));
      c.set(k, i32.sub(i32.const(WORDS), next));
      c.if(i32.gtS(k, count), () => c.set(k, count));
      c.advance(next, k);
      c.set(count, i32.sub(count, k));
      eachVector(c, k, [p, out], (single) => {
        c.set(y, load(p, single));
        for (const [by, mask] of [[11, -1], [-7, 0x9d2c5680], [-15, 0xefc60000], [18, -1]]) {
          c.set(y, v128.xor(y, mask === -1 ? shifted(y, by) : bits(shifted(y, by), mask)));
        }
        store(c, out, y, single);
      });
    });
  });
}

/** Numbers of float32 in lanes of float64. A product of two is exact there, so that a sum added to it is all that is rounded. */
const widened = (c: FunctionBuilder, x: V128): Local<'v128'>[] =>
  [c.local('v128', f64x2.promoteLow(x)), c.local('v128', f64x2.promoteLow(high(x)))];
const narrowed = ([a, b]: readonly V128[]): V128 => joinLow(f32x4.demoteF64x2(a), f32x4.demoteF64x2(b));
const rounded = (x: V128): V128 => f64x2.promoteLow(f32x4.demoteF64x2(x));

type Wide = readonly V128[];

/** (y · x + a) for each a in turn, then y · x, rounded to float32 each time; lanes side by side, so that none waits for another. */
function horner(c: FunctionBuilder, first: number, xs: Wide, terms: readonly number[]): Local<'v128'>[] {
  const ys = xs.map(() => c.local('v128', f64x2.const(first))), times = (i: number): V128 => f64x2.mul(ys[i], xs[i]);
  for (const a of terms) ys.forEach((y, i) => c.set(y, rounded(f64x2.add(times(i), f64x2.const(a)))));
  ys.forEach((y, i) => c.set(y, rounded(times(i))));
  return ys;
}

const f = Math.fround;
const LOGARITHM = [
  -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);

/** sqrt(-2 ln(k / 2^24)) of integers of 1 to 2^24, several vectors of them. */
function radii(c: FunctionBuilder, ks: readonly V128[]): V128[] {
  const parts = ks.map((value) => {
    const k = c.local('v128', f32x4.convertI32x4(value));
    const x = c.local('v128', v128.or(bits(k, 0x7fffff), i32x4.const(0x3f000000)));
    const small = c.local('v128', f32x4.lt(x, f32x4.const(f(Math.SQRT1_2))));
    const e = c.local('v128', f32x4.convertI32x4(i32x4.add(i32x4.sub(shifted(k, 23), i32x4.const(126 + 24)), small)));
    c.set(x, f32x4.sub(f32x4.add(x, v128.and(x, small)), f32x4.const(1)));
    return { x, e, z: c.local('v128', f32x4.mul(x, x)), wide: widened(c, x) };
  });
  const ys = horner(c, f(7.0376836292e-2), parts.flatMap(({ wide }) => wide), LOGARITHM);
  return parts.map(({ x, e, z }, i) => {
    const low = widened(c, c.local('v128', f32x4.mul(e, f32x4.const(-2.12194440e-4)))), zs = widened(c, z);
    const y = narrowed(zs.map((w, j) => f64x2.add(f64x2.mul(ys[2 * i + j], w), low[j])));
    const tail = f32x4.add(x, f32x4.sub(y, f32x4.mul(z, f32x4.const(0.5))));
    const log = f32x4.add(f32x4.mul(e, f32x4.const(0.693359375)), tail);
    return c.local('v128', f32x4.sqrt(f32x4.mul(log, f32x4.const(-2))));
  });
}

/** Cosine and sine of an angle of 0 to 2 pi. */
function cosineAndSine(c: FunctionBuilder, angle: V128): [cos: V128, sin: V128] {
  const theta = c.local('v128', angle);
  const octant = c.local('v128', bits(i32x4.add(i32x4.truncSatF32x4(f32x4.mul(theta, f32x4.const(4 / Math.PI))), i32x4.const(1)), -2));
  const count = c.local('v128', f32x4.convertI32x4(octant));
  // two of the three parts of pi / 4 have bits so few that their products are exact
  const near = c.local('v128', f32x4.add(theta, f32x4.mul(count, f32x4.const(-0.78515625))));
  c.set(near, f32x4.add(near, f32x4.mul(count, f32x4.const(-2.4187564849853515625e-4))));
  const counts = widened(c, count);
  const xs = widened(c, near).map((x, i) => {
    c.set(x, rounded(f64x2.add(f64x2.mul(counts[i], f64x2.const(f(-3.77489497744594108e-8))), x)));
    return x;
  });
  const zs = xs.map((x) => c.local('v128', rounded(f64x2.mul(x, x))));
  const cs = horner(c, f(2.443315711809948e-5), zs, [f(-1.388731625493765e-3), f(4.166664568298827e-2)]);
  const ss = horner(c, f(-1.9515295891e-4), zs, [f(8.3321608736e-3), f(-1.6666654611e-1)]);
  const half = constants(2, 0.5);
  const cos = c.local('v128', f32x4.add(narrowed(zs.map((z, i) => f64x2.sub(f64x2.mul(cs[i], z), f64x2.mul(half[i], z)))), f32x4.const(1)));
  const sin = c.local('v128', narrowed(xs.map((x, i) => f64x2.add(f64x2.mul(ss[i], x), x))));
  const swap = c.local('v128', i32x4.eq(bits(octant, 2), i32x4.const(2)));
  const signed = (x: V128, o: V128): V128 => v128.xor(x, i32x4.shl(bits(o, 4), i32.const(29)));
  return [
    signed(v128.bitselect(sin, cos, swap), i32x4.add(octant, i32x4.const(2))),
    signed(v128.bitselect(cos, sin, swap), octant),
  ];
}

/**
 * Adds a function that turns blocks of 16 words into normal numbers, word j and word j + 8 into a pair: `(from, to, data, mean,
 * std)`, whose deviation may be known to be 1.
 */
function addNormal(m: ModuleBuilder, name: string, isUnit: boolean): void {
  m.func(name, [...params(3), 'f64', 'f64'], (c) => {
    const [block, to, data] = integers(c, 3), [mean, std] = [3, 4].map((i) => c.local('v128', f64x2.splat(c.param(i, 'f64'))));
    const mean32 = c.local('v128', narrowed([mean, mean]));
    c.while(() => i32.ltS(block, to), () => {
      const p = c.local('i32', i32.add(data, i32.shl(block, i32.const(6))));
      const drawn = (offset: number): V128 => bits(v128.load(p, offset), 0xffffff);
      radii(c, [0, 16].map((offset) => i32x4.sub(i32x4.const(0x1000000), drawn(offset)))).forEach((radius, i) => {
        const turn = f32x4.mul(f32x4.convertI32x4(drawn(32 + 16 * i)), f32x4.const(2 ** -24));
        cosineAndSine(c, f32x4.mul(turn, f32x4.const(2 * Math.PI))).forEach((part, j) => {
          const x = c.local('v128', f32x4.mul(radius, part));
          const moved = isUnit ? f32x4.add(x, mean32) : narrowed(widened(c, x).map((w) => f64x2.add(f64x2.mul(w, std), mean)));
          c.storeV128(p, moved, 16 * i + 32 * j);
        });
      });
      c.advance(block, 1);
    });
  });
}

export function buildRandom(m: ModuleBuilder): void {
  addDraw(m);
  addNormal(m, 'normal', false);
  addNormal(m, 'unitNormal', true);
}
