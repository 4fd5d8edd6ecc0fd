import { intoOuts } from './ops/out.js';
import type { Tensor } from './tensor.js';

/**
 * Several results under PyTorch's names, as `torch.return_types`: `const [values, indices] = x.max(1)`, or
 * `x.max(1).values`. A tuple: `torch.stack(x.max(1))` takes it, and `torch.save` writes it as one.
 */
export type NamedTuple<K extends readonly string[]> =
  { readonly [I in keyof K]: Tensor } & { readonly [key in K[number]]: Tensor };

/** binEdges as bin_edges; LU and Vh as they are. */
export const snakeCase = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

class ReturnType extends Array<Tensor> {
  // what `map` and `slice` make of it has no names
  static override get [Symbol.species](): ArrayConstructor { return Array; }
  readonly #type: string;
  readonly #fields: readonly string[];

  constructor(type: string, fields: readonly string[], results: readonly Tensor[]) {
    super(fields.length);
    this.#type = type;
    this.#fields = fields;
    fields.forEach((field, i) => {
      this[i] = results[i];
      Object.defineProperty(this, field, { value: results[i], enumerable: true });
    });
    Object.freeze(this);
  }

  override toString(): string {
    const named = this.#fields.map((field, i) => `${snakeCase(field)}=${this[i]}`);
    return `torch.return_types.${this.#type}(\n${named.join(',\n')})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** Several results of the function `type`, each under its name, in the tensors given as `out` where those were. @internal */
export const namedTuple = <const K extends readonly string[]>(
  type: string, fields: K, results: readonly Tensor[], out?: readonly Tensor[],
): NamedTuple<K> =>
  new ReturnType(type, fields, intoOuts(type, results, out)) as unknown as NamedTuple<K>;

/** What a function that selects a value along a dimension gives. */
export type ValuesAndIndices = NamedTuple<readonly ['values', 'indices']>;

/** Values and where they were. @internal */
export const valuesAndIndices = (type: string, results: readonly Tensor[], out?: readonly Tensor[]): ValuesAndIndices =>
  namedTuple(type, ['values', 'indices'], results, out);
