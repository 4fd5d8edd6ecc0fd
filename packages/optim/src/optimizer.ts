import { NotImplementedError, Tensor, tensor, ValueError } from '@sconce/tensor';
import { checked, checkNames, knownValue, nameMeant, unknownOption } from '@sconce/tensor/internal';
import { camelCase, entriesOf, renamed, snakeCase } from './names.js';
import { pythonText } from './python-text.js';

/** Which of its implementations PyTorch is to use: there is one here, and these change nothing. */
export interface ImplementationOptions {
  readonly foreach?: boolean | null | undefined;
  readonly fused?: boolean | null | undefined;
  readonly capturable?: boolean | undefined;
  readonly differentiable?: boolean | undefined;
}

/** Options that all optimizers have. */
export interface BaseOptions extends ImplementationOptions {
  /** learning rate */
  readonly lr?: number | undefined;
}

/** Options as they stand in a parameter group: all present, and free to change (learning-rate schedulers do). */
export type Resolved<O> = { -readonly [K in keyof O as Exclude<K, keyof ImplementationOptions>]-?: Exclude<O[K], undefined> };

/** What learning-rate schedulers read and write in a parameter group. */
interface Scheduled {
  initialLr?: number;
  maxLr?: number;
  minLr?: number;
  swaLr?: number;
  momentum?: number;
  baseMomentum?: number;
  maxMomentum?: number;
  betas?: readonly [number, number];
}

/** Parameters that are optimized with the same options. */
export type ParamGroup<O extends BaseOptions = BaseOptions> = Resolved<O> & Scheduled & { params: Tensor[] };

/** A parameter group as it is passed in: options that are left out are those of the optimizer. */
export type ParamGroupInput<O extends BaseOptions = BaseOptions> =
  Partial<O> & { readonly params: Tensor | Iterable<Tensor> };

/** Tensors, or parameter groups. */
export type ParamsInput<O extends BaseOptions = BaseOptions> = Iterable<Tensor> | Iterable<ParamGroupInput<O>>;

/** PyTorch's form: parameters by number, names in snake_case. */
export interface OptimizerStateDict {
  readonly state: { readonly [index: number]: Readonly<Record<string, unknown>> };
  readonly param_groups: readonly ({ readonly params: readonly number[] } & Readonly<Record<string, unknown>>)[];
}

/**
 * What all optimizers share: parameter groups, state per parameter, state dicts, printing. One that treats each parameter
 * by itself extends `SingleTensorOptimizer`, and another one this and writes `step`.
 * @see https://pytorch.org/docs/stable/optim.html#torch.optim.Optimizer
 */
export abstract class Optimizer<O extends BaseOptions = BaseOptions, S extends object = object> {
  /** the options for groups that do not bring their own */
  readonly defaults: Resolved<O>;
  /** groups of parameters, with their options */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** what the optimizer keeps per parameter, once it has made a step */
  readonly state = new Map<Tensor, S>();
  /** how often `step` was called since a scheduler was attached; the schedulers warn when they come first */
  _stepCount = 0;
  /** numbers of the state that PyTorch's state dict has as 0-d tensors */
  protected readonly tensorNumbers: readonly string[] = [];

  /**
   * @param defaults the options for groups that do not bring their own; one that is undefined must be brought
   * @param options what the user gave, where that is to be checked: names that are not among the defaults are refused
   * @throws TypeError for anything but tensors or groups; ValueError for no parameters and for non-leaf tensors
   */
  constructor(params: ParamsInput<O>, defaults: Resolved<O>, options: object = {}) {
    this.defaults = withOptions(new.target.name, defaults, options);
    if (params instanceof Tensor || typeof (params as Partial<ParamsInput<O>> | null)?.[Symbol.iterator] !== 'function') {
      throw new TypeError(
        `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${typeName(params)}`);
    }
    const list = [...params] as (Tensor | ParamGroupInput<O>)[];
    if (list.length === 0) throw new ValueError('optimizer got an empty parameter list');
    if (isGroup(list[0])) for (const group of list) this.addParamGroup(group as ParamGroupInput<O>);
    else this.addParamGroup({ params: list } as unknown as ParamGroupInput<O>);
  }

  /** Updates the parameters; `closure` computes the loss anew. */
  abstract step(closure?: () => unknown): unknown;

  /**
   * Adds parameters, for example those of layers that are trained from now on. What is no option of the optimizer stays in
   * the group as it is, as a name that one gives it.
   * @throws TypeError for what is not a tensor, and for an option that is not written as it is; ValueError for non-leaf tensors and for parameters of another group
   * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.add_param_group.html
   * @example optimizer.addParamGroup({ params: net.fc2.parameters(), lr: 0.001 })
   */
  addParamGroup(group: ParamGroupInput<O>): void {
    if (!isGroup(group)) throw new TypeError('param group must be a dict');
    checkNames('addParamGroup', group);
    for (const key in group) {
      if (!(key in this.defaults) && nameMeant(key, Object.keys(this.defaults))) {
        throw unknownOption('addParamGroup', key, Object.keys(this.defaults));
      }
    }
    const params: Tensor[] = group.params instanceof Tensor ? [group.params] : [...group.params];
    for (const p of params) {
      if (!(p instanceof Tensor)) {
        throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${typeName(p)}`);
      }
      if (!p.isLeaf && !p.retainsGrad) throw new ValueError("can't optimize a non-leaf Tensor");
    }
    const given = Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));
    const full = { ...this.defaults, ...given, params } as ParamGroup<O>;
    for (const [name, value] of Object.entries(full)) {
      if (value === undefined) {
        throw new ValueError(
          `parameter group didn't specify a value of required optimization parameter ${snakeCase(name)}`);
      }
    }
    if (new Set(params).size !== params.length) {
      console.warn('optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; ' +
        'see github.com/pytorch/pytorch/issues/40967 for more information');
    }
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    if (params.some((p) => known.has(p))) throw new ValueError('some parameters appear in more than one parameter group');
    this.paramGroups.push(full);
  }

  /**
   * Sets the gradients of all parameters to zero.
   * @param options `setToNone`: forget them instead. A parameter whose `grad` is null is left as it is by `step`.
   * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.zero_grad.html
   */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    const { setToNone = false } = checked('zeroGrad', options, 'setToNone');
    for (const { params } of this.paramGroups) {
      for (const p of params) {
        if (p.grad === null) continue;
        if (setToNone) p.grad = null;
        else {
          // after a backward with createGraph it has a history, which ends here
          if (p.grad.gradFn) p.grad.detach_();
          else p.grad.requiresGrad_(false);
          p.grad.zero_();
        }
      }
    }
  }

  /**
   * The state and the options, in PyTorch's form; tensors are the optimizer's own, not copies.
   * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.state_dict.html
   */
  stateDict(): OptimizerStateDict {
    const numbers = new Map<Tensor, number>();
    this.paramGroups.flatMap((group) => group.params).forEach((p, i) => numbers.set(p, i));
    return {
      state: Object.fromEntries(Array.from(this.state, ([p, state]) => [numbers.get(p), this.packState(state)])),
      param_groups: this.paramGroups.map(({ params, ...options }) => ({
        ...renamed(options, snakeCase), params: params.map((p) => numbers.get(p)!),
      })),
    };
  }

  private packState(state: S): Record<string, unknown> {
    return renamed(state, snakeCase, (key, x) => (this.tensorNumbers.includes(key) ? tensor(x as number) : x));
  }

  /**
   * Takes over state and options from `stateDict()` of an optimizer with the same groups, or from one that PyTorch wrote.
   * Tensors are copied, to the dtype and device of their parameter.
   * @throws ValueError where the groups do not fit, and for the state of another optimizer
   * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.load_state_dict.html
   */
  loadStateDict(stateDict: OptimizerStateDict): void {
    if (typeof stateDict !== 'object' || stateDict === null) throw new TypeError(`expected a state dict, but got ${String(stateDict)}`);
    const { state, param_groups: saved } = Object.fromEntries(entriesOf(stateDict)) as unknown as OptimizerStateDict;
    if (typeof state !== 'object' || !Array.isArray(saved) || !saved.every((group: unknown) => typeof group === 'object' && group !== null)) {
      throw new ValueError("a state dict of an optimizer has 'state' and a list of 'param_groups'");
    }
    const groups = Array.from(saved, (group) => renamed(group, camelCase) as unknown as ParamGroup<O> & { params: unknown });
    const indices = groups.map(({ params }) => {
      if (Array.isArray(params)) return params as unknown[] as number[];
      throw new ValueError("a parameter group of a state dict has the numbers of its parameters as 'params'");
    });
    if (groups.length !== this.paramGroups.length) {
      throw new ValueError('loaded state dict has a different number of parameter groups');
    }
    if (indices.some((list, i) => list.length !== this.paramGroups[i].params.length)) {
      throw new ValueError("loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
    }
    const params = new Map<string, Tensor>();
    indices.forEach((list, i) => list.forEach((index, k) => params.set(String(index), this.paramGroups[i].params[k])));
    const loaded = groups.map((group, i) => ({ ...this.defaults, ...group, params: this.paramGroups[i].params }));
    const states = new Map<Tensor, S>();
    for (const [index, entries] of entriesOf(state)) {
      const p = params.get(index);
      // as in PyTorch an empty state is none
      if (p && entriesOf(entries as object).length > 0) states.set(p, this.unpackState(p, entries as object));
    }
    for (const group of loaded) {
      const p = group.params.find((param) => states.has(param));
      if (p) this.checkState(states.get(p)!, p, group);
    }
    this.state.clear();
    for (const [p, own] of states) this.state.set(p, own);
    loaded.forEach((group, i) => { this.paramGroups[i] = group; });
  }

  /** @throws ValueError for a state that a step could not go on with */
  protected checkState(_state: S, _param: Tensor, _group: ParamGroup<O>): void { /* any will do */ }

  private unpackState(p: Tensor, entries: object): S {
    return renamed(entries, camelCase, (key, x) => this.unpackEntry(p, camelCase(key), x)) as S;
  }

  /** A value of a state dict as the optimizer keeps it. */
  protected unpackEntry(p: Tensor, key: string, x: unknown): unknown {
    // which optimizers have their steps as tensors differs between versions of PyTorch
    return key === 'step' || this.tensorNumbers.includes(key) ? numberOf(x) : fitted(p, x);
  }

  /** As PyTorch prints it. */
  toString(): string {
    const groups = this.paramGroups.map((group, i) => {
      const lines = Object.entries(renamed(group, snakeCase))
        .filter(([key]) => key !== 'params').sort(([a], [b]) => (a < b ? -1 : 1));
      return `\nParameter Group ${i}\n${lines.map(([key, value]) => `    ${key}: ${pythonText(value)}\n`).join('')}`;
    });
    return `${this.constructor.name} (${groups.join('')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** What PyTorch has for devices that are not here: it changes no value. */
const WITHOUT_EFFECT = new Set(['foreach', 'capturable', 'fused', 'differentiable']);

/** The defaults, with what the user gave of those that change no value. @throws TypeError for names that are not among them */
function withOptions<O extends object>(name: string, defaults: O, options: object): O {
  const made = { ...defaults } as Record<string, unknown>;
  for (const [key, value] of Object.entries(options)) {
    if (!WITHOUT_EFFECT.has(key)) {
      if (!(key in defaults)) throw unknownOption(name, key, Object.keys(defaults));
      continue;
    }
    if (key === 'differentiable' && value) {
      throw new NotImplementedError(`${name}(): gradients do not go through a step: differentiable: true is not there`);
    }
    if (key in defaults && value !== undefined) made[key] = value;
  }
  return made as O;
}

const isGroup = (x: unknown): x is ParamGroupInput =>
  typeof x === 'object' && x !== null && !(x instanceof Tensor) && 'params' in x;

/** A number that a checkpoint may have as a 0-d tensor. @throws ValueError for a tensor of several elements */
export function numberOf(x: unknown): number {
  if (!(x instanceof Tensor)) return Number(x);
  if (x.numel() !== 1) throw new ValueError('only one element tensors can be converted to Python scalars');
  return Number(knownValue(x));
}

/** A copy of a value of a state dict, with tensors in the dtype and on the device of the parameter. */
function fitted(p: Tensor, value: unknown): unknown {
  if (value instanceof Tensor) {
    return value.detach().to({ dtype: p.isFloatingPoint() ? p.dtype : value.dtype, device: p.device, copy: true });
  }
  return Array.isArray(value) ? value.map((x) => fitted(p, x)) : value;
}

/** PyTorch's name of a type: torch.FloatTensor. */
function typeName(x: unknown): string {
  if (x instanceof Tensor) return `torch.${x.dtype.scalarType}Tensor`;
  return typeof x === 'object' && x !== null ? x.constructor?.name ?? 'object' : typeof x;
}
