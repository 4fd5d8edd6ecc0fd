import { RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { SafetensorError } from '../errors.js';
import type { FileTarget } from '../io/types.js';
import { writeTo } from '../io/write.js';
import { entriesOf, type NamedTensors } from '../named-tensors.js';
import { setOwn } from '../own-property.js';
import { piecesOf } from '../tensor-memory.js';
import { formatOf, isTexts } from './header.js';

export interface SafetensorsSaveOptions {
  /** texts by name, to say what the file is */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Writes tensors by name as a safetensors file.
 * @param f what `save` takes
 * @throws ValueError for tensors that are not contiguous; RuntimeError for tensors that share memory; TypeError for metadata
 *   that are no texts
 * @see https://huggingface.co/docs/safetensors/api/torch
 * @example await torch.safetensors.saveFile(net.stateDict(), 'model.safetensors', { metadata: { format: 'pt' } });
 */
export async function saveFile(
  tensors: NamedTensors, f: FileTarget, options: SafetensorsSaveOptions = {},
): Promise<void> {
  const { metadata } = checked('saveFile', options, 'metadata');
  if (f === undefined) throw new TypeError('saveFile(): where to is missing; save() gives the bytes');
  await write(tensors, f, metadata);
}

/**
 * The bytes of a safetensors file with tensors by name.
 * @throws as `saveFile`
 * @see https://huggingface.co/docs/safetensors/api/torch
 * @example const bytes = await torch.safetensors.save({ x: torch.ones(2) });
 */
export async function save(tensors: NamedTensors, options: SafetensorsSaveOptions = {}): Promise<Uint8Array> {
  const { metadata } = checked('save', options, 'metadata');
  return (await write(tensors, undefined, metadata))!;
}

async function write(
  tensors: NamedTensors, f: FileTarget | undefined, metadata: Readonly<Record<string, string>> | undefined,
): Promise<Uint8Array | undefined> {
  if (metadata !== undefined && !isTexts(metadata)) throw new TypeError('metadata are texts by name, such as { format: "pt" }');
  const entries = fitting(entriesOf(tensors));
  const head = header(entries, metadata);
  return writeTo(f, async (sink) => {
    await sink.write(head);
    for (const [, x] of entries) for (const piece of piecesOf(await x.detach().cpu())) await sink.write(piece);
  });
}

/** The tensors in the order of the file: the largest elements first, then by name, so that all are aligned. */
function fitting(entries: readonly (readonly [string, Tensor])[]): readonly (readonly [string, Tensor])[] {
  for (const [name, x] of entries) {
    if (!(x instanceof Tensor)) {
      throw new ValueError(`Key \`${name}\` is invalid, expected torch.Tensor but received ${typeof x}`);
    }
    if (/\p{Surrogate}/u.test(name)) throw new SafetensorError('a name with an unpaired surrogate cannot be written');
    if (name === '__metadata__') throw new SafetensorError('a tensor cannot be named __metadata__');
    if (!x.isContiguous()) {
      throw new ValueError(
        `You are trying to save a non contiguous tensor: \`${name}\` which is not allowed. It either means you are trying ` +
        "to save tensors which are reference of each other in which case it's recommended to save only the full tensors, and " +
        'reslice at load time, or simply call `.contiguous()` on your tensor to pack it before saving.');
    }
  }
  refuseShared(entries);
  return entries.toSorted(([a, x], [b, y]) => formatOf(y.dtype).order - formatOf(x.dtype).order || (a < b ? -1 : 1));
}

/** Tensors whose bytes overlap would be written twice, and be apart when they are read. */
function refuseShared(entries: readonly (readonly [string, Tensor])[]): void {
  const spans = entries.filter(([, x]) => x.numel() > 0)
    .map(([name, x]) => ({ name, start: x.dataPtr(), end: x.dataPtr() + x.numel() * x.dtype.itemsize }))
    .sort((a, b) => a.start - b.start);
  for (let i = 1; i < spans.length; i++) {
    if (spans[i].start >= spans[i - 1].end) continue;
    throw new RuntimeError(
      'Some tensors share memory, this will lead to duplicate memory on disk and potential differences when loading them ' +
      `again: [{'${spans[i - 1].name}', '${spans[i].name}'}]. Save clone() of one of them, or use torch.save, which keeps ` +
      'them shared');
  }
}

/** The length of the JSON, and the JSON, padded with spaces so that the data is aligned. */
function header(
  entries: readonly (readonly [string, Tensor])[], metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const json: Record<string, unknown> = {};
  if (metadata) json.__metadata__ = metadata;
  let at = 0;
  for (const [name, x] of entries) {
    const end = at + x.numel() * x.dtype.itemsize;
    setOwn(json, name, { dtype: formatOf(x.dtype).name, shape: x.shape, data_offsets: [at, end] });
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(json));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20, 8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
