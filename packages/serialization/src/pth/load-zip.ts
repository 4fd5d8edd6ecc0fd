import { clipped, UnpicklingError, valueText } from '../errors.js';
import type { Source } from '../io/source.js';
import { unpickle } from '../pickle/unpickler.js';
import { PyTuple } from '../pickle/values.js';
import { pieceBytes, tensorOfPieces } from '../tensor-memory.js';
import { zipError, ZipReader } from '../zip/read-zip.js';
import { allowedGlobals } from './globals.js';
import type { Unread } from './load.js';
import { StorageTable, StorageType, type StorageRef } from './storages.js';

/**
 * Reads the zip format: `archive/data.pkl` holds the values, `archive/data/0`, … the storages; `archive` may be any name.
 * @see https://github.com/pytorch/pytorch/blob/main/caffe2/serialize/inline_container.h
 */
export async function loadZip(source: Source): Promise<Unread> {
  const zip = await ZipReader.open(source);
  const pickle = [...zip.entries.values()].find(({ name }) => /^[^/]*\/data\.pkl$/.test(name));
  if (!pickle) throw zipError('file not found: archive/data.pkl');
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  if (zip.entries.has(`${folder}constants.pkl`)) {
    throw new UnpicklingError('a TorchScript archive holds code: save the state_dict of the module in Python, with torch.save');
  }
  const order = zip.entries.get(`${folder}byteorder`);
  const bigEndian = order !== undefined && new TextDecoder().decode(await zip.read(order)) === 'big';
  const entryOf = (key: string) => {
    const entry = zip.entries.get(`${folder}data/${key}`);
    if (!entry) throw zipError(`file not found: ${folder}data/${clipped(key)}`);
    return entry;
  };
  const table = new StorageTable((key, nbytes) => {
    const { size } = entryOf(key);
    if (size < nbytes) {
      throw new UnpicklingError(`storage ${JSON.stringify(clipped(key))} has ${size} bytes in the file, not ${nbytes}`);
    }
  });
  const bytes = await zip.read(pickle);
  const { value } = unpickle(bytes, { find: allowedGlobals(bytes.length), persistent: (id) => storageOf(id, table) });
  return {
    value, storages: table.all,
    read: ({ key, dtype, numel }) => tensorOfPieces(dtype, numel, zip.pieces(entryOf(key), pieceBytes), { bigEndian }),
  };
}

/** `('storage', torch.FloatStorage, '0', 'cpu', 6)` */
function storageOf(id: unknown, table: StorageTable): StorageRef {
  const [kind, type, key, location, numel] = id instanceof PyTuple ? id.items : [];
  if (kind !== 'storage') {
    throw new UnpicklingError(`Only persistent_load of storage is allowed, but got ${valueText(kind)}`);
  }
  return table.refer(...checkedStorage(type, key, location, numel));
}

/** What a persistent id says of a storage. @throws UnpicklingError where it says something else */
export function checkedStorage(
  type: unknown, key: unknown, location: unknown, numel: unknown,
): [StorageType, string, string, number] {
  if (!(type instanceof StorageType) || typeof key !== 'string' || typeof location !== 'string' || typeof numel !== 'number' ||
    !Number.isSafeInteger(numel) || numel < 0) {
    throw new UnpicklingError('a storage with an invalid type, key, location or size');
  }
  return [type, key, location, numel];
}
