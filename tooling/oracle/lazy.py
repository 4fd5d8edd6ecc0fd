"""Records PyTorch's lazy modules, for the tests of @sconce/nn: what they print and hold before and after the first input,
what they draw and give, how they train with parameters that were taken before, and the errors.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/lazy.py
It writes packages/nn/test/fixtures/lazy.json.
"""
import json
import pathlib
import re
import warnings

import torch
from torch import nn

warnings.simplefilter('ignore')
OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/nn/test/fixtures/lazy.json'

LAYERS = [
    ('LazyLinear', [3], {}, (2, 4)),
    ('LazyLinear', [3], dict(bias=False), (5,)),
    ('LazyConv1d', [4, 3], dict(stride=2), (2, 3, 9)),
    ('LazyConv2d', [4, 3], dict(padding=1, groups=2), (1, 2, 5, 5)),
    ('LazyConv2d', [2, [2, 3]], dict(bias=False, padding_mode='reflect', padding=1), (3, 5, 5)),
    ('LazyConv3d', [2, 2], {}, (1, 3, 3, 3, 3)),
    ('LazyConvTranspose1d', [4, 3], {}, (2, 3, 5)),
    ('LazyConvTranspose2d', [4, 3], dict(stride=2, output_padding=1, groups=2), (1, 2, 3, 3)),
    ('LazyConvTranspose3d', [2, 2], dict(bias=False), (1, 3, 2, 2, 2)),
    ('LazyBatchNorm1d', [], {}, (4, 3)),
    ('LazyBatchNorm2d', [], dict(eps=1e-3, momentum=None), (2, 3, 4, 4)),
    ('LazyBatchNorm3d', [], dict(affine=False), (2, 3, 2, 2, 2)),
    ('LazyBatchNorm2d', [], dict(track_running_stats=False), (2, 3, 4, 4)),
    ('LazyInstanceNorm1d', [], {}, (2, 3, 5)),
    ('LazyInstanceNorm2d', [], dict(affine=False, track_running_stats=False), (2, 3, 4, 4)),
    ('LazyInstanceNorm3d', [], dict(momentum=0.3), (2, 3, 2, 2, 2)),
]


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda m: m[1].upper(), name)


def values(x):
    return {'shape': list(x.shape), 'values': x.detach().flatten().tolist()}


def layer(cls, args, options, shape):
    torch.manual_seed(3)
    made = getattr(nn, cls)(*args, **options)
    before = {'repr': repr(made), 'state': {k: repr(v) for k, v in made.state_dict().items()}}
    torch.manual_seed(4)
    output = made(torch.randn(shape))
    return {
        'cls': cls, 'args': args, 'options': {camel(k): v for k, v in options.items()}, 'shape': shape, 'before': before,
        'repr': repr(made), 'becomes': type(made).__name__, 'output': values(output),
        'state': {k: values(v) for k, v in made.state_dict().items()}, 'next': torch.rand(1).item(),
    }


def network():
    return nn.Sequential(
        nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(8), nn.ReLU(), nn.Linear(8, 3))


def training():
    """The optimizer is made before the first input, from parameters without shapes."""
    torch.manual_seed(5)
    net = network()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    x, y = torch.randn(6, 2, 5, 5), torch.tensor([0, 1, 2, 0, 1, 2])
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {'losses': losses, 'repr': repr(net)}


LINEAR = nn.LazyLinear(3)
W, B = LINEAR.weight, nn.parameter.UninitializedBuffer()
ERRORS = {
    'w.add(1)': lambda: W.add(1),
    'w.numel()': lambda: W.numel(),
    'w.detach()': lambda: W.detach(),
    'w.requiresGrad_(false)': lambda: W.requires_grad_(False),
    'w.shape': lambda: W.shape,
    'buffer.sum()': lambda: B.sum(),
    'buffer.shape': lambda: B.shape,
    'init.xavierUniform_(w)': lambda: nn.init.xavier_uniform_(W),
    'new Linear(2, 3).loadStateDict(lazy)': lambda: nn.Linear(2, 3).load_state_dict(LINEAR.state_dict()),
    'weightNorm(lazy)': lambda: nn.utils.weight_norm(LINEAR),
    'spectralNorm(lazy)': lambda: nn.utils.spectral_norm(LINEAR),
    'LazyLinear of a scalar': lambda: nn.LazyLinear(3)(torch.ones(())),
    'LazyConv2d of 2 dimensions': lambda: nn.LazyConv2d(3, 3)(torch.ones(2, 2)),
    'LazyConvTranspose1d of 4 dimensions': lambda: nn.LazyConvTranspose1d(3, 3)(torch.ones(2, 2, 2, 2)),
    'LazyConv2d, 3 groups of 2 channels': lambda: nn.LazyConv2d(3, 3, groups=3)(torch.ones(1, 2, 8, 8)),
    'LazyBatchNorm1d of 1 dimension': lambda: nn.LazyBatchNorm1d()(torch.ones(3)),
    'LazyBatchNorm2d of 2 dimensions': lambda: nn.LazyBatchNorm2d()(torch.ones(3, 4)),
    'LazyInstanceNorm2d without a batch': lambda: nn.LazyInstanceNorm2d()(torch.ones(3, 4, 5)),
}


def error(run):
    try:
        run()
    except Exception as e:
        return {'type': type(e).__name__, 'message': str(e)}
    raise AssertionError('no error')


OUT.write_text(json.dumps({
    'layers': [layer(*spec) for spec in LAYERS], 'training': training(), 'errors': {k: error(run) for k, run in ERRORS.items()},
}) + '\n')
