import { runStructured } from '../dispatch.js';
import { int32 } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { broadcastShapes, sameShape, shapeText } from '../layout.js';
import { namedTuple, type NamedTuple } from '../named-tuple.js';
import { structuredOp } from '../op.js';
import { checked } from '../options.js';
import type { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { checkFloat, checkKernel, checkSquare, type CheckErrorsOption, type InfoAttrs } from './linalg-checks.js';
import { intoOut, type OutsOption } from './out.js';
import { expand } from './views.js';

const factorOp = structuredOp<InfoAttrs>({
  name: 'linalgLdlFactor',
  meta: ([{ layout: { shape }, dtype }]) =>
    [{ shape, dtype }, { shape: shape.slice(0, -1), dtype: int32 }, { shape: shape.slice(0, -2), dtype: int32 }],
});
const solveOp = structuredOp<null>({ name: 'linalgLdlSolve', meta: ([, , { layout: { shape }, dtype }]) => [{ shape, dtype }] });

/** Records of the factors of symmetric matrices; LD, pivots and B have the same batch dimensions. */
export const ldlOps = { factor: factorOp, solve: solveOp };

export interface LdlOptions {
  /** of complex matrices, whether they are Hermitian rather than symmetric; default false. It is nothing to real ones. */
  readonly hermitian?: boolean | undefined;
}

function factorsOf(A: Tensor, check: string | null): Tensor[] {
  checkSquare('torch.linalg.ldl_factor_ex', A);
  checkFloat('torch.linalg.ldl_factor_ex', A, true);
  checkKernel('ldl_factor_kernel_cpu', A);
  return runStructured(factorOp, [A], { check });
}

/**
 * The factors L and D, in one matrix, of symmetric matrices that need not be positive-definite: A = L D Lᵀ with rows and columns exchanged
 * and D of blocks of one or two rows. Only the lower triangle of A is read. For `ldlSolve`; on the CPU only, without a derivative.
 * @param A (*, n, n)
 * @returns LD (*, n, n); pivots (*, n), int32: the row, from 1, that each row was exchanged with, negative and twice for a block of two
 * @throws RuntimeError for other shapes and dtypes, and where D is singular
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.ldl_factor.html
 * @example torch.linalg.ldlFactor(torch.tensor([[0, 1], [1, 0]])).pivots // tensor([-2, -2], dtype=torch.int32)
 */
export function ldlFactor(A: Tensor, options: LdlOptions & OutsOption = {}): NamedTuple<readonly ['LD', 'pivots']> {
  const { out } = checked('linalg.ldlFactor', options, 'hermitian');
  const results = factorsOf(A, 'torch.linalg.ldl_factor').slice(0, 2);
  return namedTuple('linalg_ldl_factor', ['LD', 'pivots'], results, out);
}

/**
 * As `ldlFactor`, with `info` in the place of an error: 0, or the number of the first block of D that is zero.
 * @param A (*, n, n)
 * @returns LD (*, n, n); pivots (*, n) and info (*), int32
 * @throws RuntimeError with `checkErrors` where D is singular
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.ldl_factor_ex.html
 * @example torch.linalg.ldlFactorEx(torch.zeros(2, 2)).info // tensor(1, dtype=torch.int32)
 */
export function ldlFactorEx(A: Tensor, options: LdlOptions & CheckErrorsOption & OutsOption = {}): NamedTuple<readonly ['LD', 'pivots', 'info']> {
  const { checkErrors = false, out } = checked('linalg.ldlFactorEx', options, 'hermitian');
  const results = factorsOf(A, checkErrors ? 'torch.linalg.ldl_factor_ex' : null);
  return namedTuple('linalg_ldl_factor_ex', ['LD', 'pivots', 'info'], results, out);
}

/**
 * The solution X of A X = B for a symmetric A that is given by its factors; on the CPU only, without a derivative.
 * @param LD (*, n, n), from `ldlFactor`
 * @param pivots (*, n), integers
 * @param B (*, n, k); batches are broadcast
 * @throws RuntimeError for other shapes and dtypes
 * @see https://pytorch.org/docs/stable/generated/torch.linalg.ldl_solve.html
 * @example
 * const { LD, pivots } = torch.linalg.ldlFactor(torch.tensor([[0, 2], [2, 0]]));
 * torch.linalg.ldlSolve(LD, pivots, torch.tensor([[2], [4]])) // tensor([[2.], [1.]])
 */
export function ldlSolve(LD: Tensor, pivots: Tensor, B: Tensor, options: LdlOptions & OutOption = {}): Tensor {
  const { out } = checked('linalg.ldlSolve', options, 'hermitian');
  const name = 'torch.linalg.ldl_solve', n = LD.shape.at(-1), [rows, columns] = [B.size(-2), B.size(-1)];
  checkSquare(name, LD);
  checkFloat(name, LD, true);
  if (LD.dtype !== B.dtype) {
    throw new RuntimeError(
      `Expected b and A to have the same dtype, but found b of type ${B.dtype.scalarType} and A of type ${LD.dtype.scalarType} instead.`);
  }
  if (rows !== n) {
    throw new RuntimeError(`Incompatible matrix sizes for ${name}: each A matrix is ${n} by ${n} but each b matrix is ${rows} by ${columns}`);
  }
  if (!sameShape(LD.shape.slice(0, -1), pivots.shape)) {
    throw new RuntimeError(`${name}: Expected LD.shape[:-1] and pivots.shape to be the same, but got pivots with shape ${shapeText(pivots.shape)} instead`);
  }
  if (pivots.dtype.isFloatingPoint || pivots.dtype.isComplex) {
    throw new RuntimeError(`${name}: Expected pivots to be integers. Got ${pivots.dtype.scalarType}`);
  }
  const batch = broadcastShapes(B.shape.slice(0, -2), LD.shape.slice(0, -2));
  checkKernel('ldl_solve_kernel_cpu', LD);
  const operands = [expand(LD, [...batch, n, n]), expand(pivots, [...batch, n]), expand(B, [...batch, n, columns])];
  return intoOut(runStructured(solveOp, operands, null)[0], out);
}
