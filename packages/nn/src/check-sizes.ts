import { describe } from '@sconce/tensor/internal';

/**
 * Sees to it that sizes stand in their places. One that is missing, or that is named as in Python, would be found late, if at all.
 * @param sizes arguments that are numbers, or lists of them, by their names
 * @throws TypeError that names the first one that is neither
 */
export function checkSizes(module: string, sizes: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (typeof value === 'number' || Array.isArray(value)) continue;
    if (value === undefined) throw new TypeError(`${module}(): missing required argument '${name}'`);
    throw new TypeError(`${module}(): ${name} must be a number, but got ${describe(value)}: it is an argument of its own, before the options`);
  }
}
