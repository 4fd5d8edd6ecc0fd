import { Tensor, ValueError, RuntimeError, type RemovableHandle } from '@sconce/tensor';
import type { Module } from '../module.js';
import type { Parameter } from '../parameter.js';

/** A parameter that is computed of others before every call of its module. */
export interface Reparametrization {
  /** the parameter's value; called before every forward */
  compute(): Tensor;
  /** puts a parameter in the place of the others */
  remove(): void;
}

type Members = Record<string, unknown>;

/** A module's properties by name. */
export const membersOf = (module: Module): Members => module as unknown as Members;

/** What is computed in a module, and the hook that does it, by kind and parameter. */
const registered = new WeakMap<Module, Map<string, Reparametrization & { readonly handle: RemovableHandle }>>();

/** The parameter of that name. @throws TypeError where a module has none */
export function parameterOf(module: Module, name: string): Parameter {
  if (typeof name !== 'string') {
    throw new TypeError(`the name of a parameter should be a string, but got ${String(name)}; options come after it`);
  }
  return module.getParameter(name);
}

/** @throws RuntimeError if the parameter is computed in the same way already */
export function checkUnregistered(kind: string, module: Module, name: string): void {
  if (!registered.get(module)?.has(`${kind} ${name}`)) return;
  throw new RuntimeError(`Cannot register two ${kind} hooks on the same parameter ${name}`);
}

/** From now on, computes the parameter before every call of the module. */
export function register(kind: string, module: Module, name: string, made: Reparametrization): void {
  const handle = module.registerForwardPreHook(() => { membersOf(module)[name] = made.compute(); });
  const known = registered.get(module) ?? new Map<string, Reparametrization & { readonly handle: RemovableHandle }>();
  registered.set(module, known.set(`${kind} ${name}`, { ...made, handle }));
}

/** Takes back what `register` did. @throws ValueError where that was nothing */
export function unregister(kind: string, module: Module, name: string): void {
  const known = registered.get(module), found = known?.get(`${kind} ${name}`);
  if (!found) throw new ValueError(`${kind} of '${name}' not found in ${String(module)}`);
  known!.delete(`${kind} ${name}`);
  found.handle.remove();
  found.remove();
}
