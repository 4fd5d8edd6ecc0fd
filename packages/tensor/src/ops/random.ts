import { launch, runStructured, type RealOperand } from '../dispatch.js';
import { int64 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes } from '../layout.js';
import type { Op, StructuredOp } from '../op.js';
import { checked } from '../options.js';
import { defaultGenerator } from '../random/index.js';
import { thenLeave } from '../scope.js';
import { Tensor } from '../tensor.js';
import { asOut, empty, splitSizes, withGrad, type CreationOptions, type SizesAndOptions, type TensorOptions } from './creation.js';
import type { OutOption } from './define.js';
import { emptyLike } from './like.js';
import { intoOut } from './out.js';
import { bernoulli_, generatorOf, normal_, type BernoulliOptions, type GeneratorOption } from './random-inplace.js';
import { randomOps } from './random-records.js';

/** What functions that make random tensors take besides sizes. */
export interface RandomOptions extends CreationOptions, GeneratorOption {}

/** Fills a new tensor: nothing to record, and its version stays 0. */
function fillNew<A>(op: StructuredOp<A>, x: Tensor, attrs: A, { requiresGrad, out }: CreationOptions): Tensor {
  launch(op as unknown as Op<never>, x.device, [x], [x], attrs);
  return withGrad(intoOut(x, out), requiresGrad);
}

const bare = ({ dtype, device, memoryFormat }: TensorOptions): TensorOptions => ({ dtype, device, memoryFormat });
const uniform = (options: GeneratorOption) => ({ from: 0, to: 1, generator: generatorOf('rand', options) });
const standard = (options: GeneratorOption) => ({ mean: 0, std: 1, generator: generatorOf('randn', options) });

/**
 * Uniform numbers of [0, 1).
 * @see https://pytorch.org/docs/stable/generated/torch.rand.html
 * @example torch.manualSeed(0); torch.rand(2) // tensor([0.4963, 0.7682])
 */
export function rand(...args: SizesAndOptions<RandomOptions>): Tensor {
  const [size, given] = splitSizes<RandomOptions>(args), options = asOut(given);
  return fillNew(randomOps.uniform, empty(size, bare(options)), uniform(options), options);
}

/**
 * Normal numbers of mean 0 and variance 1.
 * @see https://pytorch.org/docs/stable/generated/torch.randn.html
 * @example torch.manualSeed(0); torch.randn(2) // tensor([ 1.5410, -0.2934])
 */
export function randn(...args: SizesAndOptions<RandomOptions>): Tensor {
  const [size, given] = splitSizes<RandomOptions>(args), options = asOut(given);
  return fillNew(randomOps.normal, empty(size, bare(options)), standard(options), options);
}

/**
 * Uniform numbers of [0, 1), of the shape, dtype and device of `x`.
 * @see https://pytorch.org/docs/stable/generated/torch.rand_like.html
 */
export const randLike = (x: Tensor, options: RandomOptions = {}): Tensor =>
  fillNew(randomOps.uniform, emptyLike(x, bare(options)), uniform(options), options);

/**
 * Normal numbers, of the shape, dtype and device of `x`.
 * @see https://pytorch.org/docs/stable/generated/torch.randn_like.html
 */
export const randnLike = (x: Tensor, options: RandomOptions = {}): Tensor =>
  fillNew(randomOps.normal, emptyLike(x, bare(options)), standard(options), options);

type Integer = number | bigint;
const isInteger = (x: unknown): x is Integer => typeof x === 'number' || typeof x === 'bigint';

type RandintArguments =
  | [high: Integer, size: readonly number[], options?: RandomOptions]
  | [low: Integer, high: Integer, size: readonly number[], options?: RandomOptions];

/**
 * Integers of [low, high), int64 unless asked otherwise; without `low` from 0.
 * @throws RuntimeError for an empty range
 * @see https://pytorch.org/docs/stable/generated/torch.randint.html
 * @example torch.manualSeed(0); torch.randint(0, 10, [3]) // tensor([4, 9, 3])
 */
export function randint(...args: RandintArguments): Tensor {
  const given = isInteger(args[1]) ? args : [0, ...args];
  const [low, high, size, options = {}] = given as [Integer, Integer, readonly number[], RandomOptions?];
  if (!Array.isArray(size)) {
    throw new TypeError(`randint(): argument 'size' must be a list of integers, not ${typeof size}`);
  }
  const { dtype = int64, device } = asOut(checked<RandomOptions>('randint', options, 'dtype'));
  const x = empty(size, { dtype, device });
  return fillNew(randomOps.randomRange, x, { from: low, to: high, generator: generatorOf('randint', options) }, options);
}

/**
 * Integers of [low, high), of the shape, dtype and device of `x`.
 * @see https://pytorch.org/docs/stable/generated/torch.randint_like.html
 */
export function randintLike(x: Tensor, low: Integer, high?: Integer | RandomOptions, options?: RandomOptions): Tensor {
  const range = isInteger(high) ? { from: low, to: high } : { from: 0, to: low };
  const asked = (isInteger(high) ? options : high) ?? {};
  return fillNew(randomOps.randomRange, emptyLike(x, bare(asked)), { ...range, generator: generatorOf('randintLike', asked) }, asked);
}

/**
 * The integers of 0 to n - 1 in a random order, int64 unless asked otherwise.
 * @see https://pytorch.org/docs/stable/generated/torch.randperm.html
 * @example torch.manualSeed(0); torch.randperm(4) // tensor([0, 1, 3, 2])
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { dtype = int64, device } = asOut(checked<RandomOptions>('randperm', options, 'dtype'));
  if (!Number.isInteger(n)) throw new TypeError(`randperm(): argument 'n' must be an integer, not ${String(n)}`);
  if (n < 0) throw new RuntimeError(`n must be non-negative, got${n}`);
  const x = empty([n], { dtype, device });
  return fillNew(randomOps.randperm, x, { generator: generatorOf('randperm', options) }, options);
}

/**
 * Ones with the probabilities that `x` holds, zeros otherwise; with `p`, ones with that probability.
 * @throws RuntimeError for probabilities outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.bernoulli.html
 */
export function bernoulli(x: Tensor, p?: RealOperand | BernoulliOptions, options: GeneratorOption & OutOption = {}): Tensor {
  if (typeof p === 'object' && !(p instanceof Tensor)) return bernoulli(x, p.p, p);
  const drawn = p !== undefined ? bernoulli_(emptyLike(x), p, options)
    : runStructured(randomOps.bernoulliOf, [x], { generator: generatorOf('bernoulli', options) })[0];
  return intoOut(drawn, options.out);
}

/**
 * Counts of the Poisson distribution with the rates that `x` holds.
 * @see https://pytorch.org/docs/stable/generated/torch.poisson.html
 */
export const poisson = (x: Tensor, options?: GeneratorOption): Tensor =>
  runStructured(randomOps.poisson, [x], { generator: generatorOf('poisson', options) })[0];

export interface MultinomialOptions extends GeneratorOption, OutOption {
  /** whether a category may be drawn more than once */
  readonly replacement?: boolean | undefined;
}

/**
 * `numSamples` indices of categories per row, each with the probability that the row gives it.
 * @param x probabilities, not necessarily of sum 1: a row, or several
 * @see https://pytorch.org/docs/stable/generated/torch.multinomial.html
 */
export function multinomial(x: Tensor, numSamples: number, options: MultinomialOptions = {}): Tensor {
  const { replacement = false, out, ...rest } = checked('multinomial', options, 'replacement');
  if (x.dim() !== 1 && x.dim() !== 2) throw new RuntimeError('prob_dist must be 1 or 2 dim');
  return intoOut(runStructured(randomOps.multinomial, [x], { numSamples, replacement, generator: generatorOf('multinomial', rest) })[0], out);
}

export interface NormalOptions extends RandomOptions {
  readonly std?: RealOperand | undefined;
}

/**
 * Normal numbers: each with its own mean or deviation where that is a tensor, or of a size.
 * @throws RuntimeError for negative deviations
 * @see https://pytorch.org/docs/stable/generated/torch.normal.html
 * @example torch.normal(0, 1, [2, 3]).shape // [2, 3]
 */
export function normal(
  mean: RealOperand, std: RealOperand | NormalOptions = 1, size?: readonly number[] | RandomOptions, options: RandomOptions = {},
): Tensor {
  if (typeof std === 'object' && !(std instanceof Tensor)) return normal(mean, std.std ?? 1, std);
  if (size !== undefined && !Array.isArray(size)) return normal(mean, std, undefined, size as RandomOptions);
  if (!(mean instanceof Tensor) && !(std instanceof Tensor)) {
    if (size === undefined) throw new TypeError('normal(): a size is needed where neither mean nor std is a Tensor');
    const x = empty(size as readonly number[], bare(asOut(options)));
    return withGrad(intoOut(normal_(x, Number(mean), Number(std), options), options.out), options.requiresGrad);
  }
  const shape = mean instanceof Tensor && std instanceof Tensor ? broadcastShapes(mean.shape, std.shape)
    : (mean instanceof Tensor ? mean : std as Tensor).shape;
  const like = mean instanceof Tensor ? mean : std as Tensor;
  const x = empty(shape, { dtype: like.dtype, device: like.device });
  if (!(std instanceof Tensor)) return intoOut(normal_(x, 0, Number(std), options).add_((mean as Tensor).detach()), options.out);
  checkDeviations(std);
  return intoOut(normal_(x, 0, 1, options).mul_(std.detach()).add_(mean instanceof Tensor ? mean.detach() : mean), options.out);
}

function checkDeviations(std: Tensor): void {
  if (std.device.type === 'cpu' && std.numel() > 0 && (std.detach().lt(0).hostValues() as Uint8Array).includes(1)) {
    throw new RuntimeError('normal expects all elements of std >= 0.0');
  }
}

/**
 * The state of the default generator, as a uint8 tensor.
 * @see https://pytorch.org/docs/stable/generated/torch.get_rng_state.html
 */
export const getRngState = (): Tensor => defaultGenerator.getState();

/**
 * Puts the default generator into a state from `getRngState`.
 * @see https://pytorch.org/docs/stable/generated/torch.set_rng_state.html
 */
export function setRngState(state: Tensor): void { defaultGenerator.setState(state); }

/**
 * Calls `fn`, which may be async, and then puts the default generator back into the state that it had before.
 * @see https://pytorch.org/docs/stable/random.html#torch.random.fork_rng
 * @example torch.random.forkRng(() => { torch.manualSeed(0); return torch.rand(2); })
 */
export function forkRng<T>(fn: () => T): T {
  const state = getRngState();
  return thenLeave(fn, () => { setRngState(state); });
}
