import { noGrad } from '@sconce/autograd';
import { ValueError, type Tensor } from '@sconce/tensor';
import { describe, sameShape } from '@sconce/tensor/internal';
import type { DistributionOptions } from './arguments.js';
import { independent, type Constraint } from './constraints.js';
import { Distribution } from './distribution.js';
import { Independent } from './independent.js';
import { sizeText } from './python-text.js';
import { ComposeTransform, times } from './transforms/compose.js';
import { Transform } from './transforms/transform.js';
import { sumRightmost, type Shape } from './utils.js';

/**
 * The distribution of t(x), where x is of a base distribution: samples are transformed, and values are transformed back.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.transformed_distribution.TransformedDistribution
 * @example
 * const { AffineTransform, SigmoidTransform, TransformedDistribution, Uniform } = torch.distributions;
 * // the logistic distribution
 * new TransformedDistribution(new Uniform(0, 1), [new SigmoidTransform().inv, new AffineTransform(2, 3)]);
 */
export class TransformedDistribution<D extends Distribution = Distribution> extends Distribution {
  declare readonly baseDist: D;
  declare readonly transforms: readonly Transform[];

  /**
   * @param fields what subclasses have besides
   * @throws ValueError for a base whose shape does not fit
   */
  constructor(
    baseDist: D, transforms: Transform | readonly Transform[], options: DistributionOptions = {}, fields: Readonly<Record<string, unknown>> = {},
  ) {
    const list = transforms instanceof Transform ? [transforms] : transforms;
    if (!Array.isArray(list)) throw new ValueError(`transforms must be a Transform or list, but was ${describe(transforms)}`);
    if (!list.every((t) => t instanceof Transform)) throw new ValueError('transforms must be a Transform or a list of Transforms');
    const { base, shape, eventDim } = fitted(baseDist, new ComposeTransform(list));
    const cut = shape.length - eventDim;
    super(shape.slice(0, cut), shape.slice(cut), options, { ...fields, baseDist: base, transforms: list });
  }

  override get support(): Constraint {
    const last = this.transforms.at(-1);
    if (!last) return this.baseDist.support;
    const more = this.eventShape.length - last.codomain.eventDim;
    return more > 0 ? independent(last.codomain, more) : last.codomain;
  }
  override get hasRsample() { return this.baseDist.hasRsample; }

  override sample(sampleShape?: Shape): Tensor { return noGrad(() => this.transformed(this.baseDist.sample(sampleShape))); }
  override rsample(sampleShape?: Shape): Tensor { return this.transformed(this.baseDist.rsample(sampleShape)); }
  private transformed(x: Tensor): Tensor { return this.transforms.reduce((y, t) => t(y), x); }

  protected override logDensity(value: Tensor): Tensor {
    let eventDim = this.eventShape.length, y = value, sum: Tensor | undefined;
    for (const t of [...this.transforms].reverse()) {
      const x = t.inv(y);
      eventDim += t.domain.eventDim - t.codomain.eventDim;
      const term = sumRightmost(t.logAbsDetJacobian(x, y), eventDim - t.domain.eventDim);
      sum = sum ? sum.sub(term) : term.neg();
      y = x;
    }
    const base = sumRightmost(this.baseDist.logProb(y), eventDim - this.baseDist.eventShape.length);
    return sum ? sum.add(base) : base;
  }

  override cdf(value: Tensor): Tensor {
    return this.monotonized(this.baseDist.cdf(this.transforms.reduceRight((y, t) => t.inv(y), value)));
  }

  override icdf(value: Tensor): Tensor { return this.transformed(this.baseDist.icdf(this.monotonized(value))); }

  /** A probability, or 1 minus it where the transforms turn the order around. */
  private monotonized(p: Tensor): Tensor {
    const sign = this.transforms.map((t) => t.sign).reduce(times, 1);
    return sign === 1 ? p : p.sub(0.5).mul(sign).add(0.5);
  }

  override expand(batchShape: Shape): this {
    const shape = this.transforms.reduceRight((s, t) => t.inverseShape(s), [...batchShape, ...this.eventShape] as Shape);
    const baseDist = this.baseDist.expand(shape.slice(0, shape.length - this.baseDist.eventShape.length));
    return this.copied({ batchShape, baseDist }, this.expandedFields(batchShape));
  }
}

/** The base with the shape and the event that the transform needs, and what comes out. */
function fitted<D extends Distribution>(given: D, transform: ComposeTransform): { base: D; shape: Shape; eventDim: number } {
  const baseShape = [...given.batchShape, ...given.eventShape], baseEventDim = given.eventShape.length;
  const { eventDim: domainDim } = transform.domain;
  if (baseShape.length < domainDim) {
    throw new ValueError(`base_distribution needs to have shape with size at least ${domainDim}, but got ${sizeText(baseShape)}.`);
  }
  const shape = transform.forwardShape(baseShape), needed = transform.inverseShape(shape);
  const wide = sameShape(baseShape, needed) ? given : given.expand(needed.slice(0, needed.length - baseEventDim));
  const more = domainDim - baseEventDim;
  const base = more > 0 ? new Independent(wide, more) as unknown as D : wide;
  return { base, shape, eventDim: transform.codomain.eventDim + Math.max(baseEventDim - domainDim, 0) };
}
