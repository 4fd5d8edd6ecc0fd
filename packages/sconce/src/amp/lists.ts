/** What autocast does to the floating-point operands of a function. */
export type Cast = 'lower' | 'float32' | 'widest' | 'refuse';

const listOf = (lists: Readonly<Partial<Record<Cast, string>>>): ReadonlyMap<string, Cast> => new Map(
  Object.entries(lists).flatMap(([cast, names]) => names.trim().split(/\s+/).map((name) => [name, cast as Cast] as const)));

/**
 * PyTorch's lists of ops for GPUs, by the names of functions and of op records. What is in no list runs in the dtype of its
 * operands; ops that are made of others (`nn.functional.crossEntropy`) follow from those.
 * @see https://pytorch.org/docs/1.13/amp.html#cuda-ops-that-can-autocast-to-float16
 */
const GPU = listOf({
  lower: 'conv convTranspose linear matmul einsum mm addmm bmm baddbmm addbmm mv addmv addr prelu',
  float32: `acos asin cosh erfinv exp expm1 log log10 log2 log1p reciprocal rsqrt sinh tan pow softplus softmax logSoftmax logsumexp
    sum prod cumsum cumprod nativeLayerNorm nativeGroupNorm norm dist cdist renorm cosineSimilarity
    nllLoss nllLoss2d klDiv l1Loss mseLoss smoothL1Loss huberLoss softMarginLoss binaryCrossEntropyWithLogits poissonNllLoss
    hingeEmbeddingLoss cosineEmbeddingLoss marginRankingLoss tripletMarginLoss multiMarginLoss multilabelMarginLoss
    nms roiAlign roiPool psRoiAlign psRoiPool deformConv2d`,
  widest: 'addcdiv addcmul atan2 linalgCross dot indexPut scatterAdd cat stack',
  refuse: 'binaryCrossEntropy',
});

/** PyTorch's lists for CPUs. @see https://pytorch.org/docs/1.13/amp.html#cpu-ops-that-can-autocast-to-bfloat16 */
const CPU = listOf({
  lower: 'conv linear matmul einsum mm addmm bmm baddbmm addbmm',
  float32: `convTranspose prod cdist avgPool3d adaptiveAvgPool3d reflectionPad1d reflectionPad2d replicationPad1d replicationPad2d
    replicationPad3d crossEntropy nllLoss nllLoss2d klDiv l1Loss mseLoss smoothL1Loss huberLoss softMarginLoss binaryCrossEntropy
    binaryCrossEntropyWithLogits cosineEmbeddingLoss hingeEmbeddingLoss poissonNllLoss marginRankingLoss tripletMarginLoss
    multiMarginLoss multilabelMarginLoss`,
  widest: 'cat stack indexCopy',
});

export const LISTS = { cpu: CPU, webgpu: GPU } as const;
