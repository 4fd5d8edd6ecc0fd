import { noGrad } from '@sconce/autograd';
import { linalg, randperm, RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions, warnOnce } from '@sconce/tensor/internal';
import { fans } from './fans.js';

/** How a nonlinearity is named for `calculateGain`. */
export type Nonlinearity =
  | 'linear' | 'conv1d' | 'conv2d' | 'conv3d' | 'conv_transpose1d' | 'conv_transpose2d' | 'conv_transpose3d' | 'sigmoid' | 'tanh'
  | 'relu' | 'leaky_relu' | 'selu';

/**
 * By how much a nonlinearity shrinks what goes through it.
 * @param param the slope of 'leaky_relu', default 0.01
 * @throws ValueError for another name
 * @see https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
 * @example nn.init.calculateGain('relu') // 1.4142…
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null): number {
  if (nonlinearity === 'tanh') return 5 / 3;
  if (nonlinearity === 'relu') return Math.SQRT2;
  if (nonlinearity === 'selu') return 3 / 4;
  if (nonlinearity === 'leaky_relu') {
    const slope = param ?? 0.01;
    if (typeof slope !== 'number') throw new ValueError(`negative_slope ${String(slope)} not a valid number`);
    return Math.sqrt(2 / (1 + slope * slope));
  }
  if (nonlinearity === 'sigmoid' || nonlinearity === 'linear' || /^conv(_transpose)?[123]d$/.test(nonlinearity)) return 1;
  throw new ValueError(`Unsupported nonlinearity ${nonlinearity as string}`);
}

/** Runs without recording and gives the tensor back. */
function inPlace(x: Tensor, fill: () => unknown): Tensor {
  noGrad(() => { fill(); });
  return x;
}

/** Uniform values from `a` to `b`. */
export function uniform_(x: Tensor, ...args: [a?: number, b?: number] | [options: { readonly a?: number; readonly b?: number }]): Tensor {
  const [{ a, b }] = numbersThenOptions('uniform_', args, { a: 0, b: 1 });
  return inPlace(x, () => x.uniform_(a, b));
}

/** Normal values. */
export function normal_(x: Tensor, ...args: [mean?: number, std?: number] | [options: { readonly mean?: number; readonly std?: number }]): Tensor {
  const [{ mean, std }] = numbersThenOptions('normal_', args, { mean: 0, std: 1 });
  return inPlace(x, () => x.normal_(mean, std));
}

/** One value everywhere. */
export const constant_ = (x: Tensor, value: number): Tensor => inPlace(x, () => x.fill_(value));

export const ones_ = (x: Tensor): Tensor => constant_(x, 1);
export const zeros_ = (x: Tensor): Tensor => constant_(x, 0);

/** The distribution function of the normal distribution. */
const normalCdf = (x: number, erf: (x: number) => number): number => (1 + erf(x / Math.SQRT2)) / 2;

export interface TruncNormalOptions {
  readonly mean?: number | undefined;
  readonly std?: number | undefined;
  /** least value, default -2 */
  readonly a?: number | undefined;
  /** greatest value, default 2 */
  readonly b?: number | undefined;
}

/** Normal values, drawn anew where they lie outside of `a` to `b`. */
export function truncNormal_(x: Tensor, ...args: [mean?: number, std?: number, a?: number, b?: number] | [options?: TruncNormalOptions]): Tensor {
  const [{ mean, std, a, b }] = numbersThenOptions('truncNormal_', args, { mean: 0, std: 1, a: -2, b: 2 });
  if (mean < a - 2 * std || mean > b + 2 * std) {
    warnOnce('mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.');
  }
  // by the inverse of the distribution function, of uniform values between those of a and b
  const erf = (v: number): number => Number(x.newTensor(v, { device: 'cpu' }).double().erf().hostValue());
  const low = normalCdf((a - mean) / std, erf), high = normalCdf((b - mean) / std, erf);
  return inPlace(x, () => x.uniform_(2 * low - 1, 2 * high - 1).erfinv_().mul_(std * Math.SQRT2).add_(mean).clamp_(a, b));
}

/** Ones on the diagonal of a matrix. */
export function eye_(x: Tensor): Tensor {
  if (x.dim() !== 2) throw new ValueError('Only tensors with 2 dimensions are supported');
  return inPlace(x, () => x.zero_().diagonal().fill_(1));
}

/** A convolution kernel that gives its input back, group by group. */
export function dirac_(x: Tensor, ...args: [groups?: number] | [options: { readonly groups?: number }]): Tensor {
  const [{ groups }] = numbersThenOptions<object, 'groups'>('dirac_', args, { groups: 1 });
  if (x.dim() < 3 || x.dim() > 5) throw new ValueError('Only tensors with 3, 4, or 5 dimensions are supported');
  const [outputs, inputs, ...sizes] = x.shape;
  if (outputs % groups !== 0) throw new ValueError('dim 0 must be divisible by groups');
  const each = outputs / groups;
  return inPlace(x, () => {
    x.zero_();
    for (let g = 0; g < groups; g++) {
      for (let d = 0; d < Math.min(each, inputs); d++) {
        const centre = sizes.reduce((kernel, n) => kernel.select(0, Math.floor(n / 2)), x.select(0, g * each + d).select(0, d));
        centre.fill_(1);
      }
    }
  });
}

/** Glorot's uniform initialisation. @see http://proceedings.mlr.press/v9/glorot10a.html */
export function xavierUniform_(x: Tensor, options: { readonly gain?: number } = {}): Tensor {
  const { gain = 1 } = checked('xavierUniform_', options);
  const { fanIn, fanOut } = fans(x);
  const bound = Math.sqrt(3) * gain * Math.sqrt(2 / (fanIn + fanOut));
  return uniform_(x, -bound, bound);
}

/** Glorot's normal initialisation. @see http://proceedings.mlr.press/v9/glorot10a.html */
export function xavierNormal_(x: Tensor, options: { readonly gain?: number } = {}): Tensor {
  const { gain = 1 } = checked('xavierNormal_', options);
  const { fanIn, fanOut } = fans(x);
  return normal_(x, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

export interface KaimingOptions {
  /** the slope of the 'leaky_relu' that follows, default 0 */
  readonly a?: number | undefined;
  /** keep the variance of the forward pass ('fan_in', default) or of the backward pass ('fan_out') */
  readonly mode?: 'fan_in' | 'fan_out' | undefined;
  /** default 'leaky_relu' */
  readonly nonlinearity?: Nonlinearity | undefined;
}

function kaimingStd(x: Tensor, options: KaimingOptions): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = options;
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new ValueError(`Mode ${String(mode).toLowerCase()} not supported, please use one of ['fan_in', 'fan_out']`);
  }
  const { fanIn, fanOut } = fans(x);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/** He's uniform initialisation. @see https://arxiv.org/abs/1502.01852 */
export function kaimingUniform_(x: Tensor, options: KaimingOptions = {}): Tensor {
  if (x.shape.includes(0)) return x;
  const bound = Math.sqrt(3) * kaimingStd(x, checked('kaimingUniform_', options));
  return uniform_(x, -bound, bound);
}

/** He's normal initialisation. @see https://arxiv.org/abs/1502.01852 */
export const kaimingNormal_ = (x: Tensor, options: KaimingOptions = {}): Tensor =>
  (x.shape.includes(0) ? x : normal_(x, 0, kaimingStd(x, checked('kaimingNormal_', options))));

/** Orthogonal rows or columns, whichever are fewer. @see https://arxiv.org/abs/1312.6120 */
export function orthogonal_(x: Tensor, options: { readonly gain?: number } = {}): Tensor {
  const { gain = 1 } = checked('orthogonal_', options);
  if (x.dim() < 2) throw new ValueError('Only tensors with 2 or more dimensions are supported');
  if (x.numel() === 0) return x;
  const rows = x.shape[0], columns = x.numel() / rows;
  return inPlace(x, () => {
    const flat = x.newEmpty(rows, columns).normal_(0, 1);
    const [q, r] = linalg.qr(rows < columns ? flat.t() : flat);
    // makes it uniform over all orthogonal matrices (Mezzadri, https://arxiv.org/abs/math-ph/0609050)
    const even = q.mul(r.diagonal().sign());
    x.copy_((rows < columns ? even.t() : even).reshape(x.shape)).mul_(gain);
  });
}

/** Normal values, of which a part of each column is zero. @throws ValueError for other than matrices */
export function sparse_(x: Tensor, sparsity: number, options: { readonly std?: number } = {}): Tensor {
  const { std = 0.01 } = checked('sparse_', options);
  if (x.dim() !== 2) throw new ValueError('Only tensors with 2 dimensions are supported');
  if (!(sparsity >= 0 && sparsity <= 1)) throw new RuntimeError(`sparsity must be between 0 and 1, but got ${sparsity}`);
  const [rows, columns] = x.shape, zeros = Math.ceil(sparsity * rows);
  return inPlace(x, () => {
    x.normal_(0, std);
    for (let c = 0; c < columns; c++) x.select(1, c).indexFill_(0, randperm(rows, { device: x.device }).narrow(0, 0, zeros), 0);
  });
}

/** A function under the name that it had before. */
const older = <A extends readonly unknown[]>(name: string, fn: (...args: A) => Tensor) => (...args: A): Tensor => {
  warnOnce(`nn.init.${name} is now deprecated in favor of nn.init.${name}_.`);
  return fn(...args);
};

/** @deprecated `uniform_` */
export const uniform = older('uniform', uniform_);
/** @deprecated `normal_` */
export const normal = older('normal', normal_);
/** @deprecated `constant_` */
export const constant = older('constant', constant_);
/** @deprecated `eye_` */
export const eye = older('eye', eye_);
/** @deprecated `dirac_` */
export const dirac = older('dirac', dirac_);
/** @deprecated `xavierUniform_` */
export const xavierUniform = older('xavier_uniform', xavierUniform_);
/** @deprecated `xavierNormal_` */
export const xavierNormal = older('xavier_normal', xavierNormal_);
/** @deprecated `kaimingUniform_` */
export const kaimingUniform = older('kaiming_uniform', kaimingUniform_);
/** @deprecated `kaimingNormal_` */
export const kaimingNormal = older('kaiming_normal', kaimingNormal_);
/** @deprecated `orthogonal_` */
export const orthogonal = older('orthogonal', orthogonal_);
/** @deprecated `sparse_` */
export const sparse = older('sparse', sparse_);
