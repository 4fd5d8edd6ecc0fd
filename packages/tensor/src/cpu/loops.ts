import type { DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import type { ExprFn } from '../expr.js';
import { bfloat16ToNumber, float16ToNumber, numberToBfloat16, numberToFloat16, rint } from '../half.js';
import {
  airy, digamma, erf, erfc, erfcinv, erfcx, erfinv, exponent, gammainc, gammaincc, gcd, gcdBig, i0e, i1e, j0, j1, k0e, k1e, lgamma, mantissa, nextafter,
  polynomial, y0, y1, zeta,
} from './special/index.js';

/** A register of the block evaluator: BLOCK values, int64 as bigints and all else (bool as 0 and 1) as doubles. */
export type Register = Float64Array | BigInt64Array;
export type Loop = (out: Register, a: Register, b: Register, c: Register, n: number) => void;

type F = Float64Array;
type Big = BigInt64Array;

const map1 = (f: (x: number) => number): Loop => (o, a, _b, _c, n) => {
  const out = o as F, x = a as F;
  for (let i = 0; i < n; i++) out[i] = f(x[i]);
};
const map2 = (f: (x: number, y: number) => number): Loop => (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = f(x[i], y[i]);
};
const map3 = (f: (x: number, y: number, z: number) => number): Loop => (o, a, b, c, n) => {
  const out = o as F, x = a as F, y = b as F, z = c as F;
  for (let i = 0; i < n; i++) out[i] = f(x[i], y[i], z[i]);
};
const big1 = (f: (x: bigint) => bigint): Loop => (o, a, _b, _c, n) => {
  const out = o as Big, x = a as Big;
  for (let i = 0; i < n; i++) out[i] = f(x[i]);
};
const big2 = (f: (x: bigint, y: bigint) => bigint): Loop => (o, a, b, _c, n) => {
  const out = o as Big, x = a as Big, y = b as Big;
  for (let i = 0; i < n; i++) out[i] = f(x[i], y[i]);
};
const bigTest = (f: (x: bigint, y: bigint) => boolean): Loop => (o, a, b, _c, n) => {
  const out = o as F, x = a as Big, y = b as Big;
  for (let i = 0; i < n; i++) out[i] = f(x[i], y[i]) ? 1 : 0;
};

// The loops that carry most of the work are written out, so that each is compiled for itself.
const add: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] + y[i];
};
const sub: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] - y[i];
};
const mul: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] * y[i];
};
const div: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] / y[i];
};
const sqrt: Loop = (o, a, _b, _c, n) => {
  const out = o as F, x = a as F;
  for (let i = 0; i < n; i++) out[i] = Math.sqrt(x[i]);
};
// NaN stays; of zeros of both signs, as of all that are equal, the first one is the result, as relu and clamp have it in PyTorch
const max: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] < y[i] || y[i] !== y[i] ? y[i] : x[i];
};
const min = (x: number, y: number): number => (y < x || y !== y ? y : x);
const le: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] <= y[i] ? 1 : 0;
};
const lt: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] < y[i] ? 1 : 0;
};
const eq: Loop = (o, a, b, _c, n) => {
  const out = o as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = x[i] === y[i] ? 1 : 0;
};
const where: Loop = (o, condition, a, b, n) => {
  const out = o as F, test = condition as F, x = a as F, y = b as F;
  for (let i = 0; i < n; i++) out[i] = test[i] !== 0 ? x[i] : y[i];
};

const log2 = Math.log2, exp2 = (x: number): number => 2 ** x;
// JavaScript's ** gives NaN for 1 ** ±Infinity and (±1) ** NaN where C gives 1
const pow = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);

const floats: Readonly<Record<ExprFn, Loop>> = {
  neg: map1((x) => -x), abs: map1(Math.abs), sign: map1((x) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
  floor: map1(Math.floor), ceil: map1(Math.ceil), trunc: map1(Math.trunc), round: map1(rint), sqrt,
  exp: map1(Math.exp), expm1: map1(Math.expm1), log: map1(Math.log), log1p: map1(Math.log1p),
  sin: map1(Math.sin), cos: map1(Math.cos), tan: map1(Math.tan), asin: map1(Math.asin), acos: map1(Math.acos),
  atan: map1(Math.atan), sinh: map1(Math.sinh), cosh: map1(Math.cosh), tanh: map1(Math.tanh),
  asinh: map1(Math.asinh), acosh: map1(Math.acosh), atanh: map1(Math.atanh), exp2: map1(exp2), log2: map1(log2),
  log10: map1(Math.log10), erf: map1(erf), erfc: map1(erfc), erfcx: map1(erfcx), erfinv: map1(erfinv),
  erfcinv: map1(erfcinv), lgamma: map1(lgamma), digamma: map1(digamma), i0e: map1(i0e), i1e: map1(i1e), gcd: map2(gcd), zeta: map2(zeta),
  gammainc: map2(gammainc), gammaincc: map2(gammaincc), j0: map1(j0), j1: map1(j1), y0: map1(y0), y1: map1(y1), k0e: map1(k0e), k1e: map1(k1e),
  airy: map1(airy), polynomial: map3(polynomial), nextafter: map3(nextafter), mantissa: map1(mantissa), exponent: map1(exponent),
  isnan: map1((x) => (x !== x ? 1 : 0)), not: map1((x) => (x === 0 ? 1 : 0)),
  add, sub, mul, div, mod: map2((x, y) => x % y), pow: map2(pow), atan2: map2(Math.atan2), max, min: map2(min),
  lt, le, eq, and: map2((x, y) => x & y), or: map2((x, y) => x | y), xor: map2((x, y) => x ^ y),
  shl: map2((x, y) => x * 2 ** y), shr: map2((x, y) => x / 2 ** y), where,
};

function divisor<T extends number | bigint>(y: T): T {
  // eslint-disable-next-line eqeqeq -- 0 and 0n
  if (y == 0) throw new RuntimeError('ZeroDivisionError');
  return y;
}

/** Integer power by squaring, modulo 2^32; a negative exponent gives 0 but for bases 1 and -1. */
function powInt(x: number, y: number): number {
  if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  for (let base = x, e = y; e > 0; e = Math.floor(e / 2), base = Math.imul(base, base)) {
    if (e % 2 === 1) result = Math.imul(result, base);
  }
  return result;
}

// Integers of up to 32 bits: exact in doubles, products by imul; storing wraps them to their size.
const ints: Readonly<Record<ExprFn, Loop>> = {
  ...floats,
  neg: map1((x) => 0 - x), mul: map2(Math.imul), div: map2((x, y) => Math.trunc(x / divisor(y))),
  mod: map2((x, y) => x % divisor(y) + 0),
  pow: map2(powInt), not: map1((x) => ~x), shl: map2((x, y) => (y < 0 || y > 31 ? 0 : x << y)),
  shr: map2((x, y) => (y < 0 || y > 31 ? (x < 0 ? -1 : 0) : x >> y)),
};

function powBig(x: bigint, y: bigint): bigint {
  if (y < 0n) return x === 1n ? 1n : x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  for (let base = x, e = y; e > 0n; e >>= 1n, base = BigInt.asIntN(64, base * base)) {
    if (e & 1n) result = BigInt.asIntN(64, result * base);
  }
  return result;
}

// Storing into a BigInt64Array wraps to 64 bits.
const bigs: Readonly<Partial<Record<ExprFn, Loop>>> = {
  neg: big1((x) => -x), abs: big1((x) => (x < 0n ? -x : x)), sign: big1((x) => (x > 0n ? 1n : x < 0n ? -1n : 0n)),
  floor: big1((x) => x), ceil: big1((x) => x), trunc: big1((x) => x), round: big1((x) => x), not: big1((x) => ~x),
  isnan: (o, _a, _b, _c, n) => { (o as F).fill(0, 0, n); },
  add: big2((x, y) => x + y), sub: big2((x, y) => x - y), mul: big2((x, y) => x * y),
  div: big2((x, y) => x / divisor(y)), mod: big2((x, y) => x % divisor(y)), pow: big2(powBig),
  max: big2((x, y) => (x > y ? x : y)), min: big2((x, y) => (x < y ? x : y)),
  gcd: big2(gcdBig), and: big2((x, y) => x & y), or: big2((x, y) => x | y), xor: big2((x, y) => x ^ y),
  shl: big2((x, y) => (y < 0n || y > 63n ? 0n : x << y)),
  shr: big2((x, y) => (y < 0n || y > 63n ? (x < 0n ? -1n : 0n) : x >> y)),
  lt: bigTest((x, y) => x < y), le: bigTest((x, y) => x <= y), eq: bigTest((x, y) => x === y),
  where: (o, condition, a, b, n) => {
    const out = o as Big, test = condition as F, x = a as Big, y = b as Big;
    for (let i = 0; i < n; i++) out[i] = test[i] !== 0 ? x[i] : y[i];
  },
};

/** The loop of a function on operands of a dtype. */
export function loopOf(fn: ExprFn, dtype: DType): Loop {
  const loop = dtype.name === 'int64' ? bigs[fn] : dtype.kind === 'int' ? ints[fn] : floats[fn];
  if (!loop) throw new RuntimeError(`"${fn}" not implemented for '${dtype.scalarType}'`);
  return loop;
}

const INT64_MIN = -(2n ** 63n);

/** A double as int64, truncated; what has no int64 gives the smallest, as the x86 conversion does. */
export const toBigInt = (x: number): bigint =>
  x >= -9223372036854775808 && x < 9223372036854775808 ? BigInt(Math.trunc(x)) : INT64_MIN;

/** A double as int32, truncated; what has no int32 gives the smallest, as the x86 conversion does. */
const toInt32 = (x: number): number => (x > -2147483649 && x < 2147483648 ? x | 0 : -2147483648);

/** How a double is rounded to a dtype other than int64; an integer keeps its low bits. */
export function rounding(dtype: DType): (x: number) => number {
  switch (dtype.name) {
    case 'bool': return (x) => (x !== 0 ? 1 : 0);
    case 'uint8': return (x) => x & 255;
    case 'int8': return (x) => (x << 24) >> 24;
    case 'int16': return (x) => (x << 16) >> 16;
    case 'int32': return (x) => x | 0;
    case 'float16': return (x) => float16ToNumber(numberToFloat16(x));
    case 'bfloat16': return (x) => bfloat16ToNumber(numberToBfloat16(x));
    case 'float32': return Math.fround;
    default: return (x) => x;
  }
}

/** Whether a dtype other than int64 has all values of another one. */
function holds(to: DType, from: DType): boolean {
  if (from.kind === 'bool' || to.name === 'float64') return true;
  if (from.kind !== to.kind || from.itemsize > to.itemsize) return false;
  return from.kind === 'float' ? from.itemsize < 4 && to.itemsize === 4 : from.isSigned === to.isSigned;
}

/** The loop that converts between dtypes; undefined where values need no change. */
export function castLoop(from: DType, to: DType): Loop | undefined {
  if (from.name === 'int64') {
    if (to.name === 'bool') return (o, a, _b, _c, n) => { for (let i = 0; i < n; i++) o[i] = (a as Big)[i] !== 0n ? 1 : 0; };
    const round = to.kind === 'int' ? (x: bigint) => Number(BigInt.asIntN(32, x)) : Number;
    const finish = rounding(to);
    return (o, a, _b, _c, n) => { for (let i = 0; i < n; i++) o[i] = finish(round((a as Big)[i])); };
  }
  if (to.name === 'int64') return (o, a, _b, _c, n) => { for (let i = 0; i < n; i++) o[i] = toBigInt((a as F)[i]); };
  if (holds(to, from)) return undefined;
  const round = rounding(to);
  return from.kind === 'float' && to.kind === 'int' ? map1((x) => round(toInt32(x))) : map1(round);
}
