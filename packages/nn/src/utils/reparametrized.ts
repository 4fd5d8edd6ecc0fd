import { RuntimeError, ValueError, type Tensor } from '@sconce/tensor';
import type { ForwardPreHook } from '../hooks.js';
import { Module } from '../module.js';
import type { Parameter } from '../parameter.js';

/** A parameter that is computed of others before every call of its module. Copies of the module share it, so it takes the module. */
export interface Reparametrization {
  /** the parameter's value; called before every forward */
  compute(module: Module): Tensor;
  /** puts a parameter in the place of the others */
  remove(module: Module): void;
}

type Members = Record<string, unknown>;

/** A module's properties by name. */
export const membersOf = (module: Module): Members => module as unknown as Members;

/** A hook that computes a parameter, and which it is. */
interface Hook extends ForwardPreHook { readonly what?: string; readonly made?: Reparametrization }

/** What computes a parameter of a module, and its number among the hooks. */
function find(kind: string, module: Module, name: string): readonly [number, Reparametrization] | undefined {
  for (const [id, hook] of Module._hooksOf(module).pre) {
    const { what, made } = hook as Hook;
    if (made && what === `${kind} ${name}`) return [id, made];
  }
  return undefined;
}

/** The parameter of that name. @throws TypeError where a module has none */
export function parameterOf(module: Module, name: string): Parameter {
  if (typeof name !== 'string') {
    throw new TypeError(`the name of a parameter should be a string, but got ${String(name)}; options come after it`);
  }
  return module.getParameter(name);
}

/** @throws RuntimeError if the parameter is computed in the same way already */
export function checkUnregistered(kind: string, module: Module, name: string): void {
  if (!find(kind, module, name)) return;
  throw new RuntimeError(`Cannot register two ${kind} hooks on the same parameter ${name}`);
}

/** From now on, computes the parameter before every call of the module. */
export function register(kind: string, module: Module, name: string, made: Reparametrization): void {
  const hook: Hook = Object.assign(
    (called: Module): void => { membersOf(called)[name] = made.compute(called); }, { what: `${kind} ${name}`, made });
  module.registerForwardPreHook(hook);
}

/** Takes back what `register` did. @throws ValueError where that was nothing */
export function unregister(kind: string, module: Module, name: string): void {
  const found = find(kind, module, name);
  if (!found) throw new ValueError(`${kind} of '${name}' not found in ${String(module)}`);
  Module._hooksOf(module).remove('pre', found[0]);
  found[1].remove(module);
}
