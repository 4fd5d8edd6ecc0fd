import { bool, float32 } from '../dtype.js';
import * as e from '../expr.js';
import type { Expr } from '../expr.js';
import { hypotenuse, negative } from '../expr-functions.js';

/** A complex value in an expression; without an imaginary part where it is a real number or a truth value. */
export interface Pair { readonly re: Expr; readonly im: Expr | null }

/** Thrown for functions that complex numbers do not have. */
export class NotComplex extends Error {}

const real = (re: Expr): Pair => ({ re, im: null });
const number = (x: number, like: Expr): Pair => real(e.constant(x, like.dtype));
const imaginary = ({ re, im }: Pair): Expr => im ?? e.constant(0, re.dtype);

const neg = ({ re, im }: Pair): Pair => ({ re: e.neg(re), im: im && e.neg(im) });
const add = (x: Pair, y: Pair): Pair =>
  ({ re: e.add(x.re, y.re), im: x.im && y.im ? e.add(x.im, y.im) : x.im ?? y.im });
const sub = (x: Pair, y: Pair): Pair =>
  ({ re: e.sub(x.re, y.re), im: x.im && y.im ? e.sub(x.im, y.im) : y.im ? e.neg(y.im) : x.im });

function mul(x: Pair, y: Pair): Pair {
  if (!x.im) return { re: e.mul(x.re, y.re), im: y.im && e.mul(x.re, y.im) };
  if (!y.im) return { re: e.mul(x.re, y.re), im: e.mul(x.im, y.re) };
  return { re: e.sub(e.mul(x.re, y.re), e.mul(x.im, y.im)), im: e.add(e.mul(x.re, y.im), e.mul(x.im, y.re)) };
}

/** Divides by the larger part of the divisor first, so that its square need not be representable (Smith, 1962). */
function div(x: Pair, y: Pair): Pair {
  if (!y.im) return { re: e.div(x.re, y.re), im: x.im && e.div(x.im, y.re) };
  const a = x.re, b = imaginary(x), c = y.re, d = y.im;
  const wide = e.ge(e.abs(c), e.abs(d)), zero = e.and(e.eq(c, 0), e.eq(d, 0));
  const long = e.where(wide, c, d), short = e.where(wide, d, c);
  const ratio = e.where(zero, 0, e.div(short, long)); // by zero: a / 0 and b / 0, with their signs
  const scale = e.div(1, e.add(long, e.mul(short, ratio)));
  const [p, q] = [e.where(wide, a, b), e.where(wide, b, e.neg(a))];
  return { re: e.mul(e.add(p, e.mul(e.where(wide, b, a), ratio)), scale), im: e.mul(e.sub(q, e.mul(e.where(wide, a, e.neg(b)), ratio)), scale) };
}

const modulus = (z: Pair): Expr => (z.im ? hypotenuse(z.re, z.im) : e.abs(z.re));
const angle = (z: Pair): Expr => e.atan2(imaginary(z), z.re);
const polar = (length: Expr, at: Expr): Pair => ({ re: e.mul(length, e.cos(at)), im: e.mul(length, e.sin(at)) });

function sqrt(z: Pair): Pair {
  const x = z.re, y = imaginary(z), length = modulus(z);
  const large = e.sqrt(e.mul(e.add(e.abs(x), length), 0.5));
  const small = e.where(e.eq(length, 0), 0, e.div(e.abs(y), e.mul(large, 2)));
  const right = e.ge(x, 0), im = e.where(right, small, large);
  return { re: e.where(right, large, small), im: e.where(negative(y), e.neg(im), im) };
}

/** t = tan y and tanh x: both stay finite, where cosh 2x would not. */
function tanh(z: Pair): Pair {
  const t = e.tanh(z.re), tan = e.tan(imaginary(z)), cosh = e.cosh(z.re);
  const square = e.mul(tan, tan), below = e.add(1, e.mul(e.mul(t, t), square));
  return { re: e.div(e.mul(t, e.add(1, square)), below), im: e.div(e.div(tan, e.mul(cosh, cosh)), below) };
}

function expm1(z: Pair): Pair {
  const half = e.sin(e.mul(imaginary(z), 0.5));
  const length = e.exp(z.re);
  return { re: e.sub(e.mul(e.expm1(z.re), e.cos(imaginary(z))), e.mul(2, e.mul(half, half))), im: e.mul(length, e.sin(imaginary(z))) };
}

/** log(1 + z), whose length squared is 1 + x (2 + x) + y². */
const log1p = (z: Pair): Pair => ({
  re: e.mul(0.5, e.log1p(e.add(e.mul(z.re, e.add(2, z.re)), e.mul(imaginary(z), imaginary(z))))),
  im: e.atan2(imaginary(z), e.add(1, z.re)),
});

const log = (z: Pair): Pair => ({ re: e.log(modulus(z)), im: angle(z) });

function pow(x: Pair, y: Pair): Pair {
  const { re: length, im: turn } = mul(y, log(x));
  const z = polar(e.exp(length), turn!), none = e.and(e.eq(x.re, 0), e.eq(imaginary(x), 0));
  const whole = e.and(e.eq(y.re, 0), e.eq(imaginary(y), 0));
  const at = (value: Expr, one: number): Expr => e.where(whole, one, e.where(e.and(none, e.gt(y.re, 0)), 0, value));
  return { re: at(z.re, 1), im: at(imaginary(z), 0) };
}

/** z times i. */
const turned = ({ re, im }: Pair): Pair => ({ re: e.neg(im!), im: re });
const turnedBack = ({ re, im }: Pair): Pair => ({ re: im!, im: e.neg(re) });
/** f(z) = -i g(iz): how sine and tangent are related to hyperbolic sine and tangent, and their inverses. */
const through = (g: (z: Pair) => Pair) => (z: Pair): Pair => turnedBack(g(turned(z)));
const squareRoots = (z: Pair): [below: Pair, above: Pair] => {
  const one = number(1, z.re);
  return [sqrt({ re: e.sub(1, z.re), im: e.neg(imaginary(z)) }), sqrt(add(z, one))];
};

/** @see Kahan: Branch cuts for complex elementary functions (1987) */
function asin(z: Pair): Pair {
  const [a, b] = squareRoots(z);
  return { re: e.atan2(z.re, mul(a, b).re), im: e.asinh(e.sub(e.mul(a.re, b.im!), e.mul(a.im!, b.re))) };
}

function acos(z: Pair): Pair {
  const [a, b] = squareRoots(z);
  return { re: e.mul(2, e.atan2(a.re, b.re)), im: e.asinh(e.sub(e.mul(b.re, a.im!), e.mul(b.im!, a.re))) };
}

function acosh(z: Pair): Pair {
  const one = number(1, z.re), a = sqrt(sub(z, one)), b = sqrt(add(z, one));
  return { re: e.asinh(e.add(e.mul(a.re, b.re), e.mul(a.im!, b.im!))), im: e.mul(2, e.atan2(a.im!, b.re)) };
}

function atanh({ re: x, im }: Pair): Pair {
  const y = im!, square = e.mul(y, y), less = e.sub(1, x), more = e.add(1, x);
  return {
    re: e.mul(0.25, e.log1p(e.div(e.mul(4, x), e.add(e.mul(less, less), square)))),
    im: e.mul(0.5, e.atan2(e.mul(2, y), e.sub(e.mul(less, more), square))),
  };
}

const UNARY: Partial<Record<e.UnaryFn, (z: Pair) => Pair>> = {
  neg, sqrt, tanh, expm1, log, log1p,
  exp: (z) => polar(e.exp(z.re), imaginary(z)),
  exp2: (z) => polar(e.exp2(z.re), e.mul(imaginary(z), Math.LN2)),
  log2: (z) => mul(log(z), number(Math.LOG2E, z.re)),
  log10: (z) => mul(log(z), number(Math.LOG10E, z.re)),
  sin: ({ re, im }) => ({ re: e.mul(e.sin(re), e.cosh(im!)), im: e.mul(e.cos(re), e.sinh(im!)) }),
  cos: ({ re, im }) => ({ re: e.mul(e.cos(re), e.cosh(im!)), im: e.neg(e.mul(e.sin(re), e.sinh(im!))) }),
  sinh: ({ re, im }) => ({ re: e.mul(e.sinh(re), e.cos(im!)), im: e.mul(e.cosh(re), e.sin(im!)) }),
  cosh: ({ re, im }) => ({ re: e.mul(e.cosh(re), e.cos(im!)), im: e.mul(e.sinh(re), e.sin(im!)) }),
  tan: through(tanh),
  asin, acos, acosh, atanh,
  asinh: through(asin), atan: through(atanh),
  abs: (z) => real(modulus(z)),
  isnan: (z) => real(e.or(e.isnan(z.re), e.isnan(imaginary(z)))),
};

const BINARY: Partial<Record<e.BinaryFn, (x: Pair, y: Pair) => Pair>> = {
  add, sub, mul, div, pow,
  eq: (x, y) => real(e.and(e.eq(x.re, y.re), e.eq(imaginary(x), imaginary(y)))),
};

/** Functions that the expression of the real ones does not tell, by the op's name. */
const OWN: Readonly<Record<string, ((...operands: readonly Pair[]) => Pair) | null>> = {
  conj: (z) => ({ re: z.re, im: z.im && e.neg(z.im) }),
  angle: (z) => real(angle(z)),
  sgn(z) {
    const length = modulus(z);
    const part = (x: Expr): Expr => e.where(e.eq(length, 0), 0, e.div(x, length));
    return { re: part(z.re), im: part(imaginary(z)) };
  },
  sigmoid: (z) => div(number(1, z.re), add(number(1, z.re), UNARY.exp!(neg(z)))),
  isfinite: (z) => real(e.and(e.lt(e.abs(z.re), Infinity), e.lt(e.abs(imaginary(z)), Infinity))),
  isreal: (z) => real(e.eq(imaginary(z), 0)),
  // there is no order
  sign: null, relu: null, logaddexp: null, logaddexp2: null, isposinf: null, isneginf: null, hypot: null, nanToNum: null, logit: null, hardshrink: null,
};

/** An expression of real operands (the leaves are numbered) as one of complex ones. @throws NotComplex */
export function complexExpr(name: string, expr: (leaves: readonly Expr[]) => Expr, operands: readonly Pair[]): Pair {
  const own = OWN[name];
  if (own) return own(...operands);
  if (own === null) throw new NotComplex();
  const leaves = operands.map(({ re }, i) => e.input(i, re.dtype));
  const done = new Map<Expr, Pair>();
  const visit = (x: Expr): Pair => {
    let pair = done.get(x);
    if (!pair) done.set(x, (pair = translate(x, operands, visit)));
    return pair;
  };
  return visit(expr(leaves));
}

function translate(x: Expr, operands: readonly Pair[], visit: (x: Expr) => Pair): Pair {
  if (x.kind === 'input') return operands[x.index];
  if (x.kind === 'const') return real(x);
  const args = x.args.map(visit);
  if (x.kind === 'where') return { re: e.where(args[0].re, args[1].re, args[2].re), im: chosen(args) };
  if (args.every(({ im }) => im === null)) return real({ ...x, args: args.map(({ re }) => re) } as Expr);
  if (x.kind === 'cast') return cast(args[0], x.dtype);
  const formula = args.length === 1 ? UNARY[x.kind as e.UnaryFn] : BINARY[x.kind as e.BinaryFn];
  if (!formula) throw new NotComplex();
  return formula(...args as [Pair, Pair]);
}

/** Whether a number is not zero; a truth value as it is. */
export const truth = (z: Pair): Pair => (z.im ? real(e.or(e.ne(z.re, 0), e.ne(z.im, 0))) : z);

function cast(z: Pair, dtype: Expr['dtype']): Pair {
  if (dtype.kind === 'bool') return truth(z);
  return { re: e.cast(z.re, dtype), im: e.cast(imaginary(z), dtype) };
}

const chosen = ([condition, a, b]: readonly Pair[]): Expr | null =>
  (a.im || b.im ? e.where(condition.re, imaginary(a), imaginary(b)) : null);

/** The inputs that an expression reads, sorted. */
export function inputsOf(x: Expr, found = new Set<number>(), seen = new Set<Expr>()): number[] {
  if (!seen.has(x)) {
    seen.add(x);
    if (x.kind === 'input') found.add(x.index);
    else if (x.kind !== 'const') for (const arg of x.args) inputsOf(arg, found, seen);
  }
  return [...found].sort((a, b) => a - b);
}

/** An operand to try a function with. @internal */
export const placeholder = (slot: number, condition: boolean, dtype = float32): Expr => e.input(slot, condition ? bool : dtype);
