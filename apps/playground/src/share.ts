/** Programs in links: packed, in the part of an address that is not sent to a server. */

/** More than anybody writes; a link may come from anywhere, and a short one may unpack to gigabytes. */
const MOST_BYTES = 1 << 20;

async function through(bytes: BlobPart, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts: number[] = [];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (parts.length + part.value.length > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError(`a program has at most ${MOST_BYTES} bytes`);
    }
    for (const byte of part.value) parts.push(byte);
  }
  return Uint8Array.from(parts);
}

/** A program as text that may stand in a link. @throws RangeError for one of more than a megabyte */
export async function pack(source: string): Promise<string> {
  const bytes = await through(source, new CompressionStream('deflate-raw'));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The program in a link's text. @throws where there is none, or one of more than a megabyte */
export async function unpack(text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return new TextDecoder('utf-8', { fatal: true }).decode(await through(bytes, new DecompressionStream('deflate-raw')));
}
