"""Records what PyTorch's loaders with workers give, for the tests of @sconce/data.

Run with a Python that has PyTorch 1.13:
    python3 tooling/oracle/data_workers.py
It writes packages/data/test/fixtures/pytorch-workers.json.
"""
import json
import pathlib

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info


class Drawn(Dataset):
    """Item `i` with a number drawn for it, the worker that drew it, and that worker's seed in two halves."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, i):
        info = get_worker_info()
        seed = info.seed if info else 0
        draw = torch.randint(1 << 30, ()).item()
        return torch.tensor([i, draw, info.id if info else -1, seed >> 32, seed & 0xffffffff])


class Count(IterableDataset):
    """Counts from 0 in every worker, or only what is the worker's share."""

    def __init__(self, limit, shared):
        self.limit, self.shared = limit, shared

    def __iter__(self):
        info = get_worker_info()
        first, step = (info.id, info.num_workers) if self.shared and info else (0, 1)
        return iter(range(first, self.limit, step))


def rounds(dataset, seed, **options):
    torch.manual_seed(seed)
    count = 2 if options['num_workers'] == 0 or options.get('persistent_workers') else 1
    loader = DataLoader(dataset, **options)
    out = []
    for _ in range(count):
        batches = [b.tolist() if isinstance(b, torch.Tensor) else b for b in loader]
        out.append({'batches': batches, 'after': torch.randint(1 << 30, ()).item()})
    return out


def maps():
    out = []
    for seed, options in [(0, {'num_workers': 0}), (0, {'num_workers': 1}), (0, {'num_workers': 2}), (42, {'num_workers': 2}),
                          (0, {'num_workers': 3, 'drop_last': True}), (0, {'num_workers': 2, 'persistent_workers': True}),
                          (0, {'num_workers': 2, 'prefetch_factor': 1})]:
        out.append({'seed': seed, 'options': options, 'rounds': rounds(Drawn(11), seed, batch_size=2, shuffle=True, **options)})
    return out


def streams():
    out = []
    for limit, shared, options in [
            (7, False, {'num_workers': 2, 'batch_size': 3}), (7, True, {'num_workers': 2, 'batch_size': 3}),
            (7, True, {'num_workers': 0, 'batch_size': 3}), (7, True, {'num_workers': 3, 'batch_size': 2}),
            (7, True, {'num_workers': 2, 'batch_size': 3, 'drop_last': True}),
            (5, True, {'num_workers': 2, 'batch_size': None}),
            (13, True, {'num_workers': 2, 'batch_size': 2, 'persistent_workers': True}),
            (1, True, {'num_workers': 3, 'batch_size': 2})]:
        out.append({'limit': limit, 'shared': shared, 'options': options, 'rounds': rounds(Count(limit, shared), 0, **options)})
    return out


def errors():
    cases = {
        'negative': {'num_workers': -1}, 'timeout': {'timeout': -1}, 'prefetch': {'prefetch_factor': 3},
        'persistent': {'persistent_workers': True},
    }
    out = {}
    for name, options in cases.items():
        try:
            DataLoader(Drawn(3), **options)
        except Exception as e:  # the text is what is recorded
            out[name] = {'type': type(e).__name__, 'message': str(e)}
    return out


target = pathlib.Path(__file__).parents[2] / 'packages/data/test/fixtures/pytorch-workers.json'
target.write_text(json.dumps({'maps': maps(), 'streams': streams(), 'errors': errors()}) + '\n')
