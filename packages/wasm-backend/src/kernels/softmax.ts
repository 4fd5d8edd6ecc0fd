import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32x4, i32, i32x4, v128 } from '../asm/ops.js';
import { across, addTo, eachVector, largestOf, load, store } from '../asm/vectors.js';
import { EXP, exp, inPairs, log } from './math.js';

// softmax and logSoftmax along rows that lie together, and their gradients. A work item is a row.

type V128 = Value<'v128'>;

/** e^x of numbers that are not positive; what is below the normal numbers is 0. Its constants wait in variables. */
function exponential(c: FunctionBuilder): (x: V128) => V128 {
  const constant = (x: number): Local<'v128'> => c.local('v128', f32x4.const(x));
  const least = constant(-87.33), log2e = constant(Math.LOG2E), ln2High = constant(0.693359375), ln2Low = constant(-2.12194440e-4);
  // added to a float of moderate size, it leaves the nearest integer in the last bits
  const rounder = constant(1.5 * 2 ** 23);
  const one = constant(1), coefficients = EXP.map(constant);
  const x = c.local('v128'), t = c.local('v128'), n = c.local('v128'), r = c.local('v128'), r2 = c.local('v128');
  return (value) => {
    c.set(x, value);
    c.set(r, f32x4.pmax(x, least));
    c.set(t, f32x4.add(f32x4.mul(r, log2e), rounder));
    c.set(n, f32x4.sub(t, rounder));
    c.set(r, f32x4.sub(f32x4.sub(r, f32x4.mul(n, ln2High)), f32x4.mul(n, ln2Low)));
    c.set(r2, f32x4.mul(r, r));
    const mantissa = f32x4.add(f32x4.add(f32x4.mul(inPairs(r, r2, coefficients), r2), r), one);
    const power = i32x4.add(i32x4.shl(t, i32.const(23)), one);
    return v128.andnot(f32x4.mul(mantissa, power), f32x4.lt(x, least));
  };
}

function addForward(m: ModuleBuilder, name: string, logarithm: boolean): void {
  m.func(name, ['i32', 'i32', 'i32', 'i32', 'i32'], (c) => {
    const [row, to, n, src, out] = [0, 1, 2, 3, 4].map((i) => c.param(i, 'i32'));
    const largest = c.local('v128'), sum = c.local('v128'), expOf = exponential(c);
    c.while(() => i32.ltS(row, to), () => {
      const at = c.local('i32', i32.mul(row, i32.shl(n, 2)));
      const x = c.local('i32', i32.add(src, at)), y = c.local('i32', i32.add(out, at));
      const p = c.local('i32', x), q = c.local('i32', y);
      largestOf(c, n, p, largest);
      c.set(sum, v128.zero());
      c.set(p, x);
      eachVector(c, n, [p, q], (single) => {
        const e = c.local('v128', expOf(f32x4.sub(load(p, single), largest)));
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
  addBackward(m, 'softmaxBackward', false);
  addBackward(m, 'logSoftmaxBackward', true);
}
