import { Device } from './device.js';
import { DType } from './dtype.js';
import { OPTION_NAMES, type OptionName } from './option-names.js';
import { describe } from './scalar.js';
import { Tensor } from './tensor.js';

/** Options whose names are known. */
export type Named<T> = [Exclude<keyof T & string, OptionName>] extends [never] ? unknown : never;

/**
 * The options of a call, once it is known that they are some: what is positional in PyTorch's calls is often an option here,
 * and a number in its place would go unnoticed.
 * @param first the option that a value in that place is for in PyTorch
 * @throws TypeError that names what was given instead, and for names that no option has
 */
export function checked<T extends object>(name: string, options: T & Named<T>, first?: keyof T & string): T {
  // a module passes its own settings on, and modules are functions
  const isOptions = (typeof options === 'object' && options !== null) || typeof options === 'function';
  const isValue = options instanceof Tensor || options instanceof DType || options instanceof Device || Array.isArray(options);
  if (isOptions && !isValue) {
    if (typeof options === 'object') {
      checkNames(name, options);
      for (const key in options) if (!OPTION_NAMES.has(key)) throw unknownOption(name, key);
      const { dtype } = options as { readonly dtype?: unknown };
      if (dtype !== undefined && dtype !== null && !(dtype instanceof DType)) {
        throw new TypeError(`${name}(): argument 'dtype' must be torch.dtype, not ${describe(dtype)}`);
      }
    }
    return options;
  }
  const plain = options !== null && !isOptions || options instanceof DType;
  const value = typeof options === 'string' ? `'${options as string}'` : plain ? String(options) : 'value';
  const example = first === undefined ? 'name: value' : `${first}: ${value}`;
  throw new TypeError(`${name}(): expected an options object as in { ${example} }, but got ${textOf(options)}`);
}

/** @throws TypeError for PyTorch's spelling of an option, which nothing would read */
export function checkNames(name: string, options: object): void {
  for (const key in options) {
    if (key.indexOf('_') > 0) throw new TypeError(`${name}(): unknown option '${key}': names are in camelCase here, so write ${camelCase(key)}`);
  }
}

/** The name that a slip of case or number was meant for, if there is one. */
export function nameMeant(key: string, known: Iterable<string>): string | undefined {
  const plain = (word: string): string => word.toLowerCase().replace(/s$/, '');
  return [...known].find((name) => plain(name) === plain(key));
}

/** The error for an option that a call does not have. */
export function unknownOption(name: string, key: string, known: Iterable<string> = OPTION_NAMES): TypeError {
  const meant = nameMeant(key, known);
  return new TypeError(`${name}(): unknown option '${key}'${meant === undefined ? '' : `: did you mean ${meant}?`}`);
}

const camelCase = (key: string): string => key.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function textOf(x: unknown): string {
  if (x instanceof Tensor) return 'a Tensor';
  if (Array.isArray(x)) return 'an array';
  return typeof x === 'function' ? 'a function' : String(x);
}
