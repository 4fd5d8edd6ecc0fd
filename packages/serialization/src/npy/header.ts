import { bool, complex128, complex64, float16, float32, float64, int16, int32, int64, int8, uint8, ValueError, type DType } from '@sconce/tensor';
import { clipped } from '../errors.js';

/** What the header of a .npy file says. */
export interface NpyHeader {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  /** the first dimension varies fastest */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const dtypes = new Map<string, DType>([
  ['b1', bool], ['i1', int8], ['u1', uint8], ['i2', int16], ['i4', int32], ['i8', int64],
  ['f2', float16], ['f4', float32], ['f8', float64], ['c8', complex64], ['c16', complex128],
]);
const codes = new Map([...dtypes].map(([code, dtype]) => [dtype, code]));
const numpyNames = new Map([
  ['u2', 'uint16'], ['u4', 'uint32'], ['u8', 'uint64'], ['f16', 'float128'], ['c32', 'complex256'],
  ['M8', 'datetime64'], ['m8', 'timedelta64'],
]);

/** numpy's text for a header that is no dict of the three things. */
const invalid = (text: string): ValueError => new ValueError(`Cannot parse header: ${JSON.stringify(clipped(text))}`);

/**
 * Reads the dict literal of a header. It is parsed, never evaluated.
 * @throws ValueError for a broken header, TypeError for a dtype that does not exist here
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function parseHeader(text: string): NpyHeader {
  const value = new LiteralParser(text).whole();
  if (!(value instanceof Map)) throw new ValueError(`Header is not a dictionary: ${JSON.stringify(clipped(text))}`);
  const keys = [...value.keys()].sort().join();
  if (keys !== 'descr,fortran_order,shape') {
    throw new ValueError(`Header does not contain the correct keys: ${clipped(keys)}`);
  }
  const [descr, fortranOrder, shape] = ['descr', 'fortran_order', 'shape'].map((key): unknown => value.get(key));
  if (!Array.isArray(shape) || !Object.isFrozen(shape) || shape.length > 64 || !shape.every((n) => typeof n === 'number' && Number.isSafeInteger(n))) {
    throw new ValueError(`shape is not valid: ${clipped(String(shape))}`);
  }
  if (typeof fortranOrder !== 'boolean') {
    throw new ValueError(`fortran_order is not a valid bool: ${clipped(String(fortranOrder))}`);
  }
  if (typeof descr !== 'string') throw new TypeError('arrays of structured dtypes cannot become tensors');
  return { ...elementType(descr), fortranOrder, shape: shape as number[] };
}

function elementType(descr: string): { dtype: DType; bigEndian: boolean } {
  const [, order, code] = /^([<>|=]?)([a-zA-Z?]\d*)(?:\[\w+\])?$/.exec(descr) ?? [];
  if (code === undefined) throw new ValueError(`descr is not a valid dtype descriptor: '${clipped(descr)}'`);
  if (code === 'O') throw new ValueError('Object arrays cannot be loaded when allow_pickle=False');
  const dtype = dtypes.get(code === '?' ? 'b1' : code);
  if (dtype) return { dtype, bigEndian: order === '>' };
  throw new TypeError(
    `can't convert np.ndarray of type numpy.${numpyNames.get(code) ?? code}. ` +
    'The only supported types are: float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint8, and bool.');
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` @throws TypeError for bfloat16, which numpy lacks */
export function headerText(dtype: DType, shape: readonly number[]): string {
  const code = codes.get(dtype);
  if (!code) throw new TypeError(`Got unsupported ScalarType ${dtype.scalarType}`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return `{'descr': '${dtype.itemsize === 1 ? '|' : '<'}${code}', 'fortran_order': False, 'shape': ${tuple}, }`;
}

const maxNesting = 8;
const token = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(True|False|None)|(-?\d+)L?|([{}()[\]:,]))/y;

/** Python's literals, as far as headers have them: dicts, tuples (frozen), lists, strings, ints, True and False. */
class LiteralParser {
  private readonly token = new RegExp(token);
  private current: RegExpExecArray | null = null;

  constructor(private readonly text: string) { this.advance(); }

  whole(): unknown {
    const value = this.value(0);
    if (this.current || this.text.slice(this.token.lastIndex).trim() !== '') throw invalid(this.text);
    return value;
  }

  private advance(): void {
    const { lastIndex } = this.token;
    this.current = this.token.exec(this.text);
    if (!this.current) this.token.lastIndex = lastIndex;
  }

  /** The punctuation here, if it is one. */
  private get sign(): string | undefined { return this.current?.[5]; }

  private take(sign: string): void {
    if (this.sign !== sign) throw invalid(this.text);
    this.advance();
  }

  private value(depth: number): unknown {
    const { current } = this;
    if (!current || depth > maxNesting) throw invalid(this.text);
    const [, single, double, word, integer, sign] = current;
    if (sign === '{') return this.dict(depth);
    if (sign === '(') return this.tuple(depth);
    if (sign === '[') return this.items(']', depth).items;
    if (sign !== undefined) throw invalid(this.text);
    this.advance();
    if (integer !== undefined) return Number(integer);
    return word === undefined ? single ?? double : word === 'None' ? null : word === 'True';
  }

  private dict(depth: number): Map<unknown, unknown> {
    const made = new Map<unknown, unknown>();
    this.take('{');
    while (this.sign !== '}') {
      const key = this.value(depth + 1);
      this.take(':');
      made.set(key, this.value(depth + 1));
      if (this.sign !== '}') this.take(',');
    }
    this.take('}');
    return made;
  }

  /** `(2, 3)`; `(2)` is a 2 in brackets. */
  private tuple(depth: number): unknown {
    const { items, commas } = this.items(')', depth);
    return items.length === 1 && commas === 0 ? items[0] : Object.freeze(items);
  }

  private items(end: string, depth: number): { items: unknown[]; commas: number } {
    const items: unknown[] = [];
    let commas = 0;
    this.advance();
    while (this.sign !== end) {
      items.push(this.value(depth + 1));
      if (this.sign === end) break;
      this.take(',');
      commas++;
    }
    this.take(end);
    return { items, commas };
  }
}
