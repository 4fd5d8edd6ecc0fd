import { inspect } from 'loupe';

const custom = Symbol.for('nodejs.util.inspect.custom');

/** Tensors, and modules, which are functions, say themselves how they are shown. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const { constructor: { name }, length } = value as Float32Array;
    return `${name}(${length}) ${inspect([...value as Float32Array])}`;
  }
  const own = (value as Record<symbol, unknown> | null | undefined)?.[custom];
  return typeof own === 'function' ? String(own.call(value)) : inspect(value);
}

/** Values as Node's console shows them: strings as they are, tensors and modules as PyTorch prints them. */
export const format = (values: readonly unknown[]): string => values.map(shown).join(' ');
