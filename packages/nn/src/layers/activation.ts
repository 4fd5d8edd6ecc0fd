import { full, ValueError, type DeviceLike, type DType, type Tensor } from '@sconce/tensor';
import { checked, numbersThenOptions } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import * as F from '../functional/activation.js';
import { Parameter } from '../parameter.js';
import { PlainLayer } from '../plain-layer.js';
import { bool, float } from '../python-text.js';

export interface InplaceOption {
  /** write the result over the input, default false */
  readonly inplace?: boolean | undefined;
}

/** An activation that may be done in place. */
abstract class Activation extends PlainLayer {
  readonly inplace: boolean;
  constructor(options: InplaceOption = {}) {
    super();
    this.inplace = checked(this.constructor.name, options).inplace ?? false;
  }
  /** the parameters, before `inplace=True` */
  protected settings(): string { return ''; }
  override extraRepr(): string {
    const settings = this.settings();
    return this.inplace ? `${settings && `${settings}, `}inplace=${bool(true)}` : settings;
  }
}

/**
 * max(0, x).
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 * @example new nn.ReLU()(torch.tensor([-1, 2]))
 */
export class ReLU extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.relu(input, this); }
}

/** x between 0 and 6. @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU6.html */
export class ReLU6 extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.relu6(input, this); }
}

/** x · sigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.SiLU.html */
export class SiLU extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.silu(input, this); }
}

/** x · tanh(softplus(x)). @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html */
export class Mish extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.mish(input, this); }
}

/** Scaled ELU, which keeps activations normalised. @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html */
export class SELU extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.selu(input, this); }
}

/** A piecewise linear sigmoid. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html */
export class Hardsigmoid extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.hardsigmoid(input, this); }
  override extraRepr(): string { return ''; }
}

/** x · hardsigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.Hardswish.html */
export class Hardswish extends Activation {
  override _forwardImpl(input: Tensor): Tensor { return F.hardswish(input, this); }
  override extraRepr(): string { return ''; }
}

/**
 * x where positive, `negativeSlope · x` elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 */
export class LeakyReLU extends Activation {
  readonly negativeSlope: number;
  constructor(...args: [negativeSlope?: number, options?: InplaceOption] | [options?: InplaceOption & { readonly negativeSlope?: number }]) {
    const [{ negativeSlope }, options] = numbersThenOptions<InplaceOption, 'negativeSlope'>(new.target.name, args, { negativeSlope: 0.01 }, 'inplace');
    super(options);
    this.negativeSlope = negativeSlope;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.leakyRelu(input, this); }
  protected override settings(): string { return `negative_slope=${float(this.negativeSlope)}`; }
}

export interface RReLUOptions extends InplaceOption {
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
}

/**
 * x where positive, a random part of it elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RReLU.html
 */
export class RReLU extends Activation {
  readonly lower: number;
  readonly upper: number;
  constructor(options: RReLUOptions = {}) {
    const { lower = 1 / 8, upper = 1 / 3, ...rest } = checked(new.target.name, options);
    super(rest);
    this.lower = lower;
    this.upper = upper;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.rrelu(input, this); }
  protected override settings(): string { return `lower=${float(this.lower)}, upper=${float(this.upper)}`; }
}

/** x where positive, α (exp(x) - 1) elsewhere. @see https://pytorch.org/docs/stable/generated/torch.nn.ELU.html */
export class ELU extends Activation {
  readonly alpha: number;
  constructor(...args: [alpha?: number, options?: InplaceOption] | [options?: InplaceOption & { readonly alpha?: number }]) {
    const [{ alpha }, options] = numbersThenOptions<InplaceOption, 'alpha'>(new.target.name, args, { alpha: 1 }, 'inplace');
    super(options);
    this.alpha = alpha;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.elu(input, this); }
  protected override settings(): string { return `alpha=${float(this.alpha)}`; }
}

/** x where positive, α (exp(x / α) - 1) elsewhere. @see https://pytorch.org/docs/stable/generated/torch.nn.CELU.html */
export class CELU extends Activation {
  readonly alpha: number;
  constructor(...args: [alpha?: number, options?: InplaceOption] | [options?: InplaceOption & { readonly alpha?: number }]) {
    const [{ alpha }, options] = numbersThenOptions<InplaceOption, 'alpha'>(new.target.name, args, { alpha: 1 }, 'inplace');
    super(options);
    this.alpha = alpha;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.celu(input, this); }
  protected override settings(): string { return `alpha=${float(this.alpha)}`; }
}

/** x between two bounds. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html */
export class Hardtanh extends Activation {
  readonly minVal: number;
  readonly maxVal: number;
  constructor(...args: [minVal?: number, maxVal?: number, options?: InplaceOption] | [options?: InplaceOption & { readonly minVal?: number; readonly maxVal?: number }]) {
    const [{ minVal, maxVal }, options] = numbersThenOptions<InplaceOption, 'minVal' | 'maxVal'>(new.target.name, args, { minVal: -1, maxVal: 1 }, 'inplace');
    super(options);
    if (!(maxVal > minVal)) throw new ValueError(`max_val must be larger than min_val, but got min_val=${minVal} and max_val=${maxVal}`);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.hardtanh(input, this); }
  protected override settings(): string { return `min_val=${float(this.minVal)}, max_val=${float(this.maxVal)}`; }
}

/**
 * x where it is above a threshold, a value elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Threshold.html
 */
export class Threshold extends Activation {
  constructor(readonly threshold: number, readonly value: number, options?: InplaceOption) {
    super(options);
    checkSizes(new.target.name, { threshold, value });
  }
  override _forwardImpl(input: Tensor): Tensor { return F.threshold(input, this.threshold, this.value, this); }
  protected override settings(): string { return `threshold=${this.threshold}, value=${this.value}`; }
}

/** 1 / (1 + exp(-x)). @see https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html */
export class Sigmoid extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor { return input.sigmoid(); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html */
export class Tanh extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor { return input.tanh(); }
}

/** ln sigmoid(x). @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html */
export class LogSigmoid extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor { return F.logsigmoid(input); }
}

/** x / (1 + |x|). @see https://pytorch.org/docs/stable/generated/torch.nn.Softsign.html */
export class Softsign extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor { return F.softsign(input); }
}

/** x - tanh(x). @see https://pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html */
export class Tanhshrink extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor { return F.tanhshrink(input); }
}

/** x Φ(x), or its approximation with tanh. @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html */
export class GELU extends PlainLayer {
  readonly approximate: 'none' | 'tanh';
  constructor(options: { readonly approximate?: 'none' | 'tanh' } = {}) {
    const { approximate = 'none' } = checked(new.target.name, options);
    super();
    this.approximate = approximate;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.gelu(input, this); }
  override extraRepr(): string { return `approximate='${this.approximate}'`; }
}

/** ln(1 + exp(β x)) / β. @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html */
export class Softplus extends PlainLayer {
  readonly beta: number;
  readonly threshold: number;
  constructor(...args: [beta?: number, threshold?: number] | [options: { readonly beta?: number; readonly threshold?: number }]) {
    const [{ beta, threshold }] = numbersThenOptions<object, 'beta' | 'threshold'>(new.target.name, args, { beta: 1, threshold: 20 });
    super();
    this.beta = beta;
    this.threshold = threshold;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.softplus(input, this); }
  override extraRepr(): string { return `beta=${this.beta}, threshold=${this.threshold}`; }
}

/** 0 within ±λ, x elsewhere. @see https://pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html */
export class Hardshrink extends PlainLayer {
  readonly lambd: number;
  constructor(...args: [lambd?: number] | [options: { readonly lambd?: number }]) {
    const [{ lambd }] = numbersThenOptions<object, 'lambd'>(new.target.name, args, { lambd: 0.5 });
    super();
    this.lambd = lambd;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.hardshrink(input, this); }
  override extraRepr(): string { return float(this.lambd); }
}

/**
 * 0 within ±λ, x moved towards 0 by λ elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
 */
export class Softshrink extends PlainLayer {
  readonly lambd: number;
  constructor(...args: [lambd?: number] | [options: { readonly lambd?: number }]) {
    const [{ lambd }] = numbersThenOptions<object, 'lambd'>(new.target.name, args, { lambd: 0.5 });
    super();
    this.lambd = lambd;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.softshrink(input, this); }
  override extraRepr(): string { return float(this.lambd); }
}

/**
 * The first half of a dimension times the sigmoid of the second.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GLU.html
 */
export class GLU extends PlainLayer {
  readonly dim: number;
  constructor(...args: [dim?: number] | [options: { readonly dim?: number }]) {
    super();
    this.dim = numbersThenOptions<object, 'dim'>(new.target.name, args, { dim: -1 })[0].dim;
  }
  override _forwardImpl(input: Tensor): Tensor { return F.glu(input, this.dim); }
  override extraRepr(): string { return `dim=${this.dim}`; }
}

export interface PReLUOptions {
  /** the slope to begin with, default 0.25 */
  readonly init?: number | undefined;
  readonly device?: DeviceLike | undefined;
  readonly dtype?: DType | undefined;
}

/**
 * x where positive, a learned part of it elsewhere.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 */
export class PReLU extends PlainLayer {
  weight: Parameter;
  readonly numParameters: number;
  constructor(...args: [numParameters?: number, options?: PReLUOptions] | [options: PReLUOptions & { readonly numParameters?: number }]) {
    const [{ numParameters }, { init = 0.25, device, dtype }] =
      numbersThenOptions<PReLUOptions, 'numParameters'>(new.target.name, args, { numParameters: 1 }, 'init');
    super();
    this.numParameters = numParameters;
    this.weight = new Parameter(full([numParameters], init, { device, dtype }));
    this._noteParameters('weight');
  }
  override _forwardImpl(input: Tensor): Tensor { return F.prelu(input, this.weight); }
  override extraRepr(): string { return `num_parameters=${this.numParameters}`; }
}

type DimArguments = [dim?: number | null] | [options: { readonly dim?: number | null }];

function dimOf(name: string, [dim = null]: DimArguments): number | null {
  return typeof dim === 'number' || dim === null ? dim : checked(name, dim, 'dim').dim ?? null;
}

/** Exponentials divided by their sum. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax.html */
export class Softmax extends PlainLayer {
  readonly dim: number | null;
  constructor(...args: DimArguments) {
    super();
    this.dim = dimOf(new.target.name, args);
  }
  override _forwardImpl(input: Tensor): Tensor { return F.softmax(input, this.dim); }
  override extraRepr(): string { return `dim=${this.dim ?? 'None'}`; }
}

/** `Softmax` of the negated input. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmin.html */
export class Softmin extends PlainLayer {
  readonly dim: number | null;
  constructor(...args: DimArguments) {
    super();
    this.dim = dimOf(new.target.name, args);
  }
  override _forwardImpl(input: Tensor): Tensor { return F.softmin(input, this.dim); }
  override extraRepr(): string { return `dim=${this.dim ?? 'None'}`; }
}

/** The logarithm of `Softmax`. @see https://pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html */
export class LogSoftmax extends PlainLayer {
  readonly dim: number | null;
  constructor(...args: DimArguments) {
    super();
    this.dim = dimOf(new.target.name, args);
  }
  override _forwardImpl(input: Tensor): Tensor { return F.logSoftmax(input, this.dim); }
  override extraRepr(): string { return `dim=${this.dim ?? 'None'}`; }
}

/** `Softmax` over the channels of images. @see https://pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html */
export class Softmax2d extends PlainLayer {
  override _forwardImpl(input: Tensor): Tensor {
    if (input.dim() !== 3 && input.dim() !== 4) throw new ValueError('Softmax2d requires a 3D or 4D tensor as input');
    return F.softmax(input, -3);
  }
}
