"""Records what torchvision reads from files of EMNIST and QMNIST, for the tests of @sconce/data.

Run with a Python that has PyTorch 1.13 and torchvision:
    python3 tooling/oracle/digit_files.py
It writes packages/data/test/fixtures/emnist.zip, an archive like EMNIST's own with two pictures in each file, and digit-files.json.
"""
import gzip
import hashlib
import json
import pathlib
import shutil
import struct
import tempfile
import zipfile

import numpy as np
import torch
from torchvision.datasets import EMNIST, QMNIST, mnist

FIXTURES = pathlib.Path(__file__).parents[2] / 'packages/data/test/fixtures'


def idx(magic, shape, values):
    return struct.pack(f'>{1 + len(shape)}I', magic, *shape) + bytes(values)


def write_archive(path):
    with zipfile.ZipFile(path, 'w') as archive:
        for s, split in enumerate(EMNIST.splits):
            last = len(EMNIST.classes_split_dict[split]) - 1
            for t, part in enumerate(['train', 'test']):
                pictures = idx(0x803, (2, 28, 28), (((p * 7 + s) >> t) % 256 for p in range(2 * 784)))
                labels = idx(0x801, (2,), (last, s + t))
                for name, data in [('images-idx3', pictures), ('labels-idx1', labels)]:
                    info = zipfile.ZipInfo(f'gzip/emnist-{split}-{part}-{name}-ubyte.gz')
                    method = zipfile.ZIP_DEFLATED if t else zipfile.ZIP_STORED
                    archive.writestr(info, gzip.compress(data, mtime=0), method)
        archive.writestr('gzip/emnist-letters-mapping.txt', '1 65 97\n')


def read(dataset, root):
    item = dataset[-1]
    return {
        'text': str(dataset).replace(root, 'ROOT'), 'length': len(dataset), 'targets': dataset.targets[:2].tolist(),
        'pixels': np.asarray(item[0]).flatten()[:8].tolist(), 'target': item[1] if isinstance(item[1], int) else item[1].tolist(),
    }


def emnist(root, archive):
    raw = pathlib.Path(root) / 'EMNIST/raw'
    raw.mkdir(parents=True)
    shutil.copy(archive, raw / 'gzip.zip')
    EMNIST.md5 = hashlib.md5(archive.read_bytes()).hexdigest()
    out = []
    for split in EMNIST.splits:
        for train in [True, False]:
            data = EMNIST(root, split, train=train, download=True)
            out.append({'split': split, 'train': train, 'classes': data.classes, **read(data, root)})
    return out


def big_endian(path, strict=True):
    """torchvision 0.14 turns the order of all bytes around, which spoils labels of four bytes each; later versions read them like this."""
    data = pathlib.Path(path).read_bytes()
    shape = struct.unpack(f'>{data[3]}I', data[4:4 + 4 * data[3]])
    values = np.frombuffer(data, '>i4' if data[2] == 0x0c else 'u1', offset=4 + 4 * data[3])
    return torch.from_numpy(values.astype('i4' if data[2] == 0x0c else 'u1')).view(*shape)


def qmnist(root):
    count = 10003
    raw = pathlib.Path(root) / 'QMNIST/raw'
    raw.mkdir(parents=True)
    pictures = idx(0x803, (count, 3, 3), (i % 251 for i in range(count * 9)))
    labels = struct.pack('>3I', 0xc02, count, 8) + b''.join(
        struct.pack('>8i', i % 10, 4, *(i * 3 + j for j in range(5)), -i) for i in range(count))
    for stem in ['qmnist-train', 'qmnist-test', 'xnist']:
        (raw / f'{stem}-images-idx3-ubyte').write_bytes(pictures)
        (raw / f'{stem}-labels-idx2-int').write_bytes(labels)
    mnist.read_sn3_pascalvincent_tensor = big_endian
    cases = [{}, {'train': False}, *({'what': what} for what in QMNIST.subsets), {'what': 'test10k', 'compat': False}]
    return [{'options': options, **read(QMNIST(root, **options), root)} for options in cases]


def error(fn):
    try:
        fn()
    except Exception as e:  # the text is what is recorded
        return {'type': type(e).__name__, 'message': str(e)}
    raise AssertionError('no error')


def main():
    archive = FIXTURES / 'emnist.zip'
    write_archive(archive)
    with tempfile.TemporaryDirectory() as root:
        out = {
            'emnist': emnist(root, archive), 'qmnist': qmnist(root),
            'errors': {'split': error(lambda: EMNIST(root, 'foo')), 'noSplit': error(lambda: EMNIST(root)),
                       'what': error(lambda: QMNIST(root, what='foo'))},
        }
    path = FIXTURES / 'digit-files.json'
    path.write_text(json.dumps(out, separators=(',', ':')) + '\n')
    print(f'wrote {path} ({path.stat().st_size} bytes)')


if __name__ == '__main__':
    main()
