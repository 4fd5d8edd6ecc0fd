import { constantPadNd, full } from '@sconce/tensor';
import { fftOps, runStructured } from '@sconce/tensor/internal';
import { define } from './define.js';

// The transposed conjugate of a transform is the one in the other direction, with the same factor.

define(fftOps.c2c, [(g, { attrs }) => runStructured(fftOps.c2c, [g], { ...attrs, forward: !attrs.forward })[0]]);

// what was left out has no gradient
define(fftOps.r2c, [(g, { attrs: { dims, scale }, shapes: [shape] }) => {
  const last = dims.at(-1)!, padding = new Array<number>(2 * shape.length).fill(0);
  padding[2 * (shape.length - 1 - last) + 1] = shape[last] - g.shape[last];
  return runStructured(fftOps.c2c, [constantPadNd(g, padding)], { dims, scale, forward: false })[0].real;
}]);

// what was mirrored counts twice
define(fftOps.c2r, [(g, { attrs: { dims, scale, lastSize } }) => {
  const [half] = runStructured(fftOps.r2c, [g], { dims, scale, onesided: true });
  const last = dims.at(-1)!, points = half.shape[last];
  const factor = full([points], 2, { dtype: g.dtype, device: g.device });
  factor.narrow(0, 0, 1).fill_(1);
  if (lastSize % 2 === 0) factor.narrow(0, points - 1, 1).fill_(1);
  return half.mul(factor.view(points, ...new Array<number>(half.ndim - 1 - last).fill(1)));
}]);
