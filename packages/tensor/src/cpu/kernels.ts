import type { Kernel } from '../backend.js';
import type { Op } from '../op.js';
import { fftKernels } from './fft.js';
import { foldingKernels } from './folding.js';
import { indexingKernels } from './indexing.js';
import { joiningKernels } from './joining.js';
import type { KernelEntry } from './kernel-entry.js';
import { membershipKernels } from './membership.js';
import { neuralKernels } from './neural.js';
import { randomKernels } from './random.js';
import { scatterKernels } from './scatter.js';
import { shapeKernels } from './shape.js';

export { kernelFor, type KernelEntry } from './kernel-entry.js';

// Lists are functions, so that no module needs another's records while both are still being loaded.
const families: readonly (() => readonly KernelEntry[])[] = [
  fftKernels, foldingKernels, indexingKernels, joiningKernels, membershipKernels, neuralKernels, randomKernels, scatterKernels, shapeKernels,
];

let table: ReadonlyMap<Op<never>, Kernel> | undefined;

/** The JavaScript kernel of every structured op. */
export const structuredKernels = (): ReadonlyMap<Op<never>, Kernel> =>
  (table ??= new Map(families.flatMap((list) => list())));
