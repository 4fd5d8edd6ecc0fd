import { expr as e, lossOps, reductionOps, type LossAttrs, type NllLossAttrs, type View, product } from '@sconce/tensor/internal';
import { asStored, type Engine } from '../engine.js';
import type { Fault } from '../faults.js';
import { launch } from '../kernels/job.js';
import { launchRows, SUM } from '../kernels/rows.js';
import { reduceInto } from '../reduce.js';
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
  const { shape } = inputs[0].layout;
  const { roots, leaves, size } = engine.fuse(inputs, inputs.map((v) => v.dtype), shape, (xs) => [asStored(loss(xs, threshold), out.dtype)]);
  if (reduction === 'none') return engine.store(out, roots[0], leaves, size);
  reduceInto(engine, reductionOps[reduction], { root: roots[0], leaves, shape }, shape.map((_, d) => d), out);
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

/** The losses that are not composed of other ops. */
export const lowerLoss: Lowering = (engine) => [
  ...(Object.keys(ELEMENTS) as (keyof typeof ELEMENTS)[]).map((name) =>
    entry(lossOps[name], (inputs, [out], attrs) => elements(engine, ELEMENTS[name], inputs, out, attrs))),
  ...[lossOps.nllLoss, lossOps.nllLoss2d].map((op) => entry(op, (inputs, outputs, attrs) => nll(engine, inputs, outputs, attrs))),
  entry(lossOps.nllLossBackward, ([g, target, weight, total], [out], { reduction, ignoreIndex, shape }) => launch(engine, {
    name: `nll backward ${reduction}`, inputs: { g, target_: target, weight, total }, outputs: { out }, params: sizesOf(shape), ints: { ignored: ignoreIndex },
    faults: [OUTSIDE], declarations: WEIGHT,
    body: `let k = (i / (p.classes * p.area)) * p.area + i % p.area;
let class_ = i32(i / p.area % p.classes);
let w = weight_of(k);
let scale = ${reduction === 'mean' ? '1.0 / total(0u)' : '1.0'};
out[i] = select(0.0, -w * scale * g(${reduction === 'none' ? 'k' : '0u'}), class_ == target_(k) && w != 0.0);`,
  })),
];
