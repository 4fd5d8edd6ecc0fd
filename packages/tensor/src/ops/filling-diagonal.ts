import { RuntimeError } from '../errors.js';
import { checked } from '../options.js';
import type { NumberLike } from '../scalar.js';
import type { Tensor } from '../tensor.js';
import { asStrided } from './views-windows.js';

export interface FillDiagonalOptions {
  /** begin anew below where a tall matrix has run out of columns, default false */
  readonly wrap?: boolean | undefined;
}

/**
 * Writes one value over the main diagonal, of a matrix or of more dimensions of one size.
 * @throws RuntimeError for vectors, and for more than two dimensions of different sizes
 * @see https://pytorch.org/docs/stable/generated/torch.Tensor.fill_diagonal_.html
 * @example torch.zeros(2, 3).fillDiagonal_(5) // tensor([[5., 0., 0.], [0., 5., 0.]])
 */
export function fillDiagonal_(x: Tensor, value: NumberLike, options: FillDiagonalOptions = {}): Tensor {
  const { wrap = false } = checked('fillDiagonal_', options, 'wrap');
  const { shape, strides, offset } = x.layout;
  if (shape.length < 2) throw new RuntimeError('dimensions must larger than 1');
  if (shape.length > 2 && shape.some((n) => n !== shape[0])) {
    throw new RuntimeError('all dimensions of input must be of equal length');
  }
  const step = strides.reduce((sum, s) => sum + s, 0), size = Math.min(...shape);
  asStrided(x, [size], [step]).fill_(value);
  const [rows, columns] = shape;
  if (wrap && shape.length === 2 && rows > columns + 1) {
    const rest = Math.ceil(x.numel() / (columns + 1)) - size;
    asStrided(x, [rest], [step], offset + strides[0] * (columns + 1)).fill_(value);
  }
  return x;
}
