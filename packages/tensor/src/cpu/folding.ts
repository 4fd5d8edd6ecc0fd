import { contractionKernels } from './contraction.js';
import { histogramKernels } from './histogram.js';
import type { KernelEntry } from './kernel-entry.js';
import { factorKernels } from './linalg-factor.js';
import { ldlKernels } from './linalg-ldl.js';
import { solveKernels } from './linalg-solve.js';
import { complexMatrixKernels } from './linalg-complex.js';
import { eigKernels } from './linalg-eig.js';
import { spectralKernels } from './linalg-spectral.js';
import { matmulKernels } from './matmul.js';
import { normKernels } from './norm.js';
import { reductionKernels } from './reduction.js';
import { scanKernels } from './scan.js';
import { softmaxKernels } from './softmax.js';
import { sortingKernels } from './sorting.js';
import { statisticsKernels } from './statistics.js';

/** Kernels of the ops over whole dimensions: products, reductions, scans, orders and linear algebra. */
export const foldingKernels = (): KernelEntry[] => [
  ...contractionKernels(), ...factorKernels(), ...histogramKernels(), ...matmulKernels(), ...normKernels(),
  ...reductionKernels(), ...scanKernels(), ...softmaxKernels(), ...solveKernels(), ...sortingKernels(),
  ...complexMatrixKernels(), ...eigKernels(), ...ldlKernels(), ...spectralKernels(), ...statisticsKernels(),
];
