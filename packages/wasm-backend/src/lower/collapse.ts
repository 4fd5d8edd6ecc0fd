/**
 * Fewest dimensions that visit the same elements in the same order: neighbours are joined where every operand's outer
 * step is its inner step times the inner size. At least one dimension is left.
 */
export function collapse(
  shape: readonly number[], strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const sizes: number[] = [], steps: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((s, i) => steps[i][last] === s[d] * shape[d])) {
      sizes[last] *= shape[d];
      strides.forEach((s, i) => { steps[i][last] = s[d]; });
    } else {
      sizes.push(shape[d]);
      strides.forEach((s, i) => steps[i].push(s[d]));
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    steps.forEach((s) => s.push(0));
  }
  return { shape: sizes, strides: steps };
}

/** An inner dimension of fewer elements than a vector holds is not worth a loop. */
const FEW = 4;

/**
 * What `collapse` gives, with the dimensions in the order in which a kernel best visits them: the last one stays the inner
 * one unless it is very short, and the longest of the others comes before it, so that few are left outside.
 */
export function arrange({ shape, strides }: ReturnType<typeof collapse>): ReturnType<typeof collapse> {
  const last = shape.length - 1;
  if (last < 1 || (last === 1 && shape[1] >= FEW)) return { shape, strides };
  const longest = (dims: readonly number[]): number => dims.reduce((a, d) => (shape[d] >= shape[a] ? d : a));
  const dims = [...shape.keys()], inner = shape[last] < FEW ? longest(dims) : last, others = dims.filter((d) => d !== inner);
  const rows = longest(others), order = [...others.filter((d) => d !== rows), rows, inner];
  return { shape: order.map((d) => shape[d]), strides: strides.map((s) => order.map((d) => s[d])) };
}
