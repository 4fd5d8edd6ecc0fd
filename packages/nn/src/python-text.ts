/** Values as Python prints them, for the texts of modules. */

/** A float: `1.0`, `0.1`, `1e-05`. */
export function float(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

/** `True` or `False`. */
export const bool = (x: boolean): string => (x ? 'True' : 'False');

/** `(3, 3)`, `(3,)`. */
export const tuple = (list: readonly (number | null)[]): string => {
  const items = list.map((x) => x ?? 'None');
  return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
};

/** A size or a list of sizes, as it was given: `2` or `(2, 3)`. */
export const size = (x: number | null | readonly (number | null)[]): string =>
  (x === null ? 'None' : typeof x === 'number' ? String(x) : tuple(x));
