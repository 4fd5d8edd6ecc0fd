/** Discrete Fourier transforms of one length, of any number of points; numbers are doubles, real and imaginary parts apart. */
export interface Transform {
  readonly size: number;
  /** Replaces the points by their transform, sum of x[j] exp(-2πi jk / n): forwards. Backwards with the parts exchanged. */
  run(re: Float64Array, im: Float64Array): void;
}

/** Prime factors beyond this one cost more by their sums than a convolution by transforms of a power of two. */
const LARGEST_FACTOR = 61;

/** How many points the tables that are kept may have together. */
const KEPT = 2 ** 21;
const plans = new Map<number, Transform>();

/** The transform of `n` points; tables of those made last are kept. */
export function transformOf(n: number): Transform {
  let plan = plans.get(n);
  if (!plan) {
    const factors = factorsOf(n);
    plan = (factors.at(-1) ?? 1) > LARGEST_FACTOR ? convolving(n) : mixedRadix(n, factors);
    plans.set(n, plan);
    let kept = 0;
    for (const size of [...plans.keys()].reverse()) if ((kept += size) > KEPT && size !== n) plans.delete(size);
  }
  return plan;
}

/** Fours first, then primes in order. */
function factorsOf(n: number): number[] {
  const factors: number[] = [];
  for (; n % 4 === 0; n /= 4) factors.push(4);
  for (let p = 2; p * p <= n; p++) for (; n % p === 0; n /= p) factors.push(p);
  if (n > 1) factors.push(n);
  return factors.sort((a, b) => (a === 4 ? 0 : a) - (b === 4 ? 0 : b));
}

/** cos and sin of -2πk / n for k < n, each by the angle in the first octant, where they are exact to the last digit. */
export function rootsOfUnity(n: number): { cos: Float64Array; sin: Float64Array } {
  const cos = new Float64Array(n), sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const octant = Math.floor((8 * k) / n), rest = octant % 2 === 0 ? 8 * k - octant * n : (octant + 1) * n - 8 * k;
    const angle = (Math.PI * rest) / (4 * n);
    // where they are a half, and where they are one number, they are so to the last digit
    const far = 3 * rest === 2 * n ? 0.5 : Math.sin(angle), near = rest === n ? far : Math.cos(angle);
    const [c, s] = [[near, far], [far, near], [-far, near], [-near, far], [-near, -far], [-far, -near], [far, -near], [near, -far]][octant];
    cos[k] = c;
    sin[k] = -s;
  }
  return { cos, sin };
}

/**
 * Stockham's form of the mixed-radix transform: each pass takes one factor from the size, and leaves the points in order.
 * @see Van Loan: Computational Frameworks for the Fast Fourier Transform (1992), section 1.7
 */
function mixedRadix(n: number, factors: readonly number[]): Transform {
  const { cos, sin } = rootsOfUnity(n);
  const otherRe = new Float64Array(n), otherIm = new Float64Array(n);
  return {
    size: n,
    run(re, im) {
      let fromRe = re, fromIm = im, toRe: Float64Array = otherRe, toIm: Float64Array = otherIm, done = 1;
      for (const p of factors) {
        const pass = p === 2 ? passOf2 : p === 4 ? passOf4 : passOfPrime;
        pass(fromRe, fromIm, toRe, toIm, n, done, p, cos, sin);
        done *= p;
        [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
      }
      if (fromRe !== re) {
        re.set(fromRe);
        im.set(fromIm);
      }
    },
  };
}

/** One pass: `done` is the product of the factors before, p this one; groups of p points n / p apart become one transform. */
type Pass = (
  xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, n: number, done: number, p: number,
  cos: Float64Array, sin: Float64Array,
) => void;

const passOf2: Pass = (xr, xi, yr, yi, n, done, p, cos, sin) => {
  const half = n / 2, step = n / (2 * done);
  for (let j = 0; j < done; j++) {
    const c = cos[j * step], s = sin[j * step];
    for (let k = 0, i = j; k < step; k++, i += done) {
      const br = xr[i + half], bi = xi[i + half], tr = br * c - bi * s, ti = br * s + bi * c, to = j + 2 * k * done;
      yr[to] = xr[i] + tr;
      yi[to] = xi[i] + ti;
      yr[to + done] = xr[i] - tr;
      yi[to + done] = xi[i] - ti;
    }
  }
};

const passOf4: Pass = (xr, xi, yr, yi, n, done, p, cos, sin) => {
  const quarter = n / 4, step = n / (4 * done);
  for (let j = 0; j < done; j++) {
    const c1 = cos[j * step], s1 = sin[j * step], c2 = cos[2 * j * step], s2 = sin[2 * j * step];
    const c3 = cos[3 * j * step], s3 = sin[3 * j * step];
    for (let k = 0, i = j; k < step; k++, i += done) {
      const i1 = i + quarter, i2 = i1 + quarter, i3 = i2 + quarter, to = j + 4 * k * done;
      const ar = xr[i], ai = xi[i];
      const br = xr[i1] * c1 - xi[i1] * s1, bi = xr[i1] * s1 + xi[i1] * c1;
      const cr = xr[i2] * c2 - xi[i2] * s2, ci = xr[i2] * s2 + xi[i2] * c2;
      const dr = xr[i3] * c3 - xi[i3] * s3, di = xr[i3] * s3 + xi[i3] * c3;
      const pr = ar + cr, pi = ai + ci, qr = ar - cr, qi = ai - ci, rr = br + dr, ri = bi + di, tr = br - dr, ti = bi - di;
      yr[to] = pr + rr;
      yi[to] = pi + ri;
      yr[to + done] = qr + ti;
      yi[to + done] = qi - tr;
      yr[to + 2 * done] = pr - rr;
      yi[to + 2 * done] = pi - ri;
      yr[to + 3 * done] = qr - ti;
      yi[to + 3 * done] = qi + tr;
    }
  }
};

const passOfPrime: Pass = (xr, xi, yr, yi, n, done, p, cos, sin) => {
  const apart = n / p, step = n / (p * done);
  const br = new Float64Array(p), bi = new Float64Array(p);
  for (let j = 0; j < done; j++) {
    for (let k = 0, i = j; k < step; k++, i += done) {
      for (let q = 0; q < p; q++) {
        const c = cos[q * j * step], s = sin[q * j * step], vr = xr[i + q * apart], vi = xi[i + q * apart];
        br[q] = vr * c - vi * s;
        bi[q] = vr * s + vi * c;
      }
      for (let r = 0, to = j + p * k * done; r < p; r++, to += done) {
        let sr = br[0], si = bi[0];
        for (let q = 1, at = r * apart; q < p; q++) {
          const c = cos[at], s = sin[at];
          sr += br[q] * c - bi[q] * s;
          si += br[q] * s + bi[q] * c;
          at += r * apart;
          if (at >= n) at -= n;
        }
        yr[to] = sr;
        yi[to] = si;
      }
    }
  }
};

/**
 * A transform of any number of points as a convolution with exp(πi j² / n), by transforms of a power of two.
 * @see Bluestein: A linear filtering approach to the computation of the discrete Fourier transform (1970)
 */
function convolving(n: number): Transform {
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1)), inner = mixedRadix(size, factorsOf(size));
  const { cos, sin } = rootsOfUnity(2 * n);
  const at = new Int32Array(n); // j² modulo 2n
  for (let j = 1; j < n; j++) at[j] = (at[j - 1] + 2 * j - 1) % (2 * n);
  const filterRe = new Float64Array(size), filterIm = new Float64Array(size);
  for (let j = 0; j < n; j++) {
    filterRe[j] = filterRe[(size - j) % size] = cos[at[j]];
    filterIm[j] = filterIm[(size - j) % size] = -sin[at[j]];
  }
  inner.run(filterRe, filterIm);
  const ar = new Float64Array(size), ai = new Float64Array(size);
  return {
    size: n,
    run(re, im) {
      ar.fill(0);
      ai.fill(0);
      for (let j = 0; j < n; j++) {
        const c = cos[at[j]], s = sin[at[j]];
        ar[j] = re[j] * c - im[j] * s;
        ai[j] = re[j] * s + im[j] * c;
      }
      inner.run(ar, ai);
      for (let j = 0; j < size; j++) {
        const x = ar[j];
        ar[j] = x * filterRe[j] - ai[j] * filterIm[j];
        ai[j] = x * filterIm[j] + ai[j] * filterRe[j];
      }
      inner.run(ai, ar); // backwards: the parts exchanged
      for (let j = 0; j < n; j++) {
        const c = cos[at[j]] / size, s = sin[at[j]] / size;
        re[j] = ar[j] * c - ai[j] * s;
        im[j] = ar[j] * s + ai[j] * c;
      }
    },
  };
}
