import { ImageFormatError } from './errors.js';
import { joined, UNTRANSFORMED } from './jpeg-colours.js';
import { codesOf, filtered, type ScanPart } from './jpeg-scans.js';

const DHT = 0xc4, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DRI = 0xdd, APP0 = 0xe0, APP14 = 0xee;

interface Component { readonly id: number; readonly h: number; readonly v: number; readonly kept: boolean }

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * A JPEG file with three of its four components, which it says to be red, green and blue. The components that are left out
 * must not be larger than the others.
 * @param keep the places of those that stay, in order
 * @throws ImageFormatError for files that are damaged, or packed in ways that are not known
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function withComponents(bytes: Uint8Array, keep: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, SOI), UNTRANSFORMED], codes = new Map<number, Uint16Array>();
  let components: readonly Component[] = [], units = 0, restart = 0, progressive = false;
  for (let at = 2; ;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1], end = at + 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    if (bytes[at] !== 0xff || marker === EOI) break;
    if (!(end <= bytes.length)) throw new ImageFormatError('the JPEG file is truncated');
    const body = bytes.subarray(at + 4, end);
    if (isFrame(marker)) {
      if (marker > 0xc2) throw new ImageFormatError(`JPEG files of four components are not read where they are packed in way ${marker - 0xc0}`);
      progressive = marker === 0xc2;
      [components, units] = frameOf(body, keep);
      const kept = keep.map((i) => body.subarray(6 + 3 * i, 9 + 3 * i));
      parts.push(Uint8Array.of(0xff, marker, 0, 8 + 3 * kept.length, ...body.subarray(0, 5), kept.length), ...kept);
    } else if (marker === SOS) {
      at = scan(end, body);
      continue;
    } else if (marker !== APP0 && marker !== APP14) {
      if (marker === DHT) readTables(body, codes);
      if (marker === DRI) restart = body[0] << 8 | body[1];
      parts.push(bytes.subarray(at, end));
    }
    at = end;
  }
  return joined([...parts, Uint8Array.of(0xff, EOI)]);

  /** Takes over what is kept of a scan; gives where it ends. */
  function scan(from: number, body: Uint8Array): number {
    const all = Array.from({ length: body[0] }, (_, i) => {
      const component = components.find(({ id }) => id === body[1 + 2 * i]), tables = body[2 + 2 * i];
      if (!component) throw new ImageFormatError('the JPEG file is damaged: a scan has a component that there is not');
      return { component, head: body.subarray(1 + 2 * i, 3 + 2 * i), dc: codes.get(tables >> 4), ac: codes.get(0x10 | tables & 15) };
    });
    const kept = all.filter(({ component }) => component.kept), whole = kept.length === all.length || kept.length === 0;
    const [first, low] = [body.at(-3), body.at(-1)!];
    const ends = whole ? endOfData(bytes, from) : -1;
    const [data, end] = whole ? [bytes.subarray(from, ends), ends] : filtered(bytes, from, {
      units, restart, kind: !progressive ? 'all' : low >> 4 === 0 ? 'first' : 'more',
      parts: all.map(({ component, dc, ac }): ScanPart => ({ blocks: component.h * component.v, kept: component.kept, dc, ac })),
    });
    if (progressive && first !== 0 && !whole) throw new ImageFormatError('the JPEG file is damaged: a scan of details has several components');
    if (kept.length > 0) {
      parts.push(Uint8Array.of(0xff, SOS, 0, 6 + 2 * kept.length, kept.length), ...kept.map(({ head }) => head), body.subarray(-3), data);
    }
    return endOfData(bytes, end);
  }
}

function frameOf(body: Uint8Array, keep: readonly number[]): [components: Component[], units: number] {
  const [, h0, h1, w0, w1, count] = body;
  const components = Array.from({ length: count }, (_, i) => ({
    id: body[6 + 3 * i], h: body[7 + 3 * i] >> 4, v: body[7 + 3 * i] & 15, kept: keep.includes(i),
  }));
  const most = (of: readonly Component[], side: 'h' | 'v'): number => Math.max(...of.map((one) => one[side]));
  const h = most(components, 'h'), v = most(components, 'v'), kept = components.filter((one) => one.kept);
  if (!(h > 0 && v > 0 && h <= 4 && v <= 4) || most(kept, 'h') < h || most(kept, 'v') < v) {
    throw new ImageFormatError('JPEG files of four components are not read where magenta or yellow is the largest');
  }
  return [components, Math.ceil((w0 << 8 | w1) / (8 * h)) * Math.ceil((h0 << 8 | h1) / (8 * v))];
}

/** Reads tables of codes, by their class and number. */
function readTables(body: Uint8Array, codes: Map<number, Uint16Array>): void {
  for (let at = 0; at + 17 <= body.length;) {
    const counts = body.subarray(at + 1, at + 17), length = counts.reduce((a, b) => a + b, 0);
    codes.set(body[at], codesOf(counts, body.subarray(at + 17, at + 17 + length)));
    at += 17 + length;
  }
}

/** The next marker that begins a segment, or the end. */
function endOfData(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1];
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
