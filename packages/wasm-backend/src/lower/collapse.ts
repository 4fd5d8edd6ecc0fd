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
