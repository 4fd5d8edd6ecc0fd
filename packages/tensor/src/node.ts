interface NodeProcess { getBuiltinModule?(name: string): unknown }

/** A module of Node's own; undefined elsewhere. No bundler follows it. */
export const builtin = <T>(name: `node:${string}`): T | undefined =>
  (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.(name) as T | undefined;
