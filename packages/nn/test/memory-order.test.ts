import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import recorded from './fixtures/memory-order.json' with { type: 'json' };

const F = nn.functional;
const { channelsLast, contiguousFormat, randn, zeros, ones } = torch;

// a matrix, a tensor of three dimensions, images and volumes, none of them contiguous; a vector and a mask
const m = randn(4, 3).t(), x = randn(3, 4, 5).permute(2, 0, 1), w = randn(4), mask = m.gt(0);
const c = randn(2, 5, 6, 3).permute(0, 3, 1, 2), v = randn(1, 3, 4, 2, 2).permute(0, 4, 1, 2, 3);

/** By the Python text. Recorded by tooling/oracle/memory_order.py. */
const expressions: Readonly<Record<keyof typeof recorded, () => torch.Tensor>> = {
  'x + 1': () => x.add(1),
  'x + w': () => x.add(w),
  'w + x': () => w.add(x),
  'x * x.contiguous()': () => x.mul(x.contiguous()),
  'x.contiguous() * x': () => x.contiguous().mul(x),
  'x[:, ::2] + x[:, ::2]': () => x.index(':', '::2').add(x.index(':', '::2')),
  'x[1:, :, 1:3].exp()': () => x.index('1:', ':', '1:3').exp(),
  'x.expand(2, 5, 3, 4) + 1': () => x.expand(2, 5, 3, 4).add(1),
  'x[:, :1].expand(5, 3, 4) + 1': () => x.index(':', ':1').expand(5, 3, 4).add(1),
  'x.unsqueeze(1) * torch.randn(3, 1)': () => x.unsqueeze(1).mul(randn(3, 1)),
  'x > 0': () => x.gt(0),
  'torch.where(x > 0, x, w)': () => torch.where(x.gt(0), x, w),
  'x.clone()': () => x.clone(),
  'x.clone(memory_format=torch.contiguous_format)': () => x.clone({ memoryFormat: contiguousFormat }),
  'x[:, ::2].clone()': () => x.index(':', '::2').clone(),
  'x.double()': () => x.double(),
  'x.to(torch.int64)': () => x.to(torch.int64),
  "x.to('cpu', copy=True)": () => x.to('cpu', { copy: true }),
  'x.contiguous()': () => x.contiguous(),
  'torch.zeros_like(x)': () => torch.zerosLike(x),
  'torch.rand_like(x, memory_format=torch.contiguous_format)': () => torch.randLike(x, { memoryFormat: contiguousFormat }),
  'x.reshape(15, 4)': () => x.reshape(15, 4),
  'x.reshape(5, 12)': () => x.reshape(5, 12),
  'x.flip(0)': () => x.flip(0),
  'torch.rot90(x)': () => torch.rot90(x),
  'torch.rot90(m.contiguous(), 3)': () => torch.rot90(m.contiguous(), 3),
  'torch.rot90(x, 2)': () => torch.rot90(x, 2),
  'x.sort(0)[1]': () => x.sort(0)[1],
  'x.sum(0)': () => x.sum(0),
  'x.cumsum(0)': () => x.cumsum(0),
  'x.softmax(1)': () => x.softmax(1),
  'F.dropout(x)': () => F.dropout(x),
  "F.mse_loss(x, x.contiguous(), reduction='none')": () => F.mseLoss(x, x.contiguous(), { reduction: 'none' }),
  'torch.complex(x, x)': () => torch.complex(x, x),
  'x.index_fill(0, torch.tensor([1]), 1.)': () => x.indexFill(0, torch.tensor([1n]), 1),
  'x.put(torch.tensor([1]), torch.ones(1))': () => x.put(torch.tensor([1n]), ones(1)),
  'm.masked_fill(mask, 1)': () => m.maskedFill(mask, 1),
  'm.nan_to_num()': () => m.nanToNum(),
  'torch.select_scatter(m, torch.zeros(3), 1, 0)': () => torch.selectScatter(m, zeros(3), 1, 0),
  'torch.narrow_copy(m, 0, 1, 2)': () => torch.narrowCopy(m, 0, 1, 2),
  'F.logsigmoid(m)': () => F.logsigmoid(m),
  'c.to(memory_format=torch.contiguous_format)': () => c.to({ memoryFormat: contiguousFormat }),
  'c.contiguous()': () => c.contiguous(),
  'c.contiguous().to(memory_format=channels_last)': () => c.contiguous().to({ memoryFormat: channelsLast }),
  'c.contiguous(memory_format=channels_last)': () => c.contiguous({ memoryFormat: channelsLast }),
  'torch.empty(2, 3, 4, 5, memory_format=channels_last)': () => torch.empty(2, 3, 4, 5, { memoryFormat: channelsLast }),
  'torch.empty_like(c.contiguous(), memory_format=channels_last)': () => torch.emptyLike(c.contiguous(), { memoryFormat: channelsLast }),
  'v.contiguous().clone(memory_format=torch.channels_last_3d)': () => v.contiguous().clone({ memoryFormat: torch.channelsLast3d }),
  'torch.nn.Conv2d(3, 4, 3).to(memory_format=channels_last).weight': () => new nn.Conv2d(3, 4, 3).to({ memoryFormat: channelsLast }).weight,
  'F.conv2d(c, torch.randn(4, 3, 3, 3))': () => F.conv2d(c, randn(4, 3, 3, 3)),
  'F.conv2d(c.contiguous(), torch.randn(4, 3, 3, 3).to(memory_format=channels_last))': () =>
    F.conv2d(c.contiguous(), randn(4, 3, 3, 3).to({ memoryFormat: channelsLast })),
  'F.conv_transpose2d(c, torch.randn(3, 4, 3, 3))': () => F.convTranspose2d(c, randn(3, 4, 3, 3)),
  'F.max_pool2d(c, 2)': () => F.maxPool2d(c, 2),
  'F.avg_pool2d(c, 2)': () => F.avgPool2d(c, 2),
  'F.adaptive_avg_pool2d(c, 2)': () => F.adaptiveAvgPool2d(c, 2),
  'F.adaptive_max_pool2d(c, 2)': () => F.adaptiveMaxPool2d(c, 2),
  'F.batch_norm(c, None, None, training=True)': () => F.batchNorm(c, null, null, { training: true }),
  'F.batch_norm(c, torch.zeros(3), torch.ones(3))': () => F.batchNorm(c, zeros(3), ones(3)),
  'F.instance_norm(c)': () => F.instanceNorm(c),
  'F.group_norm(c, 3)': () => F.groupNorm(c, 3),
  'F.layer_norm(c, [6])': () => F.layerNorm(c, [6]),
  'F.interpolate(c, scale_factor=2)': () => F.interpolate(c, { scaleFactor: 2 }),
  "F.interpolate(c, scale_factor=2, mode='bilinear')": () => F.interpolate(c, { scaleFactor: 2, mode: 'bilinear' }),
  'F.pad(c, (1, 1, 1, 1))': () => F.pad(c, [1, 1, 1, 1]),
  "F.pad(c, (1, 1, 1, 1), mode='reflect')": () => F.pad(c, [1, 1, 1, 1], { mode: 'reflect' }),
  'torch.cat([c, c], 1)': () => torch.cat([c, c], 1),
  'torch.cat([c, c.contiguous()], 1)': () => torch.cat([c, c.contiguous()], 1),
  'F.relu(c)': () => F.relu(c),
};

describe('results lie in memory as in PyTorch', () => {
  test.each(Object.entries(expressions))('%s', (text, compute) => {
    const y = compute();
    expect([y.shape, y.stride()]).toEqual(recorded[text as keyof typeof recorded]);
  });

  test('nothing that was recorded is left out', () => {
    expect(Object.keys(expressions)).toEqual(Object.keys(recorded));
  });
});

describe('formats of memory', () => {
  test('values stay where they are', async () => {
    const images = torch.arange(24).reshape(1, 2, 3, 4), last = images.to({ memoryFormat: channelsLast });
    expect(await last.tolist()).toEqual(await images.tolist());
    expect([images, last].map((y) => [y.isContiguous(), y.isContiguous({ memoryFormat: channelsLast })])).toEqual([[true, false], [false, true]]);
    expect(last.to({ memoryFormat: channelsLast })).toBe(last);
    expect(last.contiguous({ memoryFormat: channelsLast })).toBe(last);
    expect(await last.permute(0, 2, 3, 1).view(-1).slice(0, 0, 4).tolist()).toEqual([0, 12, 1, 13]);
  });

  test('a network in another format gives the same values and gradients', async () => {
    const conv = new nn.Conv2d(3, 8, 3), images = randn(2, 3, 6, 6);
    const net = new nn.Sequential(conv, new nn.BatchNorm2d(8), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Linear(32, 5));
    const run = (memoryFormat: torch.MemoryFormat): [output: torch.Tensor, gradient: torch.Tensor] => {
      net.to({ memoryFormat }).zeroGrad({ setToNone: true });
      const y = net.forward(images.to({ memoryFormat }));
      y.square().sum().backward();
      return [y.detach(), conv.weight.grad!];
    };
    const [expected, expectedGrad] = run(contiguousFormat), [y, grad] = run(channelsLast);
    expect([conv.weight.stride(), grad.stride()]).toEqual([[27, 1, 9, 3], [27, 1, 9, 3]]);
    expect([await y.allclose(expected, { atol: 1e-5 }), await grad.allclose(expectedGrad, { rtol: 1e-4, atol: 1e-4 })]).toEqual([true, true]);
  });

  test('weights of convolutions alone take one', () => {
    const net = new nn.Sequential(new nn.Conv2d(2, 3, 2), new nn.ConvTranspose2d(3, 2, 2), new nn.Conv3d(1, 1, 2));
    const same = nn.utils.convertConv2dWeightMemoryFormat(net, channelsLast);
    expect(same).toBe(net);
    expect([...net.parameters()].map((p) => p.stride())).toEqual([[8, 1, 4, 2], [1], [8, 1, 4, 2], [1], [8, 8, 4, 2, 1], [1]]);
  });

  test('formats of other dimensions are refused', () => {
    const error = (text: string): Error => new torch.RuntimeError(text);
    expect(() => x.clone({ memoryFormat: channelsLast })).toThrow(error('required rank 4 tensor to use channels_last format'));
    expect(() => torch.empty(2, 2, { memoryFormat: torch.channelsLast3d })).toThrow(error('required rank 5 tensor to use channels_last_3d format'));
    expect(() => torch.empty(2, 2, { memoryFormat: torch.preserveFormat })).toThrow(error('unsupported memory format Preserve'));
    expect(() => x.contiguous({ memoryFormat: torch.preserveFormat })).toThrow(error('preserve memory format is unsupported by the contiguous operator'));
  });
});
