import { ValueError } from '@sconce/tensor';
import { pythonText } from './python-text.js';

/** @throws ValueError "Invalid <what>: <value>" for a value that is not at least 0 */
export function checkNotNegative(what: string, value: number): void {
  if (!(value >= 0)) throw new ValueError(`Invalid ${what}: ${pythonText(value)}`);
}

/** @throws ValueError for coefficients of running averages outside of [0, 1) */
export function checkBetas(betas: readonly [number, number]): void {
  betas.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) throw new ValueError(`Invalid beta parameter at index ${i}: ${pythonText(beta)}`);
  });
}
