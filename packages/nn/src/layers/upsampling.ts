import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { interpolate, type InterpolateOptions, type InterpolationMode } from '../functional/interpolate.js';
import { PlainLayer } from '../plain-layer.js';
import { float, size } from '../python-text.js';

export type UpsampleOptions = Omit<InterpolateOptions, 'antialias'>;

/**
 * (N, C, …) in another size.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 * @example new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' })
 */
export class Upsample extends PlainLayer {
  readonly size: number | readonly number[] | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: InterpolationMode;
  readonly alignCorners: boolean | null;
  readonly recomputeScaleFactor: boolean | null;

  constructor(options: UpsampleOptions = {}) {
    super();
    this.size = checked(new.target.name, options).size ?? null;
    this.scaleFactor = options.scaleFactor ?? null;
    this.mode = options.mode ?? 'nearest';
    this.alignCorners = options.alignCorners ?? null;
    this.recomputeScaleFactor = options.recomputeScaleFactor ?? null;
  }

  override _forwardImpl(input: Tensor): Tensor { return interpolate(input, this); }
  override extraRepr(): string {
    const { scaleFactor } = this;
    const text = scaleFactor === null ? `size=${size(this.size)}`
      : `scale_factor=${typeof scaleFactor === 'number' ? float(scaleFactor) : `(${scaleFactor.map(float).join(', ')})`}`;
    return `${text}, mode=${this.mode}`;
  }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html */
export class UpsamplingNearest2d extends Upsample {
  constructor(options: Pick<UpsampleOptions, 'size' | 'scaleFactor'> = {}) { super({ ...checked(new.target.name, options), mode: 'nearest' }); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html */
export class UpsamplingBilinear2d extends Upsample {
  constructor(options: Pick<UpsampleOptions, 'size' | 'scaleFactor'> = {}) {
    super({ ...checked(new.target.name, options), mode: 'bilinear', alignCorners: true });
  }
}
