import { isGradEnabled } from '@sconce/autograd';
import type { RemovableHandle, Tensor } from '@sconce/tensor';
import { BackwardHooks } from './backward-hooks.js';
import type { Module } from './module.js';

/** Sees the arguments of a call; an array that it returns takes their place, as does any other value in an array. */
export type ForwardPreHook = (module: Module, args: readonly unknown[]) => unknown;
/** Sees the arguments and the output of a call; what it returns takes the place of the output. */
export type ForwardHook = (module: Module, args: readonly unknown[], output: unknown) => unknown;
/** Sees the gradients of a module's inputs and outputs; what it returns takes the place of those of the inputs. */
export type BackwardHook = (
  module: Module, gradInput: readonly (Tensor | null)[], gradOutput: readonly (Tensor | null)[],
) => readonly (Tensor | null)[] | Tensor | void;

interface HooksOf {
  readonly pre: Set<ForwardPreHook>;
  readonly forward: Set<ForwardHook>;
  readonly backward: Set<BackwardHook>;
}

/** The hooks of one module. */
export class Hooks {
  readonly #hooks: HooksOf = { pre: new Set(), forward: new Set(), backward: new Set() };
  /** whether a call is nothing but `forward` */
  isEmpty = true;

  add<K extends keyof HooksOf>(kind: K, hook: HooksOf[K] extends Set<infer H> ? H : never): RemovableHandle {
    if (typeof hook !== 'function') throw new TypeError(`a hook must be a function, but got ${typeof hook}`);
    const hooks = this.#hooks[kind] as Set<unknown>;
    // a function of its own, so that one hook may be added twice
    const own = (...args: unknown[]): unknown => (hook as (...all: unknown[]) => unknown)(...args);
    hooks.add(own);
    this.isEmpty = false;
    return {
      remove: () => {
        hooks.delete(own);
        this.isEmpty = Object.values(this.#hooks).every((set) => set.size === 0);
      },
    };
  }

  /** A call with everything around it. */
  run(module: Module, args: readonly unknown[], forward: (args: readonly unknown[]) => unknown): unknown {
    let input = args;
    for (const hook of this.#hooks.pre) {
      const replaced = hook(module, input);
      if (replaced !== undefined && replaced !== null) input = Array.isArray(replaced) ? replaced : [replaced];
    }
    const watched = this.#hooks.backward.size > 0 && isGradEnabled();
    const backward = watched ? new BackwardHooks(module, this.#hooks.backward) : null;
    if (backward) input = backward.before(input);
    let output = forward(input);
    for (const hook of this.#hooks.forward) output = hook(module, input, output) ?? output;
    return backward ? backward.after(output) : output;
  }
}
