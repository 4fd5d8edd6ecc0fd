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

/**
 * Elements of a row that are taken at a time where another operand has them in a column whose elements lie a multiple of so many
 * apart: they all belong to the same few places of the cache.
 */
const STRIP = 8, CLASHING = 256;
/** So many elements stay in the cache all the same. */
const FEW_ENOUGH = 4096;

/** A part of what is visited: where each operand begins, and how it goes on. */
export interface Strip { readonly shape: readonly number[]; readonly strides: readonly (readonly number[])[]; readonly offsets: readonly number[] }

/**
 * Where rows of one operand are such columns of another, strips of the rows one below the other: what the cache holds of a column's
 * neighbours is met again in the next row, before the rest of the column pushes it out. The last strip is narrower.
 */
export function strips({ shape, strides }: ReturnType<typeof collapse>): Strip[] {
  const inner = shape.length - 1, n = shape[inner], none = strides.map(() => 0);
  const turned = inner > 0 && shape[inner - 1] * n > FEW_ENOUGH && n > STRIP
    && strides.some((s) => Math.abs(s[inner - 1]) === 1 && s[inner] !== 0 && s[inner] % CLASHING === 0);
  if (!turned) return [{ shape, strides, offsets: none }];
  const rest = n % STRIP, whole = (n - rest) / STRIP, outer = shape.slice(0, inner - 1), rows = shape[inner - 1];
  const parts: Strip[] = [{
    shape: [...outer, whole, rows, STRIP], offsets: none,
    strides: strides.map((s) => [...s.slice(0, inner - 1), STRIP * s[inner], s[inner - 1], s[inner]]),
  }];
  if (rest > 0) parts.push({ shape: [...outer, rows, rest], strides, offsets: strides.map((s) => (n - rest) * s[inner]) });
  return parts;
}
