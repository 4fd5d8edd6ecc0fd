import type { Tensor } from '@sconce/tensor';
import { Module } from './module.js';

/**
 * A layer that keeps neither what it is given nor what it gives. `forward` is one function for all of them: a class that
 * writes its own may keep what it likes, and is not taken for one any more.
 * @internal
 */
export abstract class PlainLayer<Result = Tensor, Rest extends readonly unknown[] = []> extends Module {
  /** @internal what the layer computes */
  abstract _forwardImpl(input: Tensor, ...rest: Rest): Result;
  override forward(input: Tensor, ...rest: Rest): Result { return this._forwardImpl(input, ...rest); }
}

/** Whether nobody but who calls the module gets to see what goes in and comes out. @internal */
export const keepsNothing = (module: Module): boolean =>
  module.forward === PlainLayer.prototype.forward && Module._hooksOf(module).isEmpty;
