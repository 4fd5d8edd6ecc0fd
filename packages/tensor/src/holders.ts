import { backendOf } from './device.js';
import type { Tensor } from './tensor.js';

// The collector finds what nobody holds, but late. Where all who can hold a tensor are known, they are counted.

/** One more holds a tensor's memory; who never lets go leaves it to the collector. */
export function hold({ storage }: Tensor): void { storage.holders++; }

/** One less holds it: with the last, its memory goes back. The caller knows that it, or a `hold` of its own, was counted. */
export function letGo({ storage }: Tensor): void {
  if (--storage.holders === 0) backendOf(storage.device).free(storage);
}

/** What `fn` makes of a tensor that only the caller holds, who lets go of it then. */
export function passOn(x: Tensor, fn: (x: Tensor) => Tensor): Tensor {
  const y = fn(x);
  if (y.storage !== x.storage) letGo(x);
  return y;
}

/** The first output of an op, where nobody but the graph gets to hold the others. */
export function firstOf([first, ...others]: readonly Tensor[]): Tensor {
  for (const x of others) letGo(x);
  return first;
}
