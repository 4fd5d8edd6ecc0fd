import { createFile } from '../node/file-sink.js';
import type { Sink } from './sink.js';
import { concatenated } from './source.js';
import type { FileHandleLike, FileTarget, UrlLike, WritableStreamLike } from './types.js';

/**
 * Writes a file to where a user wants it, or gives its bytes where no target is named. Where the target can be replaced
 * as a whole (files), it keeps what it had until all is written.
 * @param produce writes the file piece by piece
 */
export async function writeTo(
  target: FileTarget | undefined, produce: (sink: Sink) => Promise<void>,
): Promise<Uint8Array | undefined> {
  if (target === undefined) {
    const pieces: Uint8Array[] = [];
    await produce(memorySink(pieces));
    return concatenated(pieces);
  }
  const sink = await openSink(target);
  try {
    await produce(sink);
  } catch (error) {
    await sink.abort(error);
    throw error;
  }
  await sink.close();
  return undefined;
}

const memorySink = (pieces: Uint8Array[]): Sink => ({
  write: async (bytes) => { pieces.push(bytes); },
  close: async () => { /* the pieces are what was asked for */ },
  abort: async () => { /* nobody sees the pieces */ },
});

async function openSink(target: FileTarget): Promise<Sink> {
  if (typeof target === 'string') return createFile(target);
  if (typeof target === 'object' && target !== null) {
    if ('href' in target && (target as UrlLike).protocol === 'file:') return createFile(target as UrlLike);
    if ('createWritable' in target) return (await (target as FileHandleLike).createWritable()).getWriter();
    if ('getWriter' in target) return (target as WritableStreamLike).getWriter();
  }
  throw new TypeError(
    `expected a file to write: a path, a file: URL, a WritableStream or a file handle, but got ${String(target)}`);
}
