import * as e from '../expr.js';
import { binary, unary } from './define.js';

/** Whether an element counts as true: anything but 0, also NaN. */
const truth = (x: e.Expr): e.Expr => (x.dtype.kind === 'bool' ? x : e.ne(x, 0));

/**
 * Whether both elements are true, that is not 0.
 * @see https://pytorch.org/docs/stable/generated/torch.logical_and.html
 * @example torch.logicalAnd(torch.tensor([true, true]), torch.tensor([0, 3])) // tensor([False,  True])
 */
export const logicalAnd = binary('logicalAnd', (x, y) => e.and(truth(x), truth(y)), { result: 'bool' });

/** Whether either element is true. @see https://pytorch.org/docs/stable/generated/torch.logical_or.html */
export const logicalOr = binary('logicalOr', (x, y) => e.or(truth(x), truth(y)), { result: 'bool' });

/**
 * Whether exactly one of two elements is true.
 * @see https://pytorch.org/docs/stable/generated/torch.logical_xor.html
 */
export const logicalXor = binary('logicalXor', (x, y) => e.xor(truth(x), truth(y)), { result: 'bool' });

/** Whether elements are false. @see https://pytorch.org/docs/stable/generated/torch.logical_not.html */
export const logicalNot = unary('logicalNot', (x) => e.not(truth(x)), { result: 'bool' });
