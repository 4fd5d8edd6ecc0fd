import { int64 } from '../dtype.js';
import { RuntimeError, ValueError } from '../errors.js';
import { shapeText } from '../layout.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';

export interface GridSampleOptions {
  /** whether -1 and 1 mean the centres of the outermost elements, not the borders; default false */
  readonly alignCorners?: boolean | null | undefined;
  /** default 'bilinear' */
  readonly mode?: 'bilinear' | 'nearest' | 'bicubic' | undefined;
  /** what lies outside, default 'zeros' */
  readonly paddingMode?: 'zeros' | 'border' | 'reflection' | undefined;
}

type Padding = 'zeros' | 'border' | 'reflection';

/** From -1 … 1 to 0 … size - 1. */
const unnormalized = (x: Tensor, size: number, alignCorners: boolean): Tensor =>
  (alignCorners ? x.add(1).div(2).mul(size - 1) : x.add(1).mul(size).sub(1).div(2));

/** Coordinates brought back inside, as the padding has it; NaN becomes 0, as in PyTorch. */
function padded(x: Tensor, size: number, padding: Padding, alignCorners: boolean): Tensor {
  if (padding === 'zeros') return x;
  const inside = (padding === 'border' ? x : reflected(x, size, alignCorners)).clamp(0, size - 1);
  return inside.where(inside.isnan().logicalNot(), 0);
}

/** Mirrored at the centres of the outermost elements, or at the borders, as often as needed. */
function reflected(x: Tensor, size: number, alignCorners: boolean): Tensor {
  const low = alignCorners ? 0 : -0.5, span = alignCorners ? size - 1 : size;
  if (span === 0) return x.mul(0);
  const distance = x.sub(low).abs(), rest = distance.fmod(span);
  const odd = distance.detach().div(span).floor().fmod(2).ne(0);
  return rest.where(odd.logicalNot(), rest.rsub(span)).add(low);
}

/**
 * The elements at whole coordinates, zeros outside: (N, C, points) of (N, points) coordinates, the last dimension first; times
 * weights of the points.
 */
function elementsAt(flat: Tensor, sizes: readonly number[], coordinates: readonly Tensor[], weight: Tensor | null): Tensor {
  let index: Tensor | null = null, inside: Tensor | null = null;
  for (let d = sizes.length - 1, step = 1; d >= 0; step *= sizes[d--]) {
    const x = coordinates[sizes.length - 1 - d];
    const within = x.ge(0).logicalAnd(x.le(sizes[d] - 1)), place = x.where(within, 0).mul(step);
    index = index ? index.add(place) : place;
    inside = inside ? inside.logicalAnd(within) : within;
  }
  const [n, channels] = flat.shape;
  const places = index!.to(int64).unsqueeze(1).expand(n, channels, index!.shape[1]);
  // chosen and not multiplied: what is read for points outside may be infinite
  const found = flat.gather(2, places).where(inside!.unsqueeze(1), 0);
  return weight ? found.mul(weight.unsqueeze(1)) : found;
}

/** All ways to take one of `count` in each of `dims` dimensions. */
function* choices(dims: number, count: number): Generator<readonly number[]> {
  for (let i = 0; i < count ** dims; i++) yield Array.from({ length: dims }, (_, d) => Math.floor(i / count ** d) % count);
}

/** Keys' cubic convolution with A = -0.75, at t, 1 + t, 1 - t, 2 - t. */
function cubicWeights(t: Tensor): readonly Tensor[] {
  const A = -0.75;
  const near = (x: Tensor): Tensor => x.mul(A + 2).sub(A + 3).mul(x).mul(x).add(1);
  const far = (x: Tensor): Tensor => x.mul(A).sub(5 * A).mul(x).add(8 * A).mul(x).sub(4 * A);
  return [far(t.add(1)), near(t), near(t.rsub(1)), far(t.rsub(2))];
}

function checkGrid(input: Tensor, grid: Tensor): void {
  const sizes = `input with sizes ${shapeText(input.shape)} and grid with sizes ${shapeText(grid.shape)}`;
  if ((input.dim() !== 4 && input.dim() !== 5) || input.dim() !== grid.dim()) {
    throw new RuntimeError(`grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got ${sizes}`);
  }
  if (input.shape[0] !== grid.shape[0]) throw new RuntimeError(`grid_sampler(): expected grid and input to have same batch size, but got ${sizes}`);
  if (grid.size(-1) !== input.dim() - 2) {
    throw new RuntimeError(`grid_sampler(): expected grid to have size ${input.dim() - 2} in last dimension, but got grid with sizes ${shapeText(grid.shape)}`);
  }
  const empty = input.shape.findIndex((n, i) => i > 1 && n === 0);
  if (empty >= 0) {
    throw new RuntimeError(
      `grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ${shapeText(input.shape)} with dimension ${empty} being empty`);
  }
}

/**
 * The values of (N, C, H, W) at points of (N, H', W', 2) with coordinates x, y from -1 to 1; likewise in three dimensions.
 * @throws ValueError for an unknown mode, RuntimeError for shapes that do not fit
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html
 */
export function gridSample(input: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const { mode = 'bilinear', paddingMode = 'zeros', alignCorners } = checked('gridSample', options, 'mode');
  if (!['bilinear', 'nearest', 'bicubic'].includes(mode)) {
    throw new ValueError(`nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`);
  }
  if (!['zeros', 'border', 'reflection'].includes(paddingMode)) {
    throw new ValueError(`nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '${paddingMode}'`);
  }
  checkGrid(input, grid);
  const sizes = input.shape.slice(2), dims = sizes.length, align = alignCorners ?? false;
  if (mode === 'bicubic' && dims !== 2) throw new RuntimeError('grid_sampler(): bicubic interpolation only supports 4D input');
  const [n, channels] = input.shape, flat = input.flatten(2);
  const points = grid.reshape(n, -1, dims);
  const raw = Array.from({ length: dims }, (_, i) => unnormalized(points.select(2, i), sizes[dims - 1 - i], align));
  const inside = (x: Tensor, i: number): Tensor => padded(x, sizes[dims - 1 - i], paddingMode, align);
  const shape = [n, channels, ...grid.shape.slice(1, -1)];

  if (mode === 'nearest') return elementsAt(flat, sizes, raw.map((x, i) => inside(x, i).detach().round()), null).reshape(shape);
  const cubic = mode === 'bicubic';
  const coordinates = cubic ? raw : raw.map(inside);
  const floors = coordinates.map((x) => x.detach().floor());
  const weights = coordinates.map((x, i) => {
    const t = x.sub(floors[i]);
    return cubic ? cubicWeights(t) : [t.rsub(1), t];
  });
  let sum: Tensor | null = null;
  for (const taps of choices(dims, cubic ? 4 : 2)) {
    const at = taps.map((k, i) => (cubic ? inside(floors[i].add(k - 1), i) : floors[i].add(k)));
    const weight = taps.map((k, i) => weights[i][k]).reduce((a, b) => a.mul(b));
    const term = elementsAt(flat, sizes, at, weight);
    sum = sum ? sum.add(term) : term;
  }
  return sum!.reshape(shape);
}
