import type { Score } from './train.js';

export interface EpochRecord {
  readonly trainLoss: number;
  readonly trainAcc: number;
  readonly testLoss: number;
  readonly testAcc: number;
  readonly seconds: number;
}

/** What `--json` writes. */
export interface Report {
  /** losses of the first batches */
  readonly firstLosses: readonly number[];
  readonly epochs: readonly EpochRecord[];
  /** test accuracy of each class, null for one that the test split lacks */
  readonly perClass: readonly (number | null)[];
  readonly device: string;
  readonly threads: number;
}

export const epochRecord = (train: Score, test: Score, seconds: number): EpochRecord => ({
  trainLoss: train.loss, trainAcc: train.accuracy, testLoss: test.loss, testAcc: test.accuracy, seconds,
});

export const TABLE_HEAD = 'epoch | train loss  train acc | test loss  test acc | seconds';

/** A line of the table. */
export function tableLine(epoch: number, r: EpochRecord): string {
  return `${String(epoch).padStart(5)} | ${r.trainLoss.toFixed(6).padStart(10)}  ${r.trainAcc.toFixed(6).padStart(9)} | ` +
    `${r.testLoss.toFixed(6).padStart(9)}  ${r.testAcc.toFixed(4).padStart(8)} | ${r.seconds.toFixed(1).padStart(7)}`;
}

/** A line for each class. */
export const perClassLines = (perClass: Report['perClass'], names: readonly string[]): string[] => perClass.map((accuracy, i) =>
  `Accuracy of ${names[i]}: ${accuracy === null ? 'no images' : `${(100 * accuracy).toFixed(1)} %`}`);
