import type { Tensor } from './tensor.js';

/**
 * Several results under PyTorch's names, as `torch.return_types`: `const [values, indices] = x.max(1)`, or
 * `x.max(1).values`.
 */
export type NamedTuple<K extends string> = Iterable<Tensor> & {
  readonly length: number;
  readonly [index: number]: Tensor;
} & { readonly [key in K]: Tensor };

class ReturnType {
  readonly [index: number]: Tensor;
  readonly #type: string;
  readonly #fields: readonly string[];

  constructor(type: string, fields: readonly string[], results: readonly Tensor[]) {
    this.#type = type;
    this.#fields = fields;
    fields.forEach((field, i) => {
      Object.defineProperty(this, i, { value: results[i] });
      Object.defineProperty(this, field, { value: results[i], enumerable: true });
    });
  }

  get length(): number { return this.#fields.length; }

  *[Symbol.iterator](): Iterator<Tensor> {
    for (let i = 0; i < this.length; i++) yield this[i];
  }

  toString(): string {
    return `torch.return_types.${this.#type}(\n${this.#fields.map((field, i) => `${field}=${this[i]}`).join(',\n')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** Several results of the function `type`, each under its name. @internal */
export const namedTuple = <const K extends string>(
  type: string, fields: readonly K[], results: readonly Tensor[],
): NamedTuple<K> =>
  new ReturnType(type, fields, results) as unknown as NamedTuple<K>;

/** What a function that selects a value along a dimension gives. */
export type ValuesAndIndices = NamedTuple<'values' | 'indices'>;

/** Values and where they were. @internal */
export const valuesAndIndices = (type: string, results: readonly Tensor[]): ValuesAndIndices =>
  namedTuple(type, ['values', 'indices'], results);
