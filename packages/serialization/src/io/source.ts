/** Bytes that can be read from anywhere within them. */
export interface Source {
  readonly size: number;
  /** all of it, where it is in memory */
  readonly bytes?: Uint8Array | undefined;
  /** So many bytes from there on, which must be within the size. What it gives may share memory with what is read. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A source over bytes in memory; nothing is copied. */
export const bytesSource = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  bytes,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
  close: async () => { /* nothing is open */ },
});

/** Pieces as one array. */
export function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A part of a source in pieces of at most `length` bytes. */
export async function* piecesOfSource(
  source: Source, start: number, nbytes: number, length: number,
): AsyncGenerator<Uint8Array, undefined> {
  for (let at = 0; at < nbytes; at += length) yield await source.read(start + at, Math.min(length, nbytes - at));
  return undefined;
}
