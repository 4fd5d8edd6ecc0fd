import { branching, flat, poly, poly1, type Helper } from './helpers.js';

/** As `branching`, for what takes compilers long: four calls would be compiled four times, a loop around one is compiled once. */
export function large(name: string, params: string, type: 'f32', body: string): Helper {
  const one = branching(name, params, type, body), names = params.split(', ');
  const four = `fn ${name}4(${names.map((n) => `${n}: vec4<f32>`).join(', ')}) -> vec4<f32> {
  var values: vec4<f32>;
  for (var i = 0; i < 4; i++) { values[i] = ${name}(${names.map((n) => `${n}[i]`).join(', ')}); }
  return values;
}`;
  return { ...one, scalar: false, text: (form) => (form.wide ? four : one.text(form)) };
}

/** The functions of `torch.special` that are more than a few operations. */
export const specialHelpers: readonly Helper[] = [
  flat('erfcx_', 'x', 'F', `let a = abs(x);
  let y = exp_~(erfcexponent_~(a));
  let far = (F(1.0) - F(0.5) / (a * a) + F(0.75) / (a * a * a * a)) * F(0.5641895835477563) / a;
  let up = select(y, far, a > F(8.0));
  return select(select(up, F(2.0) * exp_~(x * x) - up, x < F(0.0)), x, isnan_~(x));`),
  // M. Giles, Approximating the erfinv function (2012), as a function of -log(1 - x²)
  flat('erfinvtail_', 'w', 'F', `let a = w - F(2.5);
  let b = sqrt(w) - F(3.0);
  return select(
    ${poly('b', [2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257])},
    ${poly('a', [1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6, 3.43273939e-7, 2.81022636e-8])},
    w < F(5.0));`),
  flat('erfinv_', 'x', 'F', `let y = x * erfinvtail_~(-log_~((F(1.0) - x) * (F(1.0) + x)));
  let edge = select(nan_~(), select(inf_~(), -inf_~(), x < F(0.0)), abs(x) == F(1.0));
  return select(edge, y, abs(x) < F(1.0));`),
  large('erfcinv_', 'x', 'f32', `
  if (isnan_(x) || x < 0.0 || x > 2.0) { return nan_(); }
  if (x == 0.0) { return inf_(); }
  if (x == 2.0) { return -inf_(); }
  if (x > 0.001) {
    let y = (1.0 - x) * erfinvtail_(-log_(x * (2.0 - x)));
    return y;
  }
  // one step of Newton from the asymptotic form
  let l = -log_(x * 1.7724538509055159);
  var y = sqrt(l - 0.5 * log_(l));
  for (var k = 0; k < 4; k++) {
    let e = exp_(erfcexponent_(y) - y * y);
    y += (e - x) / (1.1283791670955126 * exp_(-y * y));
  }
  return y;`),

  large('lgamma_', 'x', 'f32', `
  if (isnan_(x)) { return x; }
  if (isinf_(x) || (x <= 0.0 && floor(x) == x)) { return inf_(); }
  if (x < 0.5) {
    let r = abs(x - round(x));
    return log_(3.141592653589793 / abs(sin_(3.141592653589793 * r))) - lgammaup_(1.0 - x);
  }
  return lgammaup_(x);`),
  // log Γ(1 + y) near 0
  branching('lgammanear_', 'y', 'f32', `return y * ${poly1('y', [
    -0.5772156649015329, 0.8224670334241132, -0.40068563438653143, 0.27058080842778454, -0.20738555102867398, 0.1695571769974082,
    -0.14404989676884612, 0.12550966952474304, -0.11133426586956469, 0.10009945751278181, -0.09095401714582904, 0.08335384054610897,
    -0.07693251641135219, 0.07143294629536133, -0.06666870588242046, 0.06250095514121305, -0.058823978658684585, 0.055555767627403614])};`),
  // Stirling's series after the argument was raised, but near the zeros at 1 and 2
  branching('lgammaup_', 'x', 'f32', `
  if (x > 1.5 && x < 2.5) { return log1p_(x - 2.0) + lgammanear_(x - 2.0); }
  if (x > 0.75 && x <= 1.5) { return lgammanear_(x - 1.0); }
  var z = x;
  var shift = 1.0;
  while (z < 7.0) { shift *= z; z += 1.0; }
  let r = 1.0 / z;
  let s = r * r;
  return (z - 0.5) * log(z) - z + 0.9189385332046727 + r * (0.08333333333333333 - s * (0.002777777777777778 - s * 0.0007936507936507937)) - log(shift);`),
  large('digamma_', 'x', 'f32', `
  if (isnan_(x)) { return x; }
  if (x == 0.0) { return select(-inf_(), inf_(), negative_(x)); }
  if (isinf_(x)) { return select(x, nan_(), x < 0.0); }
  if (x < 0.0) {
    if (floor(x) == x) { return nan_(); }
    let r = x - round(x);
    return digammaup_(1.0 - x) - 3.141592653589793 * cos_(3.141592653589793 * r) / sin_(3.141592653589793 * r);
  }
  return digammaup_(x);`),
  branching('digammaup_', 'x', 'f32', `
  var z = x;
  var y = 0.0;
  while (z < 10.0) { y -= 1.0 / z; z += 1.0; }
  let s = 1.0 / (z * z);
  return y + log(z) - 0.5 / z - s * (0.08333333333333333 - s * (0.008333333333333333 - s * 0.003968253968253968));`),
  // below 0 the terms up to there are those of two other sums
  large('zeta_', 'x, y', 'f32', `
  if (isnan_(x) || isnan_(y)) { return nan_(); }
  if (x == 1.0) { return inf_(); }
  if (x < 1.0) { return nan_(); }
  if (y > 0.0) { return zetaup_(x, y); }
  if (floor(y) == y) { return inf_(); }
  if (floor(x) != x) { return nan_(); }
  let up = floor(y) + 1.0 - y;
  let before = zetaup_(x, up) - zetaup_(x, up - floor(y));
  return zetaup_(x, 1.0 - up) + select(before, -before, floor(x * 0.5) * 2.0 != x);`),
  // Euler-Maclaurin summation
  branching('zetaup_', 'x, y', 'f32', `
  var q = y;
  var sum = 0.0;
  for (var k = 0; k < 10 || q < 10.0; k++) { sum += pow_(q, -x); q += 1.0; }
  let w = pow_(q, -x);
  sum += w * q / (x - 1.0) + 0.5 * w;
  let r = x * w / q;
  sum += r / 12.0;
  let r3 = r * (x + 1.0) * (x + 2.0) / (q * q);
  sum -= r3 / 720.0;
  let r5 = r3 * (x + 3.0) * (x + 4.0) / (q * q);
  return sum + r5 / 30240.0;`),
  // μ - log(1 + μ)
  branching('gammaexcess_', 'u', 'f32', `
  if (abs(u) > 0.5) { return u - log1p_(u); }
  let r = u / (2.0 + u);
  let s = r * r;
  return r * u - 2.0 * r * s * ${poly1('s', [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13])};`),
  // x^a e^-x / Γ(a + 1)
  branching('gammaterm_', 'a, x', 'f32', `
  if (a < 10.0) { return exp_(a * log_(x) - x - lgammaup_(a + 1.0)); }
  let rest = (0.08333333333333333 - 0.002777777777777778 / (a * a)) / a;
  return exp_(-a * gammaexcess_((x - a) / a) - rest) * inverseSqrt(6.283185307179586 * a);`),
  // The incomplete gamma functions, as on the CPU: series, a continued fraction, and for large a N. M. Temme's expansion
  branching('gammaparts_', 'a, x, upper', 'f32', `
  if (isnan_(a) || isnan_(x) || a < 0.0 || x < 0.0 || (a == 0.0 && x == 0.0) || (isinf_(a) && isinf_(x))) { return nan_(); }
  if (a == 0.0 || isinf_(x)) { return 1.0 - upper; }
  if (x == 0.0 || isinf_(a)) { return upper; }
  if (a > 200.0) {
    let e = a * gammaexcess_((x - a) / a);
    let side = sign(x - a);
    let eta = side * sqrt(2.0 * e / a);
    let c0 = ${poly1('eta', [-0.33333334, 0.083333336, -0.014814815, 0.0011574074, 0.00035273368, -0.00017875514, 3.9192633e-5, -2.1854485e-6])};
    let c1 = ${poly1('eta', [-0.0018518518, -0.0034722222, 0.0026455026, -0.00099022634])};
    let rest = select(0.0, c0 + c1 / a, abs(eta) < 1.0) * exp_(-e) * inverseSqrt(6.283185307179586 * a);
    let up = 2.0 * upper - 1.0;
    return 0.5 * erfc_(up * side * sqrt(e)) + up * rest;
  }
  if (a < 1.0 && x < 1.0) {
    var sum = 0.0;
    var power = -x;
    for (var n = 1.0; n < 14.0; n += 1.0) { sum += power / (a + n); power *= -x / (n + 1.0); }
    let e = a * log_(x) - select(lgammanear_(a), lgammaup_(a + 1.0), a > 0.5);
    return select(exp_(e) * (1.0 + a * sum), -expm1_(e) - exp_(e) * a * sum, upper > 0.5);
  }
  if (a >= 1.0 && x < a + 1.0) {
    var sum = 1.0;
    var term = 1.0;
    for (var n = 1.0; n < 400.0 && term > sum * 1e-8; n += 1.0) { term *= x / (a + n); sum += term; }
    let lower = gammaterm_(a, x) * sum;
    return select(lower, 1.0 - lower, upper > 0.5);
  }
  var b = x + 1.0 - a;
  var d = 1.0 / b;
  var c = 1e30;
  var fraction = d;
  var change = 0.0;
  for (var n = 1.0; n < 400.0 && abs(change - 1.0) > 1e-7; n += 1.0) {
    let numerator = n * (a - n);
    b += 2.0;
    d = 1.0 / (numerator * d + b);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  let above = gammaterm_(a, x) * a * fraction;
  return select(1.0 - above, above, upper > 0.5);`),
  large('gammainc_', 'a, x', 'f32', 'return gammaparts_(a, x, 0.0);'),
  large('gammaincc_', 'a, x', 'f32', 'return gammaparts_(a, x, 1.0);'),
  // M. Abramowitz, I. Stegun: Handbook of Mathematical Functions, 9.8.1 to 9.8.4
  branching('i0e_', 'x', 'f32', `
  let a = abs(x);
  if (isnan_(x)) { return x; }
  let t = a / 3.75;
  if (a < 3.75) {
    let s = t * t;
    return exp_(-a) * ${poly1('s', [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813])};
  }
  let r = 1.0 / t;
  return ${poly1('r', [0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377])} / sqrt(a);`),
  branching('i1e_', 'x', 'f32', `
  let a = abs(x);
  if (isnan_(x)) { return x; }
  let t = a / 3.75;
  if (a < 3.75) {
    let s = t * t;
    return x * exp_(-a) * ${poly1('s', [0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411])};
  }
  let r = 1.0 / t;
  let y = ${poly1('r', [0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059])} / sqrt(a);
  return select(y, -y, x < 0.0);`),
];
