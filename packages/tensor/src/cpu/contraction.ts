import type { View } from '../backend.js';
import { contractionOps } from '../ops/contraction.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';
import { outputRows, rowsOf, type Rows } from './rows.js';

/** Rows of an operand, broadcast to the shape of the output. */
const broadcastRows = ({ storage, dtype, layout }: View, out: View, dim: number): Rows =>
  rowsOf({ storage, dtype, layout: layout.broadcastTo(out.layout.shape) }, [dim]);

/** Kernels of the products of vectors. */
export const contractionKernels = (): KernelEntry[] => [
  kernelFor(contractionOps.cross, ([x, y], [out], { dim }) => {
    const a = broadcastRows(x, out, dim).data as Float64Array, b = broadcastRows(y, out, dim).data as Float64Array;
    const target = outputRows(out, [dim]), to = target.data as Float64Array; // bigints multiply alike
    for (let i = 0; i < to.length; i += 3) {
      to[i] = a[i + 1] * b[i + 2] - a[i + 2] * b[i + 1];
      to[i + 1] = a[i + 2] * b[i] - a[i] * b[i + 2];
      to[i + 2] = a[i] * b[i + 1] - a[i + 1] * b[i];
    }
    target.commit();
  }),
];
