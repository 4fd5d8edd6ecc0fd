import { noGrad } from '@sconce/autograd';
import {
  bfloat16, Device, device as deviceOf, DType, emptyLike, float16, float32, float64, NotImplementedError, RuntimeError, Tensor, ValueError,
  type DeviceLike, type MemoryFormatOption, type RemovableHandle,
} from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Hooks, type BackwardHook, type ForwardHook, type ForwardPreHook } from './hooks.js';
import type { IncompatibleKeys } from './incompatible-keys.js';
import { ModuleTree } from './module-tree.js';
import { isLazy } from './parameter.js';
import { loadStateDict, stateDict, type LoadReport, type StateDict, type StateDictOptions } from './state-dict.js';

/** A module that makes one tensor of one tensor, as most layers do. */
export interface Layer extends Module { forward(input: Tensor): Tensor }

export interface Module {
  /** Runs `forward`, between the hooks that were registered. */
  (...args: Parameters<this['forward']>): ReturnType<this['forward']>;
}

/**
 * The base class of all neural networks: holds parameters, buffers and other modules, and is called like a function.
 *
 * What is assigned to a property is found there: every own, enumerable property that holds a `Parameter` is a parameter,
 * every one that holds a `Module` is a child, in the order in which they were defined; a tensor is a buffer if
 * `registerBuffer` named it. So class fields and assignments in the constructor need no ceremony, and `delete net.head`
 * takes a child away. A module that should not be a child goes in a `#private` field.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Module.html
 * @example
 * class Net extends nn.Module {
 *   fc1 = new nn.Linear(784, 100);
 *   fc2 = new nn.Linear(100, 10);
 *   forward(x: torch.Tensor) { return this.fc2(F.relu(this.fc1(x))); }
 * }
 * const net = new Net();
 * net(torch.rand(1, 784)).shape // [1, 10]
 */
export class Module extends ModuleTree {
  /** Whether the module is in training mode; `train()` and `eval()` set it in all children as well. */
  training = true;
  readonly #hooks = new Hooks();

  /** @internal the hooks of calls, private so that they are no property */
  static _hooksOf(module: Module): Hooks { return module.#hooks; }

  /** What the module computes; to be written by subclasses. Call the module instead, so that hooks run. */
  forward(..._input: never[]): unknown {
    throw new NotImplementedError(`Module [${this.constructor.name}] is missing the required "forward" function`);
  }

  /** @internal what a call of the module runs */
  _callImpl(args: unknown[]): unknown {
    const forward = this.forward as (...input: unknown[]) => unknown;
    this._checkMembers();
    if (this.#hooks.isEmpty) return forward.apply(this, args);
    return this.#hooks.run(this, args, (input) => forward.apply(this, [...input]));
  }

  // ---- changing all of it

  /** Calls `fn` with every module inside, children first, then with this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Training mode for this module and all inside: dropout drops, batch norm takes its batch's statistics. */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new ValueError('training mode is expected to be boolean');
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  /** Evaluation mode for this module and all inside. */
  eval(): this { return this.train(false); }

  /** Whether gradients of the parameters are wanted. */
  requiresGrad_(requiresGrad = true): this {
    for (const p of this.parameters()) p.requiresGrad_(requiresGrad);
    return this;
  }

  /** Sets the gradients of the parameters to zero, or to null with `setToNone`. */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    const { setToNone = false } = checked('zeroGrad', options, 'setToNone');
    for (const p of this.parameters()) {
      if (p.grad === null) continue;
      p.grad = setToNone ? null : p.grad.detach();
      p.grad?.zero_();
    }
  }

  /**
   * Converts the floating-point parameters and buffers to a dtype, moves all to a device, or gives those of four or five dimensions
   * another format in memory; in place.
   * @param also after a device a dtype, or options
   * @throws TypeError for a dtype that is not floating point
   * @example net.to(torch.float64)
   */
  to(target: DType | DeviceLike | Tensor | Conversion, also?: DType | Conversion): this {
    const { dtype, device, memoryFormat } = { ...conversion(target), ...(also && conversion(also)) };
    if (dtype && !dtype.isDifferentiable) {
      throw new TypeError(`nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${dtype}`);
    }
    const on = device === undefined ? undefined : deviceOf(device);
    return this._apply((x) => x.to({
      device: on,
      dtype: x.dtype.isDifferentiable ? dtype : undefined,
      // formats are those of images and volumes
      memoryFormat: x.ndim === 4 || x.ndim === 5 ? memoryFormat : undefined,
    }));
  }

  /** All floating-point parameters and buffers in a dtype; complex ones stay complex. */
  private floating(dtype: DType): this { return this._apply((x) => (x.isFloatingPoint() ? x.to(dtype) : x)); }

  /** All floating-point parameters and buffers in float32. */
  float(): this { return this.floating(float32); }
  /** All floating-point parameters and buffers in float64. */
  double(): this { return this.floating(float64); }
  /** All floating-point parameters and buffers in float16. */
  half(): this { return this.floating(float16); }
  /** All floating-point parameters and buffers in bfloat16. */
  bfloat16(): this { return this.floating(bfloat16); }

  /** All parameters and buffers in a dtype, also integers. */
  type(dtype: DType | string): this { return this._apply((x) => x.type(dtype)); }

  /** All parameters and buffers on a device, without their values. */
  toEmpty(options: { readonly device: DeviceLike }): this {
    const { device } = checked('toEmpty', options, 'device');
    return this._apply((x) => emptyLike(x, { device }));
  }

  /** All parameters and buffers on the CPU. */
  async cpu(): Promise<this> {
    const moved = new Map<Tensor, Tensor>();
    for (const x of [...this.parameters(), ...this.buffers()]) {
      moved.set(x, await detached(x).cpu());
      if (x.grad) moved.set(x.grad, await x.grad.detach().cpu());
    }
    // what two modules hold comes by twice, the second time as what it was moved to
    return this._apply((x, original) => moved.get(original) ?? x);
  }

  /** @internal puts `fn` of each tensor in its place; parameters stay the objects that they are */
  _apply(fn: (x: Tensor, original: Tensor) => Tensor): this {
    for (const child of this.children()) child._apply(fn);
    for (const [, p] of this._ownParameters()) {
      const { grad } = p;
      p.data = fn(detached(p), p);
      if (grad) p.grad = fn(grad.detach(), grad);
    }
    for (const [name, buffer] of this._ownBuffers()) {
      if (isLazy(buffer)) buffer.data = fn(buffer.data, buffer);
      else (this as unknown as Record<string, unknown>)[name] = fn(buffer, buffer);
    }
    return this;
  }

  // ---- saving and loading

  /** @internal the version of the format in which this module's state is saved */
  get _version(): number { return 1; }

  /**
   * The parameters and persistent buffers by PyTorch's keys, in PyTorch's order: what `torch.save` writes. The tensors
   * share the module's memory.
   * @param options.prefix goes before every key; options.keepVars gives the parameters themselves
   */
  stateDict(options: StateDictOptions = {}): StateDict { return stateDict(this, checked('stateDict', options, 'prefix')); }

  /**
   * Copies the values of a state into parameters and buffers.
   * @param options.strict refuse states whose keys are not exactly those of this module, default true
   * @throws RuntimeError that names every key that is missing, unexpected or of another shape
   */
  loadStateDict(
    state: StateDict | ReadonlyMap<string, Tensor>, options: { readonly strict?: boolean } = {},
  ): IncompatibleKeys {
    const { strict = true } = checked('loadStateDict', options, 'strict');
    return noGrad(() => loadStateDict(this, state, strict));
  }

  /** @internal lets a subclass mend the state of an older format before it is loaded */
  _mendState(_state: Map<string, unknown>, _prefix: string, _version: number | undefined, _report: LoadReport): void {}

  /** What else belongs to the state of a module of this class, to be written by subclasses: it is saved under the key `_extra_state`. */
  getExtraState(): unknown {
    throw new RuntimeError('Reached a code path in Module.get_extra_state() that should never be called. Please file an issue at ' +
      'https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug.');
  }

  /** Takes over what `getExtraState` gave. */
  setExtraState(_state: unknown): void {
    throw new RuntimeError('Reached a code path in Module.set_extra_state() that should never be called. Please file an issue at ' +
      'https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug.');
  }

  /** @internal whether a subclass has written these methods */
  get _extraState(): { readonly gives: boolean; readonly takes: boolean } {
    const { getExtraState, setExtraState } = Module.prototype;
    return { gives: this.getExtraState !== getExtraState, takes: this.setExtraState !== setExtraState };
  }

  readonly #loaded: ((module: Module, keys: IncompatibleKeys) => void)[] = [];

  /** Calls `hook(module, incompatibleKeys)` when a state was loaded into this module or one that holds it; it may change the lists of keys. */
  registerLoadStateDictPostHook(hook: (module: Module, keys: IncompatibleKeys) => void): RemovableHandle {
    const own = (module: Module, keys: IncompatibleKeys): void => {
      if ((hook(module, keys) as unknown) !== undefined) {
        throw new RuntimeError('Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new values, if ' +
          'incompatible_keys need to be modified, it should be done inplace.');
      }
    };
    this.#loaded.push(own);
    return { remove: () => { this.#loaded.splice(this.#loaded.indexOf(own), 1); } };
  }

  /** @internal tells the hooks that a state was loaded */
  _wasLoaded(keys: IncompatibleKeys): void { for (const hook of this.#loaded) hook(this, keys); }

  // ---- hooks

  /** Calls `hook(module, args)` before `forward`; what it returns takes the place of the arguments. */
  registerForwardPreHook(hook: ForwardPreHook): RemovableHandle { return this.#hooks.add('pre', hook); }
  /** Calls `hook(module, args, output)` after `forward`; what it returns takes the place of the output. */
  registerForwardHook(hook: ForwardHook): RemovableHandle { return this.#hooks.add('forward', hook); }
  /**
   * Calls `hook(module, gradInput, gradOutput)` when the gradients of the inputs are computed; what it returns takes their
   * place. Inputs and outputs must not be written to in place.
   */
  registerFullBackwardHook(hook: BackwardHook): RemovableHandle { return this.#hooks.add('backward', hook); }
  /**
   * Calls `hook(module, gradInput, gradOutput)` with the gradients of the last node of `forward` alone.
   * @deprecated `registerFullBackwardHook`, whose gradients are those of the module's inputs
   */
  registerBackwardHook(hook: BackwardHook): RemovableHandle { return this.#hooks.add('last', hook); }

  // ---- text

  /** The settings that the text of a module shows between its brackets. */
  extraRepr(): string { return ''; }

  /** PyTorch's text of the module, with its children indented. */
  override toString(): string {
    const extra = this.extraRepr() ? this.extraRepr().split('\n') : [];
    const children = this._namedChildren().map(([name, child]) => `(${name}): ${String(child).replaceAll('\n', '\n  ')}`);
    const { name } = this.constructor;
    if (extra.length + children.length === 0) return `${name}()`;
    if (extra.length === 1 && children.length === 0) return `${name}(${extra[0]})`;
    return `${name}(\n  ${[...extra, ...children].join('\n  ')}\n)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** The values without history; of what has none yet, something to move and convert. */
const detached = (x: Tensor): Tensor => (isLazy(x) ? x.data : x.detach());

interface Conversion extends MemoryFormatOption {
  readonly dtype?: DType | undefined;
  readonly device?: DeviceLike | undefined;
  /** without effect: `to` never waits */
  readonly nonBlocking?: boolean | undefined;
}

function conversion(target: DType | DeviceLike | Tensor | Conversion): Conversion {
  if (target instanceof DType) return { dtype: target };
  if (target instanceof Device || typeof target === 'string') return { device: target };
  if (typeof target === 'object' && target !== null) return target;
  throw new TypeError(`to(): expected a dtype, a device, a Tensor or { dtype, device }, but got ${String(target)}`);
}
