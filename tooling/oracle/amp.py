"""Records packages/sconce/test/fixtures/amp.json: dtypes and values of functions under autocast on the CPU, a training under it,
and the course of a GradScaler.

PyTorch's GradScaler wants CUDA. Its own source runs here without the checks for that; its two kernels are written out below, as
they stand in aten/src/ATen/native/cuda/AmpKernels.cu.

Run: python3 tooling/oracle/amp.py
"""
import inspect
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.cuda.amp import grad_scaler

OUT = Path(__file__).parents[2] / 'packages/sconce/test/fixtures/amp.json'


def values(shape, dtype, start=1):
    """Numbers that bfloat16 has exactly."""
    n = math.prod(shape)
    return torch.tensor([((start + i) % 7 - 2) / 4 for i in range(n)]).view(shape).to(dtype)


CASES = {
    'mm': lambda t: t(2, 3).mm(t(3, 2)), 'matmul': lambda t: t(2, 3).matmul(t(3)), 'mv': lambda t: t(2, 3).mv(t(3)),
    'addmm': lambda t: torch.addmm(t(2), t(2, 3), t(3, 2)), 'bmm': lambda t: t(2, 2, 3).bmm(t(2, 3, 2)),
    'baddbmm': lambda t: torch.baddbmm(t(2, 2, 2), t(2, 2, 3), t(2, 3, 2)),
    'addbmm': lambda t: torch.addbmm(t(2, 2), t(2, 2, 3), t(2, 3, 2)), 'dot': lambda t: t(3).dot(t(3)),
    'einsum': lambda t: torch.einsum('ij,jk->ik', t(2, 3), t(3, 2)),
    'linear': lambda t: F.linear(t(2, 3), t(4, 3), t(4)), 'linear3d': lambda t: F.linear(t(2, 2, 3), t(4, 3), t(4)),
    'conv1d': lambda t: F.conv1d(t(1, 2, 5), t(2, 2, 3), t(2)), 'conv2d': lambda t: F.conv2d(t(1, 2, 4, 4), t(2, 2, 3, 3)),
    'convTranspose2d': lambda t: F.conv_transpose2d(t(1, 2, 3, 3), t(2, 2, 2, 2)),
    'exp': lambda t: t(3).exp(), 'add': lambda t: t(3).add(1), 'relu': lambda t: t(3).relu(), 'sum': lambda t: t(3).sum(),
    'mean': lambda t: t(4).mean(), 'softmax': lambda t: t(3).softmax(0), 'prod': lambda t: t(3).prod(),
    'cdist': lambda t: torch.cdist(t(2, 3), t(3, 3)), 'mseLoss': lambda t: F.mse_loss(t(4), t(4) * 2),
    'l1Loss': lambda t: F.l1_loss(t(4), t(4) * 2), 'smoothL1Loss': lambda t: F.smooth_l1_loss(t(4), t(4) * 2),
    'huberLoss': lambda t: F.huber_loss(t(4), t(4) * 2), 'crossEntropy': lambda t: F.cross_entropy(t(2, 3), torch.tensor([0, 2])),
    'klDiv': lambda t: F.kl_div(t(2, 3), t(2, 3).abs(), reduction='sum'), 'softMarginLoss': lambda t: F.soft_margin_loss(t(3), t(3).sign()),
    'binaryCrossEntropyWithLogits': lambda t: F.binary_cross_entropy_with_logits(t(3), t(3).abs()),
    'binaryCrossEntropy': lambda t: F.binary_cross_entropy(t(3).sigmoid(), t(3).abs()),
    'hingeEmbeddingLoss': lambda t: F.hinge_embedding_loss(t(3), torch.tensor([1., -1., 1.])),
    'reflectionPad': lambda t: F.pad(t(1, 1, 3, 3), (1, 1, 1, 1), mode='reflect'),
    'avgPool3d': lambda t: F.avg_pool3d(t(1, 1, 2, 2, 2), 2), 'maxPool2d': lambda t: F.max_pool2d(t(1, 1, 2, 2), 2),
    'float64': lambda t: t(2, 3).double().mm(t(3, 2).double()), 'outer': lambda t: torch.stack([t(2), torch.ones(2)]),
}


def autocast_cases():
    result = {}
    for name, run in CASES.items():
        rows = []
        for dtype in (torch.float32, torch.bfloat16):
            with torch.autocast('cpu'):
                y = run(lambda *shape: values(shape, dtype))
            rows.append({'dtype': str(y.dtype)[6:], 'values': y.double().flatten().tolist()})
        result[name] = rows
    return result


def autocast_training():
    torch.manual_seed(0)
    x = torch.randn(32, 8)
    y = (x.sum(1) > 0).long()
    net = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        with torch.autocast('cpu'):
            out = net(x)
            loss = F.cross_entropy(out, y)
        assert out.dtype == torch.bfloat16 and loss.dtype == torch.float32
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(p.grad.dtype == torch.float32 for p in net.parameters())
    return losses


def scaler_class():
    source = inspect.getsource(grad_scaler).replace('from .common import amp_definitely_not_available', 'amp_definitely_not_available = lambda: False')
    for name in ('master_tensor', 'outputs', 'val'):
        source = source.replace(f"assert {name}.is_cuda or {name}.device.type == 'xla'", 'pass')

    class Torch:
        def __getattr__(self, name):
            return {'_amp_foreach_non_finite_check_and_unscale_': unscale, '_amp_update_scale_': update}.get(name) or getattr(torch, name)

    scope = {'__name__': 'scaler'}
    exec(compile(source, 'grad_scaler', 'exec'), scope)
    scope['torch'] = Torch()
    return scope['GradScaler']


def unscale(grads, found_inf, inv_scale):
    for g in grads:
        if not torch.isfinite(g).all():
            found_inf.fill_(1.)
        if inv_scale.item() != 1:
            g.mul_(inv_scale)


def update(scale, tracker, found_inf, growth, backoff, interval):
    if found_inf.item():
        scale.mul_(backoff)
        tracker.fill_(0)
        return
    successful = tracker.item() + 1
    if successful == interval:
        larger = scale * growth
        if torch.isfinite(larger).all():
            scale.copy_(larger)
        tracker.fill_(0)
    else:
        tracker.fill_(successful)


INPUTS = [1, -2, 'inf', 3, 0.5, 1, 2, 'nan', '-inf', 1, 1, 1, 1, 1]


def scaler_course(options, clips):
    p = torch.nn.Parameter(torch.tensor([0.5, -1.0]))
    q = torch.nn.Parameter(torch.tensor([2.0]))
    optimizer, other = torch.optim.SGD([p], lr=0.1, momentum=0.9), torch.optim.SGD([q], lr=0.1)
    scaler = scaler_class()(**options)
    course = []
    for i, x in enumerate(INPUTS):
        optimizer.zero_grad()
        other.zero_grad()
        first, second = scaler.scale([(p * float(x)).sum(), (q * q).sum()])
        (first + second).backward()
        if clips:
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_([p], 1.0)
        scaler.step(optimizer)
        scaler.step(other)
        scaler.update(64.0 if i == 10 else None)
        course.append({'p': p.tolist(), 'q': q.tolist(), 'state': scaler.state_dict()})
    return course


OPTIONS = [
    ({'init_scale': 1024.0, 'growth_interval': 2}, False),
    ({'init_scale': 2.0 ** 126, 'growth_interval': 1, 'growth_factor': 4.0, 'backoff_factor': 0.25}, False),
    ({}, True),
]

OUT.write_text(json.dumps({
    'cases': autocast_cases(), 'losses': autocast_training(), 'inputs': INPUTS,
    'scalers': [{'options': options, 'clips': clips, 'course': scaler_course(options, clips)} for options, clips in OPTIONS],
}).replace('NaN', '"nan"').replace('-Infinity', '"-inf"').replace('Infinity', '"inf"') + '\n')
