import type { View } from '../backend.js';
import { isSkipped, joiningOps } from '../ops/joining.js';
import { viewOps } from '../ops/views-records.js';
import { copyTo, relaid } from './indexing-support.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

const part = (out: View, dim: number, start: number, size: number): View =>
  relaid(out, viewOps.slice.view(out.layout, { dim, start, end: start + size, step: 1 }));

export const joiningKernels = (): readonly KernelEntry[] => [
  kernelFor(joiningOps.cat, (inputs, [out], { dim }) => {
    let start = 0;
    for (const x of inputs) {
      if (isSkipped(x.layout.shape)) continue;
      const size = x.layout.shape[dim];
      copyTo(part(out, dim, start, size), x);
      start += size;
    }
  }),

  kernelFor(joiningOps.stack, (inputs, [out], { dim }) => {
    inputs.forEach((x, index) => copyTo(relaid(out, viewOps.select.view(out.layout, { dim, index })), x));
  }),
];
