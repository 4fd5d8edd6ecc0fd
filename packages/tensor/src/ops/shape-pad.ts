import type { View } from '../backend.js';
import { runStructured } from '../dispatch.js';
import { IndexError, NotImplementedError, RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { imageOrder } from '../memory-order.js';
import { structuredOp, type StructuredOp } from '../op.js';
import { checked } from '../options.js';
import type { NumberLike, ScalarLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { checkFits } from './dtype-checks.js';

/** How elements outside a dimension are made from those inside. */
export type BorderMode = 'reflect' | 'replicate' | 'circular';

/** `pads`: how many to add before and after, a pair per dimension, the last dimension first. */
export interface ConstantPadAttrs { readonly pads: readonly number[]; readonly value: NumberLike }
export interface BorderPadAttrs { readonly pads: readonly number[]; readonly mode: BorderMode }

/** A shape with what padding adds. */
const padded = (shape: readonly number[], pads: readonly number[]): readonly number[] => shape.map((n, d) => {
  const i = 2 * (shape.length - 1 - d);
  return n + (pads[i] ?? 0) + (pads[i + 1] ?? 0);
});

const borderPad = (name: string, gradName: string): StructuredOp<BorderPadAttrs> => structuredOp<BorderPadAttrs>({
  name, gradName, meta: ([x], { pads }) => [{ shape: padded(x.layout.shape, pads), dtype: x.dtype }],
});

const forDims = (name: string): readonly StructuredOp<BorderPadAttrs>[] => [1, 2, 3].map((n) =>
  borderPad(`${name}Pad${n}d`, `${name[0].toUpperCase()}${name.slice(1)}Pad${n}DBackward0`));

/** By mode, for one, two and three padded dimensions. */
const borderPads = { reflect: forDims('reflection'), replicate: forDims('replication'), circular: forDims('circular') };

/** Records of padding. */
export const padOps = {
  constantPadNd: structuredOp<ConstantPadAttrs>({
    name: 'constantPadNd',
    meta: ([x], { pads }) => [{ shape: padded(x.layout.shape, pads), dtype: x.dtype, order: imageOrder(x.layout) }],
  }),
  ...borderPads,
  /** sums a gradient over the places where each element was put */
  borderPadBackward: structuredOp<BorderPadAttrs & { readonly shape: readonly number[] }>({
    name: 'borderPadBackward', meta: ([g], { shape }) => [{ shape, dtype: g.dtype }],
  }),
};

/** Pads by a mode without checks. @internal */
export const padBorder = (x: Tensor, attrs: BorderPadAttrs): Tensor =>
  runStructured(padOps[attrs.mode][attrs.pads.length / 2 - 1], [x], { pads: attrs.pads, mode: attrs.mode })[0];

/** @internal */
export const padBorderBackward = (g: Tensor, attrs: BorderPadAttrs, shape: readonly number[]): Tensor =>
  runStructured(padOps.borderPadBackward, [g], { pads: attrs.pads, mode: attrs.mode, shape })[0];

/** Pads with a value; negative numbers take elements away. @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html */
export function constantPadNd(x: Tensor, pads: readonly number[], value: ScalarLike = 0): Tensor {
  checkFits(x, value);
  if (pads.length % 2 !== 0) throw new RuntimeError(`Length of pad must be even but instead it equals ${pads.length}`);
  if (pads.length > 2 * x.dim()) {
    throw new RuntimeError(
      `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${pads.length}while the input has ${x.dim()}dimensions.`);
  }
  x.shape.forEach((n, d) => {
    const i = 2 * (x.dim() - 1 - d);
    const before = Math.min(pads[i] ?? 0, 0), after = Math.min(pads[i + 1] ?? 0, 0);
    if (-before > n) throw new IndexError(`Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${-before})`);
    if (n + before + after < 0) {
      throw new RuntimeError(`start (0) + length (${n + before + after}) exceeds dimension size (${n + before}).`);
    }
  });
  return runStructured(padOps.constantPadNd, [x], { pads: pads.slice(), value: value as NumberLike })[0];
}

export interface PadOptions {
  /** what stands outside: 'constant' (default), or made from what is inside */
  readonly mode?: 'constant' | BorderMode | undefined;
  /** the value of `mode: 'constant'`, default 0 */
  readonly value?: ScalarLike | null | undefined;
}

/**
 * Elements added before and after dimensions; negative numbers take elements away.
 * @param pads pairs (before, after), the last dimension first
 * @throws NotImplementedError for modes other than 'constant' unless 1 to 3 last dimensions of a batch are padded
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 * @example torch.nn.functional.pad(torch.ones(1, 2), [1, 0]) // tensor([[0., 1., 1.]])
 */
export function pad(x: Tensor, pads: readonly number[], options: PadOptions = {}): Tensor {
  const { mode = 'constant', value } = checked('pad', options, 'mode');
  if (pads.length % 2 !== 0) throw new RuntimeError('Padding length must be divisible by 2');
  if (pads.length > 2 * x.dim()) throw new RuntimeError('Padding length too large');
  if (mode === 'constant') return constantPadNd(x, pads, value ?? 0);
  if (mode !== 'reflect' && mode !== 'replicate' && mode !== 'circular') {
    throw new NotImplementedError(`Unrecognised padding mode ${String(mode)}`);
  }
  if (value) throw new RuntimeError(`Padding mode "${mode}" doesn't take in value argument`);
  const dims = pads.length / 2;
  if (dims < 1 || dims > 3 || (x.dim() !== dims + 1 && x.dim() !== dims + 2)) {
    throw new NotImplementedError('Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now');
  }
  CHECKS[mode](x, pads, dims);
  return padBorder(x, { pads: pads.slice(), mode });
}

const CHECKS = { reflect: checkReflect, replicate: checkReplicate, circular: checkCircular };

/** Sizes of the dimensions, the last first, as pads are. */
const sizesBack = (x: View): readonly number[] => x.layout.shape.toReversed();
const hasEmpty = (x: Tensor, dims: number): boolean => x.shape.slice(x.dim() - dims - 1).includes(0);

function checkReflect(x: Tensor, pads: readonly number[], dims: number): void {
  if (hasEmpty(x, dims)) {
    throw new RuntimeError(dims === 3
      ? `Expected 4D or 5D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${shapeText(x.shape)}`
      : `${dims + 1}D or ${dims + 2}D (batch mode) tensor expected for input, but got: [ torch.${x.dtype.scalarType}Tensor{${x.shape.join(',')}} ]`);
  }
  const sizes = sizesBack(x);
  for (let i = 0; i < dims; i++) {
    const [before, after] = [pads[2 * i], pads[2 * i + 1]];
    if (before < sizes[i] && after < sizes[i]) continue;
    const input = dims === 2 ? String(x.dim()) : shapeText(x.shape);
    throw new RuntimeError(
      `Argument #${4 + 2 * i}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${x.dim() - 1 - i} of input ${input}`);
  }
  checkOutput(x, pads, dims);
  if (!x.dtype.isDifferentiable) {
    throw new RuntimeError(`"reflection_pad${dims}d${dims === 3 ? '_cpu' : ''}" not implemented for '${x.dtype.scalarType}'`);
  }
}

function checkReplicate(x: Tensor, pads: readonly number[], dims: number): void {
  if (hasEmpty(x, dims)) {
    throw new RuntimeError(
      `Expected ${dims + 1}D or ${dims + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${shapeText(x.shape)}`);
  }
  checkOutput(x, pads, dims);
  if (!x.dtype.isDifferentiable) {
    throw new RuntimeError(`"replication_pad${dims}d_cpu" not implemented for '${x.dtype.scalarType}'`);
  }
}

function checkOutput(x: Tensor, pads: readonly number[], dims: number): void {
  const names = ['W', 'H', 'D'].slice(0, dims).reverse();
  const inputs = x.shape.slice(x.dim() - dims), outputs = padded(x.shape, pads).slice(x.dim() - dims);
  const fits = outputs.every((n) => n >= 0) && (dims === 1 ? outputs[0] >= 1 : outputs.some((n) => n >= 1));
  if (fits) return;
  const describe = (sizes: readonly number[]): string => names.map((n, i) => `${n}: ${sizes[i]}`).join(', ');
  const calculated = names.map((n, i) => `${n}: ${outputs[i]}`).join(' ');
  throw new RuntimeError(`input (${describe(inputs)}) is too small. Calculated output ${calculated}`);
}

function checkCircular(x: Tensor, pads: readonly number[], dims: number): void {
  if (x.dim() !== dims + 2) {
    throw new RuntimeError(`Invalid padding size, expected ${2 * (x.dim() - 2)} but got ${pads.length}`);
  }
  const sizes = sizesBack(x);
  for (let i = 0; i < dims; i++) {
    const [before, after] = [pads[2 * i], pads[2 * i + 1]];
    if (before > sizes[i] || after > sizes[i]) throw new RuntimeError('Padding value causes wrapping around more than once.');
    const left = sizes[i] + Math.min(before, 0) + Math.min(after, 0);
    if (left < 0 || (left === 0 && (before > 0 || after > 0) && sizes[i] > 0)) {
      throw new RuntimeError('Negative padding value is resulting in an empty dimension');
    }
  }
}
