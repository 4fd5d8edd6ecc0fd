import * as torch from '@sconce/tensor';
import { batchNorm } from '@sconce/tensor/internal';
import { constant, normal, positive } from '../draws.js';
import { row } from '../row.js';

const running = { m: constant(normal(2)), v: constant(positive(2)) };
const affine = { w: normal(2), b: normal(2) };

export const normalization = [
  row('batchNorm', 'F.batch_norm(x, m, v)', ({ x, m, v }) => batchNorm(x, m, v), { x: normal(3, 2), ...running }),
  row('batchNorm', 'F.batch_norm(x, m, v, w, b)', ({ x, m, v, w, b }) => batchNorm(x, m, v, w, b),
    { x: normal(2, 2, 3), ...running, ...affine }),
  row('batchNorm', 'F.batch_norm(x, None, None, w, b, training=True)', ({ x, w, b }) =>
    batchNorm(x, null, null, w, b, { training: true }), { x: normal(3, 2, 2), ...affine }),
  row('batchNorm', 'a, c = m.clone(), v.clone(); y = F.batch_norm(x, a, c, w, b, True, 0.3, 0.01); (y, a, c)', ({ x, m, v, w, b }) => {
    const a = m.clone(), c = v.clone();
    return [batchNorm(x, a, c, w, b, { training: true, momentum: 0.3, eps: 0.01 }), a, c];
  }, { x: normal(2, 2, 2, 2), ...running, ...affine }),
  row('layerNorm', 'F.layer_norm(x, (4,))', ({ x }) => torch.layerNorm(x, [4]), { x: normal(3, 4) }),
  row('layerNorm', 'F.layer_norm(x, (2, 3), w, b, 0.01)',
    ({ x, w, b }) => torch.layerNorm(x, [2, 3], w, b, { eps: 0.01 }),
    { x: normal(2, 2, 3), w: normal(2, 3), b: normal(2, 3) }),
  row('groupNorm', 'F.group_norm(x, 2, w, b)', ({ x, w, b }) => torch.groupNorm(x, 2, w, b),
    { x: normal(2, 4, 3), w: normal(4), b: normal(4) }),
];
