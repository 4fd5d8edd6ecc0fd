import type { Kernel, Op } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';

import { lowerConvolution } from './convolution.js';
import { lowerDistance } from './distance.js';
import { lowerElementLoss } from './element-loss.js';
import { lowerExtremes } from './extremes.js';
import { lowerIndexing } from './indexing.js';
import { lowerJoining } from './joining.js';
import { lowerLoss } from './loss.js';
import { lowerMatmul } from './matmul.js';
import { lowerNorm } from './norm.js';
import { lowerNormalization } from './normalization.js';
import { lowerPatches } from './patches.js';
import { lowerPooling } from './pooling.js';
import { lowerRandom } from './random.js';
import { lowerScan } from './scan.js';
import { lowerSoftmax } from './softmax.js';
import { lowerSorting } from './sorting.js';
import { lowerSpread } from './spread.js';
import { lowerUpsample } from './upsample.js';

/** Kernels by op, each family's made for one engine. */
export type Lowering = (engine: Engine) => readonly (readonly [Op<never>, Kernel])[];

const families: readonly Lowering[] = [
  lowerConvolution, lowerDistance, lowerElementLoss, lowerExtremes, lowerIndexing, lowerJoining, lowerLoss, lowerMatmul, lowerNorm,
  lowerNormalization, lowerPatches, lowerPooling, lowerRandom, lowerScan, lowerSoftmax, lowerSorting, lowerSpread, lowerUpsample,
];

/** The fast kernel of each op that has one. */
export const lowerings = (engine: Engine): ReadonlyMap<Op<never>, Kernel> => new Map(families.flatMap((f) => f(engine)));
