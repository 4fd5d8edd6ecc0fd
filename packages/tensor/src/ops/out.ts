import { writeOut } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { cppTypeName } from '../random/support.js';
import { describe } from '../scalar.js';
import type { Tensor } from '../tensor.js';

/** `out`: tensors to write the results to, one for each; they are resized where their shapes differ. */
export interface OutsOption { readonly out?: readonly Tensor[] | undefined }

/** Moves a result into the tensor given as `out`, where one was. */
export const intoOut = (result: Tensor, out: Tensor | undefined): Tensor =>
  (out ? writeOut(out, result) : result);

/** Moves several results into the tensors given as `out`, where those were. Nothing is written unless all can be. */
export function intoOuts(name: string, results: readonly Tensor[], out: readonly Tensor[] | undefined): readonly Tensor[] {
  if (out === undefined) return results;
  if (!Array.isArray(out)) throw new TypeError(`${name}(): argument 'out' must be tuple of Tensors, not ${describe(out)}`);
  if (out.length !== results.length) throw new TypeError(`expected tuple of ${results.length} elements but got ${out.length}`);
  results.forEach(({ dtype }, i) => {
    const own = out[i].dtype;
    if (own !== dtype) throw new RuntimeError(`Expected out tensor to have dtype ${cppTypeName(dtype)}, but got ${cppTypeName(own)} instead`);
  });
  return results.map((result, i) => intoOut(result, out[i]));
}
