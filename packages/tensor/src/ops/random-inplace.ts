import { writeInplace, type RealOperand } from '../dispatch.js';
import type { Op, StructuredOp } from '../op.js';
import { checked } from '../options.js';
import { defaultGenerator, type Generator } from '../random/index.js';
import { Tensor } from '../tensor.js';
import { numbersThenOptions } from './arguments.js';
import type { OutOption } from './define.js';
import { randomOps } from './random-records.js';

// Methods that write random numbers over a tensor

export interface GeneratorOption {
  /** where the numbers come from, by default the generator that `manualSeed` seeds */
  readonly generator?: Generator | null | undefined;
}

/** Two numbers and options; the options may name the numbers. */
type TwoNumbers<A extends string, B extends string> = [a?: number, b?: number, options?: GeneratorOption]
  | [options?: GeneratorOption & { readonly [name in A | B]?: number | undefined }];
type OneNumber<A extends string> = [a?: number, options?: GeneratorOption]
  | [options?: GeneratorOption & { readonly [name in A]?: number | undefined }];

/** Numbers of a distribution, by `numbersThenOptions`, with the generator asked for. */
function drawn<N extends string>(
  name: string, args: readonly (number | GeneratorOption | undefined)[], defaults: Readonly<Record<N, number>>,
): Record<N, number> & { generator: Generator } {
  const [numbers, { generator }] = numbersThenOptions<GeneratorOption, N>(name, args, defaults, 'generator');
  return { ...numbers, generator: generator ?? defaultGenerator };
}

/** The generator asked for, or the default one. @internal */
export const generatorOf = (name: string, options: GeneratorOption = {}): Generator =>
  checked(name, options, 'generator').generator ?? defaultGenerator;

const write = <A>(op: StructuredOp<A>, inputs: readonly Tensor[], attrs: A): Tensor =>
  writeInplace(op as unknown as Op<never>, inputs, inputs[0], attrs);

/**
 * Uniform numbers of [from, to).
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.uniform_.html
 */
export const uniform_ = (x: Tensor, ...args: TwoNumbers<'from', 'to'>): Tensor =>
  write(randomOps.uniform, [x], drawn('uniform_', args, { from: 0, to: 1 }));

/**
 * Normal numbers.
 * @throws RuntimeError for a negative `std`
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.normal_.html
 */
export const normal_ = (x: Tensor, ...args: TwoNumbers<'mean', 'std'>): Tensor =>
  write(randomOps.normal, [x], drawn('normal_', args, { mean: 0, std: 1 }));

/** Exponentials of normal numbers. @see https://pytorch.org/docs/stable/generated/torch.Tensor.log_normal_.html */
export const logNormal_ = (x: Tensor, ...args: TwoNumbers<'mean', 'std'>): Tensor =>
  write(randomOps.logNormal, [x], drawn('logNormal_', args, { mean: 1, std: 2 }));

/**
 * Numbers of the exponential distribution.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.exponential_.html
 */
export const exponential_ = (x: Tensor, ...args: OneNumber<'lambd'>): Tensor =>
  write(randomOps.exponential, [x], drawn('exponential_', args, { lambd: 1 }));

/** Numbers of the Cauchy distribution. @see https://pytorch.org/docs/stable/generated/torch.Tensor.cauchy_.html */
export const cauchy_ = (x: Tensor, ...args: TwoNumbers<'median', 'sigma'>): Tensor =>
  write(randomOps.cauchy, [x], drawn('cauchy_', args, { median: 0, sigma: 1 }));

/**
 * Numbers of trials up to the first success.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.geometric_.html
 */
export const geometric_ = (x: Tensor, p: number, options?: GeneratorOption): Tensor =>
  write(randomOps.geometric, [x], { p, generator: generatorOf('geometric_', options) });

type Bound = number | bigint;

/**
 * Integers of [from, to): `random_(to)`, `random_(from, to)`, or of all that the dtype can hold.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.random_.html
 */
export function random_(
  x: Tensor, from?: Bound | GeneratorOption, to?: Bound | null | GeneratorOption, options?: GeneratorOption,
): Tensor {
  const last = [options, to, from].find((o): o is GeneratorOption => typeof o === 'object' && o !== null);
  const generator = generatorOf('random_', last);
  if (from === undefined || typeof from === 'object') return write(randomOps.random, [x], { generator });
  if (to === null) return write(randomOps.randomRange, [x], { from, to: undefined, generator });
  const range = to === undefined || typeof to === 'object' ? { from: 0, to: from } : { from, to };
  return write(randomOps.randomRange, [x], { ...range, generator });
}

export interface BernoulliOptions extends GeneratorOption, OutOption {
  /** the probability of a one, or a tensor of them */
  readonly p?: RealOperand | undefined;
}

/**
 * Ones with the probability `p` (0.5), zeros otherwise; `p` may be a tensor of probabilities. Either form:
 * `bernoulli_(0.3)`, `bernoulli_({ p: 0.3, generator })`.
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.bernoulli_.html
 */
export function bernoulli_(x: Tensor, p: RealOperand | BernoulliOptions = 0.5, options: GeneratorOption = {}): Tensor {
  if (typeof p === 'object' && !(p instanceof Tensor)) return bernoulli_(x, p.p ?? 0.5, p);
  const generator = generatorOf('bernoulli_', options);
  if (p instanceof Tensor) return write(randomOps.bernoulliTensor, [x, p.expand(x.shape)], { generator });
  return write(randomOps.bernoulli, [x], { p: Number(p), generator });
}
