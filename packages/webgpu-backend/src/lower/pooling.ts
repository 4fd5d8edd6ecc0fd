import { adaptivePoolingOps as adaptive, poolingOps as fixed, type AdaptivePoolAttrs, type AvgPoolAttrs, type MaxPoolAttrs } from '@sconce/tensor/internal';
import { averageOf, averagePool, averagePoolBackward, maxPool, maxPoolBackward } from '../kernels/pooling.js';
import { entry, type Lowering } from './entry.js';

/** Poolings of all kinds, and their gradients. */
export const lowerPooling: Lowering = (engine) => [
  ...[fixed.maxPool2d, fixed.maxPool3d, adaptive.adaptiveMaxPool2d, adaptive.adaptiveMaxPool3d].map((op) =>
    entry<MaxPoolAttrs | AdaptivePoolAttrs>(op, ([x], [values, places], attrs) => maxPool(engine, x, values, places, attrs))),
  entry(fixed.maxPoolBackward, ([grad, places], [out], attrs) => maxPoolBackward(engine, grad, places, out, attrs)),
  ...[fixed.avgPool2d, fixed.avgPool3d, adaptive.adaptiveAvgPool2d, adaptive.adaptiveAvgPool3d].map((op) =>
    entry<AvgPoolAttrs | AdaptivePoolAttrs>(op, ([x], [out], attrs) => averagePool(engine, x, out, attrs.outputSize.length, averageOf(attrs)))),
  ...[fixed.avgPool2dBackward, fixed.avgPool3dBackward, adaptive.adaptiveAvgPool2dBackward, adaptive.adaptiveAvgPool3dBackward].map((op) =>
    entry<AvgPoolAttrs | AdaptivePoolAttrs>(op, ([g], [out], attrs) => averagePoolBackward(engine, g, out, attrs.outputSize.length, averageOf(attrs)))),
];
