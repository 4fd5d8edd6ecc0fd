import type { Tensor } from '@sconce/tensor';

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>;

/** Names and tensors. @throws TypeError for what is no object */
export function entriesOf(tensors: NamedTensors): [string, Tensor][] {
  if (typeof tensors !== 'object' || tensors === null) {
    throw new TypeError(`expected tensors by name, but got ${String(tensors)}`);
  }
  return tensors instanceof Map ? [...tensors as Map<string, Tensor>] : Object.entries(tensors);
}
