"""Records packages/autograd/test/fixtures/views.json: random chains of views and copies, with gradients and errors.

The tensor is 0, 1, 2, …; the gradient of a result is 1, 2, 3, ….
Run: python3 tooling/oracle/views.py
"""
import json
import math
import random
from pathlib import Path

import torch

OUT = Path(__file__).parents[2] / 'packages/autograd/test/fixtures/views.json'
rnd = random.Random(3)
COUNT = 200
KINDS = ('view view reshape reshape transpose permute slice select unsqueeze squeeze squeeze_dim expand diagonal unfold '
         'flatten narrow movedim t ravel unbind split chunk tensor_split as_strided flip repeat roll diag_embed tril '
         'unflatten').split()


def factors(n):
    """Some shape with n elements."""
    shape = []
    for _ in range(rnd.randint(0, 4)):
        k = rnd.choice([k for k in (1, 2, 3, 4, 6) if n % k == 0] if n else [0, 1, 2, 3])
        shape.append(k)
        n = n // k if k and n else n
    if n != 1 or not shape:
        shape.insert(rnd.randint(0, len(shape)), n)
    return shape


def arguments(kind, x):
    nd = x.dim()
    dim = lambda: rnd.randint(-nd - (rnd.random() < .02), nd - 1 + (rnd.random() < .02)) if nd else rnd.choice([0, -1])
    if kind in ('view', 'reshape'):
        shape = factors(x.numel())
        if rnd.random() < .4 and shape:
            shape[rnd.randrange(len(shape))] = -1
        return [shape + [2] * (rnd.random() < .03)]
    if kind in ('transpose', 'flatten', 'movedim'):
        return [dim(), dim()]
    if kind == 'permute':
        return [rnd.sample(range(nd), nd)]
    if kind == 'slice':
        bound = lambda: rnd.choice([None, rnd.randint(-4, 5)])
        return [rnd.randrange(nd) if nd else 0, bound(), bound(), rnd.randint(1, 3)]
    if kind == 'select':
        return [dim(), rnd.randint(-3, 3)]
    if kind == 'unsqueeze':
        return [rnd.randint(-nd - 1, nd)]
    if kind == 'expand':
        lead = [rnd.randint(0, 3) for _ in range(rnd.random() < .3)]
        return [lead + [rnd.choice([2, 3]) if n == 1 and rnd.random() < .5 else rnd.choice([-1, n]) for n in x.shape]]
    if kind == 'diagonal':
        return [rnd.randint(-2, 2), dim(), dim()]
    if kind == 'unfold':
        return [dim(), rnd.randint(0, 3), rnd.randint(1, 2)]
    if kind == 'narrow':
        return [dim(), rnd.randint(-3, 3), rnd.randint(0, 3)]
    if kind in ('split', 'chunk'):
        return [rnd.randint(kind == 'chunk', 3), dim()]
    if kind == 'tensor_split':
        return [rnd.choice([rnd.randint(1, 4), [rnd.randint(-2, 4) for _ in range(rnd.randint(0, 2))]]), dim()]
    if kind == 'as_strided':
        n = rnd.randint(0, 2)
        return [[rnd.randint(0, 2) for _ in range(n)], [rnd.randint(0, 2) for _ in range(n)], x.storage_offset()]
    if kind == 'flip':
        return [[dim()]]
    if kind == 'repeat':
        return [[rnd.randint(0, 2) for _ in range(rnd.random() < .3)] + [rnd.choice([1, 1, 2, 0]) for _ in range(nd)]]
    if kind == 'roll':
        return [rnd.randint(-3, 3), dim()]
    if kind == 'unflatten':
        d = dim()
        return [d, factors(x.shape[d]) if nd and -nd <= d < nd else [1]]
    if kind in ('diag_embed', 'tril'):
        return [rnd.randint(-1, 1)]
    return [dim()] if kind in ('squeeze_dim', 'unbind') else []


def run(kind, args, x):
    if kind == 'slice':
        return x[(slice(None),) * args[0] + (slice(*args[1:]),)]
    return getattr(x, 'squeeze' if kind == 'squeeze_dim' else kind)(*args)


rows = []
while len(rows) < COUNT:
    shape = [rnd.choice([1, 2, 2, 3, 4, 6, 0]) if rnd.random() < .8 else 1 for _ in range(rnd.randint(0, 3))]
    leaf = torch.arange(float(math.prod(shape))).double().view(shape).requires_grad_()
    x, steps, row = leaf, [], {'shape': shape}
    for _ in range(rnd.randint(1, 5)):
        kind = rnd.choice(KINDS)
        # where nothing is, strides and slices have no meaning
        if x.numel() > 60 or (kind == 'slice' and x.dim() == 0) or (kind == 'as_strided' and x.numel() == 0):
            continue
        step = [kind, arguments(kind, x)]
        try:
            y = run(*step, x)
        except (IndexError, RuntimeError) as e:
            steps.append(step)
            row['error'] = [type(e).__name__, str(e).split('\n')[0]]
            break
        if isinstance(y, (list, tuple)):
            if not y:
                continue
            step.append(rnd.randrange(len(y)))
            y = y[step[2]]
        steps.append(step)
        x = y
    row['steps'] = steps
    if 'error' not in row:
        g, = torch.autograd.grad(x, leaf, torch.arange(1., x.numel() + 1).double().view(x.shape), allow_unused=True)
        row.update(result=list(x.shape), values=x.flatten().tolist(),
                   grad=(torch.zeros_like(leaf) if g is None else g).flatten().tolist())
    if steps:
        rows.append(row)

OUT.parent.mkdir(exist_ok=True)
OUT.write_text('[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in rows) + '\n]\n')
