"""Records what PyTorch's loaders, samplers, splits and transforms give, for the tests of @sconce/data.

Run with a Python that has PyTorch 1.13 and torchvision:
    python3 tooling/oracle/data.py
It writes packages/data/test/fixtures/pytorch.json.
"""
import json
import pathlib

import numpy as np
import torch
from PIL import Image
from torch.utils.data import (BatchSampler, DataLoader, DistributedSampler, IterableDataset, RandomSampler, SequentialSampler, Subset,
                              SubsetRandomSampler, TensorDataset, WeightedRandomSampler, default_collate, random_split)
from torchvision import transforms

SEEDS = [0, 1, 42, 1099511627783]


def batches(loader):
    return [b.tolist() for b in loader]


def loaders(seed):
    """Orders in several rounds, and a number drawn after each: it shows what the rounds drew from the default generator."""
    out = []

    def record(name, size, rounds=2, **options):
        torch.manual_seed(seed)
        loader = DataLoader(range(size), **options)
        got = []
        for _ in range(rounds):
            got.append({'batches': batches(loader), 'after': torch.randint(1 << 30, ()).item()})
        out.append({'name': name, 'size': size, 'length': len(loader), 'rounds': got})

    record('shuffle', 23, batch_size=4, shuffle=True, rounds=3)
    record('shuffle, full batches', 12, batch_size=4, shuffle=True)
    record('dropLast', 23, batch_size=4, shuffle=True, drop_last=True)
    record('in order', 7, batch_size=3)
    record('batch size 1', 5, shuffle=True)
    own = torch.Generator().manual_seed(seed + 5)
    record('own generator', 12, batch_size=4, shuffle=True, generator=own)
    return out


def partial(seed):
    """A round that is broken off after two batches."""
    torch.manual_seed(seed)
    loader = DataLoader(range(20), batch_size=3, shuffle=True)
    it = iter(loader)
    first = [next(it).tolist(), next(it).tolist()]
    return {'first': first, 'then': batches(loader), 'after': torch.randint(1 << 30, ()).item()}


def own_generator_after(seed):
    """A given generator is drawn from directly, once more at the end of each round."""
    g = torch.Generator().manual_seed(seed)
    loader = DataLoader(range(12), batch_size=4, shuffle=True, generator=g)
    return [{'batches': batches(loader), 'after': torch.randint(1 << 30, (), generator=g).item()} for _ in range(2)]


def samplers(seed):
    out = {}

    def record(name, sampler):
        torch.manual_seed(seed)
        out[name] = {'rounds': [list(map(int, sampler)) for _ in range(2)], 'length': len(sampler),
                     'after': torch.randint(1 << 30, ()).item()}

    record('random', RandomSampler(range(11)))
    record('replacement', RandomSampler(range(11), replacement=True, num_samples=70))
    record('numSamples', RandomSampler(range(5), num_samples=13))
    record('subset', SubsetRandomSampler([3, 1, 4, 15, 9, 2, 6]))
    record('weighted', WeightedRandomSampler([0.1, 0.9, 0.4, 0.7, 3.0, 0.6], 12))
    record('weightedWithout', WeightedRandomSampler([0.9, 0.4, 0.05, 0.2, 0.3, 0.1], 5, replacement=False))
    return out


def shares():
    """What each replica gets in two epochs."""
    out = []
    for size, replicas, options in [(10, 3, {}), (10, 3, {'drop_last': True}), (10, 3, {'shuffle': False}), (12, 4, {'seed': 42}),
                                    (2, 5, {'seed': 7}), (2, 5, {'drop_last': True}), (5, 2, {'shuffle': False, 'drop_last': True})]:
        for rank in range(replicas):
            sampler = DistributedSampler(range(size), num_replicas=replicas, rank=rank, **options)
            epochs = []
            for epoch in [0, 3]:
                sampler.set_epoch(epoch)
                epochs.append(list(sampler))
            out.append({'size': size, 'numReplicas': replicas, 'rank': rank, 'shuffle': options.get('shuffle', True),
                        'seed': options.get('seed', 0), 'dropLast': options.get('drop_last', False), 'length': len(sampler),
                        'totalSize': sampler.total_size, 'epochs': epochs})
    return out


def splits(seed):
    out = []
    for size, lengths in [(10, [3, 7]), (30, [0.3, 0.3, 0.4]), (17, [0.5, 0.25, 0.25]), (10, [0.1] * 10)]:
        torch.manual_seed(seed)
        by_default = [s.indices for s in random_split(range(size), lengths)]
        g = torch.Generator().manual_seed(seed)
        by_own = [s.indices for s in random_split(range(size), lengths, generator=g)]
        out.append({'size': size, 'lengths': lengths, 'default': by_default, 'own': by_own})
    return out


def error(fn):
    try:
        fn()
    except Exception as e:  # the text is what is recorded
        return {'type': type(e).__name__, 'message': str(e)}
    raise AssertionError('no error')


class Stream(IterableDataset):
    def __iter__(self):
        return iter(range(3))


def errors():
    data = TensorDataset(torch.arange(6), torch.arange(6))
    seq = SequentialSampler(data)
    cases = {
        'samplerAndShuffle': lambda: DataLoader(data, sampler=seq, shuffle=True),
        'batchSamplerAndBatchSize': lambda: DataLoader(data, batch_sampler=BatchSampler(seq, 2, False), batch_size=2),
        'batchSamplerAndShuffle': lambda: DataLoader(data, batch_sampler=BatchSampler(seq, 2, False), shuffle=True),
        'batchSamplerAndSampler': lambda: DataLoader(data, batch_sampler=BatchSampler(seq, 2, False), sampler=seq),
        'batchSamplerAndDropLast': lambda: DataLoader(data, batch_sampler=BatchSampler(seq, 2, False), drop_last=True),
        'noBatchAndDropLast': lambda: DataLoader(data, batch_size=None, drop_last=True),
        'batchSizeZero': lambda: DataLoader(data, batch_size=0),
        'batchSizeFraction': lambda: DataLoader(data, batch_size=2.5),
        'streamAndShuffle': lambda: DataLoader(Stream(), shuffle=True),
        'streamLength': lambda: len(DataLoader(Stream())),
        'emptyShuffle': lambda: DataLoader([], shuffle=True),
        'numSamples': lambda: RandomSampler(range(4), num_samples=0),
        'weightsNotFlat': lambda: WeightedRandomSampler([[1.0, 2.0]], 2),
        'weightsNumSamples': lambda: WeightedRandomSampler([1.0], -1),
        'rankTooLarge': lambda: DistributedSampler(range(5), num_replicas=2, rank=2),
        'rankNegative': lambda: DistributedSampler(range(5), num_replicas=2, rank=-1),
        'splitSum': lambda: random_split(range(10), [3, 3]),
        'splitFraction': lambda: random_split(range(10), [-0.5, 1.5]),
        'sizeMismatch': lambda: TensorDataset(torch.zeros(2), torch.zeros(3)),
        'tensorDatasetIndex': lambda: data[6],
        'concatEmpty': lambda: torch.utils.data.ConcatDataset([]),
        'concatStream': lambda: torch.utils.data.ConcatDataset([Stream()]),
        'concatIndex': lambda: torch.utils.data.ConcatDataset([[1, 2]])[-3],
        'collateSizes': lambda: default_collate([[1, 2], [1]]),
        'collateShapes': lambda: default_collate([torch.zeros(2), torch.zeros(3)]),
        'collateNone': lambda: default_collate([None]),
        'lambda': lambda: transforms.Lambda(3),
        'toTensor': lambda: transforms.ToTensor()(3),
        'normalizeType': lambda: transforms.Normalize([0.5], [0.5])(3),
        'normalizeDims': lambda: transforms.Normalize([0.5], [0.5])(torch.zeros(2, 3)),
        'normalizeInt': lambda: transforms.Normalize([0.5], [0.5])(torch.zeros(1, 2, 3, dtype=torch.uint8)),
        'normalizeZero': lambda: transforms.Normalize([0.5], [0])(torch.zeros(1, 2, 3)),
    }
    return {name: error(fn) for name, fn in cases.items()}


def pictures():
    """ToTensor of every byte, and with Normalize; float32 bits as integers."""
    def bits(t):
        return t.contiguous().numpy().view(np.int32).flatten().tolist()

    gray = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16), mode='L')
    rgb = Image.fromarray((np.arange(4 * 5 * 3) * 7 % 256).astype(np.uint8).reshape(4, 5, 3), mode='RGB')
    normalize = transforms.Normalize((0.1307,), (0.3081,))
    normalize3 = transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    to_tensor = transforms.ToTensor()
    return {
        'gray': bits(to_tensor(gray)), 'grayNormalized': bits(normalize(to_tensor(gray))),
        'rgb': bits(to_tensor(rgb)), 'rgbNormalized': bits(normalize3(to_tensor(rgb))),
        'rgbBytes': np.array(rgb).flatten().tolist(),
    }


def main():
    out = {
        'seeds': [{
            'seed': seed, 'loaders': loaders(seed), 'partial': partial(seed), 'ownGenerator': own_generator_after(seed),
            'samplers': samplers(seed), 'splits': splits(seed),
        } for seed in SEEDS],
        'shares': shares(),
        'errors': errors(),
        'pictures': pictures(),
    }
    path = pathlib.Path(__file__).parents[2] / 'packages/data/test/fixtures/pytorch.json'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(out, separators=(',', ':')) + '\n')
    print(f'wrote {path} ({path.stat().st_size} bytes)')


if __name__ == '__main__':
    main()
