import { empty, RuntimeError, Tensor, ValueError, type DeviceLike, type DType } from '@sconce/tensor';
import { checked, Layout } from '@sconce/tensor/internal';

/**
 * A tensor that is a parameter of the module that it is assigned to: it appears in `module.parameters()`, is trained and is
 * saved. It shares the memory of the tensor that it is made of.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
 * @example
 * class Scale extends nn.Module {
 *   factor = new nn.Parameter(torch.ones(1));
 *   forward(x: torch.Tensor) { return x.mul(this.factor); }
 * }
 * [...new Scale().parameters()].length // 1
 */
export class Parameter extends Tensor {
  /**
   * @param data the values; default: none
   * @param options.requiresGrad whether it is trained, default true
   */
  constructor(data: Tensor = empty(0), options: { readonly requiresGrad?: boolean } = {}) {
    const { requiresGrad = true } = checked(new.target.name, options);
    if (!(data instanceof Tensor)) throw new TypeError(`Parameter data must be a Tensor, but got ${typeof data}`);
    super(data.storage, data.dtype, data.layout);
    if (requiresGrad && !data.dtype.isDifferentiable) {
      throw new RuntimeError('Only Tensors of floating point and complex dtype can require gradients');
    }
    if (requiresGrad) this.requiresGrad = true;
  }

  override toString(): string { return `Parameter containing:\n${super.toString()}`; }
}

export interface UninitializedOptions {
  readonly device?: DeviceLike | undefined;
  readonly dtype?: DType | undefined;
}

/** What can be done with a tensor whose shape is not known: much as in PyTorch, nothing but moving and converting it. */
const ALLOWED = new Set([
  'constructor', 'toString', 'materialize', 'size', 'copy_', 'isFloatingPoint', 'half', 'float', 'double', 'char', 'short', 'int',
  'long', 'cpu', 'to', 'getDevice', 'isInference', 'setGradFn', 'ownGradFn', 'markLeaf',
]);
const guarded = new Set<object>();

const refused = (what: string, name: string): ValueError => new ValueError(
  `Attempted to use an uninitialized parameter in ${what}. This error happens when you are using a \`LazyModule\` or explicitly ` +
  `manipulating \`torch.nn.parameter.${name}\` objects. When using LazyModules Call \`forward\` with a dummy batch to initialize the ` +
  'parameters before calling torch functions');

/** Has every method of a class of tensors refuse, by its name; on first use, so that importing does no work. */
function guardMethods({ prototype, name }: { readonly prototype: Tensor; readonly name: string }): void {
  if (guarded.has(prototype)) return;
  guarded.add(prototype);
  Object.defineProperties(prototype, {
    shape: { get: shapeUnknown },
    ndim: { value: 1 },
    size: { value: () => [0] },
    // without elements, to be moved and converted
    data: {
      get(this: Tensor) { return empty(0, { device: this.device, dtype: this.dtype }); },
      set(this: { storage: Tensor['storage']; dtype: DType }, { storage, dtype }: Tensor) { Object.assign(this, { storage, dtype }); },
    },
  });
  for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype))) {
    if (typeof value !== 'function' || ALLOWED.has(method)) continue;
    const python = method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    Object.defineProperty(prototype, method, {
      value() { throw refused(`<method '${python}' of 'torch._C._TensorBase' objects>`, name); },
    });
  }
}

/** Stands in for the layout, for functions that are called with the tensor. */
function noLayout(name: string): Tensor['layout'] {
  const get = (): never => { throw refused('a torch function', name); };
  // all that there is to know of a layout follows from these
  const unknown = ['shape', 'strides', 'offset', 'numel'].map((key) => [key, { get }] as const);
  return Object.create(Layout.prototype, Object.fromEntries(unknown)) as Tensor['layout'];
}

function shapeUnknown(): never {
  throw new RuntimeError(
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to load " +
    'an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their attributes.');
}

/**
 * A parameter whose shape is not known yet, as lazy modules have it: it becomes a `Parameter`, the same object, once it is.
 * Its shape cannot be asked for, and no function takes it.
 * @throws RuntimeError for its shape; ValueError in functions
 * @see https://pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedParameter.html
 * @example
 * const p = new nn.parameter.UninitializedParameter();
 * p.materialize([2, 3]);
 * p.shape // [2, 3]
 */
export class UninitializedParameter extends Parameter {
  constructor(options: UninitializedOptions & { readonly requiresGrad?: boolean | undefined } = {}) {
    const { requiresGrad = true, device, dtype } = checked('UninitializedParameter', options, 'requiresGrad');
    super(empty(0, { device, dtype }), { requiresGrad });
    guardMethods(UninitializedParameter);
    this.layout = noLayout('UninitializedParameter');
  }

  /** Gives it its shape, which makes a `Parameter` of it; the values are not set. */
  materialize(shape: readonly number[], options: UninitializedOptions = {}): void { materialize(this, Parameter.prototype, shape, options); }

  override toString(): string { return '<UninitializedParameter>'; }
}

/** The same for a buffer, which becomes a `Tensor`. @see UninitializedParameter */
export class UninitializedBuffer extends Tensor {
  constructor(options: UninitializedOptions = {}) {
    const { device, dtype } = checked('UninitializedBuffer', options, 'device');
    const none = empty(0, { device, dtype });
    super(none.storage, none.dtype, none.layout);
    guardMethods(UninitializedBuffer);
    this.layout = noLayout('UninitializedBuffer');
  }

  /** Gives it its shape, which makes a `Tensor` of it; the values are not set. */
  materialize(shape: readonly number[], options: UninitializedOptions = {}): void { materialize(this, Tensor.prototype, shape, options); }

  override toString(): string { return '<UninitializedBuffer>'; }
}

function materialize(x: Tensor, becomes: Tensor, shape: readonly number[], options: UninitializedOptions): void {
  const { device = x.device, dtype = x.dtype } = checked('materialize', options, 'device');
  Object.setPrototypeOf(x, becomes);
  x.data = empty(shape, { device, dtype });
}

/** Whether a parameter or buffer waits for its shape. */
export const isLazy = (x: unknown): x is UninitializedParameter | UninitializedBuffer =>
  x instanceof UninitializedParameter || x instanceof UninitializedBuffer;
