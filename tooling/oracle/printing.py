"""Records packages/tensor/test/fixtures/printing.json: texts that PyTorch prints, and Python's number formats.

Values are held as in a typed array; those that JSON lacks are strings.
Run: python3 tooling/oracle/printing.py
"""
import json
import math
import random
from pathlib import Path

import torch

OUT = Path(__file__).parents[2] / 'packages/tensor/test/fixtures/printing.json'
inf, nan = math.inf, math.nan
t = torch.tensor
rnd = random.Random(7)
cases = []


def plain(x):
    if isinstance(x, bool):
        return int(x)
    if isinstance(x, int):
        return x if abs(x) <= 2 ** 53 else str(x)
    if x != x or math.isinf(x):
        return str(x)
    return '-0' if x == 0 and math.copysign(1, x) < 0 else x


def case(x, default='float32', **options):
    """Long tensors are recorded by their rule: `arange` marks values 0, 1, 2, … times a factor."""
    torch.set_default_dtype(getattr(torch, default))
    torch.set_printoptions(profile='default')
    torch.set_printoptions(**options)
    row = {'dtype': str(x.dtype)[6:], 'shape': list(x.shape), 'text': str(x)}
    flat = x.detach().reshape(-1)
    if x.dtype in (torch.float16, torch.bfloat16):
        flat = flat.float()
    values = flat.tolist()
    if len(values) > 200 and values == list(range(len(values))):
        row['arange'] = True
    else:
        row['values'] = [plain(v) for v in values]
    if options:
        row['options'] = options
    if default != 'float32':
        row['default'] = default
    if x.grad_fn is not None:
        row['suffixes'] = [f'grad_fn=<{type(x.grad_fn).__name__}>']
    elif x.requires_grad:
        row['suffixes'] = ['requires_grad=True']
    cases.append(row)
    torch.set_printoptions(profile='default')
    torch.set_default_dtype(torch.float32)


torch.manual_seed(0)
# integers and booleans
for x in (t(5), t([1, 2, 3]), t([[1, -20], [300, 4]]), t([10 ** 12, 5]), t([2 ** 62 + 1, -2 ** 63]), torch.arange(60), torch.arange(40) - 20,
          torch.arange(24).reshape(2, 3, 4), torch.arange(16).reshape(2, 2, 2, 2), t([1, 200], dtype=torch.uint8), t([[-1], [5]], dtype=torch.int8),
          t([-300, 5], dtype=torch.int16), t(7, dtype=torch.int32), t(True), t([True, False]), torch.eye(3).bool(), torch.arange(2000).reshape(2, 1000) > 7):
    case(x)
# floats: whole, fixed, scientific, not finite
for v in (2.0, 3.14159, -0.0, 0.0, 1e-7, 1e10, nan, inf, -inf, 123456789.0, [1., 2., 3.], [-1., 10., 100.], [.5, -1.25, 100.], [.1, .2, .3], [0.0, -0.0],
          [-0.0, 1.5], [1e-3, 1.], [1e-4, 1e-3], [1e-5, 1.], [99999., 1.5], [1000., 1.], [1001., 1.], [1000., 1.5], [1002., 1.5], [1e8, 2e8], [1.5e8, 1e8],
          [1e8, 1e8 + 8], [100000.5], [nan, 1.], [nan, 1.5], [inf, -inf, nan], [inf, 1., 2.5], [inf, 3.], [nan, 1e-8, 2., -inf], [0., nan], [1e38, 1e-38],
          [1e-45, 1.], [.00005, .5], [.00005, .25, 2.00005], [2.5, 3.5, -.5], [.03125, .09375], [16777216., 1.], [-1e-5, -1e-5]):
    case(t(v))
    case(t(v, dtype=torch.float64))
for x in (torch.randn(3, 4), torch.randn(25), torch.randn(4, 13), torch.randn(2, 3, 2), torch.randn(2, 1, 2, 2) * 100, torch.randn(5) * 1e-6, torch.randn(2, 3) * 1e12,
          torch.zeros(2, 3), torch.ones(3, 1), torch.randn(3, 17) * 1e-6, torch.tensor([1.5, 2.5]).half(), torch.tensor([65504., 1e-7]).half(), torch.tensor([1.0, 2.0]).bfloat16(),
          torch.tensor([0.1, 300.5]).bfloat16(), torch.randn(12).half(), torch.randn(2, 12, dtype=torch.float64)):
    case(x)
# empty ones
for shape in ((0,), (2, 0), (0, 3), (2, 0, 3)):
    for dtype in (torch.float32, torch.float64, torch.int64, torch.bool, torch.uint8):
        case(torch.zeros(shape, dtype=dtype))
# summaries
for x in (torch.arange(1001), torch.arange(1000), torch.arange(2000.), torch.arange(3000).reshape(30, 100), torch.arange(2400).reshape(8, 5, 60), torch.arange(4096.).reshape(8, 8, 8, 8),
          torch.arange(1200).reshape(2, 600), torch.arange(1200).reshape(600, 2), torch.arange(1007.).reshape(1, 1, 1007), torch.arange(1500, dtype=torch.int32)):
    case(x)
# a summary is formatted by what it shows
x = torch.arange(1001.)
x[500] = .5
case(x)
# suffixes and where they wrap
for n in (1, 8, 9, 10, 11, 12, 20):
    case(torch.arange(float(n)).requires_grad_())
    case(torch.arange(float(n), dtype=torch.float64).requires_grad_())
    case(torch.arange(float(n)).requires_grad_() * 2)
case(torch.zeros(2, 0, requires_grad=True))
case(torch.zeros(0, 3, dtype=torch.float64, requires_grad=True))
case(t(1.5, requires_grad=True) * 2)
case((t([[1., 2.], [3., 4.]], requires_grad=True) * 2))
# another default dtype
for d in (torch.float32, torch.float64, torch.float16):
    case(t([1.5, 2.5], dtype=d), default='float64')
    case(torch.zeros(0, dtype=d), default='float64')
# options
y = t([[1.23456789, -1000.5], [1e-3, 42.]])
for o in (dict(precision=2), dict(precision=0), dict(precision=8), dict(sci_mode=True), dict(sci_mode=False), dict(linewidth=20), dict(linewidth=5), dict(profile='short'), dict(profile='full'),
          dict(threshold=3), dict(edgeitems=1, threshold=0), dict(precision=3, sci_mode=True, linewidth=30)):
    for x in (y, torch.arange(60), torch.arange(30.), t([1e-9, 1e9]), t([1e25, 3.]), t([nan, 0.]), t([[True, False]] * 4), torch.arange(1100.)):
        case(x, **o)

# Python's formats: ties, carries, both ends of the range
numbers = [0.0, -0.0, .5, 1.5, 2.5, -2.5, .125, .375, .0625, 1e21, 1e22, 123456789012345680000000.0, 5e-324, 1.7976931348623157e308, 9.9999, 9.99995, 99999.5, 1e-5, .00001234565,
           2.00005, 1.00005, 3.00015, .1, 1 / 3, 2 / 3, 1e100, -1e-100, 12345.5, 12346.5, 1.25e-7, 4503599627370497.5, 1.0000000000000002, 33554432.03125, 0.03125, 0.15625, 2.0 ** -20]
numbers += [rnd.choice((-1, 1)) * rnd.random() * 10.0 ** rnd.randint(-12, 12) for _ in range(20)] + [rnd.randint(1, 10 ** 6) / 2 ** rnd.randint(1, 12) for _ in range(20)]
formats = [[plain(x), d, f'{x:.{d}f}' if abs(x) < 1e30 else None, f'{x:.{d}e}'] for x in numbers for d in (0, 1, 2, 4, 8)]

OUT.parent.mkdir(parents=True, exist_ok=True)
dump = lambda rows: ',\n'.join(json.dumps(r, separators=(',', ':')) for r in rows)
OUT.write_text('{"tensors":[\n' + dump(cases) + '\n],\n"formats":[\n' + dump(formats) + '\n]}\n')
print(f'{OUT}: {len(cases)} tensors, {len(formats)} formats, {OUT.stat().st_size} bytes')
