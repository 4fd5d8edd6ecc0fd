// Maps the corpus' calls onto Sconce. It moves arguments and reads results; it computes nothing.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { builtFile } from './src/framework.mjs';
import { runnerFolder } from './src/corpus.mjs';
import { placed } from './signatures.mjs';

const { NotImplemented, camel, camelKeys, lookup, withOptions } =
  await import(pathToFileURL(`${process.env.SCONCE_CONFORMANCE_RUNNER ?? runnerFolder()}/lib/helpers.mjs`).href);
const torch = await import(pathToFileURL(process.env.SCONCE_CONFORMANCE_FRAMEWORK ?? builtFile).href);
const { Tensor } = torch;
const device = process.env.SCONCE_CONFORMANCE_DEVICE ?? 'cpu', backend = process.env.SCONCE_CONFORMANCE_BACKEND ?? 'wasm';
if (backend === 'js') torch.registerBackend(torch.jsBackend);
if (device === 'webgpu') await torch.webgpu.init(await adapterOption());

/** Dawn as the workspace has it, which sources bundled into another folder do not see. */
async function adapterOption() {
  const { create } = await import(createRequire(new URL('../../packages/webgpu-backend/package.json', import.meta.url)).resolve('webgpu'));
  globalThis.sconceGpu = create([]); // collected, it would take the device with it
  return { adapter: await globalThis.sconceGpu.requestAdapter() ?? undefined };
}

// ---- values

/** Python's 2.0, which decides the dtype of new tensors; everywhere else it is the number. */
class Float { constructor(value) { this.value = value; } }
const plain = (v) =>
  v instanceof Float ? v.value
    : Array.isArray(v) ? v.map(plain)
    : v !== null && typeof v === 'object' && Object.getPrototypeOf(v) === Object.prototype
      ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]))
    : v;

/** int64 where Python's data are ints: JavaScript's 2 alone would be a float. */
function intData(data) {
  if (Array.isArray(data)) return data.length > 0 && data.every(intData);
  return typeof data === 'bigint' || (typeof data === 'number' && Number.isInteger(data));
}
const dataOptions = (data, kwargs) => (intData(data) ? { dtype: torch.int64, ...kwargs } : kwargs);

function tensor(spec) {
  const dtype = torch[spec.dtype];
  if (dtype.isComplex) {
    const pairs = torch.tensor(spec.data, { device }).reshape([...spec.shape, 2]);
    return spec.requiresGrad ? torch.viewAsComplex(pairs).requiresGrad_() : torch.viewAsComplex(pairs);
  }
  const x = spec.strides && !spec.raw
    ? torch.tensor(spec.storage, { dtype, device }).asStrided(spec.shape, spec.strides).detach()
    : torch.tensor(spec.data, { dtype, device }).reshape(spec.shape).detach();
  if (spec.parameter) return new torch.nn.Parameter(x, { requiresGrad: spec.requiresGrad });
  return spec.requiresGrad ? x.requiresGrad_() : x;
}

async function read(x) {
  const host = (await x.detach().cpu()).contiguous();
  const values = host.dtype.itemsize === 2 && host.dtype.isFloatingPoint ? host.to(torch.float32) : host;
  return { dtype: x.dtype.name, shape: x.shape, data: values.numpy() };
}

const isTensor = (x) => x instanceof Tensor;

// ---- calls whose form differs

const slice = (start, stop, step) => `${start ?? ''}:${stop ?? ''}${step === null ? '' : `:${step}`}`;

const SPECIAL = {
  __getitem__: ([x, index]) => x.index(...index),
  __setitem__: ([x, index, value]) => x.indexPut_(index, plain(value)),
  shape: ([x]) => x.shape,
  T: ([x]) => x.T,
  mT: ([x]) => x.mT,
  // int or float data: JavaScript has one number type
  tensor: ([data], kwargs) => torch.tensor(plain(data), dataOptions(data, kwargs)),
  new_tensor: ([x, data], kwargs) => x.newTensor(plain(data), kwargs),
  full: ([size, value], kwargs) => torch.full(size, plain(value), dataOptions(value, kwargs)),
};

/** What makes tensors out of nothing: there it says where. */
const CREATES = new Set([
  'arange', 'empty', 'eye', 'full', 'linspace', 'logspace', 'ones', 'rand', 'randint', 'randn', 'randperm', 'tensor', 'zeros', 'tril_indices', 'triu_indices',
]);

/** Calls whose results' shapes hang on values, which a device tells only later: there they have another name. */
const LATER = {
  __getitem__: ([x, index]) => torch.indexAsync(x, ...index),
  nonzero: ([x], kwargs) => torch.nonzeroAsync(x, camelKeys(kwargs)),
  argwhere: ([x]) => torch.nonzeroAsync(x),
  masked_select: ([x, mask]) => torch.maskedSelectAsync(x, mask),
  unique: ([x], { sorted: _always, dim = null, ...kwargs }) => (dim !== null ? null : single(torch.uniqueAsync(x, camelKeys(kwargs)))),
};
/** A list of one tensor is the tensor. */
const single = async (list) => { const all = await list; return all.length === 1 ? all[0] : all; };

/** torch.add(2, 3.5): PyTorch takes the first number as a 0-d tensor of Python's type. */
const numbersAlone = (args) => args.length > 0 && args.every((x) => typeof x === 'number' || x instanceof Float);
const zeroDim = (x) => torch.tensor(plain(x), { dtype: intData(x) ? torch.int64 : torch.float64 });

function call(op, args, given, info) {
  const where = device !== 'cpu' && CREATES.has(op) ? { device } : {}, kwargs = { ...given, ...where };
  if (device !== 'cpu' && Object.hasOwn(LATER, op)) {
    const later = LATER[op](args, kwargs);
    if (later) return later;
  }
  if (Object.hasOwn(SPECIAL, op)) return SPECIAL[op](args, camelKeys(kwargs), info);
  if (info.method && numbersAlone(args)) return torch[info.camel](zeroDim(args[0]), ...withOptions(plain(args.slice(1)), kwargs));
  const [positional, options] = placed(op, args, kwargs, info, isTensor);
  const passed = withOptions(plain(positional), { ...plain(options), ...where });
  if (info.kind !== 'method') {
    const f = lookup(torch, op);
    if (typeof f === 'function') return f(...passed);
  }
  const [self, ...rest] = passed;
  const method = self?.[info.camel];
  if (typeof method === 'function') return method.apply(self, rest);
  throw new NotImplemented(op);
}

// ---- objects

function construct(cls, args, kwargs, info) {
  // PyTorch lists this name for its own nn.MaxPool2d
  const C = lookup(torch, cls.replace('ao.nn.quantized.', 'nn.'));
  if (typeof C !== 'function') throw new NotImplemented(cls);
  const [positional, options] = placed(cls, args, kwargs, info, isTensor);
  const given = withOptions(plain(positional), plain(options));
  // torchvision's networks are made by functions
  return onDevice(/^[a-z]/.test(info.name) ? C(...given) : new C(...given));
}

/** A module with its parameters where tensors are made. */
const onDevice = (object) => (device !== 'cpu' && object instanceof torch.nn.Module ? object.to(device) : object);

function invoke(object, method, args, kwargs) {
  const f = object?.[camel(method)];
  if (typeof f !== 'function') throw new NotImplemented(`${object?.constructor?.name}.${method}`);
  // the gradient is positional, and may be left out
  const given = method === 'backward' && args.length === 0 ? [undefined] : args;
  return f.apply(object, withOptions(plain(given), plain(kwargs)));
}

/** A module of that name whose children are called one after the other. */
function net(name, children) {
  const C = { [name]: class extends torch.nn.Module {
    constructor() {
      super();
      for (const [key, child] of children) this[key] = child;
    }
    forward(x) { return children.reduce((y, [key]) => this[key](y), x); }
  } }[name];
  return new C();
}

export default {
  name: `sconce (${device}, ${backend})`,
  scalar: (v, kind) => (kind === 'float' && Number.isInteger(v) ? new Float(v) : v),
  tensor, read, isTensor, call, construct, invoke, net, slice,
  ellipsis: '...',
  dtype: (name) => torch[name],
  dtypeName: (d) => d.name,
  shapeOf: (x) => x.shape,
  backward: (outputs, cotangents, inputs) => torch.autograd.grad(outputs, inputs, cotangents, { allowUnused: true }),
  manualSeed: (seed) => { torch.manualSeed(seed); },
  // the input is positional
  forward: (module, args, { input, ...kwargs }) =>
    module(...withOptions(plain(input === undefined ? args : [input, ...args]), plain(kwargs))),
  get: (object, attribute) => object[camel(attribute)],
  set: (object, attribute, value) => { object[camel(attribute)] = plain(value); },
  namedParameters: (module) => module.namedParameters(),
  stateDict: (module) => module.stateDict(),
  learningRates: (optimizer) => optimizer.paramGroups.map((group) => group.lr),
  groupOption: (optimizer, key) => optimizer.paramGroups[0][camel(key)],
  noGrad: (f) => torch.noGrad(f),
  repr: (x) => x.toString(),
  load: (kind, path) => ({ torch: torch.load, npy: torch.loadNpy, npz: torch.loadNpz })[kind](path),
  save: (kind, value, path) => ({ torch: torch.save, npy: torch.saveNpy, npz: torch.saveNpz })[kind](plain(value), path),
};
