"""Records packages/autograd/test/fixtures/indexing.json: random x[…] and x[…] = v, with gradients, and their errors.

The tensor is 0, 1, 2, …; the gradient of a result is 1, 2, 3, …; a value that is written is 100, 101, ….
Run: python3 tooling/oracle/indexing.py
"""
import json
import math
import random
from pathlib import Path

import torch

OUT = Path(__file__).parents[2] / 'packages/autograd/test/fixtures/indexing.json'
rnd = random.Random(5)
COUNT = 160


def index_in(size):
    return rnd.randint(-size, size - 1) if size else 0


def random_item(size):
    """An item for a dimension of that size; now and then one that does not fit."""
    k = rnd.random()
    if k < .2:
        return ['int', rnd.randint(-size - (rnd.random() < .05), size - 1 + (rnd.random() < .05)) if size else 0]
    if k < .5:
        bound = lambda: rnd.choice([None, None, rnd.randint(-size - 1, size + 1)])
        return ['slice', [bound(), bound(), rnd.choice([None, None, 1, 2, 3])]]
    if k < .58:
        return ['none', None]
    if k < .62:
        return ['bool', rnd.random() < .7]
    if k < .72:
        n = size + (rnd.random() < .03)
        return ['mask', [[n], [int(rnd.random() < .5) for _ in range(n)]]]
    if k < .75:
        return ['index', [[], [index_in(size)]]]
    shape = rnd.choice([[2], [3], [1], [2, 1], [2, 2], [0], [3, 1]])
    return ['index', [shape, [index_in(size) for _ in range(math.prod(shape))]]]


def random_items():
    shape = [rnd.randint(1, 3) if rnd.random() < .95 else 0 for _ in range(rnd.randint(0, 4))]
    items, d, dots = [], 0, False
    while d < len(shape) and rnd.random() < .8:
        if not dots and rnd.random() < .15:
            items.append(['dots', None])
            dots = True
            d += rnd.randint(0, len(shape) - d)
        elif rnd.random() < .1 and d + 1 < len(shape):
            items.append(['mask', [shape[d:d + 2], [int(rnd.random() < .5) for _ in range(shape[d] * shape[d + 1])]]])
            d += 2
        else:
            items.append(random_item(shape[d]))
            d += items[-1][0] not in ('none', 'bool')
    if rnd.random() < .06:
        items.append(random_item(2))
    return shape, items or [['dots', None]]


def to_python(item):
    kind, v = item
    if kind == 'slice':
        return slice(*v)
    if kind == 'dots':
        return Ellipsis
    if kind in ('mask', 'index'):
        return torch.tensor(v[1], dtype=torch.bool if kind == 'mask' else torch.int64).view(v[0])
    return v


def ramp(shape, start):
    return torch.arange(float(math.prod(shape))).double().view(shape) + start


def gradients(y, leaves):
    grads = torch.autograd.grad(y, leaves, ramp(y.shape, 1), allow_unused=True)
    return [(torch.zeros_like(x) if g is None else g).flatten().tolist() for g, x in zip(grads, leaves)]


def error(e):
    return [type(e).__name__, str(e).split('\n')[0]]


def value_for(shape):
    """A number, or a tensor that broadcasts to the shape."""
    kind = rnd.choice(['number', 'zero', 'full', 'part', 'ones'])
    if kind == 'number':
        return None
    own = {'zero': [], 'full': shape, 'ones': [1] + shape,
           'part': [1 if rnd.random() < .4 else n for n in shape][rnd.randint(0, len(shape)):]}[kind]
    return ramp(own, 100).requires_grad_()


rows = []
for _ in range(COUNT):
    shape, items = random_items()
    x = ramp(shape, 0).requires_grad_()
    at = tuple(map(to_python, items))
    row = {'shape': shape, 'items': items}
    try:
        y = (x * 1)[at]
        row['get'] = {'shape': list(y.shape), 'values': y.flatten().tolist(), 'view': y._is_view(), 'grads': gradients(y, [x])}
    except (IndexError, RuntimeError, ValueError) as e:
        row['error'] = error(e)
    else:
        v = value_for(list(y.shape))
        row['value'] = None if v is None else list(v.shape)
        try:
            z = x * 1
            z[at] = 7.0 if v is None else v
            row['set'] = {'values': z.flatten().tolist(), 'grads': gradients(z, [x] if v is None else [x, v])}
        except (IndexError, RuntimeError, ValueError) as e:
            row['setError'] = error(e)
    rows.append(row)

OUT.parent.mkdir(exist_ok=True)
OUT.write_text('[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in rows) + '\n]\n')
