import { float32, float64, fromTypedArray, NotImplementedError, nonzero, nonzeroAsync, RuntimeError, Tensor } from '@sconce/tensor';
import { autocastOperands, numbersThenOptions } from '@sconce/tensor/internal';


type Threshold = [iouThreshold: number] | [options: { readonly iouThreshold: number }];
type Values = ArrayLike<number>;

const thresholdOf = (name: string, args: Threshold): number =>
  numbersThenOptions<object, 'iouThreshold'>(name, args, { iouThreshold: NaN })[0].iouThreshold;

function check(boxes: Tensor, scores: Tensor, threshold: number): void {
  for (const [name, x] of Object.entries({ boxes, scores })) {
    if (!(x instanceof Tensor)) throw new TypeError(`nms(): argument '${name}' must be Tensor, not ${typeof x}`);
  }
  if (Number.isNaN(threshold)) throw new TypeError("nms(): missing argument 'iouThreshold', a number");
  if (boxes.dim() !== 2) throw new RuntimeError(`boxes should be a 2d tensor, got ${boxes.dim()}D`);
  if (boxes.shape[1] !== 4) throw new RuntimeError(`boxes should have 4 elements in dimension 1, got ${boxes.shape[1]}`);
  if (scores.dim() !== 1) throw new RuntimeError(`scores should be a 1d tensor, got ${scores.dim()}D`);
  if (boxes.shape[0] !== scores.shape[0]) {
    throw new RuntimeError(
      `boxes and scores should have same number of elements in dimension 0, got ${boxes.shape[0]} and ${scores.shape[0]}`);
  }
  if (boxes.dtype !== scores.dtype) throw new RuntimeError('dets should have the same type as scores');
  if (boxes.dtype !== float32 && boxes.dtype !== float64) {
    throw new NotImplementedError(`"nms_kernel" not implemented for '${boxes.dtype.scalarType}'`);
  }
}

function checkOnHost(name: string, ...tensors: readonly Tensor[]): void {
  const away = tensors.find((x) => x instanceof Tensor && x.device.type !== 'cpu');
  if (!away) return;
  throw new RuntimeError(
    `${name}: the shape of the result depends on values, which a tensor on ${away.device} gives only later: write await ${name}Async(…)`);
}

/** Places by falling score, NaN first; equal scores stay in order. */
const byScore = (scores: Values, places: number[]): number[] => places.sort((i, j) => {
  const a = scores[i], b = scores[j];
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : a > b ? -1 : 1;
});

const everyPlace = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Which of the boxes stay, best first. */
function kept(boxes: Values, scores: Values, places: number[], threshold: number): number[] {
  // float32 is rounded after each step, so that what is close to the threshold falls to the same side as in torchvision
  const round = boxes instanceof Float32Array ? Math.fround : Number;
  const order = byScore(scores, places), n = order.length;
  const areas = order.map((i) => round(round(boxes[4 * i + 2] - boxes[4 * i]) * round(boxes[4 * i + 3] - boxes[4 * i + 1])));
  const gone = new Uint8Array(n), result: number[] = [];
  for (let a = 0; a < n; a++) {
    if (gone[a]) continue;
    const i = 4 * order[a], [x1, y1, x2, y2] = [boxes[i], boxes[i + 1], boxes[i + 2], boxes[i + 3]];
    result.push(order[a]);
    for (let b = a + 1; b < n; b++) {
      if (gone[b]) continue;
      const j = 4 * order[b];
      const w = Math.max(0, round(Math.min(x2, boxes[j + 2]) - Math.max(x1, boxes[j])));
      const h = Math.max(0, round(Math.min(y2, boxes[j + 3]) - Math.max(y1, boxes[j + 1])));
      const inter = round(w * h);
      if (round(inter / round(round(areas[a] + areas[b]) - inter)) > threshold) gone[b] = 1;
    }
  }
  return result;
}

const numbersOf = (x: Tensor): Values => x.detach().hostValues() as unknown as Values;
const placesTensor = (places: readonly number[]): Tensor => fromTypedArray(BigInt64Array.from(places, BigInt), [places.length]);

function suppressed(boxes: Tensor, scores: Tensor, threshold: number): Tensor {
  check(boxes, scores, threshold);
  return placesTensor(kept(numbersOf(boxes), numbersOf(scores), everyPlace(scores.numel()), threshold));
}

/**
 * Non-maximum suppression: of boxes that overlap, the one with the best score.
 * @param boxes of shape (N, 4): x1, y1, x2, y2; float32 or float64, on the CPU
 * @param scores of shape (N)
 * @param args the threshold: boxes whose intersection over union with a better one is greater are left out
 * @returns int64: which boxes stay, best first
 * @throws RuntimeError for other shapes or dtypes, or a device off the CPU, for which there is `nmsAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.nms.html
 * @example boxes.index(ops.nms(boxes, scores, 0.5))
 */
export function nms(boxes: Tensor, scores: Tensor, ...args: Threshold): Tensor {
  checkOnHost('nms', boxes, scores);
  return suppressed(boxes, scores, thresholdOf('nms', args));
}

/** As `nms`, on any device: waits for the boxes. @returns on the device of the boxes */
export async function nmsAsync(boxes: Tensor, scores: Tensor, ...args: Threshold): Promise<Tensor> {
  const threshold = thresholdOf('nmsAsync', args);
  [boxes, scores] = autocastOperands('nms', [boxes, scores]);
  check(boxes, scores, threshold);
  const [here, there] = await Promise.all([boxes.detach().cpu(), scores.detach().cpu()]);
  return suppressed(here, there, threshold).to(boxes.device);
}

function batched(boxes: Tensor, scores: Tensor, idxs: Tensor, threshold: number, most: number): Tensor {
  if (boxes.numel() > most) return byCategory(boxes, scores, idxs, threshold);
  if (boxes.numel() === 0) return placesTensor([]);
  // far enough apart that boxes of two categories do not meet
  const offsets = idxs.detach().to(boxes.dtype).mul(boxes.detach().max().add(1));
  return suppressed(boxes.detach().add(offsets.unsqueeze(1)), scores, threshold);
}

function byCategory(boxes: Tensor, scores: Tensor, idxs: Tensor, threshold: number): Tensor {
  check(boxes, scores, threshold);
  const groups = new Map<number, number[]>(), values = numbersOf(scores), corners = numbersOf(boxes);
  Array.from(numbersOf(idxs), Number).forEach((category, i) => {
    const group = groups.get(category);
    if (group) group.push(i);
    else groups.set(category, [i]);
  });
  const all = [...groups.values()].flatMap((places) => kept(corners, values, places, threshold));
  return placesTensor(byScore(values, all.sort((i, j) => i - j)));
}

/**
 * `nms` within each category: boxes of two categories do not suppress one another.
 * @param idxs of shape (N): the category of each box
 * @throws as `nms` does; off the CPU there is `batchedNmsAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.batched_nms.html
 * @example const keep = ops.batchedNms(boxes, scores, labels, 0.5);
 */
export function batchedNms(boxes: Tensor, scores: Tensor, idxs: Tensor, ...args: Threshold): Tensor {
  checkOnHost('batchedNms', boxes, scores, idxs);
  return batched(boxes, scores, idxs, thresholdOf('batchedNms', args), 4000);
}

/** As `batchedNms`, on any device: waits for the boxes. @returns on the device of the boxes */
export async function batchedNmsAsync(boxes: Tensor, scores: Tensor, idxs: Tensor, ...args: Threshold): Promise<Tensor> {
  const here = await Promise.all([...autocastOperands('nms', [boxes, scores]), idxs].map((x) => x.detach().cpu()));
  const threshold = thresholdOf('batchedNmsAsync', args), most = boxes.device.type === 'cpu' ? 4000 : 20000;
  return batched(here[0], here[1], here[2], threshold, most).to(boxes.device);
}

function largeEnough(boxes: Tensor, minSize: number): Tensor {
  const [x1, y1, x2, y2] = boxes.detach().unbind(1);
  return x2.sub(x1).ge(minSize).logicalAnd(y2.sub(y1).ge(minSize));
}

/**
 * Which boxes have no side that is shorter than `minSize`.
 * @param boxes of shape (N, 4): x1, y1, x2, y2, on the CPU
 * @returns int64, their places; off the CPU there is `removeSmallBoxesAsync`
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.remove_small_boxes.html
 */
export function removeSmallBoxes(boxes: Tensor, minSize: number): Tensor {
  checkOnHost('removeSmallBoxes', boxes);
  return nonzero(largeEnough(boxes, minSize)).squeeze(1);
}

/** As `removeSmallBoxes`, on any device: waits for how many there are. */
export const removeSmallBoxesAsync = async (boxes: Tensor, minSize: number): Promise<Tensor> =>
  (await nonzeroAsync(largeEnough(boxes, minSize))).squeeze(1);
