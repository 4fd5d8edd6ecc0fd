import { FAULT } from '../faults.js';
import type { Form } from './functions.js';

/** A WGSL function that expressions call. */
export interface Helper {
  readonly name: string;
  readonly arity: number;
  /** has loops or branches, so it takes one value at a time */
  readonly scalar: boolean;
  readonly integer: boolean;
  text(form: Form): string;
}

/** A helper without branches: `F`, `I`, `U`, `B` stand for the types, `~` for the suffix of the functions for four. */
export function flat(name: string, params: string, result: 'F' | 'I' | 'B', body: string, from: 'F' | 'I' = 'F'): Helper {
  const text = `fn ${name}~(${params.replaceAll(/(\w)(,|$)/g, `$1: ${from}$2`)}) -> ${result} { ${body} }`;
  return {
    name, arity: params.split(',').length, scalar: false, integer: false,
    text: (form) => text.replaceAll('~', form.wide ? '4' : '')
      .replaceAll(/\b([FIUB])\b/g, (_, t: 'F' | 'I' | 'U' | 'B') => form[t.toLowerCase() as 'f' | 'i' | 'u' | 'b']),
  };
}

export function branching(name: string, params: string, type: 'f32' | 'i32', body: string): Helper {
  const list = params.split(', ').map((n) => `${n}: ${type}`).join(', ');
  return {
    name, arity: params.split(',').length, scalar: true, integer: type === 'i32',
    text: () => `fn ${name}(${list}) -> ${type} {\n${body.trim()}\n}`,
  };
}

export const poly = (x: string, coefficients: readonly number[]): string =>
  coefficients.map((c) => `F(${number(c)})`).reverse().reduce((sum, c) => `fma(${x}, ${sum}, ${c})`);
const number = (x: number): string => (Number.isInteger(x) ? `${x}.0` : String(x));
/** As `poly`, of single values. */
export const poly1 = (x: string, coefficients: readonly number[]): string =>
  coefficients.map(number).reverse().reduce((sum, c) => `(${sum} * ${x} + ${c})`);

// Comparisons with NaN, arithmetic that gives NaN and literals of Inf cannot be relied on: NaN is told by its bits, and Inf
// and NaN are made from bits that the compiler does not know (`p.zero` is 0).

export const helpers: readonly Helper[] = [
  { name: 'inf_', arity: 0, scalar: false, integer: false, text: (f) => `fn inf_${f.wide ? '4' : ''}() -> ${f.f} { return ${f.f}(bitcast<f32>(0x7f800000u | p.zero)); }` },
  { name: 'nan_', arity: 0, scalar: false, integer: false, text: (f) => `fn nan_${f.wide ? '4' : ''}() -> ${f.f} { return ${f.f}(bitcast<f32>(0x7fc00000u | p.zero)); }` },
  flat('isnan_', 'x', 'B', 'return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u);'),
  flat('isinf_', 'x', 'B', 'return (bitcast<U>(x) & U(0x7fffffffu)) == U(0x7f800000u);'),
  flat('nonzero_', 'x', 'B', 'return (bitcast<U>(x) & U(0x7fffffffu)) != U(0u);'),
  flat('negative_', 'x', 'B', 'return (bitcast<U>(x) & U(0x80000000u)) != U(0u);'),
  // one by one of two comparisons would become the driver's sign, which keeps that of zero
  flat('sign_', 'x', 'F', 'return select(F(0.0), bitcast<F>((bitcast<U>(x) & U(0x80000000u)) | U(0x3f800000u)), abs(x) > F(0.0));'),
  flat('max_', 'x, y', 'F', 'return select(x, y, (x < y) | isnan_~(y));'),
  flat('min_', 'x, y', 'F', 'return select(x, y, (y < x) | isnan_~(y));'),
  // adapters compute x · log2 e, and round it: of small numbers only, that is as good as it should be
  flat('exp_', 'x', 'F', `let k = round(clamp(x, F(-104.0), F(89.0)) * F(1.4426950408889634));
  let h = I(k) / I(2);
  let y = exp(x - k * F(0.693359375) + k * F(0.00021219444)) * bitcast<F>((h + I(127)) << U(23u)) * bitcast<F>((I(k) - h + I(127)) << U(23u));
  return select(select(select(y, inf_~(), x > F(88.72283)), F(0.0), x < F(-104.0)), x, isnan_~(x));`),
  flat('exp2_', 'x', 'F', 'return select(select(select(exp2(x), inf_~(), x >= F(128.0)), F(0.0), x < F(-150.0)), x, isnan_~(x));'),
  flat('expm1_', 'x', 'F', `let y = clamp(x, F(-0.6), F(0.6));
  let series = y * ${poly('y', [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320, 1 / 362880])};
  return select(exp_~(x) - F(1.0), series, abs(x) < F(0.5));`),
  flat('log_', 'x', 'F', `let y = select(select(log(x), x, isinf_~(x)), -inf_~(), x == F(0.0));
  return select(y, nan_~(), (x < F(0.0)) | isnan_~(x));`),
  flat('log2_', 'x', 'F', `let y = select(select(log2(x), x, isinf_~(x)), -inf_~(), x == F(0.0));
  return select(y, nan_~(), (x < F(0.0)) | isnan_~(x));`),
  flat('log10_', 'x', 'F', 'return log_~(x) * F(0.4342944819032518);'),
  flat('log1p_', 'x', 'F', `let s = x / (F(2.0) + x);
  let s2 = s * s;
  let series = F(2.0) * s * ${poly('s2', [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11])};
  return select(log_~(F(1.0) + x), series, abs(x) < F(0.4));`),
  // less the nearest multiple of π/2, which is taken in three parts and its factor in two, so short that their products are
  // exact (Cody & Waite)
  flat('reduce_', 'x, q', 'F', `let h = trunc(q * F(0.00048828125)) * F(2048.0);
  let l = q - h;
  return x - h * F(1.5703125) - l * F(1.5703125) - h * F(0.0004837512969970703) - l * F(0.0004837512969970703) - q * F(7.549789954891e-8);`),
  flat('quarter_', 'x', 'F', 'return round(x * F(0.6366197723675814));'),
  flat('sine_', 'r', 'F', `let s = r * r;
  return r * ${poly('s', [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880])};`),
  flat('cosine_', 'r', 'F', `let s = r * r;
  return ${poly('s', [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320])};`),
  // large ones less whole turns: a mantissa times as many digits of 2/π as that takes, in halves (M. Payne, R. Hanek)
  branching('turned_', 'x', 'f32', `
  let u = bitcast<u32>(x);
  let e = (u >> 23u) & 255u;
  if (e < 147u || e == 255u) { return x; }
  let m = (u & 0x7fffffu) | 0x800000u;
  var d = array<u32, 7>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u);
  let w = (e - 120u) / 32u;
  let b = (e - 120u) % 32u;
  let l = ((d[w + 1u] << b) | ((d[w + 2u] >> 1u) >> (31u - b))) >> 12u;
  let t = m * ((d[w] << b) | ((d[w + 1u] >> 1u) >> (31u - b))) + (((m >> 12u) * l + (((m & 0xfffu) * l) >> 12u)) >> 8u);
  let y = f32(i32(t)) * 1.4629180792671596e-9;
  return select(y, -y, negative_(x));`),
  flat('sin_', 'x', 'F', `let z = turned_~(x);
  let q = quarter_~(z);
  let r = reduce_~(z, q);
  let k = I(q);
  let y = select(sine_~(r), cosine_~(r), (k & I(1)) == I(1));
  return select(select(select(y, -y, (k & I(2)) == I(2)), nan_~(), isnan_~(x) | isinf_~(x)), x, x == F(0.0));`),
  flat('cos_', 'x', 'F', `let z = turned_~(x);
  let q = quarter_~(z);
  let r = reduce_~(z, q);
  let k = I(q) + I(1);
  let y = select(sine_~(r), cosine_~(r), (k & I(1)) == I(1));
  return select(select(y, -y, (k & I(2)) == I(2)), nan_~(), isnan_~(x) | isinf_~(x));`),
  flat('tan_', 'x', 'F', `let z = turned_~(x);
  let q = quarter_~(z);
  let r = reduce_~(z, q);
  let odd = (I(q) & I(1)) == I(1);
  let a = sine_~(r);
  let b = cosine_~(r);
  return select(select(select(a, -b, odd) / select(b, a, odd), nan_~(), isnan_~(x) | isinf_~(x)), x, x == F(0.0));`),
  flat('atan_', 'x', 'F', `let a = abs(x);
  let large = a > F(1.0);
  let r = select(a, F(1.0) / a, large);
  let middle = r > F(0.4142135623730951);
  let q = select(r, (r - F(1.0)) / (r + F(1.0)), middle);
  let s = q * q;
  let t = q * ${poly('s', [1, -1 / 3, 1 / 5, -1 / 7, 1 / 9, -1 / 11, 1 / 13, -1 / 15])} + select(F(0.0), F(0.7853981633974483), middle);
  let y = select(t, F(1.5707963267948966) - t, large);
  return select(select(y, -y, negative_~(x)), x, isnan_~(x));`),
  flat('atan2_', 'y, x', 'F', `let both = isinf_~(y) & isinf_~(x);
  let q = select(select(abs(y) / abs(x), F(1.0), both), F(0.0), (y == F(0.0)) & (x == F(0.0)));
  let a = atan_~(q);
  let b = select(a, F(3.141592653589793) - a, negative_~(x));
  return select(select(b, -b, negative_~(y)), nan_~(), isnan_~(x) | isnan_~(y));`),
  flat('asin_', 'x', 'F', 'return select(atan2_~(x, sqrt((F(1.0) - x) * (F(1.0) + x))), nan_~(), (abs(x) > F(1.0)) | isnan_~(x));'),
  flat('acos_', 'x', 'F', 'return select(atan2_~(sqrt((F(1.0) - x) * (F(1.0) + x)), x), nan_~(), (abs(x) > F(1.0)) | isnan_~(x));'),
  flat('sinh_', 'x', 'F', `let a = abs(x);
  let e = expm1_~(min(a, F(88.0)));
  let h = exp_~(a * F(0.5));
  let y = select(F(0.5) * (e + e / (e + F(1.0))), F(0.5) * h * h, a > F(20.0));
  return select(select(y, -y, negative_~(x)), x, isnan_~(x));`),
  flat('cosh_', 'x', 'F', `let h = exp_~(abs(x) * F(0.5));
  return select(F(0.5) * (h * h + F(1.0) / (h * h)), x, isnan_~(x));`),
  flat('tanh_', 'x', 'F', `let a = min(abs(x), F(10.0));
  let e = expm1_~(F(2.0) * a);
  let y = e / (e + F(2.0));
  return select(select(y, -y, negative_~(x)), x, isnan_~(x));`),
  flat('asinh_', 'x', 'F', `let a = abs(x);
  let y = select(log1p_~(a + a * a / (F(1.0) + sqrt(a * a + F(1.0)))), log_~(a) + F(0.6931471805599453), a > F(1e8));
  return select(select(y, -y, negative_~(x)), x, isnan_~(x));`),
  flat('acosh_', 'x', 'F', `let t = x - F(1.0);
  let y = select(log1p_~(t + sqrt(F(2.0) * t + t * t)), log_~(x) + F(0.6931471805599453), x > F(1e8));
  return select(y, nan_~(), (x < F(1.0)) | isnan_~(x));`),
  flat('atanh_', 'x', 'F', `let a = abs(x);
  let y = select(F(0.5) * log1p_~(F(2.0) * a / (F(1.0) - a)), inf_~(), a == F(1.0));
  return select(select(y, -y, negative_~(x)), nan_~(), (a > F(1.0)) | isnan_~(x));`),

  // W. H. Press et al., Numerical Recipes: erfc with a relative error below 1.2e-7
  flat('erfcexponent_', 'x', 'F', `let t = F(1.0) / fma(F(0.5), x, F(1.0));
  return ${poly('t', [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277])} + log(t);`),
  flat('erfc_', 'x', 'F', `let a = abs(x);
  let y = exp_~(erfcexponent_~(a) - a * a);
  let near = F(1.0) - erf_~(clamp(x, F(-0.5), F(0.5)));
  return select(select(select(y, F(2.0) - y, x < F(0.0)), near, a < F(0.5)), x, isnan_~(x));`),
  flat('erf_', 'x', 'F', `let a = abs(x);
  let s = min(x * x, F(1.0));
  let near = x * F(1.1283791670955126) * ${poly('s', [1, -1 / 3, 1 / 10, -1 / 42, 1 / 216, -1 / 1320, 1 / 9360, -1 / 75600, 1 / 685440])};
  let far = F(1.0) - exp_~(erfcexponent_~(a) - a * a);
  return select(select(select(far, -far, x < F(0.0)), near, a < F(0.9)), x, isnan_~(x));`),
  // exact: the divisor doubled as often as it fits is taken away, largest first; in two steps, as ldexp takes no such exponents. The
  // exponent of a subnormal one does not tell its size, so a multiple of it goes first; where it counts as 0, the result is NaN
  branching('mod_', 'x, y', 'f32', `
  if (isnan_(x) || isnan_(y) || isinf_(x) || !nonzero_(y)) { return nan_(); }
  if (isinf_(y)) { return x; }
  let d = abs(y);
  let big = select(d, d * 16777216.0, d < 1.17549435e-38);
  if (big == 0.0) { return nan_(); }
  var r = abs(x);
  while (r >= big) {
    let k = i32(bitcast<u32>(r) >> 23u) - i32(bitcast<u32>(big) >> 23u);
    var t = ldexp(ldexp(big, k / 2), k - k / 2);
    if (t > r) { t *= 0.5; }
    r -= t;
  }
  for (var t = big; t > d;) {
    t *= 0.5;
    if (r >= t && t > 0.0) { r -= t; }
  }
  return select(r, -r, negative_(x));`),
  branching('pow_', 'x, y', 'f32', `
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (isnan_(x) || isnan_(y)) { return nan_(); }
  let a = abs(x);
  let whole = floor(y) == y || isinf_(y);
  let odd = floor(y) == y && abs(y) < 16777216.0 && floor(y * 0.5) != y * 0.5;
  if (isinf_(y)) {
    if (a == 1.0) { return 1.0; }
    return select(0.0, inf_(), (a > 1.0) == (y > 0.0));
  }
  var r: f32;
  if (!nonzero_(x)) { r = select(0.0, inf_(), y < 0.0); }
  else if (isinf_(x)) { r = select(inf_(), 0.0, y < 0.0); }
  else if (whole && abs(y) <= 16.0) {
    r = 1.0;
    for (var k = 0; k < i32(abs(y)); k++) { r *= a; }
    if (y < 0.0) { r = 1.0 / r; }
  } else if (abs(y) == 0.5) { r = select(1.0 / sqrt(a), sqrt(a), y > 0.0); }
  else { r = exp2_(y * log2(a)); }
  if (negative_(x)) {
    if (!whole && nonzero_(x) && !isinf_(x)) { return nan_(); }
    if (odd) { return -r; }
  }
  return r;`),
  branching('powi_', 'x, y', 'i32', `
  if (y < 0) {
    if (x == 1) { return 1; }
    if (x == -1) { return select(-1, 1, (y & 1) == 0); }
    return 0;
  }
  var r = 1;
  var b = x;
  var e = y;
  while (e > 0) {
    if ((e & 1) == 1) { r *= b; }
    b *= b;
    e >>= 1u;
  }
  return r;`),
  branching('gcd_', 'x, y', 'i32', `
  var a = abs(x);
  var b = abs(y);
  while (b != 0) {
    let r = a % b;
    a = b;
    b = r;
  }
  return a;`),
  branching('shl_', 'x, y', 'i32', 'if (y < 0 || y > 31) { return 0; }\n  return x << u32(y);'),
  branching('shr_', 'x, y', 'i32', 'if (y < 0 || y > 31) { return select(0, -1, x < 0); }\n  return x >> u32(y);'),
  // what has no int32 gives the smallest, as on the CPU
  flat('int_', 'x', 'I', 'return select(I(-2147483647 - 1), I(x), abs(x) < F(2147483648.0));'),
  // of a dtype that should hold more: what does not fit is told
  { name: 'beyond_', arity: 1, scalar: false, integer: false, text: () => `${FAULT}\nfn beyond_(bad: bool) { if (bad) { fault(p.beyond, 0, 0u); } }` },
  flat('long_', 'x', 'I', 'beyond_(any(isnan_~(x) | (x < F(-2147483648.0)) | (x >= F(2147483648.0)))); return int_~(x);'),
  flat('addl_', 'x, y', 'I', 'let r = x + y; beyond_(any(((x ^ r) & (y ^ r)) < I(0))); return r;', 'I'),
  flat('subl_', 'x, y', 'I', 'let r = x - y; beyond_(any(((x ^ y) & (x ^ r)) < I(0))); return r;', 'I'),
  flat('mull_', 'x, y', 'I', `let r = x * y; let d = select(x, I(1), x == I(0));
  beyond_(any((x != I(0)) & ((r / d != y) | ((x == I(-1)) & (y == I(-2147483647 - 1)))))); return r;`, 'I'),
  flat('bfloat_', 'x', 'F', `let u = bitcast<U>(x);
  let r = (u + U(0x7fffu) + ((u >> U(16u)) & U(1u))) & U(0xffff0000u);
  return select(bitcast<F>(r), x, isnan_~(x) | isinf_~(x));`),
  branching('half_', 'x', 'f32', `
  let a = abs(x);
  if (isnan_(x) || isinf_(x)) { return x; }
  if (a >= 65520.0) { return select(inf_(), -inf_(), x < 0.0); }
  // the last place is that of 2^-24 for the smallest numbers
  let e = max(i32(bitcast<u32>(a) >> 23u) - 127, -14);
  let r = ldexp(round(ldexp(a, 10 - e)), e - 10);
  return select(r, -r, negative_(x));`),
];
