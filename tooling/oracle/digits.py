"""Data sets for the recording scripts: the digits that Sconce draws, and MNIST."""
import gzip
import pathlib
import subprocess

import numpy as np
import torch
from torch.utils.data import TensorDataset

HERE = pathlib.Path(__file__).resolve().parent


def dataset(pixels, labels):
    """As ToTensor makes them: float32 of shape [1, 28, 28], from 0 to 1."""
    images = torch.from_numpy(pixels.reshape(-1, 1, 28, 28).copy()).to(torch.float32).div(255)
    return TensorDataset(images, torch.from_numpy(labels.astype(np.int64)))


def synthetic(split, count):
    """The first digits of Sconce's SyntheticDigits ('train' or 'test')."""
    run = subprocess.run(['node', HERE / 'digits.mjs', split, str(count)], stdout=subprocess.PIPE, check=True)
    data = np.frombuffer(run.stdout, np.uint8)
    return dataset(data[count:], data[:count])


def mnist(folder, split):
    """MNIST from torchvision's folder layout, packed files."""
    prefix = pathlib.Path(folder) / 'MNIST/raw' / {'train': 'train', 'test': 't10k'}[split]
    with gzip.open(f'{prefix}-images-idx3-ubyte.gz') as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16)
    with gzip.open(f'{prefix}-labels-idx1-ubyte.gz') as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return dataset(pixels, labels)
