const double = new Float64Array(1), doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1), singleBits = new Int32Array(single.buffer);

/** The number whose bits are those of x and one more or less: of float64, or in units of float32's. */
function stepped(x: number, by: 1 | -1, unit: number): number {
  if (unit > 0) {
    single[0] = x;
    singleBits[0] += by * unit;
    return single[0];
  }
  double[0] = x;
  doubleBits[0] += BigInt(by);
  return double[0];
}

/** The number that comes after x on the way to y; `unit` says of which numbers, as in an expression's node. */
export function nextafter(x: number, y: number, unit: number): number {
  if (x === y) return y;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  return x === 0 ? Math.sign(y) * stepped(0, 1, unit) : stepped(x, (x < y) === (x > 0) ? 1 : -1, unit);
}

/** The exponent e of x = m 2^e with m of 0.5 up to 1; 0 of what has none. */
export function exponent(x: number): number {
  double[0] = x;
  const e = Number((doubleBits[0] >> 52n) & 2047n);
  if (e === 2047 || x === 0) return 0;
  return e === 0 ? exponent(x * 2 ** 54) - 54 : e - 1022;
}

/** The mantissa m of x = m 2^e; what has no exponent is its own. */
export function mantissa(x: number): number {
  // 2^-e alone may be beyond the largest number
  const e = exponent(x), half = Math.trunc(e / 2);
  return x * 2 ** -half * 2 ** (half - e);
}
