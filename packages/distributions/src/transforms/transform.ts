import { NotImplementedError, Tensor, ValueError } from '@sconce/tensor';
import { namedArguments } from '../arguments.js';
import type { Constraint } from '../constraints.js';
import type { Shape } from '../utils.js';

export interface TransformOptions {
  /** 1: the latest input and output are kept, so that the inverse of an output is that very input. Default 0 */
  readonly cacheSize?: number | undefined;
}

/** Runs what a call of an instance stands for. */
interface Invocable { forward(x: Tensor): Tensor }

/**
 * A class whose instances are functions: the constructor gives one that has the prototype of the class that is constructed.
 * It stands in a class of its own because fields of a class are defined on what the constructor of its superclass gives.
 */
abstract class Callable {
  constructor() {
    const self = (x: Tensor): Tensor => (self as unknown as Invocable).forward(x);
    delete (self as { name?: string }).name;
    delete (self as { length?: number }).length;
    return Object.setPrototypeOf(self, new.target.prototype as object) as Callable;
  }
}

/**
 * A function of random variables that can be inverted: `t(x)`, `t.inv(y)`, `t.logAbsDetJacobian(x, y)`. One of one's own
 * says what `domain`, `codomain`, `_call` and `_inverse` are, and, where it is bijective, `logAbsDetJacobian`.
 * @see https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.transforms
 * @example
 * const t = new torch.distributions.ExpTransform();
 * t.inv(t(torch.tensor([1, 2]))) // tensor([1., 2.])
 */
export abstract class Transform extends Callable {
  protected readonly cacheSize: number;
  private cached: readonly [x: Tensor, y: Tensor] | undefined;
  protected inverse: Transform | undefined;

  constructor(options: TransformOptions = {}) {
    super();
    const { cacheSize = 0 } = namedArguments(new.target.name, [], [options], ['cacheSize']);
    if (cacheSize !== 0 && cacheSize !== 1) throw new ValueError('cache_size must be 0 or 1');
    this.cacheSize = cacheSize;
  }

  /** what goes in */
  abstract get domain(): Constraint;
  /** what comes out */
  abstract get codomain(): Constraint;
  /** whether every output comes from one input */
  get bijective(): boolean { return false; }
  /** 1 or -1 where it is monotone in each number, increasing or decreasing */
  get sign(): number | Tensor { throw new NotImplementedError(`${this.constructor.name} does not implement sign`); }

  /** how many of the last dimensions make one event */
  get eventDim(): number {
    if (this.domain.eventDim === this.codomain.eventDim) return this.domain.eventDim;
    throw new ValueError('Please use either .domain.event_dim or .codomain.event_dim');
  }

  /** The inverse transform; its inverse is this one. */
  get inv(): Transform { return (this.inverse ??= new InverseTransform(this)); }

  /** The same transform with a cache. */
  withCache(cacheSize = 1): Transform { return this.cacheSize === cacheSize ? this : this.remade({ cacheSize }); }
  /** The same transform with other options. */
  protected remade(options: TransformOptions): Transform { return new (this.constructor as new (o: TransformOptions) => Transform)(options); }

  /** Whether it computes the same as another. */
  equals(other: Transform): boolean { return this === other; }

  /** What `t(x)` does. */
  forward(x: Tensor): Tensor {
    if (this.cacheSize === 0) return this._call(x);
    if (this.cached?.[0] === x) return this.cached[1];
    const y = this._call(x);
    this.cached = [x, y];
    return y;
  }

  /** What `t.inv(y)` does. @internal */
  backward(y: Tensor): Tensor {
    if (this.cacheSize === 0) return this._inverse(y);
    if (this.cached?.[1] === y) return this.cached[0];
    const x = this._inverse(y);
    this.cached = [x, y];
    return x;
  }

  protected _call(_x: Tensor): Tensor { throw new NotImplementedError(`${this.constructor.name} does not implement _call`); }
  protected _inverse(_y: Tensor): Tensor { throw new NotImplementedError(`${this.constructor.name} does not implement _inverse`); }

  /** ln |dy/dx|, summed over each event. */
  logAbsDetJacobian(_x: Tensor, _y: Tensor): Tensor {
    throw new NotImplementedError(`${this.constructor.name} does not implement logAbsDetJacobian`);
  }

  /** The shape that comes out for one that goes in. */
  forwardShape(shape: Shape): Shape { return shape; }
  /** The shape that goes in for one that comes out. */
  inverseShape(shape: Shape): Shape { return shape; }

  override toString(): string { return `${this.constructor.name}()`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

export interface Transform { (x: Tensor): Tensor }

/** A transform without settings: all of a class compute the same. */
export abstract class PlainTransform extends Transform {
  override equals(other: Transform): boolean { return other.constructor === this.constructor; }
}

/** What `t.inv` is. */
class InverseTransform extends Transform {
  constructor(private readonly of: Transform) { super(); }
  override get domain() { return this.of.codomain; }
  override get codomain() { return this.of.domain; }
  override get bijective() { return this.of.bijective; }
  override get sign() { return this.of.sign; }
  override get inv() { return this.of; }
  override withCache(cacheSize = 1): Transform { return this.of.withCache(cacheSize).inv; }
  override equals(other: Transform): boolean { return other instanceof InverseTransform && this.of.equals(other.of); }
  override forward(x: Tensor): Tensor { return this.of.backward(x); }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor { return this.of.logAbsDetJacobian(y, x).neg(); }
  override forwardShape(shape: Shape): Shape { return this.of.inverseShape(shape); }
  override inverseShape(shape: Shape): Shape { return this.of.forwardShape(shape); }
  override toString(): string { return `_InverseTransform(${this.of})`; }
}
