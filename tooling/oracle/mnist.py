"""Records how PyTorch trains the networks of apps/mnist, for its tests.

Run with a Python that has PyTorch 1.13; the folder, if given, holds MNIST/raw as torchvision lays it out:
    python3 tooling/oracle/mnist.py [FOLDER]
It writes apps/mnist/test/fixtures/pytorch.json. With a checkpoint that the program wrote (`--save`) on synthetic digits and
the report (`--json`) of the run that resumed it, it writes nothing, goes on from the same checkpoint, and compares:
    python3 tooling/oracle/mnist.py --resume CHECKPOINT REPORT
"""
import json
import pathlib
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader

import digits

FILE = pathlib.Path(__file__).resolve().parents[2] / 'apps/mnist/test/fixtures/pytorch.json'


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


MODELS = {
    'linear3': lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 300), nn.Linear(300, 100), nn.Linear(100, 10)),
    'mlp': lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)),
    'lenet': LeNet,
}


def run(train_set, test_set, model, epochs, batch_size, lr, momentum, seed, batches=None, checkpoint=None):
    """What `--json` of apps/mnist writes; with `batches`, the losses of that many only; with `checkpoint`, going on from it."""
    torch.manual_seed(seed)
    train_loader = DataLoader(train_set, batch_size=batch_size, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=batch_size)
    net = MODELS[model]()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum)
    if checkpoint:
        net.load_state_dict(checkpoint['model'])
        optimizer.load_state_dict(checkpoint['optimizer'])
        torch.set_rng_state(checkpoint['rng_state'])
    criterion = nn.CrossEntropyLoss()
    first_losses, records, per_class = [], [], []
    for _ in range(epochs):
        net.train()
        loss_sum, right = 0.0, 0
        for images, targets in train_loader:
            optimizer.zero_grad()
            outputs = net(images)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            loss_sum += loss.item() * len(images)
            right += (outputs.argmax(1) == targets).sum().item()
            if len(first_losses) < 10:
                first_losses.append(loss.item())
            if batches is not None and len(first_losses) == batches:
                return {'firstLosses': first_losses}
        net.eval()
        test_loss, hits, guesses = 0.0, [], []
        with torch.no_grad():
            for images, targets in test_loader:
                outputs = net(images)
                test_loss += criterion(outputs, targets).item() * len(images)
                guesses += outputs.argmax(1).tolist()
        labels = test_set.tensors[1].tolist()
        hits = [g == t for g, t in zip(guesses, labels)]
        per_class = [sum(h for h, t in zip(hits, labels) if t == d) / labels.count(d) for d in range(10)]
        records.append({
            'trainLoss': loss_sum / len(train_set), 'trainAcc': right / len(train_set),
            'testLoss': test_loss / len(test_set), 'testAcc': sum(hits) / len(test_set),
        })
        print(model, records[-1], flush=True)
    return {'firstLosses': first_losses, 'epochs': records, 'perClass': per_class}


def compare(path, report):
    """The first losses within 1e-4. Later ones are only told: where the loss falls steeply, PyTorch with another number of
    threads is as far from itself as 2e-2."""
    checkpoint, own = torch.load(path), json.loads(pathlib.Path(report).read_text())
    settings = checkpoint['settings']
    size = settings.get('limit')
    train, test = (digits.synthetic(split, min(size or n, n)) for split, n in (('train', 10000), ('test', 2000)))
    theirs = run(train, test, settings['model'], len(own['epochs']), settings['batch-size'], settings['lr'],
                 settings['momentum'], settings['seed'], checkpoint=checkpoint)
    first = max(abs(a - b) for a, b in zip(own['firstLosses'], theirs['firstLosses'], strict=True))
    epochs = max(abs(a[k] - b[k]) for a, b in zip(own['epochs'], theirs['epochs'], strict=True) for k in ('trainLoss', 'testLoss'))
    print(f'{len(own["firstLosses"])} losses within {first:.1e}, {len(own["epochs"])} epochs within {epochs:.1e}')
    return first <= 1e-4


if __name__ == '__main__':
    if sys.argv[1:2] == ['--resume']:
        raise SystemExit(0 if compare(*sys.argv[2:]) else 1)
    out = json.loads(FILE.read_text()) if FILE.exists() else {}
    train, test = digits.synthetic('train', 320), digits.synthetic('test', 320)
    out['synthetic'] = []
    for model, options in [
        ('linear3', dict(epochs=2, batch_size=32, lr=0.01, momentum=0, seed=0)),
        ('mlp', dict(epochs=2, batch_size=20, lr=0.1, momentum=0.9, seed=7)),
        ('lenet', dict(epochs=1, batch_size=64, lr=0.05, momentum=0.5, seed=1)),
    ]:
        out['synthetic'].append({'model': model, **options, 'report': run(train, test, model, **options)})
    if len(sys.argv) > 1:
        train, test = digits.mnist(sys.argv[1], 'train'), digits.mnist(sys.argv[1], 'test')
        options = dict(batch_size=32, lr=0.01, momentum=0, seed=0)
        out['mnist'] = [
            {'model': model, **options, 'report': run(train, test, model, epochs=1, batches=4, **options)}
            for model in ('linear3', 'mlp', 'lenet')
        ]
        table = run(train, test, 'linear3', epochs=5, **options)
        out['mnist'][0]['report'] = table
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(out, indent=1) + '\n')
