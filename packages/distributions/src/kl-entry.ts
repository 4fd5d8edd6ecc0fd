import { fullLike, type Tensor } from '@sconce/tensor';
import type { Distribution } from './distribution.js';

/** A class of distributions. */
export interface DistributionClass<D extends Distribution = Distribution> { readonly prototype: D; readonly name: string }
/** KL(p ‖ q) */
export type Divergence<P extends Distribution = Distribution, Q extends Distribution = Distribution> = (p: P, q: Q) => Tensor;
/** What computes KL(p ‖ q) for distributions of two classes. */
export type DivergenceEntry = readonly [p: DistributionClass, q: DistributionClass, divergence: Divergence];

export const entry = <P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>, q: DistributionClass<Q>, fn: Divergence<P, Q>): DivergenceEntry => [p, q, fn as unknown as Divergence];

/** Infinite throughout: p has values that q has not. */
export const infiniteLike = (x: Tensor): Tensor => fullLike(x, Infinity);

/** Infinite where a condition holds. */
export const infiniteWhere = (x: Tensor, condition: Tensor): Tensor => x.maskedFill(condition, Infinity);
