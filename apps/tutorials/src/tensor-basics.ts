import * as torch from 'sconce';
import type { Print } from './print.js';

/** "What is PyTorch?": making tensors, adding them, indexing, other shapes, and typed arrays in NumPy's place. */
export async function tensorBasics(print: Print): Promise<void> {
  torch.manualSeed(0);

  // a 5×3 matrix, not initialised
  let x = torch.empty(5, 3);
  print(x.size());

  // drawn at random
  x = torch.rand(5, 3);
  print(x);

  // zeros, of dtype long
  x = torch.zeros(5, 3, { dtype: torch.long });
  print(x);

  // straight from data
  x = torch.tensor([5.5, 3]);
  print(x);

  // from another tensor
  x = x.newOnes(5, 3, { dtype: torch.double });
  print(x);
  x = torch.randnLike(x, { dtype: torch.float });
  print(x);
  print(x.size());

  // addition: as a method (TypeScript has no operators to overload), as a function, into a given tensor
  let y = torch.rand(5, 3);
  print(x.add(y));
  print(torch.add(x, y));
  const result = torch.empty(5, 3);
  torch.add(x, y, { out: result });
  print(result);

  // and in place
  y.add_(x);
  print(y);

  // the second column
  print(x.index(':', 1));

  // other shapes
  x = torch.randn(4, 4);
  y = x.view(16);
  const z = x.view(-1, 8);
  print(x.size(), y.size(), z.size());

  // the value of one element
  x = torch.randn(1);
  print(x);
  print(await x.item());

  // products
  let a = torch.tensor([[1, 2], [3, 4]]);
  let b = torch.tensor([[2, 3], [4, 5]]);
  print(a.mul(b));
  print(torch.mm(a, b));
  print(torch.dot(torch.tensor([1, 2]), torch.tensor([3, 4])));
  print(torch.cross(torch.tensor([1, 0, 0]), torch.tensor([0, 1, 0]), 0));
  try {
    torch.cross(a, b);
  } catch (error) {
    print((error as Error).message);
  }

  // a tensor and its typed array share memory
  a = torch.ones(5);
  print(a);
  const array = a.numpy();
  print(array);
  a.add_(1);
  print(a);
  print(array);

  // and so do a typed array and its tensor
  const numbers = new Float64Array(5).fill(1);
  b = torch.fromNumpy(numbers);
  numbers.forEach((value, i) => { numbers[i] = value + 1; });
  print(numbers);
  print(b);
}
