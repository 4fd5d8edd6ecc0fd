import { ImageFormatError } from './errors.js';

/** By the next 16 bits: a code's length, and its symbol below it. */
type Codes = Uint16Array;

/** The codes of a table: how many there are of each length from 1 to 16, and their symbols. */
export function codesOf(counts: Uint8Array, symbols: Uint8Array): Codes {
  const codes = new Uint16Array(1 << 16);
  for (let length = 1, code = 0, used = 0; length <= 16; length++, code <<= 1) {
    for (let n = counts[length - 1]; n > 0; n--, code++) {
      if (code >= 1 << length || used >= symbols.length) throw damaged('a table of codes');
      codes.fill(length << 8 | symbols[used++], code << (16 - length), (code + 1) << (16 - length));
    }
  }
  return codes;
}

const damaged = (what: string): ImageFormatError => new ImageFormatError(`the JPEG file is damaged: ${what} makes no sense`);

/** Bits of a scan, without the zeros that are stuffed behind bytes of ones. */
class BitReader {
  #bits = 0;
  #held = 0;

  /** @param at where the scan's data begins; then the next byte that is read */
  constructor(readonly bytes: Uint8Array, public at: number) {}

  /** The next 16 bits, zeros behind the end of the data. */
  peek(): number {
    while (this.#held < 16) {
      const byte = this.bytes[this.at], isMarker = byte === 0xff && this.bytes[this.at + 1] !== 0;
      if (byte === undefined || isMarker) return (this.#bits << (16 - this.#held)) & 0xffff;
      this.at += byte === 0xff ? 2 : 1;
      this.#bits = (this.#bits << 8 | byte) & 0xffffff;
      this.#held += 8;
    }
    return (this.#bits >> (this.#held - 16)) & 0xffff;
  }

  /** So many bits, 16 at most. */
  take(count: number): number {
    const bits = this.peek() >> (16 - count);
    this.#held -= count;
    if (this.#held < 0) throw new ImageFormatError('the JPEG file is truncated');
    this.#bits &= (1 << this.#held) - 1;
    return bits;
  }

  /** Goes on behind a marker. */
  restart(): void {
    this.#bits = this.#held = 0;
    if (this.bytes[this.at] !== 0xff) throw damaged('a scan');
    this.at += 2;
  }
}

class BitWriter {
  #out = new Uint8Array(1 << 12);
  #length = 0;
  #bits = 0;
  #held = 0;

  put(bits: number, count: number): void {
    this.#bits = this.#bits << count | bits;
    this.#held += count;
    while (this.#held >= 8) this.#byte((this.#bits >> (this.#held -= 8)) & 0xff);
    this.#bits &= (1 << this.#held) - 1;
  }

  /** Fills the last byte with ones. */
  end(): void { if (this.#held > 0) this.put((1 << (8 - this.#held)) - 1, 8 - this.#held); }

  marker(code: number): void {
    this.end();
    this.#plain(0xff);
    this.#plain(code);
  }

  get bytes(): Uint8Array { return this.#out.subarray(0, this.#length); }

  #byte(value: number): void {
    this.#plain(value);
    if (value === 0xff) this.#plain(0);
  }

  #plain(value: number): void {
    if (this.#length === this.#out.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#length++] = value;
  }
}

/** A component in a scan. */
export interface ScanPart {
  /** blocks of it in each unit */
  readonly blocks: number;
  readonly kept: boolean;
  readonly dc: Codes | undefined;
  readonly ac: Codes | undefined;
}

export interface Scan {
  readonly parts: readonly ScanPart[];
  readonly units: number;
  /** units between markers, 0 for none */
  readonly restart: number;
  /** all coefficients (a file without progression), or the first ones alone: their upper bits, or one more bit */
  readonly kind: 'all' | 'first' | 'more';
}

/**
 * The data of a scan with only those components that are kept: their codes are as they were, for what they mean hangs on
 * no other component.
 * @returns the data, and where the old one ends
 */
export function filtered(bytes: Uint8Array, from: number, { parts, units, restart, kind }: Scan): readonly [data: Uint8Array, end: number] {
  const reader = new BitReader(bytes, from), writer = new BitWriter();
  const copy = (count: number, kept: boolean): void => {
    const bits = reader.take(count);
    if (kept) writer.put(bits, count);
  };
  const symbol = (codes: Codes | undefined, kept: boolean): number => {
    const found = codes?.[reader.peek()];
    if (!found) throw damaged('a code');
    copy(found >> 8, kept);
    return found & 0xff;
  };
  const block = ({ dc, ac, kept }: ScanPart): void => {
    if (kind === 'more') return copy(1, kept);
    copy(Math.min(symbol(dc, kept), 16), kept);
    if (kind === 'first') return;
    for (let k = 1; k < 64; k++) {
      const run = symbol(ac, kept), size = run & 15;
      if (size === 0 && run !== 0xf0) return;
      k += run >> 4;
      copy(size, kept);
    }
  };
  for (let unit = 0; unit < units; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      reader.restart();
      writer.marker(0xd0 | (unit / restart - 1) & 7);
    }
    for (const part of parts) for (let i = 0; i < part.blocks; i++) block(part);
  }
  writer.end();
  return [writer.bytes, reader.at];
}
