import type { IterableDataset, MapStyle } from '../dataset.js';

/** What a loader's worker knows of itself. */
export interface WorkerInfo {
  /** 0 to numWorkers - 1 */
  readonly id: number;
  readonly numWorkers: number;
  /** what its default generator was seeded with: the loader's seed of the round plus the id */
  readonly seed: number | bigint;
  /** the worker's own data set */
  readonly dataset: MapStyle<unknown> | IterableDataset<unknown>;
}

let current: WorkerInfo | null = null;

/**
 * Which worker of a `DataLoader` this is; null outside of workers. A stream uses it to give its own share of the items.
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.get_worker_info
 * @example
 * class Count extends IterableDataset<number> {
 *   * [Symbol.iterator]() {
 *     const { id, numWorkers } = getWorkerInfo() ?? { id: 0, numWorkers: 1 };
 *     for (let i = id; i < 100; i += numWorkers) yield i;
 *   }
 * }
 */
export const getWorkerInfo = (): WorkerInfo | null => current;

/** @internal */
export function setWorkerInfo(info: WorkerInfo): void { current = info; }
