import { checked } from '@sconce/tensor/internal';
import { broken } from '../mnist/idx.js';
import { builtin } from '../node/builtins.js';
import { downloadFile, isFile, type DownloadOptions, type RemoteFile } from '../node/download.js';
import type { Image } from '../image/image.js';
import { PixelDataset, type VisionOptions } from '../vision-dataset.js';
import { archiveFiles, readCifar, records, type CifarLayout } from './format.js';

/** Files that are in memory already, unpacked: what a browser fetches, `data_batch_1.bin` and so on. */
export interface CifarFiles { readonly batches: readonly Uint8Array[] }

export interface CIFAROptions<X, Y> extends VisionOptions<X, Y> {
  /** the 50,000 training pictures (default) or the 10,000 test pictures */
  readonly train?: boolean | undefined;
}

/**
 * CIFAR-10: 32×32 colour pictures of ten kinds of things, from the data set's binary form.
 *
 * `root` is a folder that holds `cifar-10-binary.tar.gz` or what it unpacks to (`cifar-10-batches-bin`), or the archive
 * itself. An archive with fewer batches, a sample, is taken as it is. `await CIFAR10.load(root, { download: true })`
 * fetches and unpacks it first where it is not there. In a browser, give the bytes: `new CIFAR10({ batches })`.
 * @throws DataFileError, in one line that names the file, for files that are missing or broken
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.CIFAR10.html
 * @example
 * const train = await CIFAR10.load('./data', { download: true, transform: new transforms.ToTensor() });
 * const [image, target] = train.getItem(0); // image of shape [3, 32, 32], target 6: a frog
 */
export class CIFAR10<X = Image, Y = number> extends PixelDataset<X, Y> {
  static readonly layout: CifarLayout = {
    archive: 'cifar-10-binary.tar.gz', folder: 'cifar-10-batches-bin', labelBytes: 1,
    train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), test: ['test_batch.bin'],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  };
  /** where the archive is fetched from, the first that answers */
  static readonly mirrors: readonly string[] = ['https://www.cs.toronto.edu/~kriz/'];
  static readonly resource: RemoteFile = {
    name: 'cifar-10-binary.tar.gz', md5: 'c32a1d4ab5d03f1284b67883e8d87530', bytes: 170_052_171,
  };

  /** the folder or archive given; null for bytes in memory */
  readonly root: string | null;
  readonly classes: readonly string[];

  constructor(root: string | CifarFiles, options: CIFAROptions<X, Y> = {}) {
    const { train = true } = checked(new.target.name, options, 'train');
    const { layout } = new.target;
    super(train, typeof root === 'string' ? readCifar(root, layout, train, new.target.name)
      : records(root.batches.map((bytes, i) => [`batches[${i}]`, bytes]), layout), options);
    this.root = typeof root === 'string' ? root : null;
    this.classes = layout.classes;
  }

  /**
   * Makes the data set, downloading it first if `download` is set and it is not there.
   * @throws DownloadError where no mirror gives it; it names the folder to put it in by hand
   */
  static async load<X = Image, Y = number>(
    root: string, options: CIFAROptions<X, Y> & DownloadOptions & { readonly download?: boolean | undefined } = {},
  ): Promise<CIFAR10<X, Y>> {
    if (options.download) await this.download(root, options);
    return new this(root, options);
  }

  /** Downloads and unpacks the archive, unless that has been done. @throws DownloadError */
  static async download(root: string, options: DownloadOptions = {}): Promise<void> {
    const fs = builtin('node:fs', 'downloading');
    const { archive, folder, train, test } = this.layout;
    const files = [...train, ...test];
    if (files.every((name) => fs.existsSync(`${root}/${folder}/${name}`))) return;
    if (!await isFile(`${root}/${archive}`, this.resource)) await downloadFile(this.resource, this.mirrors, root, options);
    const unpacked = archiveFiles(`${root}/${archive}`);
    await fs.promises.mkdir(`${root}/${folder}`, { recursive: true });
    for (const name of files) {
      const bytes = unpacked.get(name), path = `${root}/${folder}/${name}`;
      if (!bytes) throw broken(`${root}/${archive}`, `has no ${name}`);
      // a file gets its name when it is whole
      await fs.promises.writeFile(`${path}.part`, bytes);
      await fs.promises.rename(`${path}.part`, path);
    }
  }

  protected override extraRepr(): readonly string[] {
    return [...(this.root === null ? [] : [`Root location: ${this.root}`]), ...super.extraRepr()];
  }
}

/**
 * CIFAR-100: 32×32 colour pictures of a hundred kinds of things, from `cifar-100-binary.tar.gz`. Labels are the fine ones.
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.CIFAR100.html
 */
export class CIFAR100<X = Image, Y = number> extends CIFAR10<X, Y> {
  static override readonly layout: CifarLayout = {
    archive: 'cifar-100-binary.tar.gz', folder: 'cifar-100-binary', labelBytes: 2, train: ['train.bin'], test: ['test.bin'],
    classes: (
      'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel ' +
      'can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur ' +
      'dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion ' +
      'lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree ' +
      'pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea ' +
      'seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table ' +
      'tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman ' +
      'worm'
    ).split(' '),
  };
  static override readonly resource: RemoteFile = {
    name: 'cifar-100-binary.tar.gz', md5: '03b5dce01913d631647c71ecec9e9cb8', bytes: 168_513_733,
  };
}
