import { arange, AssertionError, cat, float32, float64, fromTypedArray, fullLike, int64, RuntimeError, Tensor, type DType } from '@sconce/tensor';
import { autocastOperands } from '@sconce/tensor/internal';

/** Regions of the pictures of a batch: (K, 5), the place of the picture, x1, y1, x2, y2; or (L, 4) for each picture. */
export type Regions = Tensor | readonly Tensor[];
/** Height and width of what is made of a region. */
export type RegionSize = number | readonly [height: number, width: number];

/** Regions as (K, 5). @throws AssertionError for other shapes @internal */
export function regionsOf(boxes: Regions): Tensor {
  if (boxes instanceof Tensor) {
    if (boxes.size(1) !== 5) throw new AssertionError('The boxes tensor shape is not correct as Tensor[K, 5]');
    return boxes.detach();
  }
  if (!Array.isArray(boxes)) throw new AssertionError('boxes is expected to be a Tensor[L, 5] or a List[Tensor[K, 4]]');
  const list: readonly Tensor[] = boxes.map((x: Tensor) => x.detach());
  if (list.some((x) => x.size(1) !== 4)) {
    throw new AssertionError('The shape of the tensor in the boxes list is not correct as List[Tensor[L, 4]]');
  }
  return cat([cat(list.map((x, i) => fullLike(x.narrow(1, 0, 1), i))), cat(list)], 1);
}

/** @internal */
export const pairOf = (size: RegionSize): readonly [number, number] => (typeof size === 'number' ? [size, size] : size);

const typeName = ({ scalarType }: DType): string => (scalarType === 'BFloat16' ? 'CPUBFloat16Type' : `torch.${scalarType}Tensor`);

/** Half floats are computed in float32. */
const computed = (x: Tensor): Tensor => (x.dtype === float32 || x.dtype === float64 ? x : x.to(float32));

/**
 * Features, and regions as (K, 5).
 * @throws AssertionError for regions of other shapes, RuntimeError where they and the features do not go together
 * @internal
 */
export function inputsOf(name: string, input: Tensor, boxes: Regions): [Tensor, Tensor] {
  const [x, rois] = autocastOperands(name, [input, regionsOf(boxes)]);
  x.size(3);
  const kernel = `${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_forward_kernel`;
  if (x.dtype !== rois.dtype) {
    throw new RuntimeError(`Expected tensor for argument #1 'input' to have the same type as tensor for argument #2 'rois'; but type ${
      typeName(x.dtype)} does not equal ${typeName(rois.dtype)} (while checking arguments for ${kernel})`);
  }
  if (!x.dtype.isFloatingPoint) throw new RuntimeError(`"${kernel}" not implemented for '${x.dtype.scalarType}'`);
  return [computed(x), computed(rois)];
}

/** Which pixels of one side the parts of each region are made of, and how much of each: (K, P, T) both. @internal */
export interface Taps { readonly index: Tensor; readonly weight: Tensor }

/** How regions are pooled. @internal */
export interface Pooling {
  readonly name: string;
  /** (n, K): for each region the numbers that decide how many pixels it needs; the last one is the place of its picture */
  facts(rois: Tensor): Tensor;
  /** of regions whose facts have one key: together they are computed */
  key(facts: readonly number[]): string;
  /** (K, height, width, channels) of regions of one key */
  pool(rois: Tensor, facts: readonly (readonly number[])[]): Tensor;
}

/** The facts of each region, read from where they are. */
function columns({ name }: Pooling, facts: Tensor, pictures: number): number[][] {
  const [rows, count] = facts.shape, values = facts.hostValues();
  return Array.from({ length: count }, (_, k) => {
    const column = Array.from({ length: rows }, (_unused, i) => Number(values[i * count + k]));
    if (!column.every(Number.isFinite)) throw new RuntimeError(`${name}: the coordinates of boxes should be finite`);
    const picture = Math.trunc(column[rows - 1]);
    if (picture < 0 || picture >= pictures) {
      throw new RuntimeError(`${name}: boxes name picture ${picture} of a batch of ${pictures}`);
    }
    return column;
  });
}

/** What is made of all regions, (K, channels, height, width), those of one key at a time. */
function poolGroups(pooling: Pooling, rois: Tensor, all: readonly (readonly number[])[]): Tensor {
  const groups = new Map<string, number[]>();
  all.forEach((facts, k) => {
    const key = pooling.key(facts), group = groups.get(key);
    if (group) group.push(k);
    else groups.set(key, [k]);
  });
  const list = [...groups.values()];
  if (list.length === 1) return pooling.pool(rois, all);
  const places = (of: readonly number[]): Tensor => fromTypedArray(BigInt64Array.from(of, BigInt), [of.length]).to(rois.device);
  const results = list.map((group) => pooling.pool(rois.indexSelect(0, places(group)), group.map((k) => all[k])));
  const back: number[] = [];
  list.flat().forEach((k, i) => { back[k] = i; });
  return cat(results).indexSelect(0, places(back));
}

const finished = (pooled: Tensor): Tensor => pooled.permute(0, 3, 1, 2).contiguous();

/** Without regions, or without parts of them. */
function nothing(rois: Tensor, input: Tensor, channels: number, [height, width]: readonly [number, number]): Tensor | null {
  if (rois.shape[0] * height * width > 0) return null;
  return input.reshape(-1).narrow(0, 0, 0).reshape(rois.shape[0], channels, height, width);
}

/** @internal a pooling of regions whose facts can be read now, or `without` them */
export function poolRegions(
  pooling: Pooling, input: Tensor, rois: Tensor, channels: number, size: readonly [number, number], without?: readonly number[],
): Tensor {
  const empty = nothing(rois, input, channels, size);
  if (empty) return empty;
  if (rois.device.type === 'cpu') return finished(poolGroups(pooling, rois, columns(pooling, pooling.facts(rois), input.shape[0])));
  if (without) return finished(pooling.pool(rois, [without]));
  throw new RuntimeError(`${pooling.name}: how many pixels a region has depends on values, which a tensor on ${rois.device} gives only later: write await ${pooling.name}Async(…)`);
}

/** @internal the same, which waits for the facts */
export async function poolRegionsAsync(
  pooling: Pooling, input: Tensor, rois: Tensor, channels: number, size: readonly [number, number],
): Promise<Tensor> {
  const empty = nothing(rois, input, channels, size);
  if (empty) return empty;
  return finished(poolGroups(pooling, rois, columns(pooling, await pooling.facts(rois).cpu(), input.shape[0])));
}

/** The features of each pixel as a row: (pixels, channels). @internal */
export const rowsOf = (input: Tensor): Tensor => input.permute(0, 2, 3, 1).reshape(-1, input.shape[1]);

/** The row of each picture's first pixel, (K, 1, 1). @internal */
export const firstRows = (rois: Tensor, { shape: [, , height, width] }: Tensor): Tensor =>
  rois.select(1, 0).to(int64).mul(height * width).reshape(-1, 1, 1);

/**
 * The same where each part of a region has channels of its own: (N, C·parts, H, W) as rows of C channels, and the row of each part's
 * first pixel, (K, height, width).
 * @throws RuntimeError where the channels cannot be shared out
 * @internal
 */
export function partRows(input: Tensor, rois: Tensor, [height, width]: readonly [number, number]): [Tensor, Tensor] {
  const [n, channels, h, w] = input.shape, parts = height * width;
  const rows = input.reshape(n, channels / parts, parts, h, w).permute(0, 2, 3, 4, 1).reshape(-1, channels / parts);
  const part = arange(parts, { dtype: int64, device: rois.device }).reshape(1, height, width);
  return [rows, rois.select(1, 0).to(int64).mul(parts).reshape(-1, 1, 1).add(part).mul(h * w)];
}

/** How many channels each part has. @throws RuntimeError where they cannot be shared out @internal */
export function partChannels(input: Tensor, [height, width]: readonly [number, number]): number {
  const channels = input.shape[1] / (height * width);
  if (!Number.isInteger(channels)) throw new RuntimeError('input channels must be a multiple of pooling height * pooling width');
  return channels;
}

/** Every pixel of the taps of both sides: where its row is, and its weight, a vector of all parts of all regions each. @internal */
export function* pixels(first: Tensor, ys: Taps, xs: Taps, width: number): Generator<{ readonly rows: Tensor; weight(): Tensor }> {
  const count = [ys.index.shape[0], ys.index.shape[1], xs.index.shape[1]];
  for (let i = 0; i < ys.index.shape[2]; i++) {
    const start = first.add(ys.index.select(2, i).unsqueeze(2).mul(width));
    for (let j = 0; j < xs.index.shape[2]; j++) {
      yield {
        rows: start.add(xs.index.select(2, j).unsqueeze(1)).expand(...count).reshape(-1),
        weight: () => ys.weight.select(2, i).unsqueeze(2).mul(xs.weight.select(2, j).unsqueeze(1)).reshape(-1, 1),
      };
    }
  }
}

/** The weighted sum of the pixels of each part of each region: (K, height, width, channels). @internal */
export function sumOfTaps(table: Tensor, first: Tensor, ys: Taps, xs: Taps, width: number): Tensor {
  let sum: Tensor | undefined;
  for (const { rows, weight } of pixels(first, ys, xs, width)) {
    const features = table.indexSelect(0, rows);
    sum = sum ? sum.addcmul_(features, weight()) : features.mul(weight());
  }
  return sum!.reshape(ys.index.shape[0], ys.index.shape[1], xs.index.shape[1], table.shape[1]);
}
