import { functional } from '@sconce/nn';

// functions of `torch.nn.functional` that PyTorch has under `torch` as well
export const { cosineSimilarity, pairwiseDistance, pdist } = functional;
