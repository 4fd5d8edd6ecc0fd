import * as torch from 'sconce';
import type { Print } from './print.js';

const { autograd } = torch;

/** "Autograd mechanics": the graph, what it saves, leaves, accumulation, and doing without it. */
export async function autogradMechanics(print: Print): Promise<void> {
  torch.manualSeed(0);

  // every result knows the function that made it; its inputs' functions are next
  let x = torch.ones(2, 2, { requiresGrad: true });
  let y = x.mul(2).add(1);
  let z = y.pow(2).mean();
  print(z.gradFn);
  print(z.gradFn!.nextFunctions[0][0]);
  let node = z.gradFn!;
  while (node.nextFunctions.length > 0) {
    node = node.nextFunctions[0][0]!;
    print(node);
  }
  print(node.variable === x);

  // what the backward pass needs is saved in the graph
  x = torch.randn(5, { requiresGrad: true });
  y = x.pow(2);
  print(await y.gradFn!.savedTensors[0].equal(x));
  y = x.exp();
  print(await y.gradFn!.savedTensors[0].equal(y));

  // and given up by it
  y.sum().backward();
  try {
    y.sum().backward();
  } catch (error) {
    print((error as Error).message);
  }

  // a saved tensor that was written to is noticed
  let a = torch.tensor([1, 2, 3], { requiresGrad: true });
  let b = a.exp();
  b.add_(1);
  try {
    b.sum().backward();
  } catch (error) {
    print((error as Error).message);
  }

  // leaves: tensors that no recorded function made
  a = torch.rand(3);
  b = torch.rand(3, { requiresGrad: true });
  const c = b.add(1);
  print(a.isLeaf, b.isLeaf, c.isLeaf);
  print(torch.rand(3, { requiresGrad: true }).double().isLeaf);
  print(c.detach().isLeaf);
  try {
    b.add_(1);
  } catch (error) {
    print((error as Error).message);
  }

  // only leaves keep their gradient, unless others are asked to
  x = torch.tensor([1, 2], { requiresGrad: true });
  y = x.mul(3);
  y.retainGrad();
  y.mul(y).sum().backward();
  print(x.grad);
  print(y.grad);

  // gradients add up until they are set back
  const w = torch.tensor([1, 2], { requiresGrad: true });
  const loss = w.mul(w).sum();
  loss.backward(null, { retainGraph: true });
  print(w.grad);
  loss.backward();
  print(w.grad);
  w.grad!.zero_();
  print(w.grad);

  // gradients without touching .grad, and gradients of gradients
  x = torch.tensor([2], { requiresGrad: true });
  y = x.pow(3);
  const [dx] = autograd.grad(y, x, null, { createGraph: true });
  const [ddx] = autograd.grad(dx!, x);
  print(await dx!.item(), await ddx!.item());

  // nothing is recorded inside noGrad
  torch.noGrad(() => {
    y = x.mul(2);
    print(torch.isGradEnabled());
    torch.enableGrad(() => {
      z = x.mul(2);
    });
  });
  print(y.requiresGrad, y.gradFn);
  print(z.requiresGrad, z.gradFn);
}
