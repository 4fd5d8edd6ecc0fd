import { int32 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import * as e from '../expr.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import { to } from './conversion.js';
import { binary, unary } from './define.js';
import { floating, notImplementedFor } from './dtype-checks.js';
import type { OutsOption } from './out.js';

/**
 * The number of the dtype that comes after `input` on the way to `other`. Adapters have no subnormal numbers: on the device `webgpu` the
 * smallest one is taken for the next to 0.
 * @throws RuntimeError for float16 and integers
 * @see https://pytorch.org/docs/stable/generated/torch.nextafter.html
 * @example torch.nextafter(torch.tensor([1]), torch.tensor([2])).sub(1).item() // 1.1920928955078125e-7
 */
export const nextafter = binary('nextafter', (x, y) => {
  if (x.dtype.name === 'float16') throw notImplementedFor('nextafter_cpu', x.dtype);
  return e.nextafter(floating(x, 'nextafter_cpu'), y);
});

/** Both parts as floating-point numbers. @internal */
export const partsOfFloats = { mantissa: unary('frexp', e.mantissa), exponent: unary('frexpExponent', e.exponent) };

/**
 * A mantissa of 0.5 up to 1 and an exponent (int32), with which `input` is mantissa · 2^exponent; 0, infinities and NaN are their own mantissas.
 * @throws RuntimeError for dtypes that are not floating-point
 * @see https://pytorch.org/docs/stable/generated/torch.frexp.html
 * @example torch.frexp(torch.tensor([6, -1])).exponent // tensor([3, 1], dtype=torch.int32)
 */
export function frexp(input: Tensor, options: OutsOption = {}): NamedTuple<readonly ['mantissa', 'exponent']> {
  if (!input.dtype.isFloatingPoint) throw new RuntimeError('torch.frexp() only supports floating-point dtypes');
  const parts = [partsOfFloats.mantissa(input), to(partsOfFloats.exponent(input), int32)];
  return namedTuple('frexp', ['mantissa', 'exponent'], parts, checked('frexp', options, 'out').out);
}
