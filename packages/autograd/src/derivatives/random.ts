import { randomOps } from '@sconce/tensor/internal';
import { define, nonDifferentiable } from './define.js';
import { zero } from './zero.js';

const {
  uniform, normal, logNormal, exponential, cauchy, geometric, random, randomRange, bernoulli, bernoulliTensor,
  bernoulliOf, poisson, multinomial, randperm, rreluNoise,
} = randomOps;

// what is drawn does not depend on what was there before
for (const op of [uniform, normal, logNormal, exponential, cauchy, geometric, random, randomRange, bernoulli]) {
  define(op, [zero]);
}
// nor smoothly on probabilities and rates
define(bernoulliTensor, [zero, zero]);
define(bernoulliOf, [zero]);
define(poisson, [zero]);
nonDifferentiable(multinomial, randperm, rreluNoise);
