import { formatExponent } from '@sconce/tensor/internal';

export { pythonText } from '@sconce/tensor/internal';

/** A number as Python's format '.4e' has it: 1.0000e-01. */
export const scientific = (x: number): string => formatExponent(x, 4);

/** An epoch as schedulers print it: 00003, or 2.50 where it has a fraction. */
export const epochText = (epoch: number): string =>
  (Number.isInteger(epoch) ? String(epoch).padStart(5, '0') : epoch.toFixed(2));
