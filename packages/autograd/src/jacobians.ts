import { fromNumpy, Generator, rand, RuntimeError, zeros, type Tensor } from '@sconce/tensor';
import { hostArray } from '@sconce/tensor/internal';
import type { GradcheckOptions } from './gradcheck.js';
import { grad } from './hook.js';

/** A gradient that is not what differences show. */
export class GradcheckError extends RuntimeError { override readonly name: string = 'GradcheckError'; }

/** A function of the list of its inputs, that gives a list. */
export type Call = (inputs: readonly unknown[]) => readonly Tensor[];

export const zerosFor = ({ shape, dtype, device }: Tensor): Tensor => zeros(shape, { dtype, device });

/** What is said where a direction shows what elements do not. */
const FAST_ONLY = `Fast gradcheck failed but element-wise differences are small. This means that the
test might've passed in slow_mode!

Call gradcheck/gradgradcheck with \`fastMode: false\`.`;

/** Compares the derivatives of a function that backward passes give with those that small changes of its inputs show. */
export class Comparison {
  private readonly eps: number;
  private readonly atol: number;
  private readonly rtol: number;

  /** @param results what the function gives for these inputs */
  constructor(
    private readonly call: Call, private readonly inputs: readonly unknown[], private readonly results: readonly Tensor[],
    private readonly options: GradcheckOptions,
  ) {
    ({ eps: this.eps = 1e-6, atol: this.atol = 1e-5, rtol: this.rtol = 1e-3 } = options);
  }

  /** @throws GradcheckError where outputs without gradients change with an input */
  zero(xs: readonly Tensor[], fast: boolean): void {
    const directions = vectors();
    for (const x of xs) {
      const changes = fast ? this.difference(x, storageIndices(x), directions(x)) : this.numerical(x);
      if (changes.some((j) => j.some((v) => v !== 0))) throw new GradcheckError('Numerical gradient for function expected to be zero');
    }
  }

  /** Element by element. @throws GradcheckError that shows both Jacobians */
  slow(xs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const numerical = xs.map((x) => this.numerical(x));
    outputs.forEach((y, i) => {
      const analytical = this.analytical(xs, y);
      xs.forEach((x, k) => {
        const expected = numerical[k][this.results.indexOf(y)];
        if (!close(analytical[k], expected, this.rtol, this.atol)) throw new GradcheckError(mismatch(i, k, matrix(x, y, expected), matrix(x, y, analytical[k])));
      });
    });
  }

  /**
   * In one direction u of each input and one direction v of each output: v·J·u.
   * @throws GradcheckError that shows the two numbers, and the Jacobians
   */
  fast(xs: readonly Tensor[], outputs: readonly Tensor[]): void {
    const directions = vectors(), us = xs.map(directions), vs = outputs.map(directions);
    const numerical = xs.map((x, k) => this.difference(x, storageIndices(x), us[k]));
    outputs.forEach((y, i) => {
      const gradients = this.backward(xs, y.clone(), fromNumpy(vs[i], y.shape).to({ dtype: y.dtype, device: y.device }));
      xs.forEach((x, k) => {
        const expected = Float64Array.of(dot(vs[i], numerical[k][this.results.indexOf(y)])), found = Float64Array.of(gradients[k] ? dot(gradients[k], us[k]) : 0);
        // as much as elements that are wrong by `atol` would make of it
        if (close(found, expected, this.rtol, this.atol * sum(us[k]) * sum(vs[i]))) return;
        throw new GradcheckError(mismatch(i, k, number(y, expected), number(y, found)) + this.elements(xs, x, y));
      });
    });
  }

  /** What to say of the elements where a direction shows a difference. */
  private elements(xs: readonly Tensor[], x: Tensor, y: Tensor): string {
    const numerical = this.numerical(x)[this.results.indexOf(y)], analytical = this.analytical(xs, y)[xs.indexOf(x)];
    const largest = numerical.reduce((most, v, i) => Math.max(most, Math.abs(v - analytical[i])), 0);
    return `
The above quantities relating the numerical and analytical jacobians are computed 
in fast mode. See: https://github.com/pytorch/pytorch/issues/53876 for more background 
about fast mode. Below, we recompute numerical and analytical jacobians in slow mode:

Numerical:
 ${matrix(x, y, numerical)}
Analytical:
${matrix(x, y, analytical)}

The max per-element difference (slow mode) is: ${largest}.
${close(analytical, numerical, this.rtol, this.atol) ? FAST_ONLY : ''}`;
  }

  /** What each output changes by where some elements of an input move in a direction, from central differences: its Jacobian times that. */
  private difference(x: Tensor, places: readonly number[], direction: ArrayLike<number>): Float64Array[] {
    const { eps } = this;
    // written to directly: in-place ops would make what backward has kept stale
    const start = places.map((at) => hostArray(x)[at] as number);
    const write = (values: readonly number[]): void => places.forEach((at, i) => { (hostArray(x) as Float64Array)[at] = values[i]; });
    const valuesAt = (by: number): Float64Array[] => {
      write(start.map((v, i) => v + by * direction[i]));
      try {
        return this.call(this.inputs).map((y) => Float64Array.from(y.hostValues(), Number)); // results may be views
      } finally {
        write(start);
      }
    };
    const below = valuesAt(-eps), above = valuesAt(eps);
    return above.map((high, k) => {
      if (high.length !== below[k].length) {
        throw new GradcheckError(`Expected \`func\` to return outputs with the same shape when inputs are perturbed by ${eps}`);
      }
      return high.map((v, i) => (v - below[k][i]) / (2 * eps));
    });
  }

  /** For each output the matrix of its derivatives by one input, row by row of the input. */
  private numerical(x: Tensor): Float64Array[] {
    const jacobians = this.results.map((y) => new Float64Array(x.numel() * y.numel()));
    storageIndices(x).forEach((at, row) => {
      this.difference(x, [at], [1]).forEach((changes, k) => jacobians[k].set(changes, row * changes.length));
    });
    return jacobians;
  }

  /** For each input the matrix of an output's derivatives, in the same order, from backward passes. */
  private analytical(xs: readonly Tensor[], y: Tensor): Float64Array[] {
    const columns = y.numel(), root = y.clone(), jacobians = xs.map((x) => new Float64Array(x.numel() * columns));
    for (let i = 0; i < columns; i++) {
      const direction = zerosFor(y);
      (direction.numpy() as Float64Array)[i] = 1;
      this.backward(xs, root, direction).forEach((g, k) => g?.forEach((v, row) => { jacobians[k][row * columns + i] = v; }));
    }
    return jacobians;
  }

  /** Gradients of an output by inputs, null by those that it does not use; from two passes, which must agree. */
  private backward(xs: readonly Tensor[], root: Tensor, v: Tensor): (Float64Array | null)[] {
    const { nondetTol = 0, checkGradDtypes = false } = this.options;
    const [first, second] = [0, 1].map(() => grad(root, xs, v, { retainGraph: true, allowUnused: true }));
    if (checkGradDtypes && first.some((g, k) => g && g.dtype !== xs[k].dtype)) throw new GradcheckError('Gradient has dtype mismatch');
    if (first.some((g, k) => g && g.shape.join() !== xs[k].shape.join())) throw new GradcheckError('Analytical gradient has incorrect size');
    const [once, again] = [first, second].map((gs) => gs.map((g) => g && Float64Array.from(g.hostValues(), Number)));
    if (once.every((g, k) => (g && again[k] ? close(g, again[k], 0, nondetTol) : g === again[k]))) return once;
    throw new GradcheckError('Backward is not reentrant, i.e., running backward with same input and grad_output multiple times ' +
      'gives different values, although analytical gradient matches numerical gradient.' +
      `The tolerance for nondeterminism was ${nondetTol}.`);
  }
}

/** Draws directions, each of length 1; the same ones in every run, and the program's generator is left alone. */
function vectors(): (x: Tensor) => Float64Array {
  const generator = new Generator();
  return (x) => {
    const drawn = Float64Array.from(rand(x.numel(), { generator }).numpy() as Float32Array), length = Math.sqrt(dot(drawn, drawn));
    return drawn.map((v) => v / length);
  };
}

const sum = (a: Float64Array): number => a.reduce((total, v) => total + v, 0);
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, v, i) => total + v * b[i], 0);

/** As torch.allclose: NaN is close to nothing. */
const close = (a: Float64Array, b: Float64Array, rtol: number, atol: number): boolean =>
  a.every((v, i) => v === b[i] || Math.abs(v - b[i]) <= atol + rtol * Math.abs(b[i]));

const matrix = (x: Tensor, y: Tensor, jacobian: Float64Array): string => fromNumpy(jacobian, [x.numel(), y.numel()]).to(x.dtype).toString();

const number = (y: Tensor, value: Float64Array): string => fromNumpy(value, []).to(y.dtype).toString();

const mismatch = (i: number, k: number, numerical: string, analytical: string): string =>
  `Jacobian mismatch for output ${i} with respect to input ${k},\nnumerical:${numerical}\nanalytical:${analytical}\n`;

/** Where the elements of a tensor lie in its storage, in logical order. */
function storageIndices({ layout: { shape, strides, offset } }: Tensor): number[] {
  let indices = [offset];
  shape.forEach((n, d) => {
    indices = indices.flatMap((start) => Array.from({ length: n }, (_, i) => start + i * strides[d]));
  });
  return indices;
}
