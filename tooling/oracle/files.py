"""Records files as PyTorch and numpy write them, and what is in them, for the tests of @sconce/serialization.

Run with a Python that has PyTorch 1.13, and safetensors if the safetensors file is to be made again:
    python3 tooling/oracle/files.py
It writes packages/serialization/test/fixtures.
"""
import base64
import json
import math
import os
import pathlib
from collections import Counter, OrderedDict

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parents[2] / 'packages/serialization/test/fixtures'


def encoded(x):
    """A value as JSON; tensors with their bytes in logical order."""
    if isinstance(x, torch.Tensor):
        data = x.detach().contiguous()
        flat = data.view(torch.int16) if data.dtype is torch.bfloat16 else data.resolve_conj()
        return {'tensor': str(x.dtype).replace('torch.', ''), 'shape': list(x.shape), 'stride': list(x.stride()),
                'offset': x.storage_offset(), 'requiresGrad': x.requires_grad, 'parameter': isinstance(x, nn.Parameter),
                'data': base64.b64encode(flat.numpy().tobytes()).decode()}
    if isinstance(x, np.ndarray):
        return encoded(torch.from_numpy(np.ascontiguousarray(x.astype(x.dtype.newbyteorder('=')))).reshape(x.shape))
    if isinstance(x, dict):
        return {'dict': [[encoded(k), encoded(v)] for k, v in x.items()],
                **({'metadata': encoded(x._metadata)} if hasattr(x, '_metadata') else {})}
    if isinstance(x, (tuple, torch.Size)):
        return {'tuple': [encoded(v) for v in x]}
    if isinstance(x, list):
        return {'list': [encoded(v) for v in x]}
    if isinstance(x, (set, frozenset)):
        return {'set': sorted((encoded(v) for v in x), key=str)}
    if isinstance(x, (bytes, bytearray)):
        return {'bytes': list(x)}
    if isinstance(x, bool) or x is None or isinstance(x, str):
        return x
    if isinstance(x, int):
        return {'int': str(x)}
    if isinstance(x, float):
        return {'float': x if math.isfinite(x) and not (x == 0 and math.copysign(1, x) < 0) else repr(x)}
    if isinstance(x, torch.dtype):
        return {'dtype': str(x)}
    if isinstance(x, torch.device):
        return {'device': str(x)}
    raise TypeError(type(x))


def complexes():
    """Complex tensors, one of them seen from the other's memory, and a parameter."""
    x = torch.complex(torch.arange(6.).reshape(2, 3), -torch.arange(6.).reshape(2, 3) / 4)
    return {'x': x, 'column': x[:, 1], 'double': torch.tensor([1 + 2j, -0.5j], dtype=torch.complex128), 'dtype': torch.complex64,
            'parameter': nn.Parameter(torch.tensor([1 - 1j]))}


def checkpoint():
    """A network with buffers in training, with the state of its optimizer and its schedule."""
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01, weight_decay=0.001)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 5], gamma=0.5)
    x, y = torch.randn(16, 4), torch.randint(3, (16,))
    for _ in range(4):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
        schedule.step()
    return {'epoch': 4, 'loss': 0.125, 'model': net.state_dict(), 'optimizer': optimizer.state_dict(), 'schedule': schedule.state_dict(),
            'rng': torch.get_rng_state()[:32].clone()}


def dtypes():
    torch.manual_seed(4)
    out = OrderedDict()
    for name in ('float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'bool'):
        dtype = getattr(torch, name)
        out[name] = (torch.randn(2, 3) * 50).to(dtype) if dtype is not torch.uint8 else torch.tensor([[0, 1, 127], [128, 254, 255]], dtype=dtype)
    out['int64 beyond 2^53'] = torch.tensor([2 ** 53 + 1, -2 ** 63, 2 ** 63 - 1])
    out['scalar'] = torch.tensor(1.5)
    out['empty'] = torch.zeros(0, 3)
    out['not finite'] = torch.tensor([math.nan, math.inf, -math.inf, -0.0])
    return out


def values():
    shared = [1, 2]
    return {
        'ints': [0, 255, 256, 65535, 65536, -1, 2 ** 31, -2 ** 31, 2 ** 53, 2 ** 53 + 2, -2 ** 70, 10 ** 40],
        'floats': [0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 5e-324], 'text': 'naïve ✓ 𝄞 \ufeff', 'empty': '',
        'bools': [True, False, None], 'tuple': (1, (2,), ()), 'nested': {'a': {'b': [{'c': torch.ones(1)}]}},
        'shared': shared, 'again': shared, 'set': {1, 2, 3}, 'frozen': frozenset(['x']), 'bytes': b'\x00\xff', 'bytearray': bytearray(b'ab'),
        'int keys': {3: 'c', 1: 'a'}, 'mixed keys': {1: 'x', 'y': 2, None: 3, (1, 2): 4, 2.5: 5},
        'numbers as text': {'10': 'a', '9': 'b'}, 'ordered': OrderedDict([('b', 1), ('a', 2)]), 'counter': Counter({5: 2, 7: 1}),
        'size': torch.Size([2, 3]), 'dtype': torch.bfloat16, 'device': torch.device('cuda:1'), 'cpu': torch.device('cpu'),
        '__proto__': {'polluted': True}, 'constructor': {'prototype': {'polluted': True}}, 'list of text': ['a' * 300, 'a' * 300],
    }


def views():
    base = torch.arange(24.).reshape(4, 6)
    return {'base': base, 'row': base[1], 't': base.t(), 'strided': base[:, ::2], 'tail': base.view(-1)[20:],
            'expanded': torch.tensor([[1.], [2.]]).expand(2, 3), 'same': base}


def parameters():
    frozen = nn.Parameter(torch.ones(2), requires_grad=False)
    parameter = nn.Parameter(torch.arange(3.))
    labelled = torch.ones(2)
    labelled.note = 'an attribute'
    return {'parameter': parameter, 'frozen': frozen, 'tied': parameter, 'leaf': torch.ones(2, requires_grad=True), 'labelled': labelled}


class Evil:
    """What a file must not be able to do."""
    def __init__(self, function, *args):
        self.what = function, args

    def __reduce__(self):
        return self.what


def main():
    HERE.mkdir(parents=True, exist_ok=True)
    for old in HERE.iterdir():
        if old.suffix in ('.pth', '.npy', '.npz') or old.name == 'expected.json':
            old.unlink()
    expected = {}

    def save(name, value, **options):
        torch.save(value, HERE / name, **options)
        expected[name] = encoded(value)

    for name, value in (('checkpoint', checkpoint()), ('dtypes', dtypes()), ('views', views()), ('parameters', parameters()), ('values', values()),
                        ('complex', complexes())):
        save(f'{name}.pth', value)
        save(f'{name}_legacy.pth', value, _use_new_zipfile_serialization=False)
    for protocol in (3, 4, 5):
        save(f'values_protocol{protocol}.pth', values(), pickle_protocol=protocol)
    torch.save(torch.tensor([1., 2.]).storage(), HERE / 'storage.pth')
    expected['storage.pth'] = encoded(torch.tensor([1., 2.]))
    cyclic = []
    cyclic.append(cyclic)
    torch.save(cyclic, HERE / 'cyclic.pth')
    for name, evil in (('system', Evil(os.system, 'true')), ('eval', Evil(eval, '1')), ('getattr', Evil(getattr, 'text', 'upper')), ('module', nn.Linear(1, 1))):
        torch.save({'x': evil}, HERE / f'refused_{name}.pth')
        torch.save({'x': evil}, HERE / f'refused_{name}_legacy.pth', _use_new_zipfile_serialization=False)
    torch.save({'x': np.float64(1.5)}, HERE / 'refused_numpy.pth')

    rng = np.random.default_rng(5)
    arrays = {
        'f4': rng.standard_normal((3, 4)).astype('f4'), 'f8': rng.standard_normal(3), 'f2': rng.standard_normal(4).astype('f2'),
        'i8': np.array([2 ** 53 + 1, -2 ** 63]), 'i4': np.arange(6, dtype='i4').reshape(2, 3), 'i2': np.arange(-2, 2, dtype='i2'),
        'i1': np.arange(-2, 2, dtype='i1'), 'u1': np.arange(250, 256, dtype='u1'), 'b1': np.array([True, False]),
        'fortran': np.asfortranarray(rng.standard_normal((2, 3, 2)).astype('f4')), 'scalar': np.array(2.5), 'empty': np.zeros((0, 3), 'f4'),
        'c8': (np.arange(6) - 1j * np.arange(6) / 4).astype('c8').reshape(2, 3).T, 'big_c16': np.array([1 + 2j, -0.5j]).astype('>c16'),
        'big_f4': rng.standard_normal((2, 2)).astype('>f4'), 'big_i8': np.arange(-1, 2).astype('>i8'), 'big_f2': rng.standard_normal(3).astype('>f2'),
    }
    for name, array in arrays.items():
        np.save(HERE / f'{name}.npy', array)
        expected[f'{name}.npy'] = encoded(array)
    for version in ((2, 0), (3, 0)):
        name = f'version{version[0]}.npy'
        with open(HERE / name, 'wb') as f:
            np.lib.format.write_array(f, arrays['i4'], version=version)
        expected[name] = encoded(arrays['i4'])
    for name, array in (('uint16', np.ones(2, 'u2')), ('text', np.array(['a'])), ('structured', np.zeros(2, [('a', 'f4')])),
                        ('objects', np.array([{}], dtype=object))):
        np.save(HERE / f'refused_{name}.npy', array, allow_pickle=True)
    some = {name: arrays[name] for name in ('f4', 'i8', 'b1', 'fortran', 'scalar', 'empty')}
    some['zeros'] = np.zeros(4000, 'f4')
    for name, write in (('plain', np.savez), ('compressed', np.savez_compressed)):
        write(HERE / f'{name}.npz', **some)
        expected[f'{name}.npz'] = encoded(some)

    try:
        import safetensors.torch
    except ImportError:
        print('without safetensors, its file stays as it is')
    else:
        tensors = {k: v for k, v in dtypes().items()}
        safetensors.torch.save_file(tensors, HERE / 'dtypes.safetensors', metadata={'format': 'pt', 'note': 'naïve'})
    expected['dtypes.safetensors'] = encoded(dict(dtypes()))
    (HERE / 'expected.json').write_text(json.dumps(expected, separators=(',', ':'), ensure_ascii=True) + '\n')
    print(f'wrote {HERE} ({sum(f.stat().st_size for f in HERE.iterdir())} bytes)')


if __name__ == '__main__':
    main()
