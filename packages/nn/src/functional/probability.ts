import { ValueError } from '@sconce/tensor';

/** @throws ValueError with PyTorch's text for what is no probability of dropping something */
export function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`);
}
