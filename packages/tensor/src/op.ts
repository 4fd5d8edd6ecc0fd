import type { DType } from './dtype.js';
import type { Expr } from './expr.js';
import type { Layout } from './layout.js';
import type { View } from './backend.js';

/** What is known of an output before it is computed. */
export interface Meta {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** how it lies in memory: the dimensions from the one whose neighbours lie farthest apart; in their own order unless given */
  readonly order?: readonly number[] | null;
}

interface OpBase {
  /** PyTorch's name, in camelCase */
  readonly name: string;
  /** dense from 0: an index into kernel and derivative tables */
  readonly id: number;
  /** grad_fn name without "Backward0", where it is not the capitalised name ("Addmm") */
  readonly gradName?: string | undefined;
  /** complex results only: no backend is asked for a kernel, since its parts are made by those of others */
  readonly inParts?: true | undefined;
  /** writing twice gives what writing once does, so that elements which share memory may be written to in place */
  readonly idempotent?: true | undefined;
}

/**
 * How a pointwise op treats an operand: `value` takes part in type promotion and is converted to the common dtype,
 * `bool` is read as a condition, `param` is a number (as `alpha`) that follows the common dtype.
 */
export type OperandRole = 'value' | 'bool' | 'param';

/** One expression per element, over operands broadcast together. */
export interface PointwiseOp extends OpBase {
  readonly kind: 'pointwise';
  readonly roles: readonly OperandRole[];
  /** `float`: integers are computed in the default dtype; `same`: in the dtype in which the operands meet */
  readonly compute: 'same' | 'float';
  /** the dtype of the result: that of the computation, that of its parts where it is complex, or bool */
  readonly result: 'same' | 'real' | 'bool';
  expr(...operands: readonly Expr[]): Expr;
}

/** Folds the elements of the reduced dimensions into one. `finish` sees how many there were. */
export interface ReduceOp extends OpBase {
  readonly kind: 'reduce';
  /** the value that `combine` leaves unchanged, in a dtype; also the result for no elements */
  init(dtype: DType): Expr;
  combine(accumulator: Expr, x: Expr): Expr;
  finish?(accumulator: Expr, count: Expr): Expr;
}

/** Attributes of every reduce op: sorted dimensions to fold, whether they stay as size 1. */
export interface ReduceAttrs { readonly dims: readonly number[]; readonly keepdim: boolean }

/** Another way to look at the same storage, or several (split, unbind). No kernel. */
export interface ViewOp<A = unknown> extends OpBase {
  readonly kind: 'view';
  /** the result does not count as a view: nobody else keeps the tensor that it shows */
  readonly unsafe?: true | undefined;
  /** one call gives several views */
  readonly multiple?: true | undefined;
  /** the dtype of the view, where it is another */
  dtype?(of: DType): DType;
  /** The layout of a view; of which one, where there are several. */
  view(layout: Layout, attrs: A, output?: number): Layout;
}

/** Everything else: matrix products, convolutions, gathers, sorts. Each backend brings a kernel. */
export interface StructuredOp<A = unknown> extends OpBase {
  readonly kind: 'structured';
  /** Shapes and dtypes of the outputs; throws for operands that do not fit. */
  meta(inputs: readonly View[], attrs: A): readonly Meta[];
  /** in place, no other operand may lie in the memory that is written to */
  readonly separate?: true | undefined;
}

/**
 * Several expressions of operands of one shape, written over the first of them in one pass: what an optimizer does to a
 * parameter and its state. Never recorded. Numbers follow the tensors among the operands.
 */
export interface UpdateOp extends OpBase {
  readonly kind: 'update';
  /** how many operands are written */
  readonly writes: number;
  /** The new values of the first operands. */
  update(tensors: readonly Expr[], numbers: readonly Expr[]): readonly Expr[];
}

export type Op<A = unknown> = PointwiseOp | ReduceOp | ViewOp<A> | StructuredOp<A> | UpdateOp;

const registry: Op<never>[] = [];

const parts = new Set<Op<never>>();

/** Every op declared so far, without those that only make parts of complex numbers. */
export const ops = (): readonly Op<never>[] => registry.filter((op) => !parts.has(op));

function declare<O extends { name: string; gradName?: string | undefined }>(op: O): O & { readonly id: number } {
  const record = Object.freeze({ ...op, id: registry.length });
  registry.push(record as unknown as Op<never>);
  return record;
}

type Declared<O extends Op<never>> = Omit<O, 'id' | 'kind'>;

/** Declares a pointwise op. Most are declared by `unary` and `binary` in ops/pointwise. */
export const pointwiseOp = (op: Declared<PointwiseOp>): PointwiseOp => declare({ kind: 'pointwise' as const, ...op });

/** Declares a pointwise op that makes a part of what an op on complex numbers gives. */
export function partOp(op: Omit<Declared<PointwiseOp>, 'compute' | 'result'>): Op<never> {
  const record = pointwiseOp({ compute: 'same', result: 'same', ...op }) as Op<never>;
  parts.add(record);
  return record;
}

/** Declares a reduction. */
export const reduceOp = (op: Declared<ReduceOp>): ReduceOp => declare({ kind: 'reduce' as const, ...op });

/** Declares a view. */
export const viewOp = <A>(op: Omit<ViewOp<A>, 'id' | 'kind'>): ViewOp<A> => declare({ kind: 'view' as const, ...op });

/** Declares an op with a kernel of its own. */
export const structuredOp = <A>(op: Omit<StructuredOp<A>, 'id' | 'kind'>): StructuredOp<A> =>
  declare({ kind: 'structured' as const, ...op });

/** Declares an update in place. */
export const updateOp = (op: Declared<UpdateOp>): UpdateOp => declare({ kind: 'update' as const, ...op });
