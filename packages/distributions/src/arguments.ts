import { broadcastTensors, getDefaultDtype, tensor, Tensor, ValueError } from '@sconce/tensor';
import { checkNames, describe } from '@sconce/tensor/internal';

/** A parameter: a tensor, or a number that is broadcast with the others. */
export type Value = number | Tensor;

export interface DistributionOptions {
  /** whether parameters and values are checked, by default what `Distribution.setDefaultValidateArgs` says: true */
  readonly validateArgs?: boolean | null | undefined;
}

// The options may name the parameters: `new Normal(0, 1)`, `new Normal(0, { scale: 1 })`, `new Normal({ loc: 0, scale: 1 })`.
export type OneValue<A extends string, V = Value> =
  | [a: V, options?: DistributionOptions]
  | [options: DistributionOptions & Readonly<Record<A, V>>];
export type TwoValues<A extends string, B extends string> =
  | [a: Value, b: Value, options?: DistributionOptions]
  | [a: Value, options: DistributionOptions & Readonly<Record<B, Value>>]
  | [options: DistributionOptions & Readonly<Record<A | B, Value>>];

/** Either probabilities or logits. */
export interface ProbsOrLogits<V = Value> extends DistributionOptions {
  readonly probs?: V | null | undefined;
  readonly logits?: V | null | undefined;
}
export type ProbsOrLogitsArguments<V = Value> =
  | [probs: V, options?: DistributionOptions]
  | [probs: V | null | undefined, logits: V | null | undefined, options?: DistributionOptions]
  | [options: ProbsOrLogits<V>];

type NamedArguments<N extends string> = Record<string, unknown> & Partial<Record<N, unknown>> & DistributionOptions;

/** Parameters, and then either probabilities or logits. */
export type CountedArguments<A extends string, V = Value, C = Value> =
  | [count: C, probs: V, options?: DistributionOptions]
  | [count: C, probs: V | null | undefined, logits: V | null | undefined, options?: DistributionOptions]
  | [count: C, options: ProbsOrLogits<V>]
  | [options: ProbsOrLogits<V> & { readonly [name in A]?: C }];

const isOptions = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x) as object | null);

/**
 * Arguments by name: positional ones first, then options, which may name the others.
 * @throws TypeError for options that there are not, and for what is given twice
 */
export function namedArguments<N extends string>(
  what: string, names: readonly N[], args: readonly unknown[], optionNames: readonly string[] = ['validateArgs'],
): NamedArguments<N> {
  const last = args.findLastIndex((x) => x !== undefined);
  const options = last >= 0 && isOptions(args[last]) ? args[last] : undefined;
  const positional = args.slice(0, options ? last : last + 1);
  if (positional.length > names.length) {
    const [first] = optionNames;
    throw new TypeError(`${what}(): expected an options object as in { ${first}: … }, but got ${describe(positional[names.length])}`);
  }
  const named: Record<string, unknown> = Object.fromEntries(positional.map((x, i) => [names[i], x ?? undefined]));
  if (options) checkNames(what, options);
  for (const [name, value] of Object.entries(options ?? {})) {
    if (!(names as readonly string[]).includes(name) && !optionNames.includes(name)) {
      throw new TypeError(`${what}(): unknown option '${name}': there are ${[...names, ...optionNames].join(', ')}`);
    }
    if (named[name] !== undefined) throw new TypeError(`${what}(): got multiple values for argument '${name}'`);
    named[name] = value ?? undefined;
  }
  return named as NamedArguments<N>;
}

/** @throws TypeError unless all the arguments are there */
export function required<N extends string>(what: string, names: readonly N[], given: Readonly<Record<string, unknown>>): void {
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length > 0) {
    const list = missing.map((name) => `'${name}'`).join(' and ');
    throw new TypeError(`${what}(): missing ${missing.length} required argument${missing.length > 1 ? 's' : ''}: ${list}`);
  }
}

/** @throws TypeError for what is no tensor, as an array */
export function tensorOf(what: string, name: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x;
  throw new TypeError(`${what}(): argument '${name}' must be Tensor, not ${describe(x)}`);
}

/** @throws ValueError unless there is one of the two */
export function eitherProbsOrLogits(given: { probs?: unknown; logits?: unknown }): 'probs' | 'logits' {
  if ((given.probs === undefined) === (given.logits === undefined)) {
    throw new ValueError('Either `probs` or `logits` must be specified, but not both.');
  }
  return given.probs === undefined ? 'logits' : 'probs';
}

/**
 * Numbers and tensors as tensors of one shape; numbers take the dtype and the device of the first tensor.
 * @throws ValueError for what is neither
 */
export function broadcastAll(...values: readonly unknown[]): Tensor[] {
  if (!values.every((v) => v instanceof Tensor || typeof v === 'number')) {
    throw new ValueError('Input arguments must all be instances of numbers.Number, torch.Tensor or objects implementing __torch_function__.');
  }
  const first = values.find((v) => v instanceof Tensor);
  const like = first ? { dtype: first.dtype, device: first.device } : { dtype: getDefaultDtype() };
  const tensors = values.map((v) => (v instanceof Tensor ? v : tensor(v as number, like)));
  return broadcastTensors(...tensors);
}
