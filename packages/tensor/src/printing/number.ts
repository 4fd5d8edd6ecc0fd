/**
 * Python's number formats. They round the exact binary value, ties to the even digit, where JavaScript's toFixed and
 * toExponential round ties up.
 */

/** Python's `'{:.4f}'.format(x)` for `digits` = 4. */
export function formatFixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return formatNonFinite(x);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const abs = Math.abs(x);
  // such numbers are integers, and toFixed would write them with an exponent
  if (abs >= 1e21) return sign + BigInt(abs).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  // a tie has exactly one more decimal, so it is an odd multiple of 2^-(digits + 1) or of a larger power of two
  if (Number.isInteger(abs * 2 ** (digits + 1))) {
    const exact = abs.toFixed(digits + 1);
    if (exact.endsWith('5')) return sign + tieToEven(exact.slice(0, -1).replace(/\.$/, ''), abs.toFixed(digits));
  }
  return sign + abs.toFixed(digits);
}

/** Python's `'{:.4e}'.format(x)` for `digits` = 4: an exponent of two digits at least. */
export function formatExponent(x: number, digits: number): string {
  if (!Number.isFinite(x)) return formatNonFinite(x);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const [mantissa, exponent] = roundedExponential(Math.abs(x), digits).split('e') as [string, string];
  return `${sign}${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** Python's `'{:.6g}'.format(x)` for `digits` = 6, which is how C++ streams print: no zeros at the end. */
export function formatGeneral(x: number, digits = 6): string {
  if (!Number.isFinite(x)) return formatNonFinite(x);
  const text = formatExponent(x, digits - 1), [mantissa, exponent] = text.split('e') as [string, string];
  const size = Number(exponent), plain = size >= -4 && size < digits;
  const shown = plain ? formatFixed(x, digits - 1 - size) : mantissa;
  return (shown.includes('.') ? shown.replace(/\.?0+$/, '') : shown) + (plain ? '' : `e${exponent}`);
}

function roundedExponential(abs: number, digits: number): string {
  const rounded = abs.toExponential(digits);
  // no double comes so close to a short decimal without being equal to it
  const [mantissa, exponent] = abs.toExponential(Math.min(digits + 60, 100)).split('e') as [string, string];
  const cut = digits === 0 ? 1 : digits + 2;
  if (!/^\.?50*$/.test(mantissa.slice(cut))) return rounded;
  return tieToEven(`${mantissa.slice(0, cut)}e${exponent}`, rounded);
}

/** Of the two neighbours of a tie, the one below and the one that JavaScript chose, that with the even last digit. */
function tieToEven(below: string, chosen: string): string {
  const lastDigit = Number(/(\d)(e.*)?$/.exec(below)![1]);
  return lastDigit % 2 === 0 ? below : chosen;
}

function formatNonFinite(x: number): string {
  return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
}
