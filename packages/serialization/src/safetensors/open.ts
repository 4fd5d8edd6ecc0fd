import { bool, device as deviceOf, empty, Tensor, type DeviceLike } from '@sconce/tensor';
import { checked, HostStorage, Layout } from '@sconce/tensor/internal';
import { clipped, SafetensorError } from '../errors.js';
import { openSource } from '../io/open.js';
import { piecesOfSource, type Source } from '../io/source.js';
import type { FileSource } from '../io/types.js';
import { setOwn } from '../own-property.js';
import { pieceBytes, tensorOfPieces } from '../tensor-memory.js';
import { dtypeNamed, readHeader, type SafetensorsHeader } from './header.js';

export interface SafetensorsLoadOptions {
  /** where the tensors go, default the CPU */
  readonly device?: DeviceLike | undefined;
}

/** An open safetensors file: its header is read, each tensor when it is asked for. `close` it when you are done. */
export class SafeOpen {
  /** @internal use `safeOpen` */
  constructor(
    private readonly source: Source, private readonly header: SafetensorsHeader, private readonly device: DeviceLike,
  ) {}

  /** The names of the tensors, in the order of the file. */
  keys(): string[] { return [...this.header.tensors.keys()]; }

  /** What the file says of itself: texts by name; null where it says nothing. */
  metadata(): Readonly<Record<string, string>> | null { return this.header.metadata; }

  /** The shape of a tensor, which is not read. @throws SafetensorError for a name that is not in the file */
  getShape(name: string): readonly number[] { return this.info(name).shape; }

  /**
   * One tensor. Of bytes in memory it is a view where their alignment allows it: writing to it writes to them.
   * @throws SafetensorError for a name that is not in the file, and for dtypes that do not exist here
   */
  async getTensor(name: string): Promise<Tensor> {
    const { dtype: dtypeText, shape, start, end } = this.info(name);
    const dtype = dtypeNamed(dtypeText, name), layout = Layout.contiguous(shape);
    const { bytes } = this.source;
    // every true is a 1 here, which the bytes of a file need not be
    if (bytes && dtype !== bool && (bytes.byteOffset + start) % dtype.itemsize === 0) {
      const storage = new HostStorage(empty(0).device, bytes.buffer, bytes.byteOffset + start, end - start);
      return new Tensor(storage, dtype, layout).to(deviceOf(this.device));
    }
    const pieces = piecesOfSource(this.source, start, end - start, pieceBytes);
    return new Tensor((await tensorOfPieces(dtype, layout.numel, pieces)).storage, dtype, layout).to(deviceOf(this.device));
  }

  /** Closes the file. */
  close(): Promise<void> { return this.source.close(); }

  private info(name: string) {
    const info = this.header.tensors.get(name);
    if (!info) throw new SafetensorError(`File does not contain tensor ${clipped(name)}`);
    return info;
  }
}

/**
 * Opens a safetensors file: reads its header, and later each tensor that is asked for.
 * @param f what `load` takes
 * @throws SafetensorError for a broken file
 * @see https://huggingface.co/docs/safetensors/index
 * @example
 * const file = await torch.safetensors.safeOpen('model.safetensors');
 * for (const name of file.keys()) console.log(name, (await file.getTensor(name)).shape);
 * await file.close();
 */
export async function safeOpen(
  f: FileSource | PromiseLike<FileSource>, options: SafetensorsLoadOptions = {},
): Promise<SafeOpen> {
  const { device = 'cpu' } = checked('safeOpen', options, 'device');
  const source = await openSource(f);
  try {
    return new SafeOpen(source, await readHeader(source), device);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Reads all tensors of a safetensors file, by name. Of bytes in memory they are views where alignment allows it.
 * @param f what `load` takes
 * @throws SafetensorError for a broken file, and for dtypes that do not exist here
 * @see https://huggingface.co/docs/safetensors/api/torch
 * @example net.loadStateDict(await torch.safetensors.loadFile('model.safetensors'));
 */
export async function loadFile(
  f: FileSource | PromiseLike<FileSource>, options: SafetensorsLoadOptions = {},
): Promise<Record<string, Tensor>> {
  const file = await safeOpen(f, options);
  try {
    const tensors: Record<string, Tensor> = {};
    for (const name of file.keys()) setOwn(tensors, name, await file.getTensor(name));
    return tensors;
  } finally {
    await file.close();
  }
}
