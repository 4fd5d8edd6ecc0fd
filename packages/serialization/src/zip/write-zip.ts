import { RuntimeError } from '@sconce/tensor';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { Sink } from '../io/sink.js';

/** PyTorch's padding field, "FB": tensor data begins at a multiple of 64 bytes, so that it can be mapped into memory. */
const paddingField = 0x4246;
const alignment = 64;
/** What the sizes of a plain zip file can say. */
const maxSize = 0xffffffff;

/** Writes a zip file entry by entry. What is not packed lies at a multiple of 64 bytes, as PyTorch lays it. */
export class ZipWriter {
  private readonly encoder = new TextEncoder();
  private readonly pending: Uint8Array[] = [];
  private readonly zip: Zip;
  private written = 0;
  private failure: Error | null = null;

  constructor(private readonly sink: Sink) {
    this.zip = new Zip((error, bytes) => {
      if (error) this.failure ??= error;
      else this.pending.push(bytes);
    });
  }

  /** Adds an entry whose bytes come in pieces; a piece may be reused once it is written. */
  async add(name: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, compress = false): Promise<void> {
    const entry = compress ? new ZipDeflate(name) : new ZipPassThrough(name);
    // the same content gives the same file
    entry.mtime = new Date(1980, 0, 1);
    if (!compress) {
      const headerEnd = this.written + 30 + this.encoder.encode(name).length + 4;
      entry.extra = { [paddingField]: new Uint8Array((alignment - headerEnd % alignment) % alignment).fill(0x5a) };
    }
    this.zip.add(entry);
    for await (const piece of pieces) {
      entry.push(piece);
      await this.flush();
    }
    entry.push(new Uint8Array(0), true);
    await this.flush();
  }

  /** Writes the list of entries. */
  async end(): Promise<void> {
    this.zip.end();
    await this.flush();
  }

  private async flush(): Promise<void> {
    if (this.failure) throw this.failure;
    for (const bytes of this.pending.splice(0)) {
      this.written += bytes.length;
      if (this.written > maxSize) {
        throw new RuntimeError('a checkpoint of more than 4 GiB cannot be written: split it into several files');
      }
      await this.sink.write(bytes);
    }
  }
}
