import { fromNumpy, RuntimeError, Tensor, ValueError, viewAsComplex } from '@sconce/tensor';
import { checked, product } from '@sconce/tensor/internal';
import { edgeOf } from './edges.js';
import { grad } from './hook.js';
import { Comparison, GradcheckError, zerosFor, type Call } from './jacobians.js';
import { Node, type Edge } from './node.js';

export { GradcheckError };

/** A function of tensors, and of anything else, that gives one tensor or several. */
export type TensorFunction = (...inputs: never[]) => Tensor | readonly Tensor[];

export interface GradcheckOptions {
  /** how far inputs are moved to see what changes, default 1e-6 */
  readonly eps?: number | undefined;
  /** absolute tolerance, default 1e-5 */
  readonly atol?: number | undefined;
  /** relative tolerance, default 1e-3 */
  readonly rtol?: number | undefined;
  /** throw where a check fails, instead of giving false; default true */
  readonly raiseException?: boolean | undefined;
  /** by how much two backward passes may differ, default 0 */
  readonly nondetTol?: number | undefined;
  /** check that missing gradients of outputs count as zeros, default true */
  readonly checkUndefinedGrad?: boolean | undefined;
  /** check that gradients have the dtype of their input, default false */
  readonly checkGradDtypes?: boolean | undefined;
  /**
   * compare Jacobians in one random direction of each input and each output, not element by element, which takes two calls of the
   * function for an input in place of two for each of its elements; default false
   */
  readonly fastMode?: boolean | undefined;
  /** without effect */
  readonly checkBatchedGrad?: boolean | undefined;
  /** without effect */
  readonly checkSparseNnz?: boolean | undefined;
}

/**
 * Compares gradients with what small changes of the inputs show. Inputs should be float64; they are changed in place
 * meanwhile, and must be on the CPU.
 * @param fn gives a tensor or several
 * @param inputs its arguments; those that require gradients are checked
 * @returns whether all is well
 * @throws GradcheckError that says what differs; ValueError where no input requires a gradient
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.html
 * @example
 * const x = torch.tensor([1, 2], { dtype: torch.float64, requiresGrad: true });
 * torch.autograd.gradcheck((x) => x.mul(x), x) // true
 */
export function gradcheck(fn: TensorFunction, inputs: Tensor | readonly unknown[], options: GradcheckOptions = {}): boolean {
  const { raiseException = true } = checked('gradcheck', options, 'eps');
  try {
    check(callable(fn), listOf(inputs), options);
    return true;
  } catch (error) {
    if (!raiseException && error instanceof GradcheckError) return false;
    throw error;
  }
}

export interface GradgradcheckOptions extends GradcheckOptions {
  /** the gradients of the outputs, which are checked as inputs are; default: values within [-1, 1] */
  readonly gradOutputs?: Tensor | readonly Tensor[] | undefined;
}

/**
 * Compares second derivatives with what small changes of the inputs, and of the gradients of the outputs, show.
 * @throws GradcheckError that says what differs; ValueError where no input requires a gradient
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradgradcheck.html
 * @example
 * const x = torch.tensor([1, 2], { dtype: torch.float64, requiresGrad: true });
 * torch.autograd.gradgradcheck((x) => x.mul(x).mul(x), x) // true
 */
export function gradgradcheck(
  fn: TensorFunction, inputs: Tensor | readonly unknown[], options: GradgradcheckOptions = {},
): boolean {
  const { gradOutputs, ...rest } = checked('gradgradcheck', options, 'gradOutputs');
  const args = listOf(inputs), call = callable(fn);
  const gradients = gradOutputs === undefined ? differentiable(call(args)).map(someGradient) : listOf(gradOutputs);
  const derivative = (...all: unknown[]): Tensor[] => {
    const outputs = differentiable(call(all.slice(0, args.length)));
    const found = grad(outputs, requiring(all.slice(0, args.length)), all.slice(args.length) as Tensor[], {
      createGraph: true, allowUnused: true,
    });
    return found.filter((g) => g !== null);
  };
  return gradcheck(derivative as TensorFunction, [...args, ...gradients], rest);
}

/** A function of the list of its inputs, that gives a list. */
function callable(fn: TensorFunction): Call {
  return (inputs) => {
    const result = (fn as (...inputs: readonly unknown[]) => unknown)(...inputs);
    return result instanceof Tensor ? [result] : [...result as Iterable<Tensor>];
  };
}

const listOf = (x: Tensor | readonly unknown[]): readonly unknown[] => (x instanceof Tensor ? [x] : x);
const requiring = (xs: readonly unknown[]): Tensor[] => xs.filter((x) => x instanceof Tensor && x.requiresGrad) as Tensor[];
const differentiable = (xs: readonly Tensor[]): Tensor[] => xs.filter((x) => x.requiresGrad);

/** A gradient with values spread over [-1, 1], the same in every run. */
function someGradient({ shape, dtype, device }: Tensor): Tensor {
  const values = Float64Array.from({ length: product(shape) }, (_, i) => Math.sin(12.9898 * (i + 1)));
  return fromNumpy(values, shape).to({ dtype, device }).requiresGrad_();
}

/** Complex inputs and outputs as their parts, of which differences are taken one by one. */
function inParts(call: Call, inputs: readonly unknown[]): [Call, readonly unknown[]] {
  const isComplex = inputs.map((x) => x instanceof Tensor && x.requiresGrad && x.dtype.isComplex);
  return [
    (xs) => call(xs.map((x, i) => (isComplex[i] ? viewAsComplex(x as Tensor) : x))).map((y) => (y.dtype.isComplex ? y.viewAsReal() : y)),
    inputs.map((x, i) => (isComplex[i] ? (x as Tensor).detach().viewAsReal().requiresGrad_() : x)),
  ];
}

function check(given: Call, givenInputs: readonly unknown[], options: GradcheckOptions): void {
  const [call, inputs] = inParts(given, givenInputs);
  checkInputs(inputs);
  const xs = requiring(inputs), results = call(inputs), outputs = differentiable(results);
  const comparison = new Comparison(call, inputs, results, options), { fastMode = false, checkUndefinedGrad = true } = options;
  if (outputs.length === 0) return comparison.zero(xs, fastMode);
  comparison[fastMode ? 'fast' : 'slow'](xs, outputs);
  checkTimesGradOutput(outputs, xs);
  if (checkUndefinedGrad) checkUndefined(call, inputs, xs);
}

function checkInputs(inputs: readonly unknown[]): void {
  const xs = requiring(inputs);
  if (xs.length === 0) {
    throw new ValueError(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.');
  }
  for (const x of xs) {
    const i = inputs.indexOf(x);
    if (x.dtype.name !== 'float64') {
      console.warn(`Input #${i} requires gradient and is not a double precision floating point or complex. This check will ` +
        'likely fail if all the inputs are not of double precision floating point or complex. ');
    }
    if (x.shape.some((n, d) => n > 1 && x.stride(d) === 0)) {
      throw new RuntimeError(
        `The ${i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be able ` +
        'to compute the numerical gradients correctly. You should call .contiguous on the input before passing it to gradcheck.');
    }
  }
}

const isZero = (x: Tensor): boolean => x.hostValues().every((v) => Number(v) === 0);

function checkTimesGradOutput(outputs: readonly Tensor[], xs: readonly Tensor[]): void {
  grad(outputs, xs, outputs.map(zerosFor), { allowUnused: true, retainGraph: true }).forEach((g, k) => {
    if (!g) return;
    if (!isZero(g)) throw new GradcheckError('backward not multiplied by grad_output');
    if (g.dtype !== xs[k].dtype || g.device !== xs[k].device) throw new GradcheckError('grad is incorrect type');
    if (g.shape.join() !== xs[k].shape.join()) throw new GradcheckError('grad is incorrect size');
  });
}

/** Gives no gradient to what it stands on, as if its output had not been used. */
class UndefinedGrad extends Node {
  readonly name = 'UndefinedGradBackward';
  readonly edges: readonly (Edge | null)[];
  constructor(x: Tensor) {
    super();
    this.edges = [edgeOf(x)];
  }
  apply(): readonly null[] { return [null]; }
}

function withoutGradient(x: Tensor): Tensor {
  const y = x.detach();
  y.setGradFn(new UndefinedGrad(x));
  return y;
}

function checkUndefined(call: Call, inputs: readonly unknown[], xs: readonly Tensor[]): void {
  const advice = 'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"';
  const fresh = (): Tensor[] => differentiable(call(inputs));
  const cases = [fresh().map(withoutGradient)];
  if (cases[0].length > 1) cases[0].forEach((_, i) => cases.push(fresh().map((y, k) => (k === i ? withoutGradient(y) : y))));
  for (const outputs of cases) {
    let found: readonly (Tensor | null)[];
    try {
      found = grad(outputs, xs, outputs.map(zerosFor), { allowUnused: true });
    } catch (error) {
      throw Object.assign(new GradcheckError(`Expected backward function to handle undefined output grads. ${advice}`), { cause: error });
    }
    if (found.some((g) => g && !isZero(g))) {
      throw new GradcheckError(
        `Expected all input grads to be undefined or zero when all output grads are undefined or zero. ${advice}`);
    }
  }
}
