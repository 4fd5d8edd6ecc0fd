import { device as deviceOf, float32, float64, type DeviceLike, type DType } from '@sconce/tensor';
import { describe, test } from 'vitest';
import { checkRow } from '../check-row.js';
import type { Recordings } from '../recordings.js';
import { recordings as allRecordings } from '../fixtures.js';
import { keyOf, type Row } from '../row.js';
import { samples as allSamples, type Samples } from '../samples/index.js';

export interface SuiteOptions {
  readonly samples?: Samples | undefined;
  /** the floating-point dtypes that the device has */
  readonly dtypes?: readonly DType[] | undefined;
}

export interface OpSuiteOptions extends SuiteOptions {
  readonly recordings?: Recordings | undefined;
  /** whether inputs that are not contiguous are tried as well, default true */
  readonly strided?: boolean | undefined;
}

/** A test per row that a device can run. */
export function testRows(samples: Samples, device: DeviceLike, check: (r: Row) => Promise<void> | void): void {
  const onCpu = deviceOf(device).type === 'cpu';
  for (const [family, rows] of Object.entries(samples)) {
    const runnable = rows.filter((r) => onCpu || !r.host);
    if (runnable.length === 0) continue;
    describe(family, () => {
      for (const r of runnable) test(`${r.name}: ${keyOf(r)}`, () => check(r));
    });
  }
}

/**
 * Tests of every op on a device against what PyTorch gave: outputs, gradients and the names of nodes, in each dtype, and
 * once more in the first one with inputs that are not contiguous.
 */
export function opSuite(
  device: DeviceLike,
  { samples = allSamples, recordings = allRecordings, dtypes = [float64, float32], strided = true }: OpSuiteOptions = {},
): void {
  describe(`ops on ${device} as in PyTorch`, () => {
    testRows(samples, device, async (r) => {
      const recording = recordings[keyOf(r)];
      const where = deviceOf(device);
      for (const dtype of dtypes) {
        if (dtype === float32 && r.float32 === false) continue;
        await checkRow(r, recording, { device: where, dtype });
      }
      if (strided && r.strided !== false) await checkRow(r, recording, { device: where, dtype: dtypes[0], arrangement: 'strided' });
    });
  });
}
