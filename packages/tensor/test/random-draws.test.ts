import { beforeEach, describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { empty, float16, float64, int16, uint8 } = torch;

beforeEach(() => { torch.manualSeed(5); });

/** Values to six decimals. */
const rounded = async (x: torch.Tensor): Promise<number[]> =>
  (await x.to(float64).reshape(-1).tolist() as number[]).map((v) => Math.round(v * 1e6) / 1e6);

// expected values are what PyTorch draws after manual_seed(5)

test.each<[string, () => torch.Tensor, number[]]>([
  ['rand', () => torch.rand(2, 3), [0.830252, 0.126111, 0.90747, 0.819927, 0.920103, 0.116645]],
  ['randn', () => torch.randn(3), [-0.486781, -0.603822, -0.558096]],
  ['randn of sixteen', () => torch.randn(16).slice(0, 0, 4), [1.84233, 0.518887, -1.711921, -1.701379]],
  ['randint', () => torch.randint(-5, 5, [6]), [-4, -1, 2, 0, 1, -5]],
  ['randintLike of a transposed tensor', () => torch.randintLike(empty(3, 2).t(), 3, 10), [4, 5, 9, 8, 6, 4]],
  ['randperm', () => torch.randperm(6), [5, 0, 1, 3, 4, 2]],
  ['uniform_ in the order of memory', () => empty(2, 3).t().uniform_(),
    [0.830252, 0.819927, 0.126111, 0.920103, 0.90747, 0.116645]],
  ['normal_ of a tensor that is not contiguous', () => empty(5, 4).t().normal_().reshape(-1).slice(0, 0, 6),
    [-0.486781, -0.197415, 0.631213, 0.222459, -0.582883, -0.603822]],
  ['bernoulli_', () => empty(3, 4).t().bernoulli_(0.4), [0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1]],
  ['float16', () => empty(3, { dtype: float16 }).uniform_(), [0.42334, 0.100586, 0.991699]],
  ['normal of tensors', () => torch.normal(torch.arange(4).float(), torch.arange(1, 3).float().view(2, 1)),
    [-0.486781, 0.396178, 1.441904, 3.667524, -0.39483, 4.885567, -0.803404, 1.474886]],
  ['poisson', () => torch.poisson(torch.linspace(0, 20, 6)), [0, 4, 9, 10, 14, 20]],
  ['multinomial', () => torch.multinomial(torch.tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]), 2), [2, 1, 0, 1]],
  ['exponential_', () => empty(3).exponential_(), [1.027264, 0.300778, 0.447581]],
  ['cauchy_', () => empty(3).cauchy_(), [0.47832, -0.940495, -0.467392]],
  ['geometric_', () => empty(3).geometric_(0.3), [2, 4, 3]],
  ['logNormal_', () => empty(3).logNormal_(), [1.026791, 0.812497, 0.890304]],
])('%s', async (_, draw, expected) => {
  expect(await rounded(draw())).toEqual(expected);
});

describe('forms of calls', () => {
  const again = async (a: () => torch.Tensor, b: () => torch.Tensor): Promise<void> => {
    torch.manualSeed(5);
    const first = await rounded(a());
    torch.manualSeed(5);
    expect(await rounded(b())).toEqual(first);
  };

  test('randint and random_ without a lower end', async () => {
    await again(() => torch.randint(0, 7, [9]), () => torch.randint(7, [9]));
    await again(() => empty(9).random_(0, 7), () => empty(9).random_(7));
    await again(() => torch.randintLike(empty(4), 0, 3), () => torch.randintLike(empty(4), 3));
    expect(torch.randint(7, [9]).dtype).toBe(torch.int64);
    expect(torch.randint(7, [9], { dtype: uint8 }).dtype).toBe(uint8);
    expect(Math.max(...await empty(99, { dtype: int16 }).random_().tolist() as number[])).toBeGreaterThan(2 ** 14);
  });

  test('bernoulli with a probability, as an argument or an option, and with one per element', async () => {
    await again(() => empty(9).bernoulli_(0.3), () => empty(9).bernoulli_({ p: 0.3 }));
    await again(() => empty(9).bernoulli_(0.3), () => torch.bernoulli(empty(9), 0.3));
    await again(() => torch.full([9], 0.3).bernoulli(), () => empty(9).bernoulli_(torch.tensor(0.3)));
  });

  test('normal with numbers and tensors', async () => {
    await again(() => torch.normal(2, 3, [4]), () => empty(4).normal_(2, 3));
    await again(() => torch.normal(torch.zeros(4), 3), () => torch.normal(torch.zeros(4), { std: 3 }));
    await again(() => torch.normal(torch.ones(4), 3), () => torch.normal(1, torch.full([4], 3)));
  });

  test('a generator of its own leaves the default one alone', async () => {
    const generator = new torch.Generator().manualSeed(5);
    const expected = await rounded(torch.rand(4));
    torch.manualSeed(1);
    const state = torch.getRngState();
    expect(await rounded(torch.rand(4, { generator }))).toEqual(expected);
    expect(await rounded(empty(2).uniform_(0, 1, { generator }))).not.toEqual(expected.slice(0, 2));
    expect(await torch.equal(torch.getRngState(), state)).toBe(true);
  });

  test('states are uint8 tensors', async () => {
    const generator = new torch.Generator().manualSeed(3), state = generator.getState();
    expect(state.dtype).toBe(uint8);
    expect(state.shape).toEqual([5056]);
    const drawn = await torch.rand(3, { generator }).tolist();
    expect(await torch.rand(3, { generator: generator.setState(state) }).tolist()).toEqual(drawn);
    torch.setRngState(state);
    expect(await torch.rand(3).tolist()).toEqual(drawn);
    expect(() => generator.setState(torch.zeros(5056))).toThrow(new TypeError('RNG state must be a torch.ByteTensor'));
  });

  test('new tensors have version 0, filled ones count', () => {
    expect(torch.randn(3)._version).toBe(0);
    expect(torch.randn(3).normal_()._version).toBe(1);
  });
});

test.each<[string, () => unknown, string]>([
  ['rand of integers', () => torch.rand(2, { dtype: torch.int64 }), '"check_uniform_bounds" not implemented for \'Long\''],
  ['an empty range', () => torch.randint(5, 5, [2]), "random_ expects 'from' to be less than 'to', but got from=5 >= to=5"],
  ['a probability beyond 1', () => torch.bernoulli(torch.tensor([1.5])), 'Expected p_in >= 0 && ' +
    'p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, please report an ' +
    'enhancement request to PyTorch.)'],
  ['a negative deviation', () => torch.normal(0, -1, [2]), 'normal expects std >= 0.0, but found std -1'],
  ['negative deviations', () => torch.normal(torch.zeros(2), torch.tensor([1, -1])),
    'normal expects all elements of std >= 0.0'],
  ['too many samples', () => torch.multinomial(torch.ones(3), 5),
    'cannot sample n_sample > prob_dist.size(-1) samples without replacement'],
  ['a table of probabilities', () => torch.multinomial(torch.ones(1, 2, 3), 1), 'prob_dist must be 1 or 2 dim'],
  ['an unlikely permutation', () => torch.randperm(-1), 'n must be non-negative, got-1'],
])('refused: %s', (_, call, message) => {
  expect(call).toThrow(new torch.RuntimeError(message));
});
