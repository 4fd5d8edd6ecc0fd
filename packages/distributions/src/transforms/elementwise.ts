import { add, broadcastShapes, finfo, fullLike, mul, sub, Tensor } from '@sconce/tensor';
import { activations } from '@sconce/tensor/internal';
import { broadcastAll, type Value } from '../arguments.js';
import { independent, interval, positive, real, unitInterval, type Constraint } from '../constraints.js';
import type { Distribution } from '../distribution.js';
import { sumRightmost, type Shape } from '../utils.js';
import { PlainTransform, Transform, type TransformOptions } from './transform.js';

const { softplus } = activations;

/** One that grows with its input. */
abstract class Growing extends PlainTransform {
  override get domain(): Constraint { return real; }
  override get bijective() { return true; }
  override get sign() { return 1; }
}

/** y = e^x */
export class ExpTransform extends Growing {
  override get codomain() { return positive; }
  protected override _call(x: Tensor): Tensor { return x.exp(); }
  protected override _inverse(y: Tensor): Tensor { return y.log(); }
  override logAbsDetJacobian(x: Tensor): Tensor { return x; }
}

/** The sigmoid, away from 0 and 1. */
export function clippedSigmoid(x: Tensor): Tensor {
  const { tiny, eps } = finfo(x.dtype);
  return x.sigmoid().clamp({ min: tiny, max: 1 - eps });
}

/** y = 1 / (1 + e^-x) */
export class SigmoidTransform extends Growing {
  override get codomain() { return unitInterval; }
  protected override _call(x: Tensor): Tensor { return clippedSigmoid(x); }
  protected override _inverse(y: Tensor): Tensor {
    const { tiny, eps } = finfo(y.dtype), inside = y.clamp({ min: tiny, max: 1 - eps });
    return inside.log().sub(inside.neg().log1p());
  }
  override logAbsDetJacobian(x: Tensor): Tensor { return softplus(x.neg()).neg().sub(softplus(x)); }
}

/** y = ln(1 + e^x), beyond 20 the identity */
export class SoftplusTransform extends Growing {
  override get codomain() { return positive; }
  protected override _call(x: Tensor): Tensor { return softplus(x); }
  protected override _inverse(y: Tensor): Tensor { return y.neg().expm1().neg().log().add(y); }
  override logAbsDetJacobian(x: Tensor): Tensor { return softplus(x.neg()).neg(); }
}

/** y = tanh x. Outputs of ±1 have no inverse: use `{ cacheSize: 1 }` where there may be some. */
export class TanhTransform extends Growing {
  override get codomain() { return interval(-1, 1); }
  protected override _call(x: Tensor): Tensor { return x.tanh(); }
  protected override _inverse(y: Tensor): Tensor { return y.atanh(); }
  override logAbsDetJacobian(x: Tensor): Tensor { return x.rsub(Math.LN2).sub(softplus(x.mul(-2))).mul(2); }
}

/** y = |x|, whose inverse is one of two */
export class AbsTransform extends PlainTransform {
  override get domain() { return real; }
  override get codomain() { return positive; }
  protected override _call(x: Tensor): Tensor { return x.abs(); }
  protected override _inverse(y: Tensor): Tensor { return y; }
}

const shapeOf = (x: Value): Shape => (x instanceof Tensor ? x.shape : []);

/** Whether two parameters are equal; what is on another device only where it is the same. */
function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  const tensors = [a, b].filter((x) => x instanceof Tensor);
  if (tensors.length === 0 || tensors.some((x) => x.device.type !== 'cpu')) return false;
  const [x, y] = broadcastAll(a, b);
  return !(x.detach().eq(y.detach()).hostValues() as Uint8Array).includes(0);
}

/** y = x^exponent */
export class PowerTransform extends Transform {
  readonly exponent: Tensor;

  constructor(exponent: Value, options: TransformOptions = {}) {
    super(options);
    [this.exponent] = broadcastAll(exponent);
  }

  override get domain() { return positive; }
  override get codomain() { return positive; }
  override get bijective() { return true; }
  override get sign() { return 1; }
  protected override remade(options: TransformOptions): Transform { return new PowerTransform(this.exponent, options); }
  override equals(other: Transform): boolean { return other instanceof PowerTransform && sameValue(this.exponent, other.exponent); }
  protected override _call(x: Tensor): Tensor { return x.pow(this.exponent); }
  protected override _inverse(y: Tensor): Tensor { return y.pow(this.exponent.reciprocal()); }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor { return this.exponent.mul(y).div(x).abs().log(); }
  override forwardShape(shape: Shape): Shape { return broadcastShapes(shape, this.exponent.shape); }
  override inverseShape(shape: Shape): Shape { return this.forwardShape(shape); }
}

export interface AffineOptions extends TransformOptions {
  /** how many of the last dimensions make one event, default 0 */
  readonly eventDim?: number | undefined;
}

/** y = loc + scale · x */
export class AffineTransform extends Transform {
  private readonly dims: number;

  constructor(readonly loc: Value, readonly scale: Value, { eventDim = 0, ...options }: AffineOptions = {}) {
    super(options);
    this.dims = eventDim;
  }

  override get eventDim() { return this.dims; }
  override get domain() { return this.dims === 0 ? real : independent(real, this.dims); }
  override get codomain() { return this.domain; }
  override get bijective() { return true; }
  override get sign() { return this.scale instanceof Tensor ? this.scale.sign() : Math.sign(this.scale); }
  protected override remade(options: TransformOptions): Transform {
    return new AffineTransform(this.loc, this.scale, { ...options, eventDim: this.dims });
  }
  override equals(other: Transform): boolean {
    return other instanceof AffineTransform && sameValue(this.loc, other.loc) && sameValue(this.scale, other.scale);
  }
  protected override _call(x: Tensor): Tensor { return add(this.loc, mul(this.scale, x)); }
  protected override _inverse(y: Tensor): Tensor { return sub(y, this.loc).div(this.scale); }

  override logAbsDetJacobian(x: Tensor): Tensor {
    const { scale } = this;
    const each = scale instanceof Tensor ? scale.abs().log() : fullLike(x, Math.log(Math.abs(scale)));
    return sumRightmost(each, this.dims).expand(x.shape.slice(0, x.dim() - this.dims));
  }

  override forwardShape(shape: Shape): Shape { return broadcastShapes(shape, shapeOf(this.loc), shapeOf(this.scale)); }
  override inverseShape(shape: Shape): Shape { return this.forwardShape(shape); }
}

/** y = the probability that a distribution gives to what is not above x */
export class CumulativeDistributionTransform extends Transform {
  constructor(readonly distribution: Distribution, options: TransformOptions = {}) { super(options); }
  override get domain() { return this.distribution.support; }
  override get codomain() { return unitInterval; }
  override get bijective() { return true; }
  override get sign() { return 1; }
  protected override remade(options: TransformOptions): Transform { return new CumulativeDistributionTransform(this.distribution, options); }
  protected override _call(x: Tensor): Tensor { return this.distribution.cdf(x); }
  protected override _inverse(y: Tensor): Tensor { return this.distribution.icdf(y); }
  override logAbsDetJacobian(x: Tensor): Tensor { return this.distribution.logProb(x); }
}
