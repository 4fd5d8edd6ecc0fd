export { CIFAR10, CIFAR100, type CifarFiles, type CIFAROptions } from './cifar/cifar.js';
export { defaultCollate, defaultConvert, type Collated } from './collate.js';
export { DataLoader, type DataLoaderOptions } from './dataloader.js';
export * as distributed from './distributed-sampler.js';
export { DistributedSampler, type DistributedSamplerOptions } from './distributed-sampler.js';
export {
  ChainDataset, ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, type MapStyle,
} from './dataset.js';
export { FakeData, type FakeDataOptions } from './fake-data.js';
export {
  DatasetFolder, defaultLoader, ImageFolder, IMG_EXTENSIONS, registerImageDecoder,
} from './folder.js';
export type { FolderOptions, ImageDecoder, ImageFolderOptions } from './folder.js';
export { Image, type ImageLike, type ImageMode } from './image/image.js';
export { DataFileError, readIdx, type IdxArray } from './mnist/idx.js';
export { EMNIST, type EMNISTOptions, type EMNISTSplit } from './mnist/emnist.js';
export { FashionMNIST, KMNIST, MNIST, type IdxFiles, type LoadOptions, type MNISTOptions } from './mnist/mnist.js';
export { QMNIST, type QMNISTOptions, type QMNISTSubset, type QMNISTTarget } from './mnist/qmnist.js';
export {
  DownloadError, downloadUrl, type DownloadOptions, type DownloadUrlOptions, type DownloadProgress, type RemoteFile, type StopSignal,
} from './node/download.js';
export { randomSplit } from './random-split.js';
export {
  BatchSampler, RandomSampler, Sampler, SequentialSampler, SubsetRandomSampler, WeightedRandomSampler,
} from './sampler.js';
export { SyntheticDigits, type SyntheticDigitsOptions } from './synthetic/synthetic-digits.js';
export * as transforms from './transforms/index.js';
export { PixelDataset, VisionDataset, type VisionOptions } from './vision-dataset.js';
export type { WorkerOptions } from './workers/options.js';
export { serveDataset, type ServeOptions } from './workers/serve.js';
export type { WorkerModule } from './workers/thread.js';
export type { WebWorker } from './workers/web-thread.js';
export { getWorkerInfo, type WorkerInfo } from './workers/worker-info.js';
