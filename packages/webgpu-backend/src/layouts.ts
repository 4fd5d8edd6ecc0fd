import { Layout } from '@sconce/tensor/internal';

/** Shape and strides of several operands over the same elements, in as few dimensions as possible. */
export interface Collapsed { readonly shape: readonly number[]; readonly strides: readonly (readonly number[])[] }

/** Joins dimensions that lie contiguously in all operands, and drops those of size 1. */
export function collapse(shape: readonly number[], strides: readonly (readonly number[])[]): Collapsed {
  const sizes: number[] = [], steps: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && steps.every((s, i) => s[last] === strides[i][d] * shape[d])) {
      sizes[last] *= shape[d];
      steps.forEach((s, i) => { s[last] = strides[i][d]; });
    } else {
      sizes.push(shape[d]);
      steps.forEach((s, i) => { s.push(strides[i][d]); });
    }
  }
  return { shape: sizes, strides: steps };
}

/** A leaf's layout where its expression is seen in another shape; null where that needs the values. */
export function relaid(leaf: Layout, own: readonly number[], seen: Layout): Layout | null {
  if (leaf.numel === 1) return new Layout(seen.shape, seen.shape.map(() => 0), leaf.offset);
  if (seen.offset !== 0) return null;
  // each dimension seen is one of the expression's own, or repeats it
  const wide = leaf.broadcastTo(own);
  let step = 1;
  const steps = new Array<number>(own.length);
  for (let d = own.length - 1; d >= 0; d--) {
    steps[d] = step;
    step *= own[d];
  }
  const out: number[] = [], along: number[] = [];
  for (let i = 0; i < seen.shape.length; i++) {
    if (seen.shape[i] === 1 || seen.strides[i] === 0) {
      out.push(0);
      continue;
    }
    const d = steps.findIndex((s, k) => s === seen.strides[i] && own[k] !== 1 && seen.shape[i] <= own[k]);
    // two that go along the same one may overlap, and reach beyond it together
    if (along.includes(d)) return null;
    along.push(d);
    if (d < 0) return seen.isContiguous && leaf.isContiguous && leaf.numel === seen.numel ? new Layout(seen.shape, seen.strides, leaf.offset) : null;
    out.push(wide.strides[d]);
  }
  return new Layout(seen.shape, out, leaf.offset);
}
