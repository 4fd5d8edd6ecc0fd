import { runPointwise, runPointwiseInplace, type Operand } from '../dispatch.js';
import type { Expr } from '../expr.js';
import { pointwiseOp, type OperandRole, type PointwiseOp } from '../op.js';
import { Tensor } from '../tensor.js';

/** `out`: a tensor to write the result to; it is resized where its shape differs. */
export interface OutOption { readonly out?: Tensor | undefined }

/** A function of one tensor, element by element. `op` is its record. */
export interface Unary {
  (x: Tensor, options?: OutOption): Tensor;
  readonly op: PointwiseOp;
  /** the form that writes over its operand */
  readonly inplace: (x: Tensor) => Tensor;
}

/** A function of two operands broadcast together, of which one may be a number. `op` is its record. */
export interface Binary {
  (x: Operand, other: Operand, options?: OutOption): Tensor;
  readonly op: PointwiseOp;
  /** the form that writes over its first operand */
  readonly inplace: (x: Tensor, other: Operand) => Tensor;
}

/** A binary function with a record per kind of operands, where PyTorch names their nodes apart. */
export interface BinaryByKind extends Binary {
  /** the record where the second operand is a number */
  readonly withNumber: PointwiseOp;
  /** the record where the first one is */
  readonly numberFirst: PointwiseOp;
}

export interface PointwiseOptions {
  /** see `PointwiseOp.compute` */
  readonly compute?: 'same' | 'float';
  /** see `PointwiseOp.result` */
  readonly result?: 'same' | 'real' | 'bool';
  /** see `OpBase.gradName` */
  readonly gradName?: string;
  /** see `OpBase.inParts` */
  readonly inParts?: true;
  /** see `OpBase.idempotent` */
  readonly idempotent?: true;
}

const record = (
  name: string, roles: readonly OperandRole[], expr: (...operands: Expr[]) => Expr,
  { compute = 'same', result = 'same', ...options }: PointwiseOptions,
): PointwiseOp => pointwiseOp({ name, roles, expr, compute, result, ...options });

/** Declares a pointwise op of one operand and gives its function. */
export function unary(name: string, expr: (x: Expr) => Expr, options: PointwiseOptions = {}): Unary {
  const op = record(name, ['value'], expr as (...operands: Expr[]) => Expr, options);
  const fn = (x: Tensor, options?: OutOption): Tensor => runPointwise(op, [x], options?.out);
  return Object.assign(fn, { op, inplace: (x: Tensor): Tensor => runPointwiseInplace(op, [x]) });
}

/** Declares a pointwise op of two operands and gives its function. */
export function binary(name: string, expr: (x: Expr, y: Expr) => Expr, options: PointwiseOptions = {}): Binary {
  const op = record(name, ['value', 'value'], expr as (...operands: Expr[]) => Expr, options);
  const fn = (x: Operand, other: Operand, options?: OutOption): Tensor => runPointwise(op, [x, other], options?.out);
  return Object.assign(fn, { op, inplace: (x: Tensor, other: Operand): Tensor => runPointwiseInplace(op, [x, other]) });
}

/**
 * As `binary`, with three records: for two tensors, for a number as the second operand and for one as the first.
 * @param gradNames the numbers that end PyTorch's names of their nodes, in that order
 */
export function binaryByKind(
  name: string, gradNames: readonly [tensors: number, withNumber: number, numberFirst: number],
  expr: (x: Expr, y: Expr) => Expr, { gradName = name, ...options }: PointwiseOptions = {},
): BinaryByKind {
  const capitalised = gradName[0].toUpperCase() + gradName.slice(1);
  const [op, withNumber, numberFirst] = gradNames.map((n) => record(
    name, ['value', 'value'], expr as (...operands: Expr[]) => Expr,
    { ...options, gradName: `${capitalised}Backward${n}` }));
  const choose = (x: Operand, other: Operand): PointwiseOp =>
    (!(other instanceof Tensor) ? withNumber : x instanceof Tensor ? op : numberFirst);
  const fn = (x: Operand, other: Operand, options?: OutOption): Tensor =>
    runPointwise(choose(x, other), [x, other], options?.out);
  const inplace = (x: Tensor, other: Operand): Tensor => runPointwiseInplace(choose(x, other), [x, other]);
  return Object.assign(fn, { op, withNumber, numberFirst, inplace });
}

/** Declares a pointwise op whose function is written by hand, for other operands or options. */
export const pointwise = (
  name: string, roles: readonly OperandRole[], expr: (...operands: Expr[]) => Expr, options: PointwiseOptions = {},
): PointwiseOp => record(name, roles, expr, options);
