import { DType, Device, Tensor } from '@sconce/tensor';
import { Layout } from '@sconce/tensor/internal';
import { UnpicklingError } from '../errors.js';
import { PyDict, PyGlobal, PySet, PyTuple } from '../pickle/values.js';
import { makeParameter, withGrad } from './parameter.js';
import { StorageRef, StorageType } from './storages.js';
import { TensorRecipe } from './tensor-recipe.js';

const maxDepth = 1000;
/** What an unpickled value may have that is JavaScript's already. */
const finished = [DType, Device, Uint8Array];

/**
 * What was unpickled as JavaScript has it; the memory of all its tensors must be there. A value that stands in several
 * places, or within itself, does so afterwards.
 * - dict, OrderedDict: a plain object where all keys are strings (and it keeps their order), else a Map
 * - list: an array; tuple, torch.Size: a frozen array; set: a Set; bytes: a Uint8Array
 * - a storage: a tensor of one dimension
 * @throws UnpicklingError for nesting beyond 1000 levels
 */
export function materialize(root: unknown): unknown {
  const made = new Map<object, unknown>();
  const work: { readonly from: object; readonly depth: number }[] = [];

  const shell = (value: unknown, depth: number, intKeys = false): unknown => {
    if (typeof value !== 'object' || value === null || finished.some((type) => value instanceof type)) return value;
    const known = made.get(value);
    if (known !== undefined) return known;
    const own = emptyOf(value, intKeys);
    made.set(value, own);
    if (!(own instanceof Tensor)) {
      if (depth > maxDepth) throw new UnpicklingError(`values nested more than ${maxDepth} levels deep are refused`);
      work.push({ from: value, depth: depth + 1 });
    }
    return own;
  };

  const result = shell(root, 0);
  for (let at = 0; at < work.length; at++) {
    const { from, depth } = work[at];
    fill(from, made.get(from), (value, intKeys) => shell(value, depth, intKeys));
  }
  for (const { from } of work) if (from instanceof PyTuple) Object.freeze(made.get(from));
  return result;
}

type Shell = (value: unknown, intKeys?: boolean) => unknown;

function emptyOf(value: object, intKeys: boolean): unknown {
  if (value instanceof TensorRecipe || value instanceof StorageRef) return tensorOf(value);
  if (value instanceof PyTuple || Array.isArray(value)) return [];
  if (value instanceof PySet) return new Set();
  if (value instanceof PyDict) return intKeys || isPlain(value) ? {} : new Map();
  if (value instanceof PyGlobal || value instanceof StorageType) {
    throw new UnpicklingError(`${value.name} stands where a value is expected`);
  }
  throw new UnpicklingError('a value of an unknown kind');
}

function fill(from: object, into: unknown, shell: Shell): void {
  if (from instanceof PyTuple || Array.isArray(from)) {
    for (const item of from instanceof PyTuple ? from.items : from) (into as unknown[]).push(shell(item));
  } else if (from instanceof PySet) {
    for (const item of from.items) (into as Set<unknown>).add(shell(item));
  } else if (from instanceof PyDict) {
    const optimizer = isOptimizerState(from);
    for (const [key, value] of from.entries) {
      const own = shell(value, optimizer && key === 'state');
      if (into instanceof Map) into.set(shell(key), own);
      else (into as Record<string, unknown>)[key as string] = own;
    }
    // versions of the modules: out of sight, as an attribute of a dict is
    if (from.metadata === undefined) return;
    Object.defineProperty(into, '_metadata', { value: shell(from.metadata), writable: true, configurable: true });
  }
}

/** Whether a plain object can hold the dict: its keys are strings, and those that look like numbers would not move. */
function isPlain({ entries }: PyDict): boolean {
  const keys = [...entries.keys()];
  if (!keys.every((key): key is string => typeof key === 'string' && key !== '__proto__')) return false;
  if (!keys.some((key) => /^\d/.test(key))) return true;
  return Object.keys(Object.fromEntries(keys.map((key) => [key, null]))).every((key, i) => key === keys[i]);
}

const isIndex = (key: unknown): boolean => typeof key === 'number' && Number.isInteger(key) && key >= 0;

/** An optimizer's state_dict numbers its parameters: here it is an object, as `optimizer.stateDict()` gives. */
function isOptimizerState({ entries }: PyDict): boolean {
  const state = entries.get('state');
  return Array.isArray(entries.get('param_groups')) && state instanceof PyDict && [...state.entries.keys()].every(isIndex);
}

function tensorOf(value: TensorRecipe | StorageRef): Tensor {
  const { data } = value instanceof StorageRef ? value : value.storage;
  if (value.dtype !== data.dtype && data.memory!.device.type !== 'cpu') {
    throw new UnpicklingError('bytes of several dtypes can be shared on the CPU only: load to the CPU, then use to()');
  }
  if (value instanceof StorageRef) {
    const { dtype, offset, numel } = value;
    return new Tensor(data.memory!.storage, dtype, new Layout([numel], [1], offset));
  }
  const { storage, dtype, offset, shape, strides, requiresGrad, isParameter } = value;
  const x = new Tensor(data.memory!.storage, dtype, new Layout(shape, strides, storage.offset + offset));
  return isParameter ? makeParameter(x, requiresGrad) : withGrad(x, requiresGrad);
}
