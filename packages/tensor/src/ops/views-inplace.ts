import { autogradHook } from '../autograd-hook.js';
import { runView, wrote } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { checkInferenceWrite } from '../inference.js';
import { wrapDim } from '../layout.js';
import type { ViewOp } from '../op.js';
import type { Tensor } from '../tensor.js';
import { viewOps } from './views-records.js';

/** Lets a tensor show its memory in another way from now on: whoever saved it would see another shape, so it counts as a write. */
function becomeView<A>(op: ViewOp<A>, x: Tensor, attrs: A): Tensor {
  checkInferenceWrite(x.storage);
  const hook = autogradHook();
  if (hook?.enabled && x.requiresGrad) hook.checkInplace(x);
  const result = runView(op, x, attrs);
  x.layout = result.layout;
  wrote(x);
  x.viewVersion = x.storage.version;
  const node = result.ownGradFn();
  if (node) x.setGradFn(node, result.outputNr);
  return x;
}

/** As `squeeze`, in place. @see https://pytorch.org/docs/stable/generated/torch.Tensor.squeeze_.html */
export const squeeze_ = (x: Tensor, dim?: number): Tensor => dim === undefined
  ? becomeView(viewOps.squeezeInplace, x, null)
  : becomeView(viewOps.squeezeDimInplace, x, { dim: wrapDim(dim, x.dim()) });

/** As `unsqueeze`, in place. @see https://pytorch.org/docs/stable/generated/torch.Tensor.unsqueeze_.html */
export const unsqueeze_ = (x: Tensor, dim: number): Tensor =>
  becomeView(viewOps.unsqueezeInplace, x, { dim: wrapDim(dim, x.dim() + 1) });

/** As `transpose`, in place. @see https://pytorch.org/docs/stable/generated/torch.Tensor.transpose_.html */
export function transpose_(x: Tensor, dim0: number, dim1: number): Tensor {
  const a = wrapDim(dim0, x.dim()), b = wrapDim(dim1, x.dim());
  return x.dim() === 0 ? x : becomeView(viewOps.transposeInplace, x, { dim0: a, dim1: b });
}
export { transpose_ as swapaxes_, transpose_ as swapdims_ };

/** As `t`, in place. @see https://pytorch.org/docs/stable/generated/torch.Tensor.t_.html */
export function t_(x: Tensor): Tensor {
  if (x.dim() > 2) throw new RuntimeError(`t_() expects a tensor with <= 2 dimensions, but self is ${x.dim()}D`);
  return becomeView(viewOps.tInplace, x, null);
}
