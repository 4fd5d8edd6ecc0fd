/** A value as Python prints it: 1e-08, (0.9, 0.999), False, None. A number without fraction prints as an int. */
export function pythonText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) return `(${value.map(pythonText).join(', ')}${value.length === 1 ? ',' : ''})`;
  return String(value);
}

function numberText(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
  const abs = Math.abs(x);
  // Python turns to an exponent below 1e-4, JavaScript below 1e-6
  return abs === 0 || abs >= 1e-4 ? String(x) : twoDigits(x.toExponential());
}

/** A number as Python's format '.4e' has it: 1.0000e-01. */
export const scientific = (x: number): string => (Number.isFinite(x) ? twoDigits(x.toExponential(4)) : numberText(x));

/** Python's exponents have two digits at least. */
const twoDigits = (text: string): string => text.replace(/(?<=e[+-])\d$/, '0$&');

/** An epoch as schedulers print it: 00003, or 2.50 where it has a fraction. */
export const epochText = (epoch: number): string =>
  (Number.isInteger(epoch) ? String(epoch).padStart(5, '0') : epoch.toFixed(2));
