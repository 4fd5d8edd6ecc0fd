import { Tensor } from '@sconce/tensor';

/**
 * The options of a call, once it is known that they are some: what is positional in PyTorch's calls is often an option here,
 * and a number in its place would go unnoticed.
 * @throws TypeError that names what was given instead
 */
export function checked<T extends object>(name: string, options: T): T {
  const isOptions = (typeof options === 'object' && options !== null && !Array.isArray(options) && !(options instanceof Tensor))
    || typeof options === 'function'; // a module's own settings
  if (isOptions) return options;
  const got = options as unknown;
  throw new TypeError(
    `${name}(): expected an options object as in { name: value }, but got ${got instanceof Tensor ? 'a Tensor' : Array.isArray(got) ? 'an array' : String(got)}`);
}
