import { getDefaultDtype } from '../dtype.js';
import { IndexError, RuntimeError } from '../errors.js';
import { wrapDim, wrapDims } from '../layout.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { cat } from './joining.js';
import { isOptions } from './reduction-arguments.js';
import { sum } from './reduction.js';
import { cumsum } from './scan.js';
import { narrow } from './views-windows.js';

export interface TrapezoidOptions {
  /** the distance of neighbouring points where `x` is not given, default 1 */
  readonly dx?: number | undefined;
  /** along which dimension, default the last */
  readonly dim?: number | undefined;
}

/** Where the values were taken, or the options in its place. */
type PointsOrOptions = Tensor | TrapezoidOptions | null | undefined;

/** The areas of the trapezoids between neighbouring points. */
function trapezoids(
  name: string, y: Tensor, x: PointsOrOptions, options: TrapezoidOptions | undefined,
): { areas: Tensor; dim: number } {
  const { dx = 1, dim = -1 } = checked(name, isOptions<TrapezoidOptions>(x) && !(x instanceof Tensor) ? x : options ?? {}, 'dim');
  if (y.dim() === 0) throw new IndexError(`Dimension specified as ${dim} but tensor has no dimensions`);
  const d = wrapDim(dim, y.dim());
  const points = x instanceof Tensor ? x : null;
  if (y.dtype.kind === 'bool' || points?.dtype.kind === 'bool') {
    throw new RuntimeError(`${name}: received a bool input for ${points ? '`x` or `y`' : '`y`'}, but bool is not supported`);
  }
  const n = Math.max(y.shape[d] - 1, 0), first = Math.min(1, y.shape[d]);
  const sums = narrow(y, d, first, n).add(narrow(y, d, 0, n));
  return { areas: sums.mul(points ? widths(name, points, y, d) : dx).div(2), dim: d };
}

/** The distances of neighbouring points, in a shape that meets that of the values. */
function widths(name: string, x: Tensor, y: Tensor, dim: number): Tensor {
  if (x.dim() === 1) {
    if (x.shape[0] !== y.shape[dim]) throw new RuntimeError(`${name}: There must be one \`x\` value for each sample point`);
    const n = x.shape[0] - 1;
    return narrow(x, 0, 1, n).sub(narrow(x, 0, 0, n)).view([n, ...new Array<number>(y.dim() - dim - 1).fill(1)]);
  }
  // a dimension counts from the end where x has fewer
  const lead = y.dim() - x.dim();
  const padded = lead > 0 ? x.view([...new Array<number>(lead).fill(1), ...x.shape]) : x;
  const d = dim + Math.max(-lead, 0);
  const n = padded.shape[d] - 1;
  return narrow(padded, d, 1, n).sub(narrow(padded, d, 0, n));
}

/**
 * The integral along a dimension by the trapezoidal rule.
 * @param x the points where `y` was taken; default: points `dx` apart
 * @see https://pytorch.org/docs/stable/generated/torch.trapezoid.html
 * @example torch.trapezoid(torch.tensor([1, 5, 10])) // tensor(10.5000)
 */
export function trapezoid(y: Tensor, x?: PointsOrOptions, options?: TrapezoidOptions): Tensor {
  const { areas, dim } = trapezoids('trapezoid', y, x, options);
  return sum(areas, dim);
}
export { trapezoid as trapz };

/**
 * The integrals up to each point along a dimension by the trapezoidal rule.
 * @see https://pytorch.org/docs/stable/generated/torch.cumulative_trapezoid.html
 * @example torch.cumulativeTrapezoid(torch.tensor([1, 5, 10])) // tensor([ 3.0000, 10.5000])
 */
export function cumulativeTrapezoid(y: Tensor, x?: PointsOrOptions, options?: TrapezoidOptions): Tensor {
  const { areas, dim } = trapezoids('cumulative_trapezoid', y, x, options);
  return cumsum(areas, dim);
}

export interface GradientOptions {
  /** the distance of neighbouring points, or one per dimension, or for each dimension where the points are */
  readonly spacing?: number | readonly number[] | readonly Tensor[] | null | undefined;
  /** for which dimensions, default all */
  readonly dim?: number | readonly number[] | null | undefined;
  /** the order of the differences at the edges, 1 (default) or 2 */
  readonly edgeOrder?: number | undefined;
}

/**
 * The derivatives along each dimension, by central differences; at the edges one-sided ones.
 * @throws RuntimeError for dimensions with fewer than edgeOrder + 1 points
 * @see https://pytorch.org/docs/stable/generated/torch.gradient.html
 * @example torch.gradient(torch.tensor([1, 4, 9]))[0] // tensor([3., 4., 5.])
 */
export function gradient(x: Tensor, options: GradientOptions = {}): Tensor[] {
  const { spacing: given, dim, edgeOrder = 1 } = checked('gradient', options, 'spacing');
  const spacing = given ?? 1;
  const all = dim === undefined || dim === null;
  const dims = all ? wrapDims(undefined, x.dim()) : [dim].flat().map((d) => wrapDim(d as number, x.dim()));
  if (x.dtype.name === 'uint8') throw new RuntimeError('torch.gradient does not support uint8 input.');
  if (new Set(dims).size !== dims.length) {
    throw new RuntimeError(`dim ${dims.find((d, i) => dims.indexOf(d) < i)} appears multiple times in the list of dims`);
  }
  if (edgeOrder !== 1 && edgeOrder !== 2) {
    throw new RuntimeError('torch.gradient only supports edge_order=1 and edge_order=2.');
  }
  if (typeof spacing !== 'number' && spacing.length !== dims.length) {
    throw new RuntimeError(all
      ? `torch.gradient expected spacing to be unspecified, a scalar or a list of length ${dims.length} but got a list of length ${spacing.length}`
      : `torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, but got a spacing argument of length ${spacing.length} and a dim argument of length ${dims.length}.`);
  }
  for (const d of dims) {
    if ((x.shape[d] ?? 0) < edgeOrder + 1) {
      throw new RuntimeError('torch.gradient expected each dimension size to be at least edge_order+1');
    }
  }
  const values = x.dtype.isDifferentiable ? x : x.to(getDefaultDtype());
  return dims.map((d, i) => {
    const step = typeof spacing === 'number' ? spacing : spacing[i];
    return typeof step === 'number'
      ? evenGradient(values, d, step, edgeOrder) : unevenGradient(values, d, step, edgeOrder);
  });
}

/** A slice of the dimension from each end: negative starts count from there. */
const part = (x: Tensor, dim: number, start: number, length: number): Tensor =>
  narrow(x, dim, start < 0 ? x.shape[dim] + start : start, length);

function evenGradient(x: Tensor, dim: number, h: number, edgeOrder: number): Tensor {
  const n = x.shape[dim];
  const inner = part(x, dim, 2, n - 2).sub(part(x, dim, 0, n - 2)).div(2 * h);
  const at = (i: number): Tensor => part(x, dim, i, 1);
  if (edgeOrder === 1) return cat([at(1).sub(at(0)).div(h), inner, at(-1).sub(at(-2)).div(h)], dim);
  // the derivative of the parabola through three points at its end
  const first = at(0).mul(-1.5).add(at(1).mul(2)).sub(at(2).mul(0.5)).div(h);
  const last = at(-1).mul(1.5).sub(at(-2).mul(2)).add(at(-3).mul(0.5)).div(h);
  return cat([first, inner, last], dim);
}

function unevenGradient(x: Tensor, dim: number, points: Tensor, edgeOrder: number): Tensor {
  const n = x.shape[dim];
  const shape = [-1, ...new Array<number>(x.dim() - dim - 1).fill(1)];
  const widths = narrow(points, 0, 1, points.shape[0] - 1).sub(narrow(points, 0, 0, points.shape[0] - 1)).view(shape);
  const at = (i: number): Tensor => part(x, dim, i, 1);
  const width = (i: number): Tensor => part(widths, 0, i, 1);
  // the derivative of the parabola through three neighbours, at distances a and b, in the middle
  const a = narrow(widths, 0, 0, n - 2), b = narrow(widths, 0, 1, n - 2), both = a.add(b);
  const inner = part(x, dim, 0, n - 2).mul(b.div(a.mul(both)).neg())
    .add(part(x, dim, 1, n - 2).mul(b.sub(a).div(a.mul(b))))
    .add(part(x, dim, 2, n - 2).mul(a.div(b.mul(both))));
  if (edgeOrder === 1) return cat([at(1).sub(at(0)).div(width(0)), inner, at(-1).sub(at(-2)).div(width(-1))], dim);
  // … and at its ends
  const [h, k] = [width(0), width(1)], [l, m] = [width(-2), width(-1)];
  const first = at(0).mul(h.mul(2).add(k).div(h.mul(h.add(k))).neg())
    .add(at(1).mul(h.add(k).div(h.mul(k)))).sub(at(2).mul(h.div(k.mul(h.add(k)))));
  const last = at(-3).mul(m.div(l.mul(l.add(m)))).sub(at(-2).mul(l.add(m).div(l.mul(m))))
    .add(at(-1).mul(m.mul(2).add(l).div(m.mul(l.add(m)))));
  return cat([first, inner, last], dim);
}
