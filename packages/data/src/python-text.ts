/** Values as Python prints them. @internal */

/** A number without a fraction as an int: `1`, `0.1`, `1e-05`; None, True, and lists as tuples: `(1, 2)`. @internal */
export function text(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `(${value.map(text).join(', ')}${value.length === 1 ? ',' : ''})`;
  return String(value);
}

/** Numbers that Python has as floats: `1.0`; None, and lists as tuples: `(0.08, 1.0)`. @internal */
export function floats(value: number | readonly number[] | null | undefined): string {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : number(value);
  return value ? `(${value.map(floats).join(', ')})` : 'None';
}

/** Numbers that Python has as a list of floats: `[-30.0, 30.0]`. @internal */
export const floatList = (values: readonly number[] | null | undefined): string =>
  (values ? `[${values.map(floats).join(', ')}]` : 'None');

function number(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
  const size = Math.abs(x);
  return size !== 0 && (size < 1e-4 || size >= 1e16) ? x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : String(x);
}
