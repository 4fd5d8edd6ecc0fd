import { special as S } from '@sconce/tensor';
import { between, inUnit, normal, positive, values } from '../draws.js';
import { row } from '../row.js';

const corners = { gradcheck: false } as const;

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
  // PyTorch has no derivative by the first operand
  row('specialZeta', 'torch.special.zeta(x, y)', ({ x, y }) => S.zeta(x, y),
    { x: { ...between(2, 4, 3), grad: false }, y: positive(3) }),
  row('specialZeta', 'torch.special.zeta(x, 1.5)', ({ x }) => S.zeta(x, 1.5), { x: between(2, 4, 3) }, { grad: false }),
  row('specialZeta', 'torch.special.zeta(2.5, y)', ({ y }) => S.zeta(2.5, y), { y: positive(3) }),
];
