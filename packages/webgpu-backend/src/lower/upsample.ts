import { borderTables, padOps, tapsOf, upsampleBackwardOp, upsampleOps, type BorderPadAttrs, type UpsampleAttrs } from '@sconce/tensor/internal';
import { resample, transposedTaps, type Taps } from '../kernels/taps.js';
import { entry, type Lowering } from './entry.js';

const resampling = (attrs: UpsampleAttrs): Taps[] => attrs.outputSize.map((size, d) =>
  Array.from({ length: size }, (_, i) => tapsOf(attrs, d, i, Math.fround)));

const border = (shape: readonly number[], attrs: BorderPadAttrs): Taps[] => borderTables(shape, attrs).slice(-attrs.pads.length / 2)
  .map((table) => Array.from(table, (place) => ({ places: [place], weights: [1] })));

/** Resampling and padding by what is there already: each element is a sum of few others, along one dimension after the other. */
export const lowerUpsample: Lowering = (engine) => [
  ...Object.values(upsampleOps).map((op) => entry(op, ([x], [out], attrs) => resample(engine, x, out, resampling(attrs)))),
  entry(upsampleBackwardOp, ([g], [out], attrs) =>
    resample(engine, g, out, resampling(attrs).map((taps, d) => transposedTaps(taps, attrs.inputSize[d])))),
  ...[padOps.reflect, padOps.replicate, padOps.circular].flatMap((ops) => ops.map((op) =>
    entry(op, ([x], [out], attrs) => resample(engine, x, out, border(x.layout.shape, attrs))))),
  entry(padOps.borderPadBackward, ([g], [out], attrs) =>
    resample(engine, g, out, border(attrs.shape, attrs).map((taps, d, all) => transposedTaps(taps, attrs.shape[attrs.shape.length - all.length + d])))),
];
