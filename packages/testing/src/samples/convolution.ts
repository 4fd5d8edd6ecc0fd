import * as torch from '@sconce/tensor';
import { normal } from '../draws.js';
import { row } from '../row.js';

const image = normal(1, 2, 5, 4), kernel = normal(3, 2, 3, 2);

export const convolution = [
  row('conv1d', 'F.conv1d(x, w)', ({ x, w }) => torch.conv1d(x, w), { x: normal(1, 2, 5), w: normal(2, 2, 3) }),
  row('conv1d', 'F.conv1d(x, w, b, stride=2, padding=1)',
    ({ x, w, b }) => torch.conv1d(x, w, b, { stride: 2, padding: 1 }),
    { x: normal(2, 2, 5), w: normal(2, 2, 3), b: normal(2) }),
  row('conv2d', 'F.conv2d(x, w, b)', ({ x, w, b }) => torch.conv2d(x, w, b),
    { x: normal(2, 1, 4, 4), w: normal(2, 1, 3, 3), b: normal(2) }),
  row('conv2d', 'F.conv2d(x, w)', ({ x, w }) => torch.conv2d(x, w), { x: image, w: kernel }),
  row('conv2d', 'F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2))', ({ x, w, b }) =>
    torch.conv2d(x, w, b, { stride: [2, 1], padding: [1, 2], dilation: [1, 2] }), { x: image, w: kernel, b: normal(3) }),
  row('conv2d', "F.conv2d(x, w, padding='same')", ({ x, w }) => torch.conv2d(x, w, { padding: 'same' }),
    { x: normal(1, 1, 3, 4), w: normal(1, 1, 3, 2) }),
  row('conv2d', 'F.conv2d(x, w, groups=2)', ({ x, w }) => torch.conv2d(x, w, { groups: 2 }),
    { x: normal(1, 4, 3, 3), w: normal(2, 2, 2, 2) }),
  row('conv2d', 'F.conv2d(x, w, groups=2, padding=1)', ({ x, w }) => torch.conv2d(x, w, { groups: 2, padding: 1 }),
    { x: normal(1, 2, 3, 3), w: normal(4, 1, 3, 3) }),
  // no batch dimension
  row('conv2d', 'F.conv2d(x, w)', ({ x, w }) => torch.conv2d(x, w),
    { x: normal(2, 3, 3), w: normal(2, 2, 2, 2) }),
  row('conv3d', 'F.conv3d(x, w, padding=1, stride=2)', ({ x, w }) => torch.conv3d(x, w, { padding: 1, stride: 2 }),
    { x: normal(1, 1, 3, 3, 2), w: normal(2, 1, 2, 2, 2) }),
  row('convTranspose1d', 'F.conv_transpose1d(x, w, stride=2)', ({ x, w }) => torch.convTranspose1d(x, w, { stride: 2 }),
    { x: normal(1, 2, 3), w: normal(2, 2, 3) }),
  row('convTranspose2d', 'F.conv_transpose2d(x, w, b)', ({ x, w, b }) => torch.convTranspose2d(x, w, b),
    { x: normal(1, 2, 3, 2), w: normal(2, 3, 2, 2), b: normal(3) }),
  row('convTranspose2d', 'F.conv_transpose2d(x, w, stride=2, padding=1, output_padding=1, groups=2)', ({ x, w }) =>
    torch.convTranspose2d(x, w, { stride: 2, padding: 1, outputPadding: 1, groups: 2 }), { x: normal(1, 2, 2, 3), w: normal(2, 2, 3, 3) }),
  row('convTranspose3d', 'F.conv_transpose3d(x, w, stride=2)', ({ x, w }) => torch.convTranspose3d(x, w, { stride: 2 }),
    { x: normal(1, 1, 2, 1, 2), w: normal(1, 2, 2, 2, 2) }),
];
