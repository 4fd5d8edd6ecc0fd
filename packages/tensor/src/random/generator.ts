import { device, type Device, type DeviceLike } from '../device.js';
import { uint8 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { hostTensor } from '../ops/from-data.js';
import { Tensor } from '../tensor.js';

const N = 624;
const M = 397;
/** So many draws are worth handing the state to the backend. */
const MANY = 256;

/** The seed of a new generator, and of the default one until `manualSeed`. */
const DEFAULT_SEED = 67280421310721n;

/** Byte offsets in the state that `torch.get_rng_state` returns (a C struct, little-endian). */
const AT = {
  seed: 0, left: 8, seeded: 12, next: 16, state: 24, normal: 5024, hasNormal: 5040, float: 5048, hasFloat: 5052,
};
const STATE_BYTES = 5056;
/** States written before PyTorch 1.6 lack the cached float normal. */
const LEGACY_STATE_BYTES = 5048;

/**
 * A source of random numbers with its own state: `torch.Generator` on the CPU, the 32-bit Mersenne Twister (mt19937).
 * The same seed gives the numbers that PyTorch draws.
 * @see https://pytorch.org/docs/stable/generated/torch.Generator.html
 * @see Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998)
 * @example
 * const generator = new torch.Generator().manualSeed(1);
 * torch.rand(3, { generator }); // tensor([0.7576, 0.2793, 0.4031])
 */
export class Generator {
  /**
   * The second half of the last pair of normal numbers drawn one by one; the next such draw takes it.
   * @internal
   */
  nextNormal: number | undefined;

  /** How often the state was set: a device that draws by itself begins anew with each. @internal */
  beginnings = 0;

  readonly #state = new Uint32Array(N);
  #seed = DEFAULT_SEED;
  /** draws left before the state is renewed, plus one */
  #left = 1;
  /** index of the next word */
  #next = 0;
  /** carried through saved states for PyTorch's sake; nothing on the CPU draws from it */
  #nextFloatNormal: number | undefined;

  readonly device: Device;

  /**
   * @param on the device; only 'cpu' has a generator of its own
   * @throws RuntimeError for other devices
   */
  constructor(on: DeviceLike = 'cpu') {
    this.device = device(on);
    const { type } = this.device;
    if (type !== 'cpu') {
      throw new RuntimeError(`Device type ${type.toUpperCase()} is not supported for torch.Generator() api.`);
    }
    this.#init(DEFAULT_SEED);
  }

  /**
   * Starts the sequence that belongs to `seed`: an integer of -2^63 to 2^64 - 1, negative ones modulo 2^64.
   * @throws RuntimeError if the seed is no integer or does not fit in 64 bits
   */
  manualSeed(seed: number | bigint): this {
    this.#init(toSeed(seed));
    this.nextNormal = undefined;
    this.#nextFloatNormal = undefined;
    return this;
  }

  /** Seeds the generator with a number that nobody can foresee, and returns it. */
  seed(): number {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2)) as Uint32Array & [number, number];
    // 53 bits, as in PyTorch: a seed that a double holds exactly
    const seed = (high & 0x1fffff) * 2 ** 32 + low;
    this.manualSeed(seed);
    return seed;
  }

  /** The last seed given; a bigint only where a number could not hold it exactly. */
  initialSeed(): number | bigint {
    const seed = Number(this.#seed);
    return Number.isSafeInteger(seed) ? seed : this.#seed;
  }

  /** The next 32 random bits, as an integer of 0 to 2^32 - 1. */
  random(): number {
    if (--this.#left === 0) this.#renew();
    let y = this.#state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Draws so many times, as `random` does, into the beginning of an array. @internal */
  draw(into: Uint32Array, count: number): void {
    const state = this.#state, { backend } = this.device;
    const next = this.#left === 1 ? N : this.#next;
    // a state that comes from elsewhere may count what is left in a way of its own
    if (count >= MANY && backend?.draw && (next === N || next + this.#left === N + 1)) {
      backend.draw(state, next, into, count);
      const drawn = next + count;
      this.#next = drawn <= N ? drawn : (drawn - 1) % N + 1;
      this.#left = N + 1 - this.#next;
      return;
    }
    for (let at = 0; at < count;) {
      const isSpent = this.#left === 1;
      if (isSpent) this.#renew();
      // the first draw after a renewal is not counted
      const ready = isSpent ? N : this.#left - 1, end = Math.min(at + ready, count), taken = end - at;
      const from = this.#next - at;
      this.#next += taken;
      this.#left -= isSpent ? taken - 1 : taken;
      for (; at < end; at++) {
        let y = state[from + at];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        into[at] = y ^ (y >>> 18);
      }
    }
  }

  /** The next 64 random bits; the first draw is the upper half. */
  random64(): bigint {
    const high = this.random();
    return (BigInt(high) << 32n) | BigInt(this.random());
  }

  /** A number of [0, 1) with 24 random bits, from one draw: PyTorch's `uniform_real_distribution<float>`. */
  uniform24(): number {
    return (this.random() & 0xffffff) * 2 ** -24;
  }

  /** A number of [0, 1) with 53 random bits, from two draws: PyTorch's `uniform_real_distribution<double>`. */
  uniform53(): number {
    const high = this.random() & 0x1fffff;
    return (high * 2 ** 32 + this.random()) * 2 ** -53;
  }

  /** The whole state, as PyTorch's: a uint8 tensor. @see https://pytorch.org/docs/stable/generated/torch.Generator.html */
  getState(): Tensor { return hostTensor(this.getStateBytes()); }

  /**
   * Takes over a state from `getState`, or from PyTorch's.
   * @throws TypeError if it is not a uint8 tensor, RuntimeError if it is no state
   */
  setState(state: Tensor): this {
    if (!(state instanceof Tensor) || state.dtype !== uint8) throw new TypeError('RNG state must be a torch.ByteTensor');
    return this.setStateBytes(state.hostValues() as Uint8Array);
  }

  /** The whole state, byte for byte what `torch.Generator.get_state` gives: 5056 bytes. */
  getStateBytes(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(AT.seed, this.#seed, true);
    view.setInt32(AT.left, this.#left, true);
    view.setInt32(AT.seeded, 1, true);
    view.setUint32(AT.next, this.#next, true);
    for (let i = 0; i < N; i++) view.setUint32(AT.state + 8 * i, this.#state[i], true);
    if (this.nextNormal !== undefined) {
      view.setFloat64(AT.normal, this.nextNormal, true);
      view.setInt32(AT.hasNormal, 1, true);
    }
    if (this.#nextFloatNormal !== undefined) {
      view.setFloat32(AT.float, this.#nextFloatNormal, true);
      view.setUint8(AT.hasFloat, 1);
    }
    return bytes;
  }

  /**
   * Takes over a state from `getStateBytes` or from PyTorch's `get_state`.
   * @throws RuntimeError if the bytes are not such a state
   */
  setStateBytes(bytes: Uint8Array): this {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('RNG state must be a torch.ByteTensor');
    if (bytes.length !== STATE_BYTES && bytes.length !== LEGACY_STATE_BYTES) {
      throw new RuntimeError(`Expected either a CPUGeneratorImplStateLegacy of size ${LEGACY_STATE_BYTES} or a ` +
        `CPUGeneratorImplState of size ${STATE_BYTES} but found the input RNG state size to be ${bytes.length}`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const left = view.getInt32(AT.left, true);
    const next = view.getUint32(AT.next, true);
    if (view.getInt32(AT.seeded, true) === 0 || left <= 0 || left > N || next > N) {
      throw new RuntimeError('Invalid mt19937 state');
    }
    this.#seed = view.getBigUint64(AT.seed, true);
    this.beginnings++;
    this.#left = left;
    this.#next = next;
    for (let i = 0; i < N; i++) this.#state[i] = view.getUint32(AT.state + 8 * i, true);
    this.nextNormal = view.getInt32(AT.hasNormal, true) ? view.getFloat64(AT.normal, true) : undefined;
    const hasFloat = bytes.length === STATE_BYTES && view.getUint8(AT.hasFloat) !== 0;
    this.#nextFloatNormal = hasFloat ? view.getFloat32(AT.float, true) : undefined;
    return this;
  }

  /** A second generator that will draw the same numbers. */
  clone(): Generator {
    return new Generator().setStateBytes(this.getStateBytes());
  }

  #init(seed: bigint): void {
    const state = this.#state;
    this.#seed = seed;
    this.beginnings++;
    this.#left = 1;
    this.#next = 0;
    state[0] = Number(seed & 0xffffffffn);
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1];
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  #renew(): void {
    const s = this.#state;
    let i = 0;
    for (; i < N - M; i++) s[i] = s[i + M] ^ twist(s[i], s[i + 1]);
    for (; i < N - 1; i++) s[i] = s[i + M - N] ^ twist(s[i], s[i + 1]);
    s[N - 1] = s[M - 1] ^ twist(s[N - 1], s[0]);
    this.#left = N;
    this.#next = 0;
  }
}

/** Half of the bits `v & 1` are set, at random: a branch would be guessed wrongly. */
function twist(u: number, v: number): number {
  return (((u & 0x80000000) | (v & 0x7fffffff)) >>> 1) ^ (-(v & 1) & 0x9908b0df);
}

function toSeed(seed: number | bigint): bigint {
  if (typeof seed !== 'bigint' && !Number.isInteger(seed)) {
    const got = typeof seed === 'number' ? 'float' : typeof seed;
    throw new RuntimeError(`manual_seed expected a long, but got ${got}`);
  }
  const value = BigInt(seed);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new RuntimeError('Overflow when unpacking long');
  return BigInt.asUintN(64, value);
}

/** The generator that draws wherever none is given. */
export const defaultGenerator = /* @__PURE__ */ new Generator();

/**
 * Seeds the default generator, so that what is drawn next can be repeated; a fractional seed is cut off.
 * @see https://pytorch.org/docs/stable/generated/torch.manual_seed.html
 * @example
 * torch.manualSeed(0);
 * torch.rand(2); // tensor([0.4963, 0.7682])
 */
export function manualSeed(seed: number | bigint): Generator {
  if (typeof seed === 'number' && Number.isFinite(seed)) return defaultGenerator.manualSeed(Math.trunc(seed));
  return defaultGenerator.manualSeed(seed);
}

/** Seeds the default generator with a number that nobody can foresee, and returns it. */
export const seed = (): number => defaultGenerator.seed();

/** The last seed of the default generator; a bigint only where a number could not hold it exactly. */
export const initialSeed = (): number | bigint => defaultGenerator.initialSeed();
