"""Real PyTorch and Sconce exchange checkpoints: each trains a small network, saves the state of network, optimizer and
schedule, and the other goes on. Both then have the same losses. A resnet18 of torchvision gives the same logits on either
side. Also .safetensors (where that is installed) and .npz.

Run by hand with a Python that has PyTorch 1.13 and torchvision (Sconce is bundled from its sources):
    python3 tooling/oracle/exchange.py
"""
import json
import pathlib
import subprocess
import tempfile

import numpy as np
import torch
import torchvision
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
STEPS_BEFORE, STEPS_AFTER, TOLERANCE = 10, 20, 1e-4

OPTIMIZERS = {
    'Adam': dict(lr=0.01, weight_decay=0.001),
    'AdamW': dict(lr=0.02, amsgrad=True),
    'SGD': dict(lr=0.1, momentum=0.9, nesterov=True),
    'RMSprop': dict(lr=0.01, centered=True),
    'Adagrad': dict(lr=0.1),
    'NAdam': dict(lr=0.01),
    'LBFGS': dict(lr=0.5, max_iter=3),
}


def network():
    return nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10))


def training(name):
    net = network()
    optimizer = getattr(torch.optim, name)(net.parameters(), **OPTIMIZERS[name])
    return net, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 4, gamma=0.8)


def steps(parts, x, y, count):
    net, optimizer, schedule = parts
    losses = []
    for _ in range(count):
        def closure():
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x), y)
            loss.backward()
            return loss
        losses.append(float(optimizer.step(closure)))
        schedule.step()
    return losses


def resnet():
    """A resnet18 that has seen pictures, so that its running statistics are not those it began with; and its logits."""
    net = torchvision.models.resnet18()
    with torch.no_grad():
        net(torch.randn(16, 3, 64, 64))
        images = torch.randn(10, 3, 64, 64)
        return net, images, net.eval()(images)


def save(parts, path):
    torch.save(dict(zip(('model', 'optimizer', 'schedule'), (p.state_dict() for p in parts)), note='naïve', steps=STEPS_BEFORE), path)


def load(name, path, **options):
    parts = training(name)
    checkpoint = torch.load(path, **options)
    assert (checkpoint['steps'], checkpoint['note']) == (STEPS_BEFORE, 'naïve')
    for key, part in zip(('model', 'optimizer', 'schedule'), parts):
        part.load_state_dict(checkpoint[key])
    return parts


def compare(what, ours, theirs, unit='losses'):
    worst = max(abs(a - b) for a, b in zip(ours, theirs, strict=True))
    print(f'{what}: {len(ours)} {unit} within {worst:.1e}{"" if worst <= TOLERANCE else "  TOO FAR"}')
    return worst <= TOLERANCE


def main():
    torch.manual_seed(1)
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        x, y = torch.randn(32, 1, 8, 8), torch.randint(10, (32,))
        np.savez_compressed(folder / 'data.npz', x=x.numpy(), y=y.numpy())
        big, images, logits = resnet()
        torch.save(big.state_dict(), folder / 'resnet18.python.pth')
        np.save(folder / 'images.npy', images.numpy())
        after = {}
        for optimizer in OPTIMIZERS:
            parts = training(optimizer)
            steps(parts, x, y, STEPS_BEFORE)
            save(parts, folder / f'{optimizer}.python.pth')
            after[optimizer] = steps(parts, x, y, STEPS_AFTER)
        try:
            import safetensors.torch
            safetensors.torch.save_file(network().state_dict(), folder / 'net.python.safetensors', metadata={'format': 'pt'})
        except ImportError:
            safetensors = None
        job = {'folder': name, 'optimizers': OPTIMIZERS, 'before': STEPS_BEFORE, 'after': STEPS_AFTER, 'safetensors': safetensors is not None}
        run = subprocess.run(['node', HERE / 'exchange.mjs', json.dumps(job)], stdout=subprocess.PIPE, check=True)
        sconce = json.loads(run.stdout)
        for optimizer in OPTIMIZERS:
            good &= compare(f'{optimizer}, PyTorch then Sconce', sconce['continued'][optimizer], after[optimizer])
            path = folder / f'{optimizer}.sconce.pth'
            good &= compare(f'{optimizer}, Sconce then PyTorch', steps(load(optimizer, path), x, y, STEPS_AFTER), sconce['own'][optimizer])
        good &= compare('resnet18, PyTorch then Sconce', np.load(folder / 'logits.npy').flatten(), logits.flatten().tolist(), 'logits')
        big = torchvision.models.resnet18().eval()
        big.load_state_dict(torch.load(folder / 'resnet18.sconce.pth'))
        good &= compare('resnet18, Sconce then PyTorch', big(images).flatten().tolist(), logits.flatten().tolist(), 'logits')
        # weights_only of PyTorch 1.13 knows no floats, so that it reads the network alone, also its own
        network().load_state_dict(torch.load(folder / 'net.sconce.pth', weights_only=True))
        print('weights_only: the network')
        with np.load(folder / 'data.sconce.npz') as arrays:
            assert np.array_equal(arrays['x'], x.numpy()) and np.array_equal(arrays['y'], y.numpy())
        if safetensors:
            ours = safetensors.torch.load_file(folder / 'net.sconce.safetensors')
            theirs = safetensors.torch.load_file(folder / 'net.python.safetensors')
            assert ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in theirs)
            print('safetensors: the same tensors')
    raise SystemExit(0 if good else 1)


if __name__ == '__main__':
    main()
