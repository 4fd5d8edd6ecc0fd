import { linalg } from '@sconce/tensor';
import { contractionOps, histogramOps, type AlongDim } from '@sconce/tensor/internal';
import { define, nonDifferentiable, saving } from './define.js';

const { addr, cross } = contractionOps;

define(addr, [
  saving([3], (g, { inputs: [, , , beta] }) => g.mul(beta)),
  saving([2, 4], (g, { inputs: [, , b, , alpha] }) => g.mul(b).mul(alpha)),
  saving([1, 4], (g, { inputs: [, a, , , alpha] }) => g.mul(a).mul(alpha)),
  null,
  null,
]);

// g · (x × y) = x · (y × g) = y · (g × x)
define(cross, [
  saving<AlongDim>([1], (g, { inputs: [, y], attrs: { dim } }) => linalg.cross(y.expand(g.shape), g, dim)),
  saving<AlongDim>([0], (g, { inputs: [x], attrs: { dim } }) => linalg.cross(g, x.expand(g.shape), dim)),
]);

nonDifferentiable(histogramOps.histc);
