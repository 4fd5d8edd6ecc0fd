import { stack, ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';

/** How four numbers are a box: two corners, a corner and sizes, or the centre and sizes. */
export type BoxFormat = 'xyxy' | 'xywh' | 'cxcywh';

export interface BoxConvertOptions {
  readonly inFmt: BoxFormat;
  readonly outFmt: BoxFormat;
}

type Four = readonly [Tensor, Tensor, Tensor, Tensor];

const toCorners: Readonly<Record<BoxFormat, (box: Four) => Four>> = {
  xyxy: (box) => box,
  xywh: ([x, y, w, h]) => [x, y, x.add(w), y.add(h)],
  cxcywh: ([cx, cy, w, h]) => [cx.sub(w.mul(0.5)), cy.sub(h.mul(0.5)), cx.add(w.mul(0.5)), cy.add(h.mul(0.5))],
};

const fromCorners: Readonly<Record<BoxFormat, (box: Four) => Four>> = {
  xyxy: (box) => box,
  xywh: ([x1, y1, x2, y2]) => [x1, y1, x2.sub(x1), y2.sub(y1)],
  cxcywh: ([x1, y1, x2, y2]) => [x1.add(x2).div(2), y1.add(y2).div(2), x2.sub(x1), y2.sub(y1)],
};

/** The four coordinates of boxes, (…, 4). @throws ValueError where there are not four @internal */
export function coordinates(boxes: Tensor): Four {
  const found = boxes.unbind(-1);
  if (found.length !== 4) {
    const many = found.length > 4;
    throw new ValueError(`${many ? 'too many' : 'not enough'} values to unpack (expected 4${many ? '' : `, got ${found.length}`})`);
  }
  return found as unknown as Four;
}

/**
 * Boxes in another format.
 * @param boxes of shape (…, 4)
 * @throws ValueError for a format that there is not
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.box_convert.html
 * @example ops.boxConvert(torch.tensor([[5, 5, 10, 10]]), 'cxcywh', 'xyxy') // tensor([[ 0.,  0., 10., 10.]])
 */
export function boxConvert(boxes: Tensor, ...args: [inFmt: BoxFormat, outFmt: BoxFormat] | [options: BoxConvertOptions]): Tensor {
  const { inFmt, outFmt } = typeof args[0] === 'string' ? { inFmt: args[0], outFmt: args[1]! } : checked('boxConvert', args[0], 'inFmt');
  if (!Object.hasOwn(toCorners, inFmt) || !Object.hasOwn(fromCorners, outFmt)) {
    throw new ValueError('Unsupported Bounding Box Conversions for given in_fmt and out_fmt');
  }
  if (inFmt === outFmt) return boxes.clone();
  return stack(fromCorners[outFmt](toCorners[inFmt](coordinates(boxes))), -1);
}
