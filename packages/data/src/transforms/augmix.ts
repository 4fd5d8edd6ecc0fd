import { rand, randn, float64, stack, Tensor, tensor, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { floats, text } from '../python-text.js';
import { Augmentation, modeText, type AugmentOptions } from './augment.js';
import { drawSign, drawStep, isMeasured, magnitudeAt, runStep, spaceOf, type Space } from './augment-steps.js';
import { integer } from './draws.js';
import { pilToTensor, toPilImage } from './functional/conversion.js';
import { getDimensions, onPicture, type Picture, type Pictured } from './functional/picture.js';

export interface AugMixOptions extends AugmentOptions {
  /** from 1 to 10: how much each step does at most; default 3 */
  readonly severity?: number | undefined;
  /** chains of steps that are mixed, default 3 */
  readonly mixtureWidth?: number | undefined;
  /** steps of each chain; default -1: 1 to 3, drawn */
  readonly chainDepth?: number | undefined;
  /** how even the mixture is, default 1 */
  readonly alpha?: number | undefined;
  /** steps that change colours, too; default true */
  readonly allOps?: boolean | undefined;
}

const MOST_SEVERE = 10;

/**
 * Mixes pictures with what several chains of drawn steps make of them. Tensors should be of uint8.
 * @throws ValueError for a severity that there is not
 * @see https://pytorch.org/vision/0.14/generated/torchvision.transforms.AugMix.html, https://arxiv.org/abs/1912.02781
 */
export class AugMix extends Augmentation {
  readonly severity: number;
  readonly mixtureWidth: number;
  readonly chainDepth: number;
  readonly alpha: number;
  readonly allOps: boolean;

  constructor(options: AugMixOptions = {}) {
    const { severity = 3, mixtureWidth = 3, chainDepth = -1, alpha = 1, allOps = true, interpolation = 'bilinear' } =
      checked('AugMix', options, 'severity');
    if (!(severity >= 1 && severity <= MOST_SEVERE)) {
      throw new ValueError(`The severity must be between [1, ${MOST_SEVERE}]. Got ${severity} instead.`);
    }
    super({ ...options, interpolation });
    this.severity = severity;
    this.mixtureWidth = mixtureWidth;
    this.chainDepth = chainDepth;
    this.alpha = alpha;
    this.allOps = allOps;
  }

  forward<T extends Picture>(img: T): Pictured<T> {
    return onPicture(img, (x) => this.#mixed(x), (x) => toPilImage(this.#mixed(pilToTensor(x)), { mode: x.mode }));
  }

  #mixed(img: Tensor): Tensor {
    const [, height, width] = getDimensions(img), options = this.optionsFor(img);
    const { shapes, colours, values } = spaceOf({ width: width / 3, height: height / 3, from: 4 });
    const space: Space = { ...shapes, ...values, ...(this.allOps ? colours : {}) };
    const batch = img.ndim < 4 ? img.view(...new Array<number>(4 - img.ndim).fill(1), ...img.shape) : img;
    const each = [batch.size(0), ...new Array<number>(batch.ndim - 1).fill(1)];
    const parts = dirichlets(batch.size(0), [this.alpha, this.alpha]);
    const weights = dirichlets(batch.size(0), new Array<number>(this.mixtureWidth).fill(this.alpha)).mul(parts.narrow(1, 1, 1));
    let mix = parts.select(1, 0).view(each).to(img.device).mul(batch);
    for (let i = 0; i < this.mixtureWidth; i++) {
      let chain: Picture = batch;
      const depth = this.chainDepth > 0 ? this.chainDepth : integer(1, 4);
      for (let step = 0; step < depth; step++) {
        const name = drawStep(space), most = space[name]!;
        const magnitude = isMeasured(most) ? magnitudeAt(most, MOST_SEVERE, integer(0, this.severity)) : 0;
        chain = runStep(chain, name, drawSign(most, magnitude), options);
      }
      mix = mix.add(weights.select(1, i).view(each).to(img.device).mul(chain as Tensor));
    }
    return mix.view(img.shape).to(img.dtype);
  }

  override toString(): string {
    return `${this.constructor.name}(severity=${this.severity}, mixture_width=${this.mixtureWidth}, chain_depth=${this.chainDepth}, ` +
      `alpha=${floats(this.alpha)}, all_ops=${text(this.allOps)}, interpolation=${modeText(this.interpolation)}, fill=${text(this.fill)})`;
  }
}

/** Rows of parts of a whole, as `torch._sample_dirichlet` draws them: float32, of shape [count, alphas.length]. */
function dirichlets(count: number, alphas: readonly number[]): Tensor {
  const rows = Array.from({ length: count }, () => alphas.map((alpha) => Math.max(drawGamma(Math.fround(alpha)), Number.MIN_VALUE)));
  return stack(rows.map((row) => tensor(row.map((part) => part / row.reduce((a, b) => a + b)))));
}

const cpu64 = { device: 'cpu', dtype: float64 } as const;
const drawUniform = (): number => Number(rand([], cpu64).numpy()[0]);
const drawNormal = (): number => Number(randn([], cpu64).numpy()[0]);

/**
 * A number of the gamma distribution, by rejection.
 * @see https://dl.acm.org/doi/10.1145/358407.358414 (Marsaglia and Tsang)
 */
function drawGamma(alpha: number): number {
  if (alpha === 0) return 0;
  // small shapes are drawn one larger and taken back
  const scale = alpha < 1 ? (1 - drawUniform()) ** (1 / alpha) : 1;
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    let x: number, y: number;
    do {
      x = drawNormal();
      y = 1 + c * x;
    } while (y <= 0);
    const v = y * y * y, u = 1 - drawUniform(), square = x * x;
    if (u < 1 - 0.0331 * square * square || Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return scale * d * v;
  }
}
