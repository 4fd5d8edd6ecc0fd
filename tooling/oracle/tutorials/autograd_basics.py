import torch


def main(print):
    torch.manual_seed(0)

    # Q = 3a³ - b²: Q has two elements, so backward() is given the gradient of Q
    a = torch.tensor([2.0, 3.0], requires_grad=True)
    b = torch.tensor([6.0, 4.0], requires_grad=True)
    Q = 3 * a ** 3 - b ** 2
    print(Q)
    external_grad = torch.tensor([1.0, 1.0])
    Q.backward(gradient=external_grad)
    print(a.grad)
    print(b.grad)
    print(9 * a ** 2 == a.grad)
    print(-2 * b == b.grad)

    # z = 3(x + 2)², and its mean
    x = torch.ones(2, 2, requires_grad=True)
    print(x)
    y = x + 2
    print(y)
    print(y.grad_fn)
    z = y * y * 3
    out = z.mean()
    print(z, out)
    out.backward()
    print(x.grad)

    # requires_grad is false unless asked for, and can be changed in place
    a = torch.randn(2, 2)
    a = (a * 3) / (a - 1)
    print(a.requires_grad)
    a.requires_grad_(True)
    print(a.requires_grad)
    b = (a * a).sum()
    print(b.grad_fn)

    # a graph whose length depends on the data
    x = torch.randn(3, requires_grad=True)
    y = x * 2
    while y.data.norm() < 1000:
        y = y * 2
    print(y)
    try:
        y.backward()
    except RuntimeError as error:
        print(error)
    v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float)
    y.backward(v)
    print(x.grad)

    # without a graph
    print(x.requires_grad)
    print((x ** 2).requires_grad)
    with torch.no_grad():
        print((x ** 2).requires_grad)
    y = x.detach()
    print(y.requires_grad)
    print(x.eq(y).all())
