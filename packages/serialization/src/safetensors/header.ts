import { bfloat16, bool, complex64, float16, float32, float64, int16, int32, int64, int8, uint8, type DType } from '@sconce/tensor';
import { clipped, SafetensorError } from '../errors.js';
import type { Source } from '../io/source.js';

/** Where a tensor lies in a file. */
export interface TensorInfo {
  readonly name: string;
  /** the format's name of the dtype: 'F32', 'BF16' */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** of its bytes, in the file */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** The format's limit on the header. */
const maxHeaderBytes = 100_000_000;

/** The format's dtypes: bytes per element, and ours where there is one. In the order in which files are laid out, backwards: the largest elements first, so that all are aligned. */
const dtypes: readonly (readonly [string, number, DType?])[] = [
  ['BOOL', 1, bool], ['U8', 1, uint8], ['I8', 1, int8],
  ['F8_E5M2', 1], ['F8_E4M3', 1], ['F8_E8M0', 1], ['F8_E4M3FNUZ', 1], ['F8_E5M2FNUZ', 1],
  ['I16', 2, int16], ['U16', 2], ['F16', 2, float16], ['BF16', 2, bfloat16],
  ['I32', 4, int32], ['U32', 4], ['F32', 4, float32], ['C64', 8, complex64], ['F64', 8, float64], ['I64', 8, int64], ['U64', 8],
];
const itemsizes = new Map(dtypes.map(([name, itemsize]) => [name, itemsize]));
const ours = new Map(dtypes.map(([name, , dtype]) => [name, dtype]));
const theirs = new Map(dtypes.flatMap(([name, , dtype], order) => (dtype ? [[dtype, { name, order }] as const] : [])));

const invalid = (what: string): SafetensorError => new SafetensorError(`Error while deserializing header: ${what}`);

/** Our dtype of that name. @throws SafetensorError where there is none */
export function dtypeNamed(name: string, tensor: string): DType {
  const dtype = ours.get(name);
  if (dtype) return dtype;
  throw new SafetensorError(`tensor ${JSON.stringify(clipped(tensor))} has dtype ${name}, which does not exist here`);
}

/** The format's name of a dtype, and where among others tensors of it lie. @throws SafetensorError for complex128 */
export function formatOf(dtype: DType): { readonly name: string; readonly order: number } {
  const found = theirs.get(dtype);
  if (found) return found;
  throw new SafetensorError(`${String(dtype)} is no dtype of safetensors`);
}

/**
 * Reads the header: its length, then JSON. Everything is checked before it is used: every tensor has the bytes of its
 * shape, and together they fill the rest of the file without holes or overlaps.
 * @throws SafetensorError with the reference implementation's name of what is wrong
 * @see https://github.com/huggingface/safetensors#format
 */
export async function readHeader(source: Source): Promise<SafetensorsHeader> {
  if (source.size < 8) throw invalid('HeaderTooSmall');
  const prefix = await source.read(0, 8);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true));
  if (length > maxHeaderBytes) throw invalid('HeaderTooLarge');
  if (8 + length > source.size) throw invalid('InvalidHeaderLength');
  const json = parseJson(await source.read(8, length));
  let metadata: Record<string, string> | null = null;
  const infos: TensorInfo[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = checkedMetadata(value);
    else infos.push(checkedInfo(name, value, 8 + length));
  }
  infos.sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 8 + length;
  for (const { name, start, end } of infos) {
    if (start !== at) throw invalid(`InvalidOffset(${JSON.stringify(clipped(name))})`);
    at = end;
  }
  if (at !== source.size) throw invalid('MetadataIncompleteBuffer');
  return { tensors: new Map(infos.map((info) => [info.name, info])), metadata };
}

function parseJson(bytes: Uint8Array): object {
  if (bytes[0] !== 0x7b) throw invalid('InvalidHeaderStart');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('InvalidHeader');
  }
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw invalid(`InvalidHeaderDeserialization: ${clipped((error as Error).message)}`);
  }
}

const isSizes = (list: unknown): list is number[] =>
  Array.isArray(list) && list.every((x) => typeof x === 'number' && Number.isSafeInteger(x) && x >= 0);

function checkedInfo(name: string, value: unknown, dataStart: number): TensorInfo {
  const wrong = (): SafetensorError => invalid(`InvalidHeaderDeserialization: tensor ${JSON.stringify(clipped(name))}`);
  if (typeof value !== 'object' || value === null) throw wrong();
  const { dtype, shape, data_offsets: offsets } = value as Readonly<Record<string, unknown>>;
  const itemsize = typeof dtype === 'string' ? itemsizes.get(dtype) : undefined;
  if (itemsize === undefined || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw wrong();
  const [begin, end] = offsets;
  const nbytes = shape.reduce((n, d) => n * d, itemsize);
  if (!Number.isSafeInteger(nbytes)) throw invalid('ValidationOverflow');
  if (end - begin !== nbytes) throw invalid('TensorInvalidInfo');
  return { name, dtype: dtype as string, shape, start: dataStart + begin, end: dataStart + end };
}

function checkedMetadata(value: unknown): Record<string, string> | null {
  if (value === null || isTexts(value)) return value;
  throw invalid('InvalidHeaderDeserialization: __metadata__');
}

/** Whether something is texts by name, as what a file says of itself has to be. */
export const isTexts = (value: unknown): value is Record<string, string> => typeof value === 'object' && value !== null &&
  !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');
