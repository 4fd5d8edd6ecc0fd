"""Records averaged models, reparametrized weights, the adaptive softmax and fractional pooling, for the tests of @sconce/nn.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/nn_utils.py
It writes packages/nn/test/fixtures/nn-utils.json.
"""
import json
import pathlib
import re
import warnings

import torch
import torch.nn as nn
from torch.nn.utils import parametrizations, parametrize
from torch.optim import swa_utils

warnings.simplefilter('ignore')
OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/nn/test/fixtures/nn-utils.json'


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda m: m[1].upper(), name)


def plain(x):
    return {'shape': list(x.shape), 'values': x.detach().reshape(-1).tolist()}


def state(module):
    return {k: plain(v) for k, v in module.state_dict().items()}


def tuples(x):
    return tuple(tuples(v) for v in x) if isinstance(x, list) else x


def ema(averaged, current, count):
    return 0.75 * averaged + 0.25 * current


def swa(options):
    """A net with a batch norm that takes three steps; the averages after each, and the statistics computed anew."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    data = torch.randn(4, 5, 3)
    averaged = swa_utils.AveragedModel(net, **{'avg_fn': ema} if options.get('ema') else {}, use_buffers=options.get('use_buffers', False))
    opt = torch.optim.SGD(net.parameters(), lr=0.05)
    states = []
    for batch in data[:3]:
        opt.zero_grad()
        net(batch).square().sum().backward()
        opt.step()
        averaged.update_parameters(net)
        states.append(state(averaged))
    swa_utils.update_bn([(b, 0) for b in data], averaged)
    averaged.eval()
    return {'options': {camel(k): v for k, v in options.items()}, 'states': states, 'updated': state(averaged),
            'output': plain(averaged(data[0])), 'repr': repr(averaged)}


# how it is called, class, arguments, keyword arguments of the layer, of the function, the input's shape
WEIGHTS = [
    ('weight_norm', 'Linear', [3, 4], {}, {}, [2, 3]), ('weight_norm', 'Linear', [3, 4], {}, {'dim': None}, [2, 3]),
    ('weight_norm', 'Conv2d', [2, 3, 2], {}, {'dim': 1}, [1, 2, 3, 3]), ('weight_norm', 'Linear', [3, 2], {}, {'name': 'bias'}, [2, 3]),
    ('weight_norm', 'LSTMCell', [2, 3], {}, {'name': 'weight_hh'}, [2, 2]),
    ('spectral_norm', 'Linear', [3, 4], {}, {}, [2, 3]), ('spectral_norm', 'Linear', [3, 4], {}, {'n_power_iterations': 3, 'eps': 1e-6}, [2, 3]),
    ('spectral_norm', 'ConvTranspose2d', [2, 3, 2], {}, {}, [1, 2, 3, 3]), ('spectral_norm', 'Conv1d', [2, 3, 2], {}, {'dim': 1}, [1, 2, 4]),
    ('parametrizations.spectral_norm', 'Linear', [3, 4], {}, {}, [2, 3]),
    ('parametrizations.spectral_norm', 'Conv2d', [2, 3, 2], {}, {'n_power_iterations': 2, 'dim': 1}, [1, 2, 3, 3]),
    ('parametrizations.spectral_norm', 'ConvTranspose1d', [2, 3, 2], {}, {}, [1, 2, 3]),
    ('parametrizations.spectral_norm', 'Linear', [3, 2], {}, {'name': 'bias'}, [2, 3]),
    ('parametrizations.orthogonal', 'Linear', [3, 3], {}, {}, [2, 3]),
    ('parametrizations.orthogonal', 'Linear', [3, 3], {}, {'orthogonal_map': 'cayley'}, [2, 3]),
    ('parametrizations.orthogonal', 'Linear', [2, 4], {}, {}, [2, 2]),
    ('parametrizations.orthogonal', 'Linear', [4, 2], {}, {'orthogonal_map': 'matrix_exp'}, [2, 4]),
    ('parametrizations.orthogonal', 'Linear', [4, 2], {}, {'use_trivialization': False}, [2, 4]),
    ('parametrizations.orthogonal', 'Linear', [3, 3], {}, {'orthogonal_map': 'householder', 'use_trivialization': False}, [2, 3]),
]


def function(how):
    return getattr(parametrizations if '.' in how else nn.utils, how.split('.')[-1])


def weight(how, cls, args, layer_options, options, shape):
    """Three steps of training, evaluation, and the layer after the function was taken back."""
    torch.manual_seed(1)
    layer = getattr(nn, cls)(*args, **layer_options)
    x = torch.randn(shape)
    function(how)(layer, **options)
    out = {'how': [camel(p) for p in how.split('.')], 'cls': cls, 'args': args, 'options': {camel(k): v for k, v in options.items()},
           'shape': shape, 'repr': repr(layer), 'begin': state(layer)}
    opt = torch.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        opt.zero_grad()
        y = layer(x)
        loss = (y[0] if isinstance(y, tuple) else y).square().sum()
        loss.backward()
        losses.append(loss.item())
        opt.step()
    out['losses'] = losses
    out['trained'] = state(layer)
    layer.eval()
    y = layer(x)
    out['output'] = plain(y[0] if isinstance(y, tuple) else y)
    name = options.get('name', 'weight')
    if '.' in how:
        parametrize.remove_parametrizations(layer, name)
    else:
        getattr(nn.utils, 'remove_' + how)(layer, name)
    out['removed'] = state(layer)
    out['reprAfter'] = repr(layer)
    return out


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, a):
        return a.triu()


class Scaled(nn.Module):
    """Made of two tensors."""

    def forward(self, scale, direction):
        return scale * direction

    def right_inverse(self, w):
        return w.norm(), w / w.norm()


class Doubled(nn.Module):
    def forward(self, x):
        return 2 * x


class Wider(nn.Module):
    def forward(self, x):
        return torch.cat([x, x])


class Exact(nn.Module):
    def forward(self, x):
        return x.double()


def parametrized():
    torch.manual_seed(2)
    layer = nn.Linear(3, 3)
    parametrize.register_parametrization(layer, 'weight', Symmetric())
    out = {'symmetric': {'repr': repr(layer), 'state': state(layer), 'weight': plain(layer.weight)}}
    parametrize.register_parametrization(layer, 'weight', Doubled())
    out['doubled'] = {'repr': repr(layer), 'state': state(layer), 'weight': plain(layer.weight)}
    parametrize.remove_parametrizations(layer, 'weight', leave_parametrized=False)
    out['left'] = state(layer)
    parametrize.register_parametrization(layer, 'weight', Scaled())
    parametrize.register_parametrization(layer, 'bias', Doubled())
    out['scaled'] = {'repr': repr(layer), 'state': state(layer), 'weight': plain(layer.weight), 'bias': plain(layer.bias)}
    layer.weight = torch.arange(9.).view(3, 3)
    out['assigned'] = state(layer)
    parametrize.remove_parametrizations(layer, 'weight')
    out['taken'] = state(layer)
    return out


def errors():
    def layer():
        return nn.Linear(3, 3)

    def twice(f):
        return f(f(layer()))

    def assign():
        m = parametrize.register_parametrization(layer(), 'weight', Doubled())
        m.weight = torch.zeros(3, 3)

    cases = {
        'weightNormTwice': lambda: twice(nn.utils.weight_norm), 'spectralNormTwice': lambda: twice(nn.utils.spectral_norm),
        'weightNormRemove': lambda: nn.utils.remove_weight_norm(layer()), 'spectralNormRemove': lambda: nn.utils.remove_spectral_norm(layer()),
        'spectralNormIterations': lambda: nn.utils.spectral_norm(layer(), n_power_iterations=0),
        'spectralNormNull': lambda: nn.utils.spectral_norm(nn.Linear(3, 3, bias=False), 'bias'),
        'newSpectralNormIterations': lambda: parametrizations.spectral_norm(layer(), n_power_iterations=0),
        'newSpectralNormDim': lambda: parametrizations.spectral_norm(layer(), dim=2),
        'newSpectralNormName': lambda: parametrizations.spectral_norm(layer(), 'nothing'),
        'orthogonalMap': lambda: parametrizations.orthogonal(layer(), orthogonal_map='qr'),
        'orthogonalVector': lambda: parametrizations.orthogonal(layer(), 'bias'),
        'orthogonalName': lambda: parametrizations.orthogonal(layer(), 'nothing'),
        'parametrizeName': lambda: parametrize.register_parametrization(layer(), 'nothing', Doubled()),
        'parametrizeShape': lambda: parametrize.register_parametrization(layer(), 'weight', Wider()),
        'parametrizeDtype': lambda: parametrize.register_parametrization(layer(), 'weight', Exact()),
        'parametrizeAssign': assign, 'parametrizeRemove': lambda: parametrize.remove_parametrizations(layer(), 'weight'),
        'adaptiveCutoffs': lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5, 3]),
        'adaptiveTarget': lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3])(torch.zeros(2, 4), torch.tensor([3, 10])),
        'adaptiveBatch': lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3])(torch.zeros(2, 4), torch.tensor([3])),
        'adaptiveDims': lambda: nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3])(torch.zeros(2, 4), torch.zeros(2, 2)),
        'fractionalNone': lambda: nn.FractionalMaxPool2d(2), 'fractionalBoth': lambda: nn.FractionalMaxPool2d(2, 3, 0.5),
        'fractionalRatio': lambda: nn.FractionalMaxPool2d(2, output_ratio=1.5),
        'fractionalFunction': lambda: nn.functional.fractional_max_pool2d(torch.zeros(1, 1, 4, 4), 2),
        'fractionalHeight': lambda: nn.FractionalMaxPool2d(3, output_size=3)(torch.zeros(1, 1, 4, 9)),
        'fractionalWidth': lambda: nn.FractionalMaxPool2d(3, output_size=3)(torch.zeros(1, 1, 9, 4)),
        'fractionalDims': lambda: nn.FractionalMaxPool2d(2, output_size=2)(torch.zeros(4, 4)),
    }
    out = {}
    for name, call in cases.items():
        try:
            call()
        except Exception as e:  # the text is what is recorded
            out[name] = {'type': type(e).__name__, 'message': str(e)}
        else:
            raise AssertionError(name)
    return out


def adaptive(options, target):
    torch.manual_seed(3)
    m = nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], **options)
    x = torch.randn(len(target), 8, requires_grad=True)
    output, loss = m(x, torch.tensor(target))
    loss.backward()
    single = m(x[0], torch.tensor(target[0]))
    return {'options': {camel(k): v for k, v in options.items()}, 'target': target, 'repr': repr(m), 'state': state(m),
            'output': plain(output), 'loss': loss.item(), 'inputGrad': plain(x.grad), 'headGrad': plain(m.head.weight.grad),
            'logProb': plain(m.log_prob(x)), 'predict': m.predict(x).tolist(), 'single': [plain(single.output), single.loss.item()]}


def fractional(cls, args, options, shape):
    torch.manual_seed(4)
    m = getattr(nn, cls)(*tuples(args), return_indices=True, **{k: tuples(v) for k, v in options.items()})
    x = torch.randn(shape, requires_grad=True)
    y, indices = m(x)
    y.square().sum().backward()
    return {'cls': cls, 'args': args, 'options': {camel(k): v for k, v in options.items()}, 'shape': shape, 'output': plain(y),
            'indices': indices.reshape(-1).tolist(), 'grad': plain(x.grad), 'next': torch.rand(1).item(), 'repr': repr(m)}


OUT.write_text(json.dumps({
    'swa': [swa(o) for o in ({}, {'ema': True}, {'use_buffers': True})],
    'weights': [weight(*w) for w in WEIGHTS],
    'parametrized': parametrized(),
    'adaptive': [adaptive({}, [0, 2, 3, 6, 7, 11, 5]), adaptive({'head_bias': True, 'div_value': 2.0}, [1, 0, 2])],
    'fractional': [
        fractional('FractionalMaxPool2d', [2], {'output_size': [3, 4]}, [2, 3, 7, 9]),
        fractional('FractionalMaxPool2d', [[3, 2]], {'output_ratio': 0.5}, [2, 8, 6]),
        fractional('FractionalMaxPool2d', [3], {'output_size': 1}, [1, 2, 5, 4]),
        fractional('FractionalMaxPool3d', [2], {'output_size': [2, 3, 2]}, [1, 2, 5, 6, 4]),
        fractional('FractionalMaxPool3d', [[1, 2, 2]], {'output_ratio': [0.5, 0.7, 0.6]}, [2, 5, 6, 5]),
    ],
    'errors': errors(),
}, separators=(',', ':')) + '\n')
