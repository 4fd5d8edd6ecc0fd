import { int64, type DType } from '@sconce/tensor';
import {
  jsBackend, operandDtype, pointwiseExpr, Scalar, scalarAs, type Kernel, type Op, type PointwiseOp, type View,
} from '@sconce/tensor/internal';
import { pointer, type Engine, type KernelFunction } from '../engine.js';
import { formOf } from '../kernels/four.js';
import { costOf } from '../kernels/functions.js';
import { addFlat, addPointwise, type Access, type OperandKind } from '../kernels/pointwise.js';
import { dividesIntegers, renderable } from '../kernels/render.js';
import { arrange, collapse, strips, type Strip } from './collapse.js';

export const ACCESS: readonly Access[] = ['contiguous', 'constant', 'strided', 'number'];
/** Indices into ACCESS. */
export const CONTIGUOUS = 0, CONSTANT = 1, STRIDED = 2, NUMBER = 3;

/** The kernel of a pointwise op, rendered for the dtypes and layouts that it meets. */
export function lowerPointwise(engine: Engine, op: PointwiseOp): Kernel<DType> {
  const rendered = new Map<number, KernelFunction | null>();
  const numberDtype = (x: View, i: number, compute: DType): DType => operandDtype(op, x, i, compute);
  let slow: Kernel<DType> | undefined, cost = 1, divides = false;

  /** The function for these accesses and dtypes, over elements or rows; null where the JavaScript kernel must do. */
  function find(code: number, views: readonly View[], accesses: readonly number[], compute: DType, flat: boolean): KernelFunction | null {
    const key = 2 * code + Number(flat);
    let fn = rendered.get(key);
    if (fn === undefined) {
      const [out, ...operands] = views.map((v, i): OperandKind => ({
        access: ACCESS[accesses[i]], dtype: i === 0 ? v.dtype : operandDtype(op, v, i - 1, compute),
      }));
      const e = pointwiseExpr(op, operands.map((o) => o.dtype), compute, out.dtype);
      cost = costOf(e);
      divides ||= dividesIntegers(e);
      const fits = renderable(e, (i) => accesses[i + 1] === NUMBER) && [out, ...operands].every((o) => formOf(o.dtype) !== undefined);
      fn = !fits ? null : flat ? engine.compile((m) => addFlat(m, [e], operands, [out])).flat
        : engine.compile((m) => addPointwise(m, [e], operands, [out])).pointwise;
      rendered.set(key, fn);
    }
    return divides && hasNoDivisor(views, compute) ? null : fn;
  }

  return (inputs, outputs, compute) => {
    const out = outputs[0], { numel } = out.layout;
    // that one says which dtypes an op has no kernel for, also where there is nothing to compute
    if (numel === 0) return slowly(inputs, outputs, compute);
    if (compute.name === 'int64' && !inputs.every(isExact)) return slowly(inputs, outputs, compute);
    // small operations come this way: nothing is made that is not needed for them
    let flat = out.layout.isContiguous, key = compute.code * 64 + out.dtype.code;
    for (let i = 0; i < inputs.length && flat; i++) {
      const x = inputs[i], access = flatAccess(x, numel);
      flat = access !== STRIDED;
      key = key * 64 + access * 16 + x.dtype.code;
    }
    if (flat) {
      const known = divides ? undefined : rendered.get(2 * key + 1);
      const fn = known ?? find(key, [out, ...inputs], [CONTIGUOUS, ...inputs.map((x) => flatAccess(x, numel))], compute, true);
      if (fn) return runFlat(engine, fn, outputs, inputs, cost, numberDtype, compute);
    } else if (runRows([out, ...inputs], compute)) return;
    slowly(inputs, outputs, compute);
  };

  function slowly(inputs: readonly View[], outputs: readonly View[], compute: DType): void {
    (slow ??= jsBackend.lower(op as Op<DType>)!)(inputs, outputs, compute);
  }

  /** Broadcast or strided operands: the three inner dimensions in the kernel, those outside them here. */
  function runRows(views: readonly View[], compute: DType): boolean {
    const { shape, strides } = arrange(collapse(views[0].layout.shape, views.map((v) => v.layout.broadcastTo(views[0].layout.shape).strides)));
    let key = compute.code;
    const accesses = views.map((v, i) => {
      const step = strides[i].at(-1)!, access = v instanceof Scalar ? NUMBER : step === 1 ? CONTIGUOUS : step === 0 ? CONSTANT : STRIDED;
      key = key * 64 + access * 16 + v.dtype.code;
      return access;
    });
    const fn = find(key, views, accesses, compute, false);
    if (!fn) return false;
    for (const part of strips({ shape, strides })) runPart(fn, views, part, compute);
    return true;
  }

  function runPart(fn: KernelFunction, views: readonly View[], { shape, strides, offsets: starts }: Strip, compute: DType): void {
    const inner = shape.length - 1, n = shape[inner], rows = inner > 0 ? shape[inner - 1] : 1, blocks = inner > 1 ? shape[inner - 2] : 1;
    const args = [n, rows];
    views.forEach((v, i) => {
      const size = v.dtype.itemsize, rowStep = inner > 0 ? strides[i][inner - 1] : 0, blockStep = inner > 1 ? strides[i][inner - 2] : 0;
      args.push(
        v instanceof Scalar ? Number(scalarAs(v, operandDtype(op, v, i - 1, compute))) : pointer(v) + starts[i] * size,
        rowStep * size, (blockStep - rows * rowStep) * size, strides[i][inner] * size);
    });
    const launch = (here: readonly number[]): void => engine.launch(fn, blocks * rows, blocks * rows * n * cost, ...here);
    if (inner < 3) return launch(args);
    forEachOuter(shape.slice(0, -3), strides.map((s) => s.slice(0, -3)), (offsets) => {
      const here = args.slice();
      views.forEach((v, i) => { if (!(v instanceof Scalar)) here[2 + 4 * i] += offsets[i] * v.dtype.itemsize; });
      launch(here);
    });
  }
}

/** How a kernel that goes through the memory of its result meets an operand; STRIDED where it cannot. */
const flatAccess = (v: View, numel: number): number =>
  (v instanceof Scalar ? NUMBER : v.layout.numel === 1 ? CONSTANT : v.layout.numel === numel && v.layout.isContiguous ? CONTIGUOUS : STRIDED);

/** Whether there is a number that integers cannot be divided by: 0, and -1, whose quotient may overflow. */
const hasNoDivisor = (views: readonly View[], compute: DType): boolean =>
  compute.kind === 'int' && views.some((v) => v instanceof Scalar && [0, -1].includes(Number(scalarAs(v, compute))));

/** Kernels are given numbers as doubles, which do not hold every int64. */
const isExact = (v: View): boolean => !(v instanceof Scalar) || Number.isSafeInteger(Number(scalarAs(v, int64)));

/** Runs a kernel made by `addFlat`; `cost` is that of an element, `numberDtype` gives what a number is converted to. */
export function runFlat(
  engine: Engine, fn: KernelFunction, outputs: readonly View[], inputs: readonly View[], cost: number,
  numberDtype: (x: View, i: number, compute: DType) => DType, compute: DType,
): void {
  // as long as it will be: this runs for every small operation
  const args = new Array<number>(outputs.length + inputs.length), { numel } = outputs[0].layout;
  for (let i = 0; i < outputs.length; i++) args[i] = pointer(outputs[i]);
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    args[outputs.length + i] = x instanceof Scalar ? Number(scalarAs(x, numberDtype(x, i, compute))) : pointer(x);
  }
  engine.launch(fn, numel, numel * cost, ...args);
}

/** Calls `fn` with each operand's offset, for every position of the outer dimensions. */
function forEachOuter(shape: readonly number[], strides: readonly (readonly number[])[], fn: (offsets: readonly number[]) => void): void {
  const offsets = strides.map(() => 0), index = shape.map(() => 0);
  for (;;) {
    fn(offsets);
    let d = shape.length - 1;
    for (; d >= 0; d--) {
      offsets.forEach((_, i) => { offsets[i] += strides[i][d]; });
      if (++index[d] < shape[d]) break;
      offsets.forEach((_, i) => { offsets[i] -= strides[i][d] * shape[d]; });
      index[d] = 0;
    }
    if (d < 0) return;
  }
}
