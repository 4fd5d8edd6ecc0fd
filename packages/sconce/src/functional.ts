import { functional } from '@sconce/nn';

// functions of `torch.nn.functional` that PyTorch has under `torch` as well
export const { celu_, cosineSimilarity, pairwiseDistance, pdist, rrelu_, selu_, threshold_ } = functional;
