import { builtin } from '../node/builtins.js';
import { readIdxFile } from '../node/read-idx-file.js';
import type { Labelled } from '../vision-dataset.js';
import { DataFileError, readIdx, type IdxArray } from './idx.js';

/** IDX files that are in memory already, not packed: what a browser fetches. */
export interface IdxFiles {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** A data set's two files, and what messages call them. @internal */
export interface Pair {
  readonly images: IdxArray;
  readonly labels: IdxArray;
  readonly names: readonly [images: string, labels: string];
}

/** The folder in which a data set's files are. @internal */
export function rawFolder(root: string, folder: string): string {
  const home = root === '~' || root.startsWith('~/') ? builtin('node:os', 'finding the home folder').homedir() : '';
  return `${home ? home + root.slice(1) : root}/${folder}/raw`;
}

/**
 * Reads a data set's files of the given names, or what is given in their place.
 * @param asked options that a call which downloads them takes besides, for the message where they are not there
 * @throws DataFileError
 * @internal
 */
export function readPair(root: string | IdxFiles, folder: string, [images, labels]: Pair['names'], asked = ''): Pair {
  if (typeof root !== 'string') {
    return { images: readIdx(root.images, 'images'), labels: readIdx(root.labels, 'labels'), names: ['images', 'labels'] };
  }
  const raw = rawFolder(root, folder);
  const call = `await ${folder}.load(root, { ${asked}download: true })`;
  const names = [find(raw, images, call), find(raw, labels, call)] as const;
  return { images: readIdxFile(names[0]), labels: readIdxFile(names[1]), names };
}

/** The path of a file, packed or not. @throws DataFileError that says where to put it */
function find(raw: string, name: string, call: string): string {
  const { existsSync } = builtin('node:fs', 'reading a file');
  const found = [`${raw}/${name}`, `${raw}/${name}.gz`].find((path) => existsSync(path));
  if (found) return found;
  throw new DataFileError(`Dataset not found. You can use download=True to download it: there is neither ${name} ` +
    `nor ${name}.gz in ${raw}; put one there, or write ${call}`);
}

/** Pictures with labels of one byte. @throws DataFileError for files that are not that, or do not belong together. @internal */
export function labelled({ images, labels, names }: Pair, classes: readonly string[]): Labelled {
  return { ...picturesOf(images, names[0]), labels: checkLabels(bytesOf(labels, 1, names[1]), images, names, classes) };
}

/** The pixels of pictures. @throws DataFileError for what is none. @internal */
export function picturesOf(images: IdxArray, name: string): Omit<Labelled, 'labels'> {
  const pixels = bytesOf(images, 3, name);
  const [, height, width] = images.shape as readonly [number, number, number];
  return { pixels, height, width };
}

/** The labels themselves. @throws DataFileError where there are not as many as pictures, or one is beyond the classes. @internal */
export function checkLabels<Labels extends Uint8Array | Int32Array>(
  labels: Labels, images: IdxArray, [imagesName, labelsName]: Pair['names'], classes: readonly string[],
): Labels {
  const [count] = images.shape;
  if (count !== labels.length) {
    throw new DataFileError(`${imagesName} has ${count} images, but ${labelsName} has ${labels.length} labels: ` +
      'the files do not belong together');
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes.length);
  if (wrong >= 0) {
    throw new DataFileError(`${labelsName} has label ${labels[wrong]} at item ${wrong}, where there are ` +
      `${classes.length} classes: it is not the label file of this data set`);
  }
  return labels;
}

function bytesOf({ shape, data }: IdxArray, dims: number, name: string): Uint8Array {
  if (data instanceof Uint8Array && shape.length === dims) return data;
  const got = `${shape.length} dimensions of ${data.constructor.name.replace('Array', '')}`;
  throw new DataFileError(`${name} has ${got} where there should be ${dims} of Uint8: ` +
    'images and labels may have been exchanged');
}
