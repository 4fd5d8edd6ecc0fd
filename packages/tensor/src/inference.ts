import { RuntimeError } from './errors.js';
import type { Storage } from './backend.js';

let enabled = false;

/** Whether an `inferenceMode` scope is open. */
export const isInferenceModeEnabled = (): boolean => enabled;

/** Opens or closes inference mode; gives the value before. @internal for the autograd implementation */
export function setInferenceMode(value: boolean): boolean {
  const before = enabled;
  enabled = value;
  return before;
}

/**
 * Marks memory that was made in inference mode. Writes to it are not counted: its version is NaN, which no increment
 * changes.
 */
export const markInference = (storage: Storage): void => { storage.version = NaN; };

/** Whether memory was made in inference mode. */
export const isInference = (storage: Storage): boolean => Number.isNaN(storage.version);

/** @throws RuntimeError for a write, outside of inference mode, to memory that was made in it */
export function checkInferenceWrite(storage: Storage): void {
  if (enabled || !isInference(storage)) return;
  throw new RuntimeError(
    'Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal tensor ' +
    'before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details.');
}
