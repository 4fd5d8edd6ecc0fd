"""Records packages/testing/fixtures/ops/FAMILY.json: outputs and gradients of the op samples in PyTorch.

Reads the rows from standard input, as tooling/oracle/ops.mjs writes them. Run that.
"""
import base64
import json
import math
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

OUT = Path(__file__).parents[2] / 'packages/testing/fixtures/ops'
dtype = torch.float64  # what rows mean by it


# ---- draws: the formulas of packages/testing/src/draws.ts

def hash32(index, seed):
    word = 0xffffffff
    h = (((index + 1) * 0x9e3779b1) ^ ((seed + 1) * 0x85ebca6b)) & word
    h = ((h ^ (h >> 16)) * 0x7feb352d) & word
    h = ((h ^ (h >> 15)) * 0x846ca68b) & word
    return h ^ (h >> 16)


def uniform(index, seed):
    return hash32(index, seed) / 2 ** 32


def on_grid(x):
    return math.floor(x * 65536 + 0.5) / 65536


def draw_values(draw, seed):
    kind, n = draw['kind'], math.prod(draw['shape'])
    lo, hi = draw.get('range', (0, 0))
    if kind == 'between':
        return [on_grid(lo + (hi - lo) * uniform(i, seed)) for i in range(n)]
    if kind == 'integers':
        return [lo + math.floor((hi - lo) * uniform(i, seed)) for i in range(n)]
    if kind == 'mask':
        return [hash32(i, seed) & 1 for i in range(n)]
    if kind == 'values':
        return [float(v) for v in draw['values']]
    if kind == 'normal':
        u = uniform
        return [on_grid((u(4 * i, seed) + u(4 * i + 1, seed) + u(4 * i + 2, seed) + u(4 * i + 3, seed) - 2) * 1.75)
                for i in range(n)]
    if kind != 'distinct':
        raise ValueError(f'unknown kind of draw: {kind}')
    values = [0.0] * n
    for rank, at in enumerate(sorted(range(n), key=lambda i: hash32(i, seed))):
        values[at] = (rank - n // 2) * 0.25 + 0.0625
    return values


def draw_tensor(draw, seed):
    of = dtype if draw['dtype'] == 'float' else getattr(torch, draw['dtype'])
    x = torch.tensor(draw_values(draw, seed), dtype=torch.float64).reshape(draw['shape']).to(of)
    return x.requires_grad_() if draw.get('grad', draw['dtype'] == 'float') else x


# ---- rows

def evaluate(text, names):
    """Statements before the last ';' are run, the rest is the result."""
    *statements, result = text.split(';')
    for statement in statements:
        exec(statement.strip(), names)
    return eval(result.strip(), names)


def encode(x):
    # a gradient may be a tensor of zeros without memory
    x = torch.zeros(x.shape, dtype=x.dtype) if x._is_zerotensor() else x.detach().contiguous()
    bits = x.view(torch.int16) if x.dtype in (torch.float16, torch.bfloat16) else x
    return [str(x.dtype)[6:], list(x.shape), base64.b64encode(bits.numpy().tobytes()).decode()]


def record(row):
    inputs = {name: draw_tensor(draw, draw.get('seed', i)) for i, (name, draw) in enumerate(row['inputs'].items())}
    result = evaluate(row['python'], {'torch': torch, 'F': F, 'math': math, 'dtype': dtype, **inputs})
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    recording = {'outputs': [encode(y) for y in outputs]}
    if not row['differentiable']:
        return recording
    roots = [(i, y) for i, y in enumerate(outputs) if y.requires_grad]
    if not roots:
        raise ValueError('no output requires a gradient: mark the row with grad: false')
    leaves = {name: x for name, x in inputs.items() if x.requires_grad}
    cotangents = [draw_tensor({'kind': 'between', 'range': (-1, 1), 'shape': list(y.shape), 'dtype': str(y.dtype)[6:]},
                              1000 + i) for i, y in roots]
    grads = torch.autograd.grad([y for _, y in roots], list(leaves.values()), cotangents, allow_unused=True)
    if outputs[0].grad_fn is not None:
        recording['node'] = type(outputs[0].grad_fn).__name__
    recording['grads'] = {name: None if g is None else encode(g) for name, g in zip(leaves, grads)}
    return recording


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    failed = 0
    for family, rows in json.load(sys.stdin).items():
        lines = {}
        for row in rows:
            try:
                if row['key'] in lines:
                    raise ValueError('the same row stands here twice')
                lines[row['key']] = record(row)
            except Exception as error:
                failed += 1
                print(f"{family}: {row['key']}\n  {type(error).__name__}: {error}", file=sys.stderr)
        text = ',\n'.join(f'{json.dumps(key)}: {json.dumps(value, separators=(",", ":"))}' for key, value in lines.items())
        (OUT / f'{family}.json').write_text('{\n' + text + '\n}\n')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
