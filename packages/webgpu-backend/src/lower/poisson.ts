import { randomOps } from '@sconce/tensor/internal';
import type { Fault } from '../faults.js';
import { drawing } from '../kernels/draw.js';
import { entry, type Lowering } from './entry.js';

/**
 * Small rates by multiplying uniform numbers (D. Knuth), larger ones by rejection.
 * @see W. Hörmann, The transformed rejection method for generating Poisson random variables (1993)
 */
const POISSON = `let l = rate(i);
if (isnan_(l) || l < 0.0) { fault(p.fault_0, 0, i); return; }
var k = 0.0;
var block = 0u;
if (l < 10.0) {
  let limit = exp_(-l);
  var product = 1.0;
  loop {
    product *= positive(philox(i, block).x);
    if (product <= limit) { break; }
    k += 1.0;
    block++;
  }
} else {
  let b = 0.931 + 2.53 * sqrt(l);
  let a = -0.059 + 0.02483 * b;
  loop {
    let r = philox(i, block);
    block++;
    let u = unit(r.x) - 0.5;
    let v = positive(r.y);
    let us = 0.5 - abs(u);
    k = floor((2.0 * a / us + b) * u + l + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2.0)) { break; }
    if (k < 0.0 || (us < 0.013 && v > us)) { continue; }
    let s = log_(v) + log_(1.1239 + 1.1328 / (b - 3.4)) - log_(a / (us * us) + b);
    if (s <= k * log_(l) - l - lgamma_(k + 1.0)) { break; }
  }
}
out[i] = T(k);`;

const NEGATIVE: Fault = { op: 'poisson', type: 'RuntimeError', words: 'invalid Poisson rate, expected rate to be non-negative' };

export const lowerPoisson: Lowering = (engine) => [
  entry(randomOps.poisson, ([rate], [out], { generator }) => drawing(engine)('poisson', out, generator, { inputs: { rate }, faults: [NEGATIVE], body: POISSON })),
];
