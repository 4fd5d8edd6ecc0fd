import { IndexError, RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import { shapeText } from '@sconce/tensor/internal';
import type { Module } from '../module.js';
import { isLazy, UninitializedBuffer, UninitializedParameter } from '../parameter.js';
import type { FactoryOptions } from './linear.js';

// TypeScript has a class extend one that it is given only with these arguments: https://www.typescriptlang.org/docs/handbook/mixins.html
// oxlint-disable-next-line typescript/no-explicit-any
type Class<T> = abstract new (...args: any[]) => T;
type LayerClass = Class<Module & { resetParameters(): void }>;

/** What lazy layers have until their first call. */
export interface LazyLayer {
  /** Whether parameters or buffers wait for their shapes. */
  hasUninitializedParams(): boolean;
  /** Gives parameters and buffers the shapes that fit an input, and draws them. */
  initializeParameters(input: Tensor): void;
}

/** What a lazy layer learns from its first input. */
export interface Inference {
  /** the property that is 0 until then */
  readonly size: 'inFeatures' | 'inChannels' | 'numFeatures';
  /** its value. @throws for an input that does not fit */
  infer(layer: never, input: Tensor): number;
  /** the shapes of parameters and buffers, once the size is known */
  shapes(layer: never): Readonly<Record<string, readonly number[]>>;
}

/**
 * The layer without the size of its input: the first call finds it, draws the parameters and makes the layer one of the
 * class itself. Until then its parameters and buffers have no shape, but an optimizer may hold them.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.modules.lazy.LazyModuleMixin.html
 */
export function lazy<B extends LayerClass>(base: B, { size, infer, shapes }: Inference): B & Class<LazyLayer> {
  abstract class LazyModule extends base implements LazyLayer {
    hasUninitializedParams(): boolean { return [...this._ownParameters(), ...this._ownBuffers()].some(([, x]) => isLazy(x)); }

    override resetParameters(): void {
      if (!this.hasUninitializedParams() && membersOf(this)[size] !== 0) super.resetParameters();
    }

    initializeParameters(input: Tensor): void {
      const members = membersOf(this), uninitialized = this.hasUninitializedParams();
      // a state that was loaded brings the shapes, not the size; a norm without both keeps 0, as in PyTorch
      if (uninitialized || (members[size] === 0 && members['weight'] !== null)) members[size] = infer(this as never, input);
      if (!uninitialized) return;
      for (const [name, shape] of Object.entries(shapes(this as never))) {
        const x = members[name];
        if (isLazy(x)) x.materialize(shape);
      }
      this.resetParameters();
    }

    override _callImpl(args: unknown[]): unknown {
      this.initializeParameters(args[0] as Tensor);
      if (this.hasUninitializedParams()) throw new RuntimeError(`module ${this.constructor.name} has not been fully initialized`);
      Object.setPrototypeOf(this, base.prototype as object);
      return this._callImpl(args);
    }
  }
  return LazyModule;
}

const membersOf = (x: object): Record<string, unknown> => x as Record<string, unknown>;

/** What a constructor sets in place of what its base made for an input of no size. */
export const begin = (layer: Module, members: object): void => { Object.assign(layer, members); };

/** Parameters of these names that wait for their shapes. */
export const uninitialized = (names: readonly string[], factory: FactoryOptions): Record<string, UninitializedParameter> =>
  Object.fromEntries(names.map((name) => [name, new UninitializedParameter(factory)]));

/** Buffers of these names that wait for their shapes. */
export const uninitializedBuffers = (names: readonly string[], factory: FactoryOptions): Record<string, UninitializedBuffer> =>
  Object.fromEntries(names.map((name) => [name, new UninitializedBuffer(factory)]));

function sizeOf(input: Tensor, at: number): number {
  const size = input.shape.at(at);
  if (size === undefined) throw new IndexError('tuple index out of range');
  return size;
}

interface Linear { readonly inFeatures: number; readonly outFeatures: number }
export const ofLinear: Inference = {
  size: 'inFeatures',
  infer: (_: Linear, input) => sizeOf(input, -1),
  shapes: ({ inFeatures, outFeatures }: Linear) => ({ weight: [outFeatures, inFeatures], bias: [outFeatures] }),
};

interface Convolution {
  readonly inChannels: number; readonly outChannels: number; readonly groups: number; readonly kernelSize: readonly number[];
}

function channels({ kernelSize, groups, constructor: { name } }: Convolution, input: Tensor): number {
  const unbatched = kernelSize.length + 1, batched = unbatched + 1;
  if (input.dim() !== unbatched && input.dim() !== batched) {
    throw new RuntimeError(
      `Expected ${unbatched}D (unbatched) or ${batched}D (batched) input to ${name}, but got input of size: torch.Size(${shapeText(input.shape)})`);
  }
  const found = input.size(input.dim() === batched ? 1 : 0);
  if (found % groups !== 0) throw new ValueError('in_channels must be divisible by groups');
  return found;
}

export const ofConv: Inference = {
  size: 'inChannels', infer: channels,
  shapes: ({ inChannels, outChannels, groups, kernelSize }: Convolution) =>
    ({ weight: [outChannels, inChannels / groups, ...kernelSize], bias: [outChannels] }),
};

export const ofConvTranspose: Inference = {
  size: 'inChannels', infer: channels,
  shapes: ({ inChannels, outChannels, groups, kernelSize }: Convolution) =>
    ({ weight: [inChannels, Math.floor(outChannels / groups), ...kernelSize], bias: [outChannels] }),
};

export const ofNorm: Inference = {
  size: 'numFeatures',
  infer: (_: object, input) => sizeOf(input, 1),
  shapes({ numFeatures }: { readonly numFeatures: number }) {
    const shape = [numFeatures];
    return { weight: shape, bias: shape, running_mean: shape, running_var: shape };
  },
};
