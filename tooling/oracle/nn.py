"""Records how PyTorch's modules begin, print and draw, for the tests of @sconce/nn.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/nn.py
It writes packages/nn/test/fixtures/nn.json.
"""
import hashlib
import json
import pathlib
import re
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

warnings.simplefilter('ignore')
OUT = pathlib.Path(__file__).resolve().parents[2] / 'packages/nn/test/fixtures/nn.json'


def camel(name):
    return re.sub(r'_([a-z0-9])', lambda m: m[1].upper(), name)


def options(kwargs):
    return {camel(k): v for k, v in kwargs.items()}


def digest(x):
    return hashlib.sha256(x.detach().contiguous().numpy().tobytes()).hexdigest()[:16]


# class, arguments that are positional in Sconce, options
LAYERS = [
    ('Linear', [784, 300], {}), ('Linear', [3, 2], {'bias': False}), ('Bilinear', [3, 2, 4], {}), ('Identity', [], {}),
    ('Conv1d', [3, 4, 3], {}), ('Conv2d', [1, 6, 5], {}), ('Conv2d', [4, 8, [3, 5]], {'stride': 2, 'padding': [1, 2], 'groups': 2}),
    ('Conv2d', [4, 8, 3], {'padding': 'same', 'dilation': 2, 'padding_mode': 'reflect', 'bias': False}),
    ('Conv3d', [2, 3, 2], {}), ('ConvTranspose1d', [3, 2, 4], {'stride': 2}),
    ('ConvTranspose2d', [4, 8, 3], {'stride': 2, 'output_padding': 1, 'groups': 2}), ('ConvTranspose3d', [2, 3, 2], {}),
    ('Embedding', [10, 3], {}), ('Embedding', [10, 3], {'padding_idx': -2, 'max_norm': 1.5}), ('EmbeddingBag', [10, 3], {'mode': 'sum'}),
    ('BatchNorm1d', [3], {}), ('BatchNorm2d', [3], {'affine': False, 'momentum': None}),
    ('BatchNorm3d', [3], {'track_running_stats': False}), ('InstanceNorm2d', [3], {}),
    ('SyncBatchNorm', [3], {}), ('SyncBatchNorm', [3], {'affine': False, 'momentum': None}),
    ('InstanceNorm1d', [3], {'affine': True, 'track_running_stats': True}),
    ('LayerNorm', [[3, 5]], {}), ('LayerNorm', [4], {'elementwise_affine': False, 'eps': 0.001}), ('GroupNorm', [2, 4], {}),
    ('LocalResponseNorm', [2], {}), ('CrossMapLRN2d', [3], {}), ('CrossMapLRN2d', [2], {'alpha': 0.5, 'beta': 0.25, 'k': 2.5}), ('PReLU', [], {}), ('PReLU', [3], {'init': 0.5}),
    ('MaxPool1d', [3], {}), ('MaxPool2d', [2, 2], {}), ('MaxPool2d', [[3, 2]], {'stride': [2, 1], 'padding': 1, 'ceil_mode': True}),
    ('AvgPool1d', [2], {}), ('AvgPool2d', [3], {'stride': 2}), ('LPPool2d', [2, 3], {}), ('MaxUnpool2d', [2], {}),
    ('AdaptiveAvgPool2d', [[1, 1]], {}), ('AdaptiveAvgPool2d', [[None, 2]], {}), ('AdaptiveMaxPool1d', [3], {}),
    ('ReLU', [], {}), ('ReLU', [], {'inplace': True}), ('LeakyReLU', [0.2], {}), ('LeakyReLU', [0.2], {'inplace': True}), ('ELU', [], {}),
    ('Hardtanh', [], {}), ('RReLU', [], {}), ('Threshold', [0.1, 20.5], {}), ('GELU', [], {}), ('GELU', [], {'approximate': 'tanh'}),
    ('Softplus', [], {}), ('Softshrink', [], {}), ('GLU', [], {}), ('Softmax', [1], {}), ('LogSoftmax', [], {}), ('Hardswish', [], {}),
    ('Dropout', [], {}), ('Dropout2d', [0.1], {'inplace': True}), ('Flatten', [], {}), ('Flatten', [0, 1], {}), ('Unflatten', [1, [2, 3]], {}),
    ('PixelShuffle', [2], {}), ('ChannelShuffle', [2], {}), ('Fold', [[4, 5], 2], {}), ('Unfold', [2], {'padding': 1}),
    ('ZeroPad2d', [1], {}), ('ConstantPad1d', [2, 1.5], {}), ('ReflectionPad2d', [[1, 1, 2, 0]], {}),
    ('Upsample', [], {'scale_factor': 2, 'mode': 'bilinear'}), ('Upsample', [], {'size': [5, 7]}),
    ('CrossEntropyLoss', [], {}), ('MSELoss', [], {}), ('CosineSimilarity', [], {}),
]


def tuples(x):
    return tuple(tuples(v) for v in x) if isinstance(x, list) else x


def layers():
    rows = []
    for cls, args, kwargs in LAYERS:
        torch.manual_seed(7)
        m = getattr(nn, cls)(*map(tuples, args), **{k: tuples(v) for k, v in kwargs.items()})
        rows.append({'cls': cls, 'args': args, 'options': options(kwargs), 'repr': repr(m),
                     'state': {k: digest(v) for k, v in m.state_dict().items()}, 'next': torch.rand(1).item()})
    return rows


# class, positional arguments, options, shapes of float inputs or ('int', shape, high)
RUNS = [
    ('Linear', [4, 3], {}, [[2, 4]]), ('Linear', [4, 3], {}, [[2, 3, 4]]), ('Linear', [4, 3], {'bias': False}, [[4]]), ('Bilinear', [3, 2, 4], {}, [[5, 3], [5, 2]]),
    ('Conv1d', [2, 4, 3], {'padding': 2, 'dilation': 2, 'groups': 2}, [[2, 2, 7]]), ('Conv2d', [2, 3, 3], {'padding': 1, 'stride': 2}, [[2, 2, 5, 6]]),
    ('Conv2d', [2, 3, 2], {'padding': 'same'}, [[2, 5, 4]]), ('Conv2d', [2, 3, 3], {'padding': 1, 'padding_mode': 'circular'}, [[1, 2, 4, 5]]),
    ('Conv3d', [1, 2, 2], {}, [[1, 1, 3, 3, 4]]), ('ConvTranspose1d', [2, 3, 4], {'stride': 2, 'padding': 1}, [[2, 2, 3]]),
    ('ConvTranspose2d', [2, 4, 3], {'stride': 2, 'output_padding': 1, 'groups': 2, 'dilation': 2}, [[1, 2, 3, 3]]), ('ConvTranspose3d', [1, 2, 2], {}, [[1, 1, 2, 2, 3]]),
    ('MaxPool1d', [3], {'stride': 2, 'ceil_mode': True}, [[2, 3, 6]]), ('MaxPool2d', [3, 2], {'padding': 1, 'dilation': 2}, [[1, 2, 7, 7]]), ('MaxPool3d', [2], {}, [[1, 1, 4, 5, 4]]),
    ('AvgPool1d', [2], {}, [[2, 7]]), ('AvgPool2d', [3], {'stride': 2, 'padding': 1, 'ceil_mode': True, 'count_include_pad': False}, [[1, 2, 6, 6]]),
    ('AvgPool3d', [2], {'divisor_override': 3}, [[1, 1, 4, 4, 4]]), ('AdaptiveAvgPool2d', [[3, None]], {}, [[1, 2, 7, 5]]), ('AdaptiveAvgPool2d', [1], {}, [[1, 2, 3, 3]]),
    ('AdaptiveMaxPool2d', [[3, 2]], {}, [[1, 2, 7, 5]]), ('LPPool2d', [2, 2], {}, [[1, 1, 5, 4]]),
    ('BatchNorm1d', [3], {}, [[4, 3]]), ('BatchNorm2d', [3], {'eps': 0.1}, [[2, 3, 2, 2]]), ('LayerNorm', [[3, 2]], {}, [[2, 3, 2]]), ('GroupNorm', [2, 4], {}, [[2, 4, 3]]),
    ('InstanceNorm1d', [3], {'affine': True, 'track_running_stats': True}, [[2, 3, 4]]), ('LocalResponseNorm', [2], {}, [[1, 4, 3, 3]]),
    ('CrossMapLRN2d', [3], {'alpha': 2.5, 'k': 0.5}, [[2, 6, 3, 2]]), ('CrossMapLRN2d', [2], {'alpha': 3.5, 'beta': 1.25}, [[1, 4, 2, 2]]),
    ('CrossMapLRN2d', [5], {'alpha': 4.5}, [[2, 8, 1, 2]]), ('CrossMapLRN2d', [9], {'alpha': 4.5}, [[1, 3, 2, 2]]), ('CrossMapLRN2d', [4], {'alpha': 4.5}, [[1, 7, 1, 1]]),
    ('Embedding', [5, 3], {'padding_idx': 1}, [('int', [2, 3], 5)]), ('EmbeddingBag', [5, 3], {'mode': 'max'}, [('int', [2, 3], 5)]),
    ('GELU', [], {'approximate': 'tanh'}, [[4]]), ('GLU', [], {}, [[2, 4]]), ('PReLU', [3], {}, [[2, 3]]), ('Softmin', [1], {}, [[2, 3]]), ('Hardswish', [], {}, [[5]]),
    ('Upsample', [], {'scale_factor': 1.5, 'mode': 'bilinear'}, [[1, 1, 4, 3]]), ('Upsample', [], {'size': [5, 7], 'mode': 'bicubic', 'align_corners': True}, [[1, 1, 4, 3]]),
    ('Upsample', [], {'scale_factor': 2}, [[1, 2, 3]]), ('ReflectionPad2d', [[1, 1, 2, 0]], {}, [[1, 2, 4, 4]]), ('Fold', [[4, 5], 2], {}, [[1, 8, 12]]), ('Unfold', [2], {'padding': 1}, [[1, 2, 3, 3]]),
    ('CosineSimilarity', [], {}, [[3, 4], [3, 4]]), ('PairwiseDistance', [], {}, [[3, 4], [3, 4]]),
    ('CrossEntropyLoss', [], {'label_smoothing': 0.2}, [[4, 3], ('int', [4], 3)]), ('NLLLoss', [], {'ignore_index': 1}, [[2, 3, 4], ('int', [2, 4], 3)]), ('BCELoss', [], {}, [[3, 2], [3, 2]]),
    ('BCEWithLogitsLoss', [], {'reduction': 'sum'}, [[3, 2], [3, 2]]), ('KLDivLoss', [], {'reduction': 'batchmean'}, [[3, 2], [3, 2]]), ('SmoothL1Loss', [], {'beta': 0.3}, [[5], [5]]),
    ('HuberLoss', [], {'reduction': 'none', 'delta': 0.3}, [[5], [5]]), ('MultiMarginLoss', [], {}, [[4, 3], ('int', [4], 3)]), ('TripletMarginLoss', [], {'swap': True}, [[3, 2], [3, 2], [3, 2]]),
    ('RNN', [3, 4], {'num_layers': 2, 'nonlinearity': 'relu'}, [[5, 2, 3]]), ('LSTM', [3, 4], {'bidirectional': True, 'batch_first': True}, [[2, 5, 3]]), ('LSTM', [3, 4], {'proj_size': 2}, [[5, 3]]),
    ('GRU', [3, 4], {'num_layers': 2, 'bidirectional': True, 'bias': False}, [[5, 2, 3]]), ('GRU', [3, 4], {}, [[5, 2, 3], [1, 2, 4]]), ('LSTMCell', [3, 4], {}, [[2, 3]]), ('GRUCell', [3, 4], {}, [[2, 3], [2, 4]]),
    ('MultiheadAttention', [4, 2], {'batch_first': True}, [[2, 3, 4], [2, 5, 4], [2, 5, 4]]), ('MultiheadAttention', [4, 2], {'kdim': 3, 'vdim': 5, 'add_bias_kv': True, 'add_zero_attn': True}, [[3, 4], [5, 3], [5, 5]]),
    ('TransformerEncoderLayer', [4, 2], {'dim_feedforward': 6, 'dropout': 0.0, 'activation': 'gelu', 'batch_first': True}, [[2, 3, 4]]),
    ('TransformerDecoderLayer', [4, 2], {'dim_feedforward': 6, 'dropout': 0.0, 'norm_first': True}, [[3, 2, 4], [5, 2, 4]]),
    ('Transformer', [], {'d_model': 4, 'nhead': 2, 'num_encoder_layers': 1, 'num_decoder_layers': 2, 'dim_feedforward': 6, 'dropout': 0.0}, [[3, 2, 4], [2, 2, 4]]),
]


def short(x):
    return float('%.7g' % x) if isinstance(x, float) else x


def tensors(x):
    return [x] if isinstance(x, torch.Tensor) else [t for y in x or [] for t in tensors(y)]


def runs():
    """What layers give, and the gradients of the sum of squares of all that they give."""
    rows = []
    for cls, args, kwargs, shapes in RUNS:
        torch.manual_seed(17)
        m = getattr(nn, cls)(*map(tuples, args), **{k: tuples(v) for k, v in kwargs.items()})
        inputs = [torch.randint(0, s[2], tuple(s[1])) if s[0] == 'int' else torch.rand(s).requires_grad_() for s in shapes]
        given = tensors(m(*inputs))
        sum(y.square().sum() for y in given if y.is_floating_point()).backward()
        flat = lambda x: None if x is None else [short(v) for v in x.reshape(-1).tolist()]
        rows.append({'cls': cls, 'args': args, 'options': options(kwargs), 'shapes': shapes, 'outputs': [flat(y) for y in given],
                     'inputGrads': [flat(x.grad) for x in inputs], 'grads': {k: short(p.grad.sum().item()) for k, p in m.named_parameters() if p.grad is not None}})
    return rows


INITS = [
    ('uniform_', [3, 4], [-1, 2], {}), ('normal_', [3, 4], [1, 2], {}), ('constant_', [2], [0.5], {}), ('ones_', [2], [], {}), ('zeros_', [2], [], {}),
    ('eye_', [3, 4], [], {}), ('dirac_', [4, 2, 3], [], {}), ('dirac_', [4, 2, 3, 3], [2], {}), ('xavier_uniform_', [3, 4], [], {}),
    ('xavier_normal_', [3, 4, 2], [], {'gain': 2.0}), ('kaiming_uniform_', [3, 4], [], {}),
    ('kaiming_uniform_', [3, 4], [], {'a': 5 ** .5}), ('kaiming_normal_', [3, 4, 2, 2], [], {'mode': 'fan_out', 'nonlinearity': 'relu'}),
    ('trunc_normal_', [5, 4], [], {}), ('trunc_normal_', [5, 4], [], {'mean': 1.0, 'std': 2.0, 'a': -0.5, 'b': 1.5}),
    ('orthogonal_', [3, 5], [], {}), ('orthogonal_', [6, 2], [], {'gain': 2.0}), ('sparse_', [6, 3], [0.4], {}),
]


def inits():
    rows = []
    for name, shape, args, kwargs in INITS:
        torch.manual_seed(11)
        x = getattr(nn.init, name)(torch.empty(shape), *args, **kwargs)
        rows.append({'name': camel(name[:-1]) + '_', 'shape': shape, 'args': args, 'options': options(kwargs),
                     'values': x.reshape(-1).tolist(), 'next': torch.rand(1).item()})
    return rows


def draws():
    x = torch.arange(1., 25.).view(2, 3, 4)
    calls = {
        'dropout': lambda: F.dropout(x, .3), 'dropout1d': lambda: F.dropout1d(x, .5), 'dropout2d': lambda: F.dropout2d(x[:, :, :, None], .5),
        'dropout3d': lambda: F.dropout3d(x[:, :, :, None], .5), 'alphaDropout': lambda: F.alpha_dropout(x, .4, training=True),
        'featureAlphaDropout': lambda: F.feature_alpha_dropout(x, .4, training=True), 'gumbelSoftmax': lambda: F.gumbel_softmax(x[0] / 9),
        'rrelu': lambda: F.rrelu(x - 12, training=True),
    }
    rows = {}
    for name, call in calls.items():
        torch.manual_seed(13)
        rows[name] = {'values': call().reshape(-1).tolist(), 'next': torch.rand(1).item()}
    return rows


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.features = nn.Sequential(nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.MaxPool2d(2))
        self.heads = nn.ModuleDict({'cls': nn.Linear(6 * 4 * 4, 3), 'box': nn.ModuleList([nn.Linear(3, 2), nn.Identity()])})
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer('mean', torch.zeros(2))
        self.register_buffer('scratch', torch.zeros(2), persistent=False)

    def forward(self, x):
        y = self.heads['cls'](torch.flatten(self.features(self.conv1(x)), 1))
        return self.heads['box'][1](self.heads['box'][0](y)) * self.scale


def net():
    torch.manual_seed(3)
    m = Net()
    x, t = torch.rand(4, 1, 12, 12), torch.tensor([0, 1, 1, 0])
    optimizer = torch.optim.SGD(m.parameters(), lr=.1)
    losses = []
    for _ in range(5):
        loss = F.cross_entropy(m(x), t)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(m.parameters(), .5)
        optimizer.step()
        losses.append([loss.item(), norm.item()])
    m.eval()
    return {'repr': repr(m), 'keys': list(m.state_dict()), 'buffers': [k for k, _ in m.named_buffers()],
            'modules': [k for k, _ in m.named_modules()], 'losses': losses, 'output': m(x).tolist(),
            'running': m.features[0].running_var.tolist()}


class OnGpu(torch.Tensor):
    """What SyncBatchNorm takes for a tensor on a GPU."""
    is_cuda = True


def sync():
    """A network with its batch norms converted, in a world of one process."""
    torch.distributed.get_world_size = lambda group: 1
    torch.manual_seed(5)
    inner = nn.ModuleDict({'norm': nn.BatchNorm3d(2, momentum=None, eps=0.1), 'free': nn.BatchNorm1d(2, affine=False, track_running_stats=False)})
    net = nn.Sequential(nn.BatchNorm1d(2), inner, nn.InstanceNorm1d(2))
    with torch.no_grad():
        for p in net.parameters():
            p.uniform_()
    net.eval()
    converted = nn.SyncBatchNorm.convert_sync_batchnorm(net)
    row = {'repr': repr(converted), 'keys': list(converted.state_dict()), 'training': [m.training for m in converted.modules()], 'steps': []}
    norms = [converted[0], inner['norm'], inner['free']]
    for shape in [4, 2], [3, 2, 2], [2, 2, 1, 2, 1, 3]:
        x = torch.rand(shape).requires_grad_()
        y = x.as_subclass(OnGpu)
        for norm in norms:
            y = norm(y)
        y.pow(3).sum().backward()
        row['steps'].append({'shape': shape, 'output': y.reshape(-1).tolist(), 'inputGrad': x.grad.reshape(-1).tolist(),
                             'buffers': [b.reshape(-1).tolist() for b in converted.buffers()]})
    converted.eval()
    x = torch.rand(2, 2, 3)
    row['evaluated'] = norms[1](norms[0](x.as_subclass(OnGpu))).reshape(-1).tolist()
    return row


def hooks():
    """What the hooks of a module see, and what comes of what they return."""
    m = nn.Linear(2, 2, bias=False)
    m.weight.data = torch.tensor([[1., 2.], [3., 4.]])
    x = torch.tensor([[1., -1.]], requires_grad=True)
    seen = []
    m.register_forward_pre_hook(lambda mod, args: (args[0] * 2,))
    m.register_forward_hook(lambda mod, args, out: (seen.append(['forward', args[0].tolist(), out.tolist()]), out + 1)[1])
    m.register_full_backward_hook(lambda mod, gi, go: (seen.append(['backward', gi[0].tolist(), go[0].tolist()]), (gi[0] * 10,))[1])
    y = m(x)
    (y * torch.tensor([[1., 5.]])).sum().backward()
    return {'seen': seen, 'output': y.tolist(), 'inputGrad': x.grad.tolist(), 'weightGrad': m.weight.grad.tolist()}


OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({'layers': layers(), 'runs': runs(), 'inits': inits(), 'draws': draws(), 'net': net(), 'hooks': hooks(), 'sync': sync()}, separators=(',', ':')).replace('},{', '},\n{') + '\n')
