import { noGrad } from '@sconce/autograd';
import { NotImplementedError, RuntimeError, Tensor, ValueError } from '@sconce/tensor';
import { checked, shapeText, thenLeave } from '@sconce/tensor/internal';
import { ModuleDict, ModuleList } from '../containers.js';
import type { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { membersOf } from './reparametrized.js';

/** A module that computes a tensor of one that is trained, or of several; `rightInverse` says of which. */
export interface Parametrization extends Module {
  forward(...originals: Tensor[]): Tensor;
  rightInverse?(value: Tensor): Tensor | readonly Tensor[];
}

export interface RegisterParametrizationOptions {
  /** lets the parametrization change the dtype and the shape, default false */
  readonly unsafe?: boolean | undefined;
}

/** The parametrizations of one tensor, and the tensors that are trained in its place: `original`, or `original0`, … */
export class ParametrizationList extends ModuleList<Parametrization> {
  unsafe: boolean;
  readonly isTensor: boolean;
  readonly ntensors: number;

  constructor(modules: Iterable<Parametrization>, original: Tensor, { unsafe }: { readonly unsafe: boolean }) {
    super(modules);
    this.unsafe = unsafe;
    const { dtype, shape } = original;
    const inverse = noGrad(() => this.inverseOf(original));
    this.isTensor = inverse instanceof Tensor;
    this.ntensors = inverse instanceof Tensor ? 1 : inverse.length;
    if (inverse instanceof Tensor) {
      if (inverse.dtype !== dtype) {
        throw new ValueError('When `right_inverse` outputs one tensor, it may not change the dtype.\n' +
          `original.dtype: ${dtype}\nright_inverse(original).dtype: ${inverse.dtype}`);
      }
      // the tensor stays the object that an optimizer may know
      original.data = inverse.detach();
      put(this, 'original', original);
    } else {
      inverse.forEach((x, i) => {
        const own = original instanceof Parameter ? new Parameter(x.detach(), { requiresGrad: original.requiresGrad }) : x;
        put(this, `original${i}`, own);
      });
    }
    if (!unsafe) checkSame('', this.forward(), dtype, shape);
  }

  /** The tensor that is computed. */
  override forward(): Tensor {
    const [first, ...rest] = this;
    let x = (first as (...originals: Tensor[]) => Tensor)(...this.originals());
    for (const module of rest) x = module(x);
    return x;
  }

  /** The tensors that are trained. */
  originals(): Tensor[] {
    const members = membersOf(this);
    if (this.isTensor) return [members['original'] as Tensor];
    return Array.from({ length: this.ntensors }, (_, i) => members[`original${i}`] as Tensor);
  }

  /** Gives the tensors that are trained the values from which the parametrizations compute `value`. */
  rightInverse(value: Tensor): void {
    noGrad(() => {
      let x: Tensor | readonly Tensor[] = value;
      for (const module of [...this].reverse()) {
        if (!module.rightInverse) {
          throw new RuntimeError(`parametrization ${module.constructor.name} does not implement right_inverse.`);
        }
        x = module.rightInverse(x as Tensor);
      }
      const values = x instanceof Tensor ? [x] : x, originals = this.originals();
      if (values.length !== originals.length) {
        throw new ValueError("'right_inverse' must return a sequence of tensors of length " +
          `${originals.length}. Got a sequence of lenght ${values.length}.`);
      }
      originals.forEach((original, i) => {
        if (values[i].dtype !== original.dtype) {
          throw new ValueError(`The tensor returned by \`right_inverse\` has dtype ${values[i].dtype} ` +
            `while \`original\` has dtype ${original.dtype}`);
        }
        original.data = values[i].detach();
      });
    });
  }

  private inverseOf(original: Tensor): Tensor | readonly Tensor[] {
    let x: Tensor | readonly Tensor[] = original;
    for (const module of [...this].reverse()) {
      try {
        // without an inverse it is taken for the identity
        x = module.rightInverse?.(x as Tensor) ?? x;
      } catch (error) {
        if (!(error instanceof NotImplementedError)) throw error;
      }
    }
    if (x instanceof Tensor || (Array.isArray(x) && x.every((y) => y instanceof Tensor))) return x;
    throw new ValueError("'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). " +
      `Got ${typeof x}.`);
  }
}

/** Makes a tensor a parameter or a buffer. */
function put(module: Module, name: string, tensor: Tensor): void {
  if (tensor instanceof Parameter) module.registerParameter(name, tensor);
  else module.registerBuffer(name, tensor);
}

function checkSame(tensorName: string, made: unknown, dtype: Tensor['dtype'], shape: readonly number[]): void {
  if (!(made instanceof Tensor)) throw new ValueError(`A parametrization must return a tensor. Got ${typeof made}.`);
  const flag = tensorName ? 'the `unsafe` flag' : '`unsafe` flag';
  const [before, after] = tensorName ? [`module.${tensorName}.`, `parametrization(module.${tensorName}).`] : ['unparametrized ', 'parametrized '];
  const refuse = (what: string, was: unknown, is: unknown): never => {
    throw new ValueError(`Registering a parametrization may not change the ${what} of the tensor, unless ${flag} is enabled.\n` +
      `${before}${what}: ${String(was)}\n${after}${what}: ${String(is)}`);
  };
  if (made.dtype !== dtype) refuse('dtype', dtype, made.dtype);
  if (shapeText(made.shape) !== shapeText(shape)) refuse('shape', sizeText(shape), sizeText(made.shape));
}

const sizeText = (shape: readonly number[]): string => `torch.Size([${shape.join(', ')}])`;

/** The parametrizations of a tensor of a module, if it has any. */
function listOf(module: Module, tensorName: string): ParametrizationList | undefined {
  const { parametrizations } = membersOf(module);
  return parametrizations instanceof ModuleDict && parametrizations.has(tensorName)
    ? parametrizations.get(tensorName) as unknown as ParametrizationList : undefined;
}

/**
 * Computes a parameter or buffer of a module by another module, whenever it is read: `module.weight` is then
 * `parametrization(original)`, and `module.parametrizations.weight.original` is what is trained. What is assigned to
 * `module.weight` goes through `rightInverse`. Several follow one another.
 * @throws ValueError where the module has no such tensor, or its dtype or shape would change
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
 * @example
 * class Symmetric extends nn.Module {
 *   forward(x: torch.Tensor) { return x.triu().add(x.triu(1).t()); }
 *   rightInverse(a: torch.Tensor) { return a.triu(); }
 * }
 * const layer = nn.utils.parametrize.registerParametrization(new nn.Linear(5, 5), 'weight', new Symmetric());
 */
export function registerParametrization<M extends Module>(
  module: M, tensorName: string, parametrization: Parametrization, options: RegisterParametrizationOptions = {},
): M {
  const { unsafe = false } = checked('registerParametrization', options);
  parametrization.train(module.training);
  const list = listOf(module, tensorName), members = membersOf(module);
  if (list) {
    if (!unsafe) {
      const now = members[tensorName] as Tensor;
      checkSame(tensorName, parametrization(now), now.dtype, now.shape);
    }
    list.append(parametrization);
    list.unsafe ||= unsafe;
    return module;
  }
  const found = [...module._ownParameters(), ...module._ownBuffers()].find(([name]) => name === tensorName);
  if (!found) {
    throw new ValueError(`Module '${String(module)}' does not have a parameter, a buffer, or a parametrized element with name '${tensorName}'`);
  }
  const made = new ParametrizationList([parametrization], found[1], { unsafe });
  module._release(tensorName);
  if (!isParametrized(module)) {
    extendClass(module);
    members['parametrizations'] = new ModuleDict();
  }
  Object.defineProperty(Object.getPrototypeOf(module), tensorName, {
    configurable: true,
    get(this: Module) { return computed(listOf(this, tensorName)!); },
    set(this: Module, value: Tensor) { listOf(this, tensorName)!.rightInverse(value); },
  });
  (members['parametrizations'] as ModuleDict<Module>).set(tensorName, made);
  return module;
}

let cache: Map<ParametrizationList, Tensor> | null = null;

function computed(list: ParametrizationList): Tensor {
  const known = cache?.get(list);
  if (known) return known;
  const made = list();
  cache?.set(list, made);
  return made;
}

/**
 * Calls `fn`, which may be async, and computes what is parametrized once only, when it is first read.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.cached.html
 * @example const y = nn.utils.parametrize.cached(() => net(x));
 */
export function cached<T>(fn: () => T): T {
  const before = cache;
  cache ??= new Map();
  return thenLeave(fn, () => { cache = before; });
}

/** The class of a module as it was before it was parametrized. */
export const typeBeforeParametrizations = (module: Module): new () => Module =>
  (isParametrized(module) ? Object.getPrototypeOf(module.constructor) as new () => Module : module.constructor as new () => Module);

/** Gives a module a class of its own, below the one that it has, in which properties may be computed. */
function extendClass(module: Module): void {
  const Base = module.constructor as new () => Module;
  const name = `Parametrized${Base.name}`;
  const { [name]: Parametrized } = { [name]: class extends Base {} };
  Object.setPrototypeOf(module, Parametrized.prototype as object);
}

/**
 * Whether a module computes a tensor of its by parametrizations, or any.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.is_parametrized.html
 */
export function isParametrized(module: Module, tensorName?: string): boolean {
  if (tensorName !== undefined) return listOf(module, tensorName) !== undefined;
  const { parametrizations } = membersOf(module);
  return parametrizations instanceof ModuleDict && parametrizations.length > 0;
}

/**
 * Makes a parameter or buffer again of what parametrizations compute.
 * @param options.leaveParametrized with the value that it has now (default), or with that of the original
 * @throws ValueError where there are none; or where the value of the original is asked for, and they are several
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.remove_parametrizations.html
 */
export function removeParametrizations<M extends Module>(
  module: M, tensorName: string, options: { readonly leaveParametrized?: boolean | undefined } = {},
): M {
  const { leaveParametrized = true } = checked('removeParametrizations', options);
  const list = listOf(module, tensorName), members = membersOf(module);
  if (!list) throw new ValueError(`Module ${String(module)} does not have a parametrization on ${tensorName}`);
  let [original] = list.originals();
  if (list.isTensor) {
    if (leaveParametrized) original.data = noGrad(() => list.forward());
  } else if (leaveParametrized) {
    const trained = list.originals().some((x) => x.requiresGrad);
    const value = noGrad(() => list.forward());
    original = trained ? new Parameter(value) : value;
  } else {
    throw new ValueError('Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a ' +
      'sequence of tensors.');
  }
  Reflect.deleteProperty(Object.getPrototypeOf(module) as object, tensorName);
  (members['parametrizations'] as ModuleDict).pop(tensorName);
  put(module, tensorName, original);
  if (!isParametrized(module)) {
    module._release('parametrizations');
    Object.setPrototypeOf(module, Object.getPrototypeOf(Object.getPrototypeOf(module)) as object);
  }
  return module;
}
