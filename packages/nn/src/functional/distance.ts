import { broadcastShapes, cdist, resultType, RuntimeError, Tensor, triuIndices } from '@sconce/tensor';
import { autocastOperands, checked } from '@sconce/tensor/internal';

export interface CosineSimilarityOptions {
  /** default 1 */
  readonly dim?: number | undefined;
  /** the least norm to divide by, default 1e-8 */
  readonly eps?: number | undefined;
}

/**
 * The cosine of the angle between vectors along a dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
 * @example F.cosineSimilarity(torch.tensor([[1, 0]]), torch.tensor([[1, 1]])) // tensor([0.7071])
 */
export function cosineSimilarity(
  x1: Tensor, x2: Tensor, options: CosineSimilarityOptions = {},
): Tensor {
  [x1, x2] = autocastOperands('cosineSimilarity', [x1, x2]);
  const { dim = 1, eps = 1e-8 } = checked('cosineSimilarity', options, 'dim');
  const dtype = resultType(x1, x2), shape = broadcastShapes(x1.shape, x2.shape);
  if (!dtype.isFloatingPoint) {
    throw new RuntimeError(`expected common dtype to be floating point, yet common dtype is ${dtype.scalarType}`);
  }
  // each is divided by its norm first, which neither overflows nor underflows
  const [a, b] = [x1, x2].map((x) => {
    const full = x.to(dtype).expand(shape);
    return full.div(full.mul(full).sum(dim, { keepdim: true }).clampMin(eps * eps).sqrt());
  });
  return a.mul(b).sum(dim);
}

export interface PairwiseDistanceOptions {
  /** the exponent of the norm, default 2 */
  readonly p?: number | undefined;
  /** what is added to each difference, default 1e-6 */
  readonly eps?: number | undefined;
  readonly keepdim?: boolean | undefined;
}

/**
 * The p-norm of the differences of vectors in the last dimension.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
 */
export function pairwiseDistance(
  x1: Tensor, x2: Tensor, options: PairwiseDistanceOptions = {},
): Tensor {
  const { p = 2, eps = 1e-6, keepdim = false } = checked('pairwiseDistance', options, 'p');
  const difference = x1.sub(x2);
  // eps is no integer, even where it is a whole number
  return (difference.dtype.isDifferentiable ? difference : difference.float()).add(eps).norm(p, -1, { keepdim });
}

export interface PdistOptions {
  /** the order of the norm, default 2 */
  readonly p?: number | undefined;
}

/**
 * The p-norm distances of all pairs of rows of an (N, M) matrix, each pair once: (0, 1), (0, 2), …, (1, 2), …
 * @throws RuntimeError for other shapes, integers, and a negative p
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html
 * @example F.pdist(torch.tensor([[0, 0], [3, 4], [1, 1]])) // tensor([5.0000, 1.4142, 3.6056])
 */
export function pdist(x: Tensor, options: PdistOptions = {}): Tensor {
  const { p = 2 } = checked('pdist', options, 'p');
  if (x.dim() !== 2) throw new RuntimeError(`pdist only supports 2D tensors, got: ${x.dim()}D`);
  if (!x.isFloatingPoint()) throw new RuntimeError('pdist only supports floating-point dtypes');
  if (p < 0) throw new RuntimeError('pdist only supports non-negative p values');
  const [row, column] = triuIndices(x.shape[0], x.shape[0], { offset: 1, device: x.device }).unbind(0);
  return cdist(x, x, { p }).index(row, column);
}
