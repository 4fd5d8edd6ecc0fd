import torch
import torch.nn as nn


def main(print):
    torch.manual_seed(0)

    # squeeze drops dimensions of size 1
    x = torch.zeros(2, 1, 2, 1, 2)
    print(x.size())
    print(torch.squeeze(x).size())
    print(torch.squeeze(x, 0).size())
    print(torch.squeeze(x, 1).size())

    # unsqueeze adds one
    x = torch.tensor([1.0, 2.0, 3.0, 4.0])
    print(torch.unsqueeze(x, 0))
    print(torch.unsqueeze(x, 1))
    print(x.unsqueeze(-1).size())

    # cat joins along a dimension that is there
    x = torch.randn(2, 3)
    print(x)
    print(torch.cat((x, x, x), 0))
    print(torch.cat((x, x, x), 1))

    # stack joins along a new one
    a = torch.arange(0, 4)
    b = torch.arange(4, 8)
    print(torch.stack((a, b)))
    print(torch.stack((a, b), 1))
    print(torch.stack((a, b), 1).size())

    # meshgrid
    x = torch.tensor([1.0, 2.0, 3.0])
    y = torch.tensor([4.0, 5.0])
    grid_x, grid_y = torch.meshgrid(x, y, indexing='ij')
    print(grid_x)
    print(grid_y)
    grid_x, grid_y = torch.meshgrid(x, y, indexing='xy')
    print(grid_x)

    # the largest value, of all and along a dimension
    x = torch.randn(3, 4)
    print(x)
    print(torch.max(x))
    print(torch.max(x, 1))
    values, indices = torch.max(x, 0, keepdim=True)
    print(values)
    print(indices)

    # pooling: whether a window that hangs over the edge counts
    x = torch.tensor([
        [1.0, 2.0, 0.0, 3.0, 1.0],
        [0.0, 1.0, 2.0, 3.0, 1.0],
        [1.0, 2.0, 1.0, 0.0, 0.0],
        [5.0, 2.0, 3.0, 1.0, 1.0],
        [2.0, 1.0, 0.0, 1.0, 1.0],
    ])
    x = torch.reshape(x, (-1, 1, 5, 5))
    print(x.shape)
    pool = nn.MaxPool2d(kernel_size=3, ceil_mode=True)
    print(pool)
    print(pool(x))
    print(nn.MaxPool2d(kernel_size=3, ceil_mode=False)(x))
    print(nn.AvgPool2d(kernel_size=2, ceil_mode=True)(x))
