import { enableGrad } from '@sconce/autograd';
import { finfo, full, NotImplementedError, type Tensor } from '@sconce/tensor';
import { elementLoss } from '@sconce/tensor/internal';

export type Shape = readonly number[];

/** Euler's constant. */
export const EULER = 0.57721566490153286060;

/** The sum over the last `count` dimensions. */
export const sumRightmost = (x: Tensor, count: number): Tensor =>
  (count === 0 ? x : x.reshape(...x.shape.slice(0, x.dim() - count), -1).sum(-1));

/** Probabilities away from 0 and 1, so that their logarithms are finite. */
export function clampProbs(probs: Tensor): Tensor {
  const { eps } = finfo(probs.dtype);
  return probs.clamp({ min: eps, max: 1 - eps });
}

export function probsToLogits(probs: Tensor, isBinary: boolean): Tensor {
  const p = clampProbs(probs);
  return isBinary ? p.log().sub(p.neg().log1p()) : p.log();
}

export const logitsToProbs = (logits: Tensor, isBinary: boolean): Tensor => (isBinary ? logits.sigmoid() : logits.softmax(-1));

const one = (like: Tensor): Tensor => filled([], 1, like);

/** The entropy of coins, and the negated log-probability of their sides. */
export const binaryCrossEntropyWithLogits = (logits: Tensor, target: Tensor): Tensor =>
  elementLoss('binaryCrossEntropyWithLogits', [logits, target.to(logits.dtype), one(logits), one(logits)], 'none');

/** A new tensor full of a value, of the dtype and on the device of another. */
export const filled = (shape: Shape, value: number, like: Tensor): Tensor => full(shape, value, { dtype: like.dtype, device: like.device });

/** Defines a field, also where the class has a getter of that name. */
export function own(self: object, name: string, value: unknown): void {
  Object.defineProperty(self, name, { value, writable: true, enumerable: true, configurable: true });
}

/** What is computed when it is asked for, once; it is recorded even where nothing else is. */
export function lazy<T>(self: object, name: string, make: () => T): T {
  const value = enableGrad(make);
  own(self, name, value);
  return value;
}

/** What a class lacks. */
export const lacking = (self: object, what: string): NotImplementedError => new NotImplementedError(`${self.constructor.name} does not implement ${what}`);
