import { PicklingError } from '../errors.js';
import { op } from './opcodes.js';

/** Grows as bytes are written. */
class ByteWriter {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  /** Makes room; gives where it begins. */
  private room(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.bytes.length, start + count));
      grown.set(this.bytes);
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    }
    this.at = start + count;
    return start;
  }

  uint8(...values: readonly number[]): void { this.raw(Uint8Array.from(values)); }
  uint16(value: number): void { const at = this.room(2); this.view.setUint16(at, value, true); }
  int32(value: number): void { const at = this.room(4); this.view.setInt32(at, value, true); }
  uint32(value: number): void { const at = this.room(4); this.view.setUint32(at, value, true); }
  float64(value: number): void { const at = this.room(8); this.view.setFloat64(at, value, false); }
  raw(values: Uint8Array): void { const at = this.room(values.length); this.bytes.set(values, at); }
  done(): Uint8Array { return this.bytes.subarray(0, this.at); }
}

/**
 * Writes a pickle of protocol 2, with the opcodes that PyTorch's `weights_only` reader knows. What JavaScript's values
 * become is decided by who calls it.
 */
export class Pickler {
  private readonly out = new ByteWriter();
  private readonly encoder = new TextEncoder();
  /** numbers of what can be referred to: objects by identity, texts by their value */
  private readonly memo = new Map<unknown, number>();

  constructor() { this.out.uint8(op.PROTO, 2); }

  /** Ends the pickle. */
  done(): Uint8Array {
    this.out.uint8(op.STOP);
    return this.out.done();
  }

  none(): void { this.out.uint8(op.NONE); }
  bool(value: boolean): void { this.out.uint8(value ? op.NEWTRUE : op.NEWFALSE); }

  float(value: number): void {
    this.out.uint8(op.BINFLOAT);
    this.out.float64(value);
  }

  int(value: number | bigint): void {
    const { out } = this;
    if (value >= 0 && value <= 0xff) out.uint8(op.BININT1, Number(value));
    else if (value >= 0 && value <= 0xffff) {
      out.uint8(op.BININT2);
      out.uint16(Number(value));
    } else if (value >= -(2 ** 31) && value < 2 ** 31) {
      out.uint8(op.BININT);
      out.int32(Number(value));
    } else {
      const bytes = integerBytes(BigInt(value));
      if (bytes.length > 255) throw new PicklingError(`an integer of ${bytes.length} bytes cannot be written`);
      out.uint8(op.LONG1, bytes.length);
      out.raw(bytes);
    }
  }

  /** @throws PicklingError for a string with half of a surrogate pair, which no file can hold */
  text(value: string): void {
    if (this.refer(value)) return;
    if (/\p{Surrogate}/u.test(value)) throw new PicklingError('a string with an unpaired surrogate cannot be written');
    const bytes = this.encoder.encode(value);
    this.out.uint8(op.BINUNICODE);
    this.out.uint32(bytes.length);
    this.out.raw(bytes);
    this.remember(value);
  }

  /** A name that the reader looks up. */
  global(module: string, name: string): void {
    this.out.uint8(op.GLOBAL);
    this.out.raw(this.encoder.encode(`${module}\n${name}\n`));
  }

  tuple(items: readonly (() => void)[]): void {
    if (items.length === 0) return this.out.uint8(op.EMPTY_TUPLE);
    if (items.length > 3) this.out.uint8(op.MARK);
    for (const item of items) item();
    this.out.uint8([op.TUPLE1, op.TUPLE2, op.TUPLE3, op.TUPLE][Math.min(items.length, 4) - 1]);
  }

  /** A list; it may hold what refers to it. */
  list(object: object, items: Iterable<() => void>): void {
    this.out.uint8(op.EMPTY_LIST);
    this.remember(object);
    this.out.uint8(op.MARK);
    for (const item of items) item();
    this.out.uint8(op.APPENDS);
  }

  /** A dict, or an OrderedDict; it may hold what refers to it. */
  dict(object: object, entries: Iterable<readonly [() => void, () => void]>, ordered = false): void {
    if (ordered) this.emptyOrderedDict();
    else this.out.uint8(op.EMPTY_DICT);
    this.remember(object);
    this.out.uint8(op.MARK);
    for (const [key, value] of entries) {
      key();
      value();
    }
    this.out.uint8(op.SETITEMS);
  }

  emptyOrderedDict(): void { this.call('collections', 'OrderedDict', []); }

  /** What a function makes of arguments. */
  call(module: string, name: string, args: readonly (() => void)[]): void {
    this.global(module, name);
    this.tuple(args);
    this.out.uint8(op.REDUCE);
  }

  /** Attributes of what was written last. */
  attributes(write: () => void): void {
    write();
    this.out.uint8(op.BUILD);
  }

  /** A reference to what lies outside of the pickle. */
  persistent(id: readonly (() => void)[]): void {
    this.tuple(id);
    this.out.uint8(op.BINPERSID);
  }

  /** Writes a reference to what was written before; false where it was not. */
  refer(value: unknown): boolean {
    const index = this.memo.get(value);
    if (index === undefined) return false;
    this.memoOp(op.BINGET, op.LONG_BINGET, index);
    return true;
  }

  /** Gives what was written last a number. */
  remember(value: unknown): void {
    const index = this.memo.size;
    this.memo.set(value, index);
    this.memoOp(op.BINPUT, op.LONG_BINPUT, index);
  }

  private memoOp(short: number, long: number, index: number): void {
    if (index <= 0xff) return this.out.uint8(short, index);
    this.out.uint8(long);
    this.out.uint32(index);
  }
}

/** Two's complement, lowest byte first, as few as hold the sign. */
function integerBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    bytes.push(Number(BigInt.asUintN(8, rest)));
    const next = rest >> 8n;
    if ((next === 0n && rest < 128n) || (next === -1n && rest >= -128n)) return Uint8Array.from(bytes);
  }
}
