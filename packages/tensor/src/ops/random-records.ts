import { int64 } from '../dtype.js';
import { structuredOp, type Meta } from '../op.js';
import { checkMultinomial, type Generator } from '../random/index.js';

/** Where the numbers come from. On a device with a generator of its own it gives the seed. */
interface Draws { readonly generator: Generator }

/** An op that writes random numbers over its first input, of whatever dtype that is. */
const filling = <A extends Draws>(name: string, gradName?: string) =>
  structuredOp<A>({ name, gradName, meta: ([x]): Meta[] => [{ shape: x.layout.shape, dtype: x.dtype }] });

/** Records of the ops that draw random numbers. Those of the first group write over their first input. */
export const randomOps = {
  uniform: filling<Draws & { readonly from: number; readonly to: number }>('uniform'),
  normal: filling<Draws & { readonly mean: number; readonly std: number }>('normal'),
  logNormal: filling<Draws & { readonly mean: number; readonly std: number }>('logNormal'),
  exponential: filling<Draws & { readonly lambd: number }>('exponential'),
  cauchy: filling<Draws & { readonly median: number; readonly sigma: number }>('cauchy'),
  geometric: filling<Draws & { readonly p: number }>('geometric'),
  /** all that the dtype can hold */
  random: filling<Draws>('random', 'RandomBackward2'),
  /** integers of [from, to), without `to` up to the largest */
  randomRange: filling<Draws & { readonly from: number | bigint; readonly to: number | bigint | undefined }>('random'),
  bernoulli: filling<Draws & { readonly p: number }>('bernoulli', 'BernoulliBackward2'),
  /** each element with its own probability: the second input, of the same shape */
  bernoulliTensor: filling<Draws>('bernoulli', 'BernoulliBackward1'),
  /** 0 to n - 1 in a random order */
  randperm: filling<Draws>('randperm'),

  /** ones with the probabilities that are the input */
  bernoulliOf: filling<Draws>('bernoulli'),
  /** slopes for the elements that are not positive, 1 for the others: what rrelu multiplies by */
  rreluNoise: filling<Draws & { readonly lower: number; readonly upper: number }>('rreluNoise'),
  /** counts with the rates that are the input */
  poisson: filling<Draws>('poisson'),
  multinomial: structuredOp<Draws & { readonly numSamples: number; readonly replacement: boolean }>({
    name: 'multinomial',
    meta([{ layout: { shape }, dtype }], { numSamples, replacement }): Meta[] {
      checkMultinomial(dtype, shape.at(-1)!, numSamples, replacement);
      return [{ shape: [...shape.slice(0, -1), numSamples], dtype: int64 }];
    },
  }),
};

