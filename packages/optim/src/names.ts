// Options and state have camelCase names here and PyTorch's own in a state dict, so that checkpoints can be exchanged.

/** `weightDecay` → `weight_decay`; a first capital stays, as in `TMax` → `T_max`. */
export const snakeCase = (name: string): string =>
  name.replace(/(?<=.)[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^T0$/, 'T_0');

/** `weight_decay` → `weightDecay`; a first underscore stays. */
export const camelCase = (name: string): string =>
  name.replace(/(?<=.)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The entries of a dict, which is an object or, as a checkpoint reader gives it, a Map. */
export const entriesOf = (dict: object): [string, unknown][] =>
  dict instanceof Map ? Array.from(dict as Map<unknown, unknown>, ([k, v]) => [String(k), v]) : Object.entries(dict);

/** A dict with its keys renamed and its values mapped. */
export const renamed = (dict: object, rename: (key: string) => string, map = (_key: string, x: unknown) => x): Record<string, unknown> =>
  Object.fromEntries(entriesOf(dict).map(([key, value]) => [rename(key), map(key, value)]));
