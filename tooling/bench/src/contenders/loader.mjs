// Loaders of Sconce, with workers or without. The file is their workers' module too.
import { createHash } from 'node:crypto';
import * as torch from 'sconce';
import { digest } from '../numbers.mjs';

const { datasets, transforms, utils: { data: { DataLoader, serveDataset } } } = torch;

/** What workers are told of their data. @typedef {{ kind: string, folder: string, random: boolean }} Given */

const MNIST_MEAN = [0.1307], MNIST_STD = [0.3081];
const MEAN = [0.485, 0.456, 0.406], STD = [0.229, 0.224, 0.225];

/** @param {Given} given */
function makeDataset({ kind, folder, random }) {
  const tensors = [new transforms.ToTensor(), kind === 'digits' ? new transforms.Normalize(MNIST_MEAN, MNIST_STD) : new transforms.Normalize(MEAN, STD)];
  if (kind === 'digits') return new datasets.MNIST(folder, { transform: new transforms.Compose(tensors) });
  /** @type {InstanceType<typeof transforms.Compose>['transforms'][number][]} */
  const sizes = random ? [new transforms.RandomResizedCrop(224), new transforms.RandomHorizontalFlip()] : [new transforms.Resize([224, 224])];
  return new datasets.ImageFolder(folder, { transform: new transforms.Compose([...sizes, ...tensors]) });
}

serveDataset(makeDataset);

/**
 * @param {Given} given
 * @param {{ batch: number, workers: number }} options
 * @returns {AsyncIterable<[images: torch.Tensor, targets: torch.Tensor]>}
 */
const loaderOf = (given, { batch, workers }) => new DataLoader(/** @type {any} */ (makeDataset(given)), {
  batchSize: batch, shuffle: true,
  ...(workers > 0 ? { numWorkers: workers, workerModule: import.meta.url, workerArgs: given, persistentWorkers: true } : {}),
});

async function* forEver(loader) { for (;;) yield* loader; }

/** What all batches of a shuffled round hold, in their order. @param {Given} given @param {{ batch: number, workers: number }} options */
export async function fingerprint(given, options) {
  torch.manualSeed(0);
  const hash = createHash('sha256');
  let batches = 0;
  for await (const [images, targets] of loaderOf(given, options)) {
    for (const x of [images, targets]) hash.update(/** @type {Uint8Array} */ (x.contiguous().numpy()));
    batches++;
  }
  return { batches, hash: hash.digest('hex') };
}

/**
 * @param {{ kind: string, batch: number, folder?: string }} row
 * @param {{ data: string, workers: number }} options
 * @returns {Promise<import('../serve.mjs').Contest>}
 */
export async function setup({ kind, batch, folder = '' }, { data, workers }) {
  const given = { kind, folder: kind === 'digits' ? data : folder, random: kind !== 'digits' };
  const loader = loaderOf(given, { batch, workers });
  const value = async () => {
    torch.manualSeed(0);
    for await (const [images] of loaderOf({ ...given, random: false }, { batch, workers: 0 })) return digest(images.numpy());
    return NaN;
  };
  if (kind === 'digits') {
    const batches = forEver(loader);
    return { step: () => batches.next(), value };
  }
  const round = async () => { for await (const _ of loader); };
  // workers are started before anything is timed, as they stay
  await round();
  return { step: round, value };
}
