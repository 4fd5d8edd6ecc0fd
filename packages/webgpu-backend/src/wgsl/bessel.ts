import { branching, flat, type Helper } from './helpers.js';
import { large } from './special.js';

/** As `branching`, with two results. */
function pair(name: string, params: string, body: string): Helper {
  const one = branching(name, params, 'f32', body);
  return { ...one, text: (form) => one.text(form).replace('-> f32', '-> vec2<f32>') };
}

/** Bessel functions, orthogonal polynomials and the parts of floating-point numbers, in the same ways as on the CPU. */
export const besselHelpers: readonly Helper[] = [
  // the power series about 0 of both kinds
  pair('besselseries_', 'x, n, s', `
  var term = select(0.5 * x, 1.0, n == 0.0);
  var h = 0.5 * n;
  var sum = term;
  var other = term * h;
  for (var k = 1.0; k < 9.0; k += 1.0) {
    term *= s / (k * (k + n));
    h += 0.5 / k + 0.5 / (k + n);
    sum += term;
    other += term * h;
  }
  return vec2<f32>(sum, (log_(x) - 0.11593151565841245) * sum - other);`),
  // the trapezoidal rule on the path of steepest descent
  pair('besselpath_', 'x, n, turn', `
  let scale = inverseSqrt(2.0 * x);
  let turned = turn > 0.5;
  var sum = vec2<f32>(0.0);
  for (var k = 0.0; k < 12.0; k += 1.0) {
    let u = 0.4 * k;
    let v = u * scale;
    let t = v * v;
    let root = sqrt(select(t + 1.0, 0.5 * (sqrt(t * t + 1.0) + t), turned));
    let c = vec2<f32>(root, select(0.0, -0.5 / root, turned));
    var p = select(vec2<f32>(1.0 + 2.0 * n * t, 0.0), vec2<f32>(1.0, 2.0 * n * t), turned);
    if (n > 0.0 && n < 1.0) {
      let w = vec2<f32>(v + c.x, c.y);
      let length = pow_(dot(w, w), 1.0 / 3.0);
      let angle = (atan2_(w.y, w.x) + select(0.0, 0.7853981633974483, turned)) / 1.5;
      p = 0.5 * vec2<f32>((length + 1.0 / length) * cos_(angle), (length - 1.0 / length) * sin_(angle));
    }
    let weight = select(exp_(-u * u), 0.5, k == 0.0) / dot(c, c);
    sum += weight * vec2<f32>(dot(p, c), p.y * c.x - p.x * c.y);
  }
  return 0.8 * scale * sum;`),
  pair('besselwave_', 'x, n', `
  let p = besselpath_(x, n, 1.0);
  let c = 0.6366197723675814 * cos_(x);
  let s = 0.6366197723675814 * sin_(x);
  return vec2<f32>(c * p.x - s * p.y, s * p.x + c * p.y);`),
  large('j0_', 'x', 'f32', `
  let a = abs(x);
  if (isnan_(x) || isinf_(x)) { return nan_(); }
  if (a < 2.0) { return besselseries_(a, 0.0, -0.25 * a * a).x; }
  return besselwave_(a, 0.0).y;`),
  large('j1_', 'x', 'f32', `
  let a = abs(x);
  if (isnan_(x) || isinf_(x)) { return nan_(); }
  if (a < 2.0) { return besselseries_(x, 1.0, -0.25 * x * x).x; }
  return -sign(x) * besselwave_(a, 1.0).x;`),
  large('y0_', 'x', 'f32', `
  if (isnan_(x) || isinf_(x) || x < 0.0) { return nan_(); }
  if (x == 0.0) { return -inf_(); }
  if (x < 2.0) { return 0.6366197723675814 * besselseries_(x, 0.0, -0.25 * x * x).y; }
  return -besselwave_(x, 0.0).x;`),
  large('y1_', 'x', 'f32', `
  if (isnan_(x) || isinf_(x) || x < 0.0) { return nan_(); }
  if (x == 0.0) { return -inf_(); }
  if (x < 2.0) { return 0.6366197723675814 * (besselseries_(x, 1.0, -0.25 * x * x).y - 1.0 / x); }
  return -besselwave_(x, 1.0).y;`),
  large('k0e_', 'x', 'f32', `
  if (isnan_(x) || x < 0.0) { return nan_(); }
  if (x == 0.0) { return inf_(); }
  if (isinf_(x)) { return 0.0; }
  if (x < 1.0) { return -exp_(x) * besselseries_(x, 0.0, 0.25 * x * x).y; }
  return besselpath_(x, 0.0, 0.0).x;`),
  large('k1e_', 'x', 'f32', `
  if (isnan_(x) || x < 0.0) { return nan_(); }
  if (x == 0.0) { return inf_(); }
  if (isinf_(x)) { return 0.0; }
  if (x < 1.0) { return exp_(x) * (besselseries_(x, 1.0, 0.25 * x * x).y + 1.0 / x); }
  return besselpath_(x, 1.0, 0.0).x;`),
  large('airy_', 'x', 'f32', `
  if (isnan_(x) || isinf_(x)) { return nan_(); }
  if (x > 100.0) { return 0.0; }
  let a = abs(x);
  let z = a * sqrt(a) / 1.5;
  if (x >= 1.0) { return 0.3183098861837907 * sqrt(x / 3.0) * exp_(-z) * besselpath_(z, 1.0 / 3.0, 0.0).x; }
  if (x < -2.1) { return sqrt(a / 3.0) * besselwave_(z, 1.0 / 3.0).y; }
  var f = 0.355028053887817239;
  var g = 0.258819403792806798;
  var sum = f - g * x;
  for (var k = 3.0; k < 31.0; k += 3.0) {
    f *= x * x * x / ((k - 1.0) * k);
    g *= x * x * x / (k * (k + 1.0));
    sum += f - g * x;
  }
  return sum;`),
  // counts to where float32 has all integers
  large('polynomial_', 'x, n, family', 'f32', `
  if (isnan_(n) || isinf_(n) || n <= -1.0) { return 0.0; }
  let degree = min(trunc(n), 16777215.0);
  if (degree == 0.0) { return 1.0; }
  if (degree > 8.0 && family < 4.0 && abs(x) < 1.0) {
    let t = acos_(x);
    if (family == 0.0) { return cos_(degree * t); }
    if (family == 1.0) { return sin_((degree + 1.0) * t) / sin_(t); }
    if (family == 2.0) { return cos_((degree + 0.5) * t) / cos_(0.5 * t); }
    return sin_((degree + 0.5) * t) / sin_(0.5 * t);
  }
  var before = 1.0;
  var p = x;
  if (family == 6.0) { p = 1.0 - x; } else if (family > 0.0 && family < 5.0) { p = 2.0 * x; }
  if (family == 2.0) { p -= 1.0; } else if (family == 3.0) { p += 1.0; }
  for (var k = 1.0; k < degree && !isnan_(p); k += 1.0) {
    var next = 2.0 * x * p - before;
    if (family == 4.0) { next = 2.0 * x * p - 2.0 * k * before; }
    if (family == 5.0) { next = x * p - k * before; }
    if (family == 6.0) { next = ((2.0 * k + (1.0 - x)) * p - k * before) / (k + 1.0); }
    if (family == 7.0) { next = ((2.0 * k + 1.0) * x * p - k * before) / (k + 1.0); }
    before = p;
    p = next;
  }
  return p;`),
  // subnormal numbers are 0 here
  flat('nextafter_', 'x, y, unit', 'F', `let least = F(1.1754943508222875e-38);
  let r = bitcast<F>(bitcast<I>(x) + select(-I(unit), I(unit), (x < y) == (x > F(0.0))));
  let first = select(select(-least, least, y > F(0.0)), y, abs(y) < least);
  let away = select(first, select(r, F(0.0) * x, abs(r) < least), abs(x) >= least);
  return select(select(away, y, x == y), nan_~(), isnan_~(x) | isnan_~(y));`),
  flat('whole_', 'x', 'B', 'return (abs(x) < F(1.1754943508222875e-38)) | isinf_~(x) | isnan_~(x);'),
  flat('exponent_', 'x', 'F', 'return select(F((bitcast<U>(x) >> U(23u)) & U(255u)) - F(126.0), F(0.0), whole_~(x));'),
  flat('mantissa_', 'x', 'F', 'return select(bitcast<F>((bitcast<U>(x) & U(0x807fffffu)) | U(0x3f000000u)), x, whole_~(x));'),
];
