import { RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { Callable } from './callable.js';
import { joined, members, typeName } from './member-paths.js';
import type { Module } from './module.js';
import { Parameter } from './parameter.js';

type Properties = Record<string, unknown>;

export interface MemberOptions {
  /** what goes before the names */
  readonly prefix?: string | undefined;
  /** whether modules inside count, default true */
  readonly recurse?: boolean | undefined;
}

const isIndex = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

/** The part of `Module` that knows what it holds. */
export class ModuleTree extends Callable {
  /** names of buffers, and whether they are saved */
  #buffers = new Map<string, boolean>();
  /** properties that are known to be for parameters, and for modules: nothing else may be put there */
  readonly #parameterNames = new Set<string>();
  readonly #moduleNames = new Set<string>();
  #looked = false;
  /**
   * How many properties with other names came before one whose name is an index, where JavaScript, which has indices first and in
   * their order, would give it another place.
   */
  readonly #places = new Map<string, number>();

  /**
   * Makes a tensor part of the module's state without training it. It is the property of that name from then on.
   * @param options.persistent whether it is saved, default true
   */
  registerBuffer(
    name: string, tensor: Tensor | null, options: { readonly persistent?: boolean } = {},
  ): void {
    const { persistent = true } = checked('registerBuffer', options, 'persistent');
    this.#checkName('buffer', name, this.#buffers.has(name));
    if (tensor !== null && !(tensor instanceof Tensor)) {
      throw new TypeError(`cannot assign '${typeName(tensor)}' object to buffer '${name}' (torch Tensor or None required)`);
    }
    this.#buffers.set(name, persistent);
    this.#own()[name] = tensor;
  }

  /** Makes a parameter the property of that name; null reserves the name. */
  registerParameter(name: string, parameter: Parameter | null): void {
    this.#checkName('parameter', name, false);
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new TypeError(`cannot assign '${typeName(parameter)}' object to parameter '${name}' (torch.nn.Parameter or None required)`);
    }
    if (parameter?.gradFn) {
      throw new ValueError(
        `Cannot assign non-leaf Tensor to parameter '${name}'. Model parameters must be created explicitly. To express '${name}' as a function of another Tensor, compute the value in the forward() method.`);
    }
    this.#place(name);
    this._noteParameters(name);
    this.#own()[name] = parameter;
  }

  /** Makes a module the child of that name. */
  addModule(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof ModuleTree)) throw new TypeError(`${typeName(module)} is not a Module subclass`);
    this.#checkName('module', name, this.#own()[name] instanceof ModuleTree);
    this.#place(name);
    this.#own()[name] = module;
  }
  /** The same as `addModule`. */
  registerModule(name: string, module: Module | null): void { this.addModule(name, module); }

  #checkName(kind: string, name: string, known: boolean): void {
    if (typeof name !== 'string') throw new TypeError(`${kind} name should be a string. Got ${typeName(name)}`);
    // a field that is declared without a value, `mask!: Tensor;`, is there, and undefined
    const taken = name in this && !known && (this.#own()[name] ?? null) !== null;
    if (taken) throw new RuntimeError(`attribute '${name}' already exists`);
    if (name.includes('.')) throw new RuntimeError(`${kind} name can't contain "."${kind === 'module' ? `, got: ${name}` : ''}`);
    if (name === '') throw new RuntimeError(`${kind} name can't be empty string ""`);
  }

  /** Remembers where a new name that is an index belongs, if that is elsewhere than JavaScript has it. */
  #place(name: string): void {
    if (!isIndex(name) || Object.hasOwn(this, name)) return;
    this.#places.delete(name);
    const held = Object.entries(this).flatMap(([key, value]) => (value instanceof ModuleTree || value instanceof Parameter ? [key] : []));
    if (held.some((key) => !isIndex(key) || Number(key) > Number(name))) {
      this.#places.set(name, Object.keys(this).filter((key) => !isIndex(key)).length);
    }
  }

  /** The names of all properties, in the order in which they came. */
  #names(): string[] {
    const names = Object.keys(this);
    if (this.#places.size === 0) return names;
    const order = [...this.#places.keys()], others = names.filter((name) => !isIndex(name));
    const indices = names.filter(isIndex).sort((a, b) => order.indexOf(a) - order.indexOf(b));
    for (const name of indices.toReversed()) others.splice(this.#places.get(name) ?? 0, 0, name);
    return others;
  }

  #own(): Properties { return this as unknown as Properties; }

  /** @internal has properties known as parameters before anyone looks for them, also those that are null */
  _noteParameters(...names: readonly string[]): void { for (const name of names) this.#parameterNames.add(name); }

  /** @internal */
  _isParameterName(name: string): boolean { return this.#parameterNames.has(name); }
  /** @internal lets anything be put in the place of a parameter */
  _forgetParameter(name: string): void { this.#parameterNames.delete(name); }

  /**
   * @internal looks, before a call, whether something else was put where parameters or modules belong
   * @throws TypeError with PyTorch's text, which PyTorch throws at the assignment
   */
  _checkMembers(): void {
    if (!this.#looked) {
      this.#looked = true;
      for (const _ of this._ownParameters());
      this._namedChildren();
    }
    const own = this.#own();
    for (const name of this.#parameterNames) if (!(own[name] instanceof Parameter)) this.#checkParameter(name);
    for (const name of this.#moduleNames) if (!(own[name] instanceof ModuleTree)) this.#checkModule(name);
  }

  #checkParameter(name: string): void {
    const value = this.#own()[name];
    if (value === undefined) this.#parameterNames.delete(name); // it was taken out
    if (value instanceof Parameter || value instanceof ModuleTree || value === null || value === undefined) return;
    throw new TypeError(`cannot assign '${typeName(value)}' as parameter '${name}' (torch.nn.Parameter or None expected)`);
  }

  #checkModule(name: string): void {
    const value = this.#own()[name];
    if (value === undefined) this.#moduleNames.delete(name);
    if (value instanceof ModuleTree || value instanceof Parameter || value === null || value === undefined) return;
    throw new TypeError(`cannot assign '${typeName(value)}' as child module '${name}' (torch.nn.Module or None expected)`);
  }

  /** @internal parameters of this module alone */
  *_ownParameters(): Generator<[string, Parameter], undefined> {
    for (const name of this.#parameterNames) this.#checkParameter(name);
    for (const name of this.#names()) {
      const value = this.#own()[name];
      if (!(value instanceof Parameter)) continue;
      this.#parameterNames.add(name);
      yield [name, value];
    }
    return undefined;
  }

  /** @internal buffers of this module alone; with `persistent` only those that are saved */
  *_ownBuffers(persistent = false): Generator<[string, Tensor], undefined> {
    for (const [name, saved] of this.#buffers) {
      const value = this.#own()[name];
      // what is assigned to the name of a buffer may also be a parameter or a module: it is that, then
      if (value === null || value === undefined || value instanceof Parameter || value instanceof ModuleTree) continue;
      if (!(value instanceof Tensor)) throw new TypeError(`cannot assign '${typeName(value)}' as buffer '${name}' (torch.Tensor or None expected)`);
      if (saved || !persistent) yield [name, value];
    }
    return undefined;
  }

  /** The modules directly inside this one, each once, with their names. */
  *namedChildren(): Generator<[string, Module], undefined> {
    const seen = new Set<Module>();
    for (const [name, child] of this._namedChildren()) {
      if (!seen.has(child)) yield [name, child];
      seen.add(child);
    }
    return undefined;
  }

  /** @internal the modules directly inside this one under all their names */
  _namedChildren(): [string, Module][] {
    for (const name of this.#moduleNames) this.#checkModule(name);
    const own = this.#own(), children: [string, Module][] = [];
    for (const name of this.#names()) {
      const value = own[name];
      if (!(value instanceof ModuleTree)) continue;
      this.#moduleNames.add(name);
      children.push([name, value as Module]);
    }
    return children;
  }

  /** The modules directly inside this one, each once. */
  *children(): Generator<Module, undefined> {
    yield* new Set(this._namedChildren().map(([, child]) => child));
    return undefined;
  }

  /** This module and all inside it, each once, with their dotted names. */
  *namedModules(
    options: { readonly prefix?: string } = {}, seen = new Set<Module>(),
  ): Generator<[string, Module], undefined> {
    const { prefix = '' } = checked('namedModules', options, 'prefix');
    if (seen.has(this as unknown as Module)) return undefined;
    seen.add(this as unknown as Module);
    yield [prefix, this as unknown as Module];
    for (const [name, child] of this._namedChildren()) yield* child.namedModules({ prefix: joined(prefix, name) }, seen);
    return undefined;
  }

  /** This module and all inside it, each once. */
  *modules(): Generator<Module, undefined> {
    for (const [, module] of this.namedModules()) yield module;
    return undefined;
  }

  /**
   * The parameters with their dotted names, each once: those of a module before those of its children.
   * @example for (const [name, p] of net.namedParameters()) console.log(name, p.shape);
   */
  namedParameters(options: MemberOptions = {}): Generator<[string, Parameter], undefined> {
    const { prefix = '', recurse = true } = checked('namedParameters', options, 'prefix');
    return members(this, prefix, recurse, (module) => module._ownParameters());
  }

  /** The parameters, each once, as an optimizer takes them. */
  *parameters(options: { readonly recurse?: boolean } = {}): Generator<Parameter, undefined> {
    const { recurse = true } = checked('parameters', options, 'recurse');
    for (const [, parameter] of this.namedParameters({ recurse })) yield parameter;
    return undefined;
  }

  /** The buffers with their dotted names, each once. */
  namedBuffers(options: MemberOptions = {}): Generator<[string, Tensor], undefined> {
    const { prefix = '', recurse = true } = checked('namedBuffers', options, 'prefix');
    return members(this, prefix, recurse, (module) => module._ownBuffers());
  }

  /** The buffers, each once. */
  *buffers(options: { readonly recurse?: boolean } = {}): Generator<Tensor, undefined> {
    const { recurse = true } = checked('buffers', options, 'recurse');
    for (const [, buffer] of this.namedBuffers({ recurse })) yield buffer;
    return undefined;
  }

  /** The module at a dotted path; '' is this one. @throws TypeError where there is none */
  getSubmodule(target: string): Module {
    let module = this as unknown as Module;
    for (const name of target === '' ? [] : target.split('.')) {
      const next = (module as unknown as Properties)[name];
      if (next === undefined) throw new TypeError(`${module.constructor.name} has no attribute \`${name}\``);
      if (!(next instanceof ModuleTree)) throw new TypeError(`\`${name}\` is not an nn.Module`);
      module = next as Module;
    }
    return module;
  }

  /** The parameter at a dotted path. @throws TypeError where there is none */
  getParameter(target: string): Parameter {
    const value = this.#at(target);
    if (!(value instanceof Parameter)) throw new TypeError(`\`${target.split('.').at(-1)}\` is not an nn.Parameter`);
    return value;
  }

  /** The buffer at a dotted path. @throws TypeError where there is none */
  getBuffer(target: string): Tensor {
    const value = this.#at(target);
    if (!(value instanceof Tensor) || value instanceof Parameter) throw new TypeError(`\`${target.split('.').at(-1)}\` is not a buffer`);
    return value;
  }

  #at(target: string): unknown {
    const at = target.lastIndexOf('.'), name = target.slice(at + 1);
    const module = this.getSubmodule(target.slice(0, Math.max(at, 0)));
    const value = (module as unknown as Properties)[name];
    if (value === undefined) throw new TypeError(`${module.constructor.name} has no attribute \`${name}\``);
    return value;
  }

  /** @internal whether a key's first part names something of this module */
  _knows(name: string): boolean {
    const value = this.#own()[name];
    return value instanceof ModuleTree || value instanceof Parameter
      || (value instanceof Tensor && this.#buffers.get(name) === true);
  }

  /** @internal takes a parameter or a buffer out, and forgets that it was one */
  _release(name: string): void {
    this.#buffers.delete(name);
    this.#parameterNames.delete(name);
    this.#moduleNames.delete(name);
    Reflect.deleteProperty(this, name);
  }

  /** @internal takes over what is not in properties; for `deepcopy` */
  _copyRegistrations(from: ModuleTree): void {
    this.#buffers = new Map(from.#buffers);
    this._noteParameters(...from.#parameterNames);
  }
}
