import { Function, onceDifferentiable, type FunctionContext } from '@sconce/autograd';
import { defaultGenerator, finfo, float64, type Generator, type Tensor } from '@sconce/tensor';
import { fillNormalOneByOne } from '@sconce/tensor/internal';
import { dirichletGradient, gammaGradient } from './gamma-gradients.js';
import { beside, floatsOf, shapedAs } from './host.js';

const f = Math.fround;
// PyTorch's constants are single precision
const THIRD = f(1 / 3), SQUEEZE = f(0.0331);
const one = /* @__PURE__ */ new Float64Array(1);

function standardNormal(generator: Generator): number {
  fillNormalOneByOne(one, float64, 0, 1, generator);
  return one[0];
}

/**
 * A number of the gamma distribution of shape α and rate 1: a squeezed rejection from a transformed normal; α < 1 by α + 1.
 * @param round to the dtype of α
 * @see Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000)
 */
function drawGamma(alpha: number, round: (x: number) => number, generator: Generator): number {
  if (alpha === 0) return 0;
  const scale = alpha < 1 ? (1 - generator.uniform53()) ** round(1 / alpha) : 1;
  const d = round((alpha < 1 ? round(alpha + 1) : alpha) - THIRD), c = 1 / Math.sqrt(9 * d);
  for (;;) {
    let x: number, root: number;
    do {
      x = standardNormal(generator);
      root = 1 + c * x;
    } while (root <= 0);
    const v = root * root * root, u = 1 - generator.uniform53(), square = x * x;
    if (u < 1 - SQUEEZE * square * square || Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return scale * d * v;
  }
}

const exact = (x: number): number => x;

/** Numbers of gamma distributions of rate 1, which are functions of their shapes. @see https://pytorch.org/docs/stable/distributions.html#gamma */
export class StandardGamma extends Function {
  static override forward(ctx: FunctionContext, concentration: Tensor): Tensor {
    const [alphas] = floatsOf('gamma_cpu', concentration), out = beside(alphas), { tiny } = finfo(concentration.dtype);
    const round = alphas instanceof Float32Array ? f : exact;
    for (let i = 0; i < out.length; i++) out[i] = Math.max(tiny, round(drawGamma(alphas[i], round, defaultGenerator)));
    const x = shapedAs(concentration, out);
    ctx.saveForBackward(concentration, x);
    return x;
  }

  static override backward = onceDifferentiable((ctx: FunctionContext, grad: Tensor): Tensor => {
    const [concentration, x] = ctx.savedTensors as Tensor[];
    return grad.mul(gammaGradient(concentration, x));
  });
}

/** Vectors of Dirichlet distributions, which are functions of their concentrations. */
class _Dirichlet extends Function {
  static override forward(ctx: FunctionContext, concentration: Tensor): Tensor {
    const [alphas] = floatsOf('dirichlet', concentration), single = alphas instanceof Float32Array;
    const out = beside(alphas), gammas = new Float64Array(alphas.length), size = concentration.size(-1);
    for (let i = 0; i < gammas.length; i++) gammas[i] = Math.max(finfo(float64).tiny, drawGamma(alphas[i], exact, defaultGenerator));
    const { tiny, eps } = finfo(concentration.dtype);
    for (let row = 0; row < gammas.length; row += size) {
      let sum = 0;
      for (let i = row; i < row + size; i++) sum += gammas[i];
      for (let i = row; i < row + size; i++) {
        const share = single ? f(gammas[i] / sum) : gammas[i] / sum;
        out[i] = Math.min(1 - eps / 2, Math.max(tiny, share));
      }
    }
    const x = shapedAs(concentration, out);
    ctx.saveForBackward(concentration, x);
    return x;
  }

  static override backward = onceDifferentiable((ctx: FunctionContext, grad: Tensor): Tensor => {
    const [concentration, x] = ctx.savedTensors as Tensor[];
    return dirichletGradient(x, concentration).mul(grad.sub(x.mul(grad).sum(-1, { keepdim: true })));
  });
}

export const sampleDirichlet = (concentration: Tensor): Tensor => _Dirichlet.apply(concentration);
