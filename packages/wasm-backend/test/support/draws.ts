import * as torch from '@sconce/tensor';
import type { DType, Tensor, TypedArray } from '@sconce/tensor';

/** Makes a tensor on whatever backend serves the CPU when it is called. */
export type Make = () => Tensor;

export interface InputOptions {
  /** from which to which number, default -3 to 3 */
  readonly range?: readonly [number, number];
  /** also NaN, infinities, zeros of both signs, the smallest and the largest numbers; or now and then one of these */
  readonly special?: boolean | readonly number[];
  /** lies in memory without gaps and in order */
  readonly contiguous?: boolean;
  /** no element is at two places */
  readonly writable?: boolean;
}

const SPECIAL = [
  NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2, -2, 1e-45, -1e-45, 1e-38, 3e38, -3e38, 88.5, -88.5, 104, 1e-8, 255, 256, 2 ** 31,
];

/** Sizes on both sides of where kernels change their way: vectors of 4, tiles of 8 and 16, blocks of 64 and more. */
const SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65];

/** Random choices from a seed: always the same. */
export class Draws {
  constructor(private state: number) {}

  /** Uniform in [0, 1). @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32) */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number { return low + Math.floor(this.uniform() * (high - low + 1)); }
  pick<T>(list: readonly T[]): T { return list[this.integer(0, list.length - 1)]; }
  chance(p: number): boolean { return this.uniform() < p; }

  /** A size near the edge of a tile; now and then 0. */
  size(largest = 65, empty = 0.02): number {
    return this.chance(empty) ? 0 : this.pick(SIZES.filter((n) => n <= largest));
  }

  /** A shape of up to four dimensions and not too many elements. */
  shape(dims = this.integer(0, 4)): number[] {
    const most = [1, 130, 33, 9, 7][dims];
    return Array.from({ length: dims }, () => this.size(most));
  }

  /** A shape that broadcasts to another one. */
  broadcastable(shape: readonly number[]): number[] {
    return shape.slice(this.chance(0.3) ? this.integer(0, shape.length) : 0).map((n) => (this.chance(0.25) ? 1 : n));
  }

  /** Values of a dtype. */
  values(dtype: DType, n: number, { range = [-3, 3], special = false }: InputOptions = {}): TypedArray {
    const [low, high] = range, array = new dtype.Array(n), [specials, share] = typeof special === 'boolean' ? [SPECIAL, 0.3] : [special, 0.02];
    for (let i = 0; i < n; i++) {
      const x = special && dtype.isFloatingPoint && this.chance(share) ? this.pick(specials) : low + this.uniform() * (high - low);
      if (array instanceof BigInt64Array) array[i] = BigInt(Math.floor(x));
      // the bits of a finite float16
      else if (dtype.name === 'float16') array[i] = this.integer(0, 0x7bff) + (this.chance(0.5) ? 0x8000 : 0);
      else array[i] = dtype.kind === 'float' ? x : dtype.kind === 'bool' ? (this.chance(0.5) ? 1 : 0) : Math.floor(x);
    }
    return array;
  }

  /** A tensor of random values whose elements lie in memory in a random way. */
  input(dtype: DType, shape: readonly number[], options: InputOptions = {}): Make {
    const { strides, offset, extent } = options.contiguous ? dense(shape) : this.layout(shape, options.writable ?? false);
    const values = this.values(dtype, extent, options);
    return () => {
      const base = torch.empty(extent, { dtype });
      base.numpy().set(values as never);
      return torch.asStrided(base, shape, strides, offset);
    };
  }

  private layout(shape: readonly number[], writable: boolean): { strides: number[]; offset: number; extent: number } {
    if (this.chance(0.4)) return dense(shape);
    const order = shape.map((_, d) => d), strides = new Array<number>(shape.length);
    if (this.chance(0.6)) order.sort(() => this.uniform() - 0.5);
    let step = this.chance(0.2) ? 2 : 1;
    for (const d of order.toReversed()) {
      strides[d] = step;
      step *= Math.max(shape[d], 1) + (this.chance(0.2) ? this.integer(1, 3) : 0);
      if (!writable && this.chance(0.1)) strides[d] = 0;
    }
    const offset = this.chance(0.5) ? this.integer(0, 5) : 0;
    return { strides, offset, extent: offset + step };
  }
}

function dense(shape: readonly number[]): { strides: number[]; offset: number; extent: number } {
  let extent = 1;
  const strides = shape.toReversed().map((n) => {
    const step = extent;
    extent *= Math.max(n, 1);
    return step;
  });
  return { strides: strides.toReversed(), offset: 0, extent };
}
