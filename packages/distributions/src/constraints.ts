/**
 * The regions in which parameters and values are valid, as `torch.distributions.constraints`.
 * @see https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraints
 * @example
 * await torch.distributions.constraints.positive.check(torch.tensor([1, -1])).tolist() // [true, false]
 */
import {
  bool, cat as concatenate, finfo, full, isclose, linalg, NotImplementedError, ones, stack as stacked, Tensor, ValueError,
} from '@sconce/tensor';
import type { Value } from './arguments.js';
import { floatText, tensorText } from './python-text.js';

/** A region. A constraint of one's own extends it and says what `check` does. */
export abstract class Constraint {
  /** whether the values are discrete */
  get isDiscrete(): boolean { return false; }
  /** how many of the last dimensions make one event: `check` removes them */
  get eventDim(): number { return 0; }
  /** Whether each event is in the region: bools of the shape of the value without its last `eventDim` dimensions. */
  abstract check(value: Tensor): Tensor;
  toString(): string { return `${this.constructor.name}()`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

interface Region {
  readonly check: (x: Tensor) => Tensor;
  readonly isDiscrete?: boolean | undefined;
  readonly eventDim?: number | undefined;
  readonly lowerBound?: Value;
  readonly upperBound?: Value;
}

/** A constraint of those below; registries know it by its kind. */
export class KnownConstraint extends Constraint {
  constructor(readonly kind: string, private readonly region: Region) { super(); }
  override get isDiscrete(): boolean { return this.region.isDiscrete ?? false; }
  override get eventDim(): number { return this.region.eventDim ?? 0; }
  get lowerBound(): Value | undefined { return this.region.lowerBound; }
  get upperBound(): Value | undefined { return this.region.upperBound; }
  check(value: Tensor): Tensor { return this.region.check(value); }

  override toString(): string {
    const bounds = [['lower_bound', this.lowerBound], ['upper_bound', this.upperBound]] as const;
    return `${this.kind}(${bounds.filter(([, x]) => x !== undefined).map(([name, x]) => `${name}=${this.boundText(x!)}`).join(', ')})`;
  }

  private boundText(x: Value): string {
    if (x instanceof Tensor) return tensorText(x);
    return this.isDiscrete ? String(x) : floatText(x);
  }
}

/** A function that gives constraints of one kind. */
export interface ConstraintFamily<A extends unknown[], C extends Constraint = KnownConstraint> { (...args: A): C; readonly kind: string }

const known = (kind: string, region: Region): KnownConstraint => new KnownConstraint(kind, region);
const family = <A extends unknown[]>(kind: string, region: (...args: A) => Region): ConstraintFamily<A> =>
  Object.assign((...args: A) => known(kind, region(...args)), { kind });

/** A constraint that depends on other parameters: it cannot be checked by itself. */
class Dependent extends KnownConstraint {
  constructor(private readonly statics: { isDiscrete?: boolean; eventDim?: number }) {
    super('Dependent', { check: () => { throw new ValueError('Cannot determine validity of dependent constraint'); } });
  }
  override get isDiscrete(): boolean { return staticOnly(this.statics.isDiscrete, 'is_discrete'); }
  override get eventDim(): number { return staticOnly(this.statics.eventDim, 'event_dim'); }
}

function staticOnly<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new NotImplementedError(`.${name} cannot be determined statically`);
  return value;
}

/** A placeholder for what depends on other parameters. */
export const dependent = (statics: { isDiscrete?: boolean; eventDim?: number } = {}): Constraint => new Dependent(statics);
/** Whether a constraint is such a placeholder. */
export const isDependent = (constraint: Constraint): boolean => constraint instanceof Dependent;

const integral = (x: Tensor): Tensor => x.remainder(1).eq(0);
const zeroOrOne = (x: Tensor): Tensor => x.eq(0).logicalOr(x.eq(1));
const lowerTriangle = (x: Tensor): Tensor => x.tril().eq(x).flatten(-2).all(-1);
const isSquare = (x: Tensor): boolean => x.shape.at(-2) === x.shape.at(-1);
const squares = (x: Tensor): Tensor => full(x.shape.slice(0, -2), isSquare(x), { dtype: bool, device: x.device });
const symmetry = (x: Tensor): Tensor => (isSquare(x) ? isclose(x, x.mT, { atol: 1e-6 }).all(-2).all(-1) : squares(x));
const allTrue = (mask: Tensor): boolean => !(mask.hostValues() as Uint8Array).includes(0);
const lowerFactor = (x: Tensor): Tensor => lowerTriangle(x).logicalAnd(x.diagonal({ dim1: -2, dim2: -1 }).gt(0).all(-1));

/** Which matrices have a Cholesky factor. */
function hasFactor(x: Tensor): Tensor {
  if (x.dim() > 2 && x.size(0) > 0) return stacked(x.unbind(0).map(hasFactor));
  try {
    linalg.cholesky(x);
    return ones(x.shape.slice(0, -2), { dtype: bool });
  } catch (error) {
    if (error instanceof linalg.LinAlgError) return full([], false, { dtype: bool });
    throw error;
  }
}

/** not NaN */
export const real = /* @__PURE__ */ known('Real', { check: (x) => x.eq(x) });
/** 0 or 1 */
export const boolean = /* @__PURE__ */ known('Boolean', { check: zeroOrOne, isDiscrete: true });
/** vectors with a single 1 among zeros */
export const oneHot = /* @__PURE__ */ known('OneHot', {
  check: (x) => zeroOrOne(x).all(-1).logicalAnd(x.sum(-1).eq(1)), isDiscrete: true, eventDim: 1,
});
/** (lower bound, ∞] */
export const greaterThan = /* @__PURE__ */ family('GreaterThan', (lowerBound: Value) => ({ lowerBound, check: (x) => x.gt(lowerBound) }));
/** [lower bound, ∞) */
export const greaterThanEq = /* @__PURE__ */ family('GreaterThanEq', (lowerBound: Value) => ({ lowerBound, check: (x) => x.ge(lowerBound) }));
/** [-∞, upper bound) */
export const lessThan = /* @__PURE__ */ family('LessThan', (upperBound: Value) => ({ upperBound, check: (x) => x.lt(upperBound) }));
/** [lower bound, upper bound] */
export const interval = /* @__PURE__ */ family('Interval', (lowerBound: Value, upperBound: Value) =>
  ({ lowerBound, upperBound, check: (x) => x.ge(lowerBound).logicalAnd(x.le(upperBound)) }));
/** [lower bound, upper bound) */
export const halfOpenInterval = /* @__PURE__ */ family('HalfOpenInterval', (lowerBound: Value, upperBound: Value) =>
  ({ lowerBound, upperBound, check: (x) => x.ge(lowerBound).logicalAnd(x.lt(upperBound)) }));
/** integers of [lower bound, upper bound] */
export const integerInterval = /* @__PURE__ */ family('IntegerInterval', (lowerBound: Value, upperBound: Value) => ({
  lowerBound, upperBound, isDiscrete: true, check: (x) => integral(x).logicalAnd(x.ge(lowerBound)).logicalAnd(x.le(upperBound)),
}));
const integerGreaterThan = /* @__PURE__ */ family('IntegerGreaterThan', (lowerBound: Value) =>
  ({ lowerBound, isDiscrete: true, check: (x) => integral(x).logicalAnd(x.ge(lowerBound)) }));
export const nonnegativeInteger = /* @__PURE__ */ integerGreaterThan(0);
export const positiveInteger = /* @__PURE__ */ integerGreaterThan(1);
export const positive = /* @__PURE__ */ greaterThan(0);
export const nonnegative = /* @__PURE__ */ greaterThanEq(0);
export const unitInterval = /* @__PURE__ */ interval(0, 1);
/** vectors of numbers ≥ 0 whose sum is 1 */
export const simplex = /* @__PURE__ */ known('Simplex', {
  check: (x) => x.ge(0).all(-1).logicalAnd(x.sum(-1).sub(1).abs().lt(1e-6)), eventDim: 1,
});
/** vectors of numbers ≥ 0 whose sum is at most the bound */
export const multinomial = /* @__PURE__ */ family('Multinomial', (upperBound: number) => ({
  check: (x) => x.ge(0).all(-1).logicalAnd(x.sum(-1).le(upperBound)), isDiscrete: true, eventDim: 1,
}));
export const lowerTriangular = /* @__PURE__ */ known('LowerTriangular', { check: lowerTriangle, eventDim: 2 });
/** lower triangular with a positive diagonal */
export const lowerCholesky = /* @__PURE__ */ known('LowerCholesky', { check: lowerFactor, eventDim: 2 });
/** `lowerCholesky` with rows of length 1 */
export const corrCholesky = /* @__PURE__ */ known('CorrCholesky', {
  eventDim: 2,
  check: (x) => {
    const tolerance = finfo(x.dtype).eps * x.size(-1) * 10;
    return lowerFactor(x).logicalAnd(linalg.norm(x.detach(), { dim: -1 }).sub(1).abs().le(tolerance).all(-1));
  },
});
export const square = /* @__PURE__ */ known('Square', { check: squares, eventDim: 2 });
export const symmetric = /* @__PURE__ */ known('Symmetric', { check: symmetry, eventDim: 2 });
/** symmetric matrices without negative eigenvalues */
export const positiveSemidefinite = /* @__PURE__ */ known('PositiveSemidefinite', {
  eventDim: 2,
  check: (x) => {
    const result = symmetry(x);
    return allTrue(result) ? linalg.eigvalsh(x).ge(0).all(-1) : result;
  },
});
/** symmetric matrices with positive eigenvalues */
export const positiveDefinite = /* @__PURE__ */ known('PositiveDefinite', {
  eventDim: 2,
  check: (x) => {
    const result = symmetry(x);
    return allTrue(result) ? hasFactor(x.detach()) : result;
  },
});

/** A constraint on events of more dimensions: all their entries are valid. */
export class IndependentConstraint extends KnownConstraint {
  constructor(readonly baseConstraint: Constraint, readonly reinterpretedBatchNdims: number) {
    super('IndependentConstraint', { check: (x) => x });
  }
  override get isDiscrete(): boolean { return this.baseConstraint.isDiscrete; }
  override get eventDim(): number { return this.baseConstraint.eventDim + this.reinterpretedBatchNdims; }

  override check(value: Tensor): Tensor {
    const result = this.baseConstraint.check(value), n = this.reinterpretedBatchNdims;
    if (result.dim() < n) throw new ValueError(`Expected value.dim() >= ${this.eventDim} but got ${value.dim()}`);
    return result.reshape(...result.shape.slice(0, result.dim() - n), -1).all(-1);
  }

  override toString(): string { return `${this.kind}(${this.baseConstraint}, ${this.reinterpretedBatchNdims})`; }
}

/** Constraints for the parts of a tensor along a dimension. */
export class JoinedConstraint extends KnownConstraint {
  constructor(
    kind: 'Cat' | 'Stack', readonly cseq: readonly Constraint[], readonly dim: number, readonly lengths: readonly number[],
  ) { super(kind, { check: (x) => x }); }
  override get isDiscrete(): boolean { return this.cseq.some((c) => c.isDiscrete); }
  override get eventDim(): number {
    const dim = Math.max(...this.cseq.map((c) => c.eventDim));
    return this.kind === 'Stack' && this.dim + dim < 0 ? dim + 1 : dim;
  }

  override check(value: Tensor): Tensor {
    if (this.kind === 'Stack') return stacked(this.cseq.map((c, i) => c.check(value.select(this.dim, i))), this.dim);
    let start = 0;
    const checks = this.cseq.map((c, i) => {
      const part = value.narrow(this.dim, start, this.lengths[i]);
      start += this.lengths[i];
      return c.check(part);
    });
    return concatenate(checks, this.dim);
  }
}

const joining = <A extends unknown[], C extends Constraint>(kind: string, make: (...args: A) => C): ConstraintFamily<A, C> =>
  Object.assign(make, { kind });
export const independent = /* @__PURE__ */ joining('IndependentConstraint', (baseConstraint: Constraint, reinterpretedBatchNdims: number) =>
  new IndependentConstraint(baseConstraint, reinterpretedBatchNdims));
/** Constraints for parts of so many `lengths` (1 each), as `torch.cat` joins them. */
export const cat = /* @__PURE__ */ joining('Cat', (cseq: readonly Constraint[], dim: number = 0, lengths: readonly number[] = cseq.map(() => 1)) =>
  new JoinedConstraint('Cat', cseq, dim, lengths));
/** Constraints for the parts that `torch.stack` joins. */
export const stack = /* @__PURE__ */ joining('Stack', (cseq: readonly Constraint[], dim: number = 0) => new JoinedConstraint('Stack', cseq, dim, []));
/** vectors of numbers */
export const realVector = /* @__PURE__ */ independent(real, 1);
