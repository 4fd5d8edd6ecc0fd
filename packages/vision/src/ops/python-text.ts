/** Values as Python prints them, for the texts of modules. */

/** A float: `1.0`, `0.1`, `1e-05`. @internal */
export function float(x: number): string {
  if (Number.isInteger(x)) return `${x}.0`;
  return Math.abs(x) < 1e-4 ? x.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(x);
}

/** @internal */
export const bool = (x: boolean): string => (x ? 'True' : 'False');

/** A number or a tuple of them. @internal */
export const size = (x: number | readonly number[]): string => (typeof x === 'number' ? String(x) : `(${x.join(', ')})`);
