import { Tensor } from '@sconce/tensor';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>;

/** Names and tensors. @throws TypeError for what is no object, or a list or tensor instead */
export function entriesOf(tensors: NamedTensors): [string, Tensor][] {
  if (typeof tensors !== 'object' || tensors === null || Array.isArray(tensors) || tensors instanceof Tensor) {
    const what = Array.isArray(tensors) ? 'an array' : tensors instanceof Tensor ? 'a Tensor' : String(tensors);
    throw new TypeError(`expected tensors by name, but got ${what}`);
  }
  return tensors instanceof Map ? [...tensors as Map<string, Tensor>] : Object.entries(tensors);
}
