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

/** A loop over fewer elements than a vector holds is not worth a kernel's while. */
const FEW = 4;

/** What `collapse` gives, with the dimensions of few elements outside the others. */
export function arrange({ shape, strides }: ReturnType<typeof collapse>): ReturnType<typeof collapse> {
  const isFew = (d: number): boolean => shape[d] < FEW, dims = [...shape.keys()];
  if (!dims.some((d) => isFew(d) && d > 0)) return { shape, strides };
  const order = [...dims.filter(isFew), ...dims.filter((d) => !isFew(d))];
  return { shape: order.map((d) => shape[d]), strides: strides.map((s) => order.map((d) => s[d])) };
}
