import { elementLoss, lossOps, nllLossOf, type Reduction } from '@sconce/tensor/internal';
import { constant, inUnit, indices, integers, normal, positive } from '../draws.js';
import { row } from '../row.js';

const pair = { x: normal(2, 3), y: normal(2, 3) };
const classes = { x: normal(4, 3), t: indices([0, 2, 1, 2]), w: constant(positive(3)) };
const reductions: readonly Reduction[] = ['mean', 'sum', 'none'];

export const loss = reductions.flatMap((reduction) => [
  row('mseLoss', `F.mse_loss(x, y, reduction='${reduction}')`, ({ x, y }) => elementLoss('mseLoss', [x, y], reduction),
    pair),
  row('smoothL1Loss', `F.smooth_l1_loss(x, y, reduction='${reduction}', beta=0.5)`,
    ({ x, y }) => elementLoss('smoothL1Loss', [x, y], reduction, 0.5), pair),
  row('huberLoss', `F.huber_loss(x, y, reduction='${reduction}', delta=0.7)`,
    ({ x, y }) => elementLoss('huberLoss', [x, y], reduction, 0.7), pair),
  row('softMarginLoss', `F.soft_margin_loss(x, y, reduction='${reduction}')`,
    ({ x, y }) => elementLoss('softMarginLoss', [x, y], reduction), { x: normal(2, 3), y: constant(normal(2, 3)) }),
  row('binaryCrossEntropy', `F.binary_cross_entropy(x, y, w, reduction='${reduction}')`,
    ({ x, y, w }) => elementLoss('binaryCrossEntropy', [x, y, w], reduction),
    { x: inUnit(2, 3), y: constant(inUnit(2, 3)), w: constant(positive(2, 3)) }),
  row('binaryCrossEntropyWithLogits',
    `F.binary_cross_entropy_with_logits(x, y, w, reduction='${reduction}', pos_weight=z)`,
    ({ x, y, w, z }) => elementLoss('binaryCrossEntropyWithLogits', [x, y, w, z], reduction),
    { x: normal(2, 3), y: constant(inUnit(2, 3)), w: constant(positive(2, 3)), z: constant(positive(2, 3)) }),
  row('nllLoss', `F.nll_loss(x, t, w, reduction='${reduction}')`,
    ({ x, t, w }) => nllLossOf(lossOps.nllLoss, x, t, w, { reduction, ignoreIndex: -100 }), classes),
  row('nllLoss', `F.nll_loss(x, t, w, ignore_index=2, reduction='${reduction}')`,
    ({ x, t, w }) => nllLossOf(lossOps.nllLoss, x, t, w, { reduction, ignoreIndex: 2 }), classes),
  row('nllLoss2d', `F.nll_loss(x, t, w, reduction='${reduction}')`,
    ({ x, t, w }) => nllLossOf(lossOps.nllLoss2d, x, t, w, { reduction, ignoreIndex: -100 }),
    { x: normal(2, 3, 2, 2), t: integers(0, 3, 2, 2, 2), w: constant(positive(3)) }),
]);
