const APP0 = 0xe0, APP14 = 0xee, SCAN = 0xda;

/** `Adobe`, version 100, no flags, no transform: what the three components hold is red, green and blue. */
const UNTRANSFORMED = Uint8Array.of(0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0);

interface Segment { readonly marker: number; readonly at: number; readonly end: number }

/** Segments from the start of the picture up to the first scan. */
function segments(bytes: Uint8Array): Segment[] {
  const found: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    if (bytes[at + 1] === 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1], end = at + 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    if (marker === SCAN || end > bytes.length) break;
    found.push({ marker, at, end });
    at = end;
  }
  return found;
}

const begins = (bytes: Uint8Array, { at, end }: Segment, text: string, length: number): boolean =>
  end - at - 4 >= length && [...text].every((letter, i) => bytes[at + 4 + i] === letter.charCodeAt(0));

/**
 * A JPEG file of three components made to say that they are red, green and blue, so that a decoder gives them as they are:
 * brightness in red's place. Null for a file that has red, green and blue anyway.
 * @see https://www.itu.int/rec/T-REC-T.872 and libjpeg, jdapimin.c, for who is believed
 */
export function untransformed(bytes: Uint8Array): Uint8Array | null {
  const all = segments(bytes);
  const jfif = all.filter((one) => one.marker === APP0 && begins(bytes, one, 'JFIF\0', 14));
  const adobe = all.filter((one) => one.marker === APP14 && begins(bytes, one, 'Adobe', 12));
  if (jfif.length === 0) {
    const last = adobe.at(-1);
    if (last ? bytes[last.at + 15] === 0 : namedRgb(bytes, all)) return null;
  }
  const left = [...jfif, ...adobe].sort((a, b) => a.at - b.at);
  const parts = [bytes.subarray(0, 2), UNTRANSFORMED];
  let from = 2;
  for (const { at, end } of left) {
    parts.push(bytes.subarray(from, at));
    from = end;
  }
  return joined([...parts, bytes.subarray(from)]);
}

/** Whether the frame's components have the letters R, G and B for numbers. */
function namedRgb(bytes: Uint8Array, all: readonly Segment[]): boolean {
  const frame = all.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc);
  return frame !== undefined && [...'RGB'].every((letter, i) => bytes[frame.at + 10 + 3 * i] === letter.charCodeAt(0));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** libjpeg's gray of red, green and blue: ITU-R 601, in 16 bits after the point. */
export const brightness = (r: number, g: number, b: number): number => (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
