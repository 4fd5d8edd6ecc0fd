import { UsageError } from '@sconce/app-kit';
import { datasets, transforms, utils, type Tensor } from 'sconce';
import type { Options } from './options.js';

export type Pictures = utils.data.Dataset<[Tensor, number]>;

/** What the network sees: each colour from -1 to 1. */
const transform = new transforms.Compose([
  new transforms.ToTensor(), new transforms.Normalize([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
]);

/**
 * The training and the test pictures, as [3, 32, 32] float tensors with their labels, and the names of the classes.
 * @throws UsageError for files that are missing or broken
 */
export async function loadPictures(
  { data, download, limit }: Options,
): Promise<{ train: Pictures; test: Pictures; classes: readonly string[] }> {
  const first = (all: Pictures): Pictures => (limit !== undefined && limit < all.length
    ? new utils.data.Subset(all, Array.from({ length: limit }, (_, i) => i)) : all);
  try {
    const train = await datasets.CIFAR10.load(data, { train: true, transform, download });
    const test = new datasets.CIFAR10(data, { train: false, transform });
    return { train: first(train), test: first(test), classes: train.classes };
  } catch (error) {
    if (!(error instanceof datasets.DataFileError)) throw error;
    throw new UsageError(`--data ${data}: ${error.message.replace(/^Dataset not found.*: there/, 'there')
      .replace(/; put one there, .*$/, '; name another place, or add --download to fetch it')}`);
  }
}
