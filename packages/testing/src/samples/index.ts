import type { Row } from '../row.js';
import { arithmetic } from './arithmetic.js';

/** Rows by family: the files of @sconce/tensor's ops. */
export type Samples = Readonly<Record<string, readonly Row[]>>;

/** Every row. */
export const samples: Samples = { arithmetic };
