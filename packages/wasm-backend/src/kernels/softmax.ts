import type { Value } from '../asm/code.js';
import { integers, params } from '../asm/integers.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32x4, i32, v128 } from '../asm/ops.js';
import { across, addTo, eachVector, largestOf, load, store } from '../asm/vectors.js';
import { exp, expOfNormal, log } from './math.js';

// softmax and logSoftmax, their gradients, and logsumexp. A work item is a row, or four columns.

type I32 = Value<'i32'>;
type V128 = Value<'v128'>;

const LEAST = f32x4.const(-87.33);

/** e^x of numbers that are not positive; what is below the normal numbers is 0. */
function expOf(c: FunctionBuilder, value: V128): V128 {
  const x = c.local('v128', value);
  return v128.andnot(expOfNormal(c, x), f32x4.lt(x, LEAST));
}

/** How a work item's numbers are gone along. */
interface Walk {
  /** Calls `body` for each vector of numbers, whose pointers move on; with `single` for one number in all lanes. */
  each(pointers: readonly Local<'i32'>[], body: (single: boolean) => void): void;
  /** Sets `largest` to the largest, in all lanes that take part; NaN is passed over. */
  largest(p: Local<'i32'>, largest: Local<'v128'>): void;
  /** Makes of a vector's lanes what they are for the whole. */
  total(sum: Local<'v128'>): void;
}

/**
 * Adds `name`, for rows that lie together, and `nameColumns`, for numbers `inner` apart (at least four), of which a work item
 * takes four sequences side by side. Parameters: from, to, length, inner, and addresses, which `body` gets for each item.
 */
function addBoth(m: ModuleBuilder, name: string, addresses: number, body: (c: FunctionBuilder, walk: Walk, at: readonly I32[]) => void): void {
  const add = (suffix: string, walkOf: (c: FunctionBuilder, n: I32, inner: I32) => Walk, start: (item: I32, n: I32, inner: I32) => I32): number =>
    m.func(name + suffix, params(4 + addresses), (c) => {
      const [item, to, n, inner, ...bases] = integers(c, 4 + addresses);
      c.while(() => i32.ltS(item, to), () => {
        const offset = c.local('i32', i32.shl(start(item, n, inner), 2));
        body(c, walkOf(c, n, inner), bases.map((base) => c.local('i32', i32.add(base, offset))));
        c.advance(item, 1);
      });
    });
  add('', (c, n) => ({
    each: (pointers, step) => eachVector(c, n, pointers, step),
    largest: (p, largest) => largestOf(c, n, p, largest),
    total: (sum) => across(c, sum, f32x4.add),
  }), (item, n) => i32.mul(item, n));
  const columns = (c: FunctionBuilder, n: I32, inner: I32): Walk => ({
    each(pointers, step) {
      const left = c.local('i32', n);
      c.while(() => left, () => {
        step(false);
        pointers.forEach((p) => c.advance(p, i32.shl(inner, 2)));
        c.advance(left, -1);
      });
    },
    largest(p, largest) {
      c.set(largest, f32x4.const(-Infinity));
      this.each([p], () => c.set(largest, f32x4.pmax(v128.load(p), largest)));
    },
    total() {},
  });
  // the last four may overlap with those before
  add('Columns', columns, (item, n, inner) => {
    const fours = i32.shrU(i32.add(inner, 3), 2), column = i32.shl(i32.remU(item, fours), 2), last = i32.sub(inner, 4);
    return i32.add(i32.mul(i32.divU(item, fours), i32.mul(n, inner)), i32.select(column, last, i32.ltS(column, last)));
  });
}

function addForward(m: ModuleBuilder, name: string, logarithm: boolean): void {
  addBoth(m, name, 2, (c, walk, [x, y]) => {
    const largest = c.local('v128'), sum = c.local('v128', v128.zero()), p = c.local('i32', x), q = c.local('i32', y);
    walk.largest(p, largest);
    c.set(p, x);
    walk.each([p, q], (single) => {
      const e = c.local('v128', expOf(c, f32x4.sub(load(p, single), largest)));
      addTo(c, sum, e, single);
      if (!logarithm) store(c, q, e, single);
    });
    walk.total(sum);
    c.set(p, x);
    c.set(q, y);
    if (logarithm) {
      const tail = c.local('v128', log(c, sum));
      walk.each([p, q], (single) => store(c, q, f32x4.sub(f32x4.sub(load(p, single), largest), tail), single));
    } else {
      const scale = c.local('v128', f32x4.div(f32x4.const(1), sum));
      walk.each([q], (single) => store(c, q, f32x4.mul(load(q, single), scale), single));
    }
  });
}

/** largest + ln Σ e^(x - largest) of each row. */
function addLogSumExp(m: ModuleBuilder): void {
  m.func('logsumexp', params(5), (c) => {
    const [row, to, n, src, out] = integers(c, 5);
    const largest = c.local('v128'), sum = c.local('v128');
    c.while(() => i32.ltS(row, to), () => {
      const x = c.local('i32', i32.add(src, i32.mul(row, i32.shl(n, 2)))), p = c.local('i32', x);
      largestOf(c, n, p, largest);
      // ∞ - ∞ would be NaN
      const shift = c.local('v128', v128.andnot(largest, f32x4.eq(f32x4.abs(largest), f32x4.const(Infinity))));
      c.set(sum, v128.zero());
      c.set(p, x);
      eachVector(c, n, [p], (single) =>
        addTo(c, sum, expOf(c, f32x4.pmin(f32x4.sub(load(p, single), shift), v128.zero())), single));
      across(c, sum, f32x4.add);
      c.storeF32(i32.add(out, i32.shl(row, 2)), f32x4.extract(f32x4.add(largest, log(c, sum)), 0));
      c.advance(row, 1);
    });
  });
}

function addBackward(m: ModuleBuilder, name: string, logarithm: boolean): void {
  addBoth(m, name, 3, (c, walk, [grad, result, out]) => {
    const sum = c.local('v128', v128.zero()), p = c.local('i32', grad), r = c.local('i32', result), q = c.local('i32', out);
    walk.each([p, r], (single) =>
      addTo(c, sum, logarithm ? load(p, single) : f32x4.mul(load(p, single), load(r, single)), single));
    walk.total(sum);
    c.set(p, grad);
    c.set(r, result);
    walk.each([p, r, q], (single) => {
      const y = c.local('v128', load(r, single)), g = load(p, single);
      store(c, q, logarithm ? f32x4.sub(g, f32x4.mul(exp(c, y), sum)) : f32x4.mul(y, f32x4.sub(g, sum)), single);
    });
  });
}

export function buildSoftmax(m: ModuleBuilder): void {
  addForward(m, 'softmax', false);
  addForward(m, 'logSoftmax', true);
  addLogSumExp(m);
  addBackward(m, 'softmaxBackward', false);
  addBackward(m, 'logSoftmaxBackward', true);
}
