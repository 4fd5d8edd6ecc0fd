import { RuntimeError, type Device, type DType, type Operand, type Tensor } from '@sconce/tensor';
import type { Op, ReduceAttrs, ReduceOp, StructuredOp, ViewOp } from '@sconce/tensor/internal';

/** What a rule sees of the forward call. Reading something that `saving` did not list throws. */
export interface Context<A = unknown> {
  /** the operands; a number comes as a 0-d tensor */
  readonly inputs: readonly Tensor[];
  /** the first output */
  readonly result: Tensor;
  readonly results: readonly Tensor[];
  readonly attrs: A;
  /** gradients of the outputs, null where one has none */
  readonly grads: readonly (Tensor | null)[];
  /** shapes of the operands; always there */
  readonly shapes: readonly (readonly number[])[];
  readonly strides: readonly (readonly number[])[];
  readonly dtypes: readonly DType[];
  readonly device: Device;
  /** an operand as it was given: a number where it was one */
  operand(input: number): Operand;
}

/** The gradient of one input, from the gradient of the (first) output; `input` says of which, where a rule serves several. */
export interface Rule<A = never> {
  (grad: Tensor, context: Context<A>, input: number): Tensor | null;
  readonly saves?: readonly Saved[];
}

/**
 * An input's number, all outputs, or one of several: 'result1' is the second. An op with several outputs does
 * well to name those that it reads, since an output that is kept must not be written to in place.
 */
export type Saved = number | 'result' | 'result0' | 'result1' | 'result2';

export interface Derivative {
  /** a rule per input, null for one that never has a gradient; the last one serves all further inputs (cat, stack) */
  readonly rules: readonly (Rule | null)[];
  /** whether only what is written over an operand has a gradient: truth values have none, but those of `lt_` are numbers */
  readonly inPlaceOnly?: boolean;
}

const derivatives: (Derivative | 'none' | undefined)[] = [];

/** A rule that reads these inputs or outputs of the forward call, which are kept for it. */
export const saving = <A = unknown>(saves: readonly Saved[], rule: (grad: Tensor, context: Context<A>, input: number) => Tensor | null): Rule<A> =>
  Object.assign((grad: Tensor, context: Context<A>, input: number) => rule(grad, context, input), { saves });

/** The attributes that an op's kernel and its rules are given. */
export type AttrsOf<O> = O extends ViewOp<infer A> | StructuredOp<infer A> ? A : O extends ReduceOp ? ReduceAttrs : DType;

/**
 * Declares how an op is differentiated: a rule per input.
 * @example define(mul.op, [saving([1], (g, { inputs: [, y] }) => g.mul(y)), saving([0], (g, { inputs: [x] }) => g.mul(x))])
 */
export function define<O extends Op<never>>(
  op: O, rules: readonly (Rule<AttrsOf<O>> | null)[], { inPlaceOnly = false }: Pick<Derivative, 'inPlaceOnly'> = {},
): void {
  if (derivatives[op.id]) throw new Error(`the derivative of '${op.name}' is declared twice`);
  derivatives[op.id] = { rules: rules as readonly (Rule | null)[], inPlaceOnly };
}

/** Declares that what an op gives is recorded, and cannot be differentiated. @param name PyTorch's */
export const notImplemented = (op: Op<never>, name: string): void => define(op, [() => {
  throw new RuntimeError(`derivative for aten::${name} is not implemented`);
}]);

/** Declares that ops have no derivative: their outputs never require gradients, and in place they leave the history as it is. */
export function nonDifferentiable(...ops: readonly Op<never>[]): void {
  for (const op of ops) {
    if (derivatives[op.id]) throw new Error(`the derivative of '${op.name}' is declared twice`);
    derivatives[op.id] = 'none';
  }
}

/** What was declared for an op, if anything was. */
export const derivativeOf = (op: Op<never>): Derivative | 'none' | undefined => derivatives[op.id];
