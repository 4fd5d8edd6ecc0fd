import { rand, randn, type Tensor, where, zeros } from '@sconce/tensor';
import { noGrad } from '@sconce/autograd';
import type { TwoValues } from './arguments.js';
import { positive, real } from './constraints.js';
import { Univariate } from './distribution.js';
import type { Shape } from './utils.js';

const { PI } = Math;

/** Polynomials of (x / 3.75)² for I₀ and I₁ / |x|, and of 3.75 / x for √x e^-x I(x). @see Abramowitz and Stegun 9.8.1 to 9.8.4 */
const BESSEL = [
  {
    small: [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.360768e-1, 0.45813e-2],
    large: [0.39894228, 0.1328592e-1, 0.225319e-2, -0.157565e-2, 0.916281e-2, -0.2057706e-1, 0.2635537e-1, -0.1647633e-1, 0.392377e-2],
  },
  {
    small: [0.5, 0.87890594, 0.51498869, 0.15084934, 0.2658733e-1, 0.301532e-2, 0.32411e-3],
    large: [0.39894228, -0.3988024e-1, -0.362018e-2, 0.163801e-2, -0.1031555e-1, 0.2282967e-1, -0.2895312e-1, 0.1787654e-1, -0.420059e-2],
  },
] as const;

const polynomial = (coefficients: readonly number[], x: Tensor): Tensor =>
  coefficients.slice(0, -1).reduceRight((sum, c) => sum.mul(x).add(c), x.mul(0).add(coefficients.at(-1)!));

/** ln I₀(x) or ln I₁(x), for x > 0. */
function logBessel(x: Tensor, order: 0 | 1): Tensor {
  const { small, large } = BESSEL[order], near = polynomial(small, x.div(3.75).pow(2));
  const far = x.sub(x.log().mul(0.5)).add(polynomial(large, x.reciprocal().mul(3.75)).log());
  return where(x.lt(3.75), (order === 1 ? x.abs().mul(near) : near).log(), far);
}

/**
 * Angles around `loc`, as close to it as `concentration` is large. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.von_mises.VonMises
 * @see Best and Fisher, "Efficient simulation of the von Mises distribution", Applied Statistics 28 (1979)
 * @example new torch.distributions.VonMises(0, 1).logProb(torch.tensor(0)) // tensor(-1.0738)
 */
export class VonMises extends Univariate {
  static override readonly argConstraints = { loc: real, concentration: positive };
  declare readonly loc: Tensor;
  declare readonly concentration: Tensor;

  constructor(...args: TwoValues<'loc', 'concentration'>) { super('VonMises', ['loc', 'concentration'], args); }

  override get support() { return real; }
  override get mean() { return this.loc; }
  override get mode() { return this.loc; }
  /** the circular variance */
  override get variance() { return logBessel(this.concentration, 1).sub(logBessel(this.concentration, 0)).exp().rsub(1); }

  override sample(sampleShape?: Shape): Tensor { return noGrad(() => this.drawn(this.extendedShape(sampleShape))); }

  private drawn(shape: Shape): Tensor {
    const k = this.concentration.clamp({ min: 1e-30 }), { dtype, device } = k;
    const tau = k.pow(2).mul(4).add(1).sqrt().add(1), rho = tau.sub(tau.mul(2).sqrt()).div(k.mul(2));
    // of small ones the first terms of its series, as no digits are left of tau - 2
    const r = where(k.lt(1e-5), k.reciprocal().add(k), rho.pow(2).add(1).div(rho.mul(2)));
    // where no digits are left of r - 1, as in float32 from 1e8 on, nothing would ever be accepted: there it is the normal distribution
    const narrow = r.gt(1).logicalNot();
    let x = zeros(shape, { dtype, device }), done = narrow.expand(shape);
    if ((narrow.hostValues() as Uint8Array).includes(1)) x = where(narrow, randn(shape, { dtype, device }).div(k.sqrt()), x);
    while ((done.hostValues() as Uint8Array).includes(0)) {
      const [u1, u2, u3] = rand([3, ...shape], { dtype, device }).unbind(0);
      const z = u1.mul(PI).cos(), f = r.mul(z).add(1).div(r.add(z)), c = k.mul(r.sub(f));
      const accepted = c.mul(c.rsub(2)).sub(u2).gt(0).logicalOr(c.div(u2).log().add(1).sub(c).ge(0));
      x = where(accepted, u3.sub(0.5).sign().mul(f.acos()), x);
      done = done.logicalOr(accepted);
    }
    return x.add(PI).add(this.loc).remainder(2 * PI).sub(PI);
  }

  protected override logDensity(value: Tensor): Tensor {
    return this.concentration.mul(value.sub(this.loc).cos()).sub(Math.log(2 * PI)).sub(logBessel(this.concentration, 0));
  }
}
