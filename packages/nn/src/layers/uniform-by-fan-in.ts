import type { Tensor } from '@sconce/tensor';
import { fans } from '../fans.js';
import { kaimingUniform_, uniform_ } from '../init.js';

/** What linear and convolution layers begin with: weight and bias uniform within ±1 / √(inputs of an output). */
export function uniformByFanIn(weight: Tensor, bias: Tensor | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  if (!bias) return;
  const { fanIn } = fans(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  uniform_(bias, -bound, bound);
}
