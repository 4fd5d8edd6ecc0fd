import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { bool, float16, float32, float64, int32, int64, uint8 } = torch;

describe('from data', () => {
  test.each<[torch.TensorData, torch.Tensor['dtype'], readonly number[]]>([
    [[[1, 2], [3, 4]], float32, [2, 2]], [2n, int64, []], [true, bool, []], [[1, 2.5], float32, [2]], [[1n, 2.5], float32, [2]],
    [[true, 2n], int64, [2]], [[], float32, [0]], [[[], []], float32, [2, 0]], [new Uint8ClampedArray(3), uint8, [3]],
    [new BigInt64Array(2), int64, [2]], [[new Float64Array(2), [1, 2]], float32, [2, 2]],
    [[torch.tensor(1), 2], float32, [2]],
  ])('tensor of sample %#', (data, dtype, shape) => {
    const x = torch.tensor(data);
    expect(x.dtype).toBe(dtype);
    expect(x.shape).toEqual(shape);
  });

  // what PyTorch 1.13 gives and says
  test.each<[torch.TensorData, torch.Tensor['dtype'], unknown]>([
    [[-1, -255], uint8, [255, 1]], [1.5, int64, 1], [[2n ** 63n - 1n, -(2n ** 63n)], int64, [2n ** 63n - 1n, -(2n ** 63n)]], [[1e39, -Infinity], float32, [Infinity, -Infinity]],
    [1e6, float16, Infinity], [[2, 0.5], bool, [true, true]],
  ])('numbers that are not of the dtype, %#', async (data, dtype, values) => expect(await torch.tensor(data, { dtype }).tolist()).toEqual(values));

  test.each<[torch.TensorData, torch.Tensor['dtype'], string]>([
    [[256], uint8, 'uint8'], [[-256], uint8, 'uint8'], [[-0.5], uint8, 'uint8'], [300, torch.int8, 'int8'], [[127.5], torch.int8, 'int8'], [[[1, -129]], torch.int8, 'int8'],
    [[1e9], torch.int16, 'int16'], [[2 ** 31], int32, 'int32'], [[Infinity], int32, 'int32'], [[NaN], int64, 'int64'], [[1e20], int64, 'int64'], [[true, 300], torch.int8, 'int8'],
  ])('%j is no %s', (data, dtype, name) => {
    expect(() => torch.tensor(data, { dtype })).toThrow(new torch.RuntimeError(`value cannot be converted to type ${name} without overflow`));
    expect(() => torch.asTensor(data, { dtype })).toThrow(torch.RuntimeError);
  });

  test('integers of more than 64 bits', () => {
    for (const data of [2n ** 63n, [-(2n ** 63n) - 1n]]) expect(() => torch.tensor(data)).toThrow(new torch.RuntimeError('Overflow when unpacking long'));
  });

  test.each<[string, torch.TypedTensor]>(Object.entries({
    float32: torch.FloatTensor, float64: torch.DoubleTensor, float16: torch.HalfTensor, bfloat16: torch.BFloat16Tensor, int64: torch.LongTensor, int32: torch.IntTensor,
    int16: torch.ShortTensor, int8: torch.CharTensor, uint8: torch.ByteTensor, bool: torch.BoolTensor,
  }))('the legacy constructor of %s', async (name, typed) => {
    const x = typed([[1, 0]]), sized = typed(2, 3);
    expect(x.dtype.name).toBe(name);
    expect((await x.tolist() as unknown[][])[0].map(Number)).toEqual([1, 0]);
    expect([sized.dtype, sized.shape, typed().shape, new typed(4).shape]).toEqual([x.dtype, [2, 3], [0], [4]]);
    x.index(0, 1).copy_(typed(x).index(0, 0)); // a tensor is taken as it is
    expect(Number(await x.sum().item())).toBe(2);
  });

  test('what legacy constructors refuse', () => {
    expect(() => torch.FloatTensor('a' as never)).toThrow(new TypeError("new(): invalid data type 'str'"));
    expect(() => torch.FloatTensor(2.5)).toThrow(new TypeError('new(): data must be a sequence (got float)'));
    expect(() => torch.FloatTensor(-1)).toThrow('Trying to create tensor with negative dimension -1: [-1]');
    expect(() => torch.ByteTensor([256])).toThrow('value cannot be converted to type uint8 without overflow');
    expect(() => torch.FloatTensor(torch.zeros(2, { dtype: float64 }))).toThrow('expected a tensor of dtype torch.float32, but got one of torch.float64');
  });

  test('tensor copies, fromNumpy and asTensor share', async () => {
    const array = new Float32Array([1, 2, 3]);
    const copy = torch.tensor(array), shared = torch.fromNumpy(array), same = torch.asTensor(array);
    array[0] = 9;
    shared.index(1).fill_(8);
    expect([...array]).toEqual([9, 8, 3]);
    expect(await copy.tolist()).toEqual([1, 2, 3]);
    expect(await same.tolist()).toEqual([9, 8, 3]);
    expect(torch.asTensor(copy)).toBe(copy);
    expect(torch.asTensor(copy, { dtype: int64 }).dtype).toBe(int64);
    expect(torch.tensor(copy)).not.toBe(copy);
  });

  test('what a dtype makes of numbers', async () => {
    expect(await torch.tensor([1.7, -1.7], { dtype: int64 }).tolist()).toEqual([1, -1]);
    expect(await torch.tensor([0, 0.1], { dtype: bool }).tolist()).toEqual([false, true]);
    expect(await torch.tensor([65519, 65520], { dtype: float16 }).tolist()).toEqual([65504, Infinity]);
    expect(await torch.tensor([2n ** 53n + 1n]).tolist()).toEqual([2n ** 53n + 1n]);
  });

  test.each<[unknown, new (message: string) => Error, string]>([
    [[[1, 2], [3]], torch.ValueError, 'expected sequence of length 2 at dim 1 (got 1)'],
    [[1, [2]], TypeError, 'expected a number at dim 1, but got an array'],
    [[[1], 2], TypeError, 'expected an array of length 1 at dim 1, but got number'],
    [['a'], TypeError, "new(): invalid data type 'string'"],
    [new Uint32Array(1), TypeError, "can't convert Uint32Array to a tensor. The supported types are: Float32Array, " +
      'Float64Array, Int8Array, Uint8Array, Int16Array, Int32Array, BigInt64Array'],
  ])('refused: %s', (data, type, message) => {
    expect(() => torch.tensor(data as number)).toThrow(new type(message));
  });

  test('gradients only of floating-point tensors', () => {
    const message = 'Only Tensors of floating point and complex dtype can require gradients';
    expect(() => torch.tensor([1n], { requiresGrad: true })).toThrow(new torch.RuntimeError(message));
    expect(() => torch.ones(2, { dtype: int32, requiresGrad: true })).toThrow(message);
  });
});

test('linspace is rounded as in vector registers', () => {
  // torch.linspace(0, 0.9, 10), torch.linspace(-1, 0.3, 20, dtype=torch.float64)
  expect(Array.from(torch.linspace(0, 0.9, 10).hostValues(), Number)).toEqual([
    0, 0.09999999403953552, 0.19999998807907104, 0.29999998211860657, 0.3999999761581421, 0.5, 0.6000000238418579, 0.699999988079071,
    0.7999999523162842, 0.8999999761581421]);
  expect(Array.from(torch.linspace(-1, 0.3, 20, { dtype: float64 }).hostValues(), Number)).toEqual([
    -1, -0.9315789473684211, -0.8631578947368421, -0.7947368421052632, -0.7263157894736842, -0.6578947368421053, -0.5894736842105264,
    -0.5210526315789474, -0.4526315789473684, -0.38421052631578945, -0.3157894736842105, -0.24736842105263152, -0.1789473684210527,
    -0.11052631578947374, -0.042105263157894784, 0.02631578947368418, 0.09473684210526313, 0.16315789473684209, 0.23157894736842105, 0.3]);
});

test('linspace of integers is cut off in groups', async () => {
  // torch.linspace(0, 4, 17, dtype=torch.int64)
  expect(await torch.linspace(0, 4, 17, { dtype: int64 }).tolist())
    .toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
  expect(await torch.linspace(0, 4, 10, { dtype: int64 }).tolist()).toEqual([0, 0, 0, 1, 1, 1, 1, 2, 3, 4]);
  // and its bounds before: torch.linspace(4.3, -3, 5, dtype=torch.int64)
  expect(await torch.linspace(4.3, -3, 5, { dtype: int64 }).tolist()).toEqual([4, 2, 0, -1, -3]);
});

describe('like another tensor', () => {
  const x = torch.ones(2, 3, { dtype: float64 });

  test('dtype and device are taken over, or asked for', async () => {
    expect(torch.zerosLike(x).dtype).toBe(float64);
    expect(torch.onesLike(x, { dtype: int64 }).dtype).toBe(int64);
    expect(await torch.fullLike(torch.tensor([1n]), 2.7).tolist()).toEqual([2]);
    expect(await x.newTensor([1, 2]).tolist()).toEqual([1, 2]);
    expect(x.newTensor([1, 2]).dtype).toBe(float64);
    expect(x.newZeros(2, 1).shape).toEqual([2, 1]);
    expect(x.newEmpty([4], { dtype: bool }).dtype).toBe(bool);
    expect(await x.newFull([2], 7).tolist()).toEqual([7, 7]);
    expect(await x.newOnes(1, { dtype: int64 }).tolist()).toEqual([1]);
  });

  test('the order of dimensions in memory is taken over', () => {
    expect(torch.emptyLike(x.t()).stride()).toEqual([1, 3]);
    expect(torch.zerosLike(torch.ones(2, 3, 4).slice(2, 0, 4, 2).transpose(0, 1)).stride()).toEqual([2, 6, 1]);
    expect(torch.zerosLike(torch.ones(1, 3).expand(2, 3)).stride()).toEqual([3, 1]);
  });

  test('fill_ and zero_', async () => {
    const y = torch.ones(2, 2);
    y.select(0, 1).fill_(torch.tensor(5));
    y.select(1, 0).zero_();
    expect(await y.tolist()).toEqual([[0, 1], [0, 5]]);
    expect(() => y.fill_(torch.ones(2)))
      .toThrow('fill_ only supports 0-dimension value tensor but got tensor with 1 dimensions.');
  });
});

describe('out', () => {
  const { float64, int32, int64 } = torch, into = (dtype: torch.DType): { out: torch.Tensor } => ({ out: torch.empty(0, { dtype }) });
  test('takes what is made, in its dtype', () => {
    const made: [(options: { out: torch.Tensor }) => torch.Tensor, torch.DType, string][] = [
      [(o) => torch.zeros(2, o), int64, 'tensor([0, 0])'], [(o) => torch.ones([1, 2], o), int32, 'tensor([[1, 1]], dtype=torch.int32)'],
      [(o) => torch.full([2], 2.5, o), int32, 'tensor([2, 2], dtype=torch.int32)'],
      [(o) => torch.eye(2, o), int64, 'tensor([[1, 0],\n        [0, 1]])'], [(o) => torch.arange(3, o), float64, 'tensor([0., 1., 2.], dtype=torch.float64)'],
      [(o) => torch.arange(0.5, 3, o), int64, 'tensor([0, 1, 2])'], [(o) => torch.linspace(0, 1, 3, o), int64, 'tensor([0, 0, 1])'],
      [(o) => torch.logspace(0, 1, 3, o), float64, 'tensor([ 1.0000,  3.1623, 10.0000], dtype=torch.float64)'],
    ];
    for (const [make, dtype, printed] of made) {
      const given = into(dtype);
      expect(make(given)).toBe(given.out);
      expect(String(given.out)).toBe(printed);
    }
    expect(torch.empty(2, 3, into(int32)).shape).toEqual([2, 3]);
  });
  test('takes the random numbers that there are without it', () => {
    const draws = [torch.rand, torch.randn, (...args: [number, { out: torch.Tensor }?]) => torch.randint(5, [args[0]], args[1]),
      torch.randperm, (n: number, options = {}) => torch.normal(0, 1, [n], options)];
    for (const draw of draws as ((n: number, options?: object) => torch.Tensor)[]) {
      torch.manualSeed(0);
      const alone = draw(5), given = into(alone.dtype);
      torch.manualSeed(0);
      expect(draw(5, given)).toBe(given.out);
      expect(String(given.out)).toBe(String(alone));
    }
  });
  test('says which dtype it has', () => {
    const words = 'dtype Float does not match dtype of out parameter (Double)';
    for (const make of [torch.zeros, torch.rand, torch.arange, torch.eye] as ((n: number, options: object) => unknown)[]) {
      expect(() => make(2, { dtype: torch.float32, ...into(float64) })).toThrow(new torch.RuntimeError(words));
    }
  });
});

test('numbers that a dtype does not hold are refused', async () => {
  const { bfloat16, float16, float32, int16, int32, int64, int8, uint8 } = torch;
  const refused: [torch.DType, string, (number | bigint)[]][] = [
    [int8, 'int8_t', [128, -129, 127.5, NaN]], [uint8, 'uint8_t', [256, -256, -0.5, 255.5]], [int16, 'int16_t', [40000]],
    [int32, 'int', [2147483648n, Infinity]], [int64, 'int64_t', [1e19, NaN]], [float16, 'at::Half', [65505, -1e9]],
    [bfloat16, 'at::BFloat16', [1e39]], [float32, 'float', [1e39, -1e40]],
  ];
  for (const [dtype, name, numbers] of refused) {
    for (const n of numbers) {
      const x = torch.ones(2, { dtype }), error = new torch.RuntimeError(`value cannot be converted to type ${name} without overflow`);
      expect(() => x.fill_(n)).toThrow(error);
      expect(() => x.maskedFill(x.ne(0), n)).toThrow(error);
      expect(() => torch.full([2], n, { dtype })).toThrow(error);
      expect(() => x.indexFill(0, torch.tensor([0n]), n)).toThrow(error);
      if (dtype.kind === 'int' && (typeof n === 'bigint' || Number.isInteger(n)) && dtype !== int64) expect(() => x.clamp(n)).toThrow(error);
    }
  }
  // integers below zero are counted from the end, halves and infinities are as they are
  expect(await torch.ones(1, { dtype: uint8 }).fill_(-255).tolist()).toEqual([1]);
  expect(await torch.full([1], 2.5, { dtype: int64 }).tolist()).toEqual([2]);
  expect(await torch.full([2], -Infinity, { dtype: float16 }).fill_(65504).tolist()).toEqual([65504, 65504]);
  expect(await torch.ones(1, { dtype: torch.bool }).fill_(300).tolist()).toEqual([true]);
});

describe('ranges', () => {
  test.each<[Parameters<typeof torch.arange>, torch.Tensor['dtype'], number[]]>([
    [[10, -10, -3], int64, [10, 7, 4, 1, -2, -5, -8]],
    [[-(2 ** 31) - 2, -(2 ** 31) + 3], int64, [-2147483650, -2147483649, -2147483648, -2147483647, -2147483646]],
    [[2 ** 40, 2 ** 40 + 3], int64, [1099511627776, 1099511627777, 1099511627778]],
    [[4], int64, [0, 1, 2, 3]], [[1, 4], int64, [1, 2, 3]], [[5, 0, -2], int64, [5, 3, 1]],
    [[3, { dtype: float32 }], float32, [0, 1, 2]],
    [[0.5, 2], float32, [0.5, 1.5]], [[1, 2.5, 0.5], float32, [1, 1.5, 2]],
    [[0, 1, 0.25, { dtype: float64 }], float64, [0, 0.25, 0.5, 0.75]],
    [[0.5, 3.5, { dtype: int64 }], int64, [0, 1, 2]],
    [[0.5, 3.7, { dtype: int32 }], int32, [0, 1, 2, 3]], [[3n], int64, [0, 1, 2]],
    [[0], int64, []], [[2, 2], int64, []],
  ])('arange(%s)', async (args, dtype, expected) => {
    const x = torch.arange(...args);
    expect(x.dtype).toBe(dtype);
    expect(await x.tolist()).toEqual(expected);
  });

  test.each<[() => unknown, string]>([
    [() => torch.arange(0, 5, 0), 'step must be nonzero'],
    [() => torch.arange(5, 0, 1), 'upper bound and larger bound inconsistent with step sign'],
    [() => torch.arange(Infinity), 'unsupported range: 0 -> inf'],
    [() => torch.arange(0, 5, 0.5, { dtype: int64 }), 'step must be nonzero'],
    [() => torch.arange(3, { dtype: bool }), '"arange_cpu" not implemented for \'Bool\''],
    [() => torch.linspace(0, 1, -1), 'number of steps must be non-negative'],
    [() => torch.eye(-1), 'n must be greater or equal to 0, got -1'],
    [() => torch.zeros(-1, 2), 'Trying to create tensor with negative dimension -1: [-1, 2]'],
  ])('refused: %s', (call, message) => {
    expect(call).toThrow(new torch.RuntimeError(message));
  });

  test('linspace, logspace, eye', async () => {
    expect(await torch.linspace(0, 10, 4, { dtype: int64 }).tolist()).toEqual([0, 3, 6, 10]);
    expect(await torch.linspace(3, 9, 1).tolist()).toEqual([3]);
    expect((await torch.linspace(-1, 1, 1001, { dtype: float64 }).tolist() as number[]).at(-1)).toBe(1);
    expect(await torch.logspace(0, 3, 4, { base: 2 }).tolist()).toEqual([1, 2, 4, 8]);
    expect(await torch.eye(2, 3).tolist()).toEqual([[1, 0, 0], [0, 1, 0]]);
    expect(await torch.eye(2, { dtype: bool }).tolist()).toEqual([[true, false], [false, true]]);
  });

  test('a thing that is no number', () => {
    expect(() => torch.arange('3' as unknown as number))
      .toThrow('arange(): expected numbers and an options object, but got string');
    expect(() => torch.zeros(1.5)).toThrow('sizes must be integers, but got 1.5');
  });
});

test.each<[string, () => unknown]>([
  ['arange', () => torch.arange(1e15)], ['linspace', () => torch.linspace(0, 1, 2 ** 40)], ['eye', () => torch.eye(2 ** 25)],
  ['repeatInterleave', () => torch.ones(4).repeatInterleave(2 ** 40)], ['trilIndices', () => torch.trilIndices(2 ** 45, 2 ** 25)],
  ['combinations', () => torch.combinations(torch.arange(100), 50)], ['bincount', () => torch.bincount(torch.tensor([2n ** 40n]))],
  ['zeros', () => torch.zeros(2 ** 26, 2 ** 26)],
])('%s of more than there is memory for says how much', (_, make) => {
  expect(make).toThrow(torch.RuntimeError);
  expect(make).toThrow(/allocate [\d.e+]+ bytes/);
});

test('places of triangles, for all ways in which a diagonal meets a matrix', async () => {
  for (let rows = 0; rows < 5; rows++) for (let columns = 0; columns < 6; columns++) for (let offset = -6; offset < 7; offset++) {
    const places = Array.from({ length: rows * columns }, (_, i) => [Math.floor(i / columns), i % columns]);
    for (const [indices, inside] of [[torch.trilIndices, (d: number) => d <= offset], [torch.triuIndices, (d: number) => d >= offset]] as const) {
      const expected = places.filter(([r, c]) => inside(c - r));
      const found = indices(rows, columns, { offset, dtype: torch.int32 });
      expect([found.shape, await found.t().tolist()]).toEqual([[2, expected.length], expected]);
    }
  }
});
