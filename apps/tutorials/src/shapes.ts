import * as torch from 'sconce';
import type { Print } from './print.js';

const { nn } = torch;

/** Shapes: squeezing, joining, grids, the largest along a dimension, and pooling at the edge. */
export function shapes(print: Print): void {
  torch.manualSeed(0);

  // squeeze drops dimensions of size 1
  let x = torch.zeros(2, 1, 2, 1, 2);
  print(x.size());
  print(torch.squeeze(x).size());
  print(torch.squeeze(x, 0).size());
  print(torch.squeeze(x, 1).size());

  // unsqueeze adds one
  x = torch.tensor([1, 2, 3, 4]);
  print(torch.unsqueeze(x, 0));
  print(torch.unsqueeze(x, 1));
  print(x.unsqueeze(-1).size());

  // cat joins along a dimension that is there
  x = torch.randn(2, 3);
  print(x);
  print(torch.cat([x, x, x], 0));
  print(torch.cat([x, x, x], 1));

  // stack joins along a new one
  const a = torch.arange(0, 4);
  const b = torch.arange(4, 8);
  print(torch.stack([a, b]));
  print(torch.stack([a, b], 1));
  print(torch.stack([a, b], 1).size());

  // meshgrid
  x = torch.tensor([1, 2, 3]);
  const y = torch.tensor([4, 5]);
  let [gridX, gridY] = torch.meshgrid([x, y], { indexing: 'ij' });
  print(gridX);
  print(gridY);
  [gridX, gridY] = torch.meshgrid([x, y], { indexing: 'xy' });
  print(gridX);

  // the largest value, of all and along a dimension
  x = torch.randn(3, 4);
  print(x);
  print(torch.max(x));
  print(torch.max(x, 1));
  const [values, indices] = torch.max(x, 0, { keepdim: true });
  print(values);
  print(indices);

  // pooling: whether a window that hangs over the edge counts
  x = torch.tensor([
    [1, 2, 0, 3, 1],
    [0, 1, 2, 3, 1],
    [1, 2, 1, 0, 0],
    [5, 2, 3, 1, 1],
    [2, 1, 0, 1, 1],
  ]);
  x = torch.reshape(x, [-1, 1, 5, 5]);
  print(x.shape);
  const pool = new nn.MaxPool2d(3, { ceilMode: true });
  print(pool);
  print(pool(x));
  print(new nn.MaxPool2d(3, { ceilMode: false })(x));
  print(new nn.AvgPool2d(2, { ceilMode: true })(x));
}
