import { RuntimeError } from '@sconce/tensor';
import { openFile } from '../node/file-source.js';
import { bytesSource, concatenated, type Source } from './source.js';
import type { BlobLike, FileHandleLike, FileSource, ReadableStreamLike, ResponseLike, UrlLike } from './types.js';

const blobSource = (blob: BlobLike): Source => ({
  size: blob.size,
  read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  close: async () => { /* nothing is open */ },
});

/** Opens what a user gave. @throws TypeError for what is none of `FileSource` */
export async function openSource(given: FileSource | PromiseLike<FileSource>): Promise<Source> {
  const from = await given;
  if (typeof from === 'string') return openFile(from);
  if (Object.prototype.toString.call(from) === '[object ArrayBuffer]') return bytesSource(new Uint8Array(from as ArrayBuffer));
  if (ArrayBuffer.isView(from)) return bytesSource(new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
  if (typeof from === 'object' && from !== null) {
    if (has<UrlLike>(from, 'href', 'protocol')) {
      return from.protocol === 'file:' ? openFile(from) : fromResponse(await fetch(from.href));
    }
    if (has<ResponseLike>(from, 'ok', 'arrayBuffer')) return fromResponse(from);
    if (has<BlobLike>(from, 'slice', 'arrayBuffer')) return blobSource(from);
    if (has<FileHandleLike>(from, 'getFile')) return blobSource(await from.getFile());
    if (has<ReadableStreamLike>(from, 'getReader')) return bytesSource(await collected(chunksOf(from)));
    if (Symbol.asyncIterator in from) return bytesSource(await collected(from));
  }
  const what = from === null ? 'null' : typeof from;
  throw new TypeError(`expected a file to read: a path, a URL, bytes, a Blob, a Response or a stream, but got ${what}`);
}

const has = <T>(from: object, ...names: readonly string[]): from is T & object => names.every((name) => name in from);

async function fromResponse(response: ResponseLike): Promise<Source> {
  if (!response.ok) throw new RuntimeError(`${response.url} answers with HTTP status ${response.status}`);
  return bytesSource(new Uint8Array(await response.arrayBuffer()));
}

async function* chunksOf(stream: ReadableStreamLike): AsyncGenerator<Uint8Array, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      if (value) yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const list: Uint8Array[] = [];
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`expected a stream of bytes, but it gives ${typeof chunk}`);
    list.push(chunk);
  }
  return concatenated(list);
}
