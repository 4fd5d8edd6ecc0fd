"""Records packages/tensor/test/fixtures/random.json from PyTorch: seeded draws of every kind, dtype and size.

A program is a seed and the calls that follow it; the state left behind by one call shows in the next. Results are
base64 of the raw little-endian data; of long ones only the CRC-32, where every bit must agree.
Run: python3 tooling/oracle/random_draws.py
"""
import base64
import json
import zlib
from pathlib import Path

import torch

OUT = Path(__file__).parents[2] / 'packages/tensor/test/fixtures/random.json'
FLOATS = ('float32', 'float64', 'float16', 'bfloat16')
INTS = ('bool', 'uint8', 'int8', 'int16', 'int32', 'int64')
SIZES = (1, 5, 15, 16, 17, 20, 100, 1000)
SEEDS = (0, 42, 2 ** 35 + 7)
EXACT = {'uniform_', 'random_', 'random_from', 'randperm', 'bernoulli_', 'bernoulli', 'multinomial', 'geometric_', 'poisson'}

programs = []


def raw(t):
    t = t.contiguous()
    if t.dtype == torch.bfloat16:
        t = t.view(torch.int16)
    return t.numpy().tobytes()


def program(seed, *calls):
    torch.manual_seed(seed)
    rows = []
    for fn, dtype, n, *args in calls:
        dt = getattr(torch, dtype)
        if fn == 'randperm':
            r = torch.randperm(n, dtype=dt)
        elif fn == 'random_from':
            r = torch.empty(n, dtype=dt).random_(*args)
        elif fn == 'bernoulli':  # a tensor of probabilities
            r = torch.empty(n, dtype=dt).bernoulli_(torch.linspace(0, 1, n, dtype=getattr(torch, args[0])))
        elif fn == 'multinomial':
            rows_, categories, samples, replacement = args
            p = (torch.arange(rows_ * categories).reshape(rows_, categories) * 7 % 11 + .5).to(dt)
            r = torch.multinomial(p, samples, replacement)
        elif fn == 'poisson':
            r = torch.poisson(torch.full((n,), args[0], dtype=dt))
        elif fn == 'normal_strided':
            r = torch.empty(n, 2, dtype=dt)[:, 0].normal_(*args)
        else:
            r = getattr(torch.empty(n, dtype=dt), fn)(*args)
        b = raw(r)
        row = {'fn': fn, 'dtype': dtype, 'n': n, 'args': [str(a) if isinstance(a, int) and abs(a) > 2 ** 53 else a for a in args]}
        exact = fn in EXACT or (fn == 'normal_' and dtype in ('float32', 'float16', 'bfloat16') and n >= 16)
        row['crc' if exact and len(b) > 160 else 'data'] = zlib.crc32(b) if exact and len(b) > 160 else base64.b64encode(b).decode()
        rows.append(row)
    # the next draw shows how far the generator has come
    programs.append({'seed': seed, 'calls': rows, 'after': torch.empty((), dtype=torch.int64).random_().item().__str__()})


for seed in SEEDS:
    for dtype in FLOATS:
        program(seed, *(('uniform_', dtype, n) for n in SIZES), ('uniform_', dtype, 30, -2.0, 3.0), ('uniform_', dtype, 30, 0.1, 0.30000001))
        program(seed, *(('normal_', dtype, n) for n in (*SIZES[:6], 3, 1) + ((100, 1000) if dtype != 'float64' else ())))
        program(seed, ('normal_', dtype, 7, 1.5, .25), ('normal_', dtype, 33, 1.5, .25), ('normal_strided', dtype, 18, -1.0, 3.0), ('normal_', dtype, 2))
        program(seed, ('exponential_', dtype, 12), ('exponential_', dtype, 5, 2.5), ('cauchy_', dtype, 12), ('cauchy_', dtype, 3, 1.0, .5),
                ('log_normal_', dtype, 9), ('log_normal_', dtype, 4, .5, .25))
        program(seed, ('geometric_', dtype, 20, .3), ('random_', dtype, 20))
        program(seed, ('random_from', dtype, 20, 0, 10), ('random_from', dtype, 20, -100, 1000), ('random_from', dtype, 20, 3, None))
    for dtype in INTS:
        program(seed, ('random_', dtype, 50), ('bernoulli_', dtype, 20, .4), ('bernoulli', dtype, 20, 'float32'), ('bernoulli', dtype, 20, 'float64'))
        program(seed, ('random_from', dtype, 20, 0, 2), ('random_from', dtype, 9, 1, None))
        if dtype != 'bool':
            program(seed, ('geometric_', dtype, 20, .3), ('random_from', dtype, 20, -100 if dtype != 'uint8' else 100, 120), ('random_from', dtype, 20, 5, None))
            program(seed, *(('randperm', dtype, n) for n in (1, 2, 10, 100)))
    for dtype in ('float32', 'float64', 'bfloat16'):
        program(seed, ('bernoulli_', dtype, 20, .4), ('bernoulli', dtype, 20, 'float32'), ('bernoulli', dtype, 20, 'bfloat16'), ('bernoulli', dtype, 20, 'float64'))
        program(seed, ('multinomial', dtype, 4, 1, 4, 10, True), ('multinomial', dtype, 4, 3, 40, 10, True), ('multinomial', dtype, 4, 1, 4, 3, False),
                ('multinomial', dtype, 4, 3, 5, 1, False),
                # (of so many bfloat16 scores some are equal, and their order depends on the C++ library's sort)
                *((('multinomial', dtype, 4, 2, 200, 20, False),) if dtype != 'bfloat16' else ()))
        program(seed, *(('poisson', dtype, 30, rate) for rate in (0.0, .5, 4.0, 10.0, 37.5, 100.0)))
        program(seed, ('random_from', dtype, 20, 0, 2 ** 33), ('random_from', dtype, 20, -2 ** 40, 2 ** 40), ('random_from', dtype, 20, -2 ** 63, None))
    program(seed, ('randperm', 'float32', 50), ('randperm', 'float16', 50), ('randperm', 'float64', 50))
    for lo, hi in ((0, 2 ** 31), (0, 2 ** 32 - 1), (0, 2 ** 32), (0, 2 ** 40), (-2 ** 50, 2 ** 52 + 3), (0, 2 ** 62), (0, 2 ** 63 - 1), (-2 ** 63, 2 ** 63 - 1),
                   (2 ** 60, 2 ** 60 + 100), (-2 ** 63, None), (-7, None), (2 ** 62 + 1, None)):
        program(seed, ('random_from', 'int64', 20, lo, hi))
    program(seed, ('random_from', 'int32', 20, -2 ** 31, 2 ** 31 - 1), ('random_from', 'int32', 20, -2 ** 31, None))
program(0, ('randperm', 'int64', 60000))

states = []
for seed, draws in ((67280421310721, 0), (7, 0), (7, 1), (7, 623), (7, 624), (7, 625), (-1, 700)):
    g = torch.Generator().manual_seed(seed)
    torch.empty(draws, dtype=torch.int32).random_(generator=g)
    torch.empty(1 if draws % 2 else 2).normal_(generator=g)
    state = raw(g.get_state())
    states.append({'seed': str(seed), 'draws': draws, 'normals': 1 if draws % 2 else 2, 'initial_seed': str(g.initial_seed()),
                   'state': base64.b64encode(zlib.compress(state, 9)).decode(), 'next': torch.empty(3).uniform_(generator=g).tolist()})

OUT.parent.mkdir(parents=True, exist_ok=True)
lines = ',\n'.join(json.dumps(p, separators=(',', ':')) for p in programs)
OUT.write_text('{"programs":[\n' + lines + '\n],\n"states":[\n' + ',\n'.join(json.dumps(s, separators=(',', ':')) for s in states) + '\n]}\n')
print(f'{OUT}: {len(programs)} programs, {OUT.stat().st_size} bytes')
