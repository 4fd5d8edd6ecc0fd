import { expr as e, Layout, lossOps, reductionOps, type LossAttrs, type NllLossAttrs, type View, product } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { asStored } from '../expressions.js';
import type { Fault } from '../faults.js';
import { elementwise, fold } from '../kernels/fold.js';
import { launch } from '../kernels/job.js';
import { launchRows, SUM } from '../kernels/rows.js';
import { relaid } from '../shapes.js';
import { entry, type Lowering } from './entry.js';

type ElementLoss = (operands: readonly e.Expr[], threshold: number) => e.Expr;

const ELEMENTS: Readonly<Record<Exclude<keyof typeof lossOps, 'nllLoss' | 'nllLoss2d' | 'nllLossBackward'>, ElementLoss>> = {
  mseLoss([x, t]) {
    const d = e.sub(x, t);
    return e.mul(d, d);
  },
  smoothL1Loss([x, t], beta) {
    const z = e.abs(e.sub(x, t));
    return e.where(e.lt(z, beta), e.div(e.mul(e.mul(z, 0.5), z), beta), e.sub(z, 0.5 * beta));
  },
  huberLoss([x, t], delta) {
    const z = e.abs(e.sub(x, t));
    return e.where(e.le(z, delta), e.mul(e.mul(z, 0.5), z), e.mul(e.sub(z, 0.5 * delta), delta));
  },
  softMarginLoss: ([x, t]) => e.log1p(e.exp(e.mul(e.neg(t), x))),
  binaryCrossEntropy: ([x, t, w]) => e.mul(w, e.sub(
    e.mul(e.sub(t, 1), e.max(e.log1p(e.neg(x)), -100)), e.mul(t, e.max(e.log(x), -100)))),
  binaryCrossEntropyWithLogits([x, t, w, positive]) {
    // ln(1 + e^-x) = ln(1 + e^-|x|) + max(-x, 0)
    const softplus = e.add(e.log1p(e.exp(e.neg(e.abs(x)))), e.max(e.neg(x), 0));
    return e.mul(w, e.add(e.mul(e.sub(1, t), x), e.mul(e.add(1, e.mul(e.sub(positive, 1), t)), softplus)));
  },
};

/** The losses of all elements as one expression, which a reduction computes on the way. */
function elements(engine: Engine, loss: ElementLoss, inputs: readonly View[], out: View, { reduction, threshold }: LossAttrs): void {
  const { shape } = inputs[0].layout, build = (xs: readonly e.Expr[]): e.Expr => asStored(loss(xs, threshold), out.dtype);
  if (reduction === 'none') elementwise(engine, inputs, out, build);
  else fold(engine, reductionOps[reduction], inputs, shape, shape.map((_, d) => d), out, build);
}

/** Classes and the elements of each; `(n * classes + class) * area + s` is the place of target `n * area + s`. */
const sizesOf = (shape: readonly number[]): { classes: number; area: number } =>
  ({ classes: shape.length === 1 ? shape[0] : shape[1], area: product(shape.slice(2)) });

const WEIGHT = `fn weight_of(k: u32) -> f32 {
  let t = target_(k);
  if (t == p.ignored) { return 0.0; }
  if (t < 0 || t >= i32(p.classes)) {
    fault(p.fault_0, t, 0u);
    return 0.0;
  }
  return weight(u32(t));
}
fn place(k: u32) -> u32 { return ((k / p.area) * p.classes + u32(max(target_(k), 0))) * p.area + k % p.area; }`;

const OUTSIDE: Fault = { op: 'nll_loss', type: 'IndexError', words: 'Target {value} is out of bounds.' };

function nll(engine: Engine, [x, target, weight]: readonly View[], [out, total]: readonly View[], { reduction, ignoreIndex }: NllLossAttrs): void {
  const count = target.layout.numel, params = sizesOf(x.layout.shape), ints = { ignored: ignoreIndex };
  const inputs = { x, target_: target, weight };
  if (reduction === 'none') {
    launch(engine, {
      name: 'nll of each', inputs, outputs: { out }, params, ints, faults: [OUTSIDE], declarations: WEIGHT,
      body: 'let w = weight_of(i);\nout[i] = select(-w * x(place(i)), 0.0, w == 0.0);',
    });
  }
  const losses: Record<string, View> = reduction === 'none' ? { total } : { out, total };
  launchRows(engine, {
    name: `nll ${reduction}`, inputs, outputs: losses, params, ints, faults: [OUTSIDE], declarations: WEIGHT, rows: { count: 1, length: count, inner: 1 }, folds: { sum: SUM },
    body: `var loss = 0.0;
var weights = 0.0;
for (var j = first; j < p.length; j += step) {
  let w = weight_of(j);
  if (w != 0.0) { loss -= w * x(place(j)); }
  weights += w;
}
let all = sum(loss);
let all_weights = sum(weights);
if (first == 0u) {
  total[0] = all_weights;
  ${reduction === 'none' ? '' : `out[0] = ${reduction === 'mean' ? 'select(all / all_weights, nan_(), all_weights == 0.0)' : 'all'};`}
}`,
  });
}

/** -weight / total where a class is the target's, else 0, times the gradient of the loss: an expression over all classes. */
function nllBackward(engine: Engine, [g, target, weight, total]: readonly View[], out: View, { reduction, ignoreIndex, shape }: NllLossAttrs & { readonly shape: readonly number[] }): void {
  const dim = shape.length === 1 ? 0 : 1, own = shape.map((n, d) => (d === dim ? n : 1)), { dtype, storage } = target;
  const along = (v: View): View => relaid(v, new Layout(own, own.map((_, d) => (d === dim ? v.layout.strides[0] : 0)), v.layout.offset));
  const ofTarget = (v: View): View => relaid(v, new Layout(v.layout.shape.toSpliced(dim, 0, 1), v.layout.strides.toSpliced(dim, 0, 0), v.layout.offset));
  const classes = engine.asView(engine.counting(shape[dim], dtype), Layout.contiguous([shape[dim]]), storage.device);
  elementwise(engine, [reduction === 'none' ? ofTarget(g) : g, ofTarget(target), along(classes), along(weight), total], out, ([d, t, c, w, all]) => {
    const counts = e.and(e.and(e.eq(c, t), e.not(e.eq(t, e.constant(ignoreIndex, dtype)))), e.not(e.eq(w, 0)));
    const part = e.mul(e.neg(w), d);
    return e.where(counts, reduction === 'mean' ? e.div(part, all) : part, 0);
  });
}

/** The losses that are not composed of other ops. */
export const lowerLoss: Lowering = (engine) => [
  ...(Object.keys(ELEMENTS) as (keyof typeof ELEMENTS)[]).map((name) =>
    entry(lossOps[name], (inputs, [out], attrs) => elements(engine, ELEMENTS[name], inputs, out, attrs))),
  ...[lossOps.nllLoss, lossOps.nllLoss2d].map((op) => entry(op, (inputs, outputs, attrs) => nll(engine, inputs, outputs, attrs))),
  entry(lossOps.nllLossBackward, (inputs, [out], attrs) => nllBackward(engine, inputs, out, attrs)),
];
