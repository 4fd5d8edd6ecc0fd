import { checked } from '@sconce/tensor/internal';
import type { Image } from '../image/image.js';
import { builtin } from '../node/builtins.js';
import { downloadFile, isFile, type DownloadOptions, type RemoteFile } from '../node/download.js';
import { PixelDataset, type Labelled, type VisionOptions } from '../vision-dataset.js';
import { labelled, rawFolder, readPair, type IdxFiles } from './files.js';

export type { IdxFiles };

export interface MNISTOptions<X, Y> extends VisionOptions<X, Y> {
  /** the 60,000 training digits (default) or the 10,000 test digits */
  readonly train?: boolean | undefined;
}

/** What `load` takes besides what the constructor does. */
export interface LoadOptions extends DownloadOptions {
  /** fetch the files first where they are not there */
  readonly download?: boolean | undefined;
}

/**
 * The MNIST digits: 28×28 gray pictures with their labels, from torchvision's folder layout,
 * `root/MNIST/raw/train-images-idx3-ubyte` and so on, packed (`.gz`) or not.
 *
 * The files are read at once by `new MNIST(root)`; `await MNIST.load(root, { download: true })` fetches them first
 * where they are not there. In a browser, give the bytes: `new MNIST({ images, labels })`.
 * @throws DataFileError, in one line that names the file, for files that are missing or broken
 * @see https://pytorch.org/vision/stable/generated/torchvision.datasets.MNIST.html
 * @example
 * const train = await MNIST.load('./data', { download: true, transform: new transforms.ToTensor() });
 * const [image, target] = train.getItem(0); // image of shape [1, 28, 28], target 5
 */
export class MNIST<X = Image, Y = number> extends PixelDataset<X, Y> {
  /** the folder under `root` */
  static readonly folder: string = 'MNIST';
  /** where the files are fetched from, the first that answers */
  static readonly mirrors: readonly string[] = [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'http://yann.lecun.com/exdb/mnist/',
  ];
  static readonly resources: readonly RemoteFile[] = [
    { name: 'train-images-idx3-ubyte.gz', md5: 'f68b3c2dcbeaaa9fbdd348bbdeb94873', bytes: 9_912_422 },
    { name: 'train-labels-idx1-ubyte.gz', md5: 'd53e105ee54ea40749a09fcbcd1e9432', bytes: 28_881 },
    { name: 't10k-images-idx3-ubyte.gz', md5: '9fb629c4189551a2d022fa330f9573f3', bytes: 1_648_877 },
    { name: 't10k-labels-idx1-ubyte.gz', md5: 'ec29112dd5afa0611ce80d1b7f02629c', bytes: 4_542 },
  ];
  static readonly classes: readonly string[] = [
    '0 - zero', '1 - one', '2 - two', '3 - three', '4 - four',
    '5 - five', '6 - six', '7 - seven', '8 - eight', '9 - nine',
  ];

  /** the folder given; null for bytes in memory */
  readonly root: string | null;
  readonly classes: readonly string[];

  constructor(root: string | IdxFiles, options: MNISTOptions<X, Y> = {}) {
    const { train = true } = checked(new.target.name, options, 'train');
    super(train, new.target.read(root, options), options);
    this.root = typeof root === 'string' ? root : null;
    this.classes = new.target.classes;
  }

  /** The pictures and labels that are asked for. @throws DataFileError */
  protected static read(root: string | IdxFiles, { train = true }: { readonly train?: boolean | undefined }): Labelled {
    const prefix = train ? 'train' : 't10k';
    return labelled(readPair(root, this.folder, [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`]), this.classes);
  }

  /**
   * Makes the data set, downloading its files first if `download` is set and they are not there.
   * @throws DownloadError where no mirror gives them; it names the folder to put them in by hand
   */
  static async load<X = Image, Y = number>(
    root: string, options: MNISTOptions<X, Y> & LoadOptions = {},
  ): Promise<MNIST<X, Y>> {
    if (options.download) await this.download(root, options);
    return new this(root, options);
  }

  /** Downloads the files that are not there, or whose checksum is wrong. @throws DownloadError */
  static async download(root: string, options: DownloadOptions = {}): Promise<void> {
    const raw = rawFolder(root, this.folder);
    for (const file of this.wanted(root, options)) {
      const unpacked = `${raw}/${file.name.replace(/\.gz$/, '')}`;
      if (builtin('node:fs', 'downloading').existsSync(unpacked)) continue;
      if (await isFile(`${raw}/${file.name}`, file)) continue;
      await downloadFile(file, this.mirrors, raw, options);
    }
  }

  /** The files to download. */
  protected static wanted(_root: string, _options: object): readonly RemoteFile[] { return this.resources; }

  protected override extraRepr(): readonly string[] {
    return [...(this.root === null ? [] : [`Root location: ${this.root}`]), ...super.extraRepr()];
  }
}

/**
 * Fashion-MNIST: 28×28 pictures of clothes, in MNIST's format, under `root/FashionMNIST/raw`.
 * @see https://pytorch.org/vision/stable/generated/torchvision.datasets.FashionMNIST.html
 */
export class FashionMNIST<X = Image, Y = number> extends MNIST<X, Y> {
  static override readonly folder: string = 'FashionMNIST';
  static override readonly mirrors: readonly string[] = [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
  ];
  static override readonly resources: readonly RemoteFile[] = [
    { name: 'train-images-idx3-ubyte.gz', md5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d', bytes: 26_421_880 },
    { name: 'train-labels-idx1-ubyte.gz', md5: '25c81989df183df01b3e8a0aad5dffbe', bytes: 29_515 },
    { name: 't10k-images-idx3-ubyte.gz', md5: 'bef4ecab320f06d8554ea6380940ec79', bytes: 4_422_102 },
    { name: 't10k-labels-idx1-ubyte.gz', md5: 'bb300cfdad3c16e7a12a480ee83cd310', bytes: 5_148 },
  ];
  static override readonly classes: readonly string[] = [
    'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot',
  ];
}

/**
 * Kuzushiji-MNIST: 28×28 pictures of ten old Japanese letters, in MNIST's format, under `root/KMNIST/raw`.
 * @see https://pytorch.org/vision/stable/generated/torchvision.datasets.KMNIST.html
 */
export class KMNIST<X = Image, Y = number> extends MNIST<X, Y> {
  static override readonly folder: string = 'KMNIST';
  static override readonly mirrors: readonly string[] = ['http://codh.rois.ac.jp/kmnist/dataset/kmnist/'];
  static override readonly resources: readonly RemoteFile[] = [
    { name: 'train-images-idx3-ubyte.gz', md5: 'bdb82020997e1d708af4cf47b453dcf7' },
    { name: 'train-labels-idx1-ubyte.gz', md5: 'e144d726b3acfaa3e44228e80efcd344' },
    { name: 't10k-images-idx3-ubyte.gz', md5: '5c965bf0a639b31b8f53240b1b52f4d7' },
    { name: 't10k-labels-idx1-ubyte.gz', md5: '7320c461ea6c1c855c0b718fb2a4b134' },
  ];
  static override readonly classes: readonly string[] = ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'];
}
