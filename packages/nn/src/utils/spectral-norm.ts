import { noGrad } from '@sconce/autograd';
import { empty, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { normalize } from '../functional/normalization.js';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../layers/conv-transpose.js';
import type { Module } from '../module.js';
import { isLazy, Parameter } from '../parameter.js';
import { checkUnregistered, membersOf, parameterOf, register, unregister } from './reparametrized.js';

export interface SpectralNormOptions {
  /** how often the estimate is made better at a time, default 1 */
  readonly nPowerIterations?: number | undefined;
  /** the least norm to divide by, default 1e-12 */
  readonly eps?: number | undefined;
  /** the dimension of the outputs; default 0, for transposed convolutions 1 */
  readonly dim?: number | undefined;
}

/** @throws ValueError for no iterations */
export function checkIterations(count: number): void {
  if (count > 0) return;
  throw new ValueError(`Expected n_power_iterations to be positive, but got n_power_iterations=${count}`);
}

/** The dimension of a weight that counts its outputs. */
export const outputDim = (module: Module): number =>
  (module instanceof ConvTranspose1d || module instanceof ConvTranspose2d || module instanceof ConvTranspose3d ? 1 : 0);

/** A weight as a matrix, whose rows are its slices along a dimension. */
export const asMatrix = (weight: Tensor, dim: number): Tensor =>
  (dim === 0 ? weight : weight.movedim(dim, 0)).reshape(weight.size(dim), -1);

/** A random vector of length one that goes with a matrix. */
export const unitVector = (matrix: Tensor, length: number, eps: number): Tensor =>
  normalize(empty([length], { dtype: matrix.dtype, device: matrix.device }).normal_(), { dim: 0, eps });

/** The largest singular value of a matrix, estimated by its singular vectors, which are not written to later. */
export const spectralNormOf = (matrix: Tensor, u: Tensor, v: Tensor): Tensor => u.clone().dot(matrix.mv(v.clone()));

/**
 * Divides a weight by its largest singular value, which is estimated by power iterations: one before every call of the
 * module in training. The parameter is then `weight_orig`, and `weight_u` and `weight_v` are buffers.
 * `parametrizations.spectralNorm` does the same whenever the weight is read.
 * @throws RuntimeError where that is done already; ValueError for no iterations, or a parameter that is null
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.spectral_norm.html
 * @see Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks"
 * @example const layer = nn.utils.spectralNorm(new nn.Linear(20, 40));
 */
export function spectralNorm<M extends Module>(module: M, name = 'weight', options: SpectralNormOptions = {}): M {
  const { nPowerIterations = 1, eps = 1e-12, dim = outputDim(module) } = checked('spectralNorm', options);
  checkUnregistered('spectral_norm', module, name);
  checkIterations(nPowerIterations);
  const members = membersOf(module);
  if (members[name] === null) throw new ValueError(`\`SpectralNorm\` cannot be applied as parameter \`${name}\` is None`);
  const weight = parameterOf(module, name);
  if (isLazy(weight)) {
    throw new ValueError("The module passed to `SpectralNorm` can't have uninitialized parameters. Make sure to run the dummy forward before applying spectral normalization");
  }
  const names = { orig: `${name}_orig`, u: `${name}_u`, v: `${name}_v` };

  const compute = (of: Module, iterations: number): Tensor => {
    const [original, u, v] = Object.values(names).map((part) => membersOf(of)[part] as Tensor);
    const matrix = asMatrix(original, dim);
    noGrad(() => {
      for (let i = 0; i < iterations; i++) {
        v.copy_(normalize(matrix.t().mv(u), { dim: 0, eps }));
        u.copy_(normalize(matrix.mv(v), { dim: 0, eps }));
      }
    });
    return original.div(spectralNormOf(matrix, u, v));
  };
  noGrad(() => {
    const matrix = asMatrix(weight, dim);
    const u = unitVector(matrix, matrix.size(0), eps), v = unitVector(matrix, matrix.size(1), eps);
    module._release(name);
    module.registerParameter(names.orig, weight);
    members[name] = weight.detach();
    module.registerBuffer(names.u, u);
    module.registerBuffer(names.v, v);
  });
  register('spectral_norm', module, name, {
    compute: (of) => compute(of, of.training ? nPowerIterations : 0),
    remove(from) {
      const value = noGrad(() => compute(from, 0));
      for (const part of [name, ...Object.values(names)]) from._release(part);
      from.registerParameter(name, new Parameter(value));
    },
  });
  return module;
}

/**
 * Makes a parameter of a weight again that `spectralNorm` divides.
 * @throws ValueError where it does not
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.remove_spectral_norm.html
 */
export function removeSpectralNorm<M extends Module>(module: M, name = 'weight'): M {
  unregister('spectral_norm', module, name);
  return module;
}
