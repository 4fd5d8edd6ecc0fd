import { convolutionOps } from '@sconce/tensor/internal';
import { convolve, convolveWeight } from '../kernels/convolution.js';
import { entry, type Lowering } from './entry.js';

/** Convolution in one to three dimensions, also transposed, and its gradient by the weight. */
export const lowerConvolution: Lowering = (engine) => [
  entry(convolutionOps.convolution, ([x, weight, bias], [out], attrs) => convolve(engine, x, weight, bias, out, attrs, attrs.transposed)),
  entry(convolutionOps.backwardWeight, ([x, grad], [out], attrs) => convolveWeight(engine, x, grad, out, attrs)),
];
