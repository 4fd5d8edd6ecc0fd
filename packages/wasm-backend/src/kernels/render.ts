import type { DType } from '@sconce/tensor';
import type { Expr, ExprFn } from '@sconce/tensor/internal';
import type { FunctionBuilder } from '../asm/module.js';
import { constant, convert, formOf, isWide, narrow, widen, type Form, type Four } from './four.js';
import { FUNCTIONS, type Functions } from './functions.js';
import { decoded, encoded } from './half.js';

type Call = Extract<Expr, { args: readonly Expr[] }>;

/** The form that a function computes in: a choice in its branches', all else in its operands'. */
const formOfCall = (e: Call): Form | undefined => formOf(e.kind === 'where' ? e.dtype : e.args[0].dtype);

const isDivision = (e: Expr): boolean => (e.kind === 'div' || e.kind === 'mod') && e.dtype.kind === 'int';

/** Whether integers are divided somewhere in an expression. */
export const dividesIntegers = (e: Expr): boolean => isDivision(e) || ('args' in e && e.args.some(dividesIntegers));

/**
 * Whether an expression can be rendered: all its dtypes have a form, and all its functions are there in it.
 * @param isNumber whether an operand is a number. Integers are divided by those only, which can be looked at before: 0 and an
 *   overflow end a kernel in the middle of its work
 */
export function renderable(e: Expr, isNumber: (operand: number) => boolean = () => false): boolean {
  if (formOf(e.dtype) === undefined) return false;
  if (e.kind === 'input' || e.kind === 'const') return true;
  if (!e.args.every((x) => renderable(x, isNumber))) return false;
  if (isDivision(e)) {
    const divisor = (e as Call).args[1];
    if (divisor.kind !== 'input' || !isNumber(divisor.index)) return false;
  }
  return e.kind === 'cast' || FUNCTIONS[formOfCall(e)!][e.kind] !== undefined;
}

/** The value of an expression for four elements, whose operands are in variables. */
export const render = (c: FunctionBuilder, root: Expr, operands: readonly Four[]): Four => renderAll(c, [root], operands)[0];

/** The values of expressions over the same operands. Shared nodes are computed once. */
export function renderAll(c: FunctionBuilder, roots: readonly Expr[], operands: readonly Four[], functions = FUNCTIONS): Four[] {
  const done = new Map<Expr, Four>();
  const visit = (e: Expr): Four => {
    let value = done.get(e);
    if (!value) {
      value = e.kind === 'input' ? operands[e.index] : evaluate(e).map((v) => c.local('v128', v));
      done.set(e, value);
    }
    return value;
  };
  const evaluate = (e: Exclude<Expr, { kind: 'input' }>): Four => {
    if (e.kind === 'const') return constant(formOf(e.dtype)!, e.value);
    const xs = e.args.map(visit);
    return e.kind === 'cast' ? rounded(c, convert(c, xs[0], e.args[0].dtype, e.dtype), e.dtype) : call(c, e as Call & { kind: ExprFn }, xs, functions);
  };
  return roots.map(visit);
}

/** A number as a half type has it. */
const rounded = (c: FunctionBuilder, x: Four, dtype: DType): Four => decoded(c, encoded(c, x, dtype), dtype);

function call(c: FunctionBuilder, e: Call & { kind: ExprFn }, xs: readonly Four[], functions: Functions): Four {
  const form = formOfCall(e)!, fn = functions[form][e.kind]!, wide = isWide(form);
  // masks are as wide as 32-bit lanes between functions
  const operands = e.kind === 'where' && wide ? [widen(xs[0][0]), ...xs.slice(1)] : xs;
  const parts = (wide ? [0, 1] : [0]).map((i) => c.local('v128', fn(c, ...operands.map((x) => x[i]))));
  return wide && e.dtype.kind === 'bool' ? [narrow(parts)] : parts;
}
