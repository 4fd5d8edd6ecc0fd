import { bool, type DType } from './dtype.js';

/**
 * A scalar expression: what a pointwise op computes for one element. Backends render it (WGSL, WebAssembly) or
 * evaluate it; nothing else about a pointwise op is theirs to know. Nodes are immutable and may be shared.
 */
export type Expr =
  | { readonly kind: 'input'; readonly index: number; readonly dtype: DType }
  | { readonly kind: 'const'; readonly value: number; readonly dtype: DType }
  | { readonly kind: 'cast'; readonly args: readonly [Expr]; readonly dtype: DType }
  | { readonly kind: ExprFn; readonly args: readonly Expr[]; readonly dtype: DType };

/** Functions of one value. Rounding is to even; `sign(NaN)` is 0; bool in, bool out for `not`. */
export type UnaryFn =
  | 'neg' | 'abs' | 'sign' | 'floor' | 'ceil' | 'trunc' | 'round' | 'sqrt' | 'exp' | 'expm1' | 'log' | 'log1p'
  | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh'
  | 'exp2' | 'log2' | 'log10' | 'erf' | 'erfc' | 'erfcx' | 'erfinv' | 'erfcinv' | 'lgamma' | 'digamma' | 'i0e' | 'i1e'
  | 'j0' | 'j1' | 'y0' | 'y1' | 'k0e' | 'k1e' | 'airy' | 'mantissa' | 'exponent' | 'isnan' | 'not';

/**
 * Functions of two values of one dtype. `mod` takes the dividend's sign (C's fmod); `max` and `min` give NaN where
 * either is NaN; `and`, `or`, `xor`, `gcd` are of integers; comparisons give bool; `div` of integers truncates; `zeta` is
 * Hurwitz' function of s and q, `gammainc` and `gammaincc` are the regularized incomplete gamma functions of a and x.
 */
export type BinaryFn =
  | 'add' | 'sub' | 'mul' | 'div' | 'mod' | 'pow' | 'atan2' | 'max' | 'min' | 'lt' | 'le' | 'eq'
  | 'and' | 'or' | 'xor' | 'shl' | 'shr' | 'gcd' | 'zeta' | 'gammainc' | 'gammaincc';

/**
 * `where(condition, a, b)` evaluates both and selects; `polynomial(x, n, family)` is of the family's number in `POLYNOMIALS`;
 * `nextafter(x, y, unit)` differs from x by that many of the lowest bits of float32, and where the unit is 0 by one of float64.
 */
export type ExprFn = UnaryFn | BinaryFn | 'where' | 'polynomial' | 'nextafter';

/** An expression, or a number that takes the dtype of what it meets. */
export type ExprLike = Expr | number;

export const input = (index: number, dtype: DType): Expr => ({ kind: 'input', index, dtype });
export const constant = (value: number, dtype: DType): Expr => ({ kind: 'const', value, dtype });
export const cast = (x: Expr, dtype: DType): Expr => (x.dtype === dtype ? x : { kind: 'cast', args: [x], dtype });

const unary = (kind: UnaryFn) => (x: Expr): Expr => ({ kind, args: [x], dtype: x.dtype });
const binary = (kind: BinaryFn, result?: DType) => (a: ExprLike, b: ExprLike): Expr => {
  const x = lift(a, b), y = lift(b, a);
  return { kind, args: [x, y], dtype: result ?? x.dtype };
};

function lift(x: ExprLike, other: ExprLike): Expr {
  if (typeof x !== 'number') return x;
  if (typeof other === 'number') throw new TypeError('an expression needs at least one operand that is not a number');
  return constant(x, other.dtype);
}

export const neg = unary('neg');
export const abs = unary('abs');
export const sign = unary('sign');
export const floor = unary('floor');
export const ceil = unary('ceil');
export const trunc = unary('trunc');
export const round = unary('round');
export const sqrt = unary('sqrt');
export const exp = unary('exp');
export const expm1 = unary('expm1');
export const log = unary('log');
export const log1p = unary('log1p');
export const sin = unary('sin');
export const cos = unary('cos');
export const tan = unary('tan');
export const asin = unary('asin');
export const acos = unary('acos');
export const atan = unary('atan');
export const sinh = unary('sinh');
export const cosh = unary('cosh');
export const tanh = unary('tanh');
export const asinh = unary('asinh');
export const acosh = unary('acosh');
export const atanh = unary('atanh');
export const exp2 = unary('exp2');
export const log2 = unary('log2');
export const log10 = unary('log10');
export const erf = unary('erf');
export const erfc = unary('erfc');
/** exp(x²) erfc(x) */
export const erfcx = unary('erfcx');
export const erfinv = unary('erfinv');
/** the inverse of erfc */
export const erfcinv = unary('erfcinv');
export const lgamma = unary('lgamma');
export const digamma = unary('digamma');
/** exp(-|x|) times the modified Bessel function of the first kind of order 0 */
export const i0e = unary('i0e');
/** exp(-|x|) times that of order 1 */
export const i1e = unary('i1e');
/** Bessel functions of the first kind, of the second kind, and modified ones of the second kind times exp(x) */
export const j0 = unary('j0');
export const j1 = unary('j1');
export const y0 = unary('y0');
export const y1 = unary('y1');
export const k0e = unary('k0e');
export const k1e = unary('k1e');
/** Airy's function Ai */
export const airy = unary('airy');
/** m and e of x = m · 2^e with |m| of 0.5 up to 1; x and 0 where there are none */
export const mantissa = unary('mantissa');
export const exponent = unary('exponent');
export const isnan = (x: Expr): Expr => ({ kind: 'isnan', args: [x], dtype: bool });

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const mod = binary('mod');
export const pow = binary('pow');
export const atan2 = binary('atan2');
export const max = binary('max');
export const min = binary('min');
export const and = binary('and');
export const or = binary('or');
export const xor = binary('xor');
export const shl = binary('shl');
export const shr = binary('shr');
export const gcd = binary('gcd');
export const zeta = binary('zeta');
export const gammainc = binary('gammainc');
export const gammaincc = binary('gammaincc');
export const lt = binary('lt', bool);
export const le = binary('le', bool);
export const eq = binary('eq', bool);
export const gt = (a: ExprLike, b: ExprLike): Expr => lt(b, a);
export const ge = (a: ExprLike, b: ExprLike): Expr => le(b, a);
export const not = (x: Expr): Expr => ({ kind: 'not', args: [x], dtype: x.dtype });
/** not equal; true for NaN against anything */
export const ne = (a: ExprLike, b: ExprLike): Expr => not(eq(a, b));

/** `a` where the condition (bool) holds, else `b`. */
export function where(condition: Expr, a: ExprLike, b: ExprLike): Expr {
  const x = lift(a, b), y = lift(b, a);
  return { kind: 'where', args: [condition, x, y], dtype: x.dtype };
}

/** Families of orthogonal polynomials. */
export const POLYNOMIALS = ['chebyshevT', 'chebyshevU', 'chebyshevV', 'chebyshevW', 'hermiteH', 'hermiteHe', 'laguerreL', 'legendreP'] as const;

/** The polynomial of a family at x, of the degree n. */
export const polynomial = (family: typeof POLYNOMIALS[number], x: Expr, n: Expr): Expr =>
  ({ kind: 'polynomial', args: [x, n, constant(POLYNOMIALS.indexOf(family), x.dtype)], dtype: x.dtype });

/** The number of the operands' dtype that comes after x on the way to y: of float64, float32, or bfloat16, the upper half of float32. */
export const nextafter = (x: Expr, y: Expr): Expr =>
  ({ kind: 'nextafter', args: [x, y, constant({ float64: 0, float32: 1 }[x.dtype.name as string] ?? 65536, x.dtype)], dtype: x.dtype });
