// Values as Python prints them, for the texts of modules, optimizers, transforms and distributions.

/** A float: `1.0`, `0.1`, `1e-05`. */
export function pythonFloat(x: number): string {
  const text = number(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A number without a fraction as an int: `1`, `0.1`, `1e-05`; None, True, and lists as tuples: `(1, 2)`. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `(${value.map(pythonText).join(', ')}${value.length === 1 ? ',' : ''})`;
  return String(value);
}

/** Python turns to an exponent of two digits below 1e-4 and from 1e16 on, JavaScript below 1e-6 and from 1e21 on. */
function number(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return Object.is(x, -0) ? '-0' : String(x);
}
