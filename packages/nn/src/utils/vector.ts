import { cat, Tensor } from '@sconce/tensor';

/**
 * All parameters as one vector.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.parameters_to_vector.html
 */
export const parametersToVector = (parameters: Iterable<Tensor>): Tensor =>
  cat([...parameters].map((p) => p.reshape(-1)));

/**
 * Gives parameters the values of a vector.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.vector_to_parameters.html
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  if (!(vector instanceof Tensor)) throw new TypeError(`expected torch.Tensor, but got: ${typeof vector}`);
  let at = 0;
  for (const p of parameters) {
    p.data = vector.detach().narrow(0, at, p.numel()).view(p.shape);
    at += p.numel();
  }
}
