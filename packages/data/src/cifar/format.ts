import { broken, DataFileError } from '../mnist/idx.js';
import { builtin } from '../node/builtins.js';
import { isGzip, unpack } from '../node/read-idx-file.js';
import { tarEntries } from '../node/tar.js';
import type { Labelled } from '../vision-dataset.js';

/** How one of the two data sets lies in its archive, or in the folder that the archive unpacks to. */
export interface CifarLayout {
  /** the archive's name, and the folder in it */
  readonly archive: string;
  readonly folder: string;
  /** files of the pictures, of which a sample may lack all but the first */
  readonly train: readonly string[];
  readonly test: readonly string[];
  /** bytes of labels before each picture, of which the last counts */
  readonly labelBytes: number;
  readonly classes: readonly string[];
}

/** Pixels of a picture: planes of red, green and blue. */
const SIDE = 32, PLANE = SIDE * SIDE;

/** No archive holds more: 60,000 pictures, and a little text. */
const MAX_UNPACKED = 60_000 * (2 + 3 * PLANE) + (1 << 20);

/**
 * Reads the pictures of a split from a folder that holds the archive or what it unpacks to, from such a folder itself,
 * or from an archive.
 * @throws DataFileError, in one line, for files that are missing or broken
 */
export function readCifar(root: string, layout: CifarLayout, train: boolean, name: string): Labelled {
  const fs = builtin('node:fs', 'reading a file');
  const wanted = train ? layout.train : layout.test;
  const inside = `${root}/${layout.folder}`, archive = `${root}/${layout.archive}`;
  const found = [inside, root].find((folder) => fs.existsSync(`${folder}/${wanted[0]}`));
  if (found) {
    const names = wanted.filter((name) => fs.existsSync(`${found}/${name}`));
    return records(names.map((name) => [`${found}/${name}`, readFile(`${found}/${name}`)]), layout);
  }
  if (fs.existsSync(archive)) return readArchive(archive, layout, wanted);
  if (fs.statSync(root, { throwIfNoEntry: false })?.isFile()) return readArchive(root, layout, wanted);
  throw new DataFileError('Dataset not found or corrupted. You can use download=True to download it: there is neither ' +
    `${layout.archive} nor ${layout.folder}/${wanted[0]} in ${root}; put one there, or write await ${name}.load(root, { download: true })`);
}

function readFile(path: string): Uint8Array {
  try {
    return builtin('node:fs', 'reading a file').readFileSync(path);
  } catch (error) {
    throw new DataFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The unpacked files of an archive that the layout knows, by their names without folders. */
export function archiveFiles(path: string): Map<string, Uint8Array> {
  const bytes = readFile(path);
  const tar = isGzip(bytes) ? unpack(bytes, MAX_UNPACKED, path) : bytes;
  const files = new Map<string, Uint8Array>();
  for (const { name, data } of tarEntries(tar, path)) files.set(name.slice(name.lastIndexOf('/') + 1), data);
  return files;
}

function readArchive(path: string, layout: CifarLayout, wanted: readonly string[]): Labelled {
  const files = archiveFiles(path);
  const found = wanted.flatMap((name) => (files.has(name) ? [[`${name} in ${path}`, files.get(name)!] as const] : []));
  if (found.length === 0) throw broken(path, `has no ${wanted[0]}`);
  return records(found, layout);
}

/**
 * Pictures of files that have, again and again, labels and three planes of 32×32.
 * @see https://www.cs.toronto.edu/~kriz/cifar.html
 */
export function records(
  files: readonly (readonly [name: string, bytes: Uint8Array])[], { labelBytes, classes }: CifarLayout,
): Labelled {
  const record = labelBytes + 3 * PLANE;
  for (const [name, bytes] of files) {
    if (bytes.length > 0 && bytes.length % record === 0) continue;
    throw broken(name, `has ${bytes.length} bytes, which are not pictures of ${record} bytes each`);
  }
  const count = files.reduce((sum, [, bytes]) => sum + bytes.length / record, 0);
  const pixels = new Uint8Array(count * 3 * PLANE), labels = new Uint8Array(count);
  let item = 0;
  for (const [name, bytes] of files) {
    for (let at = 0; at < bytes.length; at += record, item++) {
      labels[item] = bytes[at + labelBytes - 1];
      if (labels[item] >= classes.length) {
        throw broken(name, `has label ${labels[item]} at picture ${at / record}, where there are ${classes.length} classes`);
      }
      const planes = at + labelBytes;
      for (let p = 0, to = item * 3 * PLANE; p < PLANE; p++) {
        pixels[to++] = bytes[planes + p];
        pixels[to++] = bytes[planes + PLANE + p];
        pixels[to++] = bytes[planes + 2 * PLANE + p];
      }
    }
  }
  return { pixels, labels, height: SIDE, width: SIDE, channels: 3 };
}
