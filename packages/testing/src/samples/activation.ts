import { activations as F } from '@sconce/tensor/internal';
import { distinct, normal, positive, values } from '../draws.js';
import { row } from '../row.js';

const x34 = { x: normal(3, 4) };
const kinks = { x: values([0, -0.5, 0.5, 6, -3, 3]) };

export const activation = [
  row('relu', 'F.relu(x)', ({ x }) => x.relu(), x34),
  row('relu', 'F.relu(x)', ({ x }) => x.relu(), { x: values([0, -1, NaN]) }, { gradcheck: false }),
  row('relu_', 'x.clone().relu_()', ({ x }) => x.clone().relu_(), x34),
  row('relu6', 'F.relu6(x * 4)', ({ x }) => F.relu6(x.mul(4)), x34),
  row('leakyRelu', 'F.leaky_relu(x)', ({ x }) => F.leakyRelu(x), x34),
  row('leakyRelu', 'F.leaky_relu(x, 0.3)', ({ x }) => F.leakyRelu(x, { negativeSlope: 0.3 }), x34),
  row('prelu', 'F.prelu(x, y)', ({ x, y }) => F.prelu(x, y), { x: normal(2, 3), y: positive(3) }),
  row('prelu', 'F.prelu(x, y)', ({ x, y }) => F.prelu(x, y), { x: normal(2, 2, 3), y: positive(1) }),
  row('elu', 'F.elu(x)', ({ x }) => F.elu(x), x34),
  row('elu', 'F.elu(x, 1.5)', ({ x }) => F.elu(x, { alpha: 1.5 }), x34),
  row('selu', 'F.selu(x)', ({ x }) => F.selu(x), x34),
  row('celu', 'F.celu(x, 2)', ({ x }) => F.celu(x, { alpha: 2 }), x34),
  row('gelu', 'F.gelu(x)', ({ x }) => F.gelu(x), x34),
  row('gelu', "F.gelu(x, approximate='tanh')", ({ x }) => F.gelu(x, { approximate: 'tanh' }), x34),
  row('silu', 'F.silu(x)', ({ x }) => F.silu(x), x34),
  row('mish', 'F.mish(x)', ({ x }) => F.mish(x), x34),
  row('softplus', 'F.softplus(x)', ({ x }) => F.softplus(x), x34),
  row('softplus', 'F.softplus(x, 2, 1)', ({ x }) => F.softplus(x, { beta: 2, threshold: 1 }), x34),
  row('softsign', 'F.softsign(x)', ({ x }) => F.softsign(x), x34),
  row('tanhshrink', 'F.tanhshrink(x)', ({ x }) => F.tanhshrink(x), x34),
  row('softshrink', 'F.softshrink(x, 0.4)', ({ x }) => F.softshrink(x, { lambd: 0.4 }), x34),
  row('hardshrink', 'F.hardshrink(x, 0.4)', ({ x }) => F.hardshrink(x, { lambd: 0.4 }), x34),
  row('threshold', 'F.threshold(x, 0.2, -1)', ({ x }) => F.threshold(x, 0.2, -1), x34),
  row('hardtanh', 'F.hardtanh(x)', ({ x }) => F.hardtanh(x), x34),
  row('hardtanh', 'F.hardtanh(x, -2, 0.5)', ({ x }) => F.hardtanh(x, { minVal: -2, maxVal: 0.5 }), x34),
  // PyTorch holds 1/6 in float32
  row('hardsigmoid', 'F.hardsigmoid(x * 2)', ({ x }) => F.hardsigmoid(x.mul(2)), x34, { tolerance: { float64: 1e-7 } }),
  row('hardswish', 'F.hardswish(x * 2)', ({ x }) => F.hardswish(x.mul(2)), x34),
  row('logsigmoid', 'F.logsigmoid(x)', ({ x }) => F.logsigmoid(x), x34),
  row('logsigmoid', 'F.logsigmoid(x)', ({ x }) => F.logsigmoid(x), { x: values([-800, 0, 800]) }),
  ...(['relu', 'leakyRelu', 'hardtanh', 'hardsigmoid', 'hardswish', 'elu', 'softplus'] as const).map((name) =>
    row(name, `F.${name.replace('R', '_r')}(x)`, ({ x }) => F[name](x),
      kinks, { gradcheck: false, tolerance: { float64: 1e-7 } })),
  row('hardshrink', 'F.hardshrink(x)', ({ x }) => F.hardshrink(x), { x: distinct(8) }),
];
