import * as torch from '@sconce/tensor';
import { distinct, normal, values } from '../draws.js';
import { row } from '../row.js';

export const pooling = [
  // PyTorch pools in 2d
  row('maxPool1d', 'F.max_pool1d(x, 2)', ({ x }) => torch.maxPool1d(x, 2),
    { x: distinct(2, 2, 5) }),
  row('maxPool2d', 'F.max_pool2d(x, 2)', ({ x }) => torch.maxPool2d(x, 2), { x: distinct(1, 2, 4, 5) }),
  row('maxPool2d', 'F.max_pool2d(x, 3, stride=2, padding=1)',
    ({ x }) => torch.maxPool2d(x, 3, { stride: 2, padding: 1 }), { x: distinct(1, 1, 5, 4) }),
  row('maxPool2d', 'F.max_pool2d(x, (2, 3), stride=1, dilation=(2, 1), ceil_mode=True)', ({ x }) =>
    torch.maxPool2d(x, [2, 3], { stride: 1, dilation: [2, 1], ceilMode: true }), { x: distinct(2, 4, 5) }),
  row('maxPool2d', 'F.max_pool2d(x, 2, return_indices=True)', ({ x }) => torch.maxPool2d(x, 2, { returnIndices: true }),
    { x: distinct(1, 1, 4, 4) }),
  row('maxPool2d', 'F.max_pool2d(x, 2)', ({ x }) => torch.maxPool2d(x, 2),
    { x: values([1, 1, 2, NaN, 1, 1, 2, 2], 1, 2, 4) }, { gradcheck: false }),
  row('maxPool3d', 'F.max_pool3d(x, 2)', ({ x }) => torch.maxPool3d(x, 2), { x: distinct(1, 1, 2, 4, 3) }),
  row('avgPool1d', 'F.avg_pool1d(x, 2)', ({ x }) => torch.avgPool1d(x, 2), { x: normal(1, 2, 5) }),
  row('avgPool2d', 'F.avg_pool2d(x, 2)', ({ x }) => torch.avgPool2d(x, 2), { x: normal(1, 2, 4, 4) }),
  row('avgPool2d', 'F.avg_pool2d(x, 3, stride=2, padding=1)',
    ({ x }) => torch.avgPool2d(x, 3, { stride: 2, padding: 1 }), { x: normal(1, 1, 5, 4) }),
  row('avgPool2d', 'F.avg_pool2d(x, 3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)', ({ x }) =>
    torch.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }), { x: normal(1, 1, 4, 4) }),
  row('avgPool2d', 'F.avg_pool2d(x, 2, divisor_override=3)', ({ x }) => torch.avgPool2d(x, 2, { divisorOverride: 3 }),
    { x: normal(1, 4, 4) }),
  row('avgPool3d', 'F.avg_pool3d(x, 2)', ({ x }) => torch.avgPool3d(x, 2), { x: normal(1, 1, 2, 4, 2) }),
  row('adaptiveAvgPool1d', 'F.adaptive_avg_pool1d(x, 3)', ({ x }) => torch.adaptiveAvgPool1d(x, 3),
    { x: normal(1, 2, 5) }),
  row('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, (2, 3))', ({ x }) => torch.adaptiveAvgPool2d(x, [2, 3]),
    { x: normal(1, 2, 5, 4) }),
  // a mean
  row('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, 1)', ({ x }) => torch.adaptiveAvgPool2d(x, 1),
    { x: normal(1, 2, 3, 4) }),
  row('adaptiveAvgPool3d', 'F.adaptive_avg_pool3d(x, (2, 1, 2))', ({ x }) => torch.adaptiveAvgPool3d(x, [2, 1, 2]),
    { x: normal(1, 2, 3, 2, 2) }),
  row('adaptiveMaxPool1d', 'F.adaptive_max_pool1d(x, 2)', ({ x }) => torch.adaptiveMaxPool1d(x, 2),
    { x: distinct(1, 2, 5) }),
  row('adaptiveMaxPool3d', 'F.adaptive_max_pool3d(x, (2, 1, 2))', ({ x }) => torch.adaptiveMaxPool3d(x, [2, 1, 2]),
    { x: distinct(1, 1, 3, 2, 3) }),
  row('adaptiveMaxPool2d', 'F.adaptive_max_pool2d(x, (2, 3))', ({ x }) => torch.adaptiveMaxPool2d(x, [2, 3]),
    { x: distinct(1, 1, 5, 4) }),
];
