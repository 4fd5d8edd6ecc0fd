import { wordsOf } from '../words.js';
import type { Rows, Values } from './rows.js';

// Elements are put in order by keys: unsigned integers that compare as the elements do, NaN being the largest and zeros of
// both signs equal. Keys have a fixed number of bytes, so they are sorted and searched byte by byte; no step depends on how
// the elements lie, and equal ones keep their order.

const SIGN = -(2 ** 31);
/** Rows are sorted together as long as they have no more elements than this: they share the counts of bytes. */
const TOGETHER = 1024;

/** Words of 32 bits that make up the keys of some elements, the lowest first. */
type Words = readonly Uint32Array[];

/** Reads the keys of the elements from … to. */
type Reader = (from: number, to: number, words: Words) => void;

function readerOf(data: Values, isDescending: boolean): Reader {
  const flip = isDescending ? -1 : 0;
  if (data instanceof Float32Array) return floatReader(data, flip);
  if (data instanceof Float64Array) return doubleReader(data, flip);
  if (data instanceof BigInt64Array) {
    const bits = wordsOf(data), sign = SIGN ^ flip;
    return (from, to, [low, high]) => {
      for (let i = from, k = 0; i < to; i++, k++) {
        low[k] = bits[2 * i] ^ flip;
        high[k] = bits[2 * i + 1] ^ sign;
      }
    };
  }
  return (from, to, [word]) => {
    for (let i = from, k = 0; i < to; i++, k++) word[k] = data[i] ^ SIGN ^ flip;
  };
}

function floatReader(data: Float32Array, flip: number): Reader {
  const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
  return (from, to, [word]) => {
    for (let i = from, k = 0; i < to; i++, k++) {
      const b = bits[i];
      // of negative numbers all bits turn, of others the sign's; -0 has no bit but that
      const key = (b & ~SIGN) > 0x7f800000 ? -1 : b === SIGN ? SIGN : b ^ ((b >> 31) | SIGN);
      word[k] = key ^ flip;
    }
  };
}

function doubleReader(data: Float64Array, flip: number): Reader {
  const bits = wordsOf(data);
  return (from, to, [low, high]) => {
    for (let i = from, k = 0; i < to; i++, k++) {
      const x = data[i], l = bits[2 * i], h = bits[2 * i + 1], turned = h >> 31;
      if (x !== x) low[k] = high[k] = ~flip;
      else if (x === 0) {
        low[k] = flip;
        high[k] = SIGN ^ flip;
      } else {
        low[k] = l ^ turned ^ flip;
        high[k] = h ^ (turned | SIGN) ^ flip;
      }
    }
  };
}

/** The order of rows' elements, ascending or descending. */
export class Ordering {
  private readonly read: Reader;
  private readonly words: Words;
  private readonly counts: Uint32Array;
  private readonly rowsTogether: number;
  private places: Uint32Array;
  private spare: Uint32Array;

  constructor(private readonly rows: Rows, isDescending: boolean) {
    const { data, length, count } = rows;
    this.read = readerOf(data, isDescending);
    this.rowsTogether = Math.max(1, Math.min(count, Math.floor(TOGETHER / Math.max(length, 1))));
    const array = (): Uint32Array => new Uint32Array(this.rowsTogether * length);
    this.words = data.BYTES_PER_ELEMENT === 8 ? [array(), array()] : [array()];
    this.counts = new Uint32Array(Math.max(256, this.rowsTogether));
    this.places = array();
    this.spare = array();
  }

  /** Calls `visit` with each row and the places in it of its elements in order: from `places[start]` on. */
  sort(visit: (row: number, places: Uint32Array, start: number) => void): void {
    const { length, count } = this.rows;
    for (let first = 0; first < count; first += this.rowsTogether) {
      const rows = Math.min(this.rowsTogether, count - first), n = rows * length;
      this.read(first * length, first * length + n, this.words);
      for (let i = 0; i < n; i++) this.places[i] = i;
      this.sortPlaces(n);
      if (rows > 1) this.partRows(rows);
      for (let row = 0; row < rows; row++) visit(first + row, this.places, row * length);
    }
  }

  /** The place in a row of the element that comes after `rank` others. */
  select(row: number, rank: number): number {
    const { length } = this.rows;
    this.read(row * length, (row + 1) * length, this.words);
    return this.search(rank);
  }

  /** The places in a row of its first k elements: the first k of the array, in order. */
  first(row: number, k: number): Uint32Array {
    const last = this.select(row, k - 1), { words, places } = this, low = words[0], high = words.at(-1)!;
    const lowest = low[last], highest = high[last];
    for (let p = 0, n = 0; n < k; p++) {
      const isBefore = high[p] < highest || (high[p] === highest && (low[p] < lowest || (low[p] === lowest && p <= last)));
      if (isBefore) places[n++] = p;
    }
    this.sortPlaces(k);
    return this.places;
  }

  /** As `first` for a k so small that elements are put in their places one by one. */
  firstFew(row: number, k: number): Uint32Array {
    const { words, places, rows: { length } } = this, low = words[0], high = words.at(-1)!;
    this.read(row * length, (row + 1) * length, words);
    let n = 0, lowest = 2 ** 32, highest = 2 ** 32;
    for (let p = 0; p < length; p++) {
      const h = high[p];
      if (h > highest || (h === highest && low[p] >= lowest)) continue;
      let at = n < k ? n++ : k - 1;
      for (; at > 0; at--) {
        const other = places[at - 1];
        if (high[other] < h || (high[other] === h && low[other] <= low[p])) break;
        places[at] = other;
      }
      places[at] = p;
      if (n === k) {
        lowest = low[places[k - 1]];
        highest = high[places[k - 1]];
      }
    }
    return places;
  }

  /** Sorts the first n places by their keys, by the lowest byte first; passes over bytes that are all alike. */
  private sortPlaces(n: number): void {
    const { counts } = this;
    for (const word of this.words) {
      const differing = this.differing(word, n);
      for (let shift = 0; shift < 32; shift += 8) {
        if (((differing >>> shift) & 255) === 0) continue;
        const { places, spare } = this;
        counts.fill(0, 0, 256);
        for (let i = 0; i < n; i++) counts[(word[places[i]] >>> shift) & 255]++;
        for (let byte = 0, sum = 0; byte < 256; byte++) {
          const count = counts[byte];
          counts[byte] = sum;
          sum += count;
        }
        for (let i = 0; i < n; i++) {
          const p = places[i];
          spare[counts[(word[p] >>> shift) & 255]++] = p;
        }
        [this.places, this.spare] = [spare, places];
      }
    }
  }

  /** The bits in which words of the first n places differ. */
  private differing(word: Uint32Array, n: number): number {
    const { places } = this, first = word[places[0]];
    let bits = 0;
    for (let i = 1; i < n; i++) bits |= word[places[i]] ^ first;
    return bits;
  }

  /** Brings the places in each of some rows that were sorted together to where the row begins. */
  private partRows(rows: number): void {
    const { places, spare, rows: { length } } = this, next = this.counts.fill(0);
    for (let i = 0; i < rows * length; i++) {
      const p = places[i], row = Math.floor(p / length), start = row * length;
      spare[start + next[row]++] = p - start;
    }
    [this.places, this.spare] = [spare, places];
  }

  /** Narrows a row's places down to those with the sought key's bytes, the highest first. */
  private search(rank: number): number {
    const { words, counts, places } = this;
    let n = this.rows.length;
    for (let i = 0; i < n; i++) places[i] = i;
    for (let w = words.length - 1; w >= 0; w--) {
      const word = words[w], differing = this.differing(word, n);
      for (let shift = 24; shift >= 0; shift -= 8) {
        if (((differing >>> shift) & 255) === 0) continue;
        counts.fill(0, 0, 256);
        for (let i = 0; i < n; i++) counts[(word[places[i]] >>> shift) & 255]++;
        let byte = 0;
        for (; rank >= counts[byte]; byte++) rank -= counts[byte];
        let kept = 0;
        for (let i = 0; i < n; i++) {
          const p = places[i], difference = ((word[p] >>> shift) & 255) ^ byte;
          places[kept] = p;
          // plus one where there is no difference; a branch would go either way at random
          kept += (difference - 1) >>> 31;
        }
        n = kept;
      }
    }
    return places[rank];
  }
}
