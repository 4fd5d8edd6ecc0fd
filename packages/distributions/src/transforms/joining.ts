import { cat, RuntimeError, stack, type Tensor } from '@sconce/tensor';
import { wrapDim } from '@sconce/tensor/internal';
import * as constraints from '../constraints.js';
import { sumRightmost } from '../utils.js';
import { Transform, type TransformOptions } from './transform.js';

export interface JoinOptions extends TransformOptions {
  /** the dimension along which the parts lie, default 0 */
  readonly dim?: number | undefined;
}
export interface CatOptions extends JoinOptions {
  /** the sizes of the parts, default 1 each */
  readonly lengths?: readonly number[] | undefined;
}

/** A transform for each part of a tensor along a dimension. */
abstract class Parts extends Transform {
  readonly transforms: readonly Transform[];
  readonly dim: number;

  constructor(transforms: readonly Transform[], { dim = 0, ...options }: JoinOptions) {
    super(options);
    this.transforms = this.cacheSize > 0 ? transforms.map((t) => t.withCache(this.cacheSize)) : transforms;
    this.dim = dim;
  }

  override get bijective() { return this.transforms.every((t) => t.bijective); }
  protected override _call(x: Tensor): Tensor { return this.joined(this.partsOf(x).map((part, i) => this.transforms[i](part))); }
  protected override _inverse(y: Tensor): Tensor { return this.joined(this.partsOf(y).map((part, i) => this.transforms[i].inv(part))); }
  protected abstract partsOf(x: Tensor): Tensor[];
  protected abstract joined(parts: Tensor[]): Tensor;

  /** @throws RuntimeError for a tensor of another size */
  protected checkSize(x: Tensor, size: number): void {
    wrapDim(this.dim, x.dim());
    if (x.size(this.dim) !== size) {
      throw new RuntimeError(`${this.constructor.name}: expected a size of ${size} in dimension ${this.dim}, but got ${x.size(this.dim)}`);
    }
  }

  protected jacobians(x: Tensor, y: Tensor): Tensor[] {
    const xs = this.partsOf(x), ys = this.partsOf(y);
    return this.transforms.map((t, i) => t.logAbsDetJacobian(xs[i], ys[i]));
  }
}

/**
 * Transforms for the parts that `torch.cat` joins.
 * @example new CatTransform([new ExpTransform(), identityTransform], { lengths: [10, 10] })
 */
export class CatTransform extends Parts {
  readonly lengths: readonly number[];

  constructor(transforms: readonly Transform[], { lengths = transforms.map(() => 1), ...options }: CatOptions = {}) {
    super(transforms, options);
    if (lengths.length !== transforms.length) throw new RuntimeError(`CatTransform: expected ${transforms.length} lengths, but got ${lengths.length}`);
    this.lengths = lengths;
  }

  // functions have a length as well
  override get length(): number { return this.lengths.reduce((a, b) => a + b, 0); }
  override get eventDim() { return Math.max(...this.transforms.map((t) => t.eventDim)); }
  override get domain() { return constraints.cat(this.transforms.map((t) => t.domain), this.dim, this.lengths); }
  override get codomain() { return constraints.cat(this.transforms.map((t) => t.codomain), this.dim, this.lengths); }
  protected override remade(options: TransformOptions): Transform {
    return new CatTransform(this.transforms, { ...options, dim: this.dim, lengths: this.lengths });
  }

  protected partsOf(x: Tensor): Tensor[] {
    this.checkSize(x, this.length);
    let start = 0;
    return this.lengths.map((length) => x.narrow(this.dim, (start += length) - length, length));
  }

  protected joined(parts: Tensor[]): Tensor { return cat(parts, this.dim); }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const { eventDim } = this, terms = this.jacobians(x, y).map((j, i) => sumRightmost(j, eventDim - this.transforms[i].eventDim));
    // along a dimension of the batch they lie side by side, inside an event they add up
    const dim = (this.dim >= 0 ? this.dim - x.dim() : this.dim) + eventDim;
    return dim < 0 ? cat(terms, dim) : terms.reduce((sum, term) => sum.add(term));
  }
}

/**
 * Transforms for the parts that `torch.stack` joins.
 * @example new StackTransform([new ExpTransform(), identityTransform], { dim: 1 })
 */
export class StackTransform extends Parts {
  constructor(transforms: readonly Transform[], options: JoinOptions = {}) { super(transforms, options); }

  override get domain() { return constraints.stack(this.transforms.map((t) => t.domain), this.dim); }
  override get codomain() { return constraints.stack(this.transforms.map((t) => t.codomain), this.dim); }
  protected override remade(options: TransformOptions): Transform { return new StackTransform(this.transforms, { ...options, dim: this.dim }); }

  protected partsOf(x: Tensor): Tensor[] {
    this.checkSize(x, this.transforms.length);
    return x.unbind(this.dim);
  }

  protected joined(parts: Tensor[]): Tensor { return stack(parts, this.dim); }
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor { return stack(this.jacobians(x, y), this.dim); }
}
