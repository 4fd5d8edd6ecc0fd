import { NotImplementedError } from '@sconce/tensor';

interface Builtins {
  'node:crypto': typeof import('node:crypto');
  'node:fs': typeof import('node:fs');
  'node:path': typeof import('node:path');
  'node:url': typeof import('node:url');
}

/**
 * A module of Node's own, asked for only when it is used and in a way that no bundler follows, so that the package
 * also loads in a browser.
 * @throws NotImplementedError that says what needs Node, where there is none
 */
export function builtin<K extends keyof Builtins>(name: K, what: string): Builtins[K] {
  const found = globalThis.process?.getBuiltinModule?.(name);
  if (found) return found as Builtins[K];
  throw new NotImplementedError(
    `${what} needs Node.js (20.16 or newer); elsewhere, give bytes, a Blob, a Response or a stream`);
}
