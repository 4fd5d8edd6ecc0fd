import { float32, int64, stack, tensor, Tensor, uint8, ValueError, where } from '@sconce/tensor';
import { shapeText } from '@sconce/tensor/internal';

/** From which colour to which, and in how many steps: which of red, green and blue stays, which one changes, and whether it grows. */
const ARCS = [[0, 1, 15, true], [1, 0, 6, false], [1, 2, 4, true], [2, 1, 11, false], [2, 0, 13, true], [0, 2, 6, false]] as const;

/** Colours around a circle, red, green and blue of each. */
function wheel(): number[][] {
  return ARCS.flatMap(([full, changing, count, grows]) => Array.from({ length: count }, (_, i) => {
    const colour = [0, 0, 0], part = Math.floor((255 * i) / count);
    colour[full] = 255;
    colour[changing] = grows ? part : 255 - part;
    return colour;
  }));
}

/**
 * Movements as a picture: the direction is the colour, and what moves most is the most colourful.
 * @param flow float32, of shape [2, H, W] or [N, 2, H, W]: how far each pixel goes to the right and down
 * @returns uint8, of shape [3, H, W] or [N, 3, H, W]
 * @throws ValueError for other shapes or dtypes
 * @see https://pytorch.org/vision/0.14/generated/torchvision.utils.flow_to_image.html
 * @see Baker et al., "A database and evaluation methodology for optical flow" (2007)
 */
export function flowToImage(flow: Tensor): Tensor {
  if (flow.dtype !== float32) throw new ValueError(`Flow should be of dtype torch.float, got ${flow.dtype}.`);
  const batch = flow.dim() === 3 ? flow.detach().unsqueeze(0) : flow.detach();
  if (batch.dim() !== 4 || batch.shape[1] !== 2) {
    throw new ValueError(`Input flow should have shape (2, H, W) or (N, 2, H, W), got torch.Size(${shapeText(flow.shape)}).`);
  }
  const lengths = (x: Tensor): Tensor => x.pow(2).sum(1).sqrt();
  const relative = batch.div(lengths(batch).max().add(2 ** -23)), norm = lengths(relative), [u, v] = relative.unbind(1);
  const colours = wheel(), last = colours.length - 1;
  const place = v.neg().atan2(u.neg()).div(Math.PI).add(1).div(2).mul(last), first = place.floor(), rest = place.sub(first);
  const near = first.to(int64), next = where(near.eq(last), 0, near.add(1));
  const channels = [0, 1, 2].map((c) => {
    const ring = tensor(colours.map((colour) => colour[c]), { device: flow.device });
    const [a, b] = [near, next].map((index) => ring.indexSelect(0, index.reshape(-1)).reshape(index.shape).div(255));
    const colour = rest.rsub(1).mul(a).add(rest.mul(b));
    return norm.mul(colour.rsub(1)).rsub(1).mul(255).floor();
  });
  const image = stack(channels, 1).to(uint8);
  return flow.dim() === 3 ? image.squeeze(0) : image;
}
