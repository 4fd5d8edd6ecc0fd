import { device, NotImplementedError, Tensor, type DeviceLike } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { openSource } from '../io/open.js';
import type { Source } from '../io/source.js';
import type { FileSource } from '../io/types.js';
import { loadLegacy } from './load-legacy.js';
import { loadZip } from './load-zip.js';
import { materialize } from './materialize.js';
import type { StorageData } from './storages.js';
import { UnpicklingError } from '../errors.js';

/**
 * Where storages go: a device for all, a device for each place where they were (`{ 'cuda:0': 'webgpu' }`), or a function
 * of a storage (on the CPU, of one dimension) and the place where it was, which gives it where it shall be.
 */
export type MapLocation =
  | DeviceLike | Readonly<Record<string, DeviceLike>> | ((storage: Tensor, location: string) => Tensor | null | undefined);

export interface LoadOptions {
  /** where tensors go; by default the CPU, wherever they were */
  readonly mapLocation?: MapLocation | null | undefined;
  /** always so: what a file names is never run */
  readonly weightsOnly?: true | undefined;
}

/** What a reader of either format finds: values whose storages are not read yet, and how to read them. */
export interface Unread {
  readonly value: unknown;
  readonly storages: Iterable<StorageData>;
  /** Reads one storage into the memory of the CPU. */
  read(storage: StorageData): Promise<Tensor>;
}

/**
 * Reads what `torch.save` wrote, here or in Python, in PyTorch's zip format or its older one. Tensors that share memory
 * share it again. dict and OrderedDict become plain objects, or Maps where keys are not strings; lists arrays, tuples
 * frozen arrays, ints beyond 2^53 bigints. Nothing of a file is ever run, and its sizes are held against the file's own.
 * @param f a path or a `file:` URL (Node), bytes, a Blob or File, what `fetch` gave, an `http:` URL, a stream, a file handle
 * @throws UnpicklingError where the file is broken or names anything but tensors and plain values; RuntimeError where it
 *   is no whole zip file
 * @see https://pytorch.org/docs/stable/generated/torch.load.html
 * @example
 * const checkpoint = await torch.load('checkpoint.pth');
 * net.loadStateDict(checkpoint.model);
 * optimizer.loadStateDict(checkpoint.optimizer);
 */
// what a file holds is known to its user alone: as in Python, it is taken as what it is used as
// oxlint-disable-next-line typescript/no-explicit-any
export async function load<T = any>(f: FileSource | PromiseLike<FileSource>, options: LoadOptions = {}): Promise<T> {
  const { mapLocation, weightsOnly = true } = checked('load', options, 'mapLocation');
  if (weightsOnly !== true) {
    throw new NotImplementedError('weightsOnly: false would run code of the file, which is never done here');
  }
  const source = await openSource(f);
  try {
    if (source.size === 0) throw new UnpicklingError('Ran out of input');
    const unread = await isZip(source) ? await loadZip(source) : await loadLegacy(source);
    for (const storage of unread.storages) storage.memory = placed(await unread.read(storage), storage.location, mapLocation);
    return materialize(unread.value) as T;
  } finally {
    await source.close();
  }
}

async function isZip(source: Source): Promise<boolean> {
  const [p, k, three, four] = await source.read(0, Math.min(4, source.size));
  return p === 0x50 && k === 0x4b && three === 3 && four === 4;
}

function placed(memory: Tensor, location: string, mapLocation: MapLocation | null | undefined): Tensor {
  if (mapLocation === null || mapLocation === undefined) return memory;
  if (typeof mapLocation === 'function') {
    const moved = mapLocation(memory, location) ?? memory;
    if (!(moved instanceof Tensor) || moved.ndim !== 1 || moved.dtype !== memory.dtype || moved.numel() !== memory.numel()) {
      throw new TypeError('mapLocation must give the storage that it got, on a device of its choice');
    }
    return moved;
  }
  if (typeof mapLocation !== 'string' && (typeof mapLocation !== 'object' || Array.isArray(mapLocation))) {
    throw new TypeError(`mapLocation is a device, devices by location, or a function, but got ${String(mapLocation)}`);
  }
  const isDevice = typeof mapLocation === 'string' || 'type' in mapLocation;
  const target = isDevice ? mapLocation as DeviceLike : (mapLocation as Readonly<Record<string, DeviceLike>>)[location];
  return target === undefined ? memory : memory.to(device(target));
}
