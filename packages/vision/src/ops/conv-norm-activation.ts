import * as nn from '@sconce/nn';
import { checked } from '@sconce/tensor/internal';
import { activation, made, type ActivationLayer, type NormLayer } from './layers.js';

type Size = number | readonly number[];

export interface ConvNormActivationOptions {
  /** default 3 */
  readonly kernelSize?: Size | undefined;
  /** default 1 */
  readonly stride?: Size | undefined;
  /** default: what keeps the size, (kernelSize - 1) / 2 · dilation */
  readonly padding?: Size | 'same' | 'valid' | null | undefined;
  readonly groups?: number | undefined;
  /** a class, as nn.BatchNorm2d (default), or a function of the channels; null for none */
  readonly normLayer?: NormLayer | null | undefined;
  /** a class, as nn.ReLU (default), or a function; null for none */
  readonly activationLayer?: ActivationLayer | null | undefined;
  readonly dilation?: Size | undefined;
  /** whether the activation writes over its input, default true; null: nothing is said to it */
  readonly inplace?: boolean | null | undefined;
  /** default: only where there is no norm */
  readonly bias?: boolean | null | undefined;
}

const { floor } = Math;

/** Padding that keeps the size; where a size was given for each side, all are. */
function sizes(kernelSize: Size, dilation: Size): { kernelSize: Size; dilation: Size; padding: Size } {
  if (typeof kernelSize === 'number' && typeof dilation === 'number') {
    return { kernelSize, dilation, padding: floor((kernelSize - 1) / 2) * dilation };
  }
  const dims = typeof kernelSize === 'number' ? (dilation as readonly number[]).length : kernelSize.length;
  const all = (x: Size): readonly number[] => (typeof x === 'number' ? new Array<number>(dims).fill(x) : x);
  const kernel = all(kernelSize), apart = all(dilation);
  return { kernelSize: kernel, dilation: apart, padding: kernel.map((k, i) => floor((k - 1) / 2) * apart[i]) };
}

const convolutions = { 2: nn.Conv2d, 3: nn.Conv3d }, norms = { 2: nn.BatchNorm2d, 3: nn.BatchNorm3d };

/** What `Conv2dNormActivation` and `Conv3dNormActivation` share: a convolution, a norm and an activation. */
export abstract class ConvNormActivation extends nn.Sequential {
  readonly outChannels: number;

  constructor(dims: 2 | 3, inChannels: number, outChannels: number, options: ConvNormActivationOptions) {
    const {
      stride = 1, padding, groups = 1, normLayer = norms[dims], activationLayer = nn.ReLU, inplace = true, bias,
      kernelSize: kernel = 3, dilation: apart = 1,
    } = checked(new.target.name, options, 'kernelSize');
    const { kernelSize, dilation, padding: usual } = sizes(kernel, apart);
    const given = padding !== null && padding !== undefined;
    super(
      new convolutions[dims](inChannels, outChannels, (given ? kernel : kernelSize) as number, {
        stride: stride as number, padding: (given ? padding : usual) as number, dilation: (given ? apart : dilation) as number, groups,
        bias: bias ?? normLayer === null,
      }),
      ...(normLayer === null ? [] : [made<[number]>(normLayer, outChannels)]),
      ...(activationLayer === null ? [] : [activation(activationLayer, inplace)]));
    this.outChannels = outChannels;
  }
}

/**
 * A convolution, its batch normalised, and ReLU; each as the options say.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.Conv2dNormActivation.html
 * @example new ops.Conv2dNormActivation(3, 32, { kernelSize: 3, stride: 2, activationLayer: nn.Hardswish })
 */
export class Conv2dNormActivation extends ConvNormActivation {
  constructor(inChannels: number, outChannels: number, options: ConvNormActivationOptions = {}) {
    super(2, inChannels, outChannels, options);
  }
}

/** The same of films. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.Conv3dNormActivation.html */
export class Conv3dNormActivation extends ConvNormActivation {
  constructor(inChannels: number, outChannels: number, options: ConvNormActivationOptions = {}) {
    super(3, inChannels, outChannels, options);
  }
}
