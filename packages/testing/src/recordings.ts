import * as torch from '@sconce/tensor';
import type { DType } from '@sconce/tensor';
import { meaning, type Expected } from './compare.js';

/** A tensor as the oracle wrote it: dtype, shape, bytes in base64. */
export type RecordedTensor = readonly [dtype: string, shape: readonly number[], bytes: string];

/** What PyTorch gave for a row. */
export interface Recording {
  readonly outputs: readonly RecordedTensor[];
  /** the name of the node that computed the first output, where one did */
  readonly node?: string;
  /** gradients by input, for cotangents drawn by `cotangent`; null where an input was not used */
  readonly grads?: Readonly<Record<string, RecordedTensor | null>>;
}

export type Recordings = Readonly<Record<string, Recording>>;

const dtypeNamed = (name: string): DType => (torch as unknown as Record<string, DType>)[name];

/** A recorded tensor. What was recorded in float64 is expected in `float`. */
export function decodeRecorded([name, shape, base64]: RecordedTensor, float: DType): Expected {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const recorded = dtypeNamed(name);
  const values = meaning(recorded, new recorded.Array(bytes.buffer));
  return { shape, dtype: recorded === torch.float64 ? float : recorded, values };
}
