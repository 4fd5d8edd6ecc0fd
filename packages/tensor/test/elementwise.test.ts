import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';
import type { DType, Operand } from '../src/index.js';

const { bool, float16, float32, float64, int32, int64, int8, uint8 } = torch;
const of = (data: number[], dtype: DType = float32): torch.Tensor => torch.tensor(data, { dtype });

// expected values are PyTorch's

describe('integers', () => {
  test.each<[string, () => torch.Tensor, number[]]>([
    ['int32 wraps', () => of([2 ** 31 - 1], int32).add(1), [-(2 ** 31)]],
    ['int8 products wrap', () => of([127, -128], int8).mul(of([2, -1], int8)), [-2, -128]],
    ['the smallest int8 has no opposite', () => of([-128, 5], int8).neg(), [-128, -5]],
    ['uint8 has no negative numbers', () => of([1, 0], uint8).neg(), [255, 0]],
    ['int32 products keep their low bits', () => of([123456789], int32).mul(987654321), [-67153019]],
    ['powers wrap', () => of([3, -2, 2], int32).pow(of([40, 31, 33], int32)), [689956897, -(2 ** 31), 0]],
    ['negative exponents', () => of([2, 1, -1, 0], int64).pow(of([-1, -1, -3, -1], int64)), [0, 1, -1, 0]],
    ['floor division', () => of([-7, 7, -7, 7], int64).floorDivide(of([2, -2, -2, 2], int64)), [-4, -4, 3, 3]],
    ['remainders have the divisor\'s sign', () => of([-7, 7, -7, 7], int32).remainder(of([2, -2, -2, 2], int32)),
      [1, -1, -1, 1]],
    ['fmod has the dividend\'s sign', () => of([-7, 7, -7, 7], int64).fmod(of([2, -2, -2, 2], int64)), [-1, 1, -1, 1]],
    ['truncated division', () => of([-7, 7], int8).div(of([2, -2], int8), { roundingMode: 'trunc' }), [-3, -3]],
    ['shifts', () => of([1, -8], int32).bitwiseLeftShift(of([31, 2], int32)), [-(2 ** 31), -32]],
    ['shifts keep the sign', () => of([-8, 8], int64).bitwiseRightShift(1), [-4, 4]],
    ['not', () => of([0, 255], uint8).bitwiseNot(), [255, 0]],
    ['gcd', () => of([-4, 0, 7], int64).gcd(of([6, 0, 0], int64)), [2, 0, 7]],
    ['lcm', () => of([-4, 0, 7], int32).lcm(of([6, 0, 0], int32)), [12, 0, 0]],
    ['floats to int32: what does not fit', () => of([3e10, NaN, -Infinity, -1.7]).int(),
      [-(2 ** 31), -(2 ** 31), -(2 ** 31), -1]],
    ['floats to uint8', () => of([-1.7, 300.5, NaN, 3e10]).byte(), [255, 44, 0, 0]],
    ['a 0-d operand keeps its low bits: fmod', () => of([4, 3, 1], uint8).fmod(torch.tensor(-3, { dtype: int8 })), [4, 3, 1]],
    ['a 0-d operand keeps its low bits: floor division', () => of([4, 3, 1], uint8).floorDivide(torch.tensor(-3, { dtype: int8 })), [0, 0, 0]],
    ['a 0-d operand keeps its low bits: maximum', () => of([4, 3, 1], uint8).maximum(torch.tensor(-3, { dtype: int8 })), [253, 253, 253]],
    ['a 0-d operand keeps its low bits: gcd', () => of([4, 3, 1], uint8).gcd(torch.tensor(-3, { dtype: int8 })), [1, 1, 1]],
  ])('%s', async (_, compute, expected) => {
    expect(await compute().tolist()).toEqual(expected);
  });

  test.each<[string, () => torch.Tensor, string]>([
    ['gcd of floats', () => of([]).gcd(of([])), `"gcd_cpu" not implemented for 'Float'`],
    ['floor of bools', () => of([], bool).floor(), `"floor_vml_cpu" not implemented for 'Bool'`],
    ['no bits of floats', () => of([]).bitwiseAnd(of([], float64)), `"bitwise_and_cpu" not implemented for 'Double'`],
  ])('what has no kernel has none for no elements either: %s', (_, compute, message) => {
    expect(compute).toThrow(new torch.RuntimeError(message));
  });

  test('int64 is exact beyond 2^53', async () => {
    const x = torch.tensor([3037000500n, 2n ** 63n - 1n]);
    expect(await x.mul(x.index(0)).tolist()).toEqual([-9223372036709301616n, -3037000500]);
    expect(await x.add(1).tolist()).toEqual([3037000501, -(2n ** 63n)]);
    expect(await x.eq(9223372036854775807n).tolist()).toEqual([false, true]);
  });

  test.each(['floorDivide', 'remainder', 'fmod'] as const)('%s by zero', (name) => {
    expect(() => of([1], int64)[name](0)).toThrow(new torch.RuntimeError('ZeroDivisionError'));
    expect(() => of([1], int32)[name](of([0], int32))).toThrow('ZeroDivisionError');
  });
});

describe('corners of floats', () => {
  const inf = Infinity, nan = NaN;
  test.each<[string, () => torch.Tensor, number[]]>([
    ['floor division',
      () => of([-7, 7, inf, 1, -1, 0, nan, 0, -0, 1]).floorDivide(of([2, -2, 1, inf, inf, 0, 1, -3, 3, 0])),
      [-4, -4, nan, 0, -1, nan, nan, -0, -0, inf]],
    ['floor division is exact', () => of([1], float64).floorDivide(0.1), [9]],
    ['remainder', () => of([-7, 7, inf, 1, -1, 5.5]).remainder(of([2, -2, 1, inf, inf, 0])), [1, -1, nan, 1, inf, nan]],
    ['copysign knows -0', () => of([1, -2, 3]).copysign(of([-0, 0, nan])), [-1, 2, 3]],
    ['halves to even', () => of([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]).round(), [-2, -2, -0, 0, 2, 2]],
    ['round to decimals', () => of([1234.567, -0.055], float64).round({ decimals: 2 }), [1234.57, -0.06]],
    ['round to hundreds', () => of([1250, 1350, -51]).round({ decimals: -2 }), [1200, 1400, -100]],
    ['maximum keeps NaN', () => of([1, nan, 3]).maximum(of([nan, 2, 1])), [nan, nan, 3]],
    ['fmax avoids NaN', () => of([1, nan, nan]).fmax(of([nan, 2, nan])), [1, 2, nan]],
    ['clamp keeps NaN', () => of([-1, nan, 3]).clamp(0, 1), [0, nan, 1]],
    ['clamp with bounds in the wrong order', () => of([-1, 0.5, 3]).clamp(2, 1), [1, 1, 1]],
    ['powers', () => of([1, -1, 0, -8, 2, -inf]).pow(of([nan, inf, 0, 1 / 3, -inf, 3])), [1, 1, 1, nan, 0, -inf]],
    ['NaN to the 0', () => of([nan]).pow(0), [1]],
    ['xlogy', () => of([0, 0, 1, 0, nan]).xlogy(of([0, nan, 0, inf, 1])), [0, nan, -inf, 0, nan]],
    ['hypot does not overflow early',
      () => of([3 * 2 ** 600, inf, nan, 0], float64).hypot(of([2 ** 602, nan, inf, 0], float64)),
      [5 * 2 ** 600, inf, inf, 0]],
    ['logaddexp of infinities', () => of([-inf, inf]).logaddexp(of([-inf, -inf])), [-inf, inf]],
    ['nanToNum', () => of([nan, inf, -inf], float64).nanToNum(), [0, Number.MAX_VALUE, -Number.MAX_VALUE]],
    ['heaviside', () => of([-1, 0, 2, nan]).heaviside(torch.tensor(0.5)), [0, 0.5, 1, 0]],
    ['lerp meets its end', () => of([1]).lerp(of([1e8]), 1), [1e8]],
    ['sign of NaN', () => of([nan, -0, -3]).sign(), [0, 0, -1]],
    ['sinc', () => of([0, 0.5]).sinc().mul(Math.PI / 2), [Math.fround(Math.PI / 2), 1]],
    ['relu keeps NaN, and the sign of zero', () => of([-1, nan, 2, -0]).relu(), [0, nan, 2, -0]],
    ['clamp keeps the sign of zero', () => of([-0, 0]).clamp({ min: 0 }).add(of([-0, -0])), [-0, 0]],
    ['bessel', () => of([inf, 0]).i0(), [nan, 1]],
    ['entr', () => torch.special.entr(of([0, -1, nan, inf])), [0, -inf, nan, -inf]],
    ['logit beyond its domain', () => of([-1, 0, 1, 2]).logit(), [nan, -inf, inf, nan]],
    ['polygamma at infinity', () => of([inf, -inf]).polygamma(1), [0, nan]],
  ])('%s', async (_, compute, expected) => {
    const result = await compute().tolist() as number[];
    expect(result.map((x) => (Object.is(x, -0) ? '-0' : x))).toEqual(expected.map((x) => (Object.is(x, -0) ? '-0' : x)));
  });

  test('tests of elements', async () => {
    const x = of([NaN, Infinity, -Infinity, -0, 0, 1]);
    expect(await x.signbit().tolist()).toEqual([false, false, true, true, false, false]);
    expect(await x.isinf().tolist()).toEqual([false, true, true, false, false, false]);
    expect(await x.isfinite().tolist()).toEqual([false, false, false, true, true, true]);
    expect(await x.logicalNot().tolist()).toEqual([false, false, false, true, true, false]);
    expect(await torch.isin(x, of([NaN, 0, -Infinity])).tolist()).toEqual([false, false, true, true, true, false]);
    expect(await torch.isin(2, of([1, 2], int64), { invert: true }).item()).toBe(false);
    expect(await torch.isclose(of([1, Infinity, Infinity, NaN]), of([1.00000001, Infinity, -Infinity, NaN])).tolist())
      .toEqual([true, true, false, false]);
    expect(await torch.allclose(of([NaN]), of([NaN]), { equalNan: true })).toBe(true);
    expect(await torch.equal(of([1, 2]), of([1, 2], float64))).toBe(true);
    expect(await torch.equal(of([1, 2]), of([1]))).toBe(false);
  });
});

describe('dtypes', () => {
  test.each<[Operand, Operand, (x: Operand, y: Operand) => torch.Tensor, DType]>([
    [of([1], int64), 2, torch.add, int64], [of([1], int64), 2.5, torch.mul, float32],
    [of([1], float64), 2.5, torch.sub, float64],
    [of([1], uint8), of([1], int8), torch.add, torch.int16], [of([1], bool), true, torch.add, bool],
    [of([1], bool), 2, torch.mul, int64],
    [of([1], float16), of([1], torch.bfloat16), torch.add, float32], [of([1], int64), of([1], int64), torch.div, float32],
    [of([1], float32), torch.tensor(1, { dtype: float64 }), torch.add, float32],
    [of([1], int64), torch.tensor(1, { dtype: float64 }), torch.add, float64],
    [2, of([1], int64), torch.pow, int64], [of([1], int32), 0.5, (x, y) => torch.clampMin(x as torch.Tensor, y), float32],
    [of([1], int64), 2, torch.floatPower, float64], [of([1], int64), 1, torch.atan2, float32],
    [of([1], bool), 1, torch.eq, bool],
    [of([1], int64), 2.5, (x, y) => torch.where(of([1], bool), x, y), float32],
    [of([1], int64), 2.5, (x, y) => (x as torch.Tensor).maskedFill(of([1], bool), y), int64],
  ])('%s with %s', (x, y, f, dtype) => {
    expect(f(x, y).dtype).toBe(dtype);
  });

  test('a number is read in the dtype that it meets', async () => {
    expect(await of([0], float64).add(0.1).tolist()).toEqual([0.1]);
    expect(await of([0]).add(0.1).tolist()).toEqual([Math.fround(0.1)]);
    expect(torch.resultType(of([1], int64), 1.5)).toBe(float32);
    expect(torch.finfo(float32)).toMatchObject({ eps: 2 ** -23, max: 3.4028234663852886e38, tiny: 2 ** -126, bits: 32 });
    expect(torch.iinfo(int64).min).toBe(-(2n ** 63n));
  });

  // what PyTorch prints
  test.each<[() => object, string]>([
    [() => torch.finfo(torch.float16), 'finfo(resolution=0.001, min=-65504, max=65504, eps=0.000976562, smallest_normal=6.10352e-05, tiny=6.10352e-05, dtype=float16)'],
    [() => torch.finfo(torch.bfloat16), 'finfo(resolution=0.01, min=-3.38953e+38, max=3.38953e+38, eps=0.0078125, smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=bfloat16)'],
    [() => torch.finfo(torch.complex64), 'finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, smallest_normal=1.17549e-38, tiny=1.17549e-38, dtype=float32)'],
    [() => torch.finfo(float64), 'finfo(resolution=1e-15, min=-1.79769e+308, max=1.79769e+308, eps=2.22045e-16, smallest_normal=2.22507e-308, tiny=2.22507e-308, dtype=float64)'],
    [() => torch.iinfo(torch.uint8), 'iinfo(min=0, max=255, dtype=uint8)'],
    [() => torch.iinfo(int64), 'iinfo(min=-9.22337e+18, max=9.22337e+18, dtype=int64)'],
  ])('%s prints what it holds', (make, text) => {
    expect([String(make()), inspect(make())]).toEqual([text, text]);
    expect(Object.keys(make())).not.toContain('toString');
  });

  test.each<[string, () => unknown, string]>([
    ['neg of bools', () => of([1], bool).neg(),
      'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the ' +
      '`~` or `logical_not()` operator instead.'],
    ['sub of bools', () => of([1], bool).sub(of([1], bool)),
      'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` ' +
      'operator instead.'],
    ['bits of floats', () => of([1]).bitwiseAnd(of([1])), '"bitwise_and_cpu" not implemented for \'Float\''],
    ['abs of bools', () => of([1], bool).abs(), '"abs_cpu" not implemented for \'Bool\''],
    ['in place, floats into ints', () => of([1], int64).add_(1.5),
      "result type Float can't be cast to the desired output type Long"],
    ['in place, true quotients of ints', () => of([1], int64).div_(2),
      "result type Float can't be cast to the desired output type Long"],
    ['out, floats into ints', () => torch.exp(of([1]), { out: of([1], int64) }),
      "result type Float can't be cast to the desired output type Long"],
    ['negative powers of ints', () => of([1], int64).pow(-1), 'Integers to negative integer powers are not allowed.'],
    ['alpha of ints', () => of([1], int64).add(1, { alpha: 2.5 }),
      'For integral input tensors, argument alpha must not be a floating point number.'],
    ['a rounding mode', () => of([1]).div(1, { roundingMode: 'up' as 'floor' }),
      "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found 'up'"],
    ['no bounds', () => of([1]).clamp(), "torch.clamp: At least one of 'min' or 'max' must not be None"],
    ['a condition of floats', () => torch.where(of([1]), 1, 2),
      'where expected condition to be a boolean tensor, but got a tensor with dtype Float'],
    ['a mask of floats', () => of([1]).maskedFill(of([1]), 1),
      'masked_fill_ only supports boolean masks, but got mask with dtype float'],
    ['lerp of two dtypes', () => of([1]).lerp(of([1], float64), 0.5),
      'expected dtype float for `end` but got dtype double'],
    ['isclose of two dtypes', () => torch.isclose(of([1]), of([1], float64)), 'Float did not match Double'],
    ['a shape in place', () => torch.ones(3).add_(torch.ones(2, 3)),
      "output with shape [3] doesn't match the broadcast shape [2, 3]"],
    ['a shape that does not fit, before a dtype', () => torch.ones(1, { dtype: bool }).add_(torch.ones(3)),
      "output with shape [1] doesn't match the broadcast shape [3]"],
    ['prelu', () => torch.prelu(torch.ones(2, 3), torch.ones(2)),
      'Mismatch of parameter numbers and input channel size. Found parameter numbers = 2 and channel size = 3.'],
    ['written over itself', () => torch.ones(1).expand(3).add_(1),
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location. ' +
      'Please clone() the tensor before performing the operation.'],
    ['written over another part of itself', () => {
      const x = torch.arange(6);
      x.slice(0, 1).copy_(x.slice(0, 0, 5));
    }, 'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory ' +
      'location. Please clone() the tensor before performing the operation.'],
    ['written over the whole from a row', () => {
      const x = torch.ones(2, 3);
      x.copy_(x.index(0));
    }, 'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory ' +
      'location. Please clone() the tensor before performing the operation.'],
    ['written over its transpose', () => {
      const x = torch.ones(2, 2);
      x.add_(x.t());
    }, 'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory ' +
      'location. Please clone() the tensor before performing the operation.'],
  ])('refused: %s', (_, call, message) => {
    expect(call).toThrow(new torch.RuntimeError(message));
  });

  test('numbers alone are no operands', () => {
    expect(() => torch.add(1 as unknown as torch.Tensor, 2))
      .toThrow("add(): argument 'input' (position 1) must be Tensor, not number");
    expect(() => of([1]).mul('2' as unknown as number))
      .toThrow('expected a Tensor, number, bigint or boolean, but got string');
  });
});

describe('writing', () => {
  test('out is resized and converted, and may be an operand', async () => {
    const x = of([1, 2, 3]), out = torch.empty(0, { dtype: float64 });
    expect(torch.mul(x, 2, { out })).toBe(out);
    expect(await out.tolist()).toEqual([2, 4, 6]);
    expect(torch.sub(x, 1, { out: x })).toBe(x);
    expect(await x.tolist()).toEqual([0, 1, 2]);
  });

  test('in place through views, counted by the version', async () => {
    const x = torch.zeros(2, 3);
    expect(x._version).toBe(0);
    x.t().add_(of([1, 2])).clampMax_(1.5);
    expect(x._version).toBe(2);
    expect(await x.tolist()).toEqual([[1, 1, 1], [1.5, 1.5, 1.5]]);
    expect(await x.gt_(1).tolist()).toEqual([[0, 0, 0], [1, 1, 1]]);
  });

  test('in place where memory is shared', async () => {
    const x = torch.arange(6).float();
    x.slice(0, 0, 3).add_(x.slice(0, 3)); // halves
    expect(await x.tolist()).toEqual([3, 5, 7, 3, 4, 5]);
    expect(await x.mul_(x).tolist()).toEqual([9, 25, 49, 9, 16, 25]);
    x.slice(0, 0, 6, 2).copy_(x.slice(0, 1, 6, 2)); // interleaved
    expect(await x.tolist()).toEqual([25, 25, 9, 9, 25, 25]);
    const repeated = torch.ones(1).expand(3);
    expect(await repeated.fill_(3).tolist()).toEqual([3, 3, 3]);
    expect(await repeated.zero_().tolist()).toEqual([0, 0, 0]);
  });

  test('an expression with many steps keeps its constants from block to block', async () => {
    const n = 2500, x = torch.linspace(-4, 4, n, { dtype: float64 });
    const y = await torch.special.logNdtr(x).tolist() as number[];
    const z = await torch.special.logNdtr(x.slice(0, n - 1, n)).tolist() as number[];
    expect(y.at(-1)).toBe(z[0]);
    expect(y[1249]).toBeCloseTo(Math.log(0.5), 2);
  });
});
