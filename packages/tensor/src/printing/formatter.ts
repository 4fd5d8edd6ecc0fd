import { bool, type DType } from '../dtype.js';
import type { Complex, ScalarLike } from '../scalar.js';
import { formatExponent, formatFixed } from './number.js';
import { getPrintoptions } from './options.js';

/** An element of a tensor, as it is held or as `item()` gives it: bool may be 0 and 1, int64 number or bigint. */
export type Element = ScalarLike;

/** How all the printed elements of one tensor are written: one notation, one width. */
export interface Formatter {
  readonly width: number;
  format(value: Element): string;
}

/** Chooses the notation and the width from the elements that will be printed. */
export function formatterFor(values: readonly Element[], dtype: DType): Formatter {
  if (dtype.isFloatingPoint) return floatFormatter(values as readonly number[]);
  if (dtype.isComplex) return complexFormatter(values as readonly Complex[]);
  const write = dtype === bool ? (value: Element) => (value ? 'True' : 'False') : String;
  const width = values.reduce((w: number, value) => Math.max(w, write(value).length), 1);
  return { width, format: (value) => write(value).padStart(width) };
}

/** Real and imaginary parts each in a notation of their own: `1.0000+2.5000j`. */
function complexFormatter(values: readonly Complex[]): Formatter {
  const re = floatFormatter(values.map((z) => z.re)), im = floatFormatter(values.map((z) => z.im));
  return {
    width: re.width + im.width + 1,
    format(value) {
      const { re: x, im: y } = value as Complex;
      const text = im.format(y).trimStart();
      return `${re.format(x)}${text.startsWith('-') ? '' : '+'}${text}j`;
    },
  };
}

function floatFormatter(values: readonly number[]): Formatter {
  const { precision, sciMode } = getPrintoptions();
  const finite = values.filter((x) => x !== 0 && Number.isFinite(x));
  // without a number to judge by, the options do not count either, as in PyTorch
  if (finite.length === 0) return { width: 1, format: integral };

  let min = Infinity;
  let max = 0;
  for (const x of finite) {
    min = Math.min(min, Math.abs(x));
    max = Math.max(max, Math.abs(x));
  }
  const allIntegral = finite.every(Number.isInteger);
  const scientific = max / min > 1000 || max > 1e8 || (!allIntegral && min < 1e-4);
  const notation = (sci: boolean): ((x: number) => string) => {
    if (sci) return (x) => formatExponent(x, precision);
    return allIntegral ? integral : (x) => formatFixed(x, precision);
  };

  // the width comes from the notation that the numbers ask for, even where the options then force another
  const automatic = notation(scientific);
  const width = finite.reduce((w, x) => Math.max(w, automatic(x).length), 1);
  const write = notation(sciMode ?? scientific);
  return { width, format: (value) => write(value as number).padStart(width) };
}

/** A float without decimals, marked by a point: `3.` */
function integral(value: Element): string {
  const text = formatFixed(value as number, 0);
  return Number.isFinite(value) ? `${text}.` : text;
}
