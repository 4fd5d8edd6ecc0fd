import { samples, type Row, type Samples } from '@sconce/testing';
import { missing } from './missing.js';

/** Rows that a device without float64 can run, and whose kernels exist. */
const runnable = (r: Row): boolean => r.float32 !== false && !missing.has(r.name);

export const selected: Samples = Object.fromEntries(Object.entries(samples).map(([family, rows]) => [family, rows.filter(runnable)]));
