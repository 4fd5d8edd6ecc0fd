/** exp(-|x|) I0(x), where I0 is the modified Bessel function of the first kind of order 0. */
export const i0e = (x: number): number => scaled(Math.abs(x), 0);

/** exp(-|x|) I1(x). */
export const i1e = (x: number): number => Math.sign(x) * scaled(Math.abs(x), 1);

/**
 * exp(-x) I_n(x) for n of 0 or 1: the power series, all of whose terms are positive, then the asymptotic one.
 * @see https://dlmf.nist.gov/10.25 and https://dlmf.nist.gov/10.40
 */
function scaled(x: number, n: number): number {
  if (x === Infinity) return 0;
  if (x < 20) {
    const t = (x * x) / 4;
    let term = n === 0 ? 1 : x / 2, sum = term;
    for (let k = 1; k < 200 && term > 1e-17 * sum; k++) sum += term *= t / (k * (k + n));
    return sum * Math.exp(-x);
  }
  let term = 1, sum = 1;
  for (let k = 1; k < 30 && Math.abs(term) > 1e-17; k++) sum += term *= ((2 * k - 1) ** 2 - 4 * n * n) / (8 * k * x);
  return sum / Math.sqrt(2 * Math.PI) / Math.sqrt(x); // the product may be beyond the largest number
}
