import { NotImplementedError, sub } from '@sconce/tensor';
import type { Value } from './arguments.js';
import {
  cat, Constraint, corrCholesky, greaterThan, greaterThanEq, halfOpenInterval, independent, interval, KnownConstraint, lessThan, lowerCholesky,
  real, simplex, stack, type IndependentConstraint, type JoinedConstraint,
} from './constraints.js';
import { ComposeTransform, identityTransform, IndependentTransform } from './transforms/compose.js';
import { AffineTransform, ExpTransform, SigmoidTransform } from './transforms/elementwise.js';
import { CatTransform, StackTransform } from './transforms/joining.js';
import type { Transform } from './transforms/transform.js';
import { CorrCholeskyTransform, LowerCholeskyTransform, SoftmaxTransform, StickBreakingTransform } from './transforms/vectors.js';

/** What a transform is registered for: a constraint for all of its kind, a function that gives some, or a class of one's own. */
export type ConstraintKind<C extends Constraint = Constraint> = C | ((...args: never[]) => C) | { readonly prototype: C };

function keyOf(kind: unknown): unknown {
  if (kind instanceof KnownConstraint) return kind.kind;
  if (kind instanceof Constraint) return kind.constructor;
  if (typeof kind !== 'function') throw new TypeError(`Expected constraint to be either a Constraint subclass or instance, but got ${String(kind)}`);
  return (kind as { kind?: string }).kind ?? kind;
}

/** `registry(constraint)`: a transform from all numbers to those that satisfy the constraint. */
export interface ConstraintRegistry { (constraint: Constraint): Transform }

/**
 * Transforms for constraints, by their kinds.
 * @see https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraint_registry
 * @example
 * const { Normal, transformTo } = torch.distributions;
 * transformTo(Normal.argConstraints.scale)(torch.tensor(-1)) // tensor(0.3679)
 */
export class ConstraintRegistry {
  private readonly factories!: Map<unknown, (constraint: never) => Transform>;

  constructor() {
    const self = (constraint: Constraint): Transform => (self as unknown as ConstraintRegistry).find(constraint);
    return Object.assign(Object.setPrototypeOf(self, new.target.prototype as object) as ConstraintRegistry, { factories: new Map() });
  }

  /** Has a factory make the transforms of constraints of a kind. @throws TypeError for what is no constraint */
  register<C extends Constraint>(kind: ConstraintKind<C>, factory: (constraint: C) => Transform): this {
    this.factories.set(keyOf(kind), factory);
    return this;
  }

  private find(constraint: Constraint): Transform {
    const factory = this.factories.get(keyOf(constraint));
    if (factory) return factory(constraint as never);
    const name = constraint instanceof KnownConstraint ? `_${constraint.kind}` : constraint.constructor.name;
    throw new NotImplementedError(`Cannot transform ${name} constraints`);
  }
}

const above = ({ lowerBound }: KnownConstraint): Transform => new ComposeTransform([new ExpTransform(), new AffineTransform(lowerBound!, 1)]);
const below = ({ upperBound }: KnownConstraint): Transform => new ComposeTransform([new ExpTransform(), new AffineTransform(upperBound!, -1)]);

function between({ lowerBound, upperBound }: KnownConstraint): Transform {
  if (lowerBound === 0 && upperBound === 1) return new SigmoidTransform();
  const [low, high] = [lowerBound!, upperBound!];
  const range: Value = typeof low === 'number' && typeof high === 'number' ? high - low : sub(high, low);
  return new ComposeTransform([new SigmoidTransform(), new AffineTransform(low, range)]);
}

/** What both registries have. */
function common(): ConstraintRegistry {
  const registry: ConstraintRegistry = new ConstraintRegistry();
  return registry
    .register(real, () => identityTransform)
    .register(independent, (c: IndependentConstraint) => new IndependentTransform(registry(c.baseConstraint), c.reinterpretedBatchNdims))
    .register(greaterThan, above).register(greaterThanEq, above).register(lessThan, below)
    .register(interval, between).register(halfOpenInterval, between)
    .register(corrCholesky, () => new CorrCholeskyTransform())
    .register(cat, (c: JoinedConstraint) => new CatTransform(c.cseq.map(registry), { dim: c.dim, lengths: c.lengths }))
    .register(stack, (c: JoinedConstraint) => new StackTransform(c.cseq.map(registry), { dim: c.dim }));
}

/** Bijective transforms to the regions of constraints. */
export const bijectTo = /* @__PURE__ */ common().register(simplex, () => new StickBreakingTransform());

/** Transforms to the regions of constraints that are not necessarily bijective, but simple. */
export const transformTo = /* @__PURE__ */ common()
  .register(simplex, () => new SoftmaxTransform())
  .register(lowerCholesky, () => new LowerCholeskyTransform());
