import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';
import { convolution, convolutionBackwardWeight } from '../src/internal.js';

type Numbers = readonly number[];
const product = (list: Numbers): number => list.reduce((p, n) => p * n, 1);
const indices = (shape: Numbers): number[][] =>
  shape.reduce<number[][]>((all, n) => all.flatMap((i) => Array.from({ length: n }, (_, k) => [...i, k])), [[]]);

/** Deterministic values of mixed sign. */
const ramp = (shape: Numbers, seed = 7): torch.Tensor =>
  torch.tensor(Array.from({ length: product(shape) }, (_, i) => ((i * seed) % 13) - 6)).view(shape.slice());

const at = (values: Numbers, shape: Numbers, index: Numbers): number => {
  if (index.some((i, d) => i < 0 || i >= shape[d])) return 0;
  return values[index.reduce((sum, i, d) => sum * shape[d] + i, 0)];
};
const flat = async (x: torch.Tensor): Promise<number[]> => await x.reshape(-1).tolist() as number[];

interface Geometry { stride: number[]; padding: number[]; dilation: number[]; groups: number }

/** Convolution by its definition. */
async function byDefinition(x: torch.Tensor, w: torch.Tensor, shape: Numbers, g: Geometry): Promise<number[]> {
  const input = await flat(x), weight = await flat(w), each = w.shape[0] / g.groups;
  return indices(shape).map(([n, o, ...position]) => indices(w.shape.slice(1)).reduce((sum, [c, ...tap]) => {
    const place = tap.map((k, d) => position[d] * g.stride[d] - g.padding[d] + k * g.dilation[d]);
    const channel = Math.floor(o / each) * w.shape[1] + c;
    return sum + at(input, x.shape, [n, channel, ...place]) * at(weight, w.shape, [o, c, ...tap]);
  }, 0));
}

const dot = (a: Numbers, b: Numbers): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

describe('convolution', () => {
  test.each([
    [[2, 3, 7], [4, 3, 3], { stride: [2], padding: [1], dilation: [1], groups: 1 }],
    [[1, 2, 5, 6], [3, 2, 2, 3], { stride: [1, 2], padding: [0, 2], dilation: [2, 1], groups: 1 }],
    [[2, 4, 6, 5], [6, 2, 3, 3], { stride: [2, 3], padding: [2, 1], dilation: [1, 2], groups: 2 }],
    [[1, 3, 4, 4], [3, 1, 2, 2], { stride: [1, 1], padding: [1, 0], dilation: [1, 1], groups: 3 }],
    [[1, 2, 3, 4, 5], [5, 2, 2, 1, 3], { stride: [1, 2, 2], padding: [1, 0, 1], dilation: [1, 1, 2], groups: 1 }],
  ] as [number[], number[], Geometry][])('of %j with %j: the definition, and its two adjoints', async (inputShape, weightShape, g) => {
    const x = ramp(inputShape), w = ramp(weightShape, 5);
    const run = [torch.conv1d, torch.conv2d, torch.conv3d][inputShape.length - 3];
    const y = run(x, w, g);
    expect(await flat(y)).toEqual(await byDefinition(x, w, y.shape, g));
    // ⟨v, w ∗ x⟩ = ⟨w ∗ᵀ v, x⟩ = ⟨W(x, v), w⟩
    const v = ramp(y.shape, 3), expected = dot(await flat(v), await flat(y));
    const back = convolution(v, w, null, { ...g, transposed: true, outputSize: inputShape.slice(2) });
    expect(back.shape).toEqual(inputShape);
    expect(dot(await flat(back), await flat(x))).toBe(expected);
    const gradient = convolutionBackwardWeight(x, v, { ...g, weightShape });
    expect(dot(await flat(gradient), await flat(w))).toBe(expected);
  });

  test('a bias, a batch of none, sizes of none, other dtypes and layouts', async () => {
    const x = ramp([1, 2, 3, 3]), w = ramp([2, 2, 2, 2]), plain = await flat(torch.conv2d(x, w));
    expect(await flat(torch.conv2d(x, w, torch.tensor([10, 20])))).toEqual(plain.map((v, i) => v + (i < 4 ? 10 : 20)));
    expect(torch.conv2d(x.select(0, 0), w).shape).toEqual([2, 2, 2]);
    expect(torch.conv2d(torch.empty(0, 2, 3, 3), w).shape).toEqual([0, 2, 2, 2]);
    expect(await flat(torch.conv2d(torch.empty(1, 0, 2, 2), torch.empty(1, 0, 1, 1)))).toEqual([0, 0, 0, 0]);
    expect(await flat(torch.conv2d(x.double(), w.double()))).toEqual(plain);
    expect(await flat(torch.conv2d(x.long(), w.long()))).toEqual(plain);
    expect(await flat(torch.conv2d(x.transpose(2, 3).contiguous().transpose(2, 3), w.half().float()))).toEqual(plain);
    expect(await flat(torch.conv2d(x, w, { padding: 'valid' }))).toEqual(plain);
  });

  test("'same' puts the odd zero at the end", async () => {
    const y = torch.conv1d(torch.tensor([[[1, 2, 3]]]), torch.tensor([[[1, 10]]]), { padding: 'same' });
    expect(await flat(y)).toEqual([21, 32, 3]);
  });

  test('a transposed convolution takes an output padding below stride or dilation', () => {
    const x = ramp([1, 2, 3, 3]), w = ramp([2, 1, 3, 3]);
    expect(torch.convTranspose2d(x, w, { stride: 2, padding: 1, outputPadding: 1 }).shape).toEqual([1, 1, 6, 6]);
    expect(torch.convTranspose2d(x, w, { dilation: 3, outputPadding: 2 }).shape).toEqual([1, 1, 11, 11]);
    expect(() => torch.convTranspose2d(x, w, { outputPadding: 1 })).toThrow(
      'output padding must be smaller than either stride or dilation, but got output_padding_height: 1 output_padding_width: 1 stride_height: 1 stride_width: 1 dilation_height: 1 dilation_width: 1');
  });

  test('what does not fit is refused in PyTorch’s words', () => {
    const x = ramp([1, 2, 6, 6]), w = ramp([4, 2, 3, 3]);
    expect(() => torch.conv2d(x, w, { stride: [1, 2, 3] })).toThrow(
      'expected stride to be a single integer value or a list of 2 values to match the convolution dimensions, but got stride=[1, 2, 3]');
    expect(() => torch.conv2d(x, w, { groups: 0 })).toThrow('non-positive groups is not supported');
    expect(() => torch.conv2d(x, w, { padding: -1 })).toThrow('negative padding is not supported');
    expect(() => torch.conv2d(x, w, torch.ones(4, { dtype: torch.float64 }))).toThrow('Input type (float) and bias type (double) should be the same');
    expect(() => torch.conv2d(x, w, { padding: 'full' as 'same' })).toThrow("Invalid padding string: 'full'");
    expect(() => torch.convTranspose2d(x, w)).toThrow(
      'Given transposed=1, weight of size [4, 2, 3, 3], expected input[1, 2, 6, 6] to have 4 channels, but got 2 channels instead');
    expect(() => torch.conv2d(x, w, 3 as unknown as torch.Tensor)).toThrow('conv2d(): expected a Tensor or an options object, but got number');
  });
});
