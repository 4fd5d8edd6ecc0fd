// Files that are whole: recorded ones of PyTorch, numpy and Pillow, and small ones of the data sets' formats.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { tar } from './archives.mjs';

const fixture = (path) => new Uint8Array(readFileSync(new URL(`../../../packages/${path}`, import.meta.url)));
const saved = (name) => fixture(`serialization/test/fixtures/${name}`);

/** An IDX file: type, sizes, bytes. @param {number} type @param {readonly number[]} shape @param {Uint8Array} values */
function idxFile(type, shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((n, d) => header.writeUInt32BE(n, 4 + 4 * d));
  return new Uint8Array(Buffer.concat([header, values]));
}

const ramp = (length) => Uint8Array.from({ length }, (_, i) => (i * 7) & 255);

export const idxImages = idxFile(8, [6, 28, 28], ramp(6 * 784));
export const idxLabels = idxFile(8, [6], Uint8Array.of(5, 0, 4, 1, 9, 2));
export const idx = [
  idxFile(8, [3, 5, 4], ramp(60)), idxLabels, idxFile(9, [4], ramp(4)), idxFile(0x0b, [3, 2], ramp(12)),
  idxFile(0x0c, [2, 2], ramp(16)), idxFile(0x0d, [5], ramp(20)), idxFile(0x0e, [2, 1, 1, 2], ramp(32)),
];

const cifarBatch = (...labels) => Buffer.concat(labels.flatMap((label) => [Buffer.of(label), ramp(3072)]));
export const cifarTar = tar({
  'cifar-10-batches-bin/batches.meta.txt': Buffer.from('airplane\nautomobile\n'),
  ...Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`cifar-10-batches-bin/data_batch_${i}.bin`, cifarBatch(i)])),
  'cifar-10-batches-bin/test_batch.bin': cifarBatch(7),
});

const { decoded } = JSON.parse(gunzipSync(fixture('vision/test/fixtures/vision.json.gz')).toString());
const pictures = Object.entries(decoded).map(([name, { file }]) => ({ name, bytes: new Uint8Array(Buffer.from(file, 'base64')) }));
export const jpeg = pictures.filter(({ name }) => name.startsWith('jpeg')).map(({ bytes }) => bytes);
export const png = pictures.filter(({ name }) => !name.startsWith('jpeg')).map(({ bytes }) => bytes);

/**
 * Headers and rows of PNG files, not packed: width, height, bits, colour type, three more, then the rows. All of their bytes
 * may stand where a filter is named. Interlaced ones have 2×2 pixels: two passes of one pixel and one of two.
 */
export const pngParts = [[1, 0, 1], [8, 0, 8], [16, 0, 16], [8, 2, 24], [16, 2, 48], [8, 4, 16], [8, 6, 32], [16, 6, 64]].flatMap(([depth, colour, bits]) =>
  [0, 1].map((interlaced) => {
    const [width, height] = interlaced ? [2, 2] : [5, 4], header = Buffer.alloc(13), row = (pixels) => 1 + Math.ceil(pixels * bits / 8);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([depth, colour, 0, 0, interlaced], 8);
    const length = interlaced ? row(1) + row(1) + row(2) : height * row(width);
    return new Uint8Array([...header, ...ramp(length).map((byte) => byte % 5)]);
  }));

const values = ['checkpoint', 'dtypes', 'views', 'parameters', 'values', 'values_protocol4', 'values_protocol5'];
export const pth = values.map((name) => saved(`${name}.pth`));
export const olderPth = ['checkpoint', 'dtypes', 'views', 'parameters', 'values'].map((name) => saved(`${name}_legacy.pth`));
/** What lies in them as data.pkl. */
export const pickles = pth.map((bytes) => Object.entries(unzipSync(bytes)).find(([entry]) => entry.endsWith('/data.pkl'))?.[1] ?? new Uint8Array(0));
/** Storages that are large enough for any of the pickles. */
export const storages = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`archive/data/${i}`, new Uint8Array(256).fill(i)]));

export const safetensors = [saved('dtypes.safetensors')];
export const npy = ['f4', 'i8', 'fortran', 'big_f2', 'version2', 'version3', 'empty'].map((name) => saved(`${name}.npy`));
export const npz = [saved('plain.npz'), saved('compressed.npz')];
