import { runStructured } from '../dispatch.js';
import { firstOf } from '../holders.js';
import { orderOf } from '../memory-order.js';
import { structuredOp } from '../op.js';
import type { Tensor } from '../tensor.js';

/** What becomes of the losses of the elements. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface LossAttrs {
  readonly reduction: Reduction;
  /** where the loss changes its form: `beta`, `delta` */
  readonly threshold: number;
}

export interface NllLossAttrs {
  readonly reduction: Reduction;
  /** a class that does not count */
  readonly ignoreIndex: number;
}

/** A loss of an input and a target of one shape, and perhaps weights: element by element, then reduced. */
const record = (name: string) => structuredOp<LossAttrs>({
  name,
  meta: (inputs, { reduction }) => {
    const [{ layout: { shape }, dtype }] = inputs;
    return [reduction === 'none' ? { shape, dtype, order: orderOf(shape, inputs) } : { shape: [], dtype }];
  },
});

/** (log-probabilities (N, C) or (N, C, …), classes, weights of the classes) gives (loss, sum of the weights that count). */
const nllRecord = (name: string, gradName?: string) => structuredOp<NllLossAttrs>({
  name,
  gradName,
  meta: ([x, target], { reduction }) =>
    [{ shape: reduction === 'none' ? target.layout.shape : [], dtype: x.dtype }, { shape: [], dtype: x.dtype }],
});

/** Records of the losses that are not composed of other ops. */
export const lossOps = {
  mseLoss: record('mseLoss'),
  smoothL1Loss: record('smoothL1Loss'),
  huberLoss: record('huberLoss'),
  softMarginLoss: record('softMarginLoss'),
  /** (input, target, weight) */
  binaryCrossEntropy: record('binaryCrossEntropy'),
  /** (input, target, weight, weight of positive targets) */
  binaryCrossEntropyWithLogits: record('binaryCrossEntropyWithLogits'),
  nllLoss: nllRecord('nllLoss'),
  nllLoss2d: nllRecord('nllLoss2d', 'NllLoss2D'),
  /** (gradient of the loss, classes, weights of the classes, sum of the weights that count) */
  nllLossBackward: structuredOp<NllLossAttrs & { readonly shape: readonly number[] }>({
    name: 'nllLossBackward',
    meta: ([g], { shape }) => [{ shape, dtype: g.dtype }],
  }),
};

/** Runs a loss of an input and a target of one shape. @internal */
export const elementLoss = (
  name: 'mseLoss' | 'smoothL1Loss' | 'huberLoss' | 'softMarginLoss' | 'binaryCrossEntropy' | 'binaryCrossEntropyWithLogits',
  operands: readonly Tensor[], reduction: Reduction, threshold = 0,
): Tensor => runStructured(lossOps[name], operands, { reduction, threshold })[0];

/** Runs a negative log-likelihood; which of the two records, is a matter of PyTorch's node names. @internal */
export const nllLossOf = (
  op: typeof lossOps.nllLoss, x: Tensor, target: Tensor, weight: Tensor, attrs: NllLossAttrs,
): Tensor => firstOf(runStructured(op, [x, target, weight], attrs));

/** Runs `lossOps.nllLossBackward`. @internal */
export const nllLossBackward = (
  grad: Tensor, target: Tensor, weight: Tensor, totalWeight: Tensor, attrs: NllLossAttrs & { readonly shape: readonly number[] },
): Tensor => runStructured(lossOps.nllLossBackward, [grad, target, weight, totalWeight], attrs)[0];
