import { cat, choleskySolve, linalg, tril, triu, type Tensor } from '@sconce/tensor';
import {
  determinantOps, factorOps, matrixFunctionOps, mT, solveOps, spectralOps, type CholeskyAttrs, type CholeskySolveAttrs,
  type SolveAttrs, type TriangularAttrs,
} from '@sconce/tensor/internal';
import { define, saving } from './define.js';
import { productOfOthers } from './reduction.js';

const { inv, solve, solveTriangular } = linalg;

const asMatrix = (x: Tensor): Tensor => x.unsqueeze(-1).unsqueeze(-1);
const half = (x: Tensor): Tensor => x.mul(0.5);

// d A⁻¹ = -A⁻¹ dA A⁻¹
define(solveOps.inv, [
  saving(['result'], (g, { result }) => mT(result).matmul(g).matmul(mT(result)).neg()),
]);

// A X = B: dX = A⁻¹ (dB - dA X)
define(solveOps.solve, [
  saving<SolveAttrs>([0, 'result'], (g, { inputs: [A], result, attrs: { vector } }) => {
    const column = (x: Tensor): Tensor => (vector ? x.unsqueeze(-1) : x);
    return column(solve(mT(A), g)).matmul(mT(column(result))).neg();
  }),
  saving<SolveAttrs>([0], (g, { inputs: [A] }) => solve(mT(A), g)),
]);

const transposedSolve = (A: Tensor, g: Tensor, { upper, unitriangular }: TriangularAttrs): Tensor =>
  solveTriangular(mT(A), g, { upper: !upper, unitriangular });

define(solveOps.solveTriangular, [
  saving<TriangularAttrs>([0, 'result'], (g, { inputs: [A], result, attrs }) => {
    const full = transposedSolve(A, g, attrs).matmul(mT(result)).neg();
    const inside = attrs.unitriangular ? 1 : 0; // ones on the diagonal are not variables
    return attrs.upper ? triu(full, inside) : tril(full, -inside);
  }),
  saving<TriangularAttrs>([0], (g, { inputs: [A], attrs }) => transposedSolve(A, g, attrs)),
]);

// dL = L Φ(L⁻¹ dA L⁻ᵀ), Φ taking the lower triangle with half the diagonal
// @see https://arxiv.org/abs/1602.07527 (Murray: Differentiation of the Cholesky decomposition)
define(factorOps.cholesky, [
  saving<CholeskyAttrs>(['result'], (g, { result, attrs: { upper } }) => {
    const [L, gL] = upper ? [mT(result), mT(g)] : [result, g];
    const product = mT(L).matmul(gL);
    const phi = tril(product).add(mT(tril(product, -1)));
    const right = solveTriangular(mT(L), phi, { upper: true });
    return half(solveTriangular(L, right, { upper: false, left: false }));
  }),
]);

// A = L Lᵀ, A X = B: dX = A⁻¹ (dB - (dL Lᵀ + L dLᵀ) X). As in PyTorch, the gradient of L is not cut to its triangle.
define(solveOps.choleskySolve, [
  saving<CholeskySolveAttrs>([1], (g, { inputs: [, L], attrs }) => choleskySolve(g, L, attrs)),
  saving<CholeskySolveAttrs>([1, 'result'], (g, { inputs: [, L], result, attrs }) => {
    const product = choleskySolve(g, L, attrs).matmul(mT(result));
    const symmetric = product.add(mT(product)).neg();
    return attrs.upper ? L.matmul(symmetric) : symmetric.matmul(L);
  }),
]);

/**
 * The gradient of det(A) by A: the cofactors det(A) A⁻ᵀ. Of a singular matrix, where that can be known at once, they are
 * det(U) det(V) U diag(products of the other singular values) Vᵀ.
 */
function cofactors(A: Tensor, det: Tensor): Tensor {
  const singular = A.device.type === 'cpu' && det.eq(0).any().hostValue() === true;
  if (!singular) return asMatrix(det).mul(mT(inv(A)));
  const { U, S, Vh } = linalg.svd(A, { fullMatrices: false });
  const signs = linalg.det(U).mul(linalg.det(Vh)).detach();
  return U.mul(productOfOthers(S, S.dim() - 1).unsqueeze(-2)).matmul(Vh).mul(asMatrix(signs));
}

for (const op of [determinantOps.det, determinantOps.complexDet]) {
  define(op, [
    // the determinant is computed anew so that it can be differentiated along with the rest
    saving([0], (g, { inputs: [A] }) => (A.numel() === 0 ? A.mul(0) : asMatrix(g).mul(cofactors(A, linalg.det(A))))),
  ]);
}

// the sign is constant; d log|det A| = tr(A⁻¹ dA)
define(determinantOps.slogdet, [
  saving([0], (_, { inputs: [A], grads: [, g] }) => (g ? asMatrix(g).mul(mT(inv(A))) : A.mul(0))),
]);

// d exp(A)[dA] is the upper right block of exp([[A, dA], [0, A]])
// @see https://doi.org/10.1137/080716426 (Al-Mohy, Higham: Computing the Fréchet derivative of the matrix exponential)
define(matrixFunctionOps.matrixExp, [
  saving([0], (g, { inputs: [A] }) => {
    const n = A.shape.at(-1)!, transposed = mT(A);
    const block = cat([cat([transposed, g], -1), cat([g.mul(0), transposed], -1)], -2);
    return linalg.matrixExp(block).narrow(-2, 0, n).narrow(-1, n, n);
  }),
]);

// @see https://doi.org/10.1137/0710036 (Golub, Pereyra: The differentiation of pseudo-inverses)
define(spectralOps.pinv, [
  saving([0, 'result'], (g, { inputs: [A], result: P }) => {
    const [m, n] = A.shape.slice(-2), gT = mT(g), PT = mT(P);
    if (m <= n) {
      const K = gT.matmul(P), KPT = K.matmul(PT);
      return mT(P.matmul(K)).neg().add(KPT).sub(A.matmul(P).matmul(KPT)).add(PT.matmul(P).matmul(gT.sub(K.matmul(A))));
    }
    const K = P.matmul(gT), PTK = PT.matmul(K);
    return mT(K.matmul(P)).neg().add(gT.sub(A.matmul(K)).matmul(P).matmul(PT)).add(PTK).sub(PTK.matmul(P).matmul(A));
  }),
  null,
]);
