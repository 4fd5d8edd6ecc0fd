import { bool, complexDtype, getDefaultDtype, int64, type DType } from '../dtype.js';
import { formatterFor, type Element, type Formatter } from './formatter.js';
import { getPrintoptions } from './options.js';
import { contiguousStrides, product } from '../layout.js';

export interface FormatTensorOptions {
  /** what stands before the elements; subclasses have their own name. @default 'tensor(' */
  readonly prefix?: string | undefined;
  /** the device to name, where it is not the default one */
  readonly device?: string | undefined;
  /** what follows the dtype: `requires_grad=True`, `grad_fn=<AddBackward0>` */
  readonly suffixes?: readonly string[] | undefined;
}

/**
 * The text that PyTorch prints for a tensor.
 * @param values reads an element by its index in row-major order; of a summarised tensor only the printed ones are read
 * @see https://pytorch.org/docs/stable/generated/torch.set_printoptions.html
 * @example
 * formatTensor((i) => i / 2, [2, 2], float32, { suffixes: ['requires_grad=True'] });
 * // tensor([[0.0000, 0.5000],
 * //         [1.0000, 1.5000]], requires_grad=True)
 */
export function formatTensor(
  values: (index: number) => Element, shape: readonly number[], dtype: DType, options: FormatTensorOptions = {},
): string {
  const { prefix = 'tensor(', device, suffixes = [] } = options;
  const numel = product(shape);
  const isDefault = dtype === getDefaultDtype();
  const tail = device === undefined ? [] : [`device='${device}'`];
  let contents: string;
  if (numel === 0) {
    contents = '[]';
    if (shape.length !== 1) tail.push(`size=(${shape.join(', ')})`);
    if (!isDefault) tail.push(`dtype=${String(dtype)}`);
  } else {
    contents = formatElements(values, shape, dtype, prefix.length, numel > getPrintoptions().threshold);
    const isUsual = isDefault || dtype === int64 || dtype === bool || dtype === complexDtype(getDefaultDtype());
    if (!isUsual) tail.push(`dtype=${String(dtype)}`);
  }
  return addSuffixes(prefix + contents, [...tail, ...suffixes], prefix.length);
}

function formatElements(
  values: (index: number) => Element, shape: readonly number[], dtype: DType, indent: number, summarize: boolean,
): string {
  const strides = contiguousStrides(shape);
  const shown = shape.map((size) => shownIndices(size, summarize));
  const elements: Element[] = [];
  const collect = (dim: number, offset: number): void => {
    if (dim === shape.length) elements.push(values(offset));
    else for (const i of shown[dim]) if (i !== GAP) collect(dim + 1, offset + i * strides[dim]);
  };
  collect(0, 0);

  const formatter = formatterFor(elements, dtype);
  // the elements are written in the order in which they were collected
  let next = 0;
  const write = (dim: number, margin: number): string => {
    if (dim === shape.length) return formatter.format(elements[next++]);
    const indices = shown[dim];
    if (dim === shape.length - 1) {
      return vector(indices.map((i) => (i === GAP ? ' ...' : formatter.format(elements[next++]))), margin, formatter);
    }
    const slices = indices.map((i) => (i === GAP ? '...' : write(dim + 1, margin + 1)));
    return `[${slices.join(`,${'\n'.repeat(shape.length - dim - 1)}${' '.repeat(margin + 1)}`)}]`;
  };
  return write(0, indent);
}

/** Stands where elements are left out. */
const GAP = -1;

/** The indices of a dimension that are printed. */
function shownIndices(size: number, summarize: boolean): readonly number[] {
  const { edgeitems } = getPrintoptions();
  if (!summarize || size <= 2 * edgeitems) return Array.from({ length: size }, (_, i) => i);
  const edge = Array.from({ length: edgeitems }, (_, i) => i);
  return [...edge, GAP, ...edge.map((i) => size - edgeitems + i)];
}

/** One innermost dimension in brackets, broken into lines. */
function vector(texts: readonly string[], margin: number, formatter: Formatter): string {
  const { linewidth } = getPrintoptions();
  const perLine = Math.max(1, Math.floor((linewidth - margin) / (formatter.width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < texts.length; i += perLine) lines.push(texts.slice(i, i + perLine).join(', '));
  return `[${lines.join(`,\n${' '.repeat(margin + 1)}`)}]`;
}

/** Appends the suffixes, each on a new line where it would pass the line's width. */
function addSuffixes(text: string, suffixes: readonly string[], indent: number): string {
  const { linewidth } = getPrintoptions();
  let result = text;
  let lineLength = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixes) {
    if (lineLength + suffix.length + 2 > linewidth) {
      result += `,\n${' '.repeat(indent)}${suffix}`;
      lineLength = indent + suffix.length;
    } else {
      result += `, ${suffix}`;
      lineLength += suffix.length + 2;
    }
  }
  return `${result})`;
}
