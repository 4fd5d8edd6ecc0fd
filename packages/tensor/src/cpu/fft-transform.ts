/** Discrete Fourier transforms of one length, of any number of points; numbers are doubles, real and imaginary parts apart. */
export interface Transform {
  readonly size: number;
  /** Replaces the points by their transform, sum of x[j] exp(-2πi jk / n): forwards. Backwards with the parts exchanged. */
  run(re: Float64Array, im: Float64Array): void;
  /** the roots of unity of twice as many points, which transforms of real numbers need */
  readonly rootsOfTwice: Roots;
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
    let roots: Roots | undefined;
    plan = {
      size: n, run: (factors.at(-1) ?? 1) > LARGEST_FACTOR ? convolving(n) : mixedRadix(n, factors),
      get rootsOfTwice() { return (roots ??= rootsOfUnity(2 * n)); },
    };
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

interface Roots { readonly cos: Float64Array; readonly sin: Float64Array }

/** cos and sin of -2πk / n for k < n, each by the angle in the first octant, where they are exact to the last digit. */
export function rootsOfUnity(n: number): Roots {
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

/** One pass of a transform: what the factors before have left takes one factor more. */
interface Pass {
  readonly factor: number;
  /** the product of the factors before */
  readonly done: number;
  /** exp(-2πi jq / (done · factor)) for 0 < q < factor, those of each j < done side by side */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** the roots of unity of the factor */
  readonly roots: Roots;
}

/**
 * Stockham's form of the mixed-radix transform: each pass takes one factor from the size, and leaves the points in order.
 * @see Van Loan: Computational Frameworks for the Fast Fourier Transform (1992), section 1.7
 */
function mixedRadix(n: number, factors: readonly number[]): Transform['run'] {
  const passes = passesFor(n, factors), otherRe = new Float64Array(n), otherIm = new Float64Array(n);
  return (re, im) => {
    let fromRe = re, fromIm = im, toRe: Float64Array = otherRe, toIm: Float64Array = otherIm;
    for (const pass of passes) {
      const run = PASSES[pass.factor] ?? passOfOdd;
      run(fromRe, fromIm, toRe, toIm, n, pass);
      [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
    }
    if (fromRe === re) return;
    re.set(fromRe);
    im.set(fromIm);
  };
}

function passesFor(n: number, factors: readonly number[]): Pass[] {
  const roots = rootsOfUnity(n);
  let done = 1;
  return factors.map((factor) => {
    const cos = new Float64Array(done * (factor - 1)), sin = new Float64Array(cos.length), step = n / (done * factor);
    for (let j = 0, to = 0; j < done; j++) {
      for (let q = 1; q < factor; q++, to++) {
        cos[to] = roots.cos[j * q * step];
        sin[to] = roots.sin[j * q * step];
      }
    }
    const pass = { factor, done, cos, sin, roots: rootsOfUnity(factor) };
    done *= factor;
    return pass;
  });
}

/** Makes one transform of each group of `factor` points, which lie n / factor apart; j counts to `done` again and again. */
type RunPass = (xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, n: number, pass: Pass) => void;

const passOf2: RunPass = (xr, xi, yr, yi, n, { done, cos, sin }) => {
  const half = n / 2;
  for (let i = 0, j = 0, to = 0; i < half; i++, to++) {
    const c = cos[j], s = sin[j], ar = xr[i], ai = xi[i], br = xr[i + half], bi = xi[i + half];
    const tr = br * c - bi * s, ti = br * s + bi * c;
    yr[to] = ar + tr;
    yi[to] = ai + ti;
    yr[to + done] = ar - tr;
    yi[to + done] = ai - ti;
    if (++j === done) {
      j = 0;
      to += done;
    }
  }
};

const passOf4: RunPass = (xr, xi, yr, yi, n, { done, cos, sin }) => {
  const quarter = n / 4;
  for (let i = 0, j = 0, to = 0; i < quarter; i++, to++) {
    const t = 3 * j, i1 = i + quarter, i2 = i1 + quarter, i3 = i2 + quarter;
    const c1 = cos[t], s1 = sin[t], c2 = cos[t + 1], s2 = sin[t + 1], c3 = cos[t + 2], s3 = sin[t + 2];
    const ar = xr[i], ai = xi[i], vr = xr[i1], vi = xi[i1], wr = xr[i2], wi = xi[i2], zr = xr[i3], zi = xi[i3];
    const br = vr * c1 - vi * s1, bi = vr * s1 + vi * c1;
    const cr = wr * c2 - wi * s2, ci = wr * s2 + wi * c2;
    const dr = zr * c3 - zi * s3, di = zr * s3 + zi * c3;
    const pr = ar + cr, pi = ai + ci, qr = ar - cr, qi = ai - ci, rr = br + dr, ri = bi + di, tr = br - dr, ti = bi - di;
    yr[to] = pr + rr;
    yi[to] = pi + ri;
    yr[to + done] = qr + ti;
    yi[to + done] = qi - tr;
    yr[to + 2 * done] = pr - rr;
    yi[to + 2 * done] = pi - ri;
    yr[to + 3 * done] = qr - ti;
    yi[to + 3 * done] = qi + tr;
    if (++j === done) {
      j = 0;
      to += 3 * done;
    }
  }
};

/** The cosines are (±√5 - 1) / 4, which makes a sum of equal points vanish exactly. */
const passOf5: RunPass = (xr, xi, yr, yi, n, { done, cos, sin }) => {
  const fifth = n / 5, root = Math.sqrt(5) / 4, s1 = Math.sin(0.4 * Math.PI), s2 = Math.sin(0.2 * Math.PI);
  for (let i = 0, j = 0, to = 0; i < fifth; i++, to++) {
    const t = 4 * j, i1 = i + fifth, i2 = i1 + fifth, i3 = i2 + fifth, i4 = i3 + fifth, ar = xr[i], ai = xi[i];
    const br = xr[i1] * cos[t] - xi[i1] * sin[t], bi = xr[i1] * sin[t] + xi[i1] * cos[t];
    const cr = xr[i2] * cos[t + 1] - xi[i2] * sin[t + 1], ci = xr[i2] * sin[t + 1] + xi[i2] * cos[t + 1];
    const dr = xr[i3] * cos[t + 2] - xi[i3] * sin[t + 2], di = xr[i3] * sin[t + 2] + xi[i3] * cos[t + 2];
    const er = xr[i4] * cos[t + 3] - xi[i4] * sin[t + 3], ei = xr[i4] * sin[t + 3] + xi[i4] * cos[t + 3];
    const pr = br + er, pi = bi + ei, qr = cr + dr, qi = ci + di, ur = br - er, ui = bi - ei, vr = cr - dr, vi = ci - di;
    const sumRe = pr + qr, sumIm = pi + qi, wholeRe = ar + sumRe, wholeIm = ai + sumIm;
    const middleRe = wholeRe - 1.25 * sumRe, middleIm = wholeIm - 1.25 * sumIm, byRe = root * (pr - qr), byIm = root * (pi - qi);
    const oneRe = s1 * ur + s2 * vr, oneIm = s1 * ui + s2 * vi, twoRe = s2 * ur - s1 * vr, twoIm = s2 * ui - s1 * vi;
    yr[to] = wholeRe;
    yi[to] = wholeIm;
    yr[to + done] = middleRe + byRe + oneIm;
    yi[to + done] = middleIm + byIm - oneRe;
    yr[to + 2 * done] = middleRe - byRe + twoIm;
    yi[to + 2 * done] = middleIm - byIm - twoRe;
    yr[to + 3 * done] = middleRe - byRe - twoIm;
    yi[to + 3 * done] = middleIm - byIm + twoRe;
    yr[to + 4 * done] = middleRe + byRe - oneIm;
    yi[to + 4 * done] = middleIm + byIm + oneRe;
    if (++j === done) {
      j = 0;
      to += 4 * done;
    }
  }
};

/** Points q and p - q have conjugate roots: their sum goes with the cosines and their difference with the sines. */
const passOfOdd: RunPass = (xr, xi, yr, yi, n, { factor: p, done, cos, sin, roots: { cos: rootCos, sin: rootSin } }) => {
  const apart = n / p, half = (p - 1) / 2;
  const sumRe = new Float64Array(half), sumIm = new Float64Array(half), lessRe = new Float64Array(half), lessIm = new Float64Array(half);
  for (let i = 0, j = 0, to = 0; i < apart; i++, to++) {
    const ar = xr[i], ai = xi[i];
    let wholeRe = ar, wholeIm = ai;
    for (let q = 0, t = j * (p - 1), u = t + p - 2, at = i + apart, far = i + (p - 1) * apart; q < half; q++, t++, u--, at += apart, far -= apart) {
      const vr = xr[at] * cos[t] - xi[at] * sin[t], vi = xr[at] * sin[t] + xi[at] * cos[t];
      const wr = xr[far] * cos[u] - xi[far] * sin[u], wi = xr[far] * sin[u] + xi[far] * cos[u];
      wholeRe += sumRe[q] = vr + wr;
      wholeIm += sumIm[q] = vi + wi;
      lessRe[q] = vr - wr;
      lessIm[q] = vi - wi;
    }
    yr[to] = wholeRe;
    yi[to] = wholeIm;
    for (let r = 1; r <= half; r++) {
      let evenRe = ar, evenIm = ai, oddRe = 0, oddIm = 0;
      for (let q = 0, at = r; q < half; q++) {
        const c = rootCos[at], s = rootSin[at];
        evenRe += sumRe[q] * c;
        evenIm += sumIm[q] * c;
        oddRe += lessIm[q] * s;
        oddIm += lessRe[q] * s;
        at += r;
        if (at >= p) at -= p;
      }
      yr[to + r * done] = evenRe - oddRe;
      yi[to + r * done] = evenIm + oddIm;
      yr[to + (p - r) * done] = evenRe + oddRe;
      yi[to + (p - r) * done] = evenIm - oddIm;
    }
    if (++j === done) {
      j = 0;
      to += (p - 1) * done;
    }
  }
};

const PASSES: Readonly<Record<number, RunPass | undefined>> = { 2: passOf2, 4: passOf4, 5: passOf5 };

/**
 * A transform of any number of points as a convolution with exp(πi j² / n), by transforms of a power of two.
 * @see Bluestein: A linear filtering approach to the computation of the discrete Fourier transform (1970)
 */
function convolving(n: number): Transform['run'] {
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1)), inner = mixedRadix(size, factorsOf(size));
  const { cos, sin } = rootsOfUnity(2 * n);
  const at = new Int32Array(n); // j² modulo 2n
  for (let j = 1; j < n; j++) at[j] = (at[j - 1] + 2 * j - 1) % (2 * n);
  const filterRe = new Float64Array(size), filterIm = new Float64Array(size);
  for (let j = 0; j < n; j++) {
    filterRe[j] = filterRe[(size - j) % size] = cos[at[j]];
    filterIm[j] = filterIm[(size - j) % size] = -sin[at[j]];
  }
  inner(filterRe, filterIm);
  const ar = new Float64Array(size), ai = new Float64Array(size);
  return (re, im) => {
    ar.fill(0);
    ai.fill(0);
    for (let j = 0; j < n; j++) {
      const c = cos[at[j]], s = sin[at[j]];
      ar[j] = re[j] * c - im[j] * s;
      ai[j] = re[j] * s + im[j] * c;
    }
    inner(ar, ai);
    for (let j = 0; j < size; j++) {
      const x = ar[j];
      ar[j] = x * filterRe[j] - ai[j] * filterIm[j];
      ai[j] = x * filterIm[j] + ai[j] * filterRe[j];
    }
    inner(ai, ar); // backwards: the parts exchanged
    for (let j = 0; j < n; j++) {
      const c = cos[at[j]] / size, s = sin[at[j]] / size;
      re[j] = ar[j] * c - ai[j] * s;
      im[j] = ar[j] * s + ai[j] * c;
    }
  };
}
