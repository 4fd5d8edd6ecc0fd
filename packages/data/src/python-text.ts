/** Values as Python prints them. @internal */

import { pythonFloat, pythonText } from '@sconce/tensor/internal';

export { pythonText as text };

/** Numbers that Python has as floats: `1.0`; None, and lists as tuples: `(0.08, 1.0)`. @internal */
export function floats(value: number | readonly number[] | null | undefined): string {
  if (typeof value === 'number') return pythonFloat(value);
  return value ? `(${value.map(floats).join(', ')})` : 'None';
}

/** Numbers that Python has as a list of floats: `[-30.0, 30.0]`. @internal */
export const floatList = (values: readonly number[] | null | undefined): string =>
  (values ? `[${values.map(floats).join(', ')}]` : 'None');
