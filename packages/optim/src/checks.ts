import { ValueError } from '@sconce/tensor';
import { pythonText } from './python-text.js';

/** @throws TypeError for anything but a number: a text would be computed with, or become NaN */
export function checkNumber(what: string, value: unknown): void {
  if (typeof value !== 'number') throw new TypeError(`Invalid ${what}: expected a number, but got ${textOf(value)}`);
}

/** @throws ValueError "Invalid <what>: <value>" for a value that is not at least 0; TypeError for what is no number */
export function checkNotNegative(what: string, value: number): void {
  checkNumber(what, value);
  if (!(value >= 0)) throw new ValueError(`Invalid ${what}: ${pythonText(value)}`);
}

/** @throws ValueError for coefficients of running averages outside of [0, 1); TypeError for what is no pair of numbers */
export function checkBetas(betas: readonly [number, number]): void {
  if (!Array.isArray(betas) || betas.length !== 2) throw new TypeError(`Invalid betas: expected two numbers, but got ${textOf(betas)}`);
  betas.forEach((beta: number, i) => {
    checkNumber(`beta parameter at index ${i}`, beta);
    if (!(beta >= 0 && beta < 1)) throw new ValueError(`Invalid beta parameter at index ${i}: ${pythonText(beta)}`);
  });
}

/** @throws ValueError for anything but a positive integer */
export function checkPositiveInteger(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) {
    throw new ValueError(`Expected positive integer ${name}, but got ${pythonText(value)}`);
  }
}

/** @throws ValueError for 0, by which something would be divided; TypeError for what is no number */
export function checkNotZero(name: string, value: number): void {
  checkNumber(name, value);
  if (value === 0) throw new ValueError(`Expected ${name} to be other than 0: it is divided by`);
}

const textOf = (x: unknown): string =>
  (typeof x === 'string' ? `'${x}'` : Array.isArray(x) ? `an array of ${x.length}` : typeof x === 'object' && x ? 'an object' : String(x));
