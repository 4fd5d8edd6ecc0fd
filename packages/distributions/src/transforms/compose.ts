import { zerosLike, ValueError, type Tensor } from '@sconce/tensor';
import { independent, real, type Constraint } from '../constraints.js';
import { sumRightmost, type Shape } from '../utils.js';
import { Transform, type TransformOptions } from './transform.js';

/** A constraint on events of more dimensions, where they are more. */
const widened = (constraint: Constraint, eventDim: number): Constraint =>
  (eventDim > constraint.eventDim ? independent(constraint, eventDim - constraint.eventDim) : constraint);

/**
 * Transforms one after the other.
 * @example new ComposeTransform([new AffineTransform(0, 2), new SigmoidTransform()])
 */
export class ComposeTransform extends Transform {
  readonly parts: readonly Transform[];

  constructor(parts: readonly Transform[], options: TransformOptions = {}) {
    super(options);
    this.parts = this.cacheSize > 0 ? parts.map((part) => part.withCache(this.cacheSize)) : parts;
  }

  override get domain(): Constraint {
    if (this.parts.length === 0) return real;
    const dim = this.parts.reduceRight((d, { domain, codomain }) =>
      Math.max(d + domain.eventDim - codomain.eventDim, domain.eventDim), this.parts.at(-1)!.codomain.eventDim);
    return widened(this.parts[0].domain, dim);
  }

  override get codomain(): Constraint {
    if (this.parts.length === 0) return real;
    const dim = this.parts.reduce((d, { domain, codomain }) =>
      Math.max(d + codomain.eventDim - domain.eventDim, codomain.eventDim), this.parts[0].domain.eventDim);
    return widened(this.parts.at(-1)!.codomain, dim);
  }

  override get bijective() { return this.parts.every((part) => part.bijective); }
  override get sign() { return this.parts.map((part) => part.sign).reduce(times, 1); }

  override get inv(): Transform {
    if (!this.inverse) {
      const inverse = new ComposeTransform(this.parts.map((part) => part.inv).reverse());
      inverse.inverse = this;
      this.inverse = inverse;
    }
    return this.inverse;
  }

  protected override remade(options: TransformOptions): Transform { return new ComposeTransform(this.parts, options); }
  override equals(other: Transform): boolean { return other instanceof ComposeTransform && sameTransforms(this.parts, other.parts); }
  override forward(x: Tensor): Tensor { return this.parts.reduce((y, part) => part(y), x); }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    if (this.parts.length === 0) return zerosLike(x);
    const points = [x];
    for (const part of this.parts.slice(0, -1)) points.push(part(points.at(-1)!));
    points.push(y);
    let { eventDim } = this.domain;
    const terms = this.parts.map((part, i) => {
      const term = sumRightmost(part.logAbsDetJacobian(points[i], points[i + 1]), eventDim - part.domain.eventDim);
      eventDim += part.codomain.eventDim - part.domain.eventDim;
      return term;
    });
    return terms.reduce((sum, term) => sum.add(term));
  }

  override forwardShape(shape: Shape): Shape { return this.parts.reduce((s, part) => part.forwardShape(s), shape); }
  override inverseShape(shape: Shape): Shape { return this.parts.reduceRight((s, part) => part.inverseShape(s), shape); }
  override toString(): string { return `ComposeTransform(\n    ${this.parts.join(',\n    ')}\n)`; }
}

/** The product of two signs, of which either may be a tensor. */
export const times = (a: number | Tensor, b: number | Tensor): number | Tensor =>
  (typeof a === 'object' ? a.mul(b) : typeof b === 'object' ? b.mul(a) : a * b);

/** Whether two lists of transforms compute the same. */
export const sameTransforms = (a: readonly Transform[], b: readonly Transform[]): boolean =>
  a.length === b.length && a.every((part, i) => part.equals(b[i]));

/** What changes nothing. */
export const identityTransform = /* @__PURE__ */ new ComposeTransform([]);

/**
 * A transform whose `logAbsDetJacobian` sums over further dimensions.
 * @example new IndependentTransform(new ExpTransform(), 1)
 */
export class IndependentTransform extends Transform {
  readonly baseTransform: Transform;

  constructor(baseTransform: Transform, readonly reinterpretedBatchNdims: number, options: TransformOptions = {}) {
    super(options);
    this.baseTransform = baseTransform.withCache(this.cacheSize);
  }

  override get domain() { return independent(this.baseTransform.domain, this.reinterpretedBatchNdims); }
  override get codomain() { return independent(this.baseTransform.codomain, this.reinterpretedBatchNdims); }
  override get bijective() { return this.baseTransform.bijective; }
  override get sign() { return this.baseTransform.sign; }
  protected override remade(options: TransformOptions): Transform {
    return new IndependentTransform(this.baseTransform, this.reinterpretedBatchNdims, options);
  }

  protected override _call(x: Tensor): Tensor {
    if (x.dim() < this.domain.eventDim) throw new ValueError('Too few dimensions on input');
    return this.baseTransform(x);
  }

  protected override _inverse(y: Tensor): Tensor {
    if (y.dim() < this.codomain.eventDim) throw new ValueError('Too few dimensions on input');
    return this.baseTransform.inv(y);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return sumRightmost(this.baseTransform.logAbsDetJacobian(x, y), this.reinterpretedBatchNdims);
  }

  override forwardShape(shape: Shape): Shape { return this.baseTransform.forwardShape(shape); }
  override inverseShape(shape: Shape): Shape { return this.baseTransform.inverseShape(shape); }
  override toString(): string { return `IndependentTransform(${this.baseTransform}, ${this.reinterpretedBatchNdims})`; }
}
