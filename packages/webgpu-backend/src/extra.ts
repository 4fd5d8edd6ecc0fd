import type { Lowering } from './lower/entry.js';
import { lowerDistance } from './lower/distance.js';
import { lowerFft } from './lower/fft.js';
import { lowerLogcumsumexp } from './lower/logcumsumexp.js';
import { lowerOrder } from './lower/order.js';
import { lowerPatches } from './lower/patches.js';
import { lowerPoisson } from './lower/poisson.js';
import { lowerSearch } from './lower/search.js';
import { besselHelpers } from './wgsl/bessel.js';
import { addHelpers } from './wgsl/functions.js';
import { specialHelpers } from './wgsl/special.js';

export type { Lowering } from './lower/entry.js';

const lowerFunctions: Lowering = () => {
  addHelpers(specialHelpers);
  addHelpers(besselHelpers);
  return [];
};

/**
 * The kernels of rarer ops: the gamma, zeta, Bessel and inverse error functions and the polynomials of `torch.special`, `nextafter` and `frexp`,
 * medians, modes and `kthvalue`, `searchsorted`, `isin` and `histc`, `cdist`, `renorm`, `cross` and `logcumsumexp`, `fold` and `unfold`, Poisson draws,
 * Fourier transforms. An entry of its own, as an app that trains a network can do without its 9 kB.
 * @example registerBackend(await webgpu({ kernels: extra }));
 */
export const extra: readonly Lowering[] = [lowerFunctions, lowerOrder, lowerSearch, lowerDistance, lowerLogcumsumexp, lowerPatches, lowerPoisson, lowerFft];
