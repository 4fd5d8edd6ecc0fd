import { zeros } from '@sconce/tensor';
import { isSkipped, joiningOps } from '@sconce/tensor/internal';
import { define } from './define.js';

// each input gets the part of the gradient that it became
define(joiningOps.cat, [(g, { shapes, attrs: { dim } }, input) => {
  const shape = shapes[input];
  if (isSkipped(shape)) return zeros(shape, { dtype: g.dtype, device: g.device });
  let start = 0;
  for (let i = 0; i < input; i++) if (!isSkipped(shapes[i])) start += shapes[i][dim];
  return g.narrow(dim, start, shape[dim]);
}]);
define(joiningOps.stack, [(g, { attrs: { dim } }, input) => g.select(dim, input)]);
