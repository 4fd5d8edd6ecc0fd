import type { Tensor } from '@sconce/tensor';
import { upsample as upsampleOf, type UpsampleMode } from '@sconce/tensor/internal';
import { normal } from '../draws.js';
import { row } from '../row.js';

interface Options { readonly alignCorners?: boolean; readonly antialias?: boolean; readonly scales?: readonly (number | null)[] }

const resize = (x: Tensor, mode: UpsampleMode, outputSize: readonly number[], options: Options = {}): Tensor => {
  const { alignCorners = false, antialias = false, scales = outputSize.map(() => null) } = options;
  return upsampleOf(x, { mode, alignCorners, antialias, scales, inputSize: x.shape.slice(2), outputSize });
};

const line = { x: normal(1, 2, 3) }, image = { x: normal(1, 2, 2, 3) }, volume = { x: normal(1, 1, 2, 2, 2) };

export const upsample = [
  row('upsampleNearest1d', 'F.interpolate(x, size=5)', ({ x }) => resize(x, 'nearest', [5]), line),
  row('upsampleNearest2d', 'F.interpolate(x, scale_factor=2.0)',
    ({ x }) => resize(x, 'nearest', [4, 6], { scales: [2, 2] }), image),
  row('upsampleNearest2d', 'F.interpolate(x, size=(1, 2))', ({ x }) => resize(x, 'nearest', [1, 2]), image),
  row('upsampleNearest3d', 'F.interpolate(x, size=3)', ({ x }) => resize(x, 'nearest', [3, 3, 3]), volume),
  row('upsampleNearestExact1d', "F.interpolate(x, size=4, mode='nearest-exact')",
    ({ x }) => resize(x, 'nearest-exact', [4]), line),
  row('upsampleNearestExact2d', "F.interpolate(x, size=(3, 4), mode='nearest-exact')",
    ({ x }) => resize(x, 'nearest-exact', [3, 4]), image),
  row('upsampleNearestExact3d', "F.interpolate(x, size=3, mode='nearest-exact')",
    ({ x }) => resize(x, 'nearest-exact', [3, 3, 3]), volume),
  row('upsampleLinear1d', "F.interpolate(x, size=5, mode='linear')", ({ x }) => resize(x, 'linear', [5]), line),
  row('upsampleBilinear2d', "F.interpolate(x, size=(3, 5), mode='bilinear', align_corners=False)",
    ({ x }) => resize(x, 'linear', [3, 5]), image),
  row('upsampleBilinear2d', "F.interpolate(x, size=(3, 5), mode='bilinear', align_corners=True)",
    ({ x }) => resize(x, 'linear', [3, 5], { alignCorners: true }), image),
  row('upsampleBilinear2d', "F.interpolate(x, scale_factor=1.5, mode='bilinear')",
    ({ x }) => resize(x, 'linear', [3, 4], { scales: [1.5, 1.5] }), image),
  row('upsampleTrilinear3d', "F.interpolate(x, size=3, mode='trilinear')", ({ x }) => resize(x, 'linear', [3, 3, 3]),
    volume),
  row('upsampleBicubic2d', "F.interpolate(x, size=(3, 5), mode='bicubic')", ({ x }) => resize(x, 'cubic', [3, 5]),
    image),
  row('upsampleBilinear2dAa', "F.interpolate(x, size=(2, 2), mode='bilinear', antialias=True)",
    ({ x }) => resize(x, 'linear', [2, 2], { antialias: true }), { x: normal(1, 1, 4, 5) }),
  row('upsampleBicubic2dAa', "F.interpolate(x, size=(2, 2), mode='bicubic', antialias=True)",
    ({ x }) => resize(x, 'cubic', [2, 2], { antialias: true }), { x: normal(1, 1, 4, 5) }),
];
