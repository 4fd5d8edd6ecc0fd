import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { dtypes, float32, setDefaultDtype, type DType, type DTypeName } from '../src/dtype.js';
import { formatExponent, formatFixed } from '../src/printing/number.js';
import { formatTensor, setPrintoptions, type SetPrintOptions } from '../src/printing.js';

/** Texts recorded from PyTorch and Python by tooling/oracle/printing.py. */
interface Recorded {
  readonly tensors: readonly {
    readonly dtype: DTypeName;
    readonly shape: readonly number[];
    readonly text: string;
    /** strings for numbers that JSON lacks and for large integers */
    readonly values?: readonly (number | string)[];
    /** the values are 0, 1, 2, … */
    readonly arange?: true;
    readonly options?: SetPrintOptions & { readonly sci_mode?: boolean };
    readonly default?: DTypeName;
    readonly suffixes?: readonly string[];
  }[];
  readonly formats: readonly [x: number | string, digits: number, fixed: string | null, exponent: string][];
}
const recorded = JSON.parse(readFileSync(new URL('./fixtures/printing.json', import.meta.url), 'utf8')) as Recorded;

const byName = (name: DTypeName): DType => dtypes.find((dtype) => dtype.name === name)!;

function decode(x: number | string): number | bigint {
  if (typeof x === 'number') return x;
  if (x === 'inf') return Infinity;
  if (x === '-inf') return -Infinity;
  if (x === '-0') return -0;
  return x === 'nan' ? NaN : BigInt(x);
}

afterEach(() => {
  setPrintoptions({ profile: 'default' });
  setDefaultDtype(float32);
});

describe('tensors are printed as by PyTorch', () => {
  for (const { dtype, shape, text, values, options, default: defaultName, suffixes } of recorded.tensors) {
    const title = `${dtype} [${shape.join(', ')}] ${text.slice(0, 60).replace(/\s+/g, ' ')}`;
    test(options ? `${title} ${JSON.stringify(options)}` : title, () => {
      if (defaultName) setDefaultDtype(byName(defaultName));
      if (options) setPrintoptions({ ...options, sciMode: options.sci_mode });
      const read = (i: number): number | bigint => (values ? decode(values[i]) : i);
      expect(formatTensor(read, shape, byName(dtype), { suffixes })).toBe(text);
    });
  }
});

test.each(recorded.formats)('%s with %i digits', (x, digits, fixed, exponent) => {
  const value = Number(decode(x));
  if (fixed !== null) expect(formatFixed(value, digits)).toBe(fixed);
  expect(formatExponent(value, digits)).toBe(exponent);
});
