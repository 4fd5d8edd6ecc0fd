import { RuntimeError } from '@sconce/tensor';

/** Bytes per WebAssembly page. */
const PAGE = 65536;
/** 4 GiB: what a 32-bit address reaches. */
const MAX_PAGES = 65536;
/** The memory grows by at least this much at a time. */
const GROWTH = 256 * PAGE;
const MIN_BLOCK = 64;
/** Kernels may read a vector where only its first element counts: so much is kept free at the end. */
const SLACK = 64;

/** Sizes of blocks: four steps to the double, so that at most a fifth is wasted; multiples of 64 bytes. */
function sizeClass(nbytes: number): number {
  if (nbytes <= MIN_BLOCK) return 0;
  const exponent = 31 - Math.clz32(nbytes - 1); // 2^exponent <= nbytes - 1
  const step = 2 ** Math.max(exponent - 2, 6);
  const quarter = Math.ceil((nbytes - 2 ** exponent) / step);
  return exponent < 8 ? Math.ceil(nbytes / MIN_BLOCK) - 1 : 4 * (exponent - 7) + quarter - 1;
}

const CLASS_BYTES: readonly number[] = Array.from({ length: 4 * 25 }, (_, c) => {
  if (c < 4) return MIN_BLOCK * (c + 1);
  const exponent = Math.floor(c / 4) + 7;
  return 2 ** exponent + (c % 4 + 1) * 2 ** (exponent - 2);
});

/** A block's address and size class in one number: what a finalizer is given. */
export type Block = number;
const CLASSES = 128;

/** Memory for tensors inside a WebAssembly memory: blocks of a few sizes, each with a list of free ones. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private readonly free: number[][] = CLASS_BYTES.map(() => []);
  private top: number;
  private limit: number;
  /** bytes in blocks that are in use */
  allocated = 0;
  /** the most that `allocated` has been */
  peak = 0;

  /** @param reserved bytes at the start that are not for tensors */
  constructor(readonly shared: boolean, reserved: number) {
    const pages = Math.ceil(reserved / PAGE) + GROWTH / PAGE;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: MAX_PAGES, shared });
    this.top = Math.ceil(reserved / MIN_BLOCK) * MIN_BLOCK;
    this.limit = pages * PAGE;
  }

  /** bytes that the memory has grown to */
  get reserved(): number { return this.limit; }

  /** A block of at least `nbytes` bytes. @throws RuntimeError with the sizes when 4 GiB do not do */
  allocate(nbytes: number): Block {
    const c = sizeClass(nbytes), size = CLASS_BYTES[c];
    const list = this.free[c];
    const address = list.length > 0 ? list.pop()! : this.extend(size, nbytes);
    this.allocated += size;
    if (this.allocated > this.peak) this.peak = this.allocated;
    return address * CLASSES + c;
  }

  release(block: Block): void {
    const c = block % CLASSES;
    this.free[c].push((block - c) / CLASSES);
    this.allocated -= CLASS_BYTES[c];
  }

  private extend(size: number, wanted: number): number {
    const address = this.top, end = address + size + SLACK;
    if (end > this.limit) {
      const pages = Math.min(Math.ceil((end - this.limit) / GROWTH) * (GROWTH / PAGE), MAX_PAGES - this.limit / PAGE);
      if (end > this.limit + pages * PAGE || !this.grow(pages)) {
        throw new RuntimeError(
          `CPU out of memory: tried to allocate ${wanted} bytes (${this.allocated} bytes in use of ${this.limit} reserved; a WebAssembly memory ends at 4294967296)`);
      }
    }
    this.top = address + size;
    return address;
  }

  private grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.limit += pages * PAGE;
    return true;
  }
}

export const addressOf = (block: Block): number => Math.floor(block / CLASSES);
