import torch
from torch import autograd


def main(print):
    torch.manual_seed(0)

    # every result knows the function that made it; its inputs' functions are next
    x = torch.ones(2, 2, requires_grad=True)
    y = x * 2 + 1
    z = y.pow(2).mean()
    print(z.grad_fn)
    print(z.grad_fn.next_functions[0][0])
    node = z.grad_fn
    while node.next_functions:
        node = node.next_functions[0][0]
        print(node)
    print(node.variable is x)

    # what the backward pass needs is saved in the graph
    x = torch.randn(5, requires_grad=True)
    y = x.pow(2)
    print(y.grad_fn._saved_self.equal(x))
    y = x.exp()
    print(y.grad_fn._saved_result.equal(y))

    # and given up by it
    y.sum().backward()
    try:
        y.sum().backward()
    except RuntimeError as error:
        print(error)

    # a saved tensor that was written to is noticed
    a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    b = a.exp()
    b.add_(1)
    try:
        b.sum().backward()
    except RuntimeError as error:
        print(error)

    # leaves: tensors that no recorded function made
    a = torch.rand(3)
    b = torch.rand(3, requires_grad=True)
    c = b + 1
    print(a.is_leaf, b.is_leaf, c.is_leaf)
    print(torch.rand(3, requires_grad=True).double().is_leaf)
    print(c.detach().is_leaf)
    try:
        b.add_(1)
    except RuntimeError as error:
        print(error)

    # only leaves keep their gradient, unless others are asked to
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward()
    print(x.grad)
    print(y.grad)

    # gradients add up until they are set back
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    print(w.grad)
    loss.backward()
    print(w.grad)
    w.grad.zero_()
    print(w.grad)

    # gradients without touching .grad, and gradients of gradients
    x = torch.tensor([2.0], requires_grad=True)
    y = x ** 3
    (dx,) = autograd.grad(y, x, create_graph=True)
    (ddx,) = autograd.grad(dx, x)
    print(dx.item(), ddx.item())

    # nothing is recorded inside no_grad
    with torch.no_grad():
        y = x * 2
        print(torch.is_grad_enabled())
        with torch.enable_grad():
            z = x * 2
    print(y.requires_grad, y.grad_fn)
    print(z.requires_grad, z.grad_fn)
