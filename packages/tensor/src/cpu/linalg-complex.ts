import { product } from '../layout.js';
import { determinantOps } from '../ops/linalg-determinant.js';
import { pairsOf } from '../complex/parts.js';
import { contiguousNumbers, storeNumbers } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

/** The determinant of an n × n matrix of pairs, row by row, which is overwritten: Gauss's elimination, by the largest element of a column. */
function determinant(a: Float64Array, n: number): [re: number, im: number] {
  let re = 1, im = 0;
  for (let k = 0; k < n; k++) {
    let best = k;
    const size = (i: number): number => Math.hypot(a[2 * (i * n + k)], a[2 * (i * n + k) + 1]);
    for (let i = k + 1; i < n; i++) if (size(i) > size(best)) best = i;
    if (best !== k) {
      for (let j = 2 * k; j < 2 * n; j++) [a[2 * k * n + j], a[2 * best * n + j]] = [a[2 * best * n + j], a[2 * k * n + j]];
      re = -re;
      im = -im;
    }
    const pr = a[2 * (k * n + k)], pi = a[2 * (k * n + k) + 1], length = size(k);
    [re, im] = [re * pr - im * pi, re * pi + im * pr];
    if (length === 0) return [re, im];
    const ur = pr / length, ui = pi / length;
    for (let i = k + 1; i < n; i++) {
      const at = 2 * (i * n + k), fr = (a[at] * ur + a[at + 1] * ui) / length, fi = (a[at + 1] * ur - a[at] * ui) / length;
      for (let j = 2 * (k + 1); j < 2 * n; j += 2) {
        const xr = a[2 * k * n + j], xi = a[2 * k * n + j + 1];
        a[2 * i * n + j] -= fr * xr - fi * xi;
        a[2 * i * n + j + 1] -= fr * xi + fi * xr;
      }
    }
  }
  return [re, im];
}

/** Kernels of factorisations of complex matrices. */
export const complexMatrixKernels = (): KernelEntry[] => [
  kernelFor(determinantOps.complexDet, ([A], [out]) => {
    const { shape } = A.layout, n = shape.at(-1)!, count = product(shape.slice(0, -2));
    const data = Float64Array.from(contiguousNumbers(A)), result = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) result.set(determinant(data.subarray(2 * i * n * n, 2 * (i + 1) * n * n), n), 2 * i);
    storeNumbers(pairsOf(out), result);
  }),
];
