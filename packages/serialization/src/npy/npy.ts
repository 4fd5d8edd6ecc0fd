import { Tensor, ValueError } from '@sconce/tensor';
import { Layout, product } from '@sconce/tensor/internal';
import { openSource } from '../io/open.js';
import { piecesOfSource, type Source } from '../io/source.js';
import type { FileSource, FileTarget } from '../io/types.js';
import { writeTo } from '../io/write.js';
import { pieceBytes, piecesOf, tensorOfPieces } from '../tensor-memory.js';
import { headerText, parseHeader, type NpyHeader } from './header.js';

/** `\x93NUMPY` */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** numpy's own limit: a longer header is of no array of numbers */
const maxHeaderBytes = 10_000;
/** numpy begins the data at a multiple of this. */
const alignment = 64;

/**
 * Reads a .npy file, of version 1 to 3, either byte order, in C or Fortran order (which gives a strided tensor, as
 * `torch.from_numpy` does).
 * @param f what `load` takes
 * @throws ValueError for a broken file and for arrays of objects; TypeError for dtypes that do not exist here (uint16,
 *   …)
 * @see https://numpy.org/doc/stable/reference/generated/numpy.load.html
 * @example const x = await torch.loadNpy('x.npy');
 */
export async function loadNpy(f: FileSource | PromiseLike<FileSource>): Promise<Tensor> {
  const source = await openSource(f);
  try {
    return await readNpy(source);
  } finally {
    await source.close();
  }
}

/**
 * Writes a tensor as a .npy file, which `numpy.load` reads.
 * @param f what `save` takes; without it, the bytes are given
 * @throws TypeError for bfloat16, which numpy lacks
 * @see https://numpy.org/doc/stable/reference/generated/numpy.save.html
 * @example await torch.saveNpy(torch.eye(3), 'eye.npy');
 */
export function saveNpy(x: Tensor): Promise<Uint8Array>;
export function saveNpy(x: Tensor, f: FileTarget): Promise<void>;
export async function saveNpy(x: Tensor, f?: FileTarget): Promise<Uint8Array | void> {
  const pieces = await npyPieces(x);
  return writeTo(f, async (sink) => {
    for (const piece of pieces) await sink.write(piece);
  });
}

/** Reads the array that begins a source. */
export async function readNpy(source: Source): Promise<Tensor> {
  const { header, start } = await readHeader(source);
  const { dtype, shape, bigEndian, fortranOrder } = header;
  const numel = product(shape);
  if (shape.some((d) => d < 0) || !Number.isSafeInteger(numel)) {
    throw new ValueError(`shape is not valid: (${shape.join(', ')})`);
  }
  const available = source.size - start, nbytes = numel * dtype.itemsize;
  if (nbytes > available) {
    throw new ValueError(
      `Failed to read all data for array. Expected (${shape.join(', ')}) = ${numel} elements, could only read ` +
      `${Math.floor(available / dtype.itemsize)} elements. (file seems not fully written?)`);
  }
  const flat = await tensorOfPieces(dtype, numel, piecesOfSource(source, start, nbytes, pieceBytes), { bigEndian });
  return new Tensor(flat.storage, dtype, fortranOrder ? fortranLayout(shape) : Layout.contiguous(shape));
}

function fortranLayout(shape: readonly number[]): Layout {
  let step = 1;
  return new Layout(shape, shape.map((n) => {
    const stride = step;
    step *= Math.max(n, 1);
    return stride;
  }));
}

async function readHeader(source: Source): Promise<{ header: NpyHeader; start: number }> {
  const first = await source.read(0, Math.min(12, source.size));
  if (first.length < 10 || magic.some((byte, i) => first[i] !== byte)) {
    const got = JSON.stringify(String.fromCharCode(...first.subarray(0, 6)));
    throw new ValueError(`the magic string is not correct; expected b'\\x93NUMPY', got ${got}`);
  }
  const [major, minor] = [first[6], first[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new ValueError(`we only support format version (1,0), (2,0), and (3,0), not (${major},${minor})`);
  }
  const begin = major === 1 ? 10 : 12;
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  const length = major === 1 ? view.getUint16(8, true) : first.length < 12 ? Infinity : view.getUint32(8, true);
  if (begin + length > source.size) throw new ValueError('EOF: reading array header: the file ends within it');
  if (length > maxHeaderBytes) {
    throw new ValueError(`Header info length (${length}) is large and may not be safe to load securely.`);
  }
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(await source.read(begin, length));
  return { header: parseHeader(text), start: begin + length };
}

/** The bytes of a .npy file, in pieces. */
export async function npyPieces(x: Tensor): Promise<Iterable<Uint8Array>> {
  if (!(x instanceof Tensor)) throw new TypeError(`expected a Tensor, but got ${typeof x}`);
  const text = headerText(x.dtype, x.shape);
  const data = (await x.detach().cpu()).contiguous();
  return all(header(text), data);
}

function* all(first: Uint8Array, data: Tensor): Generator<Uint8Array, undefined> {
  yield first;
  yield* piecesOf(data);
  return undefined;
}

/** The header of version 1, whose data begins at a multiple of 64 bytes. */
function header(text: string): Uint8Array {
  const length = Math.ceil((10 + text.length + 1) / alignment) * alignment - 10;
  const body = new TextEncoder().encode(`${text.padEnd(length - 1)}\n`);
  const bytes = new Uint8Array(10 + length);
  bytes.set([...magic, 1, 0, length & 0xff, length >> 8]);
  bytes.set(body, 10);
  return bytes;
}
