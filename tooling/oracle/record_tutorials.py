"""Records what the Python originals of the tutorials print, for the tests of apps/tutorials.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/record_tutorials.py [name…]
It writes apps/tutorials/test/expected/NAME.txt. Values that are no tensors are written as Node prints them.
"""
import pathlib
import re
import sys

import numpy as np
import torch

import digits
from tutorials import (autograd_basics, autograd_mechanics, custom_function, lenet, linear_regression, mnist_table,
                       per_sample_gradients, shapes, tensor_basics, two_layer_arrays, two_layer_autograd, two_layer_tensors)

EXPECTED = pathlib.Path(__file__).resolve().parents[2] / 'apps/tutorials/test/expected'


def show(value):
    """A value as console.log shows it."""
    if value is None or isinstance(value, bool):
        return {None: 'null', True: 'true', False: 'false'}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)) and not hasattr(value, 'values'):
        return f'[ {", ".join(map(show, value))} ]' if value else '[]'
    if isinstance(value, np.ndarray):
        return f'{value.dtype.name.capitalize()}Array({value.size}) {show(value.tolist())}'
    # a node of the graph shows its name only
    return re.sub(r'<(?:torch\.autograd\.function\.)?(\w+) object at 0x[0-9a-f]+>', r'<\1>', str(value))


def record(main, *args, **options):
    lines = []
    main(lambda *values: lines.append(' '.join(map(show, values))), *args, **options)
    return '\n'.join(lines) + '\n'


def table(main):
    torch.manual_seed(0)
    return record(main, digits.synthetic('train', 320), digits.synthetic('test', 320), epochs=3)


SCRIPTS = {
    'tensor-basics': lambda: record(tensor_basics.main),
    'shapes': lambda: record(shapes.main),
    'autograd-basics': lambda: record(autograd_basics.main),
    'autograd-mechanics': lambda: record(autograd_mechanics.main),
    # 500 steps take a while in the tests: the first ones are recorded as well
    **{name + suffix: lambda module=module, steps=steps: record(module.main, **steps)
       for name, module in [('two-layer-arrays', two_layer_arrays), ('two-layer-tensors', two_layer_tensors),
                            ('two-layer-autograd', two_layer_autograd)]
       for suffix, steps in [('', {}), ('-start', {'steps': 20, 'every': 5})]},
    'custom-function': lambda: record(custom_function.main),
    'lenet': lambda: record(lenet.main),
    'linear-regression': lambda: record(linear_regression.main),
    'per-sample-gradients': lambda: record(per_sample_gradients.main),
    'mnist-table': lambda: table(mnist_table.main),
}

if __name__ == '__main__':
    EXPECTED.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or SCRIPTS:
        (EXPECTED / f'{name}.txt').write_text(SCRIPTS[name]())
        print(name)
