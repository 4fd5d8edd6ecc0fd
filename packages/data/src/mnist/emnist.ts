import { checked } from '@sconce/tensor/internal';
import type { Image } from '../image/image.js';
import { builtin } from '../node/builtins.js';
import { downloadFile, isFile, type DownloadOptions, type RemoteFile } from '../node/download.js';
import { unzip } from '../node/unzip.js';
import type { Labelled } from '../vision-dataset.js';
import { choice } from './choice.js';
import { labelled, rawFolder, readPair, type IdxFiles } from './files.js';
import { MNIST, type LoadOptions, type MNISTOptions } from './mnist.js';

const SPLITS = ['byclass', 'bymerge', 'balanced', 'letters', 'digits', 'mnist'] as const;

/** How EMNIST's letters and digits are divided into classes. */
export type EMNISTSplit = (typeof SPLITS)[number];

export interface EMNISTOptions<X, Y> extends MNISTOptions<X, Y> {
  /** which split; may be an argument of its own */
  readonly split?: EMNISTSplit | undefined;
}

const digits = [...'0123456789'], small = [...'abcdefghijklmnopqrstuvwxyz'];
const all = [...digits, ...small.map((letter) => letter.toUpperCase()), ...small];
/** Without the small letters that are written as the capital ones. */
const merged = all.filter((letter) => !'cijklmopsuvwxyz'.includes(letter));

/**
 * EMNIST: 28×28 pictures of letters and digits written by hand, in MNIST's format, under `root/EMNIST/raw`.
 *
 * As in the files, pictures are transposed: rows are what columns should be. `await EMNIST.load(root, 'letters',
 * { download: true })` fetches `gzip.zip`, of all splits, and takes the split's files from it.
 * @param split 'byclass', 'bymerge', 'balanced', 'letters' (whose classes begin at 1), 'digits' or 'mnist'
 * @throws ValueError for another split; DataFileError, in one line that names the file, for files that are missing or broken
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.EMNIST.html
 * @example
 * const test = await EMNIST.load('./data', 'letters', { train: false, download: true });
 * const [image, target] = test.getItem(0); // an Image of 28×28, and 1: test.classes[1] is 'a'
 */
export class EMNIST<X = Image, Y = number> extends MNIST<X, Y> {
  static override readonly folder: string = 'EMNIST';
  static override readonly mirrors: readonly string[] = [
    'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/', 'https://biometrics.nist.gov/cs_links/EMNIST/',
  ];
  static override readonly resources: readonly RemoteFile[] = [{ name: 'gzip.zip', md5: '58c8d27c78d21e728a6bc7b3cc06412e' }];
  static readonly splits: readonly EMNISTSplit[] = SPLITS;
  static readonly classesSplitDict: Readonly<Record<EMNISTSplit, readonly string[]>> = {
    byclass: all, bymerge: merged, balanced: merged, letters: ['N/A', ...small], digits, mnist: digits,
  };

  readonly split: EMNISTSplit;
  override readonly classes: readonly string[];

  constructor(root: string | IdxFiles, split: EMNISTSplit | EMNISTOptions<X, Y>, options: EMNISTOptions<X, Y> = {}) {
    const given = named(split, checked(new.target.name, options, 'train'));
    super(root, given);
    this.split = given.split;
    this.classes = new.target.classesSplitDict[given.split];
  }

  protected static override read(
    root: string | IdxFiles, { split, train = true }: Pick<EMNISTOptions<never, never>, 'split' | 'train'>,
  ): Labelled {
    return labelled(readPair(root, this.folder, namesOf(split!, train), `split: '${split!}', `), this.classesSplitDict[split!]);
  }

  /**
   * Makes the data set, downloading its files first if `download` is set and they are not there.
   * @throws DownloadError where no mirror gives them; it names the folder to put them in by hand
   */
  static override async load<X = Image, Y = number>(
    root: string, split: EMNISTSplit | EMNISTOptions<X, Y> & LoadOptions = {}, options: EMNISTOptions<X, Y> & LoadOptions = {},
  ): Promise<EMNIST<X, Y>> {
    const given = named(split, options);
    if (given.download) await this.download(root, given);
    return new this(root, given);
  }

  /** Downloads the files that are not there, of one split or of all, or whose checksum is wrong. @throws DownloadError */
  static override async download(root: string, options: DownloadOptions & { readonly split?: EMNISTSplit | undefined } = {}): Promise<void> {
    const { split, ...rest } = options;
    const wanted = split === undefined ? SPLITS : [choice(split, 'split', SPLITS)];
    const raw = rawFolder(root, this.folder), { existsSync } = builtin('node:fs', 'downloading');
    const missing = wanted.flatMap((one) => [...namesOf(one, true), ...namesOf(one, false)])
      .filter((name) => !existsSync(`${raw}/${name}`) && !existsSync(`${raw}/${name}.gz`));
    if (missing.length === 0) return;
    const [archive] = this.resources as readonly [RemoteFile];
    if (!await isFile(`${raw}/${archive.name}`, archive)) await downloadFile(archive, this.mirrors, raw, rest);
    await unzip(`${raw}/${archive.name}`, missing.map((name) => `${name}.gz`), raw);
  }
}

const namesOf = (split: EMNISTSplit, train: boolean): readonly [images: string, labels: string] => {
  const prefix = `emnist-${split}-${train ? 'train' : 'test'}`;
  return [`${prefix}-images-idx3-ubyte`, `${prefix}-labels-idx1-ubyte`];
};

/** The options, with the split among them. @throws TypeError for no split, ValueError for one that there is not */
function named<O extends { readonly split?: EMNISTSplit | undefined }>(split: EMNISTSplit | O, options: O): O & { readonly split: EMNISTSplit } {
  const given = typeof split === 'object' && split !== null ? { ...split, ...options } : { ...options, split };
  if (given.split === undefined) throw new TypeError("EMNIST.__init__() missing 1 required positional argument: 'split'");
  return { ...given, split: choice(given.split, 'split', SPLITS) };
}
