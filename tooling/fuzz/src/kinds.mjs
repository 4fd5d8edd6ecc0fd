import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { pngOfParts, pngRepaired, tarRepaired } from './archives.mjs';
import * as seeds from './seeds.mjs';

/** What archives say of when they were made: files are the same for the same seed. */
const TIME = new Date(1980, 0, 1);

/**
 * A kind of file: what is changed, and who reads it.
 * @typedef {object} Kind
 * @property {string} name
 * @property {number} share how many of all inputs, relative to the others
 * @property {readonly Uint8Array[]} originals files that are whole, or parts of them; no Buffers, whose slices share memory
 * @property {(changed: Uint8Array, draw: import('./mutate.mjs').Draw) => Uint8Array} [wrap] makes a file of a changed part
 * @property {(bytes: Uint8Array) => unknown} read
 * @property {(error: unknown) => boolean} isTyped whether a refusal is one that the reader promises
 * @property {(value: unknown) => Promise<unknown>} [again] writes a value and reads it again
 */

/**
 * All kinds.
 * @param {typeof import('sconce')} torch
 * @param {string} folder where files may be written
 * @returns {Kind[]}
 */
export function makeKinds(torch, folder) {
  const { datasets, torchvision: { io }, utils: { data } } = torch;
  const dataFile = (error) => error instanceof data.DataFileError;
  const picture = (error) => error instanceof io.ImageFormatError;
  const checkpoint = (error) => error instanceof torch.UnpicklingError || error instanceof torch.RuntimeError;
  // numpy says TypeError of dtypes that it has and torch has not
  const array = (error) => error instanceof torch.ValueError || error instanceof torch.RuntimeError ||
    (error instanceof TypeError && /^(can't convert np\.ndarray of type|arrays of structured dtypes)/.test(error.message));
  const tensors = (error) => error instanceof torch.SafetensorError;

  const items = (set) => [set.data, set.targets, ...set.getItem(0), ...set.getItem(-1)];
  const first = (set) => (set.length === 0 ? [] : items(set));
  const file = (name, bytes) => {
    writeFileSync(`${folder}/${name}`, bytes);
    return `${folder}/${name}`;
  };
  mkdirSync(`${folder}/MNIST/raw`, { recursive: true });
  writeFileSync(`${folder}/MNIST/raw/train-labels-idx1-ubyte`, seeds.idxLabels);
  const packedDigits = (bytes) => {
    file('MNIST/raw/train-images-idx3-ubyte.gz', bytes);
    return first(new datasets.MNIST(folder));
  };

  const rewritten = async (value) => {
    try {
      return await torch.load(await torch.save(value));
    } catch (error) {
      // a file may name one storage with two dtypes, which is read as it says and cannot be written
      if (error instanceof torch.PicklingError && error.message.endsWith('view the same data as different types')) return null;
      throw error;
    }
  };
  const bothPictures = (bytes) => [io.decodeToImage(bytes), io.decodeImage(bytes, { mode: 'RGB_ALPHA', allow16Bits: true })];
  const bothOfJpeg = (bytes) => [io.decodeToImage(bytes), io.decodeImage(bytes, { mode: 'GRAY' })];

  return [
    { name: 'idx', share: 8, originals: seeds.idx, isTyped: dataFile, read: (bytes) => Object.values(data.readIdx(bytes)) },
    {
      name: 'mnist', share: 8, originals: [seeds.idxImages], isTyped: dataFile,
      read: (images) => first(new datasets.MNIST({ images, labels: seeds.idxLabels })),
    },
    { name: 'mnist-gz', share: 5, originals: [new Uint8Array(gzipSync(seeds.idxImages))], isTyped: dataFile, read: packedDigits },
    { name: 'mnist-in-gz', share: 5, originals: [seeds.idxImages], wrap: (bytes) => gzipSync(bytes, { level: 1 }), isTyped: dataFile, read: packedDigits },
    {
      name: 'cifar-gz', share: 4, originals: [new Uint8Array(gzipSync(seeds.cifarTar))], isTyped: dataFile,
      read: (bytes) => first(new datasets.CIFAR10(file('cifar.tar.gz', bytes))),
    },
    {
      name: 'cifar-in-gz', share: 9, originals: [seeds.cifarTar], isTyped: dataFile,
      wrap: (bytes, draw) => gzipSync(draw(4) ? tarRepaired(bytes) : bytes, { level: 1 }),
      read: (bytes) => first(new datasets.CIFAR10(file('cifar.tar.gz', bytes))),
    },
    {
      name: 'cifar-unpacked-to-disk', share: 2, originals: [seeds.cifarTar], isTyped: dataFile,
      wrap: (bytes, draw) => gzipSync(draw(4) ? tarRepaired(bytes) : bytes, { level: 1 }),
      read: (bytes) => unpacked(datasets.CIFAR10, `${folder}/download`, bytes),
    },
    { name: 'png', share: 8, originals: seeds.png, wrap: (bytes, draw) => (draw(4) ? pngRepaired(bytes) : bytes), isTyped: picture, read: bothPictures },
    { name: 'png-rows', share: 5, originals: seeds.pngParts, wrap: pngOfParts, isTyped: picture, read: bothPictures },
    { name: 'jpeg', share: 10, originals: seeds.jpeg, isTyped: picture, read: bothOfJpeg },
    { name: 'pth', share: 6, originals: seeds.pth, isTyped: checkpoint, read: torch.load, again: rewritten },
    {
      name: 'pth-pickle', share: 9, originals: seeds.pickles, isTyped: checkpoint, read: torch.load, again: rewritten,
      wrap: (bytes, draw) => zipSync({ 'archive/data.pkl': bytes, ...seeds.storages }, { level: draw(8) === 0 ? 1 : 0, mtime: TIME }),
    },
    { name: 'pth-older', share: 6, originals: seeds.olderPth, isTyped: checkpoint, read: torch.load, again: rewritten },
    { name: 'safetensors', share: 6, originals: seeds.safetensors, isTyped: tensors, read: (bytes) => torch.safetensors.loadFile(bytes) },
    { name: 'npy', share: 4, originals: seeds.npy, isTyped: array, read: torch.loadNpy },
    { name: 'npz', share: 3, originals: seeds.npz, isTyped: array, read: torch.loadNpz },
    {
      name: 'npy-in-npz', share: 2, originals: seeds.npy, isTyped: array, read: torch.loadNpz,
      wrap: (bytes, draw) => zipSync({ 'x.npy': bytes }, { level: draw(2) ? 1 : 0, mtime: TIME }),
    },
  ];
}

/**
 * Lets a data set unpack an archive to a folder, as after a download, and gives what lies there then.
 * @throws Error where anything lies there that should not
 */
async function unpacked(CIFAR10, root, bytes) {
  const name = CIFAR10.layout.archive, { folder, train, test } = CIFAR10.layout;
  class Given extends CIFAR10 {
    static resource = { name, md5: createHash('md5').update(bytes).digest('hex'), bytes: bytes.length };
  }
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  writeFileSync(`${root}/${name}`, bytes);
  const known = new Set([name, folder, ...[...train, ...test].map((file) => `${folder}/${file}`)]);
  const refusal = await Given.download(root).then(() => undefined, (error) => error);
  const left = readdirSync(root, { recursive: true }).map(String), stranger = left.find((path) => !known.has(path));
  if (stranger !== undefined) throw new Error(`the archive left ${stranger}`);
  if (refusal !== undefined) throw refusal;
  return left;
}
