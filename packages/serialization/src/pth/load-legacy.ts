import { clipped, EndOfPickle, UnpicklingError, valueText } from '../errors.js';
import { piecesOfSource, type Source } from '../io/source.js';
import { unpickle, type Unpickled } from '../pickle/unpickler.js';
import { PyDict, PyTuple } from '../pickle/values.js';
import { pieceBytes, tensorOfPieces } from '../tensor-memory.js';
import { allowedGlobals } from './globals.js';
import type { Unread } from './load.js';
import { checkedStorage } from './load-zip.js';
import { StorageRef, StorageTable } from './storages.js';

/** What the file begins with, as an int. */
const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;
const firstRead = 2 ** 20;

/**
 * Reads the format that PyTorch wrote before 1.6: five pickles (a magic number, a version, what the machine was like, the
 * values, the names of the storages), then the storages one after the other, each as its length and its elements.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
 */
export async function loadLegacy(source: Source): Promise<Unread> {
  // where the pickles end is known once they are read
  for (let length = Math.min(firstRead, source.size); ; length = Math.min(4 * length, source.size)) {
    try {
      return await readPickles(source, await source.read(0, length));
    } catch (error) {
      if (!(error instanceof EndOfPickle) || length === source.size) throw error;
    }
  }
}

async function readPickles(source: Source, bytes: Uint8Array): Promise<Unread> {
  let at = 0;
  const table = new StorageTable(withinFile(source.size));
  const find = allowedGlobals(bytes.length);
  const next = (persistent: (id: unknown) => unknown): unknown => {
    const { value, end }: Unpickled = unpickle(bytes.subarray(at), { find, persistent });
    at += end;
    return value;
  };
  const none = (): never => { throw new UnpicklingError('a storage stands where a plain value is expected'); };

  if (next(none) !== magic) throw new UnpicklingError('Invalid magic number; corrupt file?');
  const written = next(none);
  if (written !== version) throw new UnpicklingError(`Invalid protocol version: ${valueText(written)}`);
  const machine = next(none);
  const bigEndian = machine instanceof PyDict && machine.entries.get('little_endian') === false;
  const value = next((id) => storageOf(id, table));
  const keys = next(none);
  if (!Array.isArray(keys)) throw new UnpicklingError('a checkpoint without the list of its storages');

  const offsets = await storageOffsets(source, table, keys, at, bigEndian);
  return {
    value, storages: table.all,
    read({ key, dtype, numel }) {
      const start = offsets.get(key);
      if (start === undefined) throw new UnpicklingError(`storage ${JSON.stringify(clipped(key))} is not in the file`);
      return tensorOfPieces(dtype, numel, piecesOfSource(source, start, numel * dtype.itemsize, pieceBytes), { bigEndian });
    },
  };
}

/** All storages together must fit into the file. */
function withinFile(size: number): (key: string, nbytes: number) => void {
  let left = size;
  return (key, nbytes) => {
    left -= nbytes;
    if (left < 0) {
      throw new UnpicklingError(`storage ${JSON.stringify(clipped(key))} of ${nbytes} bytes is larger than the file`);
    }
  };
}

/** Where the elements of each storage begin. */
async function storageOffsets(
  source: Source, table: StorageTable, keys: readonly unknown[], start: number, bigEndian: boolean,
): Promise<Map<string, number>> {
  const offsets = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? table.get(key) : undefined;
    if (!storage) throw new UnpicklingError('the file lists a storage that nothing refers to');
    if (at + 8 > source.size) throw new EndOfPickle('Ran out of input');
    const length = await source.read(at, 8);
    const numel = Number(new DataView(length.buffer, length.byteOffset, 8).getBigInt64(0, !bigEndian));
    if (numel !== storage.numel) {
      throw new UnpicklingError(`storage has wrong size: expected ${storage.numel} got ${numel}`);
    }
    offsets.set(storage.key, at + 8);
    at += 8 + numel * storage.dtype.itemsize;
    if (at > source.size) throw new EndOfPickle('Ran out of input');
  }
  return offsets;
}

/** `('storage', torch.FloatStorage, '94034', 'cpu', 6, None)`; the last is `(key, offset, length)` of a part of a storage */
function storageOf(id: unknown, table: StorageTable): StorageRef {
  const [kind, type, key, location, numel, view] = id instanceof PyTuple ? id.items : [];
  if (kind !== 'storage') {
    throw new UnpicklingError(`Only persistent_load of storage is allowed, but got ${valueText(kind)}`);
  }
  const whole = table.refer(...checkedStorage(type, key, location, numel));
  if (view === null || view === undefined) return whole;
  const [, offset, length] = view instanceof PyTuple ? view.items as [unknown, number, number] : [];
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset! < 0 || length! < 0 || offset! + length! > whole.numel) {
    throw new UnpicklingError('a part of a storage that reaches beyond it');
  }
  return new StorageRef(whole.data, whole.dtype, offset!, length!);
}
