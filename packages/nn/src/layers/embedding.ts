import { empty, RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { noGrad } from '@sconce/autograd';
import { checkSizes } from '../check-sizes.js';
import { embedding, embeddingBag, type EmbeddingBagOptions } from '../functional/embedding.js';
import * as init from '../init.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, float } from '../python-text.js';
import type { FactoryOptions } from './linear.js';

export interface EmbeddingLayerOptions extends FactoryOptions {
  /** a row that begins as zeros and gets no gradient */
  readonly paddingIdx?: number | null | undefined;
  /** shorten rows that are longer than this, in place, before they are read */
  readonly maxNorm?: number | null | undefined;
  /** which norm, default 2 */
  readonly normType?: number | undefined;
  /** divide gradients by how often a row occurs */
  readonly scaleGradByFreq?: boolean | undefined;
  /** without effect: all gradients are dense */
  readonly sparse?: boolean | undefined;
}

/** A row of zeros that counts from the front. @throws ValueError where there is no such row */
function paddingRow(paddingIdx: number | null | undefined, rows: number, message: string): number | null {
  if (paddingIdx === null || paddingIdx === undefined) return null;
  if (paddingIdx >= rows || paddingIdx < -rows) throw new ValueError(message);
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}

const reset = (weight: Parameter, paddingIdx: number | null): void => {
  init.normal_(weight);
  if (paddingIdx !== null) noGrad(() => weight.select(0, paddingIdx).fill_(0));
};

const settings = (e: { maxNorm: number | null; normType: number; scaleGradByFreq: boolean }): string =>
  (e.maxNorm === null ? '' : `, max_norm=${float(e.maxNorm)}`) + (e.normType === 2 ? '' : `, norm_type=${float(e.normType)}`)
  + (e.scaleGradByFreq ? `, scale_grad_by_freq=${bool(true)}` : '');

/**
 * A table of vectors, read by index.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 * @example new nn.Embedding(10, 3)(torch.tensor([1n, 2n])).shape // [2, 3]
 */
export class Embedding extends PlainLayer {
  /** (numEmbeddings, embeddingDim) */
  weight: Parameter;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;

  constructor(readonly numEmbeddings: number, readonly embeddingDim: number, options: EmbeddingLayerOptions = {}) {
    super();
    checkSizes(new.target.name, { numEmbeddings, embeddingDim });
    const { paddingIdx, maxNorm = null, normType = 2, scaleGradByFreq = false, sparse = false, device, dtype } = checked('Embedding', options, 'paddingIdx');
    this.paddingIdx = paddingRow(paddingIdx, numEmbeddings, 'Padding_idx must be within num_embeddings');
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.sparse = sparse;
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], { device, dtype }));
    this._noteParameters('weight');
    this.resetParameters();
  }

  /** A layer with a table that is there; `freeze` (default) leaves it untrained. */
  static fromPretrained(
    embeddings: Tensor, options: EmbeddingLayerOptions & { readonly freeze?: boolean } = {},
  ): Embedding {
    const { freeze = true, ...rest } = checked('fromPretrained', options, 'freeze');
    if (embeddings.dim() !== 2) throw new RuntimeError('Embeddings parameter is expected to be 2-dimensional');
    const layer = new Embedding(embeddings.shape[0], embeddings.shape[1], { ...rest, dtype: embeddings.dtype });
    layer.weight.data = embeddings;
    layer.weight.requiresGrad_(!freeze);
    return layer;
  }

  /** Draws new vectors, normal with mean 0 and variance 1. */
  resetParameters(): void { reset(this.weight, this.paddingIdx); }

  override _forwardImpl(input: Tensor): Tensor { return embedding(input, this.weight, this); }
  override extraRepr(): string {
    const padding = this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}${settings(this)}${this.sparse ? ', sparse=True' : ''}`;
  }
}

export interface EmbeddingBagLayerOptions extends EmbeddingLayerOptions {
  /** what is made of the rows of a bag, default 'mean' */
  readonly mode?: 'sum' | 'mean' | 'max' | undefined;
  readonly includeLastOffset?: boolean | undefined;
}

type BagOptions = Pick<EmbeddingBagOptions, 'offsets' | 'perSampleWeights'>;
type BagArguments =
  | readonly [offsets?: Tensor | null, perSampleWeights?: Tensor | null | Pick<BagOptions, 'perSampleWeights'>]
  | readonly [options: BagOptions];

function bagArguments([first, second]: readonly (Tensor | null | undefined | BagOptions)[]): BagOptions {
  const positional = (x: unknown): x is Tensor | null | undefined => x === null || x === undefined || x instanceof Tensor;
  if (!positional(first)) return checked('EmbeddingBag', first, 'offsets');
  return { offsets: first, ...(positional(second) ? { perSampleWeights: second } : checked('EmbeddingBag', second, 'perSampleWeights')) };
}

/**
 * Sums, means or maxima of bags of vectors of a table.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html
 */
export class EmbeddingBag extends PlainLayer<Tensor, BagArguments> {
  /** (numEmbeddings, embeddingDim) */
  weight: Parameter;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly mode: 'sum' | 'mean' | 'max';
  readonly includeLastOffset: boolean;

  constructor(readonly numEmbeddings: number, readonly embeddingDim: number, options: EmbeddingBagLayerOptions = {}) {
    super();
    checkSizes(new.target.name, { numEmbeddings, embeddingDim });
    const { paddingIdx, maxNorm = null, normType = 2, scaleGradByFreq = false, device, dtype } = checked('EmbeddingBag', options, 'maxNorm');
    const { mode = 'mean', includeLastOffset = false } = options;
    this.paddingIdx = paddingRow(paddingIdx, numEmbeddings, 'padding_idx must be within num_embeddings');
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], { device, dtype }));
    this._noteParameters('weight');
    this.resetParameters();
  }

  /** Draws new vectors, normal with mean 0 and variance 1. */
  resetParameters(): void { reset(this.weight, this.paddingIdx); }

  /** @param rest where the bags of a flat list begin, and a factor of each row; either may be an option */
  override _forwardImpl(input: Tensor, ...rest: BagArguments): Tensor {
    const { offsets, perSampleWeights } = bagArguments(rest);
    const { maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx } = this;
    return embeddingBag(input, this.weight, {
      offsets, perSampleWeights, maxNorm, normType, scaleGradByFreq, mode, includeLastOffset, paddingIdx,
    });
  }
  override extraRepr(): string {
    return `${this.numEmbeddings}, ${this.embeddingDim}${settings(this)}, mode=${this.mode}${this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`}`;
  }
}
