import { RuntimeError, Tensor } from '@sconce/tensor';
import { IncompatibleKeys } from './incompatible-keys.js';
import type { Module } from './module.js';
import { isLazy } from './parameter.js';

/** Parameters and buffers by key. A state that a module gave also says, out of sight, in which version it is. */
export type StateDict = Record<string, Tensor>;

export interface StateDictOptions {
  readonly prefix?: string | undefined;
  readonly keepVars?: boolean | undefined;
}

/** What is wrong with a state that is being loaded. */
export interface LoadReport { readonly missing: string[]; readonly unexpected: string[]; readonly errors: string[] }

type Metadata = Record<string, { readonly version: number }>;

/** PyTorch keeps the versions as an attribute of the dict; here it is a property that does not show among the keys. */
const METADATA = '_metadata';
const EXTRA_STATE = '_extra_state';

export function stateDict(module: Module, { prefix = '', keepVars = false }: StateDictOptions): StateDict {
  const state: StateDict = {}, metadata: Metadata = {};
  Object.defineProperty(state, METADATA, { value: metadata, enumerable: false });
  const save = (from: Module, path: string): void => {
    metadata[path.slice(0, -1)] = { version: from._version };
    for (const [name, x] of [...from._ownParameters(), ...from._ownBuffers(true)]) {
      state[path + name] = keepVars || isLazy(x) ? x : x.detach();
    }
    if (from._extraState.gives) (state as Record<string, unknown>)[path + EXTRA_STATE] = from.getExtraState();
    for (const [name, child] of from._namedChildren()) save(child, `${path}${name}.`);
  };
  save(module, prefix);
  return state;
}

export function loadStateDict(
  module: Module, given: StateDict | ReadonlyMap<string, Tensor>, strict: boolean,
): IncompatibleKeys {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || given instanceof Promise || given instanceof Tensor) {
    const late = given instanceof Promise ? ' Write await before what loads it.' : '';
    throw new TypeError(`Expected state_dict to be dict-like, got ${typeof given === 'object' ? given?.constructor.name ?? 'null' : typeof given}.${late}`);
  }
  const state = new Map<string, unknown>(given instanceof Map ? given : Object.entries(given));
  const metadata = (given as { [METADATA]?: Metadata })[METADATA];
  const report: LoadReport = { missing: [], unexpected: [], errors: [] };
  const load = (into: Module, path: string): void => {
    into._mendState(state, path, metadata?.[path.slice(0, -1)]?.version, report);
    for (const [name, x] of [...into._ownParameters(), ...into._ownBuffers(true)]) copyInto(x, state, path + name, report);
    const extra = path + EXTRA_STATE;
    if (into._extraState.takes) {
      if (state.has(extra)) into.setExtraState(state.get(extra));
      else report.missing.push(extra);
    } else if (state.has(extra)) report.unexpected.push(extra);
    for (const key of state.keys()) {
      if (key.startsWith(path) && key !== extra && !into._knows(key.slice(path.length).split('.', 1)[0])) report.unexpected.push(key);
    }
    for (const [name, child] of into._namedChildren()) load(child, `${path}${name}.`);
    into._wasLoaded(keys);
  };
  const { missing, unexpected, errors } = report, keys = new IncompatibleKeys(missing, unexpected);
  load(module, '');
  const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ');
  const problems = [
    ...(strict && missing.length ? [`Missing key(s) in state_dict: ${quoted(missing)}. `] : []),
    ...(strict && unexpected.length ? [`Unexpected key(s) in state_dict: ${quoted(unexpected)}. `] : []),
    ...errors,
  ];
  if (problems.length) {
    throw new RuntimeError(`Error(s) in loading state_dict for ${module.constructor.name}:\n\t${problems.join('\n\t')}`);
  }
  return keys;
}

const sizeText = (x: Tensor): string => `torch.Size([${x.shape.join(', ')}])`;

function copyInto(x: Tensor, state: ReadonlyMap<string, unknown>, key: string, { missing, errors }: LoadReport): void {
  if (!state.has(key)) {
    missing.push(key);
    return;
  }
  const value = state.get(key);
  if (!(value instanceof Tensor)) {
    errors.push(`While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${typeof value}`);
    return;
  }
  if (isLazy(x)) {
    if (isLazy(value)) return;
    x.materialize(value.shape);
  }
  // very old checkpoints hold scalars as vectors of one element
  const source = x.dim() === 0 && value.dim() === 1 ? value.select(0, 0) : value;
  if (source.shape.join() === x.shape.join()) x.copy_(source);
  else {
    errors.push(
      `size mismatch for ${key}: copying a param with shape ${sizeText(source)} from checkpoint, the shape in current model is ${sizeText(x)}.`);
  }
}
