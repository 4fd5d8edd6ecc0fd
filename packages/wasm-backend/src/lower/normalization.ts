import { normalizationOps, type NormalizationAttrs, type Op, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildNormalization } from '../kernels/normalization.js';
import { areFloats, dense } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** Batch, layer and group normalisation and their gradients, float32. */
export const lowerNormalization: Lowering = (engine) => {
  const pointers = (...views: readonly View[]): number[] => views.map(pointer);
  const forward = (['nativeBatchNorm', 'nativeLayerNorm', 'nativeGroupNorm'] as const).map((name) => {
    const op = normalizationOps[name];
    return [op as Op<never>, orElse(op, (inputs, outputs, attrs) => areFloats(inputs) &&
      dense(engine, inputs, outputs, ([x, weight, bias], [out, mean, variance]) => {
        run(engine, 'statistics', attrs, ...pointers(x, mean, variance), groupSize(attrs));
        run(engine, 'normalize', attrs, ...pointers(x, weight, bias, mean, variance, out), attrs.eps);
      }))] as const;
  });
  const { batchNormFixed, backwardInput, backwardWeight } = normalizationOps;
  return [
    ...forward,
    [batchNormFixed as Op<never>, orElse(batchNormFixed, (inputs, outputs, attrs) => areFloats(inputs) &&
      dense(engine, inputs, outputs, (xs, ys) => run(engine, 'normalize', attrs, ...pointers(...xs, ...ys), attrs.eps)))],
    [backwardInput as Op<never>, orElse(backwardInput, (inputs, outputs, attrs) => areFloats(inputs) &&
      dense(engine, inputs, outputs, (xs, ys) => run(engine, 'backwardInput', attrs, ...pointers(...xs, ...ys), groupSize(attrs), attrs.eps)))],
    [backwardWeight as Op<never>, orElse(backwardWeight, (inputs, outputs, attrs) => {
      const { shape: [, kinds, parts], parameters, acrossBatch } = attrs;
      // one number per channel of a batch, or one per element of a row
      const perChannel = acrossBatch && parts === 1 && parameters[3] === 1;
      const perElement = !acrossBatch && kinds === 1 && parts === 1 && parameters[3] !== 1;
      if (!areFloats(inputs) || !(perChannel || perElement)) return false;
      return dense(engine, inputs, outputs, (xs, ys) => {
        const args = pointers(...xs, ...ys);
        if (perChannel) return run(engine, 'backwardWeight', attrs, ...args, attrs.eps);
        engine.functions(buildNormalization).backwardWeightAlong(0, 1, ...geometry(attrs), ...args, attrs.eps, groupCount(attrs));
      });
    })],
  ];
};

const groupCount = ({ shape: [a, b], acrossBatch }: NormalizationAttrs): number => (acrossBatch ? b : a * b);
const groupSize = ({ shape: [a, , c, d], acrossBatch }: NormalizationAttrs): number => (acrossBatch ? a : 1) * c * d;

/** What the kernels are told of the layout; strides in bytes. */
function geometry({ shape: [a, b, c, d], parameters: [, pb, pc, pd], acrossBatch }: NormalizationAttrs): number[] {
  return [
    acrossBatch ? a : 1, c, d, b * c * d * 4, c * d * 4, b, pb === 1 ? 0 : pc * pd * 4, pc === 1 ? 0 : pd * 4, pd === 1 ? 0 : 1,
  ];
}

function run(engine: Engine, name: string, attrs: NormalizationAttrs, ...args: number[]): void {
  const groups = groupCount(attrs);
  engine.launch(engine.functions(buildNormalization)[name], groups, 4 * groups * groupSize(attrs), ...geometry(attrs), ...args);
}
