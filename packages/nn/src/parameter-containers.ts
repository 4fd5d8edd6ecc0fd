import { IndexError, Tensor } from '@sconce/tensor';
import { entries, type Entries } from './containers.js';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

const asParameter = (x: Tensor): Parameter => (x instanceof Parameter ? x : new Parameter(x));

const line = (name: string, x: Tensor, type: string): string =>
  `  (${name}): Parameter containing: [${type} of size ${x.shape.join('x')}]`;

/**
 * A list of parameters, which are parameters of the module that holds it. Other tensors become parameters.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Module {
  [index: number]: Parameter;

  constructor(values: Iterable<Tensor> = []) {
    super();
    this.extend(values);
  }

  override get length(): number { return [...this._ownParameters()].length; }

  /** The parameter at a place; negative ones count from the end. @throws IndexError where there is none */
  at(index: number): Parameter {
    const list = [...this];
    const i = index < 0 ? index + list.length : index;
    if (!(i in list)) throw new IndexError(`index ${index} is out of range`);
    return list[i];
  }

  append(value: Tensor): this {
    this[this.length] = asParameter(value);
    return this;
  }

  extend(values: Iterable<Tensor>): this {
    for (const value of values) this.append(value);
    return this;
  }

  *[Symbol.iterator](): Generator<Parameter, undefined> {
    for (const [, value] of this._ownParameters()) yield value;
    return undefined;
  }

  override extraRepr(): string { return [...this].map((x, i) => line(String(i), x, String(x.dtype))).join('\n'); }
}

/**
 * Parameters by name, which are parameters of the module that holds it. They are properties as well. Those of a plain object are
 * sorted by name, as PyTorch sorts those of a plain dict; a Map or pairs keep their order.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Module {
  constructor(parameters: Entries<Tensor> = {}) {
    super();
    this.update(parameters);
  }

  override get length(): number { return this.keys().length; }

  /** The parameter of a name. @throws IndexError where there is none */
  get(name: string): Parameter {
    const found = this.items().find(([key]) => key === name);
    if (!found) throw new IndexError(`'${name}'`);
    return found[1];
  }

  has(name: string): boolean { return this.keys().includes(name); }

  set(name: string, value: Tensor): this {
    if (this.has(name)) Reflect.set(this, name, asParameter(value)); // in its old place
    else this.registerParameter(name, asParameter(value));
    return this;
  }

  update(parameters: Entries<Tensor>): void {
    const given = [...entries('ParameterDict.update', parameters)];
    // PyTorch sorts the names of a plain dict, and the parameters of optimizers go by these places
    if (!(Symbol.iterator in parameters)) given.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, value] of given) this.set(name, value);
  }

  /** Takes a parameter out and gives it. */
  pop(name: string): Parameter {
    const value = this.get(name);
    this._release(name);
    return value;
  }

  /** Takes out the parameter that came last and gives its name and itself. */
  popitem(): [string, Parameter] {
    const last = this.items().at(-1);
    if (!last) throw new IndexError('dictionary is empty');
    return [last[0], this.pop(last[0])];
  }

  /** The parameter of a name, which it is given if there is none. */
  setdefault(name: string, value: Tensor): Parameter {
    if (!this.has(name)) this.set(name, value);
    return this.get(name);
  }

  clear(): void { for (const name of this.keys()) this.pop(name); }

  /** Another dict of the same parameters. */
  copy(): ParameterDict { return new ParameterDict(this.items()); }

  keys(): string[] { return this.items().map(([name]) => name); }
  values(): Parameter[] { return this.items().map(([, value]) => value); }
  items(): [string, Parameter][] { return [...this._ownParameters()]; }

  /** The names, as a Python dict. */
  [Symbol.iterator](): IterableIterator<string> { return this.keys()[Symbol.iterator](); }

  override extraRepr(): string {
    return this.items().map(([name, x]) => line(name, x, `torch.${x.dtype.scalarType}Tensor`)).join('\n');
  }
}
