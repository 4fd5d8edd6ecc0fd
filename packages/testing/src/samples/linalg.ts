import { eye, geqrf, linalg as L, luUnpack, manualSeed, ormqr, pcaLowrank, svdLowrank, tensor, vander, int32, type Tensor } from '@sconce/tensor';
import { constant, normal } from '../draws.js';
import { row, type RunOptions } from '../row.js';

const square = { x: normal(3, 3) }, batch = { x: normal(2, 3, 3) }, tall = { x: normal(4, 3) };

/** Symmetric and positive definite; in Python `P(x)`. */
const positiveDefinite = (x: Tensor, o: RunOptions): Tensor => x.matmul(x.mT).add(eye(3, o));
const P = 'P = lambda x: x @ x.mT + torch.eye(3, dtype=dtype); ';

const factors = [
  row('linalgCholesky', `${P}torch.linalg.cholesky(P(x))`, ({ x }, o) => L.cholesky(positiveDefinite(x, o)), square),
  row('linalgCholesky', `${P}torch.linalg.cholesky(P(x), upper=True)`,
    ({ x }, o) => L.cholesky(positiveDefinite(x, o), { upper: true }), batch),
  row('linalgLuFactor', 'torch.linalg.lu_factor(x)', ({ x }) => L.luFactor(x), square),
  row('linalgLu', 'torch.linalg.lu(x)[1:]', ({ x }) => [...L.lu(x)].slice(1), square),
  row('linalgQr', 'torch.linalg.qr(x)', ({ x }) => L.qr(x), tall),
  row('linalgQr', "torch.linalg.qr(x, mode='r')[1]", ({ x }) => L.qr(x, { mode: 'r' })[1],
    { x: constant(normal(4, 3)) }),
];

const triangular = { node: 'LinalgSolveTriangularBackward0' }, turned = { node: 'TransposeBackward0' };

/** Pivots of a matrix of 3 rows, and of a batch of 2 such; in Python `p` and `q`. */
const pivots = ({ device }: RunOptions, ...rows: number[][]): Tensor =>
  tensor(rows.length === 1 ? rows[0] : rows, { dtype: int32, device });
const p = (o: RunOptions): Tensor => pivots(o, [2, 3, 3]), q = (o: RunOptions): Tensor => pivots(o, [3, 2, 3], [1, 3, 3]);
const PIVOTS = 'p = torch.tensor([2, 3, 3], dtype=torch.int32); q = torch.tensor([[3, 2, 3], [1, 3, 3]], dtype=torch.int32); ';

/** A singular matrix beside one that is not; in Python `S`. */
const singular = (x: Tensor): Tensor => x.mul(tensor([1, 0], { dtype: x.dtype, device: x.device }).view(2, 1, 1));
const S = 'S = x * torch.tensor([1, 0], dtype=dtype).view(2, 1, 1); ', fixed = { x: constant(normal(2, 3, 3)) };

/** There is no derivative, and no kernel but that of the CPU. */
const ldl = { grad: false, host: true } as const;

const withInfo = [
  row('linalgCholesky', `${P}torch.linalg.cholesky_ex(P(x), upper=True)`,
    ({ x }, o) => L.choleskyEx(positiveDefinite(x, o), { upper: true }), batch),
  row('linalgCholesky', 'torch.linalg.cholesky_ex(-x @ x.mT).info', ({ x }) => L.choleskyEx(x.neg().matmul(x.mT)).info, fixed),
  row('linalgLuFactor', 'torch.linalg.lu_factor_ex(x)', ({ x }) => L.luFactorEx(x), batch),
  row('linalgLuFactor', `${S}torch.linalg.lu_factor_ex(S)`, ({ x }) => L.luFactorEx(singular(x)), fixed),
  row('linalgLuFactor', 'torch.lu(x, get_infos=True)', ({ x }) => x.lu({ getInfos: true }) as Tensor[], tall),
  row('linalgLuFactor', 'torch.lu(x)', ({ x }) => x.lu() as Tensor[], { x: normal(2, 3, 4) }),
  row('linalgInv', 'torch.linalg.inv_ex(x, check_errors=True)', ({ x }) => L.invEx(x, { checkErrors: true }), batch),
  row('linalgInv', `${S}torch.linalg.inv_ex(S).info`, ({ x }) => L.invEx(singular(x)).info, fixed),
  row('linalgSolve', 'torch.linalg.solve_ex(x, y)', ({ x, y }) => L.solveEx(x, y), { ...batch, y: normal(3, 2) }),
  row('linalgSolve', 'torch.linalg.solve_ex(x, y, left=False)', ({ x, y }) => L.solveEx(x, y, { left: false }), { ...square, y: normal(2, 3) }, turned),
  row('linalgSolve', `${S}torch.linalg.solve_ex(S, x).info`, ({ x }) => L.solveEx(singular(x), x).info, fixed),
];

const ofFactors = [
  row('luSolve', `${PIVOTS}torch.linalg.lu_solve(x, p, y)`, ({ x, y }, o) => L.luSolve(x, p(o), y), { ...square, y: normal(3, 2) }, triangular),
  row('luSolve', `${PIVOTS}torch.linalg.lu_solve(x, p, y, adjoint=True)`, ({ x, y }, o) => L.luSolve(x, p(o), y, { adjoint: true }),
    { ...square, y: normal(2, 3, 2) }, { node: 'GatherBackward0' }),
  row('luSolve', `${PIVOTS}torch.linalg.lu_solve(x, q, y, left=False)`, ({ x, y }, o) => L.luSolve(x, q(o), y, { left: false }),
    { ...batch, y: normal(2, 3) }, turned),
  row('luSolve', `${PIVOTS}torch.linalg.lu_solve(x, q, y, left=False, adjoint=True)`,
    ({ x, y }, o) => L.luSolve(x, q(o), y, { left: false, adjoint: true }), { ...batch, y: normal(2, 1, 3) }, turned),
  row('luSolve', `${PIVOTS}torch.lu_solve(y, x, q)`, ({ x, y }, o) => y.luSolve(x, q(o)), { ...batch, y: normal(2, 3, 1) }, triangular),
  row('ldlFactor', 'torch.linalg.ldl_factor_ex(x + x.mT)', ({ x }) => L.ldlFactorEx(x.add(x.mT)), { x: normal(2, 6, 6) }, ldl),
  row('ldlFactor', 'd = x.triu(2); torch.linalg.ldl_factor(d + d.mT)', ({ x }) => L.ldlFactor(x.triu(2).add(x.triu(2).mT)),
    { x: normal(6, 6) }, ldl),
  row('ldlFactor', `${S}torch.linalg.ldl_factor_ex(S)`, ({ x }) => L.ldlFactorEx(singular(x)), fixed, ldl),
  row('ldlSolve', 'torch.linalg.ldl_solve(*torch.linalg.ldl_factor(x + x.mT), y)', ({ x, y }) => {
    const { LD, pivots: exchanged } = L.ldlFactor(x.add(x.mT));
    return L.ldlSolve(LD, exchanged, y);
  }, { x: normal(2, 6, 6), y: normal(6, 2) }, ldl),
  row('ldlSolve', 'd = x.triu(2); torch.linalg.ldl_solve(*torch.linalg.ldl_factor(d + d.mT), y)', ({ x, y }) => {
    const { LD, pivots: exchanged } = L.ldlFactor(x.triu(2).add(x.triu(2).mT));
    return L.ldlSolve(LD, exchanged, y);
  }, { x: normal(6, 6), y: normal(2, 6, 1) }, ldl),
  row('luUnpack', `${PIVOTS}torch.lu_unpack(x, q)`, ({ x }, o) => luUnpack(x, q(o)), batch),
  row('luUnpack', `${PIVOTS}torch.lu_unpack(x, p)[1:]`, ({ x }, o) => [...luUnpack(x, p(o))].slice(1), { x: normal(4, 3) }, { node: 'AddBackward0' }),
  row('luUnpack', 'torch.lu_unpack(x, torch.tensor([2, 2], dtype=torch.int32))',
    ({ x }, o) => luUnpack(x, pivots(o, [2, 2])), { x: normal(2, 3) }),
  row('luUnpack', `${PIVOTS}torch.lu_unpack(x, p, unpack_data=False)`, ({ x }, o) => luUnpack(x, p(o), { unpackData: false }), { x: constant(normal(3, 3)) }),
  row('geqrf', 'torch.geqrf(x)', ({ x }) => geqrf(x), tall, { grad: false }),
  row('geqrf', 'torch.geqrf(x)', ({ x }) => x.geqrf(), { x: normal(2, 3, 4) }, { grad: false }),
  row('householderProduct', 'torch.linalg.householder_product(x, y)', ({ x, y }) => L.householderProduct(x, y),
    { ...tall, y: normal(2) }, { node: 'SubBackward0' }),
  row('householderProduct', 'torch.orgqr(x, y)', ({ x, y }) => x.orgqr(y), { ...batch, y: normal(2, 3) }, { node: 'SubBackward0' }),
  row('householderProduct', 'torch.linalg.householder_product(*torch.geqrf(x))', ({ x }) => L.householderProduct(...(geqrf(x) as unknown as [Tensor, Tensor])),
    { x: constant(normal(5, 3)) }),
  // PyTorch 1.13 has no derivative of ormqr: it is told by the square matrix
  row('ormqr', 'torch.linalg.householder_product(F.pad(x, (0, 1)), y) @ z', ({ x, y, z }) => ormqr(x, y, z),
    { ...tall, y: normal(3), z: normal(4, 2) }, { node: 'SubBackward0' }),
  row('ormqr', 'z @ torch.linalg.householder_product(x, y).mT', ({ x, y, z }) => ormqr(x, y, z, { left: false, transpose: true }),
    { ...batch, y: normal(2, 2), z: normal(2, 1, 3) }, turned),
  ...[[true, true], [true, false], [false, true], [false, false]].map(([left, transpose]) =>
    row('ormqr', `torch.ormqr(x, y, z, left=${left ? 'True' : 'False'}, transpose=${transpose ? 'True' : 'False'})`,
      ({ x, y, z }) => x.ormqr(y, z, { left, transpose }), { x: constant(normal(4, 3)), y: constant(normal(2)), z: constant(normal(4, 4)) })),
];

// the signs of singular vectors and eigenvectors are anyone's choice
const spectra = [
  row('linalgSvd', 'u, s, v = torch.linalg.svd(x, full_matrices=False); (s, u.abs(), v.abs())', ({ x }) => {
    const { U, S, Vh } = L.svd(x, { fullMatrices: false });
    return [S, U.abs(), Vh.abs()];
  }, tall),
  row('svdvals', 'torch.linalg.svdvals(x)', ({ x }) => L.svdvals(x), batch),
  row('linalgEigh', `${P}l, v = torch.linalg.eigh(P(x)); (l, v.abs())`, ({ x }, o) => {
    const { eigenvalues, eigenvectors } = L.eigh(positiveDefinite(x, o));
    return [eigenvalues, eigenvectors.abs()];
  }, square),
  row('eigvalsh', `${P}torch.linalg.eigvalsh(P(x), UPLO='U')`,
    ({ x }, o) => L.eigvalsh(positiveDefinite(x, o), { UPLO: 'U' }), batch),
  row('linalgPinv', 'torch.linalg.pinv(x)', ({ x }) => L.pinv(x), tall),
  row('matrixRank', 'torch.linalg.matrix_rank(x)', ({ x }) => L.matrixRank(x), { x: constant(normal(2, 4, 3)) }),
];

/** The same random columns in every call, as in Python with `SEED`. */
const seeded = <T>(fn: () => T): T => {
  manualSeed(1);
  return fn();
};
const SEED = 'torch.manual_seed(1); ', random = { host: true } as const;
const unsigned = ([U, S, V]: readonly Tensor[]): Tensor[] => [U.abs(), S, V.abs()];

const lowrank = [
  row('svdLowrank', `${SEED}u, s, v = torch.svd_lowrank(x, q=2); (u.abs(), s, v.abs())`,
    ({ x }) => unsigned(seeded(() => svdLowrank(x, { q: 2 }))), { x: normal(5, 4) }, random),
  row('svdLowrank', `${SEED}u, s, v = torch.svd_lowrank(x, q=3, niter=0, M=y); (u.abs(), s, v.abs())`,
    ({ x, y }) => unsigned(seeded(() => svdLowrank(x, { q: 3, niter: 0, M: y }))), { x: normal(4, 3), y: normal(4, 3) }, random),
  row('pcaLowrank', `${SEED}u, s, v = torch.pca_lowrank(x, q=2); (u.abs(), s, v.abs())`,
    ({ x }) => unsigned(seeded(() => pcaLowrank(x, { q: 2 }))), { x: normal(2, 4, 5) }, random),
];

const solutions = [
  row('linalgDet', 'torch.linalg.det(x)', ({ x }) => L.det(x), square),
  row('linalgDet', 'torch.linalg.det(x)', ({ x }) => L.det(x), batch),
  row('linalgSlogdet', 'torch.linalg.slogdet(x)', ({ x }) => L.slogdet(x), square),
  row('logdet', `${P}torch.logdet(P(x))`, ({ x }, o) => positiveDefinite(x, o).logdet(), square),
  row('linalgInv', 'torch.linalg.inv(x)', ({ x }) => L.inv(x), batch),
  row('linalgSolve', 'torch.linalg.solve(x, y)', ({ x, y }) => L.solve(x, y), { ...square, y: normal(3, 2) }),
  row('linalgSolve', 'torch.linalg.solve(x, y)', ({ x, y }) => L.solve(x, y),
    { ...square, y: normal(3) }),
  row('linalgSolve', 'torch.linalg.solve(x, y, left=False)', ({ x, y }) => L.solve(x, y, { left: false }),
    { ...batch, y: normal(2, 2, 3) }, { node: 'TransposeBackward0' }),
  row('linalgSolveTriangular', 'torch.linalg.solve_triangular(x, y, upper=True)',
    ({ x, y }) => L.solveTriangular(x, y, { upper: true }), { ...square, y: normal(3, 2) }),
  row('linalgSolveTriangular', 'torch.linalg.solve_triangular(x, y, upper=False, left=False, unitriangular=True)', ({ x, y }) =>
    L.solveTriangular(x, y, { upper: false, left: false, unitriangular: true }), { ...square, y: normal(2, 3) }, { node: 'TransposeBackward0' }),
  row('choleskySolve', 'torch.cholesky_solve(y, x.tril())', ({ x, y }) => y.choleskySolve(x.tril()),
    { ...square, y: normal(3, 2) }),
  row('choleskyInverse', 'torch.cholesky_inverse(x.tril())', ({ x }) => x.tril().choleskyInverse(),
    square, { node: 'CholeskySolveBackward0' }),
  row('tensorinv', 'torch.linalg.tensorinv(x)', ({ x }) => L.tensorinv(x), { x: normal(2, 3, 3, 2) }, { node: 'ViewBackward0' }),
  row('tensorinv', 'torch.linalg.tensorinv(x, ind=1)', ({ x }) => L.tensorinv(x, { ind: 1 }), { x: normal(4, 2, 2) }, { node: 'ViewBackward0' }),
  row('tensorsolve', 'torch.linalg.tensorsolve(x, y)', ({ x, y }) => L.tensorsolve(x, y),
    { x: normal(2, 3, 3, 1, 2), y: normal(2, 3) }, { node: 'ViewBackward0' }),
  row('tensorsolve', 'torch.linalg.tensorsolve(x, y, dims=(0, 2))', ({ x, y }) => L.tensorsolve(x, y, { dims: [0, 2] }),
    { x: normal(2, 2, 2, 2), y: normal(2, 2) }, { node: 'ViewBackward0' }),
  row('lstsq', 'torch.linalg.lstsq(x, y).solution', ({ x, y }) => L.lstsq(x, y).solution,
    { ...tall, y: normal(4, 2) }, { node: 'MmBackward0' }),
];

const functions = [
  row('linalgMatrixExp', 'torch.linalg.matrix_exp(x)', ({ x }) => L.matrixExp(x), square),
  // condition
  row('linalgMatrixExp', 'torch.linalg.matrix_exp(x * 4)', ({ x }) => L.matrixExp(x.mul(4)),
    square, { tolerance: { float32: 1e-3 } }),
  row('matrixPower', 'torch.linalg.matrix_power(x, 3)', ({ x }) => L.matrixPower(x, 3), square),
  row('matrixPower', 'torch.linalg.matrix_power(x, -2)', ({ x }) => L.matrixPower(x, -2), square),
  row('multiDot', 'torch.linalg.multi_dot((x, y, z))', ({ x, y, z }) => L.multiDot([x, y, z]),
    { x: normal(2, 3), y: normal(3, 4), z: normal(4) }, { node: 'SqueezeBackward1' }),
  row('vander', 'torch.linalg.vander(x, N=4)', ({ x }) => L.vander(x, { N: 4 }), { x: normal(3) }),
  row('vander', 'torch.vander(x)', ({ x }) => vander(x), { x: constant(normal(4)) }),
  row('vander', 'torch.vander(x, N=3, increasing=True)', ({ x }) => vander(x, { N: 3, increasing: true }), { x: constant(normal(4)) }),
  row('vander', 'torch.linalg.vander(x).flip(1)', ({ x }) => vander(x), { x: normal(3) }),
  row('vecdot', 'torch.linalg.vecdot(x, y)', ({ x, y }) => L.vecdot(x, y),
    { x: normal(2, 3), y: normal(2, 3) }),
  row('linalgCross', 'torch.linalg.cross(x, y)', ({ x, y }) => L.cross(x, y), { x: normal(2, 3), y: normal(1, 3) }),
];

const norms = [
  row('vectorNorm', 'torch.linalg.vector_norm(x)', ({ x }) => L.vectorNorm(x), square),
  row('vectorNorm', 'torch.linalg.vector_norm(x, 3.5, dim=1)', ({ x }) => L.vectorNorm(x, 3.5, 1), square),
  row('vectorNorm', 'torch.linalg.vector_norm(x, math.inf, dim=0, keepdim=True)',
    ({ x }) => L.vectorNorm(x, Infinity, 0, { keepdim: true }), square),
  row('matrixNorm', 'torch.linalg.matrix_norm(x)', ({ x }) => L.matrixNorm(x), batch),
  row('matrixNorm', "torch.linalg.matrix_norm(x, 'nuc')", ({ x }) => L.matrixNorm(x, 'nuc'), batch),
  row('matrixNorm', 'torch.linalg.matrix_norm(x, 2)', ({ x }) => L.matrixNorm(x, 2), square),
  row('matrixNorm', 'torch.linalg.matrix_norm(x, -1)', ({ x }) => L.matrixNorm(x, -1), square),
  row('linalgNorm', 'torch.linalg.norm(x)', ({ x }) => L.norm(x), square),
];

export const linalg = [...factors, ...withInfo, ...ofFactors, ...spectra, ...lowrank, ...solutions, ...functions, ...norms];
