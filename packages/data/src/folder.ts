import { NotImplementedError, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { wrapIndex } from './dataset.js';
import type { Image } from './image/image.js';
import { DataFileError } from './mnist/idx.js';
import { builtin } from './node/builtins.js';
import { VisionDataset, type VisionOptions } from './vision-dataset.js';

/** Makes a picture of a file's bytes. */
export type ImageDecoder = (bytes: Uint8Array) => Image;

let decoder: ImageDecoder | undefined;

/**
 * Says how image folders read their files. `sconce` registers that of @sconce/vision; who takes the packages one by one
 * does it: `registerImageDecoder(io.decodeToImage)`. Workers must do so too.
 */
export function registerImageDecoder(decode: ImageDecoder): void { decoder = decode; }

/** What pictures are taken from, by the ends of their names. */
export const IMG_EXTENSIONS: readonly string[] = ['.jpg', '.jpeg', '.png'];

/**
 * A file's picture in RGB.
 * @throws NotImplementedError where no decoder is registered
 * @see https://pytorch.org/vision/0.14/_modules/torchvision/datasets/folder.html
 */
export function defaultLoader(path: string): Image {
  if (!decoder) {
    throw new NotImplementedError('no decoder of images is registered: import from sconce, or write ' +
      'registerImageDecoder(io.decodeToImage), with io of @sconce/vision');
  }
  try {
    const image = decoder(builtin('node:fs', 'reading a file').readFileSync(path));
    return image.mode === 'RGB' ? image : image.convert('RGB');
  } catch (error) {
    throw new DataFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

export interface FolderOptions<X, Y, I> extends VisionOptions<X, Y, I> {
  /** which files count, by the ends of their names, small letters */
  readonly extensions?: readonly string[] | undefined;
  /** or which files count, by their paths */
  readonly isValidFile?: ((path: string) => boolean) | undefined;
}

/**
 * Files in folders, one folder for each class: `root/dog/xxx.bin`, `root/cat/nested/yyy.bin`. Classes and files are in
 * the order of their names.
 * @param loader what makes an item of a path
 * @throws DataFileError where there is no class, or a class without files; ValueError unless exactly one of `extensions`
 *   and `isValidFile` is given
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.DatasetFolder.html
 */
export class DatasetFolder<I, X = I, Y = number> extends VisionDataset<X, Y, I> {
  readonly classes: readonly string[];
  /** each file with its class's number */
  readonly samples: readonly (readonly [path: string, target: number])[];
  readonly extensions: readonly string[] | undefined;

  constructor(readonly root: string, readonly loader: (path: string) => I, options: FolderOptions<X, Y, I> = {}) {
    super(checked('DatasetFolder', options, 'extensions'));
    const { extensions, isValidFile } = options;
    if ((extensions === undefined) === (isValidFile === undefined)) {
      throw new ValueError('Both extensions and is_valid_file cannot be None or not None at the same time');
    }
    const counts = isValidFile ?? ((path: string) => extensions!.some((end) => path.toLowerCase().endsWith(end)));
    this.extensions = extensions;
    this.classes = findClasses(root);
    this.samples = this.classes.flatMap((name, target) => {
      const files = filesIn(`${root}/${name}`).filter(counts);
      return files.map((path) => [path, target] as const);
    });
    const empty = this.classes.filter((_, target) => !this.samples.some((sample) => sample[1] === target));
    if (empty.length > 0) {
      throw new DataFileError(`Found no valid file for the classes ${empty.join(', ')}. ` +
        (extensions ? `Supported extensions are: ${extensions.join(', ')}` : `None of the files in ${root} counts`));
    }
  }

  get length(): number { return this.samples.length; }

  /** The classes' numbers of all files. */
  get targets(): readonly number[] { return this.samples.map(([, target]) => target); }

  /** Each class with its number. */
  get classToIdx(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.classes.map((name, i) => [name, i]));
  }

  getItem(index: number): [image: X, target: Y] {
    const [path, target] = this.samples[wrapIndex(index, this.samples.length)];
    return this.item(this.loader(path), target);
  }

  protected override extraRepr(): readonly string[] { return [`Root location: ${this.root}`]; }
}

function findClasses(root: string): string[] {
  const fs = builtin('node:fs', 'reading folders');
  let entries: string[];
  try {
    entries = fs.readdirSync(root);
  } catch (error) {
    throw new DataFileError(`${root} cannot be read: ${(error as Error).message}`);
  }
  const classes = entries.filter((name) => fs.statSync(`${root}/${name}`, { throwIfNoEntry: false })?.isDirectory()).sort();
  if (classes.length === 0) throw new DataFileError(`Couldn't find any class folder in ${root}.`);
  return classes;
}

/** Paths of all files in a folder and the folders inside it, folder by folder in the order of their paths. */
function filesIn(root: string): string[] {
  const fs = builtin('node:fs', 'reading folders');
  const folders: [path: string, files: string[]][] = [];
  const walk = (folder: string): void => {
    const paths = fs.readdirSync(folder).sort().map((name) => `${folder}/${name}`);
    const isFolder = (path: string): boolean => fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    folders.push([folder, paths.filter((path) => !isFolder(path))]);
    paths.filter(isFolder).forEach(walk);
  };
  walk(root);
  return folders.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, files]) => files);
}

export interface ImageFolderOptions<X, Y> extends VisionOptions<X, Y> {
  /** what makes a picture of a path; default `defaultLoader` */
  readonly loader?: ((path: string) => Image) | undefined;
  /** which files count; default: those that `IMG_EXTENSIONS` says */
  readonly isValidFile?: ((path: string) => boolean) | undefined;
}

/**
 * Pictures in folders, one folder for each class: `root/dog/xxx.png`, `root/cat/yyy.jpeg`; also ImageNet's layout.
 * @throws DataFileError where there is no class, or a class without pictures
 * @see https://pytorch.org/vision/0.14/generated/torchvision.datasets.ImageFolder.html
 * @example
 * const train = new ImageFolder('./pets/train', { transform: new transforms.RandomResizedCrop(224) });
 * train.classes; // ['cat', 'dog']
 */
export class ImageFolder<X = Image, Y = number> extends DatasetFolder<Image, X, Y> {
  constructor(root: string, options: ImageFolderOptions<X, Y> = {}) {
    const { loader = defaultLoader, isValidFile, ...rest } = checked('ImageFolder', options, 'loader');
    super(root, loader, { ...rest, ...(isValidFile ? { isValidFile } : { extensions: IMG_EXTENSIONS }) });
  }

  /** The same as `samples`. */
  get imgs(): readonly (readonly [path: string, target: number])[] { return this.samples; }
}
