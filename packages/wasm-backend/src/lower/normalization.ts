import { float32 } from '@sconce/tensor';
import { normalizationOps, type NormalizationAttrs, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildNormalization } from '../kernels/normalization.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** Batch, layer and group normalisation and their gradients, float32. */
export const lowerNormalization: Lowering = (engine) => {
  const forward = (['nativeBatchNorm', 'nativeLayerNorm', 'nativeGroupNorm'] as const).map((name) => {
    const op = normalizationOps[name];
    return [op as Op<never>, orElse(op, ([x, weight, bias], [out, mean, variance], attrs) => {
      if (!fits(x, weight, bias, out)) return false;
      run(engine, 'statistics', attrs, pointer(x), pointer(mean), pointer(variance), groupSize(attrs));
      run(engine, 'normalize', attrs, ...[x, weight, bias, mean, variance, out].map(pointer), attrs.eps);
      return true;
    })] as const;
  });
  return [
    ...forward,
    [normalizationOps.batchNormFixed as Op<never>, orElse(normalizationOps.batchNormFixed, ([x, weight, bias, mean, variance], [out], attrs) =>
      fits(x, weight, bias, mean, variance, out) &&
      run(engine, 'normalize', attrs, ...[x, weight, bias, mean, variance, out].map(pointer), attrs.eps))],
    [normalizationOps.backwardInput as Op<never>, orElse(normalizationOps.backwardInput, ([grad, x, weight, mean, variance], [out], attrs) =>
      fits(grad, x, weight, mean, variance, out) &&
      run(engine, 'backwardInput', attrs, ...[grad, x, weight, mean, variance, out].map(pointer), groupSize(attrs), attrs.eps))],
    [normalizationOps.backwardWeight as Op<never>, orElse(normalizationOps.backwardWeight, ([grad, x, mean, variance], [out], attrs) => {
      if (!fits(grad, x, mean, variance, out)) return false;
      const { shape: [, kinds, parts], parameters } = attrs, args = [grad, x, mean, variance, out].map(pointer);
      // one number per channel of a batch, or one per element of a row
      if (attrs.acrossBatch && parts === 1 && parameters[3] === 1) return run(engine, 'backwardWeight', attrs, ...args, attrs.eps);
      if (attrs.acrossBatch || kinds !== 1 || parts !== 1 || parameters[3] === 1) return false;
      const groups = groupCount(attrs);
      engine.functions(buildNormalization).backwardWeightAlong(0, 1, ...geometry(attrs), ...args, attrs.eps, groups);
      return true;
    })],
  ];
};

const fits = (...views: readonly View[]): boolean =>
  views.every((v) => v.dtype === float32 && v.layout.isContiguous && v.layout.numel > 0);

const groupCount = ({ shape: [a, b], acrossBatch }: NormalizationAttrs): number => (acrossBatch ? b : a * b);
const groupSize = ({ shape: [a, , c, d], acrossBatch }: NormalizationAttrs): number => (acrossBatch ? a : 1) * c * d;

/** What the kernels are told of the layout; strides in bytes. */
function geometry({ shape: [a, b, c, d], parameters: [, pb, pc, pd], acrossBatch }: NormalizationAttrs): number[] {
  return [
    acrossBatch ? a : 1, c, d, b * c * d * 4, c * d * 4, b, pb === 1 ? 0 : pc * pd * 4, pc === 1 ? 0 : pd * 4, pd === 1 ? 0 : 1,
  ];
}

function run(engine: Engine, name: string, attrs: NormalizationAttrs, ...args: number[]): true {
  const groups = groupCount(attrs);
  engine.launch(engine.functions(buildNormalization)[name], groups, 4 * groups * groupSize(attrs), ...geometry(attrs), ...args);
  return true;
}
