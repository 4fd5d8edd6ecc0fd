import { RuntimeError } from '@sconce/tensor';

/** Bytes per WebAssembly page. */
const PAGE = 65536;
/** What a 32-bit address reaches: 4 GiB. */
export const MAX_BYTES = 2 ** 32;
/** Less memory is not worth a heap. */
export const LEAST_BYTES = 2 ** 24;
/** The memory grows by at least this much at a time. */
const GROWTH = 256 * PAGE;
const MIN_BLOCK = 64;
/** Kernels may read a vector where only its first element counts: so much is kept free at the end. */
const SLACK = 64;
/** Blocks up to this size are cut from slabs, so that they do not lie scattered among large ones. */
const SMALL = 32768;
const SLAB = 2 ** 20;
/** Blocks are joined once so many bytes have been given back, where the memory would have to grow otherwise. */
const WORTH_JOINING = 32 * 2 ** 20;

/** Sizes of blocks: four steps to the double, so that at most a fifth is wasted; multiples of 64 bytes. */
function sizeClass(nbytes: number): number {
  if (nbytes <= 4 * MIN_BLOCK) return Math.max(Math.ceil(nbytes / MIN_BLOCK) - 1, 0);
  const exponent = 31 - Math.clz32(nbytes - 1); // 2^exponent <= nbytes - 1
  return 4 * (exponent - 8) + ((nbytes - 1) >>> (exponent - 2));
}

const CLASS_BYTES: readonly number[] = Array.from({ length: 4 * 25 }, (_, c) => {
  if (c < 4) return MIN_BLOCK * (c + 1);
  const exponent = Math.floor(c / 4) + 7;
  return 2 ** exponent + (c % 4 + 1) * 2 ** (exponent - 2);
});

/** A block's address and size class in one number: what a finalizer is given. */
export type Block = number;
const CLASSES = 128;

/** A stretch of free memory. */
interface Range { start: number; end: number }

/** There is no room: where more may be had, the caller knows. */
export class OutOfMemory extends RuntimeError {}

/** Memory for tensors inside a WebAssembly memory: blocks of a few sizes, each with a list of free ones. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private readonly free: number[][] = CLASS_BYTES.map(() => []);
  /** large stretches that free blocks were joined to */
  private ranges: Range[] = [];
  private slab: Range = { start: 0, end: 0 };
  private top: number;
  private limit: number;
  private sinceJoin = 0;
  /** bytes in blocks that are in use */
  allocated = 0;
  /** the most that `allocated` has been */
  peak = 0;

  /**
   * @param reserved bytes at the start that are not for tensors
   * @param maximum bytes that the memory may grow to
   */
  constructor(readonly shared: boolean, reserved: number, readonly maximum = MAX_BYTES) {
    const pages = Math.ceil(Math.min(Math.ceil(reserved / PAGE) * PAGE + GROWTH, maximum) / PAGE);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: Math.floor(maximum / PAGE), shared });
    this.top = Math.ceil(reserved / MIN_BLOCK) * MIN_BLOCK;
    this.limit = pages * PAGE;
  }

  /** bytes that the memory has grown to */
  get reserved(): number { return this.limit; }

  /** A block of at least `nbytes` bytes. @throws OutOfMemory with the sizes where there is no room */
  allocate(nbytes: number): Block {
    const c = nbytes <= MAX_BYTES ? sizeClass(nbytes) : CLASSES, size = CLASS_BYTES[c] ?? Infinity;
    const list = this.free[c];
    const address = list !== undefined && list.length > 0 ? list.pop()! : this.cut(size);
    if (address === null) throw this.outOfMemory(nbytes);
    this.allocated += size;
    if (this.allocated > this.peak) this.peak = this.allocated;
    return address * CLASSES + c;
  }

  release(block: Block): void {
    const c = block % CLASSES, size = CLASS_BYTES[c];
    this.free[c].push((block - c) / CLASSES);
    this.allocated -= size;
    this.sinceJoin += size;
  }

  /** The error of what does not fit. */
  outOfMemory(nbytes: number): OutOfMemory {
    return new OutOfMemory(
      `CPU out of memory. Tried to allocate ${nbytes} bytes (${this.allocated} bytes in use of ${this.limit} reserved; the limit is ${this.maximum} bytes)`);
  }

  /** The address of memory that no block has had, or that was joined. */
  private cut(size: number): number | null {
    if (size > SMALL) return this.cutLarge(size);
    if (this.slab.start + size > this.slab.end) {
      // what is left goes to the lists first: cutting a new slab may join all that is free
      const { start, end } = this.slab;
      this.slab = { start: 0, end: 0 };
      this.splitUp(start, end);
      const next = this.cutLarge(SLAB);
      if (next === null) return this.cutLarge(size);
      this.slab = { start: next, end: next + SLAB };
    }
    const address = this.slab.start;
    this.slab.start += size;
    return address;
  }

  private cutLarge(size: number): number | null {
    const found = this.fromRanges(size) ?? this.fromTop(size, false);
    if (found !== null) return found;
    // rather than growing, use what others have given back
    if (this.sinceJoin >= WORTH_JOINING && this.sinceJoin >= size) {
      this.join();
      const joined = this.fromRanges(size);
      if (joined !== null) return joined;
    }
    const grown = this.fromTop(size, true);
    if (grown !== null || this.sinceJoin === 0) return grown;
    this.join();
    return this.fromRanges(size) ?? this.fromTop(size, true);
  }

  /** The smallest stretch that is large enough. */
  private fromRanges(size: number): number | null {
    let best: Range | null = null;
    for (const range of this.ranges) {
      if (range.end - range.start >= size && (best === null || range.end - range.start < best.end - best.start)) best = range;
    }
    if (best === null) return null;
    const address = best.start;
    best.start += size;
    if (best.end - best.start <= SMALL) {
      this.ranges = this.ranges.filter((range) => range !== best);
      this.splitUp(best.start, best.end);
    }
    return address;
  }

  private fromTop(size: number, mayGrow: boolean): number | null {
    const address = this.top, end = address + size + SLACK;
    if (end > this.limit && !(mayGrow && this.growTo(end))) return null;
    this.top = address + size;
    return address;
  }

  private growTo(end: number): boolean {
    const bytes = Math.min(Math.ceil((end - this.limit) / GROWTH) * GROWTH, Math.floor(this.maximum / PAGE) * PAGE - this.limit);
    if (end > this.limit + bytes) return false;
    try {
      this.memory.grow(bytes / PAGE);
    } catch {
      return false;
    }
    this.limit += bytes;
    return true;
  }

  /** Joins free blocks that lie side by side. */
  private join(): void {
    this.sinceJoin = 0;
    const pieces: Range[] = [...this.ranges, { ...this.slab }];
    this.slab = { start: 0, end: 0 };
    this.free.forEach((list, c) => {
      for (const start of list) pieces.push({ start, end: start + CLASS_BYTES[c] });
      list.length = 0;
    });
    pieces.sort((a, b) => a.start - b.start);
    const joined: Range[] = [];
    for (const piece of pieces) {
      const last = joined.at(-1);
      if (last && last.end === piece.start) last.end = piece.end;
      else if (piece.end > piece.start) joined.push({ ...piece });
    }
    if (joined.at(-1)?.end === this.top) this.top = joined.pop()!.start;
    // what is too small to be cut from goes back to the lists
    this.ranges = joined.filter(({ start, end }) => end - start > SMALL || this.splitUp(start, end));
  }

  /** Puts a stretch into the lists as blocks. */
  private splitUp(start: number, end: number): false {
    while (end - start >= MIN_BLOCK) {
      let c = sizeClass(end - start);
      if (CLASS_BYTES[c] > end - start) c--;
      this.free[c].push(start);
      start += CLASS_BYTES[c];
    }
    return false;
  }
}

export const addressOf = (block: Block): number => Math.floor(block / CLASSES);
