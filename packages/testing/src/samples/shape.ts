import * as torch from '@sconce/tensor';
import { col2im, im2col, pad } from '@sconce/tensor/internal';
import { integers, normal, typed } from '../draws.js';
import { row } from '../row.js';

const rearranged = [
  row('repeat', 'x.repeat(2, 1, 2)', ({ x }) => x.repeat(2, 1, 2), { x: normal(2, 3) }),
  row('repeat', 'x.repeat(3)', ({ x }) => x.repeat(3), { x: normal() }),
  row('repeat', 'x.repeat(0, 2)', ({ x }) => x.repeat(0, 2), { x: normal(2, 1) }),
  row('tile', 'x.tile((2,))', ({ x }) => x.tile([2]), { x: normal(2, 3) }),
  row('flip', 'x.flip(0, 2)', ({ x }) => x.flip(0, 2), { x: normal(2, 1, 3) }),
  row('fliplr', 'x.fliplr()', ({ x }) => x.fliplr(), { x: normal(2, 3) }),
  row('flipud', 'x.flipud()', ({ x }) => x.flipud(), { x: typed('int32', integers(0, 9, 3)) }),
  row('roll', 'x.roll(1, 1)', ({ x }) => x.roll(1, 1), { x: normal(2, 3) }),
  row('roll', 'x.roll((1, -2), (0, 1))', ({ x }) => x.roll([1, -2], [0, 1]), { x: normal(2, 3) }),
  row('roll', 'x.roll(2)', ({ x }) => x.roll(2), { x: normal(2, 3) }, { node: 'ViewBackward0' }), // a view of a roll
  row('rot90', 'torch.rot90(x, 1, (0, 1))', ({ x }) => x.rot90(1, [0, 1]), { x: normal(2, 3) }),
  row('rot90', 'torch.rot90(x, -2, (1, 2))', ({ x }) => x.rot90(-2, [1, 2]), { x: normal(2, 2, 2) }),
  row('tril', 'x.tril()', ({ x }) => x.tril(), { x: normal(3, 4) }),
  row('tril', 'x.tril(-1)', ({ x }) => x.tril(-1), { x: normal(2, 3, 3) }),
  row('triu', 'x.triu(1)', ({ x }) => x.triu(1), { x: normal(3, 4) }),
  row('triu', 'x.triu(-1)', ({ x }) => x.triu(-1), { x: integers(0, 9, 3, 3) }),
  row('tril_', 'x.clone().tril_()', ({ x }) => x.clone().tril_(), { x: normal(3, 3) }),
  row('triu_', 'x.clone().triu_(1)', ({ x }) => x.clone().triu_(1), { x: normal(3, 3) }),
  row('diag', 'x.diag()', ({ x }) => x.diag(), { x: normal(3) }),
  row('diag', 'x.diag(1)', ({ x }) => x.diag(1), { x: normal(3, 4) }),
  row('diagEmbed', 'torch.diag_embed(x, offset=1)', ({ x }) => x.diagEmbed({ offset: 1 }), { x: normal(2, 3) }),
  row('diagflat', 'torch.diagflat(x)', ({ x }) => x.diagflat(), { x: normal(2, 2) }, { strided: false }),
];

const padded = [
  row('pad', 'F.pad(x, (1, 2), value=3.0)', ({ x }) => pad(x, [1, 2], { value: 3 }), { x: normal(2, 3) }),
  row('pad', 'F.pad(x, (1, -1, 0, 1))', ({ x }) => pad(x, [1, -1, 0, 1]), { x: normal(2, 3) }),
  row('pad', 'F.pad(x, (1, 1))', ({ x }) => pad(x, [1, 1]), { x: integers(0, 9, 3) }),
  row('pad', "F.pad(x, (1, 2), mode='reflect')", ({ x }) => pad(x, [1, 2], { mode: 'reflect' }),
    { x: normal(1, 2, 4) }),
  row('pad', "F.pad(x, (1, 0, 0, 1), mode='reflect')", ({ x }) => pad(x, [1, 0, 0, 1], { mode: 'reflect' }),
    { x: normal(1, 1, 2, 3) }),
  row('pad', "F.pad(x, (1, 0, 0, 1, 1, 1), mode='reflect')", ({ x }) => pad(x, [1, 0, 0, 1, 1, 1], { mode: 'reflect' }),
    { x: normal(1, 1, 2, 2, 2) }),
  row('pad', "F.pad(x, (2, 1), mode='replicate')", ({ x }) => pad(x, [2, 1], { mode: 'replicate' }),
    { x: normal(1, 2, 2) }),
  row('pad', "F.pad(x, (1, 2, 2, 0), mode='replicate')", ({ x }) => pad(x, [1, 2, 2, 0], { mode: 'replicate' }),
    { x: normal(1, 1, 2, 3) }),
  row('pad', "F.pad(x, (1, 0, 0, 1, 2, 0), mode='replicate')",
    ({ x }) => pad(x, [1, 0, 0, 1, 2, 0], { mode: 'replicate' }), { x: normal(1, 1, 2, 2, 1) }),
  // PyTorch copies the borders, slice by slice
  row('pad', "F.pad(x, (1, 0, 0, 1), mode='circular')", ({ x }) => pad(x, [1, 0, 0, 1], { mode: 'circular' }),
    { x: normal(1, 1, 2, 3) }, { node: 'CircularPad2DBackward0' }),
  row('pad', "F.pad(x, (1, 0, 0, 1, 1, 1), mode='circular')",
    ({ x }) => pad(x, [1, 0, 0, 1, 1, 1], { mode: 'circular' }), { x: normal(1, 1, 2, 2, 2) }, { node: 'CircularPad3DBackward0' }),
  row('pad', "F.pad(x, (1, 2), mode='circular')", ({ x }) => pad(x, [1, 2], { mode: 'circular' }),
    { x: normal(1, 2, 4) }, { node: 'CircularPad1DBackward0' }),
];

const patches = [
  row('im2col', 'F.unfold(x, 2, stride=2, padding=1)', ({ x }) => im2col(x, 2, { stride: 2, padding: 1 }),
    { x: normal(1, 2, 3, 3) }),
  row('im2col', 'F.unfold(x, (2, 1), dilation=(1, 2))', ({ x }) => im2col(x, [2, 1], { dilation: [1, 2] }),
    { x: normal(1, 3, 3) }, { node: 'SelectBackward0' }),
  row('col2im', 'F.fold(x, (3, 4), 2)', ({ x }) => col2im(x, [3, 4], 2), { x: normal(1, 4, 6) }),
  row('col2im', 'F.fold(x, (3, 2), (2, 1), padding=1, stride=2)',
    ({ x }) => col2im(x, [3, 2], [2, 1], { padding: 1, stride: 2 }), { x: normal(1, 2, 4) }),
  row('pixelShuffle', 'F.pixel_shuffle(x, 2)', ({ x }) => torch.pixelShuffle(x, 2), { x: normal(1, 4, 2, 2) }),
  row('pixelUnshuffle', 'F.pixel_unshuffle(x, 2)', ({ x }) => torch.pixelUnshuffle(x, 2), { x: normal(1, 1, 4, 2) }),
  // PyTorch 1.13 does not differentiate its own
  row('channelShuffle', 'x.view(1, 2, 2, 2, 2).transpose(1, 2).reshape(1, 4, 2, 2)',
    ({ x }) => torch.channelShuffle(x, 2), { x: normal(1, 4, 2, 2) }, { node: 'ChannelShuffleBackward0' }),
];

export const shape = [...rearranged, ...padded, ...patches];
