import type { Kernel, Op } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Lowering } from './entry.js';
import { lowerConvolution } from './convolution.js';
import { lowerExtrema } from './extrema.js';
import { lowerGather } from './gather.js';
import { lowerLoss } from './loss.js';
import { lowerMatmul } from './matmul.js';
import { lowerMoves } from './moves.js';
import { lowerNorm } from './norm.js';
import { lowerNormalization } from './normalization.js';
import { lowerPooling } from './pooling.js';
import { lowerRandom } from './random.js';
import { lowerScan } from './scan.js';
import { lowerScatter } from './scatter.js';
import { lowerSoftmax } from './softmax.js';
import { lowerSort } from './sort.js';
import { lowerStatistics } from './statistics.js';
import { lowerUpsample } from './upsample.js';

const families: readonly Lowering[] = [
  lowerConvolution, lowerExtrema, lowerGather, lowerLoss, lowerMatmul, lowerMoves, lowerNorm, lowerNormalization,
  lowerPooling, lowerRandom, lowerScan, lowerScatter, lowerSoftmax, lowerSort, lowerStatistics, lowerUpsample,
];

/** The kernel of each op that is written by hand, with those of more families. */
export function lowerings(engine: Engine, more: readonly Lowering[]): ReadonlyMap<Op<never>, Kernel> {
  const table = new Map<Op<never>, Kernel>();
  for (const [op, kernel] of [...families, ...more].flatMap((family) => family(engine))) {
    table.set(op, (inputs, outputs, attrs) => {
      if (outputs.every((out) => out.layout.numel === 0)) return;
      try {
        kernel(inputs, outputs, attrs);
      } finally {
        engine.settle();
      }
    });
  }
  return table;
}
