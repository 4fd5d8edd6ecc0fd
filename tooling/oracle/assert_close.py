"""Records what torch.testing.assert_close says, for packages/sconce/test/fixtures/assert-close.json.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/assert_close.py
"""
import json
import pathlib

import torch
from torch import tensor as t
from torch.testing import assert_close

OUT = pathlib.Path(__file__).parents[2] / 'packages/sconce/test/fixtures/assert-close.json'
nan, inf = float('nan'), float('inf')
square = t([[1., 2.], [3., 4.]])

# by the names that the test has for its own calls
CALLS = {
    'one of three': lambda: assert_close(t([1., 2., 3.]), t([1., 2., 4.])),
    'all of three': lambda: assert_close(t([1., 2., 3.]), t([1.1, 2.2, 4.])),
    'a matrix': lambda: assert_close(square, t([[1., 2.], [3., 9.]])),
    'scalars': lambda: assert_close(t(1.), t(2.)),
    'floats': lambda: assert_close(1.5, 1.625),
    'ints': lambda: assert_close(1, 2),
    'integers': lambda: assert_close(t([1, 2]), t([1, 3])),
    'truth values': lambda: assert_close(t([True]), t([False])),
    'complex': lambda: assert_close(t([1 + 1j]), t([1 + 2j])),
    'half': lambda: assert_close(t([1.]).half(), t([1.01]).half()),
    'within half': lambda: assert_close(t([1.]).half(), t([1.001]).half()),
    'double': lambda: assert_close(t([1.]).double(), t([1.0000005]).double()),
    'large integers': lambda: assert_close(t([2 ** 62]), t([2 ** 62 + 1])),
    'expected zero': lambda: assert_close(t([1.]), t([0.])),
    'zeros': lambda: assert_close(t([0.]), t([-0.])),
    'nan': lambda: assert_close(t([nan, 1.]), t([nan, 5.])),
    'equal nan': lambda: assert_close(t([nan]), t([nan]), equal_nan=True),
    'infinities': lambda: assert_close(t([inf, -inf]), t([inf, -inf])),
    'other infinities': lambda: assert_close(t([inf, 1.]), t([-inf, 1.])),
    'tolerances': lambda: assert_close(t([1.]), t([1.1]), rtol=0.2, atol=0),
    'zero tolerances': lambda: assert_close(t([1.]), t([1.25]), rtol=0, atol=0),
    'one tolerance': lambda: assert_close(t([1.]), t([1.1]), rtol=0.2),
    'another tolerance': lambda: assert_close(t([1.]), t([1.1]), atol=0.2),
    'dtypes': lambda: assert_close(t([1.]), t([1.]).double()),
    'dtypes unchecked': lambda: assert_close(t([1.]), t([1.5]).double(), check_dtype=False),
    'shapes': lambda: assert_close(t([1.]), t([1., 2.])),
    'strides': lambda: assert_close(square.t(), square.t().contiguous(), check_stride=True),
    'strides unchecked': lambda: assert_close(square.t(), square.t().contiguous()),
    'empty': lambda: assert_close(t([]), t([])),
    'lists': lambda: assert_close([t([1.]), t([2.])], [t([1.]), t([3.])]),
    'lengths': lambda: assert_close([t(1.)], [t(1.), t(2.)]),
    'dicts': lambda: assert_close({'a': t([1.]), 'b': [t([1.]), 2.0]}, {'a': t([1.]), 'b': [t([2.]), 2.0]}),
    'keys': lambda: assert_close({'a': t(1.), 'c': t(1.)}, {'b': t(1.), 'c': t(1.)}),
    'none': lambda: assert_close(None, None),
    'a message': lambda: assert_close(t([1.]), t([2.]), msg='not these'),
    'a longer message': lambda: assert_close(t([1.]), t([2.]), msg=lambda text: f'Head\n{text}'),
}


def said(call):
    try:
        call()
    except Exception as error:
        return [type(error).__name__, str(error)]
    return None


OUT.write_text(json.dumps({name: said(call) for name, call in CALLS.items()}, indent=1) + '\n')
