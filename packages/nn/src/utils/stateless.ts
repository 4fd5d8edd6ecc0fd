import { Tensor } from '@sconce/tensor';
import { describe, thenLeave } from '@sconce/tensor/internal';
import type { Module } from '../module.js';
import type { StateDict } from '../state-dict.js';
import { membersOf } from './reparametrized.js';

/** Puts a tensor in the place of a parameter or buffer; gives what takes that back. */
function swap(module: Module, path: string, tensor: Tensor): () => void {
  if (!(tensor instanceof Tensor)) throw new TypeError(`functionalCall(): expected a Tensor for '${path}', but got ${describe(tensor)}`);
  const at = path.lastIndexOf('.'), name = path.slice(at + 1);
  const owner = module.getSubmodule(path.slice(0, Math.max(at, 0)));
  if (!(membersOf(owner)[name] instanceof Tensor)) throw new TypeError(`functionalCall(): ${owner.constructor.name} has no parameter or buffer '${name}'`);
  // what a parametrization computes is no property of the module's own
  const own = Object.getOwnPropertyDescriptor(owner, name), isParameter = owner._isParameterName(name);
  if (isParameter) owner._forgetParameter(name);
  Object.defineProperty(owner, name, { value: tensor, writable: true, enumerable: own !== undefined, configurable: true });
  return () => {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
    if (isParameter) owner._noteParameters(name);
  };
}

/**
 * Calls a module with other tensors in the place of its parameters and buffers, which are left as they are: gradients go to those tensors, and
 * what the module writes to buffers it writes to them.
 * @param state tensors by the keys of `stateDict()`; what is not in it stays the module's
 * @param args the arguments of the call; one that is no list stands for a list of itself
 * @throws TypeError for a name that the module does not have
 * @see https://pytorch.org/docs/1.13/generated/torch.nn.utils.stateless.functional_call.html
 * @example
 * const state = Object.fromEntries([...net.namedParameters()].map(([name, p]) => [name, p.mul(2)]));
 * const y = nn.utils.stateless.functionalCall(net, state, [x]);
 */
export function functionalCall<M extends Module>(
  module: M, state: StateDict | ReadonlyMap<string, Tensor>, args: Parameters<M['forward']> | Parameters<M['forward']>[0],
): ReturnType<M['forward']> {
  const back: (() => void)[] = [];
  const restore = (): void => { for (const undo of back.splice(0).reverse()) undo(); };
  const call = (): ReturnType<M['forward']> => {
    for (const [path, tensor] of state instanceof Map ? state as ReadonlyMap<string, Tensor> : Object.entries(state as StateDict)) back.push(swap(module, path, tensor));
    return (module as Module)(...(Array.isArray(args) ? args : [args]) as never[]) as ReturnType<M['forward']>;
  };
  return thenLeave(call, restore);
}
