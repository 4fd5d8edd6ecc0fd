import * as nn from '@sconce/nn';

/** A class of modules, or a function that makes one. */
export type LayerFactory<A extends readonly unknown[]> = (new (...args: A) => nn.Module) | ((...args: A) => nn.Module);
/** What makes a normalisation of so many channels. */
export type NormLayer = LayerFactory<[channels: number]>;
/** What makes an activation. */
export type ActivationLayer = LayerFactory<[options?: { readonly inplace?: boolean | undefined }]>;

/** A module of a class or a function. @internal */
export function made<A extends readonly unknown[]>(layer: LayerFactory<A>, ...args: A): nn.Module {
  const isClass = (layer as { readonly prototype?: unknown }).prototype instanceof nn.Module;
  return isClass ? new (layer as new (...args: A) => nn.Module)(...args) : (layer as (...args: A) => nn.Module)(...args);
}

/** An activation, done in place where that is said. @internal */
export const activation = (layer: ActivationLayer, inplace: boolean | null): nn.Module =>
  (inplace === null ? made(layer) : made(layer, { inplace }));
