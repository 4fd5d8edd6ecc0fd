// MNIST for contenders: an unpacked copy for libraries that read files, and bare arrays for those that have no loader.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { uniform } from './numbers.mjs';

/** The folder that SCONCE_DATA names, or shared/data beside the repository. */
const source = process.env.SCONCE_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** A folder with MNIST/raw unpacked, as torchvision wants it, until the process ends; null where there is no MNIST. */
export function unpackedMnist() {
  const raw = join(source, 'MNIST/raw');
  if (!existsSync(raw)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'sconce-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'MNIST/raw'), { recursive: true });
  for (const name of readdirSync(raw)) {
    const bytes = readFileSync(join(raw, name));
    writeFileSync(join(folder, 'MNIST/raw', name.replace(/\.gz$/, '')), name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  }
  return folder;
}

/** Pixels from 0 to 1 in rows of 784, and labels. */
export function readDigits(folder, train) {
  const read = (kind) => readFileSync(join(folder, 'MNIST/raw', `${train ? 'train' : 't10k'}-${kind}-ubyte`));
  const labels = Uint8Array.from(read('labels-idx1').subarray(8));
  return { images: Float32Array.from(read('images-idx3').subarray(16), (pixel) => pixel / 255), labels };
}

/** Batches of digits: pixels and one-hot labels; in a random order where a seed is given. */
export function* batchesOf({ images, labels }, size, seed) {
  const order = Array.from(labels, (_, i) => i);
  if (seed !== undefined) {
    const draws = uniform(seed, order.length, 0, 1);
    order.sort((a, b) => draws[a] - draws[b]);
  }
  for (let from = 0; from < order.length; from += size) {
    const part = order.slice(from, from + size);
    const x = new Float32Array(part.length * 784), y = new Float32Array(part.length * 10);
    part.forEach((index, i) => {
      x.set(images.subarray(index * 784, (index + 1) * 784), i * 784);
      y[i * 10 + labels[index]] = 1;
    });
    yield { x, y, size: part.length };
  }
}
