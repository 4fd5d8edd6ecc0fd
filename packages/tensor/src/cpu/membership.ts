import { membershipOps } from '../ops/membership.js';
import { contiguousNumbers, contiguousValues } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

export const membershipKernels = (): KernelEntry[] => [
  kernelFor(membershipOps.isin, ([elements, tests], [out], { invert }) => {
    const [x, among] = [elements!, tests!].map((v) => (v.dtype.name === 'int64' ? contiguousValues(v) : contiguousNumbers(v)));
    const known = new Set<number | bigint>(among);
    known.delete(NaN); // which equals nothing
    const result = contiguousValues(out!) as Uint8Array;
    for (let i = 0; i < result.length; i++) result[i] = Number(known.has(x[i]) !== invert);
  }),
];
