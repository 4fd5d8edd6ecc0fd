/** `torchvision.datasets`. */
export {
  CIFAR10, CIFAR100, DatasetFolder, DataFileError, defaultLoader, EMNIST, FakeData, FashionMNIST, ImageFolder, IMG_EXTENSIONS, KMNIST, MNIST,
  PixelDataset, QMNIST, SyntheticDigits, VisionDataset,
} from '@sconce/data';
export type {
  CIFAROptions, EMNISTOptions, EMNISTSplit, FakeDataOptions, FolderOptions, ImageFolderOptions, MNISTOptions, QMNISTOptions, QMNISTSubset, SyntheticDigitsOptions, VisionOptions,
} from '@sconce/data';
