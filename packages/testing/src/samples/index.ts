import type { Row } from '../row.js';
import { activation } from './activation.js';
import { arithmetic } from './arithmetic.js';
import { comparison } from './comparison.js';
import { complex } from './complex.js';
import { conversion } from './conversion.js';
import { convolution } from './convolution.js';
import { creation } from './creation.js';
import { indexing } from './indexing.js';
import { joining } from './joining.js';
import { linalg } from './linalg.js';
import { loss } from './loss.js';
import { math } from './math.js';
import { matmul } from './matmul.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { random } from './random.js';
import { reduction } from './reduction.js';
import { shape } from './shape.js';
import { special } from './special.js';
import { upsample } from './upsample.js';
import { views } from './views.js';

/** Rows by family: the files of @sconce/tensor's ops. */
export type Samples = Readonly<Record<string, readonly Row[]>>;

/** Every row. */
export const samples: Samples = {
  activation, arithmetic, comparison, complex, conversion, convolution, creation, indexing, joining, linalg, loss, math, matmul,
  normalization, pooling, random, reduction, shape, special, upsample, views,
};
