/**
 * A small fast generator (sfc32, Chris Doty-Humphrey's PractRand) for drawing pictures. It stands apart from the
 * tensor generators on purpose: every picture has its own stream, keyed by seed, split and index, so that picture
 * 7 is the same however many others are drawn, and drawing never moves the stream that a training run follows.
 */
export class PictureRandom {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 1;

  /** Starts the stream that belongs to these integers. */
  reset(...keys: readonly number[]): void {
    // three hashes of 32 bits, not one: among 70,000 pictures two would share a stream too often
    this.#a = hash(keys, 0x9e3779b9);
    this.#b = hash(keys, 0x3c6ef372);
    this.#c = hash(keys, 0xdaa66d2b);
    this.#d = 1;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * (this.uint32() / 2 ** 32);
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    return Math.floor(n * (this.uint32() / 2 ** 32));
  }

  /** Roughly normal with mean 0 and deviation 1, never beyond ±3.5: no picture is torn apart by a rare draw. */
  bell(): number {
    const a = this.uint32();
    const b = this.uint32();
    const sum = (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16);
    return (sum / 65535 - 2) * Math.sqrt(3);
  }
}

function hash(keys: readonly number[], start: number): number {
  let state = start;
  for (const key of keys) {
    state = mix(state ^ key);
    state = mix(state + Math.floor(key / 2 ** 32));
  }
  return state;
}

/** The finaliser of MurmurHash3: every bit of the key moves every bit of the result. */
function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
