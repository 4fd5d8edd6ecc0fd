import { Tensor } from '@sconce/tensor';
import type { ModuleTree } from './module-tree.js';

/** A path and a name behind it. */
export const joined = (prefix: string, name: string): string => (prefix ? `${prefix}.${name}` : name);

/** What every module has of a kind, each once, with dotted names. */
export function* members<T>(
  root: ModuleTree, prefix: string, recurse: boolean, of: (module: ModuleTree) => Iterable<[string, T]>,
): Generator<[string, T], undefined> {
  const seen = new Set<T>();
  for (const [path, module] of recurse ? root.namedModules({ prefix }) : [[prefix, root] as const]) {
    for (const [name, value] of of(module)) {
      if (seen.has(value)) continue;
      seen.add(value);
      yield [joined(path, name), value];
    }
  }
  return undefined;
}

/** What Python would call the type of a value. */
export function typeName(x: unknown): string {
  if (x instanceof Tensor) return `torch.${x.dtype.scalarType}Tensor`;
  return x === null || x === undefined ? String(x) : (x as object).constructor?.name ?? typeof x;
}
