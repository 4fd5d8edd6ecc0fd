import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import type { Expr } from '../expr.js';
import { pointwiseOp, type OperandRole, type PointwiseOp } from '../op.js';
import type { Tensor } from '../tensor.js';

/** `out`: a tensor to write the result to; it is resized where its shape differs. */
export interface OutOption { readonly out?: Tensor | undefined }

/** A function of one tensor, element by element. `op` is its record. */
export interface Unary {
  (x: Tensor, options?: OutOption): Tensor;
  readonly op: PointwiseOp;
  /** the form that writes over its operand */
  readonly inplace: (x: Tensor) => Tensor;
}

/** A function of two operands broadcast together. `op` is its record. */
export interface Binary {
  (x: Tensor, other: Operand, options?: OutOption): Tensor;
  readonly op: PointwiseOp;
  /** the form that writes over its first operand */
  readonly inplace: (x: Tensor, other: Operand) => Tensor;
}

export interface PointwiseOptions {
  /** see `PointwiseOp.compute` */
  readonly compute?: 'same' | 'float';
  /** see `PointwiseOp.result` */
  readonly result?: 'same' | 'bool';
  /** see `OpBase.gradName` */
  readonly gradName?: string;
}

const record = (
  name: string, roles: readonly OperandRole[], expr: (...operands: Expr[]) => Expr,
  { compute = 'same', result = 'same', gradName }: PointwiseOptions,
): PointwiseOp => pointwiseOp({ name, roles, expr, compute, result, gradName });

/** Declares a pointwise op of one operand and gives its function. */
export function unary(name: string, expr: (x: Expr) => Expr, options: PointwiseOptions = {}): Unary {
  const op = record(name, ['value'], expr as (...operands: Expr[]) => Expr, options);
  const fn = (x: Tensor, options?: OutOption): Tensor => runPointwise(op, [x], options?.out);
  return Object.assign(fn, { op, inplace: (x: Tensor): Tensor => runPointwiseInplace(op, [x]) });
}

/** Declares a pointwise op of two operands and gives its function. */
export function binary(name: string, expr: (x: Expr, y: Expr) => Expr, options: PointwiseOptions = {}): Binary {
  const op = record(name, ['value', 'value'], expr as (...operands: Expr[]) => Expr, options);
  const fn = (x: Tensor, other: Operand, options?: OutOption): Tensor => runPointwise(op, [x, other], options?.out);
  return Object.assign(fn, { op, inplace: (x: Tensor, other: Operand): Tensor => runPointwiseInplace(op, [x, other]) });
}

/** Declares a pointwise op whose function is written by hand, for other operands or options. */
export const pointwise = (
  name: string, roles: readonly OperandRole[], expr: (...operands: Expr[]) => Expr, options: PointwiseOptions = {},
): PointwiseOp => record(name, roles, expr, options);
