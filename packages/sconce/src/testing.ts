/** `torch.testing` */
import { Tensor, ValueError, type Complex, type DType, type ScalarLike } from '@sconce/tensor';
import { checked, describe, pythonFloat } from '@sconce/tensor/internal';

/** How far numbers of a dtype may be from each other, relatively and absolutely; all other dtypes must be equal. */
export const TOLERANCES: Readonly<Partial<Record<DType['name'], readonly [rtol: number, atol: number]>>> = {
  float16: [1e-3, 1e-5], bfloat16: [1.6e-2, 1e-5], float32: [1.3e-6, 1e-5], float64: [1e-7, 1e-7], complex64: [1.3e-6, 1e-5], complex128: [1e-7, 1e-7],
};

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

/** Two values are not close. */
export class AssertionError extends Error { override readonly name = 'AssertionError'; }

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

const tuple = (sizes: readonly number[]): string => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;

async function ofTensors(actual: Tensor, expected: Tensor, options: AssertCloseOptions): Promise<string | null> {
  const { checkDevice = true, checkDtype = true, checkStride = false } = options;
  const differs = (name: string, a: string, b: string): string | null => (a === b ? null : `The values for attribute '${name}' do not match: ${a} != ${b}.`);
  const size = ({ shape }: Tensor): string => `torch.Size([${shape.join(', ')}])`;
  const attribute = differs('shape', size(actual), size(expected)) ?? (checkDevice ? differs('device', String(actual.device), String(expected.device)) : null) ??
    (checkStride ? differs('stride()', tuple(actual.stride()), tuple(expected.stride())) : null) ??
    (checkDtype ? differs('dtype', String(actual.dtype), String(expected.dtype)) : null);
  if (attribute !== null) return attribute;
  const [own, other] = await Promise.all([actual, expected].map((x) => x.detach().flatten().tolist<ScalarLike>() as Promise<ScalarLike[]>));
  const tolerances = [actual, expected].map(({ dtype }) => TOLERANCES[dtype.name] ?? [0, 0]);
  const kind = [actual, expected].every(({ dtype }) => !dtype.isFloatingPoint && !dtype.isComplex) ? 'int' : 'float';
  return mismatch(own, other, actual.shape, kind, Math.max(tolerances[0][0], tolerances[1][0]), Math.max(tolerances[0][1], tolerances[1][1]), options);
}

/** Numbers without a fraction are Python's integers. */
function ofNumbers(actual: number | bigint | boolean, expected: number | bigint | boolean, options: AssertCloseOptions): string | null {
  const isInt = [actual, expected].every((x) => typeof x !== 'number' || Number.isInteger(x)), tolerance = isInt ? 0 : 1e-7;
  return mismatch([actual], [expected], [], isInt ? 'number' : 'float', tolerance, tolerance, options);
}

const complex = (x: ScalarLike): Complex => (typeof x === 'object' ? x : { re: Number(x), im: 0 });
const isNaNs = ({ re, im }: Complex): boolean => Number.isNaN(re) || Number.isNaN(im);

/** The absolute and the relative difference; large integers are subtracted before they are rounded. */
function differences(a: ScalarLike, b: ScalarLike): [absolute: number, relative: number] {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const [x, y] = [BigInt(a as bigint), BigInt(b as bigint)], absolute = Number(x > y ? x - y : y - x);
    return [absolute, absolute / Math.abs(Number(y))];
  }
  const [x, y] = [complex(a), complex(b)], absolute = Math.hypot(x.re - y.re, x.im - y.im);
  return [absolute, absolute / Math.hypot(y.re, y.im)];
}

/** PyTorch's text of all that differs more than is allowed. @param kind of the numbers: ints of tensors are divided as float32 */
function mismatch(
  actual: readonly ScalarLike[], expected: readonly ScalarLike[], shape: readonly number[], kind: 'int' | 'number' | 'float',
  rtol: number, atol: number, { rtol: relative = rtol, atol: absolute = atol, equalNan = false }: AssertCloseOptions,
): string | null {
  let wrong = 0;
  const most = [{ size: -Infinity, at: 0 }, { size: -Infinity, at: 0 }];
  actual.forEach((a, i) => {
    const b = expected[i], x = complex(a), y = complex(b), both = differences(a, b), limit = absolute + relative * Math.hypot(y.re, y.im);
    const isSame = (x.re === y.re && x.im === y.im && (typeof a !== 'bigint' || both[0] === 0)) || (equalNan && isNaNs(x) && isNaNs(y));
    if (isSame || (Number.isFinite(both[0]) && both[0] <= limit)) return;
    wrong++;
    both.forEach((size, k) => {
      // NaN is the largest, as for torch.max
      if (!Number.isNaN(most[k].size) && (Number.isNaN(size) || size > most[k].size)) most[k] = { size, at: i };
    });
  });
  if (wrong === 0) return null;

  const isEqual = relative === 0 && absolute === 0, isScalar = shape.length === 0;
  const index = (at: number): string => tuple(shape.map((n, d) => Math.floor(at / shape.slice(d + 1).reduce((a, b) => a * b, 1)) % n));
  const line = (name: string, k: number, text: string, allowed: number): string =>
    `${isScalar ? `${name} difference: ${text}` : `Greatest ${name.toLowerCase()} difference: ${text} at index ${index(most[k].at)}`}` +
    (isEqual ? '' : ` (up to ${pythonFloat(allowed)} allowed)`);
  const ratio = kind === 'int' ? Math.fround(most[1].size) : most[1].size;
  return `${isScalar ? 'Scalars' : 'Tensor-likes'} are not ${isEqual ? 'equal' : 'close'}!\n\n` +
    (isScalar ? '' : `Mismatched elements: ${wrong} / ${actual.length} (${(100 * wrong / actual.length).toFixed(1)}%)\n`) +
    `${line('Absolute', 0, kind === 'float' ? pythonFloat(most[0].size) : String(most[0].size), absolute)}\n${line('Relative', 1, pythonFloat(ratio), relative)}`;
}
