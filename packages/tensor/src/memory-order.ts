import type { View } from './backend.js';
import type { DType } from './dtype.js';
import { RuntimeError } from './errors.js';
import { Layout } from './layout.js';
import { channelsLast, channelsLast3d, contiguousFormat, type MemoryFormat } from './memory-format.js';
import type { Meta } from './op.js';

/**
 * The dimensions from the one whose neighbours lie closest in memory to the one whose lie farthest, as PyTorch orders
 * them: where the strides of one operand do not tell, the next one's do, and in the end later dimensions come first.
 */
export function memoryOrder(shape: readonly number[], operands: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, i) => shape.length - 1 - i);
  for (let i = 1; i < order.length; i++) {
    let at = i;
    for (let before = i - 1; before >= 0; before--) {
      const comparison = compare(shape, operands, order[before], order[at]);
      if (comparison < 0) break;
      if (comparison > 0) {
        [order[before], order[at]] = [order[at], order[before]];
        at = before;
      }
    }
  }
  return order;
}

/** Positive where `a` lies farther apart than `b`; 0 where strides do not tell. */
function compare(shape: readonly number[], operands: readonly (readonly number[])[], a: number, b: number): number {
  for (const strides of operands) {
    if (strides[a] === 0 || strides[b] === 0) continue;
    if (strides[a] !== strides[b]) return strides[a] - strides[b];
    if (shape[a] > shape[b]) return 1;
  }
  return 0;
}

/** The order that undoes another one. */
export const inverse = (dims: readonly number[]): number[] => dims.map((_, d) => dims.indexOf(d));

/** A layout without gaps whose dimensions lie in an order, given from the one whose neighbours lie farthest apart. */
export const layoutIn = (order: readonly number[] | null, shape: readonly number[]): Layout =>
  (order ? Layout.contiguous(order.map((d) => shape[d])).permute(inverse(order)) : Layout.contiguous(shape));

const CHANNELS_LAST: ReadonlyMap<MemoryFormat, readonly number[]> = new Map([[channelsLast, [0, 2, 3, 1]], [channelsLast3d, [0, 2, 3, 4, 1]]]);

/**
 * The dimensions from the one whose neighbours lie farthest apart; null for the order of a contiguous tensor.
 * @param operands what `preserveFormat` keeps the order of
 * @throws RuntimeError for channels that come last in another number of dimensions
 */
export function orderIn(format: MemoryFormat, shape: readonly number[], operands: readonly View[] = []): readonly number[] | null {
  const order = CHANNELS_LAST.get(format);
  if (order && order.length !== shape.length) throw new RuntimeError(`required rank ${order.length} tensor to use ${format.name} format`);
  return order ?? (format === contiguousFormat ? null : orderOf(shape, operands));
}

/** As `orderIn`, of what is computed of operands element by element. */
export function orderOf(shape: readonly number[], operands: readonly View[]): readonly number[] | null {
  let i = 0;
  while (i < operands.length && operands[i].layout.isContiguous) i++;
  if (i === operands.length || shape.length < 2) return null;
  const strides = operands.map(({ layout }) => layout.broadcastTo(shape).strides);
  const order = memoryOrder(shape, strides).reverse();
  return order.every((d, i) => d === i) ? null : order;
}

/** A result of an operand's shape that lies in memory as it does. */
export const alike = (x: View, dtype: DType = x.dtype): Meta => ({ shape: x.layout.shape, dtype, order: orderOf(x.layout.shape, [x]) });

/** How images or volumes that are made of others lie in memory: with their channels innermost where those do. */
export const imageOrder = (layout: Layout): readonly number[] | null => CHANNELS_LAST.get(suggestedFormat(layout)) ?? null;

/** Whether a layout is without gaps in a format. */
export function isContiguousIn(format: MemoryFormat, layout: Layout): boolean {
  const order = CHANNELS_LAST.get(format);
  return order ? order.length === layout.shape.length && layout.permute(order).isContiguous : layout.isContiguous;
}

/** The format that strides speak for: `contiguousFormat` for all that is no image or volume with its channels innermost. */
export function suggestedFormat({ shape, strides }: Layout): MemoryFormat {
  for (const [format, order] of CHANNELS_LAST) {
    if (order.length !== shape.length || strides[1] === 0 || strides[1] > strides[order.length - 1]) continue;
    let least = 0;
    const fits = [...order].reverse().every((d) => {
      // of strides that are those of either format, it is taken for the other one
      if (shape[d] === 0 || strides[d] < least || (d === 0 && least === strides[1])) return false;
      least = strides[d] * shape[d];
      return true;
    });
    if (fits) return format;
  }
  return contiguousFormat;
}
