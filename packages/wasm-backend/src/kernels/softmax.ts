import type { Value } from '../asm/code.js';
import type { FunctionBuilder, ModuleBuilder } from '../asm/module.js';
import { f32x4, i32, v128 } from '../asm/ops.js';
import { across, addTo, eachVector, largestOf, load, store } from '../asm/vectors.js';
import { exp, expOfNormal, log } from './math.js';

// softmax and logSoftmax along rows that lie together, their gradients, and logsumexp. A work item is a row.

type V128 = Value<'v128'>;

const LEAST = f32x4.const(-87.33);

/** e^x of numbers that are not positive; what is below the normal numbers is 0. */
function expOf(c: FunctionBuilder, value: V128): V128 {
  const x = c.local('v128', value);
  return v128.andnot(expOfNormal(c, x), f32x4.lt(x, LEAST));
}

function addForward(m: ModuleBuilder, name: string, logarithm: boolean): void {
  m.func(name, ['i32', 'i32', 'i32', 'i32', 'i32'], (c) => {
    const [row, to, n, src, out] = [0, 1, 2, 3, 4].map((i) => c.param(i, 'i32'));
    const largest = c.local('v128'), sum = c.local('v128');
    c.while(() => i32.ltS(row, to), () => {
      const at = c.local('i32', i32.mul(row, i32.shl(n, 2)));
      const x = c.local('i32', i32.add(src, at)), y = c.local('i32', i32.add(out, at));
      const p = c.local('i32', x), q = c.local('i32', y);
      largestOf(c, n, p, largest);
      c.set(sum, v128.zero());
      c.set(p, x);
      eachVector(c, n, [p, q], (single) => {
        const e = c.local('v128', expOf(c, f32x4.sub(load(p, single), largest)));
        addTo(c, sum, e, single);
        if (!logarithm) store(c, q, e, single);
      });
      across(c, sum, f32x4.add);
      c.set(p, x);
      c.set(q, y);
      if (logarithm) {
        const tail = c.local('v128', log(c, sum));
        eachVector(c, n, [p, q], (single) => store(c, q, f32x4.sub(f32x4.sub(load(p, single), largest), tail), single));
      } else {
        const scale = c.local('v128', f32x4.div(f32x4.const(1), sum));
        eachVector(c, n, [q], (single) => store(c, q, f32x4.mul(load(q, single), scale), single));
      }
      c.advance(row, 1);
    });
  });
}

/** largest + ln Σ e^(x - largest) of each row. */
function addLogSumExp(m: ModuleBuilder): void {
  m.func('logsumexp', ['i32', 'i32', 'i32', 'i32', 'i32'], (c) => {
    const [row, to, n, src, out] = [0, 1, 2, 3, 4].map((i) => c.param(i, 'i32'));
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
  m.func(name, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], (c) => {
    const [row, to, n, grad, result, out] = [0, 1, 2, 3, 4, 5].map((i) => c.param(i, 'i32'));
    const sum = c.local('v128');
    c.while(() => i32.ltS(row, to), () => {
      const at = c.local('i32', i32.mul(row, i32.shl(n, 2)));
      const g = c.local('i32', i32.add(grad, at)), y = c.local('i32', i32.add(result, at)), q = c.local('i32', i32.add(out, at));
      c.set(sum, v128.zero());
      const p = c.local('i32', g), r = c.local('i32', y);
      eachVector(c, n, [p, r], (single) =>
        addTo(c, sum, logarithm ? load(p, single) : f32x4.mul(load(p, single), load(r, single)), single));
      across(c, sum, f32x4.add);
      c.set(p, g);
      c.set(r, y);
      eachVector(c, n, [p, r, q], (single) => {
        const y1 = c.local('v128', load(r, single)), g1 = load(p, single);
        store(c, q, logarithm ? f32x4.sub(g1, f32x4.mul(exp(c, y1), sum)) : f32x4.mul(y1, f32x4.sub(g1, sum)), single);
      });
      c.advance(row, 1);
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
