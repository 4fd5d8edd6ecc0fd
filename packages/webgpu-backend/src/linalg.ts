import type { Lowering } from './lower/entry.js';
import { lowerFactor } from './lower/linalg-factor.js';
import { lowerSolve } from './lower/linalg-solve.js';
import { lowerSpectral } from './lower/linalg-spectral.js';

export type { Lowering } from './lower/entry.js';

/**
 * The kernels of `torch.linalg`: Cholesky, LU and QR factors, systems, inverses, determinants, eigenvalues of symmetric
 * matrices and singular values. An entry of its own, as an app that trains a network can do without its 8 kB.
 * @example registerBackend(await webgpu({ kernels: linalg }));
 */
export const linalg: readonly Lowering[] = [lowerFactor, lowerSolve, lowerSpectral];
