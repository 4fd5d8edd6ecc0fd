import numpy as np
import torch


def main(print):
    torch.manual_seed(0)

    # a 5×3 matrix, not initialised
    x = torch.empty(5, 3)
    print(x.size())

    # drawn at random
    x = torch.rand(5, 3)
    print(x)

    # zeros, of dtype long
    x = torch.zeros(5, 3, dtype=torch.long)
    print(x)

    # straight from data
    x = torch.tensor([5.5, 3])
    print(x)

    # from another tensor
    x = x.new_ones(5, 3, dtype=torch.double)
    print(x)
    x = torch.randn_like(x, dtype=torch.float)
    print(x)
    print(x.size())

    # addition: as an operator, as a function, into a given tensor
    y = torch.rand(5, 3)
    print(x + y)
    print(torch.add(x, y))
    result = torch.empty(5, 3)
    torch.add(x, y, out=result)
    print(result)

    # and in place
    y.add_(x)
    print(y)

    # the second column
    print(x[:, 1])

    # other shapes
    x = torch.randn(4, 4)
    y = x.view(16)
    z = x.view(-1, 8)
    print(x.size(), y.size(), z.size())

    # the value of one element
    x = torch.randn(1)
    print(x)
    print(x.item())

    # products
    a = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    b = torch.tensor([[2.0, 3.0], [4.0, 5.0]])
    print(a * b)
    print(torch.mm(a, b))
    print(torch.dot(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])))
    print(torch.cross(torch.tensor([1.0, 0.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]), dim=0))
    try:
        torch.cross(a, b)
    except RuntimeError as error:
        print(error)

    # a tensor and its NumPy array share memory
    a = torch.ones(5)
    print(a)
    b = a.numpy()
    print(b)
    a.add_(1)
    print(a)
    print(b)

    # and so do a NumPy array and its tensor
    a = np.ones(5)
    b = torch.from_numpy(a)
    np.add(a, 1, out=a)
    print(a)
    print(b)
