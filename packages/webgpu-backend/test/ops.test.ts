import { float32 } from '@sconce/tensor';
import { opSuite, samples, type Row, type Samples } from '@sconce/testing';
import { test } from 'vitest';
import { available } from './adapter.js';
import { missing } from './missing.js';

/** Rows that a device without float64 can run, and whose kernels exist. */
const runnable = (r: Row): boolean => r.float32 !== false && !missing.has(r.name);

const selected: Samples = Object.fromEntries(Object.entries(samples).map(([family, rows]) => [family, rows.filter(runnable)]));

if (available) opSuite('webgpu', { samples: selected, dtypes: [float32] });
else test.skip('ops on webgpu: no adapter', () => {});
