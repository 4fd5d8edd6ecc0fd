"""Records packages/distributions/test/fixtures/distributions.json: what PyTorch's distributions draw, say and compute.

A tensor is written as a list, which the test reads as one that requires gradients; numbers stay numbers. Results are
{shape, data}, numbers that JSON lacks are strings.
Run: python3 tooling/oracle/distributions.py
"""
import json
import math
import warnings
from pathlib import Path

import torch
from torch import distributions as D
from torch.distributions import constraints as C

warnings.simplefilter('ignore')
OUT = Path(__file__).parents[2] / 'packages/distributions/test/fixtures/distributions.json'
SHAPES = ([], [3], [2, 3])
BELOW = {'values': [[-0.75], [0.25], [1.5]], 'levels': [[0.05], [0.5], [0.9]]}
INSIDE = {'values': [[0.1], [0.35], [0.9]], 'levels': [[0.05], [0.5], [0.9]]}
ABOVE = {'values': [[0.125], [0.75], [3.0]], 'levels': [[0.05], [0.5], [0.9]]}
COUNTS = {'values': [[0.], [1.], [3.]]}
EYE3 = [[1., 0., 0.], [0., 1., 0.], [0., 0., 1.]]

# class, arguments, keywords, what is asked of it
CASES = [
    ('Normal', [0, 1], {}, BELOW), ('Normal', [[0.5, -1.0], [2.0, 0.25]], {}, BELOW),
    ('Normal', [[[0.5], [-1.0]], 3], {}, {'values': [[[0.5, 1.0]]]}), ('Normal', [0.5], {'scale': [0.125] * 20}, {}),
    ('Uniform', [-1, 2], {}, BELOW), ('Uniform', [[-1.0, -0.75], [1.75, 5.0]], {}, BELOW),
    ('Bernoulli', [0.3], {}, {'values': [0., 1.]}), ('Bernoulli', [[0.25, 0.5, 0.9, 1.0]], {}, {'values': [[0.], [1.]]}),
    ('Bernoulli', [], {'logits': [[-1.5], [0.0], [2.0]]}, {'values': [[0.], [1.], [1.]]}),
    ('Categorical', [[0.1, 0.2, 0.7]], {}, {'values': [0., 1., 2.]}), ('Categorical', [[[1., 1., 2.], [0., 3., 1.]]], {}, {'values': [[0.], [1.], [2.]]}),
    ('Categorical', [], {'logits': [[-1.0, 2.0, 0.5, 0.0], [3.0, 0.0, -2.0, 1.0]]}, {'values': [[0.], [3.]]}),
    ('OneHotCategorical', [[0.1, 0.2, 0.7]], {}, {'values': EYE3}),
    ('OneHotCategorical', [], {'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {'values': [[[0., 1., 0.]], [[1., 0., 0.]]]}),
    ('OneHotCategoricalStraightThrough', [], {'logits': [[-1.0, 2.0, 0.5], [3.0, 0.0, -2.0]]}, {}),
]

# pairs of which a divergence is known
KL = [
    (('Normal', [0.5, 2], {}), ('Normal', [0, 1], {})), (('Normal', [[0.5, -1.0], [2.0, 0.25]], {}), ('Normal', [0, [1.0, 3.0]], {})),
    (('Bernoulli', [[0.25, 0.5, 1.0]], {}), ('Bernoulli', [[0.75, 0.1, 0.5]], {})),
    (('Bernoulli', [[0.25, 0.5, 0.0]], {}), ('Bernoulli', [[0.0, 1.0, 0.5]], {})),
    (('Uniform', [0, 1], {}), ('Uniform', [-1, 2], {})), (('Uniform', [[0., 0.], [1., 3.]], {}), ('Uniform', [-1, 2], {})),
    (('Categorical', [[0.1, 0.2, 0.7]], {}), ('Categorical', [], {'logits': [[1., 0., 0.], [-1., 2., 0.]]})),
    (('Categorical', [[0.0, 0.3, 0.7]], {}), ('Categorical', [[0.5, 0.5, 0.0]], {})),
    (('OneHotCategorical', [[0.1, 0.2, 0.7]], {}), ('OneHotCategorical', [[0.2, 0.2, 0.6]], {})),
    (('Uniform', [-1, [0.5, 2.0]], {}), ('Normal', [[0.25, 1.0], 2], {})), (('Normal', [[0.25, 1.0], 2], {}), ('Uniform', [-1, 1], {})),
]

ERRORS = {
    'scale': lambda: D.Normal(0, -1), 'scales': lambda: D.Normal(torch.zeros(2), torch.tensor([1., 0.])),
    'nan': lambda: D.Normal(float('nan'), 1), 'neither': lambda: D.Bernoulli(), 'both': lambda: D.Categorical(torch.ones(2), torch.ones(2)),
    'scalar': lambda: D.Categorical(torch.tensor(1.)), 'text': lambda: D.Normal('a', 1), 'uniform': lambda: D.Uniform(1, 1),
    'outside': lambda: D.Uniform(0, 1).log_prob(torch.tensor(2.)), 'category': lambda: D.Categorical(torch.ones(3)).log_prob(torch.tensor([1., 3.])),
    'shape': lambda: D.Normal(torch.zeros(3), 1).log_prob(torch.zeros(2)), 'number': lambda: D.Normal(0, 1).log_prob(1),
    'event': lambda: D.OneHotCategorical(torch.ones(3)).log_prob(torch.zeros(2)),
    'oneHot': lambda: D.OneHotCategorical(torch.ones(3)).log_prob(torch.tensor([1., 1., 0.])),
    'independent': lambda: D.Independent(D.Normal(torch.zeros(3), 1), 2),
    'probability': lambda: D.Bernoulli(torch.tensor([0.5, 1.5])), 'kl': lambda: D.kl_divergence(D.Normal(0, 1), D.Bernoulli(0.5)),
    'support': lambda: D.Bernoulli(0.5).log_prob(torch.tensor(0.5)),
    'cartesian': lambda: D.Independent(D.Bernoulli(torch.ones(2)), 1).enumerate_support(),
}

CONSTRAINTS = {
    'real': [1., math.nan], 'boolean': [0., 1., .5], 'one_hot': [[0., 1.], [1., 1.]], 'nonnegative_integer': [-1., 0., 1.5],
    'positive_integer': [0., 1., 2.5], 'positive': [0., 1.], 'nonnegative': [-1., 0.], 'unit_interval': [-.1, 0., 1., 1.1],
    'simplex': [[.5, .5], [.5, .4]], 'real_vector': [[1., math.nan], [1., 2.]], 'lower_triangular': [[[1., 0.], [1., 0.]], [[1., 1.], [0., 1.]]],
    'lower_cholesky': [[[1., 0.], [1., 1.]], [[1., 0.], [0., 0.]]], 'corr_cholesky': [[[1., 0.], [.6, .8]], [[1., 0.], [1., 1.]]],
    'square': [[[1., 2.], [3., 4.]]], 'symmetric': [[[1., 2.], [2., 4.]], [[1., 2.], [3., 4.]]],
    'positive_semidefinite': [[[1., 1.], [1., 4.]], [[1., 2.], [2., 1.]]], 'positive_definite': [[[2., 1.], [1., 2.]], [[1., 2.], [2., 1.]]],
    'greater_than(2.)': [2., 3.], 'greater_than_eq(2.)': [1., 2.], 'less_than(2.)': [1., 2.], 'interval(-1., 2.)': [-1., 2., 3.],
    'half_open_interval(-1., 2.)': [-1., 2.], 'integer_interval(1, 3)': [0., 1., 2.5, 3.], 'multinomial(3)': [[1., 2.], [2., 2.], [-1., 0.]],
}


def plain(x):
    if isinstance(x, torch.Tensor):
        return {'shape': list(x.shape), 'data': [plain(v) for v in x.detach().flatten().tolist()]}
    if isinstance(x, float) and not math.isfinite(x):
        return str(x)
    return x


def parameter(x, tensors):
    if not isinstance(x, list):
        return x
    tensors.append(torch.tensor(x, requires_grad=True))
    return tensors[-1]


def made(cls, args, kwargs):
    tensors = []
    args = [parameter(x, tensors) for x in args]
    return getattr(D, cls)(*args, **{k: parameter(v, tensors) for k, v in kwargs.items()}), tensors


def asked(fn):
    try:
        return fn()
    except (NotImplementedError, AttributeError):
        return None


def weights(x):
    """A sum in which no two elements count the same."""
    return (x * torch.arange(1., x.numel() + 1).reshape(x.shape).to(x.dtype)).sum()


def grads(y, tensors):
    if not y.requires_grad:
        return []
    return [None if g is None else plain(g) for g in torch.autograd.grad(weights(y), tensors, retain_graph=True, allow_unused=True)]


def case(cls, args, kwargs, ask):
    row = {'cls': cls, 'args': args, 'kwargs': kwargs, 'ask': ask}
    m, tensors = made(cls, args, kwargs)
    row.update(repr=repr(m), batchShape=list(m.batch_shape), eventShape=list(m.event_shape), hasRsample=m.has_rsample,
               hasEnumerateSupport=m.has_enumerate_support, support=asked(lambda: str(m.support)))
    row['properties'] = {name: plain(asked(lambda: getattr(m, name))) for name in ('mean', 'mode', 'variance', 'stddev')}
    entropy = asked(m.entropy)
    row['entropy'] = None if entropy is None else [plain(entropy), grads(entropy, tensors)]
    row['samples'] = []
    for shape in SHAPES:
        torch.manual_seed(len(shape))
        row['samples'].append(plain(m.sample(torch.Size(shape))))
    if m.has_rsample:
        torch.manual_seed(5)
        x = m.rsample(torch.Size([4]))
        row['rsample'] = [plain(x), grads(x, tensors)]
    torch.manual_seed(6)
    wide = m.expand(torch.Size([2, *m.batch_shape]))
    row['expanded'] = [repr(wide), plain(wide.sample())]
    if m.has_enumerate_support:
        row['enumerated'] = [plain(asked(m.enumerate_support)), plain(asked(lambda: m.enumerate_support(expand=False)))]
    if 'values' in ask:
        values = torch.tensor(ask['values'])
        p = m.log_prob(values)
        row['logProb'] = [plain(p), grads(p, tensors)]
        row['cdf'] = plain(asked(lambda: m.cdf(values)))
    if 'levels' in ask:
        row['icdf'] = plain(asked(lambda: m.icdf(torch.tensor(ask['levels']))))
    row['reprAfter'] = repr(m)
    return row


def divergence(p, q):
    (a, ta), (b, tb) = made(*p), made(*q)
    kl = D.kl_divergence(a, b)
    return {'p': p, 'q': q, 'kl': plain(kl), 'grads': grads(kl, ta + tb)}


def message(fn):
    try:
        fn()
    except Exception as e:  # noqa: BLE001 whatever it is, its text is what is recorded
        return str(e)
    raise AssertionError('no error')


def constraint(text, values):
    c = eval(text, vars(C))  # noqa: S307 the texts above
    return {'text': text, 'repr': repr(c), 'isDiscrete': c.is_discrete, 'eventDim': c.event_dim,
            'values': plain(torch.tensor(values)), 'valid': c.check(torch.tensor(values)).tolist()}


def reinforce():
    """A policy learns which of three arms pays; the losses of its steps."""
    torch.manual_seed(3)
    policy = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.Adam(policy.parameters(), lr=0.05)
    losses = []
    for _ in range(8):
        state = torch.randn(16, 4)
        m = D.Categorical(logits=policy(state))
        action = m.sample()
        reward = (action == 2).float() - 0.5 * state[:, 0]
        loss = (-m.log_prob(action) * reward).mean() - 0.01 * m.entropy().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def vae():
    """The loss of a variational autoencoder of one layer, step by step."""
    torch.manual_seed(4)
    encoder, decoder = torch.nn.Linear(6, 4), torch.nn.Linear(2, 6)
    optimizer = torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], lr=0.1)
    losses = []
    for _ in range(5):
        x = D.Bernoulli(0.4).sample((10, 6))
        loc, log_scale = encoder(x).chunk(2, 1)
        q = D.Normal(loc, log_scale.exp())
        z = q.rsample()
        likelihood = D.Independent(D.Bernoulli(logits=decoder(z)), 1).log_prob(x)
        loss = (D.kl_divergence(q, D.Normal(0, 1)).sum(-1) - likelihood).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


recorded = {
    'cases': [case(*c) for c in CASES], 'kl': [divergence(*pair) for pair in KL],
    'errors': {name: message(fn) for name, fn in ERRORS.items()},
    'constraints': [constraint(text, values) for text, values in CONSTRAINTS.items()],
    'reinforce': reinforce(), 'vae': vae(),
}


def lines(rows):
    return '[\n' + ',\n'.join(json.dumps(row, separators=(',', ':'), allow_nan=False) for row in rows) + '\n]'


OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text('{\n' + ',\n'.join(
    f'"{key}":{lines(value) if isinstance(value, list) and isinstance(value[0], dict) else json.dumps(value, indent=1 if isinstance(value, dict) else None)}'
    for key, value in recorded.items()) + '\n}\n')
print(f'{OUT}: {len(CASES)} distributions, {len(KL)} divergences, {OUT.stat().st_size} bytes')
