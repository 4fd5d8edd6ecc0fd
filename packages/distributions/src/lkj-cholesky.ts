import { noGrad } from '@sconce/autograd';
import { arange, cat, finfo, mvlgamma, randn, type Tensor, ValueError, zeros } from '@sconce/tensor';
import { broadcastAll, namedArguments, required, type DistributionOptions, type Value } from './arguments.js';
import { corrCholesky, positive } from './constraints.js';
import { Beta } from './dirichlet.js';
import { Distribution } from './distribution.js';
import type { Shape } from './utils.js';

type LkjArguments =
  | [dim: number, concentration?: Value, options?: DistributionOptions]
  | [dim: number, options: DistributionOptions & { readonly concentration?: Value }]
  | [options: DistributionOptions & { readonly dim: number; readonly concentration?: Value }];

/**
 * The Cholesky factors of `dim`×`dim` correlation matrices, whose densities go by the power `concentration` - 1 (0) of their
 * determinants. Samples are drawn on the CPU only.
 * @see https://pytorch.org/docs/stable/distributions.html#torch.distributions.lkj_cholesky.LKJCholesky
 * @see Lewandowski, Kurowicka and Joe, "Generating random correlation matrices based on vines and extended onion method" (2009)
 * @example new torch.distributions.LKJCholesky(3, 0.5).sample().shape // [3, 3]
 */
export class LKJCholesky extends Distribution {
  static override readonly argConstraints = { concentration: positive };
  declare readonly dim: number;
  declare readonly concentration: Tensor;
  declare private readonly beta: Beta;

  constructor(...args: LkjArguments) {
    const given = namedArguments('LKJCholesky', ['dim', 'concentration'], args);
    required('LKJCholesky', ['dim'], given);
    const dim = given.dim as number, [concentration] = broadcastAll(given.concentration ?? 1);
    if (!(dim >= 2)) throw new ValueError(`Expected dim to be an integer greater than or equal to 2. Found dim=${dim}.`);
    const { dtype, device } = concentration;
    const offset = cat([zeros(1, { dtype, device }), arange(dim - 1, { dtype, device })]);
    const beta = new Beta(offset.add(0.5), concentration.add(0.5 * (dim - 2)).unsqueeze(-1).sub(offset.mul(0.5)), { validateArgs: false });
    super(concentration.shape, [dim, dim], given, { dim, concentration, beta });
  }

  override get support() { return corrCholesky; }

  /** By the onion method: each row is a direction with the length of the root of a beta number. */
  override sample(sampleShape?: Shape): Tensor {
    return noGrad(() => {
      const y = this.beta.sample(sampleShape).unsqueeze(-1), { dtype, device } = y;
      const normal = randn(this.extendedShape(sampleShape), { dtype, device }).tril(-1);
      const length = normal.pow(2).sum(-1, { keepdim: true }).sqrt();
      const rows = y.sqrt().mul(normal.div(length).maskedFill(length.eq(0), 0));
      return rows.add(rows.pow(2).sum(-1).rsub(1).clamp({ min: finfo(dtype).tiny }).sqrt().diagEmbed());
    });
  }

  protected override logDensity(value: Tensor): Tensor {
    const { dim } = this, n = dim - 1, { dtype, device } = this.concentration;
    const order = this.concentration.sub(1).unsqueeze(-1).mul(2).add(dim).sub(arange(2, dim + 1, { dtype, device }));
    const diagonal = value.diagonal({ dim1: -1, dim2: -2 }).narrow(-1, 1, n);
    const alpha = this.concentration.add(0.5 * n);
    const normalizer = mvlgamma(alpha.sub(0.5), n).add(0.5 * n * Math.log(Math.PI)).sub(alpha.lgamma().mul(n));
    return order.mul(diagonal.log()).sum(-1).sub(normalizer);
  }

  override expand(batchShape: Shape): this {
    const beta = this.beta.expand([...batchShape, this.dim]), concentration = this.concentration.expand(batchShape);
    return this.copied({ batchShape, beta, concentration });
  }
}
