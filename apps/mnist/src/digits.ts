import { existsSync } from 'node:fs';
import { UsageError } from '@sconce/app-kit';
import { datasets, transforms, utils, type Tensor } from 'sconce';
import type { Options } from './options.js';

export type Digits = utils.data.Dataset<[Tensor, number]>;

/**
 * The training and the test digits, as [1, 28, 28] float tensors with their labels.
 * @throws UsageError for files that are missing or broken
 */
export async function loadDigits({ dataset, data, download, limit }: Options): Promise<{ train: Digits; test: Digits }> {
  const transform = new transforms.ToTensor();
  const split = async (train: boolean): Promise<Digits> => {
    const all = dataset === 'mnist'
      ? await datasets.MNIST.load(data, { train, transform, download })
      : new datasets.SyntheticDigits({ train, transform });
    return limit !== undefined && limit < all.length
      ? new utils.data.Subset(all, Array.from({ length: limit }, (_, i) => i)) : all;
  };
  if (dataset === 'mnist' && !download && !existsSync(`${data}/MNIST/raw`)) {
    throw new UsageError(`--data ${data}: there is no folder MNIST/raw in it; name the folder that holds it, ` +
      'or add --download to fetch the files');
  }
  try {
    return { train: await split(true), test: await split(false) };
  } catch (error) {
    throw error instanceof datasets.DataFileError ? new UsageError(error.message) : error;
  }
}
