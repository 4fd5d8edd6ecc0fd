import { int64, tensor, type SizeLike } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import {
  BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, type BatchNormLayerOptions,
} from './batch-norm.js';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeLayerOptions } from './conv-transpose.js';
import { Conv1d, Conv2d, Conv3d, type ConvLayerOptions } from './conv.js';
import {
  begin, lazy, ofConv, ofConvTranspose, ofLinear, ofNorm, uninitialized, uninitializedBuffers,
} from './lazy-module.js';
import { Linear, type BiasOption } from './linear.js';
import type { Module } from '../module.js';

const weightAndBias = (bias: boolean): string[] => (bias ? ['weight', 'bias'] : ['weight']);

/**
 * `Linear` that learns `inFeatures` from its first input, with which it becomes a `Linear`. An optimizer may be made before.
 * @throws ValueError where its parameters are used before; RuntimeError where their shape is asked for
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
 * @example
 * const net = new nn.Sequential(new nn.LazyLinear(10), new nn.ReLU(), new nn.LazyLinear(1));
 * net(torch.ones(4, 20)).shape // [4, 1]
 */
export class LazyLinear extends /* @__PURE__ */ lazy(Linear, ofLinear) {
  constructor(outFeatures: number, options: BiasOption = {}) {
    const { bias = true, ...factory } = checked('LazyLinear', options, 'bias');
    super(0, 0, { ...factory, bias: false });
    checkSizes(new.target.name, { outFeatures });
    begin(this, { outFeatures, ...uninitialized(weightAndBias(bias), factory) });
  }
}

/** What the constructor of a lazy convolution adds to that of one without channels. */
function beginConv(layer: Module, outChannels: number, { bias = true, device, dtype }: BiasOption): void {
  checkSizes(layer.constructor.name, { outChannels });
  begin(layer, { outChannels, ...uninitialized(weightAndBias(bias), { device, dtype }) });
}

/** `Conv1d` that learns `inChannels` from its first input. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv1d.html */
export class LazyConv1d extends /* @__PURE__ */ lazy(Conv1d, ofConv) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConv1d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/** `Conv2d` that learns `inChannels` from its first input. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv2d.html */
export class LazyConv2d extends /* @__PURE__ */ lazy(Conv2d, ofConv) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConv2d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/** `Conv3d` that learns `inChannels` from its first input. @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv3d.html */
export class LazyConv3d extends /* @__PURE__ */ lazy(Conv3d, ofConv) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConv3d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/**
 * `ConvTranspose1d` that learns `inChannels` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose1d.html
 */
export class LazyConvTranspose1d extends /* @__PURE__ */ lazy(ConvTranspose1d, ofConvTranspose) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConvTranspose1d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/**
 * `ConvTranspose2d` that learns `inChannels` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose2d.html
 */
export class LazyConvTranspose2d extends /* @__PURE__ */ lazy(ConvTranspose2d, ofConvTranspose) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConvTranspose2d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/**
 * `ConvTranspose3d` that learns `inChannels` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConvTranspose3d.html
 */
export class LazyConvTranspose3d extends /* @__PURE__ */ lazy(ConvTranspose3d, ofConvTranspose) {
  constructor(outChannels: number, kernelSize: SizeLike, options: ConvTransposeLayerOptions = {}) {
    super(0, 0, kernelSize, { ...checked('LazyConvTranspose3d', options, 'stride'), bias: false });
    beginConv(this, outChannels, options);
  }
}

/** The options of a norm without features: what has a shape comes later. */
const withoutFeatures = (name: string, options: BatchNormLayerOptions): BatchNormLayerOptions =>
  ({ ...checked(name, options, 'eps'), affine: false, trackRunningStats: false });

function beginNorm(layer: Module, { affine = true, trackRunningStats = true, device, dtype }: BatchNormLayerOptions): void {
  begin(layer, {
    affine, trackRunningStats, ...(affine ? uninitialized(['weight', 'bias'], { device, dtype }) : {}),
    ...(trackRunningStats ? {
      ...uninitializedBuffers(['running_mean', 'running_var'], { device, dtype }),
      num_batches_tracked: tensor(0, { dtype: int64, device }),
    } : {}),
  });
}

/**
 * `BatchNorm1d` that learns `numFeatures` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm1d.html
 */
export class LazyBatchNorm1d extends /* @__PURE__ */ lazy(BatchNorm1d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyBatchNorm1d', options));
    beginNorm(this, options);
  }
}

/**
 * `BatchNorm2d` that learns `numFeatures` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm2d.html
 */
export class LazyBatchNorm2d extends /* @__PURE__ */ lazy(BatchNorm2d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyBatchNorm2d', options));
    beginNorm(this, options);
  }
}

/**
 * `BatchNorm3d` that learns `numFeatures` from its first input.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyBatchNorm3d.html
 */
export class LazyBatchNorm3d extends /* @__PURE__ */ lazy(BatchNorm3d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyBatchNorm3d', options));
    beginNorm(this, options);
  }
}

/**
 * `InstanceNorm1d` that learns `numFeatures` from its first input. Unlike
 * `InstanceNorm1d` it is affine and tracks statistics unless told otherwise, as PyTorch's.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm1d.html
 */
export class LazyInstanceNorm1d extends /* @__PURE__ */ lazy(InstanceNorm1d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyInstanceNorm1d', options));
    beginNorm(this, options);
  }
}

/**
 * `InstanceNorm2d` that learns `numFeatures` from its first input. Unlike
 * `InstanceNorm2d` it is affine and tracks statistics unless told otherwise, as PyTorch's.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm2d.html
 */
export class LazyInstanceNorm2d extends /* @__PURE__ */ lazy(InstanceNorm2d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyInstanceNorm2d', options));
    beginNorm(this, options);
  }
}

/**
 * `InstanceNorm3d` that learns `numFeatures` from its first input. Unlike
 * `InstanceNorm3d` it is affine and tracks statistics unless told otherwise, as PyTorch's.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyInstanceNorm3d.html
 */
export class LazyInstanceNorm3d extends /* @__PURE__ */ lazy(InstanceNorm3d, ofNorm) {
  constructor(options: BatchNormLayerOptions = {}) {
    super(0, withoutFeatures('LazyInstanceNorm3d', options));
    beginNorm(this, options);
  }
}
