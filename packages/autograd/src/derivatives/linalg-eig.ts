import { RuntimeError, linalg, type Tensor } from '@sconce/tensor';
import { eigOp } from '@sconce/tensor/internal';
import { define, saving } from './define.js';

/**
 * V⁻ᴴ (gL on the diagonal, beside it (Vᴴ gV - Vᴴ V Re diag(Vᴴ gV)) / (λⱼ - λᵢ) conjugated) Vᴴ
 * @see Boeddeker, Hanebrink, Drude, Heymann, Haeb-Umbach: On the Computation of Complex-valued Gradients (2017)
 */
define(eigOp, [saving(['result', 'result1'], (_, { grads: [gL, gV], results: [conjugateL, conjugateV] }) => {
  const Vh = conjugateV.mT;
  if (!gV) return linalg.solve(Vh, gL!.unsqueeze(-1).mul(Vh));
  const inner = Vh.matmul(gV), diagonal = inner.diagonal(0, -2, -1);
  checkDirections(diagonal);
  const beside = inner.sub(Vh.matmul(conjugateV.conj().mul(diagonal.real.unsqueeze(-2))));
  const differences = conjugateL.unsqueeze(-2).sub(conjugateL.unsqueeze(-1));
  differences.diagonal(0, -2, -1).fill_(1);
  const middle = beside.div(differences).clone();
  if (gL) middle.diagonal(0, -2, -1).copy_(gL);
  else middle.diagonal(0, -2, -1).fill_(0);
  return linalg.solve(Vh, middle.matmul(Vh));
})]);

/** @throws RuntimeError where a loss depends on the direction that happens to be an eigenvector's, on the CPU */
function checkDirections(diagonal: Tensor): void {
  if (diagonal.device.type !== 'cpu' || diagonal.numel() === 0) return;
  if (!(Number(diagonal.detach().imag.abs().max().hostValue()) > 1e-2)) return;
  throw new RuntimeError('linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. ' +
    'The specified loss function depends on this quantity, so it is ill-defined.');
}
