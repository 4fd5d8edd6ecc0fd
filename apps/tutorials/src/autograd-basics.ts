import * as torch from 'sconce';
import type { Print } from './print.js';

/** "A gentle introduction to autograd": gradients of vectors and of means, a graph that depends on data, no_grad. */
export async function autogradBasics(print: Print): Promise<void> {
  torch.manualSeed(0);

  // Q = 3a³ - b²: Q has two elements, so backward() is given the gradient of Q
  let a = torch.tensor([2, 3], { requiresGrad: true });
  let b = torch.tensor([6, 4], { requiresGrad: true });
  const Q = a.pow(3).mul(3).sub(b.pow(2));
  print(Q);
  const externalGrad = torch.tensor([1, 1]);
  Q.backward(externalGrad);
  print(a.grad);
  print(b.grad);
  print(a.pow(2).mul(9).eq(a.grad!));
  print(b.mul(-2).eq(b.grad!));

  // z = 3(x + 2)², and its mean
  let x = torch.ones(2, 2, { requiresGrad: true });
  print(x);
  let y = x.add(2);
  print(y);
  print(y.gradFn);
  const z = y.mul(y).mul(3);
  const out = z.mean();
  print(z, out);
  out.backward();
  print(x.grad);

  // requiresGrad is false unless asked for, and can be changed in place
  a = torch.randn(2, 2);
  a = a.mul(3).div(a.sub(1));
  print(a.requiresGrad);
  a.requiresGrad_(true);
  print(a.requiresGrad);
  b = a.mul(a).sum();
  print(b.gradFn);

  // a graph whose length depends on the data
  x = torch.randn(3, { requiresGrad: true });
  y = x.mul(2);
  while (Number(await y.data.norm().item()) < 1000) {
    y = y.mul(2);
  }
  print(y);
  try {
    y.backward();
  } catch (error) {
    print((error as Error).message);
  }
  const v = torch.tensor([0.1, 1.0, 0.0001], { dtype: torch.float });
  y.backward(v);
  print(x.grad);

  // without a graph
  print(x.requiresGrad);
  print(x.pow(2).requiresGrad);
  torch.noGrad(() => {
    print(x.pow(2).requiresGrad);
  });
  y = x.detach();
  print(y.requiresGrad);
  print(x.eq(y).all());
}
