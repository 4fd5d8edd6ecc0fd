import torch
import torch.nn as nn
import torch.nn.functional as F
from functorch import grad, hessian, jacrev, vmap
from torch.nn.utils.stateless import functional_call


def main(print):
    torch.manual_seed(0)

    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x = torch.randn(5, 3)
    y = torch.randint(0, 2, (5,))

    # the gradients of each sample, in one call
    params = {name: p.detach() for name, p in net.named_parameters()}

    def loss(params, x, y):
        out = functional_call(net, params, (x.unsqueeze(0),))
        return F.cross_entropy(out, y.unsqueeze(0))

    each = vmap(grad(loss), in_dims=(None, 0, 0))(params, x, y)
    for name, g in each.items():
        print(name, g.shape)
    print(each['2.bias'])

    # their means are those of the batch
    F.cross_entropy(net(x), y).backward()
    for name, p in net.named_parameters():
        print(name, torch.allclose(each[name].mean(0), p.grad, atol=1e-6))

    # several networks as one
    weights = torch.randn(3, 2, 4)
    print(vmap(F.linear, in_dims=(None, 0))(torch.ones(4), weights))
    print(vmap(vmap(F.linear, in_dims=(0, None)), in_dims=(None, 0))(torch.eye(4), weights).shape)

    # derivatives of each row
    print(vmap(jacrev(torch.sin))(x[:2]))
    print(hessian(lambda v: (v ** 3).sum())(torch.tensor([1., 2.])))
    print(grad(grad(lambda v: v.sin()))(torch.tensor(1.)))
