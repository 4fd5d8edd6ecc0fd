"""Records how PyTorch trains the network of apps/cifar10, for its tests, or trains beside a report of the program.

Run with a Python that has PyTorch 1.13; the archive, if given, is cifar-10-binary.tar.gz or a sample of it:
    python3 tooling/oracle/cifar10.py [ARCHIVE]
It writes apps/cifar10/test/fixtures/pytorch.json. With the file that `npm run cifar10 -- --data ARCHIVE --json REPORT` wrote,
it writes nothing, trains as many epochs with the program's default options from seed 0, and compares:
    python3 tooling/oracle/cifar10.py ARCHIVE REPORT
"""
import json
import pathlib
import sys
import tarfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

FILE = pathlib.Path(__file__).resolve().parents[2] / 'apps/cifar10/test/fixtures/pytorch.json'


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def drawn(count, first):
    """Records that the tests make by the same formula."""
    i = np.arange(first, first + count)[:, None]
    p = np.arange(3072)[None, :]
    label = (i * 7) % 10
    return np.concatenate([label, (label * 23 + p * (label + 3) + i * 5) % 256], axis=1).astype(np.uint8)


def dataset(records):
    labels = torch.from_numpy(records[:, 0].astype(np.int64))
    images = torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()).float().div(255)
    return TensorDataset(images.sub(0.5).div(0.5), labels)


def run(train, test, epochs, batch_size, lr, momentum, seed):
    torch.manual_seed(seed)
    train_loader = DataLoader(dataset(train), batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(dataset(test), batch_size=batch_size)
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum)
    criterion = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        net.train()
        for images, targets in train_loader:
            optimizer.zero_grad()
            loss = criterion(net(images), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        net.eval()
        right = 0
        with torch.no_grad():
            for images, targets in test_loader:
                right += (net(images).argmax(1) == targets).sum().item()
        accuracies.append(right / len(test))
    return {'epochs': epochs, 'batchSize': batch_size, 'lr': lr, 'momentum': momentum, 'seed': seed,
            'firstLosses': losses[:100], 'testAcc': accuracies}


def records(archive, name):
    return np.frombuffer(archive.extractfile(f'cifar-10-batches-bin/{name}').read(), np.uint8).reshape(-1, 3073)


def split(path):
    with tarfile.open(path) as archive:
        batches = [f'data_batch_{i}.bin' for i in range(1, 6)]
        there = {pathlib.PurePath(name).name for name in archive.getnames()}
        return (np.concatenate([records(archive, name) for name in batches if name in there]), records(archive, 'test_batch.bin'))


def record(path=None):
    out = {'drawn': run(drawn(160, 0), drawn(40, 160), 2, 8, 0.01, 0.9, 0)}
    if path:
        train, test = split(path)
        out['sample'] = run(train[:400], test[:400], 1, 4, 0.001, 0.9, 0)
    FILE.write_text(json.dumps(out) + '\n')
    print({k: (v['firstLosses'][:3], v['testAcc']) for k, v in out.items()})


def compare(path, report):
    """The first losses within 1e-3, the accuracy after the last epoch within two points."""
    own = json.loads(pathlib.Path(report).read_text())
    theirs = run(*split(path), len(own['epochs']), 4, 0.001, 0.9, 0)
    losses = [abs(a - b) for a, b in zip(own['firstLosses'], theirs['firstLosses'], strict=True)]
    print(f'{len(losses)} losses within {max(losses):.1e}')
    points = []
    for i, (ours, accuracy) in enumerate(zip(own['epochs'], theirs['testAcc'])):
        points.append(abs(ours['testAcc'] - accuracy) * 100)
        print(f'epoch {i + 1}: accuracy {ours["testAcc"]:.4f}, PyTorch {accuracy:.4f}')
    return max(losses) <= 1e-3 and points[-1] <= 2


if __name__ == '__main__':
    if len(sys.argv) > 2:
        raise SystemExit(0 if compare(sys.argv[1], sys.argv[2]) else 1)
    record(*sys.argv[1:])
