import { samples, type Row, type Samples } from '@sconce/testing';

/** Rows that a device without float64 can run. */
const runnable = (r: Row): boolean => r.float32 !== false;

export const selected: Samples = Object.fromEntries(Object.entries(samples).map(([family, rows]) => [family, rows.filter(runnable)]));
