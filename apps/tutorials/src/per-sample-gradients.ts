import * as torch from 'sconce';
import type { Print } from './print.js';

const { nn } = torch, F = nn.functional;
const { functionalCall, grad, hessian, jacrev, vmap } = torch.func;

/** `torch.func`: the gradients of each sample, several networks as one, derivatives of each row. */
export async function perSampleGradients(print: Print): Promise<void> {
  torch.manualSeed(0);

  const net = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2));
  const x = torch.randn(5, 3);
  const y = torch.randint(0, 2, [5]);

  // the gradients of each sample, in one call
  const params = Object.fromEntries([...net.namedParameters()].map(([name, p]) => [name, p.detach()]));

  const loss = (params: Record<string, torch.Tensor>, x: torch.Tensor, y: torch.Tensor) => {
    const out = functionalCall(net, params, [x.unsqueeze(0)]);
    return F.crossEntropy(out, y.unsqueeze(0));
  };

  const each = vmap(grad(loss), { inDims: [null, 0, 0] })(params, x, y);
  for (const [name, g] of Object.entries(each)) print(name, g.shape);
  print(each['2.bias']);

  // their means are those of the batch
  F.crossEntropy(net(x), y).backward();
  for (const [name, p] of net.namedParameters()) print(name, await torch.allclose(each[name].mean(0), p.grad!, { atol: 1e-6 }));

  // several networks as one
  const weights = torch.randn(3, 2, 4);
  const linear = (x: torch.Tensor, weight: torch.Tensor) => F.linear(x, weight);
  print(vmap(linear, { inDims: [null, 0] })(torch.ones(4), weights));
  print(vmap(vmap(linear, { inDims: [0, null] }), { inDims: [null, 0] })(torch.eye(4), weights).shape);

  // derivatives of each row
  print(vmap(jacrev(torch.sin))(x.narrow(0, 0, 2)));
  print(hessian((v: torch.Tensor) => v.pow(3).sum())(torch.tensor([1, 2])));
  print(grad(grad((v: torch.Tensor) => v.sin()))(torch.tensor(1)));
}
