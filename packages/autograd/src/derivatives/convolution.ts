import { convolution, convolutionBackwardWeight, convolutionOps } from '@sconce/tensor/internal';
import { define, saving } from './define.js';

// A convolution y = w ∗ x is bilinear: ⟨g, w ∗ x⟩ = ⟨w ∗ᵀ g, x⟩ = ⟨W(x, g), w⟩, where ∗ᵀ is the transposed convolution and
// W the weight's gradient. Each of the three is differentiated by the other two.

define(convolutionOps.convolution, [
  saving([1], (g, { inputs: [, weight], shapes: [shape], attrs }) =>
    convolution(g, weight, null, { ...attrs, transposed: !attrs.transposed, outputSize: shape.slice(2) })),
  saving([0], (g, { inputs: [x], shapes: [, weightShape], attrs: { stride, padding, dilation, groups, transposed } }) => {
    const [big, small] = transposed ? [g, x] : [x, g];
    return convolutionBackwardWeight(big, small, { stride, padding, dilation, groups, weightShape });
  }),
  (g) => g.sum(g.shape.map((_, i) => i).filter((i) => i !== 1)),
]);

define(convolutionOps.backwardWeight, [
  saving([1], (v, { inputs: [, small], shapes: [shape], attrs }) =>
    convolution(small, v, null, { ...attrs, transposed: true, outputSize: shape.slice(2) })),
  saving([0], (v, { inputs: [big], shapes: [, shape], attrs }) =>
    convolution(big, v, null, { ...attrs, transposed: false, outputSize: shape.slice(2) })),
]);
