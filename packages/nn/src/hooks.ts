import { isGradEnabled } from '@sconce/autograd';
import { RuntimeError, type RemovableHandle, type Tensor } from '@sconce/tensor';
import { BackwardHooks, watchLast } from './backward-hooks.js';
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
  readonly pre: Map<number, ForwardPreHook>;
  readonly forward: Map<number, ForwardHook>;
  readonly backward: Map<number, BackwardHook>;
  /** those of the node that made the output, as they were before 1.8 */
  readonly last: Map<number, BackwardHook>;
}

let nextId = 0;

/** The hooks of one module. */
export class Hooks {
  readonly #hooks: HooksOf = { pre: new Map(), forward: new Map(), backward: new Map(), last: new Map() };
  /** whether a call is nothing but `forward` */
  isEmpty = true;

  add<K extends keyof HooksOf>(kind: K, hook: HooksOf[K] extends Map<number, infer H> ? H : never): RemovableHandle {
    if (typeof hook !== 'function') throw new TypeError(`a hook must be a function, but got ${typeof hook}`);
    const { backward, last } = this.#hooks;
    if ((kind === 'backward' && last.size > 0) || (kind === 'last' && backward.size > 0)) {
      throw new RuntimeError('Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them.');
    }
    const id = nextId++; // so that one hook may be added twice
    (this.#hooks[kind] as Map<number, unknown>).set(id, hook);
    this.isEmpty = false;
    return { remove: () => { this.remove(kind, id); } };
  }

  remove(kind: keyof HooksOf, id: number): void {
    this.#hooks[kind].delete(id);
    this.isEmpty = Object.values(this.#hooks).every(({ size }: Map<number, unknown>) => size === 0);
  }

  /** The hooks that run before `forward`, by the numbers under which `remove` knows them. */
  get pre(): ReadonlyMap<number, ForwardPreHook> { return this.#hooks.pre; }

  /** Takes over the hooks of another module. */
  copy(from: Hooks): void {
    for (const kind of ['pre', 'forward', 'backward', 'last'] as const) {
      for (const [id, hook] of from.#hooks[kind]) (this.#hooks[kind] as Map<number, unknown>).set(id, hook);
    }
    this.isEmpty = from.isEmpty;
  }

  /** A call with everything around it. */
  run(module: Module, args: readonly unknown[], forward: (args: readonly unknown[]) => unknown): unknown {
    let input = args;
    for (const hook of this.#hooks.pre.values()) {
      const replaced = hook(module, input);
      if (replaced !== undefined && replaced !== null) input = Array.isArray(replaced) ? replaced : [replaced];
    }
    const watched = this.#hooks.backward.size > 0 && isGradEnabled();
    const backward = watched ? new BackwardHooks(module, [...this.#hooks.backward.values()]) : null;
    if (backward) input = backward.before(input);
    let output = forward(input);
    for (const hook of this.#hooks.forward.values()) output = hook(module, input, output) ?? output;
    if (this.#hooks.last.size > 0) watchLast(module, input, output, [...this.#hooks.last.values()]);
    return backward ? backward.after(output) : output;
  }
}
