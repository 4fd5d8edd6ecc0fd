import type { Value } from '../asm/code.js';
import type { FunctionBuilder, Local, ModuleBuilder } from '../asm/module.js';
import { f32, f32x4, i32, v128 } from '../asm/ops.js';
import { across, eachVector, load, store, sumVectors } from '../asm/vectors.js';

// Batch, layer and group normalisation of float32. A work item is a group: what shares a mean and a variance. Its
// elements lie in runs of `inner`; runs are counted by (batch, part), and a parameter belongs to (group, part) and, with
// `step`, to the place in the run.

type I32 = Value<'i32'>;
type V128 = Value<'v128'>;

/** from, to, then: batches, parts, inner, batchStride, groupStride, kinds, kindStride, partStride, step; strides in bytes. */
const GEOMETRY = 11;

interface Geometry {
  readonly group: Local<'i32'>;
  readonly to: I32;
  readonly batches: I32; readonly parts: I32; readonly inner: I32; readonly batchStride: I32; readonly groupStride: I32;
  /** parameters repeat after so many groups */
  readonly kinds: I32; readonly kindStride: I32; readonly partStride: I32;
  /** 1: a parameter for each element of a run, 0: one for all */
  readonly step: I32;
}

const params = (integers: number, floats: number): ('i32' | 'f32')[] =>
  [...new Array<'i32'>(GEOMETRY + integers).fill('i32'), ...new Array<'f32'>(floats).fill('f32')];

function geometry(c: FunctionBuilder): Geometry {
  const [group, to, batches, parts, inner, batchStride, groupStride, kinds, kindStride, partStride, step] =
    Array.from({ length: GEOMETRY }, (_, i) => c.param(i, 'i32'));
  return { group, to, batches, parts, inner, batchStride, groupStride, kinds, kindStride, partStride, step };
}

/** Calls `body` for each run of the group, with the byte offsets of its first element and of its first parameter. */
function eachRun(c: FunctionBuilder, g: Geometry, body: (element: Local<'i32'>, parameter: Local<'i32'>) => void): void {
  const batch = c.local('i32', i32.const(0));
  c.for(batch, g.batches, 1, () => {
    const element = c.local('i32', i32.add(i32.mul(batch, g.batchStride), i32.mul(g.group, g.groupStride)));
    const parameter = c.local('i32', i32.mul(i32.remU(g.group, g.kinds), g.kindStride));
    const part = c.local('i32', i32.const(0));
    c.for(part, g.parts, 1, () => {
      body(element, parameter);
      c.advance(element, i32.shl(g.inner, 2));
      c.advance(parameter, g.partStride);
    });
  });
}

/** Reads a parameter along a run: each element's own with `step`, else the same for all. To be called once a round. */
function along(c: FunctionBuilder, g: Geometry, base: I32, offset: I32): (single: boolean) => V128 {
  const pointer = c.local('i32', i32.add(base, offset)), fixed = c.local('v128', v128.load32Splat(pointer));
  const own = c.local('v128', f32x4.ne(f32x4.splat(f32.convertI32(g.step)), v128.zero()));
  return (single) => {
    const here = c.local('v128', load(pointer, single));
    c.advance(pointer, i32.mul(g.step, single ? 4 : 16));
    return v128.bitselect(here, fixed, own);
  };
}

const splat = (x: Value<'f32'>): V128 => f32x4.splat(x);
const at = (base: I32, index: I32): I32 => i32.add(base, i32.shl(index, 2));

/** 1 / √(variance + eps) of the group. */
const inverseDeviation = (c: FunctionBuilder, variance: I32, group: I32, eps: Value<'f32'>): Local<'v128'> =>
  c.local('v128', splat(f32.div(f32.const(1), f32.sqrt(f32.add(f32.load(at(variance, group)), eps)))));

export function buildNormalization(m: ModuleBuilder): void {
  /** x → mean and variance, in two passes, which loses no digits. */
  m.func('statistics', params(3, 1), (c) => {
    const g = geometry(c), [x, mean, variance] = [11, 12, 13].map((i) => c.param(i, 'i32')), count = c.param(14, 'f32');
    const sum = c.local('v128'), center = c.local('v128'), d = c.local('v128');
    c.while(() => i32.ltS(g.group, g.to), () => {
      c.set(sum, v128.zero());
      eachRun(c, g, (element) => {
        const p = c.local('i32', i32.add(x, element));
        sumVectors(c, g.inner, [p], [sum], (single) => [load(p, single)]);
      });
      across(c, sum, f32x4.add);
      c.set(center, f32x4.div(sum, splat(count)));
      c.storeF32(at(mean, g.group), f32x4.extract(center, 0));
      c.set(sum, v128.zero());
      eachRun(c, g, (element) => {
        const p = c.local('i32', i32.add(x, element));
        sumVectors(c, g.inner, [p], [sum], (single) => {
          c.set(d, f32x4.sub(load(p, single), center));
          return [f32x4.mul(d, d)];
        });
      });
      across(c, sum, f32x4.add);
      c.storeF32(at(variance, g.group), f32.div(f32x4.extract(sum, 0), count));
      c.advance(g.group, 1);
    });
  });

  /** (x - mean) / √(variance + eps) · weight + bias */
  m.func('normalize', params(6, 1), (c) => {
    const g = geometry(c), [x, weight, bias, mean, variance, out] = [11, 12, 13, 14, 15, 16].map((i) => c.param(i, 'i32'));
    c.while(() => i32.ltS(g.group, g.to), () => {
      const center = c.local('v128', v128.load32Splat(at(mean, g.group)));
      const r = inverseDeviation(c, variance, g.group, c.param(17, 'f32'));
      eachRun(c, g, (element, parameter) => {
        const p = c.local('i32', i32.add(x, element)), q = c.local('i32', i32.add(out, element));
        const ws = c.local('i32', i32.add(weight, parameter)), bs = c.local('i32', i32.add(bias, parameter));
        c.if(g.step, () => eachVector(c, g.inner, [p, q, ws, bs], (single) => store(c, q,
          f32x4.add(f32x4.mul(f32x4.mul(f32x4.sub(load(p, single), center), r), load(ws, single)), load(bs, single)), single)), () => {
          // one weight for the whole run: what it is divided by goes with it, and four vectors take one turn
          const w = c.local('v128', f32x4.mul(r, v128.load32Splat(ws))), b = c.local('v128', v128.load32Splat(bs));
          const y = (x: V128): V128 => f32x4.add(f32x4.mul(f32x4.sub(x, center), w), b), left = c.local('i32', g.inner);
          c.while(() => i32.geS(left, 16), () => {
            for (let k = 0; k < 64; k += 16) c.storeV128(q, y(v128.load(p, k)), k);
            c.advance(p, 64);
            c.advance(q, 64);
            c.advance(left, -16);
          });
          eachVector(c, left, [p, q], (single) => store(c, q, y(load(p, single)), single));
        });
      });
      c.advance(g.group, 1);
    });
  });

  /** The gradient by x: r (h - E h - x̂ E[h x̂]), where h = grad · weight. */
  m.func('backwardInput', params(6, 2), (c) => {
    const g = geometry(c), [grad, x, weight, mean, variance, out] = [11, 12, 13, 14, 15, 16].map((i) => c.param(i, 'i32'));
    const sum = c.local('v128'), sumX = c.local('v128'), h = c.local('v128'), normal = c.local('v128');
    c.while(() => i32.ltS(g.group, g.to), () => {
      const center = c.local('v128', v128.load32Splat(at(mean, g.group)));
      const r = inverseDeviation(c, variance, g.group, c.param(18, 'f32'));
      const pass = (last: boolean): void => eachRun(c, g, (element, parameter) => {
        const p = c.local('i32', i32.add(x, element)), q = c.local('i32', i32.add(grad, element)), o = c.local('i32', i32.add(out, element));
        const w = along(c, g, weight, parameter);
        const terms = (single: boolean): void => {
          c.set(h, f32x4.mul(load(q, single), w(single)));
          c.set(normal, f32x4.mul(f32x4.sub(load(p, single), center), r));
        };
        if (last) {
          eachVector(c, g.inner, [p, q, o], (single) => {
            terms(single);
            store(c, o, f32x4.mul(r, f32x4.sub(f32x4.sub(h, sum), f32x4.mul(normal, sumX))), single);
          });
        } else {
          sumVectors(c, g.inner, [p, q], [sum, sumX], (single) => {
            terms(single);
            return [h, f32x4.mul(h, normal)];
          });
        }
      });
      c.set(sum, v128.zero());
      c.set(sumX, v128.zero());
      pass(false);
      for (const s of [sum, sumX]) {
        across(c, s, f32x4.add);
        c.set(s, f32x4.div(s, splat(c.param(17, 'f32'))));
      }
      pass(true);
      c.advance(g.group, 1);
    });
  });

  /** The gradient by a weight of one number per channel: Σ grad · x̂. A work item is a channel; `parts` of them make a kind. */
  m.func('backwardWeight', [...new Array<'i32'>(12).fill('i32'), 'f32'], (c) => {
    const [channel, to, batches, parts, inner, groupsOfBatch, batchStride, grad, x, mean, variance, out] =
      Array.from({ length: 12 }, (_, i) => c.param(i, 'i32'));
    const sum = c.local('v128'), batch = c.local('i32');
    c.while(() => i32.ltS(channel, to), () => {
      c.set(sum, v128.zero());
      c.set(batch, i32.const(0));
      c.for(batch, batches, 1, () => {
        const group = c.local('i32', i32.add(i32.divU(channel, parts), i32.mul(batch, groupsOfBatch)));
        const center = c.local('v128', v128.load32Splat(at(mean, group))), r = inverseDeviation(c, variance, group, c.param(12, 'f32'));
        const element = c.local('i32', i32.add(i32.mul(batch, batchStride), i32.shl(i32.mul(channel, inner), 2)));
        const p = c.local('i32', i32.add(x, element)), q = c.local('i32', i32.add(grad, element));
        sumVectors(c, inner, [p, q], [sum], (single) =>
          [f32x4.mul(load(q, single), f32x4.mul(f32x4.sub(load(p, single), center), r))]);
      });
      across(c, sum, f32x4.add);
      c.storeF32(at(out, channel), f32x4.extract(sum, 0));
      c.advance(channel, 1);
    });
  });

  /** The gradient by a weight along the run, the same for all groups; the one work item is all of them. */
  m.func('backwardWeightAlong', params(5, 2), (c) => {
    const g = geometry(c), [grad, x, mean, variance, out] = [11, 12, 13, 14, 15].map((i) => c.param(i, 'i32'));
    const groups = c.local('i32', i32.truncSatF32(c.param(17, 'f32')));
    c.fill(out, 0, i32.shl(g.inner, 2));
    c.set(g.group, i32.const(0));
    c.while(() => i32.ltS(g.group, groups), () => {
      const center = c.local('v128', v128.load32Splat(at(mean, g.group)));
      const r = inverseDeviation(c, variance, g.group, c.param(16, 'f32'));
      const element = i32.mul(g.group, g.groupStride);
      const p = c.local('i32', i32.add(x, element)), q = c.local('i32', i32.add(grad, element)), o = c.local('i32', out);
      eachVector(c, g.inner, [p, q, o], (single) => store(c, o, f32x4.add(load(o, single),
        f32x4.mul(load(q, single), f32x4.mul(f32x4.sub(load(p, single), center), r))), single));
      c.advance(g.group, 1);
    });
  });
}
