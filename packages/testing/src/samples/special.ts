import { igamma, igammac, special as S } from '@sconce/tensor';
import { between, inUnit, normal, positive, values } from '../draws.js';
import { row } from '../row.js';

const corners = { gradcheck: false } as const;

/** Ends of the axes, and a place of each of the ways to compute incomplete gamma functions. */
const gammaCorners = {
  x: values([0, 0, -1, 1, Infinity, Infinity, 2, NaN, 1e-6, 0.75, 30, 150, 5e4, 1e6, 300]),
  y: values([0, 1, 1, -1, 1, Infinity, Infinity, 1, 0.5, 0.125, 20, 200, 5.01e4, 1e6, 250]),
};

export const special = [
  row('specialI0e', 'torch.special.i0e(x)', ({ x }) => S.i0e(x), { x: normal(3, 4) }),
  row('specialI1', 'torch.special.i1(x)', ({ x }) => S.i1(x), { x: normal(3, 4) }),
  row('specialI1', 'torch.special.i1(x)', ({ x }) => S.i1(x), { x: values([0, 10, -10]) }, corners),
  row('specialI1e', 'torch.special.i1e(x)', ({ x }) => S.i1e(x), { x: normal(3, 4) }),
  row('specialNdtr', 'torch.special.ndtr(x)', ({ x }) => S.ndtr(x), { x: normal(3, 4) }, { node: 'MulBackward0' }),
  row('specialNdtri', 'torch.special.ndtri(x)', ({ x }) => S.ndtri(x), { x: inUnit(3, 4) }),
  row('specialLogNdtr', 'torch.special.log_ndtr(x)', ({ x }) => S.logNdtr(x), { x: normal(3, 4) }),
  row('specialErfcx', 'torch.special.erfcx(x)', ({ x }) => S.erfcx(x), { x: normal(3, 4) }),
  row('specialEntr', 'torch.special.entr(x)', ({ x }) => S.entr(x), { x: positive(3, 4) }),
  row('specialEntr', 'torch.special.entr(x)', ({ x }) => S.entr(x), { x: values([0, -1, 1]) }, corners),
  row('specialXlog1py', 'torch.special.xlog1py(x, y)', ({ x, y }) => S.xlog1py(x, y),
    { x: normal(3, 4), y: positive(4) }),
  row('specialXlog1py', 'torch.special.xlog1py(x, 2.5)', ({ x }) => S.xlog1py(x, 2.5), { x: normal(3) }),
  row('specialXlog1py', 'torch.special.xlog1py(2.5, y)', ({ y }) => S.xlog1py(2.5, y), { y: positive(3) }),
  row('logsumexp', 'torch.special.logsumexp(x, 1)', ({ x }) => S.logsumexp(x, 1), { x: normal(3, 4) }),
  row('softmax', 'torch.special.softmax(x, 0)', ({ x }) => S.softmax(x, 0), { x: normal(3, 4) }),
  row('logSoftmax', 'torch.special.log_softmax(x, 0)', ({ x }) => S.logSoftmax(x, 0), { x: normal(3, 4) }),
  // PyTorch has no derivative by the first operand
  row('igamma', 'torch.igamma(x, y)', ({ x, y }) => igamma(x, y), { x: { ...between(0.25, 3, 3, 4), grad: false }, y: positive(4) }),
  row('igamma', 'torch.special.gammainc(x, y)', ({ x, y }) => S.gammainc(x, y), gammaCorners, { grad: false }),
  row('igammac', 'torch.igammac(x, y)', ({ x, y }) => igammac(x, y), { x: { ...between(0.25, 3, 3, 4), grad: false }, y: positive(4) }),
  row('igammac', 'torch.special.gammaincc(x, y)', ({ x, y }) => S.gammaincc(x, y), gammaCorners, { grad: false }),
  row('specialZeta', 'torch.special.zeta(x, y)', ({ x, y }) => S.zeta(x, y),
    { x: { ...between(2, 4, 3), grad: false }, y: positive(3) }),
  row('specialZeta', 'torch.special.zeta(x, 1.5)', ({ x }) => S.zeta(x, 1.5), { x: between(2, 4, 3) }, { grad: false }),
  row('specialZeta', 'torch.special.zeta(2.5, y)', ({ y }) => S.zeta(2.5, y), { y: positive(3) }),
];
