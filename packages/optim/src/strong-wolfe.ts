import type { Tensor } from '@sconce/tensor';

/** A point where the loss was computed: its value and its gradient, flat. */
export interface Evaluation { readonly loss: number; readonly grad: Tensor }

/** The value of a tensor of one element; a number is its own. */
export const valueOf = async (x: Tensor | number): Promise<number> => (typeof x === 'number' ? x : Number(await x.item()));

/** The largest absolute value. */
export const largest = (x: Tensor): Promise<number> => valueOf(x.abs().max());

/** A point along the direction: how far, the loss there, its gradient, and its slope along the direction. */
interface Point extends Evaluation { readonly t: number; readonly slope: number }

const C1 = 1e-4, C2 = 0.9, TOLERANCE_CHANGE = 1e-9, MAX_STEPS = 25;

/**
 * Looks along `d` for a point that satisfies the strong Wolfe conditions: enough decrease, and a flat enough slope.
 * @param evaluate the loss and gradient at a distance along `d`
 * @param first the distance to try first
 * @param from the loss and gradient where the search starts, with its slope along `d`
 * @see Nocedal and Wright 2006, "Numerical Optimization", algorithms 3.5 and 3.6
 */
export async function strongWolfe(
  evaluate: (t: number) => Promise<Evaluation>, first: number, d: Tensor, from: Evaluation, slope: number,
): Promise<Evaluation & { t: number; evaluations: number }> {
  let evaluations = 0;
  const pointAt = async (t: number): Promise<Point> => {
    evaluations++;
    const { loss, grad } = await evaluate(t);
    return { t, loss, grad, slope: await valueOf(grad.dot(d)) };
  };
  const tooHigh = (p: Point): boolean => p.loss > from.loss + C1 * p.t * slope;
  const flat = (p: Point): boolean => Math.abs(p.slope) <= -C2 * slope;
  const start: Point = { ...from, t: 0, slope };
  const found = (p: Point): Evaluation & { t: number; evaluations: number } => ({ ...p, evaluations });

  // bracket: go on until the minimum lies between two points
  let previous = start, point = await pointAt(first), bracket: [Point, Point] | null = null, steps = 0;
  while (steps < MAX_STEPS) {
    if (tooHigh(point) || (steps > 1 && point.loss >= previous.loss)) bracket = [previous, point];
    else if (flat(point)) return found(point);
    else if (point.slope >= 0) bracket = [previous, point];
    if (bracket) break;
    const bounds: [number, number] = [point.t + 0.01 * (point.t - previous.t), point.t * 10];
    const next = await pointAt(cubicMinimum(previous, point, bounds));
    previous = point;
    point = next;
    steps++;
  }
  bracket ??= [start, point];

  // zoom: make the bracket smaller around its lower end
  const width = await largest(d);
  let low = bracket[0].loss <= bracket[1].loss ? 0 : 1, stuck = false;
  while (steps < MAX_STEPS && Math.abs(bracket[1].t - bracket[0].t) * width >= TOLERANCE_CHANGE) {
    const left = Math.min(bracket[0].t, bracket[1].t), right = Math.max(bracket[0].t, bracket[1].t);
    let t = cubicMinimum(bracket[0], bracket[1]);
    // a trial close to the bounds would make no progress: at the second time, move away from them
    const margin = 0.1 * (right - left);
    if (Math.min(right - t, t - left) >= margin) stuck = false;
    else if (stuck || t >= right || t <= left) {
      t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
      stuck = false;
    } else stuck = true;

    point = await pointAt(t);
    steps++;
    const high = 1 - low;
    if (tooHigh(point) || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = bracket[0].loss <= bracket[1].loss ? 0 : 1;
      continue;
    }
    const done = flat(point);
    if (!done && point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
    if (done) break;
  }
  return found(bracket[low]);
}

/** Where the cubic through two points with their slopes has its minimum, within bounds. */
function cubicMinimum(a: Point, b: Point, [low, high] = [Math.min(a.t, b.t), Math.max(a.t, b.t)]): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 ** 2 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [near, far] = a.t <= b.t ? [a, b] : [b, a];
  const t = far.t - (far.t - near.t) * ((far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}
