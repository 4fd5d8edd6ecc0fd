import { RuntimeError, Tensor } from '@sconce/tensor';
import { Module } from './module.js';
import { Parameter, UninitializedBuffer, UninitializedParameter } from './parameter.js';

/**
 * A copy that shares no memory with the original: of a module with all that is inside it, a tensor, or arrays and plain
 * objects of them. What is shared within the original is shared within the copy. Functions are taken over, and so are hooks of modules.
 * @throws RuntimeError for a tensor that is not a leaf
 * @see https://docs.python.org/3/library/copy.html#copy.deepcopy
 * @example const best = nn.deepcopy(net);
 */
export function deepcopy<T>(value: T): T { return copy(value, new Map()) as T; }

function copy(value: unknown, seen: Map<unknown, unknown>): unknown {
  if (value === null || (typeof value !== 'object' && !(value instanceof Module))) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (value instanceof Tensor) return remember(seen, value, copyTensor(value, seen));
  if (value instanceof Module) return copyModule(value, seen);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    seen.set(value, list);
    for (const x of value) list.push(copy(x, seen));
    return list;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const object: Record<string, unknown> = {};
  seen.set(value, object);
  for (const [key, x] of Object.entries(value)) object[key] = copy(x, seen);
  return object;
}

function remember<T>(seen: Map<unknown, unknown>, original: unknown, made: T): T {
  seen.set(original, made);
  return made;
}

function copyTensor(x: Tensor, seen: Map<unknown, unknown>): Tensor {
  if (!x.isLeaf) {
    throw new RuntimeError('Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment');
  }
  const { device, dtype, requiresGrad } = x;
  if (x instanceof UninitializedParameter) return new UninitializedParameter({ requiresGrad, device, dtype });
  if (x instanceof UninitializedBuffer) return new UninitializedBuffer({ device, dtype });
  const data = x.detach().clone();
  const made = x instanceof Parameter ? new Parameter(data, { requiresGrad: x.requiresGrad }) : data;
  if (!(x instanceof Parameter) && x.requiresGrad) made.requiresGrad_();
  made.grad = copy(x.grad, seen) as Tensor | null;
  return made;
}

function copyModule(module: Module, seen: Map<unknown, unknown>): Module {
  // a module of the same class, whose own constructor does not run
  const made = Reflect.construct(Module, [], module.constructor as new () => Module) as Module;
  seen.set(module, made);
  made._copyRegistrations(module);
  Module._hooksOf(made).copy(Module._hooksOf(module));
  const from = module as unknown as Record<string, unknown>, to = made as unknown as Record<string, unknown>;
  for (const key of Object.keys(module)) to[key] = copy(from[key], seen);
  return made;
}
