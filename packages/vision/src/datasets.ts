/** `torchvision.datasets`. */
export {
  CIFAR10, CIFAR100, DatasetFolder, DataFileError, defaultLoader, FakeData, FashionMNIST, ImageFolder, IMG_EXTENSIONS, KMNIST, MNIST,
  PixelDataset, SyntheticDigits, VisionDataset,
} from '@sconce/data';
export type {
  CIFAROptions, FakeDataOptions, FolderOptions, ImageFolderOptions, MNISTOptions, SyntheticDigitsOptions, VisionOptions,
} from '@sconce/data';
