import { writeOut } from '../dispatch.js';
import type { Tensor } from '../tensor.js';

/** Moves a result into the tensor given as `out`, where one was. */
export const intoOut = (result: Tensor, out: Tensor | undefined): Tensor =>
  (out ? writeOut(out, [result], [result]) : result);
