import { device as deviceOf, float32, float64, type DeviceLike, type DType } from '@sconce/tensor';
import { describe } from 'vitest';
import { closenessOf, runRow } from '../check-row.js';
import { difference, snapshot } from '../compare.js';
import type { Row } from '../row.js';
import { samples as allSamples } from '../samples/index.js';
import { testRows, type SuiteOptions } from './op-suite.js';

/** Runs a row on a device and on the CPU. @throws Error that says where the device differs */
export async function compareWithCpu(r: Row, device: DeviceLike, dtype: DType): Promise<void> {
  const here = runRow(r, { device: deviceOf(device), dtype }), there = runRow(r, { device: deviceOf('cpu'), dtype });
  const closeness = closenessOf(r, dtype);
  const pairs = [
    ...there.outputs.map((y, i) => [`output ${i}`, here.outputs[i], y] as const),
    ...Object.entries(there.grads).map(([name, g]) => [`gradient of ${name}`, here.grads[name], g] as const),
  ];
  const problems: string[] = [];
  for (const [what, actual, expected] of pairs) {
    if (actual && actual.device !== deviceOf(device)) problems.push(`${what}: is on ${actual.device}`);
    const found = actual && expected ? difference(await snapshot(actual), await snapshot(expected), closeness)
      : actual === expected ? null : `${actual ? 'something' : 'nothing'} where the CPU has ${expected ? 'something' : 'nothing'}`;
    if (found) problems.push(`${what}: ${found}`);
  }
  if (problems.length > 0) throw new Error(`${dtype.name} on ${device}, compared with the CPU: ${problems.join('; ')}`);
}

/** Tests of every op on a device, forward and backward, against the readable kernels of the CPU. */
export function backendSuite(
  device: DeviceLike, { samples = allSamples, dtypes = [float64, float32] }: SuiteOptions = {},
): void {
  describe(`${device} against the CPU`, () => {
    testRows(samples, device, async (r) => {
      for (const dtype of dtypes) if (dtype === float64 || r.float32 !== false) await compareWithCpu(r, device, dtype);
    });
  });
}
