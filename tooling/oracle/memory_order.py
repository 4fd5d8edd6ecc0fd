"""Records packages/nn/test/fixtures/memory-order.json: shapes and strides of what is made of tensors that are not contiguous.

Run: python3 tooling/oracle/memory_order.py
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F

OUT = Path(__file__).parents[2] / 'packages/nn/test/fixtures/memory-order.json'

channels_last = torch.channels_last
# a matrix, a tensor of three dimensions, images and volumes, none of them contiguous; a vector and a mask
m = torch.randn(4, 3).t()
x = torch.randn(3, 4, 5).permute(2, 0, 1)
c = torch.randn(2, 5, 6, 3).permute(0, 3, 1, 2)
v = torch.randn(1, 3, 4, 2, 2).permute(0, 4, 1, 2, 3)
w = torch.randn(4)
mask = m > 0

EXPRESSIONS = '''
x + 1
x + w
w + x
x * x.contiguous()
x.contiguous() * x
x[:, ::2] + x[:, ::2]
x[1:, :, 1:3].exp()
x.expand(2, 5, 3, 4) + 1
x[:, :1].expand(5, 3, 4) + 1
x.unsqueeze(1) * torch.randn(3, 1)
x > 0
torch.where(x > 0, x, w)
x.clone()
x.clone(memory_format=torch.contiguous_format)
x[:, ::2].clone()
x.double()
x.to(torch.int64)
x.to('cpu', copy=True)
x.contiguous()
torch.zeros_like(x)
torch.rand_like(x, memory_format=torch.contiguous_format)
x.reshape(15, 4)
x.reshape(5, 12)
x.flip(0)
torch.rot90(x)
torch.rot90(m.contiguous(), 3)
torch.rot90(x, 2)
x.sort(0)[1]
x.sum(0)
x.cumsum(0)
x.softmax(1)
F.dropout(x)
F.mse_loss(x, x.contiguous(), reduction='none')
torch.complex(x, x)
x.index_fill(0, torch.tensor([1]), 1.)
x.put(torch.tensor([1]), torch.ones(1))
m.masked_fill(mask, 1)
m.nan_to_num()
torch.select_scatter(m, torch.zeros(3), 1, 0)
torch.narrow_copy(m, 0, 1, 2)
F.logsigmoid(m)
c.to(memory_format=torch.contiguous_format)
c.contiguous()
c.contiguous().to(memory_format=channels_last)
c.contiguous(memory_format=channels_last)
torch.empty(2, 3, 4, 5, memory_format=channels_last)
torch.empty_like(c.contiguous(), memory_format=channels_last)
v.contiguous().clone(memory_format=torch.channels_last_3d)
torch.nn.Conv2d(3, 4, 3).to(memory_format=channels_last).weight
F.conv2d(c, torch.randn(4, 3, 3, 3))
F.conv2d(c.contiguous(), torch.randn(4, 3, 3, 3).to(memory_format=channels_last))
F.conv_transpose2d(c, torch.randn(3, 4, 3, 3))
F.max_pool2d(c, 2)
F.avg_pool2d(c, 2)
F.adaptive_avg_pool2d(c, 2)
F.adaptive_max_pool2d(c, 2)
F.batch_norm(c, None, None, training=True)
F.batch_norm(c, torch.zeros(3), torch.ones(3))
F.instance_norm(c)
F.group_norm(c, 3)
F.layer_norm(c, [6])
F.interpolate(c, scale_factor=2)
F.interpolate(c, scale_factor=2, mode='bilinear')
F.pad(c, (1, 1, 1, 1))
F.pad(c, (1, 1, 1, 1), mode='reflect')
torch.cat([c, c], 1)
torch.cat([c, c.contiguous()], 1)
F.relu(c)
'''.strip().split('\n')

lines = [f'{json.dumps(e)}: {json.dumps([list(y.shape), list(y.stride())])}' for e in EXPRESSIONS for y in [eval(e)]]
OUT.write_text('{\n' + ',\n'.join(lines) + '\n}\n')
