import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f64, i32 } from '../asm/ops.js';

// The negative log-likelihood of classes and its gradient, float32; sums are in float64.

type I32 = Value<'i32'>;

interface Target {
  /** the class, and how many targets came before */
  readonly place: I32;
  readonly index: I32;
  readonly weight: Local<'f32'>;
}

/**
 * Calls `body` for each of count × area targets (int64) that counts. Parameters begin with count, area, classes, targets,
 * weights, ignored class. The function gives 1 where a target is no class, else 0; then nothing is to be made of the rest.
 */
function eachTarget(c: FunctionBuilder, body: (t: Target) => void, end: () => void): void {
  const [count, area, classes, targets, weights, ignored] = Array.from({ length: 6 }, (_, i) => c.param(i, 'i32'));
  const total = c.local('i32', i32.mul(count, area)), bad = c.local('i32', i32.const(0)), index = c.local('i32', i32.const(0));
  c.for(index, total, 1, () => {
    const p = c.local('i32', i32.add(targets, i32.shl(index, 3))), value = c.local('i32', i32.load(p));
    const isIgnored = i32.and(i32.eq(value, ignored), i32.eq(i32.load(p, 4), i32.shrS(ignored, 31)));
    c.if(i32.eqz(isIgnored), () => c.if(i32.or(i32.geU(value, classes), i32.load(p, 4)), () => c.set(bad, i32.const(1)), () => {
      const place = i32.add(i32.mul(i32.add(i32.mul(i32.divU(index, area), classes), value), area), i32.remU(index, area));
      const weight = c.local('f32', f32.load(i32.add(weights, i32.shl(value, 2))));
      body({ place: c.local('i32', place), index, weight });
    }));
  });
  end();
  c.emit(bad.code);
}

const at = (base: I32, index: I32): I32 => i32.add(base, i32.shl(index, 2));

export function buildLoss(m: ModuleBuilder): void {
  // …, x, out, total, reduction: 0 for none, 1 for the sum, 2 for the mean
  m.func('nll', new Array<'i32'>(10).fill('i32'), (c) => {
    const [x, out, totalOut, reduction] = [6, 7, 8, 9].map((i) => c.param(i, 'i32'));
    const sum = c.local('f64', f64.const(0)), total = c.local('f64', f64.const(0));
    c.if(i32.eqz(reduction), () => c.fill(out, 0, i32.shl(i32.mul(c.param(0, 'i32'), c.param(1, 'i32')), 2)));
    eachTarget(c, ({ place, index, weight }) => {
      const loss = c.local('f64', f64.neg(f64.mul(f64.promote(weight), f64.promote(f32.load(at(x, place))))));
      c.if(reduction, () => c.set(sum, f64.add(sum, loss)), () => c.storeF32(at(out, index), f32.demote(loss)));
      c.set(total, f64.add(total, f64.promote(weight)));
    }, () => {
      c.if(i32.eq(reduction, 2), () => c.set(sum, f64.div(sum, total)));
      c.if(reduction, () => c.storeF32(out, f32.demote(sum)));
      c.storeF32(totalOut, f32.demote(total));
    });
  }, 'i32');

  // …, grad, out, total, reduction; the output is zero before
  m.func('nllBackward', new Array<'i32'>(10).fill('i32'), (c) => {
    const [grad, out, total, reduction] = [6, 7, 8, 9].map((i) => c.param(i, 'i32'));
    const scale = c.local('f32', f32.const(-1));
    c.if(i32.eq(reduction, 2), () => c.set(scale, f32.div(scale, f32.load(total))));
    eachTarget(c, ({ place, index, weight }) => {
      const g = f32.load(at(grad, i32.select(i32.const(0), index, reduction)));
      c.storeF32(at(out, place), f32.mul(f32.mul(weight, scale), g));
    }, () => {});
  }, 'i32');
}
