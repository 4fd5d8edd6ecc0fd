import { describe, expect, test } from 'vitest';
import {
  bfloat16, bool, float16, float32, float64, int16, int32, int64, int8, uint8, type DType,
} from '../src/dtype.js';
import { RuntimeError } from '../src/errors.js';
import * as random from '../src/random/index.js';

const { Generator, defaultGenerator } = random;
const floats = (n: number): Float32Array => new Float32Array(n);

describe('Generator', () => {
  test('is the Mersenne Twister', () => {
    // the 1st, 2nd and 10,000th number of std::mt19937's default seed, the last one as the C++ standard demands it
    const generator = new Generator().manualSeed(5489);
    expect([generator.random(), generator.random()]).toEqual([3499211612, 581869302]);
    for (let i = 3; i < 10_000; i++) generator.random();
    expect(generator.random()).toBe(4123659995);
  });

  test('many draws at once are those that come one by one', () => {
    const [many, single] = [new Generator().manualSeed(7), new Generator().manualSeed(7)], words = new Uint32Array(2000);
    for (const count of [0, 1, 3, 620, 624, 0, 1, 1248, 2000, 623]) {
      many.draw(words, count);
      expect([...words.subarray(0, count)]).toEqual(Array.from({ length: count }, () => single.random()));
      expect(many.getStateBytes()).toEqual(single.getStateBytes());
    }
  });

  test('random64 puts the first draw into the upper half', () => {
    const generator = new Generator().manualSeed(5489);
    expect(generator.random64()).toBe((3499211612n << 32n) | 581869302n);
  });

  test('starts from PyTorch\'s default seed', () => {
    expect(new Generator().initialSeed()).toBe(67280421310721);
    expect(new Generator().random()).toBe(new Generator().manualSeed(67280421310721).random());
  });

  test('draws anew after the same seed, the cached normal number forgotten', () => {
    const generator = new Generator().manualSeed(3);
    const first = floats(3);
    random.fillNormal(first, float32, 0, 1, generator);
    const second = floats(3);
    random.fillNormal(second, float32, 0, 1, generator.manualSeed(3));
    expect(second).toEqual(first);
  });

  test.each([
    [3, 3], [3n, 3], [-1, 2n ** 64n - 1n], [-(2n ** 63n), 2n ** 63n], [2n ** 64n - 1n, 2n ** 64n - 1n],
  ])('seed %s is kept as %s', (given, kept) => {
    expect(new Generator().manualSeed(given).initialSeed()).toBe(kept);
  });

  test.each([2n ** 64n, -(2n ** 63n) - 1n, 1e30])('seed %s does not fit', (seed) => {
    expect(() => new Generator().manualSeed(seed)).toThrow(new RuntimeError('Overflow when unpacking long'));
  });

  test.each([
    [1.5, 'float'], [NaN, 'float'], ['a', 'string'], [undefined, 'undefined'],
  ])('seed %s is no integer', (seed, type) => {
    expect(() => new Generator().manualSeed(seed as number))
      .toThrow(new RuntimeError(`manual_seed expected a long, but got ${type}`));
  });

  test('seed() takes 53 bits from the system', () => {
    const generator = new Generator();
    const seed = generator.seed();
    expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
    expect(generator.initialSeed()).toBe(seed);
    expect(generator.seed()).not.toBe(seed);
  });

  test('a clone goes its own way', () => {
    const generator = new Generator().manualSeed(9);
    random.fillNormal(floats(5), float32, 0, 1, generator);
    const clone = generator.clone();
    const expected = [clone.random(), clone.random()];
    expect([generator.random(), generator.random()]).toEqual(expected);
    expect(clone.nextNormal).toBe(generator.nextNormal);
  });

  test('refuses what is not a state', () => {
    const generator = new Generator();
    expect(() => generator.setStateBytes([] as unknown as Uint8Array)).toThrow('RNG state must be a torch.ByteTensor');
    expect(() => generator.setStateBytes(new Uint8Array(10))).toThrow(new RuntimeError(
      'Expected either a CPUGeneratorImplStateLegacy of size 5048 or a CPUGeneratorImplState of size 5056 ' +
      'but found the input RNG state size to be 10'));
    expect(() => generator.setStateBytes(new Uint8Array(5056))).toThrow(new RuntimeError('Invalid mt19937 state'));
  });

  test('takes the shorter states of old checkpoints', () => {
    const generator = new Generator().manualSeed(4);
    const old = generator.getStateBytes().subarray(0, 5048);
    expect(new Generator().setStateBytes(old).random()).toBe(generator.random());
  });

  test('exists on the CPU only', () => {
    expect(String(new Generator('cpu').device)).toBe('cpu');
    expect(() => new Generator('cuda'))
      .toThrow(new RuntimeError('Device type CUDA is not supported for torch.Generator() api.'));
  });
});

describe('the default generator', () => {
  test('is seeded by manualSeed and draws where no generator is given', () => {
    expect(random.manualSeed(0)).toBe(defaultGenerator);
    expect(random.initialSeed()).toBe(0);
    const uniform = floats(2);
    random.fillUniform(uniform, float32);
    expect([...uniform]).toEqual([0.49625658988952637, 0.7682217955589294]);
    const permutation = new BigInt64Array(10);
    random.manualSeed(0);
    random.fillRandperm(permutation, int64);
    expect([...permutation].map(Number)).toEqual([4, 1, 7, 5, 3, 9, 0, 8, 6, 2]);
  });

  test('takes the integral part of a seed', () => {
    random.manualSeed(1.5);
    expect(random.initialSeed()).toBe(1);
    expect(() => random.manualSeed(NaN)).toThrow(RuntimeError);
  });

  test('seed() makes it unforeseeable again', () => {
    expect(random.seed()).toBe(random.initialSeed());
  });
});

describe('draws', () => {
  test('random_ over 2^64 values reaches both signs', () => {
    const out = new BigInt64Array(64);
    random.fillRandomRange(out, int64, -(2n ** 63n), undefined, new Generator());
    expect(out.some((x) => x < 0n) && out.some((x) => x > 0n)).toBe(true);
  });

  test('draw into a part of a larger buffer', () => {
    const whole = new BigInt64Array(6).fill(-1n);
    random.fillRandomRange(whole.subarray(2, 4), int64, 0, 1);
    expect([...whole]).toEqual([-1n, -1n, 0n, 0n, -1n, -1n]);
  });

  test('of size zero draw nothing', () => {
    const generator = new Generator().manualSeed(2);
    random.fillUniform(floats(0), float32, 0, 1, generator);
    random.fillNormal(floats(0), float32, 0, 1, generator);
    random.fillRandperm(new BigInt64Array(0), int64, generator);
    expect(generator.random()).toBe(new Generator().manualSeed(2).random());
  });

  test('a rate of zero gives infinity', () => {
    const out = floats(3);
    random.fillExponential(out, float32, 0);
    expect([...out]).toEqual([Infinity, Infinity, Infinity]);
  });

  test('multinomial ranks equal scores by index', () => {
    const out = random.multinomial(floats(3).fill(0).map((_, i) => (i === 1 ? 1 : 0)), float32, 1, 3, 3);
    expect([...out]).toEqual([1n, 0n, 2n]);
  });
});

/** Messages recorded from PyTorch. */
describe('refusals', () => {
  const arrayOf = (dtype: DType): never => new dtype.Array(3) as never;
  const range = (dtype: DType, from: number | bigint, to?: number | bigint) => () =>
    random.fillRandomRange(arrayOf(dtype), dtype, from, to);
  const uniform = (dtype: DType, from: number, to: number) => () =>
    random.fillUniform(arrayOf(dtype), dtype, from, to);
  const choose = (p: number[], samples: number, replacement: boolean, dtype = float32) => () =>
    random.multinomial(Float32Array.from(p), dtype, 1, p.length, samples, replacement);

  test.each<[message: string, call: () => unknown]>([
    ['uniform_ expects to return a [from, to) range, but found from=3 > to=2', uniform(float32, 3, 2)],
    ['from is out of bounds for float', uniform(float32, -1e39, 2)],
    ['from is out of bounds for float', uniform(float32, NaN, 2)],
    ['to is out of bounds for double', uniform(float64, 0, Infinity)],
    ['from is out of bounds for c10::Half', uniform(float16, -1e5, 2)],
    ['uniform_ expects to-from <= std::numeric_limits<Float>::max(), but found to=3e+38 and from=-3e+38 which result ' +
      'in to-from to exceed the limit', uniform(float32, -3e38, 3e38)],
    ['uniform_ expects to-from <= std::numeric_limits<Half>::max(), but found to=60000 and from=-60000 which result ' +
      'in to-from to exceed the limit', uniform(float16, -6e4, 6e4)],
    ['"check_uniform_bounds" not implemented for \'Long\'', uniform(int64, 0, 1)],
    ['"normal_kernel_cpu" not implemented for \'Long\'', () => random.fillNormal(arrayOf(int64), int64)],
    ['normal expects std >= 0.0, but found std -1', () => random.fillNormal(floats(3), float32, 0, -1)],
    ['normal expects std >= 0.0, but found std -1.23457e-10',
      () => random.fillNormal(floats(20), float32, 0, -1.23456789e-10)],
    ['normal expects std >= 0.0, but found std nan', () => random.fillNormal(floats(3), float32, 0, NaN)],
    ['log_normal_ expects std > 0.0, but found std=0', () => random.fillLogNormal(floats(3), float32, 0, 0)],
    ['"log_normal_cpu" not implemented for \'Int\'', () => random.fillLogNormal(arrayOf(int32), int32)],
    ['bernoulli_ expects p to be in [0, 1], but got p=2', () => random.fillBernoulli(floats(3), float32, 2)],
    ['bernoulli_ expects p to be in [0, 1], but got p=1.5001', () => random.fillBernoulli(floats(3), float32, 1.5001)],
    ['bernoulli_ expects p to be in [0, 1], but got p=123456',
      () => random.fillBernoulli(floats(3), float32, 123456.5)],
    ['bernoulli_ expects p to be in [0, 1], but got p=1.23457e+06',
      () => random.fillBernoulli(floats(3), float32, 1234567)],
    ['bernoulli_ expects p to be in [0, 1], but got p=nan', () => random.fillBernoulli(floats(3), float32, NaN)],
    ['"bernoulli_scalar_cpu_" not implemented for \'Half\'', () => random.fillBernoulli(floats(3), float16)],
    ['"bernoulli_tensor_cpu_self_" not implemented for \'Half\'',
      () => random.fillBernoulliFrom(floats(3), float16, floats(3), float32)],
    ['"bernoulli_tensor_cpu_p_" not implemented for \'Half\'',
      () => random.fillBernoulliFrom(floats(3), float32, floats(3), float16)],
    ['Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  ' +
      'If so, please report an enhancement request to PyTorch.)',
      () => random.fillBernoulliFrom(floats(2), float32, Float32Array.of(0.5, 1.5), float32)],
    ['exponential_ expects lambda >= 0.0, but found lambda=-1e-05',
      () => random.fillExponential(floats(3), float32, -1e-5)],
    ['exponential_ expects lambda >= 0.0, but found lambda=-inf',
      () => random.fillExponential(floats(3), float32, -Infinity)],
    ['"exponential_cpu" not implemented for \'Long\'', () => random.fillExponential(arrayOf(int64), int64)],
    ['"cauchy_cpu" not implemented for \'Long\'', () => random.fillCauchy(arrayOf(int64), int64)],
    ['geometric_ expects p to be in (0, 1), but got p=1', () => random.fillGeometric(floats(3), float32, 1)],
    ['"geometric_cpu" not implemented for \'Bool\'', () => random.fillGeometric(arrayOf(bool), bool, 0.3)],
    ['invalid Poisson rate, expected rate to be non-negative',
      () => random.fillPoisson(floats(1), float32, Float32Array.of(-1))],
    ['"poisson_cpu" not implemented for \'Half\'', () => random.fillPoisson(floats(1), float16, floats(1))],
    ["random_ expects 'from' to be less than 'to', but got from=5 >= to=5", range(int64, 5, 5)],
    ['to - 1 is out of bounds for unsigned char', range(uint8, 0, 257)],
    ['from is out of bounds for unsigned char', range(uint8, -1, 25)],
    ['to - 1 is out of bounds for signed char', range(int8, 0, 2 ** 31)],
    ['to - 1 is out of bounds for short int', range(int16, 0, 2 ** 31)],
    ['from is out of bounds for int', range(int32, -(2 ** 40), 25)],
    ['to - 1 is out of bounds for bool', range(bool, 0, 3)],
    ['from is out of bounds for bool', range(bool, 2)],
    ['to - 1 is out of bounds for c10::Half', range(float16, 0, 2 ** 40)],
    ["random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from=2051 >= to=2050",
      range(float16, 2051, 2052)],
    ["random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, but got " +
      'from=16777217 > to_inc=16777216', range(float32, 2 ** 24 + 1)],
    ['random_full_64_bits_range_kernel_cpu handles only int64, double, float and bfloat16', range(int32, -(2n ** 63n))],
    ['"random_full_64_bits_range_kernel_cpu" not implemented for \'Half\'', range(float16, -(2n ** 63n))],
    ['Overflow when unpacking long', range(int64, 0, 2n ** 63n)],
    ['n cannot be greater than 2049 for Half type.', () => random.fillRandperm(floats(2050), float16)],
    ['value cannot be converted to type uint8_t without overflow',
      () => random.fillRandperm(new Uint8Array(257), uint8)],
    ['value cannot be converted to type int8_t without overflow', () => random.fillRandperm(new Int8Array(129), int8)],
    ['"randperm" not implemented for \'Bool\'', () => random.fillRandperm(new Uint8Array(2), bool)],
    ['cannot sample n_sample > prob_dist.size(-1) samples without replacement', choose([0.1, 0.2], 3, false)],
    ['cannot sample n_sample <= 0 samples', choose([0.1, 0.2], 0, true)],
    ['probability tensor contains either `inf`, `nan` or element < 0', choose([0.1, -0.2], 1, false)],
    ['probability tensor contains either `inf`, `nan` or element < 0', choose([0.1, NaN], 1, false)],
    ['invalid multinomial distribution (encountering probability entry < 0)', choose([0.1, -0.2], 1, true)],
    ['invalid multinomial distribution (encountering probability entry < 0)', choose([NaN, 2], 1, true)],
    ['invalid multinomial distribution (encountering probability entry = infinity or NaN)',
      choose([Infinity, 1], 1, true)],
    ['invalid multinomial distribution (sum of probabilities <= 0)', choose([0, 0], 1, false)],
    ['invalid multinomial distribution (sum of probabilities <= 0)', choose([0, 0], 1, true)],
    ['multinomial only supports floating-point dtypes for input, got: Long', choose([1, 2], 1, true, int64)],
    ['multinomial is not implemented for half on CPU', choose([1, 2], 1, true, float16)],
  ])('%s', (message, call) => {
    expect(call).toThrow(new RuntimeError(message));
  });

  test('a bound that is no integer', () => {
    expect(range(int64, 0.5, 3)).toThrow("random_(): argument 'from' must be int, not float");
  });

  test('bounds within the dtype\'s limits pass', () => {
    expect(range(bfloat16, 0, 2n ** 63n - 1n)).not.toThrow();
    expect(range(uint8, 0, 256)).not.toThrow();
    expect(() => random.fillRandperm(new Uint8Array(256), uint8)).not.toThrow();
  });
});
