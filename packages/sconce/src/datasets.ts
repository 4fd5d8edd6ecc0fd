// torchvision.datasets
export { DataFileError, FashionMNIST, MNIST, SyntheticDigits, VisionDataset } from '@sconce/data';
export type { MNISTOptions, SyntheticDigitsOptions, VisionOptions } from '@sconce/data';
