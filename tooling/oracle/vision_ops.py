"""Records what torchvision.ops and some of torchvision.utils give, for packages/vision/test/fixtures/ops.json.gz.

Run with a Python that has PyTorch 1.13 and torchvision 0.14:
    python3 tooling/oracle/vision_ops.py
"""
import base64
import gzip
import json
import pathlib
import re

import numpy as np
import torch
import torchvision
from torch import nn
from torchvision import ops
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7

OUT = pathlib.Path(__file__).parents[2] / 'packages/vision/test/fixtures/ops.json.gz'


tensors = []  # each once, for calls share their inputs


def show(x):
    if torch.is_tensor(x):
        x = x.detach().contiguous()
        entry = {'dtype': str(x.dtype)[6:], 'shape': list(x.shape), 'data': base64.b64encode(x.numpy().tobytes()).decode()}
        if entry not in tensors:
            tensors.append(entry)
        return {'tensor': tensors.index(entry)}
    if isinstance(x, (list, tuple)):
        return [show(item) for item in x]
    return x


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda m: m[1].upper(), name)


calls = []


def call(name, *args, grad=None, seed=None, **options):
    """One call: its arguments, then its options; the gradient of the sum of squares by the argument `grad`."""
    row = {'op': camel(name), 'args': show(args), 'options': {camel(k): v for k, v in options.items()}}
    if grad is not None:
        args = list(args)
        args[grad] = args[grad].clone().requires_grad_()
        row['gradOf'] = grad
    if seed is not None:
        torch.manual_seed(seed)
        row['seed'] = seed
    try:
        out = getattr(ops, name)(*args, **options)
        row['out'] = show(out)
        if grad is not None:
            out.pow(2).sum().backward()
            row['grad'] = show(args[grad].grad)
    except Exception as error:
        row['error'] = str(error)
    calls.append(row)


def boxes(n, size=40., least=0.5):
    corner = torch.rand(n, 2) * size
    return torch.cat([corner, corner + least + torch.rand(n, 2) * size / 2], 1)


torch.manual_seed(0)
few, more = boxes(5), boxes(7)
for name in ('box_area',):
    for x in (few, few.double(), few.half(), few.int(), few.byte()):
        call(name, x)
for name in ('box_iou', 'generalized_box_iou', 'distance_box_iou', 'complete_box_iou'):
    call(name, few, more, grad=0)
    call(name, few.double(), more.double(), grad=1)
    call(name, few.int(), more.int())
    call(name, few.half(), more.half())
    call(name, few, few)
call('complete_box_iou', few, more, eps=0.1)
for a in ('xyxy', 'xywh', 'cxcywh'):
    for b in ('xyxy', 'xywh', 'cxcywh'):
        call('box_convert', few, a, b, grad=0)
call('box_convert', few.int(), 'xyxy', 'cxcywh')
call('box_convert', few, 'xyxy', 'yxyx')
call('clip_boxes_to_image', few - 5, [20, 30], grad=0)
call('clip_boxes_to_image', few.int().view(5, 1, 4), [20, 30])
call('remove_small_boxes', more, 8.)
masks = torch.rand(3, 9, 11) > 0.97
masks[:, 4, 5] = True
call('masks_to_boxes', masks)
call('masks_to_boxes', masks.float() * 3)
call('masks_to_boxes', masks[:0])
call('masks_to_boxes', torch.zeros(2, 3, 3))

many = boxes(300, 60.)
scores = torch.rand(300)
scores[::7] = 0.5  # equal ones
labels = torch.randint(0, 4, (300,))
for threshold in (0., 0.2, 0.5, 0.9):
    call('nms', many, scores, threshold)
    call('nms', many.double(), scores.double(), threshold)
    call('batched_nms', many, scores, labels, threshold)
grid = torch.cartesian_prod(torch.arange(12.), torch.arange(12.))
regular = torch.cat([grid, grid + 3], 1)  # many pairs exactly at the threshold
for threshold in (0.2, 0.5, 1 / 3):
    call('nms', regular, torch.rand(144), threshold)
call('nms', few, torch.tensor([.1, float('nan'), .3, .2, .2]), 0.5)
call('nms', few[:0], scores[:0], 0.5)
crowd = boxes(1100, 200., 10.)
call('batched_nms', crowd, torch.rand(1100), torch.randint(0, 3, (1100,)) * 10 - 10, 0.3)
call('batched_nms', few[:0], scores[:0], labels[:0], 0.5)
call('nms', few[None], scores, 0.5)
call('nms', few[:, :3], scores, 0.5)
call('nms', few, scores[:5, None], 0.5)
call('nms', few, scores[:4], 0.5)
call('nms', few.double(), scores[:5], 0.5)
call('nms', few.half(), scores[:5].half(), 0.5)

close = few + torch.rand(5, 4)
for name in ('generalized_box_iou_loss', 'distance_box_iou_loss', 'complete_box_iou_loss'):
    call(name, few, close, grad=0)
    call(name, more[:5], few, grad=1, reduction='mean', eps=0.01)
    call(name, few, few, grad=0, reduction='sum')
    call(name, few[0], close[0])
    call(name, few[:0], few[:0], reduction='mean')
    call(name, few.int(), close.int())
    call(name, few[:, :3], close)
logits, targets = torch.randn(4, 6), (torch.rand(4, 6) > 0.5).float()
for reduction in ('none', 'mean', 'sum'):
    call('sigmoid_focal_loss', logits, targets, grad=0, reduction=reduction)
call('sigmoid_focal_loss', logits, targets, grad=0, alpha=-1, gamma=1.5)
call('sigmoid_focal_loss', logits, targets[0])

features = torch.randn(2, 6, 9, 11)
regions = torch.cat([torch.randint(0, 2, (9, 1)).float(), boxes(9, 16.)], 1)
odd = torch.tensor([[0., -9, -8, 5, 4], [1, 8, 7, 40, 50], [1, 60, 60, 80, 80], [0, 5, 5, 5, 5], [1, 9, 9, 4, 4], [0, 0, 0, 11, 9], [1, -.5, -.5, 10.5, 8.5]])
wide, tall = torch.randn(1, 1, 30, 20), torch.tensor([[0., 1, 1, 19, 29], [0, 3, 4, 5, 26]])
for ratio in (-1, 2, 3):
    for aligned in (False, True):
        call('roi_align', features, regions, 3, 0.6, ratio, aligned, grad=0)
        call('roi_align', features, odd, [2, 4], grad=0, sampling_ratio=ratio, aligned=aligned)
    call('roi_align', wide, tall, [1, 2], grad=0, sampling_ratio=ratio)
    call('ps_roi_align', features, regions, [3, 2], 0.6, ratio, grad=0)
    call('ps_roi_align', features, odd[[0, 1, 2, 5, 6]], [1, 2], 0.6, ratio, grad=0)
call('roi_align', features, [boxes(2, 9.), boxes(1, 9.)], 2, grad=0)
call('roi_align', features.double(), regions.double(), 3, grad=0)
call('roi_align', features, regions[:0], 3, grad=0)
call('roi_align', features, regions, 0)
for scale in (1., 0.6, 0.5):
    call('roi_pool', features, regions, 3, scale, grad=0)
    call('roi_pool', features.round(), odd, [2, 4], scale, grad=0)  # with equal values
    # the gradients at a picture's right and lower border are not those of what it computes
    call('ps_roi_pool', features, regions * 0.3, [3, 2], scale, grad=0)
    call('ps_roi_pool', features, regions, [3, 2], scale)
    call('ps_roi_pool', features, odd, [2, 3], scale)
for name in ('roi_align', 'roi_pool', 'ps_roi_align'):
    call(name, features, regions[:, 1:], 2)
    call(name, features, [regions], 2)
    call(name, features, regions.double(), 2)
for name in ('ps_roi_align', 'ps_roi_pool'):
    call(name, features, regions, 4)

x = torch.rand(4, 3, 6, 7)
for mode in ('row', 'batch'):
    for p in (0., 0.3, 0.8, 1.):
        call('stochastic_depth', x, p, mode, grad=0, seed=int(10 * p))
for p, block in ((0.1, 3), (0.4, 1), (0.3, 5), (0., 3)):
    call('drop_block2d', x, p, block, grad=0, seed=1)
call('drop_block3d', torch.rand(2, 2, 5, 6, 7), 0.2, 3, grad=0, seed=2)
call('stochastic_depth', x, 1.5, 'row')
call('stochastic_depth', x, 0.5, 'rows')
call('drop_block2d', x.clone(), 0.2, 3, True, 1e-3, seed=4)
call('drop_block2d', x, -0.5, 3)
call('drop_block2d', x[0], 0.5, 3)
call('drop_block2d', x, 0.5, 2, seed=3)

modules = {}


def module(name, make, *inputs):
    torch.manual_seed(0)
    net = make()
    entry = {'text': str(net), 'state': {k: show(v) for k, v in net.state_dict().items()}, 'inputs': show(inputs)}
    if inputs:
        entry['out'] = show(net(*inputs))
    modules[name] = entry


picture = torch.rand(2, 4, 6, 5)
module('conv', lambda: ops.Conv2dNormActivation(4, 6, 3, 2), picture)
module('convWide', lambda: ops.Conv2dNormActivation(4, 6, (3, 5), activation_layer=None, dilation=2), picture)
module('convBare', lambda: ops.Conv2dNormActivation(4, 6, 1, norm_layer=None, activation_layer=nn.Hardswish, groups=2, inplace=None), picture)
module('conv3d', lambda: ops.Conv3dNormActivation(4, 3, bias=True), torch.rand(1, 4, 3, 5, 4))
module('squeeze', lambda: ops.SqueezeExcitation(4, 2), picture)
module('squeezeHard', lambda: ops.SqueezeExcitation(4, 2, nn.SiLU, nn.Hardsigmoid), picture)
module('mlp', lambda: ops.MLP(5, [4, 3], norm_layer=nn.LayerNorm, activation_layer=nn.GELU, inplace=None, dropout=0.), picture)
module('mlpPlain', lambda: ops.MLP(5, [4, 3, 2], bias=False), picture)
module('mlpDrop', lambda: ops.MLP(5, [4, 3], dropout=0.1))
module('permute', lambda: ops.Permute([0, 2, 3, 1]), picture)
module('roiAlign', lambda: ops.RoIAlign(3, 0.25, 2, True), features, regions)
module('roiAlignTuple', lambda: ops.RoIAlign((3, 2), 1., -1), features, regions)
module('roiPool', lambda: ops.RoIPool((3, 2), 0.5), features, regions)
module('psRoiAlign', lambda: ops.PSRoIAlign((3, 2), 0.5, 2), features, regions)
module('psRoiPool', lambda: ops.PSRoIPool((3, 2), 0.5), features, regions)
module('depth', lambda: ops.StochasticDepth(0.5, 'row'), x)
module('dropBlock', lambda: ops.DropBlock2d(0.1, 3), x)
module('dropBlock3d', lambda: ops.DropBlock3d(1e-5, 3, True))

frozen = ops.FrozenBatchNorm2d(4)
torch.manual_seed(1)
usual = nn.BatchNorm2d(4)
usual(torch.randn(3, 4, 2, 2) * 3 + 1)
nn.init.uniform_(usual.weight)
nn.init.uniform_(usual.bias)
frozen.load_state_dict(usual.state_dict())
modules['frozen'] = {'text': str(frozen), 'state': {k: show(v) for k, v in usual.state_dict().items()}, 'inputs': show([picture]), 'out': show(frozen(picture))}

pyramids = {}
maps = {'feat0': torch.rand(1, 4, 9, 8), 'feat1': torch.rand(1, 6, 5, 4), 'feat2': torch.rand(1, 8, 2, 2)}
for name, make in (('plain', lambda: {}), ('pool', lambda: {'extra_blocks': LastLevelMaxPool()}), ('p6p7', lambda: {'extra_blocks': LastLevelP6P7(8, 5)}),
                   ('norm', lambda: {'norm_layer': nn.BatchNorm2d}), ('p6p7own', lambda: {'extra_blocks': LastLevelP6P7(5, 5)})):
    torch.manual_seed(0)
    net = ops.FeaturePyramidNetwork([4, 6, 8], 5, **make())
    pyramids[name] = {'text': str(net), 'state': {k: show(v) for k, v in net.state_dict().items()},
                      'out': {k: show(v) for k, v in net(maps).items()}}

scales = []
levels = {'a': torch.rand(2, 2, 32, 32), 'unused': torch.rand(2, 2, 4, 4), 'b': torch.rand(2, 2, 16, 16), 'c': torch.rand(2, 2, 8, 8)}
groups = [boxes(9, 75.) * 1.5, boxes(4, 50.)]
for names, ratio, options in ((['a', 'b', 'c'], 2, {'canonical_scale': 32, 'canonical_level': 3}), (['a', 'b', 'c'], -1, {}), (['b'], 2, {})):
    for v in levels.values():
        v.grad = None
        v.requires_grad_()
    pool = ops.MultiScaleRoIAlign(names, 3, ratio, **options)
    out = pool(levels, groups, [(128, 125), (120, 128)])
    out.pow(2).sum().backward()
    scales.append({'names': names, 'ratio': ratio, 'options': {camel(k): v for k, v in options.items()}, 'text': str(pool), 'scales': pool.scales,
                   'out': show(out), 'grad': {k: show(levels[k].grad) for k in names if k != 'a'}})
multiScale = {'maps': {k: show(v) for k, v in levels.items()}, 'boxes': show(groups), 'pools': scales}

picture = torch.arange(3 * 24 * 30).remainder(251).to(torch.uint8).view(3, 24, 30)
points = torch.rand(2, 4, 2) * torch.tensor([36., 30.]) - 4
joined = [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (-1, 1)]
drawn = []
for options in ({}, {'colors': 'red'}, {'colors': (9, 200, 30), 'radius': 5}, {'colors': '#00f', 'radius': 0}, {'colors': 'blue', 'radius': 9, 'width': 1},
                *({'connectivity': joined, 'width': width} for width in (0, 1, 2, 3, 4, 6)), {'connectivity': [(0, 0)], 'colors': 'lime', 'radius': 1}):
    drawn.append([{k: v for k, v in options.items()}, show(torchvision.utils.draw_keypoints(picture, points, **options))])
lines = []  # in many directions
for radius in range(3, 24, 4):
    ends = torch.tensor([[[40., 40.]] + [[40 + round(radius * 1.7 * np.cos(a)), 40 + round(radius * 1.7 * np.sin(a))] for a in np.arange(40) * np.pi / 20]])
    star = torchvision.utils.draw_keypoints(torch.zeros(3, 80, 80, dtype=torch.uint8), ends, [(0, k) for k in range(1, 41)], 'red', radius, radius // 4)
    lines.append({'radius': radius, 'ends': show(ends), 'out': show(star)})
around = torch.stack([torch.cos(torch.arange(64.) / 10), torch.sin(torch.arange(64.) / 10)]).view(2, 8, 8) * torch.linspace(0.1, 3, 8)
flows = [[show(f), show(torchvision.utils.flow_to_image(f))] for f in (around, torch.randn(2, 2, 7, 5), torch.zeros(2, 3, 3))]

pictures, kernels = torch.randn(2, 4, 5, 4), torch.randn(6, 2, 3, 2)
moves, weights = torch.randn(2, 24, 3, 3) * 2, torch.rand(2, 12, 3, 3)  # two groups of offsets; out of the picture, too
deformed = (pictures, moves, kernels, torch.randn(6), (2, 1), (1, 0), 1, weights)
for place in (0, 1, 2, 3, 7):
    call('deform_conv2d', *deformed, grad=place)
plain = (pictures, torch.randn(2, 12, 1, 6), torch.randn(3, 4, 3, 2), None, 1, (0, 2), 2)
for place in (0, 1, 2):
    call('deform_conv2d', *plain, grad=place)
call('deform_conv2d', *(x.double() for x in plain[:3]), *plain[3:], grad=1)
call('deform_conv2d', pictures, torch.zeros(2, 12, 3, 3).index_fill(1, torch.tensor([0, 5]), -1), plain[2], grad=1)  # whole pixels
call('deform_conv2d', *(x[:0] for x in plain[:2]), *plain[2:])
for place, other in ((0, pictures[0]), (1, moves[0]), (2, kernels[0]), (7, weights[0]), (1, moves[:, :11]), (1, moves[:, :23]), (1, moves.repeat(1, 2, 1, 1)),
                     (1, moves.repeat(1, 3, 1, 1)[:, :36]), (7, weights[:, :11]), (2, torch.randn(6, 3, 3, 2)), (2, kernels[:5]), (1, moves[:1]), (7, weights[:1]),
                     (1, moves[:, :, :2]), (7, weights[..., :2]), (4, -1), (5, -1), (6, 0), (4, (1, 1, 1)), (1, moves.double()), (7, weights.double()),
                     (2, kernels.double()), (3, torch.randn(5))):
    call('deform_conv2d', *deformed[:place], other, *deformed[place + 1:])
call('deform_conv2d', *(x.int() if torch.is_tensor(x) else x for x in deformed))
call('deform_conv2d', torch.randn(2, 4, 2, 2), torch.randn(2, 12, 0, 1), plain[2])
module('deform', lambda: ops.DeformConv2d(4, 6, (3, 2), 2, (1, 0), groups=2), pictures, moves[:, :12, :, ::2], weights[:, :6, :, ::2])
module('deformPlain', lambda: ops.DeformConv2d(4, 2, (3, 2), dilation=2, bias=False), pictures, torch.randn(2, 12, 1, 2))

utils = {'picture': show(picture), 'points': show(points), 'drawn': drawn, 'lines': lines, 'flows': flows}

result = {'multiScale': multiScale, 'utils': utils, 'tensors': tensors, 'calls': calls, 'modules': modules, 'pyramids': pyramids, 'maps': {k: show(v) for k, v in maps.items()}}
text = json.dumps(result, separators=(',', ':'))
OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
print(torchvision.__version__, len(calls), len(text), OUT.stat().st_size)
