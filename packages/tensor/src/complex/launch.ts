import type { Kernel, View } from '../backend.js';
import { backendOf, type Device } from '../device.js';
import { realDtype, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import type { Expr } from '../expr.js';
import { Layout } from '../layout.js';
import { partOp, type Op, type OperandRole, type PointwiseOp } from '../op.js';
import { kernelName, notImplementedFor } from '../ops/dtype-checks.js';
import { cppTypeName } from '../random/support.js';
import { Scalar, type NumberLike, type ScalarLike } from '../scalar.js';
import { Tensor } from '../tensor.js';
import { warnOnce } from '../warn.js';
import { complexExpr, inputsOf, NotComplex, placeholder, truth, type Pair } from './expr.js';
import { pairsOf, partOf } from './parts.js';

// Backends have kernels for real numbers only. An op on complex tensors becomes one or a few of those, on views of the real and
// of the imaginary parts: pointwise ops by taking their expressions apart, linear ones on each part, products by four products.

type KernelOf = (op: Op<never>, device: Device) => Kernel;
/** Runs a kernel on parts. */
type Run = (op: Op<never>, inputs: readonly View[], outputs: readonly View[], attrs: unknown) => void;

/** Ops that move or add up elements, each part by itself, also of a `value` among their attributes. */
const LINEAR = new Set([
  'sum', 'mean', 'index', 'indexPut', 'indexSelect', 'gather', 'take', 'maskedSelect', 'cat', 'stack', 'cumsum', 'repeat', 'flip',
  'roll', 'rot90', 'tril', 'triu', 'diag', 'diagEmbed', 'scatter', 'scatterAdd', 'indexAdd', 'indexCopy', 'indexFill', 'put',
  'maskedScatter', 'constantPadNd', 'reflectionPad1d', 'reflectionPad2d', 'reflectionPad3d', 'replicationPad1d', 'replicationPad2d',
  'replicationPad3d', 'circularPad1d', 'circularPad2d', 'circularPad3d', 'borderPadBackward', 'im2col', 'col2im', 'selectBackward',
  'sliceBackward', 'diagonalBackward', 'unfoldBackward', 'pixelShuffle', 'pixelUnshuffle', 'channelShuffle', 'embedding', 'embeddingDenseBackward',
]);
/** Those of them that have no indices: integers among their operands are numbers. */
const WITHOUT_INDICES = new Set(['sum', 'mean', 'cat', 'stack', 'cumsum']);
/** Ops that change dtypes. */
const CONVERSIONS = new Set(['copy', 'toCopy']);
/** Products of two matrices or vectors, and those that are added to a third. */
const PRODUCTS = new Set(['mm', 'bmm', 'mv', 'dot', 'addmm', 'baddbmm', 'addbmm', 'addmv']);
/** Other products: of the first two operands, to which a third is added. */
const BILINEAR = new Set(['convolution', 'convolutionBackwardWeight', 'linalgCross']);
/** Ops whose kernels take complex tensors as they are. */
const NATIVE = new Set(['fftR2c', 'fftC2c', 'fftC2r', 'linalgEig', 'complexDet']);

/** Computes an op of which an operand or a result is complex. @throws RuntimeError where complex numbers have no such op */
export function launchComplex(
  op: Op<never>, device: Device, inputs: readonly View[], outputs: readonly View[], attrs: unknown, kernelOf: KernelOf,
): void {
  const run: Run = (op, inputs, outputs, attrs) => {
    // parts of nothing may begin beyond the end of the memory
    if (outputs.some(({ layout }) => layout.numel > 0)) kernelOf(op, device)(inputs, outputs, attrs);
  };
  if (op.kind === 'pointwise') launchPointwise(op, inputs, outputs[0], attrs as DType, run);
  else if (NATIVE.has(op.name)) run(op, inputs, outputs, attrs);
  else if (op.name === 'uniform' || op.name === 'normal') launchDraws(op, outputs[0], attrs as DrawAttrs, run);
  else if (!outputs[0].dtype.isComplex) throw unsupported(op, inputs);
  else if (op.name in ofReals) ofReals[op.name].forEach((form, i) => run(form, inputs, [partOf(outputs[0], i as 0 | 1)], inputs[0].dtype));
  else if (LINEAR.has(op.name)) for (const part of [0, 1] as const) launchPart(op, part, inputs, outputs, attrs, run);
  else if (PRODUCTS.has(op.name)) launchProduct(op, inputs, outputs[0], attrs as ProductAttrs | null, run);
  else if (BILINEAR.has(op.name)) launchBilinear(op, inputs, outputs[0], attrs, run);
  else throw unsupported(op, inputs);
}

/** What PyTorch says of these in words of their own. */
const TEXTS: Readonly<Record<string, string>> = {
  sign: 'Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.',
  floor: 'floor is not supported for complex inputs', ceil: 'ceil is not supported for complex inputs', trunc: 'trunc is not supported for complex inputs',
  maximum: 'maximum not implemented for complex tensors.', minimum: 'minimum not implemented for complex tensors.',
  ...Object.fromEntries(['relu', 'clamp', 'clampMin', 'clampMax', 'hardtanh'].map((name) => [name, 'clamp is not supported for complex types'])),
  isposinf: 'isposinf does not support complex inputs.', isneginf: 'isneginf does not support complex inputs.',
  heaviside: 'heaviside is not yet implemented for complex tensors.',
};

const unsupported = (op: Op<never>, views: readonly View[]): Error =>
  (TEXTS[op.name] ? new RuntimeError(TEXTS[op.name]) : notImplementedFor(kernelName(op.name), (views.find((v) => v.dtype.isComplex) ?? views[0]).dtype));

const realOp = (name: string, expr: PointwiseOp['expr']): Op<never> => partOp({ name, roles: ['value', 'value'], expr });

/** The second operand as it is, for copies from part to part. */
const copyOp = realOp('copyPart', (_, source) => source);
const addOp = realOp('addParts', e.add);
const subOp = realOp('subParts', e.sub);
const truthOp = realOp('truthOfParts', (x, y) => e.or(e.ne(x, 0), e.ne(y, 0)));

/** Ops that make complex numbers of real ones: the parts of their results. */
const ofReals: Readonly<Record<string, readonly Op<never>[]>> = {
  complex: [realOp('complex', (x) => x), realOp('complex', (_, y) => y)],
  polar: [realOp('polar', (length, angle) => e.mul(length, e.cos(angle))), realOp('polar', (length, angle) => e.mul(length, e.sin(angle)))],
};

// ---- pointwise

/** One part of a result: a record of real numbers, and which of all the operands' parts it takes. */
interface Form { readonly op: Op<never>; readonly takes: readonly number[] }

const formsOf = new Map<string, readonly Form[]>();

/** Ops that do the same to both parts, each by itself: one pass over the numbers, as they lie in memory. */
const ALIKE = new Set(['add', 'sub', 'neg', 'clone', 'copy', 'toCopy']);

function launchPointwise(op: PointwiseOp, inputs: readonly View[], out: View, compute: DType, run: Run): void {
  if (ALIKE.has(op.name) && [...inputs, out].every((x) => x.dtype.isComplex && !(x instanceof Scalar))) {
    return run(op as Op<never>, inputs.map(pairsOf), [pairsOf(out)], realDtype(compute));
  }
  const mask = inputs.map((x) => x.dtype.isComplex);
  const key = `${op.id} ${mask}`;
  let forms = formsOf.get(key);
  if (!forms) {
    try {
      formsOf.set(key, (forms = formsFor(op, mask)));
    } catch (error) {
      throw error instanceof NotComplex ? unsupported(op as Op<never>, inputs) : error;
    }
  }
  if (out.dtype.isComplex && forms.length === 1) forms = [forms[0], zero];
  if (out.dtype.kind === 'bool' && forms.length === 2) {
    const z = inputs[inputs.length - 1];
    return run(truthOp, [partOf(z, 0), partOf(z, 1)], [out], realDtype(z.dtype));
  }
  // only a conversion to real numbers leaves the imaginary parts behind
  if (!out.dtype.isComplex && forms.length === 2 && !CONVERSIONS.has(op.name)) {
    throw new RuntimeError(`value cannot be converted to type ${cppTypeName(out.dtype)} without overflow`);
  }
  if (!out.dtype.isComplex && forms.length === 2) warnOnce('Casting complex values to real discards the imaginary part');
  const parts = inputs.flatMap((x) => (x.dtype.isComplex ? [partOf(x, 0), partOf(x, 1)] : [x]));
  const targets = out.dtype.isComplex ? [partOf(out, 0), partOf(out, 1)] : [out];
  const launchForm = (i: number, target: View): void =>
    run(forms[i].op, forms[i].takes.map((slot) => parts[slot]), [target], realDtype(compute));
  const readsFirst = targets.length > 1 && forms[1].takes.some((slot) => parts[slot].storage === out.storage);
  if (!readsFirst) return targets.forEach((target, i) => launchForm(i, target));
  // in place: the real part is kept aside until the imaginary one was computed of the old
  const aside = temporary(targets[0]);
  launchForm(0, aside);
  launchForm(1, targets[1]);
  copyPart(aside, out, 0, run);
}

const temporary = ({ storage: { device }, dtype, layout: { shape } }: View): Tensor => {
  const layout = Layout.contiguous(shape);
  return new Tensor(backendOf(device).alloc(device, layout.numel * dtype.itemsize), dtype, layout);
};

/** The real records that an op on operands of which some are complex is made of: one for each part of the result. */
function formsFor(op: PointwiseOp, mask: readonly boolean[]): Form[] {
  const slots: number[] = [], roles: OperandRole[] = [];
  mask.forEach((complex, i) => {
    slots.push(roles.length);
    const role = complex && op.roles[i] === 'bool' ? 'value' : op.roles[i];
    roles.push(...(complex ? [role, role] : [role]));
  });
  const apply = (parts: readonly Expr[]): Pair => complexExpr(op.name, (leaves) => op.expr(...leaves),
    mask.map((complex, i) => {
      const pair = { re: parts[slots[i]], im: complex ? parts[slots[i] + 1] : null };
      return op.roles[i] === 'bool' ? truth(pair) : pair;
    }));
  const form = (choose: (pair: Pair) => Expr): Form => {
    const read = inputsOf(choose(apply(roles.map((role, slot) => placeholder(slot, role === 'bool')))));
    const takes = read.length > 0 ? read : [0]; // a constant has no operand, but a kernel needs one
    return {
      takes,
      op: partOp({
        name: op.name, roles: takes.map((slot) => roles[slot]),
        expr(...given) {
          const dtype = given.find((_, i) => roles[takes[i]] !== 'bool')?.dtype;
          const parts = roles.map((role, slot) => given[takes.indexOf(slot)] ?? placeholder(slot, role === 'bool', dtype));
          return choose(apply(parts));
        },
      }),
    };
  };
  const whole = apply(roles.map((role, slot) => placeholder(slot, role === 'bool')));
  return whole.im ? [form(({ re }) => re), form(({ im }) => im!)] : [form(({ re }) => re)];
}

/** The imaginary part of what is real. */
const zero: Form = {
  takes: [0],
  op: partOp({ name: 'zeroPart', roles: ['value'], expr: (x) => e.constant(0, x.dtype) }),
};

// ---- random numbers

interface DrawAttrs { readonly std?: number }

/** Both parts in turn; the variance is that of the whole number. */
function launchDraws(op: Op<never>, out: View, attrs: DrawAttrs, run: Run): void {
  const pairs = pairsOf(out);
  run(op, [pairs], [pairs], attrs.std === undefined ? attrs : { ...attrs, std: attrs.std * Math.SQRT1_2 });
}

// ---- linear ops and products

function launchPart(op: Op<never>, part: 0 | 1, inputs: readonly View[], outputs: readonly View[], attrs: unknown, run: Run): void {
  const isIndex = (x: View): boolean => !x.dtype.isFloatingPoint && !WITHOUT_INDICES.has(op.name);
  const own = inputs.map((x) => (x.dtype.isComplex ? partOf(x, part)
    : part === 1 && !isIndex(x) ? zerosLike(x, run) : x)); // real numbers among the others; indices are for both
  const value = attrs !== null && typeof attrs === 'object' && 'value' in attrs ? { value: partOfNumber(attrs.value as ScalarLike, part) } : undefined;
  // kernels may take for granted that an output which is no operand lies in one piece
  const results = outputs.map((out) => temporary(partOf(out, part)));
  run(op, own, results, value ? { ...attrs as object, ...value } : attrs);
  outputs.forEach((out, i) => copyPart(results[i], out, part, run));
}

const partOfNumber = (x: ScalarLike, part: 0 | 1): NumberLike => (typeof x === 'object' ? [x.re, x.im][part] : part === 1 ? 0 : x);

function copyPart(from: View, out: View, part: 0 | 1, run: Run): void {
  const target = partOf(out, part);
  run(copyOp, [target, from], [target], from.dtype);
}

function zerosLike(x: View, run: Run): View {
  const zeros = temporary(x);
  run(zero.op, [zeros], [zeros], zeros.dtype);
  return zeros;
}

interface ProductAttrs { readonly alpha?: number; readonly beta?: number }

/** (A + iB)(C + iD) = AC - BD + i(AD + BC); where there is a third operand, products are added to it. */
function launchProduct(op: Op<never>, inputs: readonly View[], out: View, attrs: ProductAttrs | null, run: Run): void {
  const parts = (v: View | undefined): readonly (View | null)[] =>
    (!v ? [null, null] : v.dtype.isComplex ? [partOf(v, 0), partOf(v, 1)] : [v, null]);
  const [[a, b], [c, d]] = inputs.slice(-2).map(parts), added = parts(inputs[inputs.length - 3]);
  const results = [[[a, c, 1], [b, d, -1]], [[a, d, 1], [b, c, 1]]].map((terms, part) => {
    let sum = inputs.length < 3 ? null : added[part] ?? zerosLike(added[0]!, run), first = true;
    for (const [left, right, sign] of terms as [View | null, View | null, number][]) {
      if (!left || !right) continue;
      const result = temporary(partOf(out, 0));
      if (inputs.length < 3) {
        run(op, [left, right], [result], attrs);
        if (sum) run(sign > 0 ? addOp : subOp, [sum, result], [result], result.dtype);
      } else {
        const { alpha = 1, beta = 1 } = attrs ?? {};
        run(op, [sum!, left, right], [result], { ...attrs, alpha: sign * alpha, beta: first ? beta : 1 });
      }
      sum = result;
      first = false;
    }
    return sum!;
  });
  // not before both are there: the output may be the third operand
  results.forEach((result, part) => copyPart(result, out, part as 0 | 1, run));
}

/** As `launchProduct`: the bias, where there is one, is added along with the first product of its part. */
function launchBilinear(op: Op<never>, [x, y, bias]: readonly View[], out: View, attrs: unknown, run: Run): void {
  const results = ([0, 1] as const).map((part) => {
    const [first, second] = ([0, 1] as const).map((of) => {
      const result = temporary(partOf(out, 0));
      const factors = [partOf(x, of), partOf(y, of === 0 ? part : part === 0 ? 1 : 0)];
      run(op, of === 0 && bias ? [...factors, partOf(bias, part)] : factors, [result], attrs);
      return result;
    });
    run(part === 0 ? subOp : addOp, [first, second], [first], first.dtype);
    return first;
  });
  results.forEach((result, part) => copyPart(result, out, part as 0 | 1, run));
}
