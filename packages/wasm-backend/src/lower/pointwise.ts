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
    const views = [out, ...inputs];
    const accesses = new Array<number>(views.length);
    let flat = out.layout.isContiguous, key = compute.code;
    accesses[0] = CONTIGUOUS;
    for (let i = 1; i < views.length && flat; i++) {
      const { layout } = views[i];
      if (views[i] instanceof Scalar) accesses[i] = NUMBER;
      else if (layout.numel === 1) accesses[i] = CONSTANT;
      else if (layout.numel === numel && layout.isContiguous) accesses[i] = CONTIGUOUS;
      else flat = false;
    }
    if (flat) {
      for (let i = 0; i < views.length; i++) key = key * 64 + accesses[i] * 16 + views[i].dtype.code;
      const fn = find(key, views, accesses, compute, true);
      if (fn) return runFlat(engine, fn, views, numel, cost, (v, i) => operandDtype(op, v, i - 1, compute));
    } else if (runRows(views, accesses, compute)) return;
    slowly(inputs, outputs, compute);
  };

  function slowly(inputs: readonly View[], outputs: readonly View[], compute: DType): void {
    (slow ??= jsBackend.lower(op as Op<DType>)!)(inputs, outputs, compute);
  }

  /** Broadcast or strided operands: the three inner dimensions in the kernel, those outside them here. */
  function runRows(views: readonly View[], accesses: number[], compute: DType): boolean {
    const { shape, strides } = arrange(collapse(views[0].layout.shape, views.map((v) => v.layout.broadcastTo(views[0].layout.shape).strides)));
    let key = compute.code;
    for (let i = 0; i < views.length; i++) {
      const step = strides[i].at(-1)!;
      accesses[i] = views[i] instanceof Scalar ? NUMBER : step === 1 ? CONTIGUOUS : step === 0 ? CONSTANT : STRIDED;
      key = key * 64 + accesses[i] * 16 + views[i].dtype.code;
    }
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

/** Whether there is a number that integers cannot be divided by: 0, and -1, whose quotient may overflow. */
const hasNoDivisor = (views: readonly View[], compute: DType): boolean =>
  compute.kind === 'int' && views.some((v) => v instanceof Scalar && [0, -1].includes(Number(scalarAs(v, compute))));

/** Kernels are given numbers as doubles, which do not hold every int64. */
const isExact = (v: View): boolean => !(v instanceof Scalar) || Number.isSafeInteger(Number(scalarAs(v, int64)));

/** Runs a kernel made by `addFlat`; `cost` is that of an element, `dtypeOf` what a number is converted to. */
export function runFlat(
  engine: Engine, fn: KernelFunction, views: readonly View[], numel: number, cost: number, dtypeOf: (v: View, i: number) => DType,
): void {
  // as long as it will be: this runs for every small operation
  const args = new Array<number>(views.length);
  for (let i = 0; i < views.length; i++) {
    const v = views[i];
    args[i] = v instanceof Scalar ? Number(scalarAs(v, dtypeOf(v, i))) : pointer(v);
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
