import { normalizationOps, type NormalizationAttrs, type Op, type StructuredOp, type View } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildNormalization } from '../kernels/normalization.js';
import { areFloats, dense, inOrder } from './dense.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

type Run = (inputs: readonly View[], outputs: readonly View[], attrs: NormalizationAttrs) => void;

/** Batch, layer and group normalisation and their gradients, float32. */
export const lowerNormalization: Lowering = (engine) => {
  const pointers = (...views: readonly View[]): number[] => views.map(pointer);
  const entry = <A extends NormalizationAttrs>(op: StructuredOp<A>, fn: Run): ReturnType<Lowering>[number] =>
    [op as Op<never>, orElse(op, (inputs, outputs, attrs) => {
      if (!areFloats(inputs)) return false;
      const [from, to, seen] = alongExamples(inputs, outputs, attrs);
      return dense(engine, from, to, (xs, ys) => fn(xs, ys, seen));
    })];
  const forward: Run = ([x, weight, bias], [out, mean, variance], attrs) => {
    run(engine, 'statistics', attrs, ...pointers(x, mean, variance), groupSize(attrs));
    run(engine, 'normalize', attrs, ...pointers(x, weight, bias, mean, variance, out), attrs.eps);
  };
  const { nativeBatchNorm, nativeLayerNorm, nativeGroupNorm, batchNormFixed, backwardInput, backwardWeight } = normalizationOps;
  return [
    entry(nativeBatchNorm, forward), entry(nativeLayerNorm, forward), entry(nativeGroupNorm, forward),
    entry(batchNormFixed, (xs, ys, attrs) => run(engine, 'normalize', attrs, ...pointers(...xs, ...ys), attrs.eps)),
    entry(backwardInput, (xs, ys, attrs) => run(engine, 'backwardInput', attrs, ...pointers(...xs, ...ys), groupSize(attrs), attrs.eps)),
    entry(backwardWeight, (xs, ys, attrs) => {
      const { shape: [a, b, c, d], parameters, acrossBatch, eps } = attrs, args = pointers(...xs, ...ys), kernels = engine.functions(buildNormalization);
      if (parameters[3] === 1) engine.launch(kernels.backwardWeight, b * c, 4 * a * b * c * d, a, c, d, acrossBatch ? 0 : b, b * c * d * 4, ...args, eps);
      else kernels.backwardWeightAlong(0, 1, ...geometry(attrs), ...args, eps, groupCount(attrs));
    }),
  ];
};

/**
 * One number for each channel of an example: the dimensions change places, so that the numbers of a channel lie together,
 * which is what vectors go along.
 */
function alongExamples(inputs: readonly View[], outputs: readonly View[], attrs: NormalizationAttrs): Parameters<Run> {
  const { shape: [a, b, c, d], acrossBatch } = attrs;
  if (!acrossBatch || c * d !== 1) return [inputs, outputs, attrs];
  const turned = (views: readonly View[]): View[] => views.map((view) => {
    const [examples, channels, ...rest] = view.layout.shape.keys();
    return channels === undefined ? view : inOrder(view, [channels, examples, ...rest]);
  });
  return [turned(inputs), turned(outputs), { ...attrs, shape: [1, b, 1, a] }];
}

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
