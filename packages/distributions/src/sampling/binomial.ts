import { defaultGenerator, type Generator, type Tensor } from '@sconce/tensor';
import { beside, floatsOf, shapedAs } from './host.js';

/** Successes among `count` trials of each probability, as `torch.binomial`; the tensors have one shape and dtype. */
export function sampleBinomial(count: Tensor, probs: Tensor): Tensor {
  const [counts, chances] = floatsOf('binomial_cpu', count, probs), out = beside(counts);
  for (let i = 0; i < out.length; i++) out[i] = drawBinomial(counts[i], chances[i], defaultGenerator);
  return shapedAs(count, out);
}

function drawBinomial(n: number, p: number, generator: Generator): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (Number.isNaN(p)) return NaN;
  const q = p <= 0.5 ? p : 1 - p;
  const k = n * q >= 10 ? byRejection(n, q, generator) : byWaiting(n, q, generator);
  return p <= 0.5 ? k : n - k;
}

/** How many waits for a success, each geometric, fit into n trials. */
function byWaiting(n: number, p: number, generator: Generator): number {
  const logFailure = Math.log1p(-p);
  let trials = 0;
  for (let k = 0; ; k++) {
    trials += Math.ceil(Math.log(generator.uniform53()) / logFailure);
    if (trials > n) return k;
  }
}

/**
 * The transformed rejection method BTRS.
 * @see Hörmann, "The generation of binomial random variates", J. Stat. Comput. Simul. 46 (1993)
 */
function byRejection(n: number, p: number, generator: Generator): number {
  const deviation = Math.sqrt(n * p * (1 - p)), odds = p / (1 - p);
  const b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p, center = n * p + 0.5;
  const accept = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * deviation, mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = generator.uniform53() - 0.5, v = generator.uniform53(), us = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / us + b) * u + center);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= accept) return k;
    const bound = (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) + (n + 1) * Math.log((n - mode + 1) / (n - k + 1))
      + (k + 0.5) * Math.log(odds * (n - k + 1) / (k + 1))
      + stirlingTail(mode) + stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(n - k);
    if (Math.log(v * alpha / (a / (us * us) + b)) <= bound) return k;
  }
}

/** What Stirling's formula (k + ½) ln(k + 1) - (k + 1) + ½ ln 2π lacks of ln k!. */
function stirlingTail(k: number): number {
  if (k > 9) {
    const square = (k + 1) * (k + 1);
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
  }
  let factorial = 1;
  for (let i = 2; i <= k; i++) factorial *= i;
  return Math.log(factorial) - ((k + 0.5) * Math.log(k + 1) - (k + 1) + 0.5 * Math.log(2 * Math.PI));
}
