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
  if (abs === 0 || abs >= 1e-4) return String(x);
  const [mantissa, exponent] = x.toExponential().split('e');
  return `${mantissa}e-${exponent.slice(1).padStart(2, '0')}`;
}
