import { device, DType, type Device } from '@sconce/tensor';
import { clipped, UnpicklingError, valueText } from '../errors.js';
import { addItems, setItems } from '../pickle/unpickler.js';
import { PyDict, PyGlobal, PySet, PyTuple } from '../pickle/values.js';
import { dtypesByName } from './dtypes.js';
import { StorageType } from './storages.js';
import { recipe, TensorRecipe } from './tensor-recipe.js';

/** Where tensors of a checkpoint may have been; none of it needs to exist here. */
const deviceText = /^(cpu|cuda|mps|xpu|xla|hpu|hip|mtia|ipu|meta|lazy|vulkan|webgpu)(:\d{1,3})?$/;

/**
 * Gives the value of a name in a pickle: of those that checkpoints of tensors and plain values need, and of no other.
 * They are PyTorch's own list for `weights_only`, without what has no counterpart here.
 * @param size bytes of the pickle: what calls copy may add up to about that, however often a pickle repeats them
 * @see https://pytorch.org/docs/stable/notes/serialization.html#weights-only
 */
export function allowedGlobals(size: number): (module: string, name: string) => unknown {
  const table = new Map<string, unknown>();
  let budget = 4 * size + 1024;
  const allow = (name: string, call: (args: readonly unknown[]) => unknown): void => {
    table.set(name, new PyGlobal(name, call));
  };
  const spend = (count: number): void => {
    budget -= count;
    if (budget < 0) throw new UnpicklingError('a pickle that copies the same values over and over is refused');
  };

  allow('collections.OrderedDict', ([items = []]) => {
    const pairs = listOf(items, 'OrderedDict');
    spend(pairs.length);
    return setItems(new PyDict('OrderedDict'), pairs.flatMap((pair) => {
      const [key, value, ...more] = listOf(pair, 'OrderedDict');
      if (value === undefined || more.length > 0) throw new UnpicklingError('OrderedDict of what are no pairs');
      return [key, value];
    }));
  });
  allow('collections.Counter', ([counts = new PyDict('dict')]) => {
    if (!(counts instanceof PyDict)) throw new UnpicklingError('Counter of what is no dict');
    spend(counts.entries.size);
    const made = new PyDict('Counter');
    for (const [key, count] of counts.entries) made.entries.set(key, count);
    return made;
  });
  for (const name of ['set', 'frozenset']) {
    for (const module of ['builtins', '__builtin__']) {
      allow(`${module}.${name}`, ([items = []]) => {
        const list = listOf(items, name);
        spend(list.length);
        return addItems(new PySet(), list);
      });
    }
  }
  // how protocol 2 writes bytes
  const encode = ([text, encoding]: readonly unknown[]): Uint8Array => {
    if (text instanceof Uint8Array) return text;
    if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
      throw new UnpicklingError('bytes of what is no latin1 text');
    }
    spend(text.length);
    return Uint8Array.from(text, (letter) => {
      const code = letter.charCodeAt(0);
      if (letter.length > 1 || code > 255) throw new UnpicklingError('bytes of what is no latin1 text');
      return code;
    });
  };
  allow('_codecs.encode', encode);
  // and empty ones
  for (const module of ['builtins', '__builtin__']) {
    allow(`${module}.bytes`, (args) => {
      if (args.length > 0) throw new UnpicklingError('bytes of what is no latin1 text');
      return new Uint8Array(0);
    });
  }
  allow('builtins.bytearray', (args) => (args.length === 0 ? new Uint8Array(0) : encode(args)));
  table.set('__builtin__.bytearray', table.get('builtins.bytearray'));

  for (const module of ['builtins', '__builtin__']) {
    allow(`${module}.complex`, ([re, im]) => {
      if (typeof re !== 'number' || typeof im !== 'number') throw new UnpicklingError('a complex number of what are no numbers');
      return setItems(new PyDict('dict'), ['re', re, 'im', im]);
    });
  }
  allow('torch.Size', ([sizes]) => new PyTuple(listOf(sizes, 'torch.Size')));
  allow('torch.device', ([type, index]) => deviceOf(type, index));
  for (const [name, dtype] of dtypesByName) table.set(`torch.${name}`, dtype);

  allow('torch._utils._rebuild_tensor', ([storage, offset, size, stride]) => recipe(storage, offset, size, stride, false));
  allow('torch._utils._rebuild_tensor_v2', ([storage, offset, size, stride, grad, , metadata]) => {
    checkBits(metadata);
    return recipe(storage, offset, size, stride, grad);
  });
  allow('torch._utils._rebuild_tensor_v3', ([storage, offset, size, stride, grad, , dtype, metadata]) => {
    if (!(dtype instanceof DType)) throw new UnpicklingError('a tensor without a dtype');
    checkBits(metadata);
    return recipe(storage, offset, size, stride, grad, dtype);
  });
  allow('torch._utils._rebuild_parameter', ([data, grad]) => parameter(data, grad));
  // the fourth argument holds attributes that Python code had given to the parameter
  allow('torch._utils._rebuild_parameter_with_state', ([data, grad]) => parameter(data, grad));
  allow('torch.nn.parameter.Parameter', ([data, grad = true]) => parameter(data, grad));
  allow('torch.Tensor', () => { throw new UnpicklingError('torch.Tensor can only be named, not called'); });
  // a tensor with attributes: the function that rebuilds it, its class, the function's arguments, the attributes
  for (const name of ['_rebuild_from_type', '_rebuild_from_type_v2']) {
    allow(`torch._tensor.${name}`, ([rebuild, , args]) => {
      const made = rebuild instanceof PyGlobal && rebuild.name.startsWith('torch._utils.') && args instanceof PyTuple
        ? rebuild.call(args.items) : null;
      if (!(made instanceof TensorRecipe)) throw new UnpicklingError(`${name} of what is no tensor`);
      return made;
    });
  }

  return (module, name) => {
    const full = `${module}.${name}`;
    const storage = module === 'torch' || module === 'torch.storage' ? StorageType.named(name.replace(/^_/, '')) : undefined;
    const found = storage ?? table.get(full);
    if (found === undefined) throw unsupported(full);
    return found;
  };
}

const unsupported = (name: string): UnpicklingError => new UnpicklingError(
  'Weights only load failed: what a checkpoint names is never run here, and only tensors and plain values are read. ' +
  `WeightsUnpickler error: Unsupported global: GLOBAL ${clipped(name)} was not an allowed global by default.${remedy(name)}`);

/** What to do in Python about the names that checkpoints have most often. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^torch\.(nn\.(modules|parallel)|optim)\./, 'Save the state_dict() of modules and optimizers, not themselves.'],
  [/^numpy\./, "Save NumPy's numbers as x.item(), its arrays as torch.from_numpy(x)."],
  [/^(__builtin__|builtins)\.getattr$/,
    "The state_dict() of a scheduler may hold a method, as OneCycleLR's and SWALR's do: save it without 'anneal_func'."],
  [/^collections\.defaultdict$/, 'Save dict(x).'],
  [/^collections\.deque$/, 'Save list(x).'],
  [/^(argparse\.Namespace|types\.SimpleNamespace)$/, 'Save vars(x).'],
  [/^pathlib\./, 'Save str(x).'],
  [/^torch\.return_types\./, 'Save tuple(x).'],
  [/^torch\._utils\._rebuild_sparse/, 'Save x.to_dense().'],
  [/^torch\._utils\._rebuild_qtensor$/, 'Save x.dequantize().'],
  [/\.Uninitialized(Parameter|Buffer)$/, 'Run a lazy module once before saving its state.'],
  [/^torch\.storage\._load_from_bytes$/, 'Save tensors with torch.save, not with pickle.'],
  [/^__main__\./, 'Save the attributes of an object in a dict.'],
];

function remedy(name: string): string {
  const found = remedies.find(([known]) => known.test(name));
  return found ? ` ${found[1]}` : '';
}

/** Newer PyTorch says of a tensor so whether its elements are still to be negated or conjugated. */
function checkBits(metadata: unknown): void {
  const bit = metadata instanceof PyDict ? ['neg', 'conj'].find((name) => metadata.entries.get(name) === true) : undefined;
  if (bit) throw new UnpicklingError(`a tensor whose ${bit} bit is set: save x.resolve_${bit}()`);
}

function listOf(x: unknown, what: string): readonly unknown[] {
  if (x instanceof PyTuple) return x.items;
  if (!Array.isArray(x)) throw new UnpicklingError(`${what} of what is no list`);
  return x;
}

function parameter(data: unknown, requiresGrad: unknown): TensorRecipe {
  if (!(data instanceof TensorRecipe) || typeof requiresGrad !== 'boolean') {
    throw new UnpicklingError('a parameter of what is no tensor');
  }
  return data.asParameter(requiresGrad && data.dtype.isDifferentiable);
}

function deviceOf(type: unknown, index: unknown): Device {
  const text = index === undefined || index === null ? valueText(type) : `${valueText(type)}:${valueText(index)}`;
  if (!deviceText.test(text)) throw new UnpicklingError(`Invalid device string: '${text}'`);
  return device(text.replace(/:0+(?=\d)/, ':'));
}
