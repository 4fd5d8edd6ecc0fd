import { NotImplementedError } from '@sconce/tensor';

interface Builtins {
  'node:fs': typeof import('node:fs');
  'node:module': typeof import('node:module');
  'node:os': typeof import('node:os');
  'node:zlib': typeof import('node:zlib');
}

/**
 * A module of Node's own, asked for only when it is used and in a way that no bundler follows, so that the package
 * also loads in a browser.
 * @throws NotImplementedError that says what needs Node, where there is none
 */
export function builtin<K extends keyof Builtins>(name: K, what: string): Builtins[K] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (found) return found as Builtins[K];
  throw new NotImplementedError(`${what} needs Node.js (20.16 or newer); elsewhere, give the bytes themselves`);
}

/** A variable of the environment, undefined where there is none. */
export const environment = (name: string): string | undefined => globalThis.process?.env[name];
