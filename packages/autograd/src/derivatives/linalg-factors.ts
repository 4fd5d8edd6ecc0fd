import { cat, linalg, NotImplementedError, RuntimeError, tril, triu, type Tensor } from '@sconce/tensor';
import { factorOps, householderOps, ldlOps, luOps, mT, spectralOps, type EighAttrs, type QrAttrs, type SvdAttrs } from '@sconce/tensor/internal';
import { define, nonDifferentiable, notImplemented, saving } from './define.js';

const { solveTriangular } = linalg;
const diagonalMatrix = (x: Tensor): Tensor => x.diagEmbed();
const plus = (a: Tensor | null, b: Tensor | null): Tensor | null => (a && b ? a.add(b) : (a ?? b));

/**
 * A = P L U. With the square part A₁ = P₁ L₁ U₁, and below it L₂ = A₂ U⁻¹ or beside it U₂ = L⁻¹ A₂:
 * L₁⁻¹ dA₁ U₁⁻¹ = L₁⁻¹ dL₁ (strictly lower) + dU₁ U₁⁻¹ (upper).
 */
function ofLu(gL: Tensor | null, gU: Tensor | null, P: Tensor, L: Tensor, U: Tensor): Tensor {
  const m = L.shape.at(-2)!, n = U.shape.at(-1)!, k = Math.min(m, n);
  const rows = (x: Tensor): Tensor => x.narrow(-2, 0, k), columns = (x: Tensor): Tensor => x.narrow(-1, 0, k);
  const below = (x: Tensor): Tensor => x.narrow(-2, k, m - k), beside = (x: Tensor): Tensor => x.narrow(-1, k, n - k);
  let lower = gL && mT(rows(L)).matmul(rows(gL)), upper = gU && columns(gU).matmul(mT(columns(U)));
  if (gU && n > k) lower = plus(lower, beside(gU).matmul(mT(beside(U))).neg());
  if (gL && m > k) upper = plus(upper, mT(below(L)).matmul(below(gL)).neg());
  const fromLeft = (x: Tensor): Tensor => solveTriangular(mT(rows(L)), x, { upper: true, unitriangular: true });
  const fromRight = (x: Tensor): Tensor => solveTriangular(mT(columns(U)), x, { upper: false, left: false });
  const inner = plus(lower && tril(lower, -1), upper && triu(upper))!;
  let grad = fromLeft(fromRight(inner));
  if (n > k) grad = cat([grad, gU ? fromLeft(beside(gU)) : beside(U).mul(0)], -1);
  if (m > k) grad = cat([grad, gL ? fromRight(below(gL)) : below(L).mul(0)], -2);
  return P.matmul(grad);
}

define(factorOps.lu, [
  saving(['result'], (_, { grads: [, gL, gU], results: [P, L, U] }) => (gL || gU ? ofLu(gL, gU, P, L, U) : null)),
]);

define(factorOps.luFactor, [
  saving([0], (g, { inputs: [A] }) => {
    // the factors apart, as functions of A; of the result L is what lies below the diagonal
    const { P, L, U } = linalg.lu(A);
    const k = Math.min(...A.shape.slice(-2));
    return ofLu(tril(g.narrow(-1, 0, k), -1), triu(g.narrow(-2, 0, k)), P, L, U);
  }),
]);

nonDifferentiable(luOps.rowOrder);
define(householderOps.geqrf, [() => { throw new NotImplementedError("the derivative for 'geqrf' is not implemented."); }]);

notImplemented(ldlOps.factor, 'linalg_ldl_factor_ex');
notImplemented(ldlOps.solve, 'linalg_ldl_solve');

// @see https://arxiv.org/abs/2009.10071 (Roberts, Roberts: QR and LQ decomposition matrix backpropagation algorithms)
define(factorOps.qr, [
  saving<QrAttrs>(['result'], (_, { grads: [gQ, gR], results: [Q, R], attrs: { mode } }) => {
    if (mode === 'r') {
      throw new RuntimeError(
        "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to require gradients through it");
    }
    const m = Q.shape.at(-2)!, n = R.shape.at(-1)!;
    if (mode === 'complete' && m > n) {
      throw new RuntimeError("The QR decomposition is not differentiable when mode='complete' and nrows > ncols");
    }
    const inner = plus(gR && gR.matmul(mT(R)), gQ && mT(Q).matmul(gQ).neg());
    if (!inner) return null;
    if (m >= n) {
      const upper = triu(inner);
      const symmetric = upper.add(mT(triu(upper, 1)));
      return solveTriangular(mT(R), plus(Q.matmul(symmetric), gQ)!, { upper: false, left: false });
    }
    const skew = tril(mT(inner).sub(inner), -1);
    const square = solveTriangular(mT(R.narrow(-1, 0, m)), Q.matmul(skew), { upper: false, left: false });
    const grad = cat([square, square.newZeros([...square.shape.slice(0, -1), n - m])], -1);
    return gR ? grad.add(Q.matmul(gR)) : grad;
  }),
]);

/** Differences of all pairs of values: element (i, j) is x_j - x_i, with ones on the diagonal. */
function differences(x: Tensor): Tensor {
  const pairs = x.unsqueeze(-2).sub(x.unsqueeze(-1));
  return pairs.add(diagonalMatrix(x.detach().mul(0).add(1)));
}

// @see https://j-towns.github.io/papers/svd-derivative.pdf (Townsend: Differentiating the singular value decomposition)
define(spectralOps.svd, [
  saving<SvdAttrs>(['result'], (_, { grads, results }) => {
    const k = results[1].shape.at(-1)!;
    const [U, S, Vh] = [results[0].narrow(-1, 0, k), results[1], results[2].narrow(-2, 0, k)];
    const gU = grads[0]?.narrow(-1, 0, k) ?? null, gS = grads[1], gVh = grads[2]?.narrow(-2, 0, k) ?? null;
    if (!gU && !gS && !gVh) return null;
    const m = U.shape.at(-2)!, n = Vh.shape.at(-1)!;
    if (!gU && !gVh) return U.mul(gS!.unsqueeze(-2)).matmul(Vh);
    const skew = (x: Tensor): Tensor => x.sub(mT(x));
    const E = differences(S.square());
    let inner = gU && skew(mT(U).matmul(gU)).div(E).mul(S.unsqueeze(-2));
    inner = plus(inner, gVh && S.unsqueeze(-1).mul(skew(Vh.matmul(mT(gVh))).div(E)));
    inner = plus(inner, gS && diagonalMatrix(gS))!;
    let grad = U.matmul(inner).matmul(Vh);
    if (m > k && gU) {
      const scaled = gU.div(S.unsqueeze(-2));
      grad = grad.add(scaled.sub(U.matmul(mT(U).matmul(scaled))).matmul(Vh));
    }
    if (n > k && gVh) {
      const scaled = gVh.div(S.unsqueeze(-1));
      grad = grad.add(U.matmul(scaled.sub(scaled.matmul(mT(Vh)).matmul(Vh))));
    }
    return grad;
  }),
]);

// V (diag(g_L) + (Vᵀ g_V) / E) Vᵀ, E the differences of the eigenvalues
define(spectralOps.eigh, [
  saving<EighAttrs>(['result'], (_, { grads: [gL, gV], results: [L, V] }) => {
    if (!gL && !gV) return null;
    if (!gV) return V.mul(gL!.unsqueeze(-2)).matmul(mT(V));
    const product = mT(V).matmul(gV).div(differences(L));
    const offDiagonal = product.sub(diagonalMatrix(product.diagonal({ dim1: -2, dim2: -1 })));
    return V.matmul(plus(offDiagonal, gL && diagonalMatrix(gL))!).matmul(mT(V));
  }),
]);
