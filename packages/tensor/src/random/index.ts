export { Generator, defaultGenerator, initialSeed, manualSeed, seed } from './generator.js';
export { fillBernoulli, fillBernoulliFrom } from './bernoulli.js';
export { fillCauchy, fillExponential, fillGeometric } from './continuous.js';
export { fillRandom, fillRandomRange, fillRandperm } from './integers.js';
export { checkMultinomial, multinomial } from './multinomial.js';
export { fillLogNormal, fillNormal, fillNormalOneByOne } from './normal.js';
export { fillPoisson } from './poisson.js';
export { fillUniform } from './uniform.js';
export type { FloatArray } from './support.js';
