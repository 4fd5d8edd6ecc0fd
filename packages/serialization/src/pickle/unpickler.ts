import { clipped, UnpicklingError } from '../errors.js';
import { ByteReader, integerFromBytes } from './byte-reader.js';
import { op, opcodeName } from './opcodes.js';
import { otherFormat } from './other-formats.js';
import { PyDict, PyGlobal, PySet, PyTuple } from './values.js';

/** What a pickle may refer to. */
export interface Resolver {
  /** The value of a name. @throws UnpicklingError for one that is not allowed */
  find(module: string, name: string): unknown;
  /** What a persistent id stands for: a tensor's memory, outside of the pickle. */
  persistent(id: unknown): unknown;
}

export interface Unpickled {
  readonly value: unknown;
  /** where the pickle ends */
  readonly end: number;
}

const maxProtocol = 5;
const maxIntegerBytes = 4096;
/** Containers alone take far more memory than bytes in the file: more than any checkpoint has are refused. */
const maxContainers = 2 ** 21;

/**
 * Reads one pickle as values of `values.ts` and plain JavaScript. It is no interpreter of Python: what it can make are
 * containers, numbers, strings and what the resolver gives for a name, and memory grows with the bytes that are read.
 * @throws UnpicklingError for a broken pickle and for one that asks for more
 */
export const unpickle = (bytes: Uint8Array, resolver: Resolver): Unpickled => new Unpickler(bytes, resolver).run();

class Unpickler {
  private readonly reader: ByteReader;
  private readonly memo = new Map<number, unknown>();
  /** the values since the last mark, and what lay below each mark */
  private stack: unknown[] = [];
  private readonly marks: unknown[][] = [];
  private containers = 0;

  constructor(private readonly bytes: Uint8Array, private readonly resolver: Resolver) {
    this.reader = new ByteReader(bytes);
  }

  run(): Unpickled {
    for (let first = true; ; first = false) {
      const code = this.reader.uint8();
      if (first && code !== op.PROTO) throw new UnpicklingError(`invalid load key, '${keyText(code)}'.${otherFormat(this.bytes)}`);
      if (code === op.STOP) return { value: this.pop(), end: this.reader.at };
      this.step(code);
    }
  }

  private step(code: number): void {
    const { reader, stack } = this;
    switch (code) {
      case op.PROTO: return this.checkProtocol(reader.uint8());
      case op.FRAME: reader.uint64(); return;
      case op.MARK: this.marks.push(stack); this.stack = []; return;
      case op.POP: if (stack.length > 0) stack.pop(); else this.popMark(); return;
      case op.POP_MARK: this.popMark(); return;
      case op.DUP: stack.push(this.top()); return;

      case op.NONE: stack.push(null); return;
      case op.NEWTRUE: stack.push(true); return;
      case op.NEWFALSE: stack.push(false); return;
      case op.BININT: stack.push(reader.int32()); return;
      case op.BININT1: stack.push(reader.uint8()); return;
      case op.BININT2: stack.push(reader.uint16()); return;
      case op.LONG1: stack.push(this.integer(reader.uint8())); return;
      case op.LONG4: stack.push(this.integer(reader.uint32())); return;
      case op.BINFLOAT: stack.push(reader.float64()); return;

      // strings of Python 2 are text in the checkpoints that it wrote
      case op.BINSTRING: case op.BINUNICODE: stack.push(reader.text(reader.uint32())); return;
      case op.SHORT_BINSTRING: case op.SHORT_BINUNICODE: stack.push(reader.text(reader.uint8())); return;
      case op.BINUNICODE8: stack.push(reader.text(reader.uint64())); return;
      case op.BINBYTES: stack.push(reader.take(reader.uint32()).slice()); return;
      case op.SHORT_BINBYTES: stack.push(reader.take(reader.uint8()).slice()); return;
      case op.BINBYTES8: case op.BYTEARRAY8: stack.push(reader.take(reader.uint64()).slice()); return;

      case op.BINGET: return this.get(reader.uint8());
      case op.LONG_BINGET: return this.get(reader.uint32());
      case op.BINPUT: this.memo.set(reader.uint8(), this.top()); return;
      case op.LONG_BINPUT: this.memo.set(reader.uint32(), this.top()); return;
      case op.MEMOIZE: this.memo.set(this.memo.size, this.top()); return;

      case op.GLOBAL: {
        const module = reader.line();
        stack.push(this.resolver.find(module, reader.line()));
        return;
      }
      case op.STACK_GLOBAL: {
        const name = this.pop(), module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string') {
          throw new UnpicklingError('STACK_GLOBAL requires str');
        }
        stack.push(this.resolver.find(module, name));
        return;
      }
      case op.REDUCE: case op.NEWOBJ: return this.call(code);
      case op.BUILD: return this.build();
      case op.BINPERSID: stack.push(this.resolver.persistent(this.pop())); return;
      default: return this.container(code);
    }
  }

  private container(code: number): void {
    if (++this.containers > maxContainers) throw new UnpicklingError(`more than ${maxContainers} containers`);
    switch (code) {
      case op.EMPTY_TUPLE: this.stack.push(new PyTuple([])); return;
      case op.TUPLE1: this.stack.push(new PyTuple(this.popMany(1))); return;
      case op.TUPLE2: this.stack.push(new PyTuple(this.popMany(2))); return;
      case op.TUPLE3: this.stack.push(new PyTuple(this.popMany(3))); return;
      case op.TUPLE: return this.pushMarked((items) => new PyTuple(items));
      case op.EMPTY_LIST: this.stack.push([]); return;
      case op.LIST: return this.pushMarked((items) => items);
      case op.APPEND: {
        const item = this.pop();
        this.expect(Array.isArray, code).push(item);
        return;
      }
      case op.APPENDS: {
        const items = this.popMark(), list = this.expect(Array.isArray, code);
        for (const item of items) list.push(item);
        return;
      }
      case op.EMPTY_DICT: this.stack.push(new PyDict('dict')); return;
      case op.DICT: return this.pushMarked((items) => setItems(new PyDict('dict'), items));
      case op.SETITEM: {
        const items = this.popMany(2);
        setItems(this.expect(isDict, code), items);
        return;
      }
      case op.SETITEMS: {
        const items = this.popMark();
        setItems(this.expect(isDict, code), items);
        return;
      }
      case op.EMPTY_SET: this.stack.push(new PySet()); return;
      case op.FROZENSET: return this.pushMarked((items) => addItems(new PySet(), items));
      case op.ADDITEMS: {
        const items = this.popMark();
        addItems(this.expect((x) => x instanceof PySet, code), items);
        return;
      }
      default: throw new UnpicklingError(`Unsupported operand ${code}`);
    }
  }

  private checkProtocol(protocol: number): void {
    if (protocol < 2 || protocol > maxProtocol) throw new UnpicklingError(`unsupported pickle protocol: ${protocol}`);
  }

  private integer(length: number): number | bigint {
    if (length > maxIntegerBytes) throw new UnpicklingError(`an int of ${length} bytes is refused`);
    return integerFromBytes(this.reader.take(length));
  }

  private call(code: number): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof PyGlobal)) throw new UnpicklingError(`${opcodeName(code)} of what cannot be called`);
    if (!(args instanceof PyTuple)) {
      throw new UnpicklingError(`${opcodeName(code)} of ${callee.name} without a tuple of arguments`);
    }
    if (++this.containers > maxContainers) throw new UnpicklingError(`more than ${maxContainers} objects`);
    this.stack.push(callee.call(args.items));
  }

  /** Attributes: a module's state_dict carries the versions of its modules so. */
  private build(): void {
    const state = this.pop(), target = this.top();
    if (!(target instanceof PyDict) || target.type !== 'OrderedDict' || !(state instanceof PyDict)) {
      throw new UnpicklingError('Can only build an OrderedDict with a dict of attributes');
    }
    target.metadata = state.entries.get('_metadata');
  }

  private get(index: number): void {
    if (!this.memo.has(index)) throw new UnpicklingError(`Memo value not found at index ${index}`);
    this.stack.push(this.memo.get(index));
  }

  private top(): unknown {
    if (this.stack.length === 0) throw new UnpicklingError('unpickling stack underflow');
    return this.stack[this.stack.length - 1];
  }

  private pop(): unknown {
    if (this.stack.length === 0) throw new UnpicklingError('unpickling stack underflow');
    return this.stack.pop();
  }

  private popMany(count: number): unknown[] {
    if (this.stack.length < count) throw new UnpicklingError('unpickling stack underflow');
    return this.stack.splice(this.stack.length - count);
  }

  /** The values since the last mark, which goes with them. */
  private popMark(): unknown[] {
    const items = this.stack, below = this.marks.pop();
    if (!below) throw new UnpicklingError('could not find MARK');
    this.stack = below;
    return items;
  }

  private pushMarked(make: (items: unknown[]) => unknown): void {
    const made = make(this.popMark());
    this.stack.push(made);
  }

  /** The value on top, of a kind that the opcode can add to. */
  private expect<T>(is: (x: unknown) => x is T, code: number): T {
    const target = this.top();
    if (!is(target)) throw new UnpicklingError(`${opcodeName(code)} to what cannot take it`);
    return target;
  }
}

const isDict = (x: unknown): x is PyDict => x instanceof PyDict;

/** Puts keys and values in turn into a dict. */
export function setItems(dict: PyDict, items: readonly unknown[]): PyDict {
  if (items.length % 2 !== 0) throw new UnpicklingError('odd number of items for SETITEMS');
  for (let i = 0; i < items.length; i += 2) dict.entries.set(hashable(items[i]), items[i + 1]);
  return dict;
}

export function addItems(set: PySet, items: readonly unknown[]): PySet {
  for (const item of items) set.items.add(hashable(item));
  return set;
}

function hashable(key: unknown): unknown {
  if (Array.isArray(key) || key instanceof PyDict || key instanceof PySet) {
    throw new UnpicklingError('unhashable type as a key');
  }
  return key;
}

const keyText = (code: number): string =>
  (code >= 0x20 && code < 0x7f ? clipped(String.fromCharCode(code)) : `\\x${code.toString(16).padStart(2, '0')}`);
