import { broadcastShapes, promoteTypes, RuntimeError, Tensor } from '@sconce/tensor';
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
  const dtype = promoteTypes(x1.dtype, x2.dtype), shape = broadcastShapes(x1.shape, x2.shape);
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
  return (difference.isFloatingPoint() ? difference : difference.float()).add(eps).norm(p, -1, { keepdim });
}
