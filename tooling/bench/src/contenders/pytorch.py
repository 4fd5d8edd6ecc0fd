"""PyTorch, as a process that serves requests: what serve.mjs is for JavaScript.

    OPENBLAS_NUM_THREADS=1 python3 pytorch.py 1 FOLDER [cuda]

torch.set_num_threads alone does not bind OpenBLAS. FOLDER holds MNIST/raw. On a GPU every step waits until it is done. A row's step is given as an expression and
its names, so that timeit compiles it into its loop: a call of a Python function would cost what adding three floats does.
"""
import json
import math
import os
import sys
import time
import timeit

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SEED = {'input': 1, 'labels': 2, 'second': 3, 'parameters': 100}
SGD = {'lr': 0.01, 'momentum': 0.9}
EPOCH_LR = 0.01
ADAM = {'lr': 1e-3, 'betas': (0.9, 0.999), 'eps': 1e-8}
LINK = {'factor': 0.99, 'summand': 0.01}
DEVICE = sys.argv[3] if len(sys.argv) > 3 else 'cpu'


def uniform(seed, count, low=-1.0, high=1.0):
    """numbers.mjs has the same."""
    with np.errstate(over='ignore'):
        h = (np.arange(count, dtype=np.uint32) ^ np.uint32(seed * 0x9e3779b9 & 0xffffffff)) * np.uint32(0x85ebca6b)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xc2b2ae35)
        h ^= h >> np.uint32(16)
    return torch.from_numpy((low + (high - low) * ((h >> np.uint32(8)) / 2 ** 24)).astype(np.float32))


def filled(seed, shape, low=-1.0, high=1.0):
    return uniform(seed, math.prod(shape), low, high).view(*shape).to(DEVICE)


def digest(values):
    values = values.detach().cpu().contiguous().view(-1).double()
    return (values.abs() * (torch.arange(len(values)) % 7 + 1)).mean().item()


def make_layer(layer):
    if isinstance(layer, str):
        return {'relu': nn.ReLU(), 'pool': nn.MaxPool2d(2), 'flatten': nn.Flatten()}[layer]
    return nn.Conv2d(*layer['conv']) if 'conv' in layer else nn.Linear(*layer['linear'])


def network(layers):
    net = nn.Sequential(*map(make_layer, layers)).to(DEVICE)
    bound = 0
    with torch.no_grad():
        for i, p in enumerate(net.parameters()):
            if i % 2 == 0:
                bound = 1 / math.sqrt(p[0].numel())
            p.copy_(filled(SEED['parameters'] + i, p.shape, -bound, bound))
    return net


def train(row, _):
    net, criterion = network(row['layers']), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), **SGD)
    x = filled(SEED['input'], [row['batch'], *row['shape']])
    y = uniform(SEED['labels'], row['batch'], 0, 10).floor().long().to(DEVICE)

    def step():
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return 'step()', {'step': step}, float


def epoch(row, folder):
    """The MNIST table's epoch, the script beside which apps/tutorials is laid."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    torch.manual_seed(0)
    transform = transforms.ToTensor()
    train_set, test_set = (datasets.MNIST(folder, train=is_train, transform=transform) for is_train in (True, False))
    train_loader = DataLoader(train_set, batch_size=row['batch'], shuffle=True)
    test_loader = DataLoader(test_set, batch_size=row['batch'])
    net, criterion = nn.Sequential(*map(make_layer, row['layers'])), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=EPOCH_LR)

    def step():
        train_loss = train_right = test_loss = test_right = 0
        net.train()
        for images, targets in train_loader:
            out = net(images)
            loss = criterion(out, targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            train_loss += loss.item() * images.size(0)
            train_right += out.argmax(1).eq(targets).sum().item()
        net.eval()
        with torch.no_grad():
            for images, targets in test_loader:
                out = net(images)
                test_loss += criterion(out, targets).item() * images.size(0)
                test_right += out.argmax(1).eq(targets).sum().item()
        return train_loss / len(train_set)

    return 'step()', {'step': step}, float


def loader(row, folder):
    """contenders/loader.mjs has the same: a step is a batch of digits, or all batches of pictures."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    workers = int(os.environ['SCONCE_BENCH_WORKERS'])
    digits = row['kind'] == 'digits'
    mean, std = ([0.1307], [0.3081]) if digits else ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    tensors = [transforms.ToTensor(), transforms.Normalize(mean, std)]

    def make(sizes, workers):
        transform = transforms.Compose([*sizes, *tensors])
        data = datasets.MNIST(folder, transform=transform) if digits else datasets.ImageFolder(row['folder'], transform=transform)
        return DataLoader(data, batch_size=row['batch'], shuffle=True, num_workers=workers, persistent_workers=workers > 0)

    def value(_):
        torch.manual_seed(0)
        return digest(next(iter(make([] if digits else [transforms.Resize((224, 224))], 0)))[0])

    if digits:
        def for_ever(batches):
            while True:
                yield from batches
        return 'next(batches)', {'batches': for_ever(make([], workers)), 'next': next}, value

    batches = make([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip()], workers)

    def step():
        for _ in batches:
            pass
    step()
    return 'step()', {'step': step}, value


def adam(row, _):
    p = nn.Parameter(filled(SEED['input'], row['shape']))
    p.grad = filled(SEED['second'], row['shape'])
    return 'step()', {'step': torch.optim.Adam([p], **ADAM).step}, lambda _: digest(p)


def matmul(row, _):
    return 'a @ b', {'a': filled(SEED['input'], row['shape']), 'b': filled(SEED['second'], row.get('second', row['shape']))}, digest


def add(row, _):
    return 'x + x', {'x': filled(SEED['input'], row['shape'])}, digest


def chain(row, _):
    return 'x' + f".mul({LINK['factor']}).add({LINK['summand']})" * (row['count'] // 2), {'x': filled(SEED['input'], row['shape'])}, digest


def softmax(row, _):
    return 'x.softmax(1)', {'x': filled(SEED['input'], row['shape'], -5, 5)}, digest


def layernorm(row, _):
    size = row['shape'][1:]
    return 'layer_norm(x, size, weight, bias)', {
        'layer_norm': F.layer_norm, 'size': size, 'x': filled(SEED['input'], row['shape']),
        'weight': filled(SEED['second'], size), 'bias': filled(SEED['labels'], size),
    }, digest


def total(row, _):
    return f"x.sum({row['dim']})", {'x': filled(SEED['input'], row['shape'])}, digest


def conv(row, _):
    channels = row['shape'][1]
    return f"conv2d(x, weight, stride={row['stride']}, padding=1)", {
        'conv2d': F.conv2d, 'x': filled(SEED['input'], row['shape']),
        'weight': filled(SEED['second'], [channels, channels, 3, 3], -0.05, 0.05),
    }, digest


KINDS = {
    'train': train, 'epoch': epoch, 'digits': loader, 'pictures': loader, 'adam': adam, 'matmul': matmul, 'add': add, 'chain': chain,
    'softmax': softmax, 'layernorm': layernorm, 'sum': total, 'conv': conv,
}


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.timer = None

    def setup(self, row):
        expression, names, value_of = KINDS[row['kind']](row, self.folder)
        waiting = '' if DEVICE == 'cpu' else '; synchronize()'
        self.timer = timeit.Timer(expression + waiting, globals={**names, 'synchronize': torch.cuda.synchronize})
        start = time.perf_counter()
        for _ in range(row['checks']):
            value = value_of(eval(expression, names))
        return {'value': value, 'us': (time.perf_counter() - start) * 1e6 / row['checks']}

    def time(self, steps):
        return {'us': self.timer.timeit(steps) * 1e6 / steps}

    def warm(self, ms):
        end, steps, us = time.perf_counter() + ms / 1000, 1, 0
        while time.perf_counter() < end:
            us = self.time(steps)['us']
            steps = max(1, min(2 * steps, math.ceil(ms * 250 / us)))
        return {'us': us}

    def answer(self, request):
        (name, argument), = request.items()
        try:
            return {'setup': self.setup, 'time': self.time, 'warm': self.warm}[name](argument)
        except Exception as error:
            return {'error': f'{type(error).__name__}: {error}'}


if __name__ == '__main__':
    threads, folder = int(sys.argv[1]), sys.argv[2]
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    # float32 is to be float32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    server = Server(folder)
    for line in sys.stdin:
        print(json.dumps(server.answer(json.loads(line))), flush=True)
