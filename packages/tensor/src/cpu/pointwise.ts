import type { Kernel, View } from '../backend.js';
import { bool, type DType } from '../dtype.js';
import { cast, input, type Expr } from '../expr.js';
import type { PointwiseOp, UpdateOp } from '../op.js';
import { RuntimeError } from '../errors.js';
import { cppTypeName } from '../random/support.js';
import { Scalar } from '../scalar.js';
import { BlockAccess } from './blocks.js';
import { castLoop, rounding, toBigInt } from './loops.js';
import { BLOCK, compile, fill, type Program } from './program.js';

/** The expression of an op on operands of these dtypes, computed in one and stored as another. */
export function pointwiseExpr(op: PointwiseOp, dtypes: readonly DType[], compute: DType, out: DType): Expr {
  const operands = dtypes.map((d, i) => cast(input(i, d), op.roles[i] === 'bool' ? bool : compute));
  return cast(op.expr(...operands), out);
}

/** The kernel of a pointwise op: its expression evaluated block by block. Attributes: the dtype to compute in. */
export function lowerPointwise(op: PointwiseOp): Kernel<DType> {
  const programs = new Map<number, Program>();
  return (inputs, outputs, compute) => {
    const out = outputs[0];
    let key = out.dtype.code * 16 + compute.code;
    // a number is converted before it enters the program, so it counts as one of the computation's dtype
    for (let i = 0; i < inputs.length; i++) key = key * 16 + operandDtype(op, inputs[i], i, compute).code;
    let program = programs.get(key);
    if (!program) {
      const dtypes = inputs.map((v, i) => operandDtype(op, v, i, compute));
      program = compile(pointwiseExpr(op, dtypes, compute, out.dtype), inputs.length);
      programs.set(key, program);
    }
    runProgram(program, inputs, outputs, (v, i) => operandDtype(op, v, i, compute));
  };
}

/** The dtype in which an operand enters an op's expression: a number is converted before. */
export const operandDtype = (op: PointwiseOp, v: View, i: number, compute: DType): DType =>
  v instanceof Scalar ? (op.roles[i] === 'bool' ? bool : compute) : v.dtype;

/** Evaluates a program block by block; outputs have one shape, to which inputs are broadcast. */
function runProgram(
  program: Program, inputs: readonly View[], outputs: readonly View[], dtypeOf: (v: View, i: number) => DType,
): void {
  const { shape, numel } = outputs[0].layout;
  if (numel === 0) return;
  const block = Math.min(numel, BLOCK);
  program.prepare(block);
  const streams: { access: BlockAccess; register: Program['result'] }[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const register = program.inputs[i], view = inputs[i];
    if (register === undefined) continue;
    if (view instanceof Scalar) {
      fill(register, scalarAs(view, dtypeOf(view, i)), block);
      continue;
    }
    const access = new BlockAccess(view, view.layout.broadcastTo(shape));
    if (access.isConstant) {
      access.load(0, 1, register);
      fill(register, register[0], block);
    } else streams.push({ access, register });
  }
  const targets = outputs.map((out) => new BlockAccess(out, out.layout));
  for (let start = 0; start < numel; start += BLOCK) {
    const n = Math.min(BLOCK, numel - start);
    for (const { access, register } of streams) access.load(start, n, register);
    program.run(n);
    for (let i = 0; i < targets.length; i++) targets[i].store(start, n, program.results[i]);
  }
}

/** The expressions of an update of operands of a dtype. */
export function updateExprs(op: UpdateOp, operands: readonly View[], dtype: DType): readonly Expr[] {
  const xs = operands.map((_, i) => input(i, dtype));
  const tensors = operands.filter((v) => !(v instanceof Scalar)).length;
  return op.update(xs.slice(0, tensors), xs.slice(tensors));
}

/** The kernel of an update: all its expressions are evaluated for a block before any is written. */
export function lowerUpdate(op: UpdateOp): Kernel<null> {
  const programs = new Map<DType, Program>();
  return (inputs, outputs) => {
    const { dtype } = outputs[0];
    let program = programs.get(dtype);
    if (!program) programs.set(dtype, (program = compile(updateExprs(op, inputs, dtype), inputs.length)));
    runProgram(program, inputs, outputs, () => dtype);
  };
}

/** The value of a number in a dtype. */
export function scalarAs(scalar: Scalar, dtype: DType): number | bigint {
  const { value } = scalar;
  if (typeof value === 'object') throw new RuntimeError(`value cannot be converted to type ${cppTypeName(dtype)} without overflow`);
  if (dtype.name === 'int64') return typeof value === 'bigint' ? value : toBigInt(Number(value));
  if (typeof value === 'bigint' && dtype.kind === 'int') return rounding(dtype)(Number(BigInt.asIntN(32, value)));
  return castLoop(scalar.dtype, dtype) ? rounding(dtype)(Number(value)) : Number(value);
}
