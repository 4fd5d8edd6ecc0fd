import type { Layout } from './layout.js';

/**
 * The dimensions from the one whose neighbours lie closest in memory to the one whose lie farthest, as PyTorch orders
 * them: where strides do not tell, later dimensions come first.
 */
export function memoryOrder({ shape, strides }: Layout): number[] {
  const order = shape.map((_, i) => shape.length - 1 - i);
  for (let i = 1; i < order.length; i++) {
    let at = i;
    for (let before = i - 1; before >= 0; before--) {
      const comparison = compare(shape, strides, order[before], order[at]);
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
function compare(shape: readonly number[], strides: readonly number[], a: number, b: number): number {
  if (strides[a] === 0 || strides[b] === 0) return 0;
  return strides[a] === strides[b] ? Number(shape[a] > shape[b]) : strides[a] - strides[b];
}
