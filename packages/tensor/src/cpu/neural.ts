import { convolutionKernels } from './convolution.js';
import type { KernelEntry } from './kernel-entry.js';
import { lossKernels } from './loss.js';
import { normalizationKernels } from './normalization.js';
import { poolingKernels } from './pooling.js';
import { upsampleKernels } from './upsample.js';

/** Kernels of the ops of neural networks. */
export const neuralKernels = (): readonly KernelEntry[] => [
  ...convolutionKernels(), ...lossKernels(), ...normalizationKernels(), ...poolingKernels(), ...upsampleKernels(),
];
