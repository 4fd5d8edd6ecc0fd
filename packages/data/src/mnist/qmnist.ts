import { fromTypedArray, type Tensor } from '@sconce/tensor';
import type { Image } from '../image/image.js';
import { builtin } from '../node/builtins.js';
import { DownloadError, type DownloadOptions, type RemoteFile } from '../node/download.js';
import type { Labelled } from '../vision-dataset.js';
import { choice } from './choice.js';
import { checkLabels, picturesOf, rawFolder, readPair, type IdxFiles } from './files.js';
import { DataFileError } from './idx.js';
import { MNIST, type LoadOptions, type MNISTOptions } from './mnist.js';

const SUBSETS = ['train', 'test', 'test10k', 'test50k', 'nist'] as const;

/** The parts of QMNIST. */
export type QMNISTSubset = (typeof SUBSETS)[number];

/** An item's target: its class, or all that is known of it. */
export type QMNISTTarget<Compat extends boolean> = Compat extends true ? number : Tensor;

interface Which {
  /** the part; default 'train', or 'test' where `train` is false */
  readonly what?: QMNISTSubset | undefined;
  readonly train?: boolean | undefined;
}

export interface QMNISTOptions<X, Compat extends boolean, Y> extends Which, Omit<MNISTOptions<X, Y>, 'targetTransform' | 'train'> {
  /** targets are classes (default) rather than vectors of all that is known of a digit */
  readonly compat?: Compat | undefined;
  readonly targetTransform?: ((target: QMNISTTarget<Compat>) => Y) | undefined;
}

/** The pictures of MNIST's own test set come first in the test set. */
const TEST = 10_000;

/** How the names of a part's files begin, packed as they are. */
const FILES = {
  train: ['qmnist-train', '.gz'], test: ['qmnist-test', '.gz'], test10k: ['qmnist-test', '.gz'], test50k: ['qmnist-test', '.gz'],
  nist: ['xnist', '.xz'],
} as const;

/**
 * QMNIST: MNIST's digits with 50,000 more to test with, and where each comes from, under `root/QMNIST/raw`.
 *
 * `targets` has shape [N, 8]: class, series, writer, number among the writer's, class in NIST's encoding, number in NIST's
 * files, and two of no use. The 402,953 digits of 'nist' are packed by xz, which nothing here unpacks: `load` says where to put them.
 * @throws ValueError for another part; DataFileError, in one line that names the file, for files that are missing or broken
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.QMNIST.html
 * @example
 * const test = await QMNIST.load('./data', { what: 'test50k', compat: false, download: true });
 * const [image, target] = test.getItem(0); // an Image of 28×28, and a tensor of shape [8]
 */
export class QMNIST<X = Image, Compat extends boolean = true, Y = QMNISTTarget<Compat>> extends MNIST<X, Y> {
  static override readonly folder: string = 'QMNIST';
  static override readonly mirrors: readonly string[] = ['https://raw.githubusercontent.com/facebookresearch/qmnist/master/'];
  static override readonly resources: readonly RemoteFile[] = [
    { name: 'qmnist-train-images-idx3-ubyte.gz', md5: 'ed72d4157d28c017586c42bc6afe6370' },
    { name: 'qmnist-train-labels-idx2-int.gz', md5: '0058f8dd561b90ffdd0f734c6a30e5e4' },
    { name: 'qmnist-test-images-idx3-ubyte.gz', md5: '1394631089c404de565df7b7aeaf9412' },
    { name: 'qmnist-test-labels-idx2-int.gz', md5: '5b5b05890a5e13444e108efe57b788aa' },
    { name: 'xnist-images-idx3-ubyte.xz', md5: '7f124b3b8ab81486c9d8c2749c17f834' },
    { name: 'xnist-labels-idx2-int.xz', md5: '5ed0e788978e45d4a8bd4b7caec3d79d' },
  ];

  readonly what: QMNISTSubset;
  readonly compat: boolean;

  constructor(root: string | IdxFiles, options: QMNISTOptions<X, Compat, Y> = {}) {
    super(root, options as MNISTOptions<X, Y>);
    this.what = partOf(options);
    this.compat = options.compat ?? true;
  }

  protected static override read(root: string | IdxFiles, options: Which): Labelled {
    const what = partOf(options), [prefix] = FILES[what];
    const { images, labels, names } = readPair(
      root, this.folder, [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx2-int`], `what: '${what}', `);
    const { pixels, height, width } = picturesOf(images, names[0]);
    const [count, columns] = labels.shape as readonly [number, number];
    if (!(labels.data instanceof Int32Array && labels.shape.length === 2 && columns > 0)) {
      throw new DataFileError(`${names[1]} has ${labels.shape.length} dimensions of ${labels.data.constructor.name.replace('Array', '')} ` +
        'where there should be 2 of Int32: images and labels may have been exchanged');
    }
    const { data } = labels;
    const classes = checkLabels(Int32Array.from({ length: count }, (_, i) => data[i * columns]), images, names, this.classes);
    const [start, end] = what === 'test10k' ? [0, Math.min(TEST, count)] : [what === 'test50k' ? Math.min(TEST, count) : 0, count];
    return {
      pixels: pixels.subarray(start * height * width, end * height * width), height, width,
      labels: Uint8Array.from(classes.subarray(start, end)),
      targets: fromTypedArray(BigInt64Array.from(data.subarray(start * columns, end * columns), BigInt), [end - start, columns]),
    };
  }

  /**
   * Makes the data set, downloading its files first if `download` is set and they are not there.
   * @throws DownloadError where no mirror gives them; it names the folder to put them in by hand
   */
  static override async load<X = Image, Compat extends boolean = true, Y = QMNISTTarget<Compat>>(
    root: string, options: QMNISTOptions<X, Compat, Y> & LoadOptions = {},
  ): Promise<QMNIST<X, Compat, Y>> {
    if (options.download) await this.download(root, options);
    return new this(root, options);
  }

  /** Downloads the files of one part that are not there, or whose checksum is wrong. @throws DownloadError */
  static override async download(root: string, options: DownloadOptions & Which = {}): Promise<void> { await super.download(root, options); }

  protected static override wanted(root: string, options: Which): readonly RemoteFile[] {
    const [prefix, packing] = FILES[partOf(options)], raw = rawFolder(root, this.folder);
    const files = this.resources.filter(({ name }) => name.startsWith(prefix));
    if (packing === '.gz') return files;
    const missing = files.map(({ name }) => name.slice(0, -3)).filter((name) => !builtin('node:fs', 'downloading').existsSync(`${raw}/${name}`));
    if (missing.length === 0) return [];
    const addresses = missing.map((name) => `${this.mirrors[0]}${name}.xz`);
    throw new DownloadError(`${missing.join(' and ')} can only be had packed by xz, which nothing here unpacks: fetch ` +
      `${addresses.join(' and ')}, unpack with "xz --decompress", and put what that gives into ${raw}`);
  }

  protected override targetAt(at: number): number {
    const target = this.targets.select(0, at);
    return this.compat ? Number(target.select(0, 0).contiguous().numpy()[0]) : target as unknown as number;
  }

  protected override splitName(): string { return this.what; }
}

const partOf = ({ what, train = true }: Which): QMNISTSubset => (what === undefined ? train ? 'train' : 'test' : choice(what, 'what', SUBSETS));
