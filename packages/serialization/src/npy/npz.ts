import { ValueError, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { openSource } from '../io/open.js';
import { bytesSource } from '../io/source.js';
import type { FileSource, FileTarget } from '../io/types.js';
import { writeTo } from '../io/write.js';
import { entriesOf, type NamedTensors } from '../named-tensors.js';
import { setOwn } from '../own-property.js';
import { ZipReader } from '../zip/read-zip.js';
import { ZipWriter } from '../zip/write-zip.js';
import { npyPieces, readNpy } from './npy.js';

export interface SaveNpzOptions {
  /** packs the arrays, as `numpy.savez_compressed` does; default false */
  readonly compressed?: boolean | undefined;
}

/**
 * Reads the arrays of a .npz file by their names, packed or not. What else lies in it is passed over.
 * @param f what `load` takes
 * @throws ValueError or TypeError as `loadNpy`; RuntimeError where it is no whole zip file
 * @see https://numpy.org/doc/stable/reference/generated/numpy.load.html
 * @example const { x, y } = await torch.loadNpz('data.npz');
 */
export async function loadNpz(f: FileSource | PromiseLike<FileSource>): Promise<Record<string, Tensor>> {
  const source = await openSource(f);
  try {
    const zip = await ZipReader.open(source);
    if (zip.entries.size > 0 && ![...zip.entries.keys()].some(isArray)) {
      throw new ValueError('the zip file holds no .npy file (a checkpoint is read by load)');
    }
    const arrays: Record<string, Tensor> = {};
    for (const entry of zip.entries.values()) {
      if (!isArray(entry.name)) continue;
      setOwn(arrays, entry.name.slice(0, -'.npy'.length), await readNpy(bytesSource(await zip.read(entry))));
    }
    return arrays;
  } finally {
    await source.close();
  }
}

const isArray = (name: string): boolean => name.endsWith('.npy');

/**
 * Writes tensors as a .npz file, which `numpy.load` reads. Those of a list are named `arr_0`, `arr_1`, …
 * @param f what `save` takes; without it, the bytes are given
 * @throws TypeError for bfloat16, which numpy lacks
 * @see https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @example await torch.saveNpz({ x, y }, 'data.npz', { compressed: true });
 */
export function saveNpz(
  tensors: NamedTensors | readonly Tensor[], f?: undefined, options?: SaveNpzOptions,
): Promise<Uint8Array>;
export function saveNpz(tensors: NamedTensors | readonly Tensor[], f: FileTarget, options?: SaveNpzOptions): Promise<void>;
export async function saveNpz(
  tensors: NamedTensors | readonly Tensor[], f?: FileTarget, options: SaveNpzOptions = {},
): Promise<Uint8Array | void> {
  const { compressed = false } = checked('saveNpz', options, 'compressed');
  const named = entriesOf(Array.isArray(tensors)
    ? new Map(tensors.map((x: Tensor, i) => [`arr_${i}`, x])) : tensors as NamedTensors);
  return writeTo(f, async (sink) => {
    const zip = new ZipWriter(sink);
    for (const [name, x] of named) await zip.add(`${name}.npy`, await npyPieces(x), compressed);
    await zip.end();
  });
}
