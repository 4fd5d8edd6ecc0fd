import { autocastOperands } from './autocast-hook.js';
import { autogradHook, type AutogradHook } from './autograd-hook.js';
import type { View } from './backend.js';
import { pairsOf } from './complex/parts.js';
import type { Device } from './device.js';
import { bool, canCast, getDefaultDtype, realDtype, type DType } from './dtype.js';
import { RuntimeError } from './errors.js';
import { checkInferenceWrite } from './inference.js';
import { alloc, complexKernelOf, inOrder, kernelOf, launch, launchInOrder, launchOver } from './launch.js';
import { broadcastShapes, mismatch, sameShape, type Layout, shapeText } from './layout.js';
import type { MemoryFormat } from './memory-format.js';
import { orderIn, orderOf } from './memory-order.js';
import { meeting, meetingInPlace } from './meeting-hook.js';
import type { Op, PointwiseOp, ReduceAttrs, ReduceOp, StructuredOp, UpdateOp, ViewOp } from './op.js';
import { describe, resultDtype, Scalar, type NumberLike, type ScalarLike } from './scalar.js';
import { Tensor } from './tensor.js';
import { noteOrigin } from './view-origin.js';

export { alloc, kernelOf, launch, launchInOrder } from './launch.js';

/** What a pointwise op takes: a tensor, or a number in its place. */
export type Operand = Tensor | ScalarLike;

/** As `Operand`, of real numbers. */
export type RealOperand = Tensor | NumberLike;

/** The views that a pointwise op computes on, and the device that they share. */
function prepare(op: Op<never>, operands: readonly Operand[]): { views: View[]; device: Device; isComplex: boolean } {
  const views = new Array<View>(operands.length);
  let device: Device | undefined;
  let isComplex = false;
  let movable = false; // the device is that of 0-d CPU tensors, which may join any other
  for (let i = 0; i < operands.length; i++) {
    const x = operands[i];
    if (!(x instanceof Tensor)) {
      views[i] = new Scalar(x);
      if (typeof x === 'object') isComplex = true;
      continue;
    }
    views[i] = x;
    if (x.dtype.kind === 'complex') isComplex = true;
    const d = x.storage.device;
    const free = d.type === 'cpu' && x.layout.shape.length === 0;
    if (device === undefined || (movable && !free)) {
      device = d;
      movable = free;
    } else if (d !== device && !free) throw mixedDevices(device, d);
  }
  if (device === undefined) throw new TypeError(`${op.name}(): argument 'input' (position 1) must be Tensor, not ${describe(operands[0])}`);
  for (let i = 0; i < views.length; i++) {
    const x = operands[i];
    // a 0-d CPU tensor among tensors of another device is read as the number that it holds
    if (x instanceof Tensor && x.storage.device !== device) views[i] = new Scalar(x.hostValue());
  }
  return { views, device, isComplex };
}

const mixedDevices = (a: Device, b: Device): RuntimeError => new RuntimeError(
  `Expected all tensors to be on the same device, but found at least two devices, ${a} and ${b}!`);

function computeDtype(op: PointwiseOp, views: readonly View[]): DType {
  const values = op.roles.every((r) => r === 'value') ? views : views.filter((_, i) => op.roles[i] === 'value');
  const dtype = resultDtype(values);
  return op.compute === 'float' && !dtype.isDifferentiable ? getDefaultDtype() : dtype;
}

const resultOf = (op: PointwiseOp, compute: DType): DType =>
  (op.result === 'bool' ? bool : op.result === 'real' ? realDtype(compute) : compute);

function broadcastOperands(views: readonly View[]): readonly number[] {
  let shape = views[0].layout.shape;
  for (let i = 1; i < views.length; i++) shape = broadcastShapes(shape, views[i].layout.shape);
  return shape;
}

/**
 * Runs a pointwise op: operands meet in one dtype and one shape.
 * @param out where to write, as PyTorch's `out=`; resized where it has another shape
 * @param format how the result is to lie in memory: as the operands do unless given
 */
export function runPointwise(op: PointwiseOp, operands: readonly Operand[], out?: Tensor, format?: MemoryFormat): Tensor {
  const { views, device, isComplex } = prepare(op as Op<never>, meeting(autocastOperands(op.name, operands)));
  const compute = computeDtype(op, views);
  const shape = broadcastOperands(views);
  const dtype = resultOf(op, compute);
  if (out) {
    const isSame = sameShape(out.shape, shape);
    if (!isSame && views.includes(out)) throw mismatch(out.shape, shape);
    const fits = isSame && !isComplex && out.device === device && out.dtype === dtype;
    return fits ? writeOver(op as Op<never>, views, out, compute) : writeOut(out, runPointwise(op, operands));
  }
  const kernel = (isComplex ? complexKernelOf : kernelOf)(op as Op<never>, device);
  const order = format ? orderIn(format, shape, views) : orderOf(shape, views);
  const result = launchInOrder(order, kernel, views, shape, dtype, device, compute);
  record(op as Op<never>, views, [result], compute);
  return result;
}

/** Runs a pointwise op and writes the result over its first operand (`add_`). */
export function runPointwiseInplace(op: PointwiseOp, operands: readonly Operand[]): Tensor {
  const target = operands[0];
  if (!(target instanceof Tensor)) throw new TypeError(`${op.name}_(): expected a Tensor, but got ${describe(target)}`);
  const { views, device } = prepare(op as Op<never>, meetingInPlace(operands));
  if (device !== target.device) throw mixedDevices(target.device, device);
  const compute = computeDtype(op, views);
  checkTracked(op as Op<never>, views, target);
  const shape = broadcastOperands(views);
  if (!sameShape(shape, target.shape)) throw mismatch(target.shape, shape);
  checkCast(resultOf(op, compute), target.dtype, op.result === 'bool');
  return writeInplace(op as Op<never>, views, target, compute);
}

/** Refuses a write that autograd cannot follow; gives autograd where it has to. */
function checkTracked(op: Op<never>, inputs: readonly View[], target: Tensor): AutogradHook | null {
  const hook = autogradHook();
  if (!hook?.enabled || !needsGrad(inputs)) return null;
  hook.checkInplace(target, op);
  return hook;
}

/** Runs a kernel whose output is its first input, with what autograd needs before and after. */
export function writeInplace(op: Op<never>, given: readonly View[], target: Tensor, attrs: unknown): Tensor {
  const inputs = meetingInPlace(given);
  checkInferenceWrite(target.storage);
  const hook = checkTracked(op, inputs, target);
  if (!op.idempotent) checkApart(target.layout);
  const recordWritten = hook?.beforeInplace(op, inputs, target, attrs);
  const safe = inputs.map((v, i) => (i > 0 && v.storage === target.storage ? readable(op, i, v as Tensor, target) : v));
  (op.kind === 'pointwise' ? launchOver : launch)(op, target.storage.device, safe, [target], attrs);
  wrote(target);
  recordWritten?.();
  return target;
}

/** Runs a kernel whose output is the tensor given as `out`, which fits. */
function writeOver(op: Op<never>, views: readonly View[], out: Tensor, attrs: unknown): Tensor {
  checkNoGrad(`${op.name}(): functions with out`, out, needsGrad(views));
  checkInferenceWrite(out.storage);
  checkApart(out.layout);
  launchOver(op, out.device, views.map((v, i) => (v.storage === out.storage ? readable(op, i, v as Tensor, out) : v)), [out], attrs);
  wrote(out);
  return out;
}

function checkNoGrad(what: string, out: Tensor, needed: boolean): void {
  if (!autogradHook()?.enabled || !(out.requiresGrad || needed)) return;
  throw new RuntimeError(`${what}=... arguments don't support automatic differentiation, but one of the arguments requires grad.`);
}

/** Counts a write, which makes what was saved for backward stale. */
export function wrote(x: Tensor): void {
  if (!(x.base ?? x).untracked) x.storage.version++;
}

/**
 * An operand in the memory that is written to, or a copy of it where the write could come before the read.
 * @throws RuntimeError where some of its elements are the target's, for ops that PyTorch refuses them for
 */
function readable(op: Op<never>, at: number, x: Tensor, target: Tensor): Tensor {
  const isSeparate = op.kind === 'structured' && op.separate === true;
  if (!isSeparate && x.layout.equals(target.layout) && x.dtype.itemsize === target.dtype.itemsize) return x;
  if (x.numel() === 0 || target.numel() === 0) return x;
  const isDense = x.layout.isDense && target.layout.isDense;
  const begin = (t: Tensor): number => t.layout.offset * t.dtype.itemsize;
  const end = (t: Tensor): number => begin(t) + t.numel() * t.dtype.itemsize;
  if (isDense && (begin(x) >= end(target) || begin(target) >= end(x))) return x;
  // what `fill_` and `masked_fill_` are given is read as a number first
  const isRefused = op.kind === 'pointwise' ? op.roles[at] !== 'param' : isSeparate;
  if (!isRefused || !(isDense || x === target)) return x.detach().clone();
  throw new RuntimeError(
    'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. ' +
    'Please clone() the tensor before performing the operation.');
}

/** @throws RuntimeError for a target, such as an expanded one, whose elements share memory */
function checkApart({ shape, strides, numel }: Layout): void {
  if (numel === 0 || !shape.some((n, i) => n > 1 && strides[i] === 0)) return;
  throw new RuntimeError(
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. ' +
    'Please clone() the tensor before performing the operation.');
}

/** Moves a result into a caller-given tensor (`out=`), which is resized where its shape differs. */
export function writeOut(out: Tensor, result: Tensor): Tensor {
  checkCast(result.dtype, out.dtype, false);
  checkNoGrad('functions with out', out, result.requiresGrad);
  if (!sameShape(out.shape, result.shape)) out.resize_(result.shape);
  return out.copy_(result);
}

function checkCast(from: DType, to: DType, comparison: boolean): void {
  // comparisons may write their truth values into any dtype
  if (!comparison && !canCast(from, to)) {
    throw new RuntimeError(`result type ${from.scalarType} can't be cast to the desired output type ${to.scalarType}`);
  }
}

/** Runs a reduction over `dims` (sorted, wrapped); `dtype` is that of the computation and of the result. */
export function runReduce(op: ReduceOp, input: Tensor, dims: readonly number[], keepdim: boolean, inputDtype: DType): Tensor {
  const [x] = autocastOperands(op.name, [input]);
  // a dtype that was asked for stays
  const dtype = inputDtype === input.dtype ? x.dtype : inputDtype;
  const shape: number[] = [];
  x.shape.forEach((n, i) => {
    if (!dims.includes(i)) shape.push(n);
    else if (keepdim) shape.push(1);
  });
  const result = alloc(shape, dtype, x.device);
  const attrs: ReduceAttrs = { dims, keepdim };
  // where all is reduced, any order of the elements will do
  const order = dims.length === x.ndim ? orderOf(x.shape, [x]) : null;
  launch(op as Op<never>, x.device, order ? inOrder(order, x.shape, [x]) : [x], [result], attrs);
  record(op as Op<never>, [x], [result], attrs);
  return result;
}

/** Another view of `x`'s storage. */
export function runView<A>(op: ViewOp<A>, x: Tensor, attrs: A): Tensor {
  const dtype = op.dtype ? op.dtype(x.dtype) : x.dtype;
  const result = new Tensor(x.storage, dtype, op.view(x.layout, attrs), op.unsafe ? null : x.base ?? x);
  noteOrigin(result, x, false);
  record(op as Op<never>, [x], [result], attrs);
  return result;
}

/** Several views of `x`'s storage by one op. */
export function runViews<A>(op: ViewOp<A>, x: Tensor, attrs: A, count: number): Tensor[] {
  const results = Array.from({ length: count }, (_, i) =>
    noteOrigin(new Tensor(x.storage, x.dtype, op.view(x.layout, attrs, i), x.base ?? x), x, op.multiple === true));
  if (count > 0) record(op as Op<never>, [x], results, attrs);
  return results;
}

/** Runs an op with a kernel of its own; gives its outputs. Numbers are not operands of such ops but attributes. */
export function runStructured<A>(op: StructuredOp<A>, operands: readonly Tensor[], attrs: A): Tensor[] {
  const inputs = meeting(autocastOperands(op.name, operands));
  const metas = op.meta(inputs, attrs);
  const device = sharedDevice(inputs);
  const outputs = metas.map((m) => alloc(m.shape, m.dtype, device, m.order));
  launch(op as Op<never>, device, inputs, outputs, attrs);
  record(op as Op<never>, inputs, outputs, attrs);
  return outputs;
}

/** Runs an op with a kernel of its own whose single output is written over the first input. */
export function runStructuredInplace<A>(op: StructuredOp<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  const met = meetingInPlace(inputs);
  op.meta(met, attrs);
  sharedDevice(met);
  return writeInplace(op as Op<never>, met, inputs[0], attrs);
}

/** Writes an update over its first operands, which all have one shape and dtype. */
export function runUpdate(op: UpdateOp, given: readonly Tensor[], numbers: readonly number[]): void {
  // complex parameters are updated part by part, as in PyTorch
  const tensors = given[0].dtype.isComplex ? given.map(pairsOf) : given, [first] = tensors, device = sharedDevice(tensors);
  for (const x of tensors) {
    if (!sameShape(x.shape, first.shape) || x.dtype !== first.dtype) {
      throw new RuntimeError(
        `${op.name}: expected operands of one shape and dtype, but got ${shapeText(first.shape)} of ${first.dtype} and ${shapeText(x.shape)} of ${x.dtype}`);
    }
  }
  if (autogradHook()?.enabled && needsGrad(given)) {
    throw new RuntimeError('a leaf Variable that requires grad is being used in an in-place operation.');
  }
  checkApart(first.layout);
  const operands = new Array<View>(tensors.length + numbers.length);
  // a gradient may be the parameter itself in another order, which would be read where it was written
  tensors.forEach((x, i) => { operands[i] = x.storage !== first.storage || x.layout.equals(first.layout) ? x : x.detach().clone(); });
  numbers.forEach((n, i) => { operands[tensors.length + i] = new Scalar(n); });
  launchOver(op as Op<never>, device, operands, tensors.slice(0, op.writes), null);
  for (let i = 0; i < op.writes; i++) wrote(given[i]);
}

function sharedDevice(inputs: readonly Tensor[]): Device {
  const device = inputs[0].storage.device;
  for (const x of inputs) if (x.storage.device !== device) throw mixedDevices(device, x.storage.device);
  return device;
}

function record(op: Op<never>, inputs: readonly View[], outputs: readonly Tensor[], attrs: unknown): void {
  const hook = autogradHook();
  if (hook !== null && hook.enabled && needsGrad(inputs)) hook.record(op, inputs, outputs, attrs);
}

function needsGrad(inputs: readonly View[]): boolean {
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    if (x instanceof Tensor && x.requiresGrad) return true;
  }
  return false;
}
