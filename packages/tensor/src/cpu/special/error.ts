import { chebyshev } from './chebyshev.js';

const SQRT_PI = Math.sqrt(Math.PI);

/** The error function, by its Maclaurin series near 0. @see https://dlmf.nist.gov/7.6 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a >= 0.5) return Math.sign(x) * (1 - erfc(a));
  if (a !== a) return NaN;
  // x Σ (-x²)^n / (n! (2n + 1)), from the back
  const t = x * x;
  let sum = 1 / 29;
  for (let n = 14; n >= 1; n--) sum = 1 / (2 * n - 1) - (t / n) * sum;
  return (2 / SQRT_PI) * x * sum;
}

/** 1 - erf(x), exact where that difference would lose all digits. */
export function erfc(x: number): number {
  if (x < 0.5) return x < -6 ? 2 : x <= -0.5 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 28) return 0;
  return expOfMinusSquare(x) * erfcx(x);
}

// (1 + x) erfcx(x) as a Chebyshev series in (x - 4) / (x + 4), which maps [0, ∞) to [-1, 1)
const ERFCX = [
  0.73779249711555315, -0.21817361893805363, 0.049503721225762783, -0.0025726982280633707, -0.0041933395017658978,
  0.0025732881485069262, -0.00095453787864679435, 0.00026047574753294396, -5.3142109585007946e-5,
  7.4330190501770419e-6, -4.3106001359615523e-7, -8.6667844618502914e-8, 2.4441299316170359e-8,
  -1.3958179331627473e-9, -4.6292579264676442e-10, 9.1584321275269392e-11, 4.0996614541354335e-12,
  -3.1070926383120078e-12, 1.0859225472109777e-13, 9.3156286681373689e-14, -8.6598698306640837e-15,
  -2.8218395496347422e-15, 4.038719989002884e-16, 9.2540274686679927e-17, -1.6638724842986458e-17,
];

/** exp(x²) erfc(x), which neither overflows nor vanishes for large x. */
export function erfcx(x: number): number {
  if (x < 0.5) return x < -27 ? Infinity : erfc(x) / expOfMinusSquare(x);
  if (x > 1e8) return 1 / (SQRT_PI * x);
  return chebyshev(ERFCX, (x - 4) / (x + 4)) / (1 + x);
}

/** exp(-x²) without the error of rounding x², which the exponential would magnify. */
function expOfMinusSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(-high * high) * Math.exp((high - x) * (high + x));
}

// M. Giles, Approximating the erfinv function (2012): erfinv(y) / y to seven digits, in w = -log(1 - y²) up to 5, and in √w beyond
const NEAR = [2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941];
const FAR = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];

function giles(w: number): number {
  const [coefficients, t] = w < 5 ? [NEAR, w - 2.5] : [FAR, Math.sqrt(w) - 3];
  let sum = 0;
  for (let i = 0; i < 9; i++) sum = sum * t + coefficients[i];
  return sum;
}

/** The inverse of erf. */
export function erfinv(y: number): number {
  const a = Math.abs(y);
  if (!(a <= 1)) return NaN;
  if (a > 0.5) return Math.sign(y) * erfcinv(1 - a);
  const x = y * giles(-Math.log1p(-y * y));
  return x - halley((erf(x) - y) * (SQRT_PI / 2) * Math.exp(x * x), x);
}

/** The inverse of erfc: Newton's method on log erfc, which is nearly a parabola. */
export function erfcinv(y: number): number {
  if (!(y >= 0 && y <= 2)) return NaN;
  if (y > 1) return -erfcinv(2 - y);
  if (y === 0) return Infinity;
  if (y > 0.5) return erfinv(1 - y);
  const log = Math.log(y);
  let x = y > 1e-7 ? (1 - y) * giles(-log - Math.log(2 - y)) : Math.sqrt(-log - 0.5 * Math.log(-log * Math.PI));
  for (let i = 0; i < 20; i++) {
    const scaled = erfcx(x);
    const step = (Math.log(scaled) - x * x - log) * (SQRT_PI / 2) * scaled;
    x += step;
    // what is left is about the square of a step
    if (Math.abs(step) < 1e-8 * x) break;
  }
  return x;
}

/** Halley's correction of a Newton step: the second derivative of erf is -2x times the first. */
const halley = (step: number, x: number): number => step / (1 + x * step);
