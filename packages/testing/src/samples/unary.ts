import type { Tensor } from '@sconce/tensor';
import type { Draw } from '../draws.js';
import { row, type Row, type RowOptions } from '../row.js';

type Unary = () => Tensor;
/** Methods that need no arguments and have an in-place form. */
export type UnaryName = string & {
  [K in keyof Tensor]: Tensor[K] extends Unary ? (`${K & string}_` extends keyof Tensor ? K : never) : never
}[keyof Tensor];

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** Rows of a function of one tensor: of a matrix, of a 0-d tensor, and in place. */
export function unary(
  name: UnaryName, domain: (...shape: number[]) => Draw, inplace = `x.clone().${snake(name)}_()`, options: RowOptions = {},
): Row[] {
  const call = (x: Tensor, method: string): Tensor => (x as unknown as Record<string, Unary>)[method]();
  return [
    row(name, `torch.${snake(name)}(x)`, ({ x }) => call(x, name), { x: domain(3, 4) }, options),
    row(name, `torch.${snake(name)}(x)`, ({ x }) => call(x, name), { x: domain() }, options),
    row(`${name}_`, inplace, ({ x }) => call(x.clone(), `${name}_`), { x: domain(2, 3) }, options),
  ];
}
