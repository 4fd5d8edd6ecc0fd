import { runStructured, type Operand } from '../dispatch.js';
import { bool } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { structuredOp, type Meta } from '../op.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import type { OutOption } from './define.js';
import { resultType } from './dtype-query.js';
import { tensor } from './from-data.js';
import { intoOut } from './out.js';

const isinOp = structuredOp<{ readonly invert: boolean }>({
  name: 'isin', meta: ([x]): Meta[] => [{ shape: x.layout.shape, dtype: bool }],
});

/** Records of membership. */
export const membershipOps = { isin: isinOp };

export interface IsinOptions extends OutOption {
  /** a promise that nothing occurs twice, which is not needed here */
  readonly assumeUnique?: boolean | undefined;
  /** tell what is not among them */
  readonly invert?: boolean | undefined;
}

/**
 * Whether each element is among the test elements, as bools; either may be a number.
 * @throws RuntimeError for bool tensors
 * @see https://pytorch.org/docs/stable/generated/torch.isin.html
 * @example torch.isin(torch.tensor([1, 2, 3]), torch.tensor([2, 5])) // tensor([False,  True, False])
 */
export function isin(elements: Operand, testElements: Operand, options: IsinOptions = {}): Tensor {
  const { invert = false, out } = checked('isin', options);
  const dtype = resultType(elements, testElements);
  const like = elements instanceof Tensor ? elements : testElements;
  if (!(like instanceof Tensor)) throw new TypeError('isin(): expected a Tensor as one of the arguments');
  const inputs = [elements, testElements].map((x) => {
    const own = x instanceof Tensor ? x : tensor(x, { device: like.device });
    if (own.dtype === bool) throw new RuntimeError('Unsupported input type encountered for isin(): Bool');
    return own.detach().to(dtype);
  });
  return intoOut(runStructured(isinOp, inputs, { invert })[0], out);
}
