/** `torch.testing` */
import { AssertionError, Tensor, ValueError, type ScalarLike } from '@sconce/tensor';
import { checked, describe, pythonFloat } from '@sconce/tensor/internal';
import { differencesOf, differenceText, toleranceOf, tuple, upTo, type Tolerance } from './differences.js';

export interface AssertCloseOptions {
  /** relative tolerance, given with `atol`; default by dtype, 1.3e-6 for float32 */
  readonly rtol?: number | undefined;
  /** absolute tolerance; default 1e-5 for float32 */
  readonly atol?: number | undefined;
  /** two NaN are equal; default false */
  readonly equalNan?: boolean | undefined;
  /** default true */
  readonly checkDevice?: boolean | undefined;
  /** default true */
  readonly checkDtype?: boolean | undefined;
  /** default false */
  readonly checkStride?: boolean | undefined;
  /** the message in place of the one that tells the differences, or what makes one of that */
  readonly msg?: string | ((message: string) => string) | null | undefined;
}

/**
 * Compares tensors, numbers, and lists, maps and plain objects of them: `|actual - expected| ≤ atol + rtol · |expected|` for each element.
 * @throws AssertionError that tells where they differ most; TypeError for what cannot be compared; ValueError for one tolerance without the other
 * @see https://pytorch.org/docs/stable/testing.html#torch.testing.assert_close
 * @example await torch.testing.assertClose(net(x), torch.ones(3), { rtol: 1e-4, atol: 1e-6 });
 */
export async function assertClose(actual: unknown, expected: unknown, options: AssertCloseOptions = {}): Promise<void> {
  const { rtol, atol, msg } = checked<AssertCloseOptions>('assertClose', options, 'rtol');
  if ((rtol === undefined) !== (atol === undefined)) {
    throw new ValueError(`Both 'rtol' and 'atol' must be either specified or omitted, but got no ${rtol === undefined ? 'rtol' : 'atol'}.`);
  }
  const message = await compared(actual, expected, options, '');
  if (message !== null) throw new AssertionError(typeof msg === 'function' ? msg(message) : msg ?? message);
}

/** What is different, or null. */
async function compared(actual: unknown, expected: unknown, options: AssertCloseOptions, item: string): Promise<string | null> {
  const at = (text: string | null): string | null => (text === null || item === '' ? text : `${text}\n\nThe failure occurred for item ${item}`);
  if (actual instanceof Tensor && expected instanceof Tensor) return at(await ofTensors(actual, expected, options));
  if (isNumber(actual) && isNumber(expected)) return at(ofNumbers(actual, expected, options));
  if (actual === null && expected === null) return null;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) return at(`The length of the sequences mismatch: ${actual.length} != ${expected.length}`);
    return firstOf(actual.map((x, i) => () => compared(x, expected[i], options, `${item}[${i}]`)));
  }
  const [maps, others] = [mapOf(actual), mapOf(expected)];
  if (!maps || !others) throw new TypeError(`No comparison pair was able to handle inputs of type ${describe(actual)} and ${describe(expected)}.`);
  const missing = [...others.keys()].filter((key) => !maps.has(key)), additional = [...maps.keys()].filter((key) => !others.has(key));
  if (missing.length + additional.length > 0) {
    const list = (keys: string[]): string => `[${keys.sort().map((key) => `'${key}'`).join(', ')}]`;
    return at('The keys of the mappings do not match:' + (missing.length ? `\nMissing keys in the actual mapping: ${list(missing)}` : '') +
      (additional.length ? `\nAdditional keys in the actual mapping: ${list(additional)}` : ''));
  }
  return firstOf([...maps.keys()].sort().map((key) => () => compared(maps.get(key), others.get(key), options, `${item}['${key}']`)));
}

async function firstOf(comparisons: readonly (() => Promise<string | null>)[]): Promise<string | null> {
  for (const compare of comparisons) {
    const message = await compare();
    if (message !== null) return message;
  }
  return null;
}

const isNumber = (x: unknown): x is number | bigint | boolean => typeof x === 'number' || typeof x === 'bigint' || typeof x === 'boolean';

function mapOf(x: unknown): ReadonlyMap<string, unknown> | null {
  if (x instanceof Map) return x as Map<string, unknown>;
  const prototype: unknown = typeof x === 'object' && x !== null ? Object.getPrototypeOf(x) : undefined;
  return prototype === Object.prototype || prototype === null ? new Map(Object.entries(x as object)) : null;
}

async function ofTensors(actual: Tensor, expected: Tensor, options: AssertCloseOptions): Promise<string | null> {
  const { checkDevice = true, checkDtype = true, checkStride = false } = options;
  const differs = (name: string, a: string, b: string): string | null => (a === b ? null : `The values for attribute '${name}' do not match: ${a} != ${b}.`);
  const size = ({ shape }: Tensor): string => `torch.Size([${shape.join(', ')}])`;
  const attribute = differs('shape', size(actual), size(expected)) ?? (checkDevice ? differs('device', String(actual.device), String(expected.device)) : null) ??
    (checkStride ? differs('stride()', tuple(actual.stride()), tuple(expected.stride())) : null) ??
    (checkDtype ? differs('dtype', String(actual.dtype), String(expected.dtype)) : null);
  if (attribute !== null) return attribute;
  const [own, other] = await Promise.all([actual, expected].map((x) => x.detach().flatten().tolist<ScalarLike>() as Promise<ScalarLike[]>));
  const tolerances = [actual, expected].map(({ dtype }) => toleranceOf(dtype));
  const isInt = [actual, expected].every(({ dtype }) => !dtype.isFloatingPoint && !dtype.isComplex);
  const tolerance: Tolerance = [Math.max(tolerances[0][0], tolerances[1][0]), Math.max(tolerances[0][1], tolerances[1][1])];
  // integers are divided as float32
  return mismatch(own, other, actual.shape, tolerance, options, isInt ? String : pythonFloat, isInt ? Math.fround : Number);
}

/** Numbers without a fraction are Python's integers. */
function ofNumbers(actual: number | bigint | boolean, expected: number | bigint | boolean, options: AssertCloseOptions): string | null {
  const isInt = [actual, expected].every((x) => typeof x !== 'number' || Number.isInteger(x)), tolerance = isInt ? 0 : 1e-7;
  return mismatch([actual], [expected], [], [tolerance, tolerance], options, isInt ? String : pythonFloat, Number);
}

/** PyTorch's text of what differs by more than is allowed. */
function mismatch(
  actual: readonly ScalarLike[], expected: readonly ScalarLike[], shape: readonly number[], [ownRtol, ownAtol]: Tolerance,
  { rtol = ownRtol, atol = ownAtol, equalNan = false }: AssertCloseOptions, text: (absolute: number) => string, rounded: (relative: number) => number,
): string | null {
  const found = differencesOf(actual, expected, [rtol, atol], equalNan);
  if (!found) return null;
  const isEqual = rtol === 0 && atol === 0, isScalar = shape.length === 0, allowed = [atol, rtol].map((x) => (isEqual ? '' : upTo(x))) as [string, string];
  const texts = [text(found.absolute.value), pythonFloat(rounded(found.relative.value))] as const;
  return `${isScalar ? 'Scalars' : 'Tensor-likes'} are not ${isEqual ? 'equal' : 'close'}!\n\n` + (isScalar
    ? `Absolute difference: ${texts[0]}${allowed[0]}\nRelative difference: ${texts[1]}${allowed[1]}` : differenceText(found, shape, texts, allowed));
}
