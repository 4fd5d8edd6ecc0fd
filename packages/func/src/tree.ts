import { Tensor } from '@sconce/tensor';

/** Values in lists and plain objects, however deep. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

const isRecord = (x: unknown): x is Readonly<Record<string, unknown>> =>
  typeof x === 'object' && x !== null && (Object.getPrototypeOf(x) === Object.prototype || Object.getPrototypeOf(x) === null);

/** The values of a tree in order. */
export function leavesOf(tree: unknown): unknown[] {
  if (Array.isArray(tree)) return tree.flatMap(leavesOf);
  return isRecord(tree) ? Object.values(tree).flatMap(leavesOf) : [tree];
}

/** A tree of the same form with other values: what `fn` gives for each and its place among them. */
export function mapTree(tree: unknown, fn: (leaf: unknown, i: number) => unknown): unknown {
  let at = 0;
  const map = (x: unknown): unknown => {
    if (Array.isArray(x)) return x.map(map);
    return isRecord(x) ? Object.fromEntries(Object.entries(x).map(([key, part]) => [key, map(part)])) : fn(x, at++);
  };
  return map(tree);
}

/** A value for each of a tree's: those of a tree of its form, or one for a whole part of it. Null where the forms differ. */
export function spread(values: unknown, tree: unknown): unknown[] | null {
  if (Array.isArray(values)) {
    if (!Array.isArray(tree) || tree.length !== values.length) return null;
    return joined(tree.map((x, i) => spread(values[i], x)));
  }
  if (isRecord(values)) {
    if (!isRecord(tree) || Object.keys(tree).toSorted().join() !== Object.keys(values).toSorted().join()) return null;
    return joined(Object.entries(tree).map(([key, x]) => spread(values[key], x)));
  }
  return leavesOf(tree).map(() => values);
}

const joined = (parts: readonly (unknown[] | null)[]): unknown[] | null => (parts.includes(null) ? null : parts.flat(1));

/** What a tree looks like, with `*` for its values. */
export const formOf = (tree: unknown): string => JSON.stringify(mapTree(tree, () => '*')).replaceAll('"*"', '*');

/** What a value is, for messages. */
export const kindOf = (x: unknown): string => (x instanceof Tensor ? 'Tensor' : x === null ? 'null' : typeof x);
