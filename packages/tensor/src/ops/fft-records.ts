import { complexDtype, realDtype } from '../dtype.js';
import { structuredOp } from '../op.js';

export interface FftAttrs {
  /** which dimensions are transformed, counted from the front; the last one is that of which half is left out */
  readonly dims: readonly number[];
  /** what every sum is multiplied by */
  readonly scale: number;
}
export interface FftC2cAttrs extends FftAttrs { readonly forward: boolean }
export interface FftR2cAttrs extends FftAttrs { readonly onesided: boolean }
export interface FftC2rAttrs extends FftAttrs { readonly lastSize: number }

/** Records of the Fourier transforms: between complex numbers, from real to complex ones (forwards), and to real ones (backwards). */
export const fftOps = {
  c2c: structuredOp<FftC2cAttrs>({
    name: 'fftC2c', gradName: 'FftC2CBackward0', meta: ([x]) => [{ shape: x.layout.shape, dtype: x.dtype }],
  }),
  r2c: structuredOp<FftR2cAttrs>({
    name: 'fftR2c', gradName: 'FftR2CBackward0',
    meta([{ layout: { shape }, dtype }], { dims, onesided }) {
      const last = dims.at(-1)!;
      return [{ shape: onesided ? shape.with(last, Math.floor(shape[last] / 2) + 1) : shape, dtype: complexDtype(dtype) }];
    },
  }),
  c2r: structuredOp<FftC2rAttrs>({
    name: 'fftC2r', gradName: 'FftC2RBackward0',
    meta: ([{ layout: { shape }, dtype }], { dims, lastSize }) => [{ shape: shape.with(dims.at(-1)!, lastSize), dtype: realDtype(dtype) }],
  }),
};
