import arithmetic from '../fixtures/ops/arithmetic.json' with { type: 'json' };
import type { Recordings } from './recordings.js';

/** What PyTorch gave, by the keys of the rows. Written by `tooling/oracle/ops.mjs`. */
export const recordings = { ...arithmetic } as unknown as Recordings;
