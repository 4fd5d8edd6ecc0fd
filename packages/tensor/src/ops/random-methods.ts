/** The functions of random numbers that are methods as well. */
export { bernoulli_, cauchy_, exponential_, geometric_, logNormal_, normal_, random_, uniform_ } from './random-inplace.js';
export { bernoulli, multinomial } from './random.js';
