import { arange, float32, RuntimeError, stack, Tensor, ValueError, where, zeros } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { upcast } from './upcast.js';

export interface EpsOption {
  /** what keeps divisors from zero, default 1e-7 */
  readonly eps?: number | undefined;
}

/**
 * The areas of boxes.
 * @param boxes of shape (N, 4): x1, y1, x2, y2
 * @returns of shape (N)
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.box_area.html
 * @example ops.boxArea(torch.tensor([[0, 0, 4, 5]])) // tensor([20.])
 */
export function boxArea(boxes: Tensor): Tensor {
  const [x1, y1, x2, y2] = upcast(boxes).unbind(1);
  return x2.sub(x1).mul(y2.sub(y1));
}

/** From the inner or the outer corners of each pair of boxes the widths and heights, (N, M) each. */
function sizesOfPairs(boxes1: Tensor, boxes2: Tensor, inner: boolean): [Tensor, Tensor] {
  const [near1, near2] = [boxes1.narrow(1, 0, 2).unsqueeze(1), boxes2.narrow(1, 0, 2)];
  const [far1, far2] = [boxes1.narrow(1, 2, 2).unsqueeze(1), boxes2.narrow(1, 2, 2)];
  const near = inner ? near1.max(near2) : near1.min(near2), far = inner ? far1.min(far2) : far1.max(far2);
  return upcast(far.sub(near)).clamp(0).unbind(2) as [Tensor, Tensor];
}

function interAndUnion(boxes1: Tensor, boxes2: Tensor): [Tensor, Tensor] {
  const [w, h] = sizesOfPairs(boxes1, boxes2, true), inter = w.mul(h);
  return [inter, boxArea(boxes1).unsqueeze(1).add(boxArea(boxes2)).sub(inter)];
}

/**
 * Intersection over union of each pair of boxes.
 * @param boxes1 of shape (N, 4): x1, y1, x2, y2
 * @param boxes2 of shape (M, 4)
 * @returns of shape (N, M)
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.box_iou.html
 * @example ops.boxIou(torch.tensor([[0, 0, 2, 2]]), torch.tensor([[1, 0, 3, 2]])) // tensor([[0.3333]])
 */
export function boxIou(boxes1: Tensor, boxes2: Tensor): Tensor {
  const [inter, union] = interAndUnion(boxes1, boxes2);
  return inter.div(union);
}

/**
 * As `boxIou`, less the part of the smallest box around both that neither fills.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.generalized_box_iou.html
 */
export function generalizedBoxIou(boxes1: Tensor, boxes2: Tensor): Tensor {
  const [inter, union] = interAndUnion(boxes1, boxes2), [w, h] = sizesOfPairs(boxes1, boxes2, false), area = w.mul(h);
  return inter.div(union).sub(area.sub(union).div(area));
}

function distanceAndIou(boxes1: Tensor, boxes2: Tensor, eps: number): [Tensor, Tensor] {
  const iou = boxIou(boxes1, boxes2), [w, h] = sizesOfPairs(boxes1, boxes2, false);
  const diagonal = w.pow(2).add(h.pow(2)).add(eps);
  const centre = (boxes: Tensor, d: number): Tensor => boxes.select(1, d).add(boxes.select(1, d + 2)).div(2);
  const apart = (d: number): Tensor => upcast(centre(boxes1, d).unsqueeze(1).sub(centre(boxes2, d))).pow(2);
  return [iou.sub(apart(0).add(apart(1)).div(diagonal)), iou];
}

/**
 * As `boxIou`, less the squared distance of the centres, relative to the diagonal of the smallest box around both.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.distance_box_iou.html
 */
export function distanceBoxIou(boxes1: Tensor, boxes2: Tensor, options: EpsOption = {}): Tensor {
  const { eps = 1e-7 } = checked('distanceBoxIou', options, 'eps');
  return distanceAndIou(upcast(boxes1), upcast(boxes2), eps)[0];
}

/**
 * As `distanceBoxIou`, less how far the ratios of width and height are apart.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.complete_box_iou.html
 */
export function completeBoxIou(boxes1: Tensor, boxes2: Tensor, options: EpsOption = {}): Tensor {
  const { eps = 1e-7 } = checked('completeBoxIou', options, 'eps');
  [boxes1, boxes2] = [upcast(boxes1), upcast(boxes2)];
  const [distance, iou] = distanceAndIou(boxes1, boxes2, eps);
  const angle = (boxes: Tensor): Tensor => {
    const [x1, y1, x2, y2] = boxes.unbind(1);
    return x2.sub(x1).div(y2.sub(y1)).atan();
  };
  return distance.sub(ratioTerm(angle(boxes1).unsqueeze(1), angle(boxes2), iou, eps));
}

/** α·v of complete IoU, of the angles of the diagonals. @internal */
export function ratioTerm(angle1: Tensor, angle2: Tensor, iou: Tensor, eps: number): Tensor {
  const v = angle1.sub(angle2).pow(2).mul(4 / Math.PI ** 2);
  // α is a weight: no gradient goes through it
  const alpha = v.detach().div(iou.detach().rsub(1).add(v.detach()).add(eps));
  return alpha.mul(v);
}

/**
 * Boxes cut at the borders of a picture.
 * @param boxes of shape (…, 4): x1, y1, x2, y2
 * @param size height and width
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.clip_boxes_to_image.html
 * @example ops.clipBoxesToImage(torch.tensor([[-3, 2, 40, 9]]), [20, 30]) // tensor([[ 0.,  2., 30.,  9.]])
 */
export function clipBoxesToImage(boxes: Tensor, size: readonly [height: number, width: number]): Tensor {
  if (!Array.isArray(size) || size.length !== 2) throw new ValueError('clipBoxesToImage(): size should be [height, width]');
  const [height, width] = size;
  const side = (from: number, most: number): Tensor => boxes.slice(-1, from, null, 2).clamp(0, most);
  return stack([side(0, width), side(1, height)], boxes.dim()).reshape(boxes.shape);
}

/**
 * The boxes around masks.
 * @param masks of shape (N, H, W); what is not zero belongs to a mask
 * @returns float32, of shape (N, 4): the least and greatest x and y, x1, y1, x2, y2
 * @throws RuntimeError for a mask of zeros alone; on devices off the CPU, where that is not known, its box has x2 < x1
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.masks_to_boxes.html
 */
export function masksToBoxes(masks: Tensor): Tensor {
  const { device } = masks;
  if (masks.numel() === 0) return zeros(0, 4, { device });
  if (masks.dim() !== 3) {
    throw new ValueError(`${masks.dim() > 3 ? 'too many values to unpack (expected 2)' : `not enough values to unpack (expected 2, got ${masks.dim() - 1})`}: masks should be of shape (N, H, W)`);
  }
  const on = masks.detach().ne(0);
  if (device.type === 'cpu' && on.flatten(1).any(1).hostValues().includes(0 as never)) {
    throw new RuntimeError("min(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.");
  }
  const extent = (along: number, size: number): [Tensor, Tensor] => {
    const here = on.any(along), places = arange(size, { dtype: float32, device });
    return [where(here, places, size).amin(1), where(here, places, -1).amax(1)];
  };
  const [x1, x2] = extent(1, masks.shape[2]), [y1, y2] = extent(2, masks.shape[1]);
  return stack([x1, y1, x2, y2], 1);
}
