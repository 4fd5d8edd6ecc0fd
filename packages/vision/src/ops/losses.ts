import * as nn from '@sconce/nn';
import { ValueError, where, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { coordinates } from './box-convert.js';
import { ratioTerm, type EpsOption } from './boxes.js';
import { upcastNonFloat } from './upcast.js';

export interface BoxLossOptions extends EpsOption {
  /** 'none' (default) gives the losses of the pairs, 'mean' their mean, 'sum' their sum */
  readonly reduction?: 'none' | 'mean' | 'sum' | undefined;
}

function reduced(loss: Tensor, reduction: string): Tensor {
  if (reduction === 'mean') return loss.numel() > 0 ? loss.mean() : loss.sum().mul(0);
  if (reduction === 'sum') return loss.sum();
  if (reduction === 'none') return loss;
  throw new ValueError(`Invalid Value for arg 'reduction': '${reduction}' \n Supported reduction modes: 'none', 'mean', 'sum'`);
}

/** What the losses of pairs of boxes are made of. */
function pairs(boxes1: Tensor, boxes2: Tensor, eps: number) {
  const [x1, y1, x2, y2] = coordinates(upcastNonFloat(boxes1)), [X1, Y1, X2, Y2] = coordinates(upcastNonFloat(boxes2));
  const w = x2.min(X2).sub(x1.max(X1)), h = y2.min(Y2).sub(y1.max(Y1));
  const inter = where(h.gt(0).logicalAnd(w.gt(0)), w.mul(h), 0);
  const union = x2.sub(x1).mul(y2.sub(y1)).add(X2.sub(X1).mul(Y2.sub(Y1))).sub(inter);
  return {
    iou: inter.div(union.add(eps)), union,
    // of the smallest box around both
    width: x2.max(X2).sub(x1.min(X1)), height: y2.max(Y2).sub(y1.min(Y1)),
    centres: () => x2.add(x1).div(2).sub(X1.add(X2).div(2)).pow(2).add(y2.add(y1).div(2).sub(Y1.add(Y2).div(2)).pow(2)),
    angles: () => [X2.sub(X1).div(Y2.sub(Y1)).atan(), x2.sub(x1).div(y2.sub(y1)).atan()] as const,
  };
}

/**
 * 1 - generalized IoU of each pair of boxes: it has gradients also where they do not meet.
 * @param boxes1 of shape (N, 4) or (4): x1, y1, x2, y2
 * @param boxes2 of the same shape
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.generalized_box_iou_loss.html
 * @example ops.generalizedBoxIouLoss(predicted, wanted, { reduction: 'mean' }).backward()
 */
export function generalizedBoxIouLoss(boxes1: Tensor, boxes2: Tensor, options: BoxLossOptions = {}): Tensor {
  const { reduction = 'none', eps = 1e-7 } = checked('generalizedBoxIouLoss', options, 'reduction');
  const { iou, union, width, height } = pairs(boxes1, boxes2, eps), area = width.mul(height);
  return reduced(iou.sub(area.sub(union).div(area.add(eps))).rsub(1), reduction);
}

function distanceLoss({ iou, width, height, centres }: ReturnType<typeof pairs>, eps: number): Tensor {
  return iou.rsub(1).add(centres().div(width.pow(2).add(height.pow(2)).add(eps)));
}

/**
 * 1 - IoU of each pair of boxes, and how far their centres are apart.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.distance_box_iou_loss.html
 */
export function distanceBoxIouLoss(boxes1: Tensor, boxes2: Tensor, options: BoxLossOptions = {}): Tensor {
  const { reduction = 'none', eps = 1e-7 } = checked('distanceBoxIouLoss', options, 'reduction');
  return reduced(distanceLoss(pairs(boxes1, boxes2, eps), eps), reduction);
}

/**
 * As `distanceBoxIouLoss`, and how far the ratios of width and height are apart.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.complete_box_iou_loss.html
 */
export function completeBoxIouLoss(boxes1: Tensor, boxes2: Tensor, options: BoxLossOptions = {}): Tensor {
  const { reduction = 'none', eps = 1e-7 } = checked('completeBoxIouLoss', options, 'reduction');
  // torchvision keeps 1e-7 for all but α
  const pair = pairs(boxes1, boxes2, 1e-7), [wanted, predicted] = pair.angles();
  return reduced(distanceLoss(pair, 1e-7).add(ratioTerm(wanted, predicted, pair.iou, eps)), reduction);
}

export interface FocalLossOptions {
  /** the weight of positives, 1 - alpha that of negatives; below 0 all weigh 1; default 0.25 */
  readonly alpha?: number | undefined;
  /** how little well-classified examples count, default 2 */
  readonly gamma?: number | undefined;
  /** 'none' (default), 'mean' or 'sum' */
  readonly reduction?: 'none' | 'mean' | 'sum' | undefined;
}

/**
 * Cross-entropy of logits where what is classified well already counts little.
 * @param targets of the same shape: 1 where the class is there, 0 elsewhere
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.sigmoid_focal_loss.html
 * @see Lin et al., "Focal loss for dense object detection" (2017)
 */
export function sigmoidFocalLoss(inputs: Tensor, targets: Tensor, options: FocalLossOptions = {}): Tensor {
  const { alpha = 0.25, gamma = 2, reduction = 'none' } = checked('sigmoidFocalLoss', options, 'alpha');
  const p = inputs.sigmoid(), others = targets.rsub(1);
  const entropy = nn.functional.binaryCrossEntropyWithLogits(inputs, targets, { reduction: 'none' });
  const right = p.mul(targets).add(p.rsub(1).mul(others));
  const loss = entropy.mul(right.rsub(1).pow(gamma));
  const weighted = alpha >= 0 ? targets.mul(alpha).add(others.mul(1 - alpha)).mul(loss) : loss;
  return reduction === 'mean' ? weighted.mean() : reduced(weighted, reduction);
}
