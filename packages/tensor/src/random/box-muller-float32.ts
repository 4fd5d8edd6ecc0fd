/**
 * PyTorch's vectorised Box-Muller transform for float32, to the last bit: Cephes' single-precision logarithm, sine and
 * cosine, with the multiplications and additions fused as its AVX2 kernels have them. `f(a * b + c)` is a fused
 * multiply-add: the product of two float32 numbers is exact in a double.
 * @see Moshier, "Methods and Programs for Mathematical Functions" (1989), and netlib.org/cephes (logf.c, sinf.c)
 */
const f = Math.fround;

const SQRT_HALF = f(0.7071067811865476);
const TWO_PI = f(2 * Math.PI);
const FOUR_OVER_PI = f(4 / Math.PI);

const L0 = f(7.0376836292e-2), L1 = f(-1.1514610310e-1), L2 = f(1.1676998740e-1), L3 = f(-1.2420140846e-1);
const L4 = f(1.4249322787e-1), L5 = f(-1.6668057665e-1), L6 = f(2.0000714765e-1), L7 = f(-2.4999993993e-1);
const L8 = f(3.3333331174e-1);
/** ln 2 = LN2_HIGH + LN2_LOW */
const LN2_LOW = f(-2.12194440e-4), LN2_HIGH = f(0.693359375);

/** pi / 4 = -(P1 + P2 + P3) */
const P1 = f(-0.78515625), P2 = f(-2.4187564849853515625e-4), P3 = f(-3.77489497744594108e-8);
const S0 = f(-1.9515295891e-4), S1 = f(8.3321608736e-3), S2 = f(-1.6666654611e-1);
const C0 = f(2.443315711809948e-5), C1 = f(-1.388731625493765e-3), C2 = f(4.166664568298827e-2);

/** 2^-i: a table is twice as fast as the power */
const POWERS = /* @__PURE__ */ Float64Array.from({ length: 26 }, (_, i) => 0.5 ** i);

/** The natural logarithm of k / 2^24, for an integer k of 1 to 2^24. */
function logOf24Bits(k: number): number {
  const bits = 32 - Math.clz32(k);
  let x = k * POWERS[bits];
  let e = bits - 24;
  if (x < SQRT_HALF) {
    e -= 1;
    x += x;
  }
  x -= 1;
  const z = f(x * x);
  let y = f(L0 * x + L1);
  y = f(y * x + L2);
  y = f(y * x + L3);
  y = f(y * x + L4);
  y = f(y * x + L5);
  y = f(y * x + L6);
  y = f(y * x + L7);
  y = f(y * x + L8);
  y = f(y * x);
  y = f(y * z + f(e * LN2_LOW));
  y = f(y - 0.5 * z);
  return f(e * LN2_HIGH + f(x + y));
}

/**
 * Turns 16 uniform numbers, the lower 24 bits of `words[from…]` (times 2^-24), into 16 normal ones at `out[offset…]`:
 * number j and number j + 8 make a pair.
 */
export function boxMuller16(
  words: Uint32Array, from: number, out: Float32Array, offset: number, mean: number, std: number,
): void {
  for (let j = 0; j < 8; j++) {
    // 1 - u is never zero
    const radius = f(Math.sqrt(f(-2 * logOf24Bits(0x1000000 - (words[from + j] & 0xffffff)))));
    const theta = f(TWO_PI * ((words[from + j + 8] & 0xffffff) * 2 ** -24));
    // the octant, rounded to the even one; what is left of theta lies within pi / 4 of zero
    const octant = (f(theta * FOUR_OVER_PI) + 1) & ~1;
    const x = f(octant * P3 + f(octant * P2 + f(octant * P1 + theta)));
    const z = f(x * x);
    let c = f(C0 * z + C1);
    c = f(c * z + C2);
    c = f(c * z);
    c = f(f(c * z - 0.5 * z) + 1);
    let s = f(S0 * z + S1);
    s = f(s * z + S2);
    s = f(s * z);
    s = f(s * x + x);
    const swap = (octant & 2) !== 0;
    const sin = (octant & 4) === 0 ? (swap ? c : s) : -(swap ? c : s);
    const cos = ((octant + 2) & 4) === 0 ? (swap ? s : c) : -(swap ? s : c);
    out[offset + j] = f(radius * cos) * std + mean;
    out[offset + j + 8] = f(radius * sin) * std + mean;
  }
}
