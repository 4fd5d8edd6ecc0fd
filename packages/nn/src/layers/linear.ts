import { empty, type DeviceLike, type DType, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { bilinear, linear } from '../functional/linear.js';
import { uniform_ } from '../init.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { bool } from '../python-text.js';
import { uniformByFanIn } from './uniform-by-fan-in.js';

/** What layers with parameters take besides their own options. */
export interface FactoryOptions {
  readonly device?: DeviceLike | undefined;
  readonly dtype?: DType | undefined;
}

export interface BiasOption extends FactoryOptions {
  /** whether a bias is added, default true */
  readonly bias?: boolean | undefined;
}

/** Gives its input back. Takes any arguments. @see https://pytorch.org/docs/stable/generated/torch.nn.Identity.html */
export class Identity extends PlainLayer {
  constructor(..._ignored: unknown[]) { super(); }
  override _forwardImpl(input: Tensor): Tensor { return input; }
}

/**
 * `x · weightᵀ + bias`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 * @example new nn.Linear(20, 30)(torch.randn(128, 20)).shape // [128, 30]
 */
export class Linear extends PlainLayer {
  /** (outFeatures, inFeatures) */
  weight: Parameter;
  bias: Parameter | null;

  constructor(readonly inFeatures: number, readonly outFeatures: number, options: BiasOption = {}) {
    super();
    checkSizes(new.target.name, { inFeatures, outFeatures });
    const { bias = true, device, dtype } = checked('Linear', options, 'bias');
    this.weight = new Parameter(empty([outFeatures, inFeatures], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outFeatures], { device, dtype })) : null;
    this._noteParameters('weight', 'bias');
    this.resetParameters();
  }

  /** Draws new parameters, uniform within ±1 / √inFeatures. */
  resetParameters(): void { uniformByFanIn(this.weight, this.bias); }

  override _forwardImpl(input: Tensor): Tensor { return linear(input, this.weight, this.bias); }
  override extraRepr(): string {
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${bool(this.bias !== null)}`;
  }
}

/**
 * `x1 · weight · x2 + bias`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
 */
export class Bilinear extends Module {
  /** (outFeatures, in1Features, in2Features) */
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly in1Features: number, readonly in2Features: number, readonly outFeatures: number,
    options: BiasOption = {},
  ) {
    super();
    checkSizes(new.target.name, { in1Features, in2Features, outFeatures });
    const { bias = true, device, dtype } = checked('Bilinear', options, 'bias');
    this.weight = new Parameter(empty([outFeatures, in1Features, in2Features], { device, dtype }));
    this.bias = bias ? new Parameter(empty([outFeatures], { device, dtype })) : null;
    this._noteParameters('weight', 'bias');
    this.resetParameters();
  }

  /** Draws new parameters, uniform within ±1 / √in1Features. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias) uniform_(this.bias, -bound, bound);
  }

  override forward(input1: Tensor, input2: Tensor): Tensor { return bilinear(input1, input2, this.weight, this.bias); }
  override extraRepr(): string {
    return `in1_features=${this.in1Features}, in2_features=${this.in2Features}, out_features=${this.outFeatures}, bias=${bool(this.bias !== null)}`;
  }
}
