import { IndexError, Tensor } from '@sconce/tensor';
import { describe, letGo } from '@sconce/tensor/internal';
import { Module, type Layer } from './module.js';
import { keepsNothing } from './plain-layer.js';

/** What the ordered containers share: their children are the properties '0', '1', … */
abstract class ModuleSequence<M extends Module> extends Module {
  [index: number]: M;

  /** How many modules there are. */
  override get length(): number { return this._namedChildren().length; }

  /** The module at a place; negative ones count from the end. @throws IndexError where there is none */
  at(index: number): M {
    const modules = [...this];
    const i = index < 0 ? index + modules.length : index;
    if (!(i in modules)) throw new IndexError(`index ${index} is out of range`);
    return modules[i];
  }

  /** Adds a module at the end. */
  append(module: M): this {
    this.addModule(String(this.length), module);
    return this;
  }

  /** Adds modules at the end. */
  extend(modules: Iterable<M>): this {
    if (typeof (modules as Partial<Iterable<M>> | null)?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`${this.constructor.name}.extend should be called with an iterable, but got ${describe(modules)}`);
    }
    for (const module of modules) this.append(module);
    return this;
  }

  /** Takes out the module at a place, the last one by default; those after it move up. @throws IndexError where there is none */
  pop(index = -1): M {
    const modules = [...this], names = Array.from(this._namedChildren(), ([name]) => name), module = this.at(index);
    modules.splice(index < 0 ? index + modules.length : index, 1);
    for (const name of names) this._release(name);
    modules.forEach((m, i) => this.addModule(String(i), m));
    return module;
  }

  /** Adds a module before that at a place. */
  insert(index: number, module: M): this {
    const modules = [...this];
    if (index < -modules.length || index > modules.length) {
      throw new IndexError(`Index out of range: ${index}`);
    }
    modules.splice(index, 0, module);
    modules.forEach((m, i) => { this[i] = m; });
    return this;
  }

  *[Symbol.iterator](): Generator<M, undefined> {
    for (const [, child] of this._namedChildren()) yield child as M;
    return undefined;
  }
}

/** Names and what they name: an object, pairs, or a container that has names. */
export type Entries<T> = Readonly<Record<string, T>> | Iterable<readonly [string, T]> | (Module & { items(): [string, T][] });

/** @internal names and what they name. @throws TypeError for what has none */
export function entries<T>(name: string, given: Entries<T>): Iterable<readonly [string, T]> {
  if (given instanceof Module && 'items' in given) return given.items();
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${name} should be called with an iterable of key/value pairs, but got ${describe(given)}`);
  }
  return Symbol.iterator in given ? given as Iterable<readonly [string, T]> : Object.entries(given);
}

/**
 * Modules that are run one after the other.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 * @example
 * const net = new nn.Sequential(new nn.Linear(20, 10), new nn.ReLU(), new nn.Linear(10, 1));
 * net(torch.rand(5, 20)).shape // [5, 1]
 * new nn.Sequential({ conv: new nn.Conv2d(1, 20, 5), relu: new nn.ReLU() }) // with names
 */
export class Sequential extends ModuleSequence<Module> {
  constructor(...modules: Module[] | [named: Readonly<Record<string, Module>> | ReadonlyMap<string, Module>]) {
    super();
    const [first] = modules;
    if (Array.isArray(first)) throw new TypeError('Array is not a Module subclass: write new Sequential(...layers)');
    if (modules.length === 1 && typeof first === 'object' && first !== null) {
      for (const [name, module] of entries<Module>('Sequential', first)) this.addModule(name, module);
    } else modules.forEach((module, i) => this.addModule(String(i), module as Module));
  }

  override forward(input: Tensor): Tensor {
    let x = input, own: Tensor | null = null; // what nobody else can hold
    for (const [, module] of this._namedChildren()) {
      const y = (module as Layer)(x);
      if (!handsOn(module)) own = null;
      else if (y instanceof Tensor && y.storage !== x.storage) {
        if (own) letGo(own);
        own = y;
      }
      x = y;
    }
    return x;
  }

  /** A container of some of the modules, which it shares. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(Object.fromEntries(this._namedChildren().slice(start, end)));
  }
}

/** Whether nobody but who calls the module gets to see what goes in and comes out. */
const handsOn = (module: Module): boolean => (module.forward === Sequential.prototype.forward
  ? Module._hooksOf(module).isEmpty && module._namedChildren().every(([, child]) => handsOn(child)) : keepsNothing(module));

/**
 * A list of modules, which are children of the module that holds it.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 * @example
 * layers = new nn.ModuleList([new nn.Linear(10, 10), new nn.Linear(10, 10)]);
 * forward(x: torch.Tensor) { return [...this.layers].reduce((y, layer) => layer(y), x); }
 */
export class ModuleList<M extends Module = Layer> extends ModuleSequence<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  /** A list of some of the modules, which it shares. */
  slice(start?: number, end?: number): ModuleList<M> { return new ModuleList([...this].slice(start, end)); }
}

/**
 * Modules by name, which are children of the module that holds it. They are properties as well: `heads.cls`.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict<M extends Module = Layer> extends Module {
  constructor(modules: Entries<M> = {}) {
    super();
    this.update(modules);
  }

  override get length(): number { return this._namedChildren().length; }

  /** The module of a name. @throws IndexError where there is none */
  get(name: string): M {
    const found = this._namedChildren().find(([key]) => key === name);
    if (!found) throw new IndexError(`'${name}'`);
    return found[1] as M;
  }

  has(name: string): boolean { return this.keys().includes(name); }

  set(name: string, module: M): this {
    this.addModule(name, module);
    return this;
  }

  /** Adds modules; one of the same name is replaced. */
  update(modules: Entries<M>): void {
    for (const [name, module] of entries('ModuleDict.update', modules)) this.set(name, module);
  }

  /** Takes a module out and gives it. */
  pop(name: string): M {
    const module = this.get(name);
    this._release(name);
    return module;
  }

  clear(): void { for (const name of this.keys()) this.pop(name); }

  keys(): string[] { return this._namedChildren().map(([name]) => name); }
  values(): M[] { return this._namedChildren().map(([, module]) => module as M); }
  items(): [string, M][] { return this._namedChildren() as [string, M][]; }

  /** The names, as a Python dict. */
  [Symbol.iterator](): IterableIterator<string> { return this.keys()[Symbol.iterator](); }
}
