"""Records what functorch gives, for packages/func/test/fixtures/func.json.

Run with a Python that has PyTorch 1.13 and functorch:
    python3 tooling/oracle/func.py
"""
import json
import pathlib

import torch
import torch.nn.functional as F
from functorch import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp, vmap

OUT = pathlib.Path(__file__).parents[2] / 'packages/func/test/fixtures/func.json'
torch.set_default_dtype(torch.float64)


def grid(low, high, *shape):
    """The same numbers as `grid` of the test has."""
    count = torch.Size(shape).numel()
    return (torch.arange(count) * 7 % count / count * (high - low) + low).view(shape)


x, y, w = grid(-1, 1, 3, 4), grid(-0.5, 2, 3, 4), grid(-1, 2, 5, 4)
matrices, pictures = grid(-1, 1, 3, 2, 4), grid(-1, 1, 3, 2, 5, 5)
labels = torch.tensor([1, 0, 4])
kernel, last = grid(-0.4, 0.4, 3, 2, 3, 3), grid(-0.2, 0.3, 5, 27)
params = {'kernel': kernel, 'last': last}


def loss(params, picture, label):
    hidden = F.conv2d(picture.unsqueeze(0), params['kernel']).relu().flatten(1)
    return F.cross_entropy(hidden @ params['last'].T, label.unsqueeze(0))


def by_batch(params):
    return vmap(loss, in_dims=(None, 0, 0))(params, pictures, labels).mul(torch.tensor([1., 2., 3.])).sum()


VALUES = {
    'products of rows': lambda: vmap(torch.dot)(x, y),
    'dimensions in and out': lambda: vmap(lambda a, b: (a @ b, a.sum()), in_dims=(2, None), out_dims=(1, 0))(matrices, grid(0, 1, 2, 3).T.contiguous().view(2, 3)),
    'trees': lambda: vmap(lambda p: {'sum': p['a'] + p['b'][0], 'rest': [p['b'][1] * 2]}, in_dims=({'a': 0, 'b': [0, None]},), out_dims=0)({'a': x, 'b': [y, w[0]]}),
    'of each in each': lambda: vmap(lambda a: vmap(lambda b: (a * b).sum())(w))(x),
    'a loss of each': lambda: vmap(grad(loss), in_dims=(None, 0, 0))(params, pictures, labels),
    'a loss of all': lambda: grad(by_batch)(params),
    'an ensemble': lambda: vmap(lambda k, p: F.max_pool2d(F.conv2d(p, k), 3).flatten(1), in_dims=(0, None))(torch.stack([kernel, kernel * 2]), pictures),
    'writes': lambda: vmap(lambda a: a.clone().mul_(2).select(0, 1).exp_().add(a))(x),
    'normalized': lambda: vmap(lambda a: F.layer_norm(a, (4,)).softmax(-1).cumsum(0))(x),
    'grad': lambda: grad(lambda a: (a.sin() * a).sum())(x[0]),
    'grad by two': lambda: grad(lambda a, b: (a * b.exp()).sum(), argnums=(1, 0))(x[0], y[0]),
    'grad with aux': lambda: grad(lambda a: (a.pow(3).sum(), {'twice': a * 2}), has_aux=True)(x[0]),
    'grad and value': lambda: grad_and_value(lambda a: a.pow(3).sum())(x[0]),
    'grad of grad': lambda: grad(lambda a: grad(lambda b: b.pow(4).sum())(a).sum())(x[0]),
    'vjp': lambda: (lambda out, fn: [out, fn((x[1], x[2].sum()))])(*vjp(lambda a, b: (a * b, a.sum()), x[0], y[0])),
    'vjp with aux': lambda: (lambda out, fn, aux: [out, fn(x[1]), aux])(*vjp(lambda a: (a * a, {'twice': a * 2}), x[0], has_aux=True)),
    'jvp': lambda: jvp(lambda a, b: (a * b, a.sin()), (x[0], y[0]), (x[1], y[1])),
    'jacrev': lambda: jacrev(lambda a, b: (w @ a, a * b), argnums=(0, 1))(x[0], y[0]),
    'jacfwd': lambda: jacfwd(lambda a, b: {'p': w @ a.sin(), 'q': a * b}, argnums=1)(x[0], y[0]),
    'jacrev of each': lambda: vmap(jacrev(lambda a: w @ a.tanh()))(x),
    'hessian': lambda: hessian(lambda a: (a.outer(a).exp()).sum())(x[0]),
    'hessian of each': lambda: vmap(hessian(lambda a, b: (a * a * b).sum(), argnums=0), in_dims=(0, None))(x, y[0]),
    'jvp of each': lambda: vmap(lambda a, t: jvp(torch.sin, (a,), (t,))[1])(x, y),
}


def error(call):
    try:
        call()
    except Exception as e:
        return f'{type(e).__name__}: {e}'
    raise AssertionError('nothing was raised')


def fn(a):
    return a


ERRORS = {
    'no inputs': lambda: vmap(fn)(),
    'no tensor': lambda: vmap(fn, in_dims=(None,))(x),
    'sizes': lambda: vmap(lambda a, b: a)(x, w),
    'no such dimension': lambda: vmap(fn, in_dims=2)(x),
    'random': lambda: vmap(F.dropout)(x),
    'random of operands': lambda: vmap(torch.bernoulli, randomness='same')(x.abs()),
    'item': lambda: vmap(lambda a: a.sum().item())(x),
    'randomness': lambda: vmap(fn, randomness='none')(x),
    'grad of a vector': lambda: grad(fn)(x[0]),
    'argnums': lambda: grad(fn, argnums=1)(x[0]),
    'argnums twice': lambda: grad(lambda a, b: a.sum(), argnums=(0, 0))(x, y),
    'no argnums': lambda: grad(lambda a, b: a.sum(), argnums=())(x, y),
    'aux': lambda: grad(lambda a: a.sum(), has_aux=True)(x),
    'a write to what is outside': lambda: vmap(lambda a: torch.ones(4).mul_(a))(x),
    'strict': lambda: jvp(lambda a: x[0], (x[0],), (x[1],), strict=True),
    'vjp aux': lambda: vjp(lambda a: a.sum(), x[0], has_aux=True),
    'vjp of integers': lambda: vjp(lambda a: a.argmax(), x[0]),
}


def show(result):
    if isinstance(result, torch.Tensor):
        return {'shape': list(result.shape), 'values': result.flatten().tolist()}
    if isinstance(result, dict):
        return {name: show(part) for name, part in result.items()}
    return [show(part) for part in result]


recorded = {'values': {name: show(call()) for name, call in VALUES.items()}, 'errors': {name: error(call) for name, call in ERRORS.items()}}
OUT.parent.mkdir(exist_ok=True)
OUT.write_text(json.dumps(recorded, separators=(',', ':')) + '\n')
print(OUT.stat().st_size)
