import * as nn from '@sconce/nn';
import { ones, zeros, type Tensor } from '@sconce/tensor';
import { checked, pythonFloat } from '@sconce/tensor/internal';
import { activation, made, type ActivationLayer, type NormLayer } from './layers.js';

/**
 * `BatchNorm2d` whose statistics, weight and bias stay as they are: they are buffers.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.FrozenBatchNorm2d.html
 */
export class FrozenBatchNorm2d extends nn.Module {
  readonly eps: number;
  declare weight: Tensor;
  declare bias: Tensor;
  /** by PyTorch's names */
  declare running_mean: Tensor;
  declare running_var: Tensor;

  constructor(numFeatures: number, options: { readonly eps?: number | undefined } = {}) {
    super();
    this.eps = checked('FrozenBatchNorm2d', options, 'eps').eps ?? 1e-5;
    this.registerBuffer('weight', ones(numFeatures));
    this.registerBuffer('bias', zeros(numFeatures));
    this.registerBuffer('running_mean', zeros(numFeatures));
    this.registerBuffer('running_var', ones(numFeatures));
  }

  get runningMean(): Tensor { return this.running_mean; }
  get runningVar(): Tensor { return this.running_var; }

  override _mendState(state: Map<string, unknown>, prefix: string): void { state.delete(`${prefix}num_batches_tracked`); }

  override forward(x: Tensor): Tensor {
    const [w, b, mean, variance] = [this.weight, this.bias, this.running_mean, this.running_var].map((t) => t.reshape(1, -1, 1, 1));
    const scale = w.mul(variance.add(this.eps).rsqrt());
    return x.mul(scale).add(b.sub(mean.mul(scale)));
  }

  override extraRepr(): string { return `${this.weight.shape[0]}, eps=${pythonFloat(this.eps)}`; }
}

export interface SqueezeExcitationOptions {
  /** a class, as nn.ReLU (default), or a function */
  readonly activation?: ActivationLayer | undefined;
  /** what makes the factors, default nn.Sigmoid */
  readonly scaleActivation?: ActivationLayer | undefined;
}

/**
 * Scales each channel by a factor that depends on the means of all.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.SqueezeExcitation.html
 * @see Hu et al., "Squeeze-and-excitation networks" (2017)
 */
export class SqueezeExcitation extends nn.Module {
  avgpool = new nn.AdaptiveAvgPool2d(1);
  fc1: nn.Conv2d;
  fc2: nn.Conv2d;
  activation: nn.Layer;
  /** by PyTorch's name */
  scale_activation: nn.Layer;

  constructor(inputChannels: number, squeezeChannels: number, options: SqueezeExcitationOptions = {}) {
    const { activation: inner = nn.ReLU, scaleActivation = nn.Sigmoid } = checked('SqueezeExcitation', options, 'activation');
    super();
    this.fc1 = new nn.Conv2d(inputChannels, squeezeChannels, 1);
    this.fc2 = new nn.Conv2d(squeezeChannels, inputChannels, 1);
    this.activation = made(inner) as nn.Layer;
    this.scale_activation = made(scaleActivation) as nn.Layer;
  }

  get scaleActivation(): nn.Layer { return this.scale_activation; }

  override forward(input: Tensor): Tensor {
    return this.scale_activation(this.fc2(this.activation(this.fc1(this.avgpool(input))))).mul(input);
  }
}

export interface MLPOptions {
  /** a class, as nn.LayerNorm, or a function of the width; default null, none */
  readonly normLayer?: NormLayer | null | undefined;
  /** a class, as nn.ReLU (default), or a function */
  readonly activationLayer?: ActivationLayer | undefined;
  /** whether activations and dropout write over their input, default true; null: nothing is said to them */
  readonly inplace?: boolean | null | undefined;
  /** default true */
  readonly bias?: boolean | undefined;
  /** the probability of dropout, default 0 */
  readonly dropout?: number | undefined;
}

/**
 * Linear layers of the widths that are given, with norm, activation and dropout behind each but the last, which has dropout alone.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.MLP.html
 * @example new ops.MLP(784, [300, 10], { dropout: 0.2 })
 */
export class MLP extends nn.Sequential {
  constructor(inChannels: number, hiddenChannels: readonly number[], options: MLPOptions = {}) {
    const { normLayer = null, activationLayer = nn.ReLU, inplace = true, bias = true, dropout = 0 } = checked('MLP', options, 'normLayer');
    super();
    const drop = (): nn.Module => new nn.Dropout(dropout, inplace === null ? {} : { inplace });
    hiddenChannels.forEach((width, i) => {
      this.append(new nn.Linear(hiddenChannels[i - 1] ?? inChannels, width, { bias }));
      if (i < hiddenChannels.length - 1) {
        if (normLayer !== null) this.append(made<[number]>(normLayer, width));
        this.append(activation(activationLayer, inplace));
      }
      this.append(drop());
    });
  }
}

/** The dimensions in another order. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.Permute.html */
export class Permute extends nn.Module {
  constructor(readonly dims: readonly number[]) { super(); }
  override forward(x: Tensor): Tensor { return x.permute(...this.dims); }
}
