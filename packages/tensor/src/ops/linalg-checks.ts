import { NotImplementedError, RuntimeError } from '../errors.js';
import { broadcastShapes, sameShape } from '../layout.js';
import type { Tensor } from '../tensor.js';
import { full } from './creation.js';
import { expand, transpose } from './views.js';
import { diagonal } from './views-windows.js';

/** A matrix without the property that a decomposition needs: singular, or not positive-definite. */
export class LinAlgError extends RuntimeError { override readonly name: string = 'LinAlgError'; }

/** Options of what gives or takes a triangular factor. */
export interface UpperOption {
  /** an upper rather than a lower triangular factor; default false */
  readonly upper?: boolean | undefined;
}

/** What kernels do with matrices that they cannot be done for: throw, or tell in `info`. */
export interface InfoAttrs {
  /** the function's name, for the message; null where nothing is thrown */
  readonly check: string | null;
}

/** An option of the functions that tell in `info` how they fared. */
export interface CheckErrorsOption {
  /** throw rather than tell; default false */
  readonly checkErrors?: boolean | undefined;
}

/** Throws where something is not a matrix or a batch of matrices. */
export function checkMatrix(name: string, x: Tensor, argument = 'A'): void {
  if (x.dim() < 2) throw new RuntimeError(`${name}: The input tensor ${argument} must have at least 2 dimensions.`);
}

/** Throws where something is not a square matrix or a batch of such. */
export function checkSquare(name: string, x: Tensor): void {
  checkMatrix(name, x);
  const [m, n] = x.shape.slice(-2);
  if (m !== n) {
    throw new RuntimeError(`${name}: A must be batches of square matrices, but they are ${m} by ${n} matrices`);
  }
}

/** Throws for integers; for the half types unless they are allowed. */
export function checkFloat(name: string, x: Tensor, half = false): void {
  if (x.dtype.isComplex) throw new NotImplementedError(`${name}: complex matrices are not implemented here`);
  if (!x.dtype.isFloatingPoint) {
    throw new RuntimeError(`${name}: Expected a floating point or complex tensor as input. Got ${x.dtype.scalarType}`);
  }
  if (x.dtype.itemsize === 2 && !half) {
    throw new RuntimeError(`${name}: Low precision dtypes not supported. Got ${x.dtype.scalarType}`);
  }
}

/** Throws, in the words of a kernel, for dtypes other than float32 and float64. */
export function checkKernel(kernel: string, x: Tensor): void {
  if (!x.dtype.isFloatingPoint || x.dtype.itemsize === 2) {
    throw new RuntimeError(`"${kernel}" not implemented for '${x.dtype.scalarType}'`);
  }
}

/** Throws where the unknowns or the right-hand sides of a system are not of the size of its matrix. */
export function checkFits(name: string, A: Tensor, B: Tensor, left: boolean): void {
  const [m, n] = A.shape.slice(-2), [rows, columns] = B.shape.slice(-2);
  if (n === (left ? rows : columns)) return;
  throw new RuntimeError(
    `${name}: Incompatible shapes of A and B for the equation ${left ? 'AX' : 'XA'} = B (${m}x${n} and ${rows}x${columns})`);
}

/** The transposed matrices. */
export const mT = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Two batches of matrices with their batch dimensions broadcast together. */
export function broadcastBatches(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [expandBatch(a, batch), expandBatch(b, batch)];
}

const expandBatch = (x: Tensor, batch: readonly number[]): Tensor =>
  (sameShape(x.shape.slice(0, -2), batch) ? x : expand(x, [...batch, ...x.shape.slice(-2)]));

/** Identity matrices in the shape of a batch of square matrices. */
export function identityLike(x: Tensor): Tensor {
  const result = full(x.shape, 0, { dtype: x.dtype, device: x.device });
  diagonal(result, { dim1: -2, dim2: -1 }).fill_(1);
  return result;
}
