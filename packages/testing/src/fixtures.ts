import activation from '../fixtures/ops/activation.json' with { type: 'json' };
import arithmetic from '../fixtures/ops/arithmetic.json' with { type: 'json' };
import comparison from '../fixtures/ops/comparison.json' with { type: 'json' };
import complex from '../fixtures/ops/complex.json' with { type: 'json' };
import conversion from '../fixtures/ops/conversion.json' with { type: 'json' };
import convolution from '../fixtures/ops/convolution.json' with { type: 'json' };
import creation from '../fixtures/ops/creation.json' with { type: 'json' };
import indexing from '../fixtures/ops/indexing.json' with { type: 'json' };
import joining from '../fixtures/ops/joining.json' with { type: 'json' };
import linalg from '../fixtures/ops/linalg.json' with { type: 'json' };
import loss from '../fixtures/ops/loss.json' with { type: 'json' };
import math from '../fixtures/ops/math.json' with { type: 'json' };
import matmul from '../fixtures/ops/matmul.json' with { type: 'json' };
import normalization from '../fixtures/ops/normalization.json' with { type: 'json' };
import pooling from '../fixtures/ops/pooling.json' with { type: 'json' };
import random from '../fixtures/ops/random.json' with { type: 'json' };
import reduction from '../fixtures/ops/reduction.json' with { type: 'json' };
import shape from '../fixtures/ops/shape.json' with { type: 'json' };
import special from '../fixtures/ops/special.json' with { type: 'json' };
import upsample from '../fixtures/ops/upsample.json' with { type: 'json' };
import views from '../fixtures/ops/views.json' with { type: 'json' };
import type { Recordings } from './recordings.js';

const families = [
  activation, arithmetic, comparison, complex, conversion, convolution, creation, indexing, joining, linalg, loss, math,
  matmul, normalization, pooling, random, reduction, shape, special, upsample, views,
];

/** What PyTorch gave, by the keys of the rows. Written by `tooling/oracle/ops.mjs`. */
export const recordings = Object.assign({}, ...families) as Recordings;
