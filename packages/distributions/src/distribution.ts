import { noGrad } from '@sconce/autograd';
import { Tensor, ValueError } from '@sconce/tensor';
import { sameShape } from '@sconce/tensor/internal';
import { namedArguments, broadcastAll, required, type DistributionOptions } from './arguments.js';
import { isDependent, type Constraint } from './constraints.js';
import { sizeText, snakeCase, tensorText, tupleText } from './python-text.js';
import { lacking, own, type Shape } from './utils.js';

/** Constraints by the names of parameters. */
export type Constraints = Readonly<Record<string, Constraint>>;

/** What is on another device cannot be read at once, so it is not checked. */
const isReadable = (x: Tensor): boolean => x.device.type === 'cpu';
const allTrue = (mask: Tensor): boolean => !(mask.hostValues() as Uint8Array).includes(0);

/**
 * A probability distribution, or a batch of them: what all distributions have. One of one's own extends it, gives its
 * parameters to the constructor, says what is valid in `static argConstraints` and `support`, and computes `logProb`, `rsample`, ….
 *
 * Parameters and values are checked unless `validateArgs` is false; only what is on the CPU can be.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.distribution.Distribution
 * @example
 * const m = new torch.distributions.Normal(0, 1);
 * m.logProb(m.sample([3])); // of shape [3]
 */
export abstract class Distribution {
  static readonly argConstraints: Constraints = {};
  private static validates = true;

  /** Whether distributions check their parameters and values from now on: true until this is called. */
  static setDefaultValidateArgs(value: boolean): void {
    if (typeof value !== 'boolean') throw new ValueError(`setDefaultValidateArgs(): expected true or false, but got ${String(value)}`);
    Distribution.validates = value;
  }

  /** the shape over which parameters are batched */
  declare readonly batchShape: Shape;
  /** the shape of one sample, without the batch */
  declare readonly eventShape: Shape;
  /** whether parameters and values are checked */
  declare protected readonly validateArgs: boolean;

  /**
   * @param fields parameters and what else has to be there when parameters are checked
   * @throws ValueError for parameters that do not satisfy `argConstraints`
   */
  constructor(
    batchShape: Shape = [], eventShape: Shape = [], options: DistributionOptions = {}, fields: Readonly<Record<string, unknown>> = {},
  ) {
    for (const [name, value] of Object.entries(fields)) own(this, name, value);
    this.batchShape = batchShape;
    this.eventShape = eventShape;
    this.validateArgs = options.validateArgs ?? Distribution.validates;
    if (this.validateArgs) for (const [name, constraint] of Object.entries(this.argConstraints)) this.checkParameter(name, constraint);
  }

  /** What the parameters have to satisfy, by name. */
  get argConstraints(): Constraints { return (this.constructor as typeof Distribution).argConstraints; }
  /** What values have to satisfy. */
  get support(): Constraint { throw lacking(this, 'support'); }
  /** Whether samples have gradients: `rsample`. */
  get hasRsample(): boolean { return false; }
  get hasEnumerateSupport(): boolean { return false; }

  get mean(): Tensor { throw lacking(this, 'mean'); }
  /** The most probable value. */
  get mode(): Tensor { throw lacking(this, 'mode'); }
  get variance(): Tensor { throw lacking(this, 'variance'); }
  /** The standard deviation. */
  get stddev(): Tensor { return this.variance.sqrt(); }

  /** Samples without gradients, of shape sampleShape + batchShape + eventShape. */
  sample(sampleShape: Shape = []): Tensor { return noGrad(() => this.rsample(sampleShape)); }

  /** Samples that are functions of the parameters, through which gradients flow. @throws NotImplementedError where `hasRsample` is false */
  rsample(_sampleShape: Shape = []): Tensor { throw lacking(this, 'rsample'); }

  /** `sample([n])` */
  sampleN(n: number): Tensor { return this.sample([n]); }

  /**
   * The logarithm of the probability, or of its density, of each event.
   * @throws ValueError for values that are not in the support, or of a shape that does not fit
   */
  logProb(value: Tensor): Tensor { return this.logDensity(this.checkedSample(value)); }

  /** The probability of what is not above a value. */
  cdf(value: Tensor): Tensor { return this.cumulative(this.checkedSample(value)); }

  /** The value that is not exceeded with a probability: the inverse of `cdf`. */
  icdf(_value: Tensor): Tensor { throw lacking(this, 'icdf'); }

  /** `logProb` of a value that was checked. */
  protected logDensity(_value: Tensor): Tensor { throw lacking(this, 'logProb'); }
  /** `cdf` of a value that was checked. */
  protected cumulative(_value: Tensor): Tensor { throw lacking(this, 'cdf'); }

  /**
   * All values of a discrete distribution, along dimension 0.
   * @param options expand: over the batch, or with sizes of 1 in its place
   */
  enumerateSupport(_options?: EnumerateOptions | boolean): Tensor { throw lacking(this, 'enumerateSupport'); }

  /** The entropy in nats, of shape batchShape. */
  entropy(): Tensor { throw lacking(this, 'entropy'); }

  /** e to the entropy. */
  perplexity(): Tensor { return this.entropy().exp(); }

  /** The same distribution for a larger batch: no memory is taken, nothing is checked again. */
  expand(batchShape: Shape): this { return this.copied({ batchShape }, this.expandedFields(batchShape)); }

  /** How `expand` makes a copy's fields: parameters and distributions become larger, all else stays. */
  protected expandedFields(batchShape: Shape): (name: string, value: unknown) => unknown {
    const constrained = this.argConstraints;
    return (name, value) => {
      if (value instanceof Distribution) return value.expand(batchShape);
      if (!(value instanceof Tensor) || !(name in constrained)) return value;
      return value.expand([...batchShape, ...value.shape.slice(this.batchShape.length)]);
    };
  }

  /** A copy, with fields of its own. */
  protected copied(fields: Readonly<Record<string, unknown>>, map: (name: string, value: unknown) => unknown = (_, value) => value): this {
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    for (const [name, value] of Object.entries(this)) own(copy, name, name in fields ? fields[name] : map(name, value));
    return copy;
  }

  /** sampleShape + batchShape + eventShape */
  protected extendedShape(sampleShape: Shape = []): number[] {
    if (!Array.isArray(sampleShape)) throw new TypeError(`expected a list of sizes as in [3], but got ${String(sampleShape)}`);
    return [...sampleShape as Shape, ...this.batchShape, ...this.eventShape];
  }

  /** Whether a parameter is computed only when it is asked for, and so not checked. */
  protected isLazy(_name: string): boolean { return false; }

  /** Whether all of a mask is true; what cannot be read at once passes. */
  protected holds(mask: Tensor): boolean { return !isReadable(mask) || allTrue(mask); }

  private checkParameter(name: string, constraint: Constraint): void {
    if (isDependent(constraint) || (this.isLazy(name) && !Object.hasOwn(this, name))) return;
    const value = (this as unknown as Record<string, Tensor>)[name];
    if (!isReadable(value) || allTrue(constraint.check(value.detach()))) return;
    throw new ValueError(`Expected parameter ${snakeCase(name)} (${value.constructor.name} of shape ${tupleText(value.shape)}) of distribution ` +
      `${this} to satisfy the constraint ${constraint}, but found invalid values:\n${tensorText(value)}`);
  }

  /** A value that fits this distribution. @throws ValueError for others, unless nothing is to be checked */
  protected checkedSample(value: Tensor): Tensor {
    if (!this.validateArgs) return value;
    if (!(value instanceof Tensor)) throw new ValueError('The value argument to log_prob must be a Tensor');
    const { shape } = value, expected = [...this.batchShape, ...this.eventShape];
    if (!sameShape(shape.slice(Math.max(0, shape.length - this.eventShape.length)), this.eventShape)) {
      throw new ValueError(`The right-most size of value must match event_shape: ${sizeText(shape)} vs ${sizeText(this.eventShape)}.`);
    }
    for (let d = 1; d <= Math.min(shape.length, expected.length); d++) {
      const i = shape.at(-d)!, j = expected.at(-d)!;
      if (i !== 1 && j !== 1 && i !== j) {
        throw new ValueError(`Value is not broadcastable with batch_shape+event_shape: ${sizeText(shape)} vs ${sizeText(expected)}.`);
      }
    }
    if (!isReadable(value)) return value;
    const { support } = this;
    if (allTrue(support.check(value.detach()))) return value;
    throw new ValueError(`Expected value argument (${value.constructor.name} of shape ${tupleText(shape)}) to be within the support (${support}) ` +
      `of the distribution ${this}, but found invalid values:\n${tensorText(value)}`);
  }

  /** As PyTorch prints it: `Normal(loc: 0.0, scale: 1.0)`, with the sizes of larger parameters. */
  toString(): string {
    const names = Object.keys(this.argConstraints).filter((name) => Object.hasOwn(this, name));
    const texts = names.map((name) => {
      const value = (this as unknown as Record<string, Tensor>)[name];
      return `${snakeCase(name)}: ${value.numel() === 1 ? tensorText(value) : sizeText(value.shape)}`;
    });
    return `${this.constructor.name}(${texts.join(', ')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

export interface EnumerateOptions {
  /** default true */
  readonly expand?: boolean | undefined;
}

/** A distribution of single numbers whose parameters are all broadcast together. */
export abstract class Univariate extends Distribution {
  /**
   * @param names of the parameters, in the order of the arguments
   * @param defaults of the parameters that may be left out
   */
  constructor(what: string, names: readonly string[], args: readonly unknown[], defaults: Readonly<Record<string, number>> = {}) {
    const { validateArgs, ...named } = namedArguments(what, names, args);
    const given: Record<string, unknown> = { ...defaults, ...named };
    required(what, names, given);
    const values = broadcastAll(...names.map((name) => given[name]));
    super(values[0].shape, [], { validateArgs }, Object.fromEntries(names.map((name, i) => [name, values[i]])));
  }
}

/** Values along a new first dimension, for `enumerateSupport`. */
export function enumerated(values: Tensor, batchShape: Shape, options: EnumerateOptions | boolean = {}): Tensor {
  const { expand = true } = typeof options === 'object' ? options : { expand: options };
  const [n, ...event] = values.shape;
  const shaped = values.view(n, ...batchShape.map(() => 1), ...event);
  return expand ? shaped.expand([n, ...batchShape, ...event]) : shaped;
}
