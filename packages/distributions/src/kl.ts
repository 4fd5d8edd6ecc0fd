import { NotImplementedError, type Tensor } from '@sconce/tensor';
import { Distribution } from './distribution.js';
import { bregmanDivergence, isExponential } from './exponential-family.js';
import type { DistributionClass, Divergence, DivergenceEntry } from './kl-entry.js';
import { knownDivergences } from './kl-pairs.js';

let entries: DivergenceEntry[] | undefined;
/** what was known from the start, and what was registered since */
const registry = (): DivergenceEntry[] => (entries ??= knownDivergences(klDivergence));

/**
 * Registers how KL(p ‖ q) is computed for two classes and their subclasses; the most specific entry is what `klDivergence` takes.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.register_kl
 * @example torch.distributions.registerKl(Normal, Mine, (p, q) => p.loc.sub(q.center).pow(2))
 */
export function registerKl<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>, q: DistributionClass<Q>, fn: Divergence<P, Q>): Divergence<P, Q>;
/** The same in two steps, as PyTorch's decorator. */
export function registerKl<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>, q: DistributionClass<Q>): (fn: Divergence<P, Q>) => Divergence<P, Q>;
export function registerKl(p: DistributionClass, q: DistributionClass, fn?: Divergence): unknown {
  for (const [name, type] of [['p', p], ['q', q]] as const) {
    if (!isSubclass(type, Distribution)) throw new TypeError(`Expected type_${name} to be a Distribution subclass but got ${String(type)}`);
  }
  if (!fn) return (later: Divergence) => registerKl(p, q, later);
  entries = [...registry().filter((e) => e[0] !== p || e[1] !== q), [p, q, fn]];
  return fn;
}

const isSubclass = (a: unknown, b: DistributionClass): boolean =>
  typeof a === 'function' && (a === b || Object.prototype.isPrototypeOf.call(b.prototype, a.prototype as object));

/** Whether the classes are more specific, the first ones first. */
function isBefore(a: readonly DistributionClass[], b: readonly DistributionClass[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return isSubclass(a[i], b[i]);
  return false;
}

function divergenceOf(p: DistributionClass, q: DistributionClass): Divergence | undefined {
  const matches = registry().filter((e) => isSubclass(p, e[0]) && isSubclass(q, e[1]));
  if (matches.length === 0) return undefined;
  const left = matches.reduce((best, e) => (isBefore([e[0], e[1]], [best[0], best[1]]) ? e : best));
  const right = matches.reduce((best, e) => (isBefore([e[1], e[0]], [best[1], best[0]]) ? e : best));
  if (left[2] !== right[2]) {
    console.warn(`Ambiguous kl_divergence(${p.name}, ${q.name}). Please register_kl(${left[0].name}, ${right[1].name})`);
  }
  return left[2];
}

/**
 * The Kullback-Leibler divergence KL(p ‖ q) = ∫ p ln(p / q), of shape batchShape.
 * @throws NotImplementedError for classes without a formula; `registerKl` adds one
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.kl.kl_divergence
 * @example
 * const { klDivergence, Normal } = torch.distributions;
 * klDivergence(new Normal(1, 1), new Normal(0, 1)) // tensor(0.5000)
 */
export function klDivergence(p: Distribution, q: Distribution): Tensor {
  const fn = divergenceOf(p.constructor as DistributionClass, q.constructor as DistributionClass);
  if (fn) return fn(p, q);
  if (isExponential(p) && isExponential(q)) {
    if (p.constructor === q.constructor) return bregmanDivergence(p, q);
    throw new NotImplementedError('The cross KL-divergence between different exponential families cannot be computed using Bregman divergences');
  }
  throw new NotImplementedError(`No KL(p || q) is implemented for p type ${p.constructor.name} and q type ${q.constructor.name}`);
}
