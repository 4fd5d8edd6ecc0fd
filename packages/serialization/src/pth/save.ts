import { Device, DType, Tensor } from '@sconce/tensor';
import type { Storage } from '@sconce/tensor/internal';
import { PicklingError, valueText } from '../errors.js';
import type { FileTarget } from '../io/types.js';
import { writeTo } from '../io/write.js';
import { Pickler } from '../pickle/pickler.js';
import { piecesOf, wholeStorage } from '../tensor-memory.js';
import { ZipWriter } from '../zip/write-zip.js';
import { isParameter } from './parameter.js';
import { storageTypeName } from './storages.js';

/**
 * Writes a value in PyTorch's zip format; `torch.load` of Python reads it, also with `weights_only`. It may hold tensors
 * of every dtype and from any device, parameters, numbers, bigints, strings, booleans, null, arrays, plain objects, Maps,
 * Sets, bytes, dtypes and devices. Tensors that share memory are written once.
 *
 * An integral number becomes an int, any other a float; a bigint an int; an array a list, a frozen one a tuple; a plain
 * object or a Map a dict; a module's state_dict an OrderedDict; the numbers of parameters in an optimizer's state ints.
 * @param f a path or a `file:` URL (Node), where the old file stays until the new one is complete; a WritableStream; a
 *   file handle of the browser. Without it, the bytes are given.
 * @throws PicklingError that says where in the value the thing is that a file cannot hold
 * @see https://pytorch.org/docs/stable/generated/torch.save.html
 * @example await torch.save({ epoch: 3, model: net.stateDict(), optimizer: optimizer.stateDict() }, 'checkpoint.pth');
 */
export function save(obj: unknown): Promise<Uint8Array>;
export function save(obj: unknown, f: FileTarget): Promise<void>;
export async function save(obj: unknown, f?: FileTarget): Promise<Uint8Array | void> {
  const values = new ValuePickler();
  values.write(obj);
  const pickle = values.pickler.done();
  return writeTo(f, async (sink) => {
    const zip = new ZipWriter(sink);
    await zip.add('archive/data.pkl', [pickle]);
    await zip.add('archive/byteorder', [new TextEncoder().encode('little')]);
    for (const { key, tensor } of values.storages.values()) {
      await zip.add(`archive/data/${key}`, piecesOf(await wholeStorage(tensor)));
    }
    await zip.add('archive/version', [new TextEncoder().encode('3\n')]);
    await zip.end();
  });
}

const maxDepth = 1000;

/** Writes JavaScript's values as Python's. */
class ValuePickler {
  readonly pickler = new Pickler();
  /** the memory of the tensors that were met, with one of them */
  readonly storages = new Map<Storage, { readonly key: string; readonly tensor: Tensor }>();
  /** where in the value it is, for messages */
  private readonly path: string[] = [];

  write(value: unknown): void {
    const { pickler } = this;
    switch (typeof value) {
      case 'string': return pickler.text(value);
      case 'boolean': return pickler.bool(value);
      case 'bigint': return pickler.int(value);
      // beyond 2^53 a number is no exact integer
      case 'number': return Number.isSafeInteger(value) && !Object.is(value, -0) ? pickler.int(value) : pickler.float(value);
      case 'undefined': return pickler.none();
      case 'object': return value === null ? pickler.none() : this.object(value);
      default: throw this.refusal(value);
    }
  }

  private object(value: object): void {
    const { pickler } = this;
    if (pickler.refer(value)) return;
    if (this.path.length > maxDepth) {
      throw new PicklingError(`values nested more than ${maxDepth} levels deep cannot be written`);
    }
    if (value instanceof Tensor) this.tensor(value);
    else if (Array.isArray(value)) return this.array(value);
    else if (isCounter(value)) pickler.call('collections', 'Counter', [() => pickler.dict({}, this.entries(value))]);
    else if (value instanceof Map) return pickler.dict(value, this.entries(value));
    else if (value instanceof Set) pickler.call('__builtin__', 'set', [() => pickler.list({}, this.items([...value]))]);
    else if (value instanceof Uint8Array) {
      const text = Array.from(value, (byte) => String.fromCharCode(byte)).join('');
      pickler.call('_codecs', 'encode', [() => pickler.text(text), () => pickler.text('latin1')]);
    } else if (value instanceof DType) pickler.global('torch', value.name);
    else if (value instanceof Device) {
      const parts = value.index === null ? [value.type] : [value.type, value.index];
      pickler.call('torch', 'device', parts.map((part) => () => this.write(part)));
    } else return this.plain(value);
    pickler.remember(value);
  }

  private array(value: readonly unknown[]): void {
    if (!Object.isFrozen(value)) return this.pickler.list(value, this.items(value));
    this.pickler.tuple([...this.items(value)]);
    this.pickler.remember(value);
  }

  private plain(value: object): void {
    // that of a plain object has none itself, in this realm or in another one (notebooks run code in their own)
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw this.refusal(value);
    const metadata = Object.getOwnPropertyDescriptor(value, '_metadata');
    const isState = metadata !== undefined && !metadata.enumerable;
    this.pickler.dict(value, this.entries(Object.entries(value), isOptimizerState(value)), isState);
    if (!isState) return;
    // the versions of the modules
    this.pickler.attributes(() => this.pickler.dict({}, this.entries([['_metadata', metadata.value]])));
  }

  private* items(list: readonly unknown[]): Generator<() => void, undefined> {
    for (let i = 0; i < list.length; i++) yield () => this.at(`[${i}]`, list[i]);
    return undefined;
  }

  private* entries(
    entries: Iterable<readonly [unknown, unknown]>, isOptimizer = false,
  ): Generator<[() => void, () => void], undefined> {
    for (const [key, value] of entries) {
      const step = typeof key === 'string' ? `[${JSON.stringify(key)}]` : `[${valueText(key)}]`;
      const numbered = isOptimizer && key === 'state';
      yield [() => this.at(step, key), () => this.at(step, numbered ? numberedKeys(value as object) : value)];
    }
    return undefined;
  }

  private at(step: string, value: unknown): void {
    this.path.push(step);
    this.write(value);
    this.path.pop();
  }

  private tensor(x: Tensor): void {
    const { pickler } = this;
    if (!isParameter(x)) return this.data(x, x.requiresGrad);
    pickler.call('torch._utils', '_rebuild_parameter', [
      () => this.data(x, false), () => pickler.bool(x.requiresGrad), () => pickler.emptyOrderedDict(),
    ]);
  }

  private data(x: Tensor, requiresGrad: boolean): void {
    const { pickler } = this;
    const ints = (list: readonly number[]) => () => pickler.tuple(list.map((n) => () => pickler.int(n)));
    pickler.call('torch._utils', '_rebuild_tensor_v2', [
      () => this.storage(x), () => pickler.int(x.storageOffset()), ints(x.shape), ints(x.stride()),
      () => pickler.bool(requiresGrad), () => pickler.emptyOrderedDict(),
    ]);
  }

  private storage(x: Tensor): void {
    const { pickler } = this;
    let known = this.storages.get(x.storage);
    if (!known) {
      known = { key: String(this.storages.size), tensor: x };
      this.storages.set(x.storage, known);
    }
    if (known.tensor.dtype !== x.dtype) {
      throw new PicklingError('Cannot save multiple tensors or storages that view the same data as different types');
    }
    const { key } = known;
    pickler.persistent([
      () => pickler.text('storage'), () => pickler.global('torch', storageTypeName(x.dtype)), () => pickler.text(key),
      // where it was is known here only; Python knows no webgpu
      () => pickler.text('cpu'), () => pickler.int(Math.floor(x.storage.nbytes / x.dtype.itemsize)),
    ]);
  }

  private refusal(value: unknown): PicklingError {
    const where = this.path.length > 0 ? ` at ${this.path.join('')}` : '';
    const isModule = value !== null && typeof (value as { stateDict?: unknown }).stateDict === 'function';
    const remedy = isModule
      ? 'save its state: torch.save(net.stateDict(), path)'
      : 'a checkpoint holds tensors, numbers, strings, booleans, null, arrays, plain objects, Maps, Sets and Uint8Arrays';
    return new PicklingError(`Can't pickle ${described(value)}${where}: ${remedy}`);
  }
}

function described(value: unknown): string {
  if (typeof value === 'symbol') return 'a symbol';
  const name = Object.getPrototypeOf(value)?.constructor?.name as string | undefined;
  if (typeof value === 'function' && name === 'Function') return `function ${value.name || '(anonymous)'}`;
  return `${name ?? 'this'} object`;
}

/** An optimizer's state_dict, whose state PyTorch keeps by the number of the parameter. */
function isOptimizerState(value: object): boolean {
  const { state, param_groups: groups } = value as { readonly state?: unknown; readonly param_groups?: unknown };
  return Array.isArray(groups) && typeof state === 'object' && state !== null && !(state instanceof Map) &&
    Object.keys(state).every((key) => /^(0|[1-9]\d*)$/.test(key));
}

/** A Map that says of itself that it is a `collections.Counter`, as the milestones of a schedule do. */
const isCounter = (value: object): value is Map<unknown, unknown> =>
  value instanceof Map && value[Symbol.toStringTag] === 'Counter';

const numberedKeys = (state: object): Map<number, unknown> =>
  new Map(Object.entries(state).map(([key, value]) => [Number(key), value]));
