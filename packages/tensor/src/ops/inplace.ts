import { checkTensor } from '../check-tensors.js';
import { snakeCase } from '../named-tuple.js';
import { Tensor } from '../tensor.js';

/** Methods that write over their tensor and give it back. */
type Inplace = { [K in keyof Tensor]: K extends `${string}_` ? Tensor[K] extends (...args: never[]) => Tensor ? K : never : never }[keyof Tensor];

/**
 * `torch.f_(x, …)`, which is `x.f_(…)`.
 * @throws TypeError where `x` is no tensor
 */
function inplace<K extends Inplace>(name: K): (x: Tensor, ...args: Parameters<Tensor[K]>) => Tensor {
  const inPyTorch = snakeCase(name);
  return (x, ...args) => {
    checkTensor(x, inPyTorch);
    return (x[name] as (...all: unknown[]) => Tensor)(...args);
  };
}

// Each is documented with its method: torch.relu_(x) is x.relu_().
export const
  abs_ = inplace('abs_'), acos_ = inplace('acos_'), acosh_ = inplace('acosh_'), addmv_ = inplace('addmv_'), arccos_ = inplace('arccos_'),
  arccosh_ = inplace('arccosh_'), arcsin_ = inplace('arcsin_'), arcsinh_ = inplace('arcsinh_'), arctan_ = inplace('arctan_'),
  arctanh_ = inplace('arctanh_'), asin_ = inplace('asin_'), asinh_ = inplace('asinh_'), atan_ = inplace('atan_'), atanh_ = inplace('atanh_'),
  ceil_ = inplace('ceil_'), clamp_ = inplace('clamp_'), clampMax_ = inplace('clampMax_'), clampMin_ = inplace('clampMin_'),
  clip_ = inplace('clip_'), cos_ = inplace('cos_'), cosh_ = inplace('cosh_'), deg2rad_ = inplace('deg2rad_'), detach_ = inplace('detach_'),
  erf_ = inplace('erf_'), erfc_ = inplace('erfc_'), exp_ = inplace('exp_'), exp2_ = inplace('exp2_'), expm1_ = inplace('expm1_'),
  fill_ = inplace('fill_'), fix_ = inplace('fix_'), floor_ = inplace('floor_'), frac_ = inplace('frac_'), gcd_ = inplace('gcd_'),
  i0_ = inplace('i0_'), indexPut_ = inplace('indexPut_'), lcm_ = inplace('lcm_'), ldexp_ = inplace('ldexp_'), log_ = inplace('log_'),
  log10_ = inplace('log10_'), log1p_ = inplace('log1p_'), log2_ = inplace('log2_'), logit_ = inplace('logit_'),
  nanToNum_ = inplace('nanToNum_'), neg_ = inplace('neg_'), negative_ = inplace('negative_'), rad2deg_ = inplace('rad2deg_'),
  reciprocal_ = inplace('reciprocal_'), relu_ = inplace('relu_'), resizeAs_ = inplace('resizeAs_'), round_ = inplace('round_'),
  rsqrt_ = inplace('rsqrt_'), sigmoid_ = inplace('sigmoid_'), sin_ = inplace('sin_'), sinc_ = inplace('sinc_'), sinh_ = inplace('sinh_'),
  sqrt_ = inplace('sqrt_'), square_ = inplace('square_'), tan_ = inplace('tan_'), tanh_ = inplace('tanh_'), trunc_ = inplace('trunc_'),
  xlogy_ = inplace('xlogy_'), zero_ = inplace('zero_');
